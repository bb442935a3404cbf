"""The one place that writes: whole or not at all, through no link that it should not follow."""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from ogdkg.files import atomic as files
from ogdkg.files.atomic import check_free, own_folder, replaced
from ogdkg.files.generated_names import file_names

posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are those of POSIX")
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


def write(path: Path, text: str = "new", *, below: Path | None = None) -> None:
    with replaced(path, below=below) as file:
        file.write(text.encode())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with replaced(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
        assert names(tmp_path) == [".a.ogdkg-1", "a"]
    assert (path.read_text(), names(tmp_path)) == ("new", ["a"])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_fails_changes_nothing(error: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    for name in ("a", "b"):
        with pytest.raises(error), replaced(tmp_path / name) as file:
            file.write(b"half")
            raise error
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("old", ["a"])


def test_the_last_check_may_refuse(tmp_path: Path) -> None:
    def refuse() -> None:
        raise ValueError

    (tmp_path / "a").write_text("old")
    with pytest.raises(ValueError), replaced(tmp_path / "a", check=refuse) as file:
        file.write(b"new")
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("old", ["a"])


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755, 0o222])
def test_the_mode_stays(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    path.chmod(mode)
    with replaced(path) as file:
        assert os.fstat(file.fileno()).st_mode & 0o777 & ~mode == 0
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_file_gets_the_mode_of_any_new_file(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write(tmp_path / "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


@posix
@as_root
def test_the_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch()
    path.chmod(0o640)
    os.chown(path, 1234, 2345)
    write(path)
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o640)


@posix
def test_a_group_that_cannot_stay_gives_its_rights_to_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    path = tmp_path / "a"
    path.touch()
    path.chmod(0o664)
    status = path.stat()
    other = os.stat_result((status.st_mode, 0, 0, 1, status.st_uid, status.st_gid + 1, 0, 0, 0, 0))
    monkeypatch.setattr(os, "fchown", refuse)
    with path.open("rb+") as file:
        files._keep_owner(file.fileno(), other)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@posix
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_that_a_person_names_stays_one(is_there: bool, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "link").symlink_to("to/a")
    if is_there:
        (tmp_path / "to" / "a").write_text("old")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert ((tmp_path / "to" / "a").read_text(), names(tmp_path / "to")) == ("new", ["a"])


@posix
@pytest.mark.parametrize("mode", [0o444, 0o400, 0o000, 0o555])
def test_what_may_only_be_read_stays(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(mode)
    with pytest.raises(PermissionError, match="It is read-only"):
        write(path)
    path.chmod(0o600)
    assert (path.read_text(), names(tmp_path)) == ("old", ["a"])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        write(tmp_path / "a")
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("name", ["x" * 200, "x" * 201, "x" * 255, "ü" * 127, "%41" * 80])
def test_long_names(name: str, tmp_path: Path) -> None:
    write(tmp_path / name)
    assert names(tmp_path) == [name]


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        write(tmp_path / ("x" * 256))
    assert names(tmp_path) == []


# What processes leave beside that were killed


def test_what_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    for number in range(1, 4):
        (tmp_path / f".a.ogdkg-{number}").write_text("half")
    write(tmp_path / "a")
    assert names(tmp_path) == ["a"]


@posix
def test_what_another_process_writes_is_left_to_it(tmp_path: Path) -> None:
    with replaced(tmp_path / "a") as first:
        first.write(b"first")
        with replaced(tmp_path / "a") as second:
            second.write(b"second")
            assert names(tmp_path) == [".a.ogdkg-1", ".a.ogdkg-2"]
        assert (tmp_path / "a").read_text() == "second"
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("first", ["a"])


@posix
def test_what_stands_there_and_is_none_of_ours_is_left(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / ".a.ogdkg-1").symlink_to(victim)
    (out / ".a.ogdkg-2").mkdir()
    os.mkfifo(out / ".a.ogdkg-3")
    (out / ".a.ogdkg-4").symlink_to("nowhere")
    before = names(out)
    write(out / "a")
    assert names(out) == [*before, "a"]
    assert (victim.read_text(), (out / "a").read_text()) == ("mine", "new")


@posix
def test_a_folder_full_of_such_is_an_error(tmp_path: Path) -> None:
    for number in range(files._AT_ONCE):
        (tmp_path / f".a.ogdkg-{number}").symlink_to("nowhere")
    with pytest.raises(FileExistsError, match="too many"):
        write(tmp_path / "a")


def test_many_at_once_each_write_the_whole(tmp_path: Path) -> None:
    texts = [str(number) * 10_000 for number in range(8)]
    threads = [threading.Thread(target=write, args=(tmp_path / "a", text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "a").read_text() in texts
    assert names(tmp_path) == ["a"]


# Names that no person gave


@posix
@pytest.mark.parametrize("name", ["link", "dangling", "way/a", "way/b/c", "pipe", "folder", "file/a", "../a"])
def test_a_generated_name_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    out, home = tmp_path / "out", tmp_path / "home"
    (out / "folder").mkdir(parents=True)
    home.mkdir()
    (home / "a").write_text("mine")
    (out / "link").symlink_to(home / "a")
    (out / "dangling").symlink_to(home / "b")
    (out / "way").symlink_to(home)
    (out / "file").touch()
    os.mkfifo(out / "pipe")
    before = names(out)
    for act in (lambda: check_free(out / name, out), lambda: write(out / name, below=out)):
        with pytest.raises(OSError):
            act()
    assert (names(out), names(home), (home / "a").read_text()) == (before, ["a"], "mine")
    with pytest.raises(OSError, match="leads out"):
        write(tmp_path / "elsewhere", below=out)


@posix
def test_folders_are_made_below_one_that_a_link_may_lead_to(tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "out").symlink_to("to")
    check_free(tmp_path / "out" / "a" / "b" / "c", tmp_path / "out")
    assert names(tmp_path / "to") == []
    write(tmp_path / "out" / "a" / "b" / "c", below=tmp_path / "out")
    assert (tmp_path / "to" / "a" / "b" / "c").read_text() == "new"


@posix
def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(tmp_path: Path) -> None:
    """Whoever can write into the folder swaps a part of the way while we write, again and again."""
    out, home, aside = tmp_path / "out", tmp_path / "home", tmp_path / "aside"
    for folder in (out, home, aside):
        folder.mkdir()
    is_over = threading.Event()

    def swap() -> None:
        number = 0
        while not is_over.is_set():
            with suppress(OSError):
                (out / "way").symlink_to(home)
            with suppress(OSError):
                (out / "way").unlink()
            with suppress(OSError):
                number += 1
                (out / "way").rename(aside / str(number))

    thread = threading.Thread(target=swap)
    thread.start()
    written = 0
    try:
        for number in range(500):
            try:
                write(out / "way" / f"{number}", below=out)
                written += 1
            except OSError:
                pass
    finally:
        is_over.set()
        thread.join()
    assert names(home) == []
    assert written


# Folders of one's own


@posix
def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    path = own_folder(tmp_path / "own")
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert own_folder(path) == path
    for mode in (0o720, 0o702, 0o777, 0o1777):
        path.chmod(mode)
        with pytest.raises(PermissionError, match="others can write"):
            own_folder(path)
    path.chmod(0o755)
    own_folder(path)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(PermissionError, match="is a link"):
        own_folder(tmp_path / "link")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        own_folder(tmp_path / "file")


@posix
@as_root
def test_the_folder_of_another_is_not_ones_own(tmp_path: Path) -> None:
    os.chown(own_folder(tmp_path / "own"), 1234, 1234)
    with pytest.raises(PermissionError, match="another user's"):
        own_folder(tmp_path / "own")


# Names that fit


def _same_on_any_system(paths: list[str]) -> list[str]:
    return [path.casefold() for path in paths]


@pytest.mark.parametrize(
    "wanted",
    [
        ["a.ttl", "a.ttl/c"],
        ["a.ttl", "A.TTL/c", "a.ttl/c/d.ttl", "a.ttl/c/d.ttl/e"],
        ["a", "A", "b"],
        ["x" * 300, "x" * 301, "x" * 300 + "/y"],
        ["a/" * 3000 + "b", "a/" * 3000 + "c"],
        ["ä" * 150, "a\u0308" * 150, "\u00e4", "a\u0308"],
        ["Straße", "STRASSE", "straSSe"],
        [f"{'%C3%A4' * 60}{n}" for n in range(3)],
    ],
)
def test_names_fit_and_no_two_are_one(wanted: list[str], tmp_path: Path) -> None:
    found = file_names({f"urn:{name}": name for name in wanted}, "ttl")
    paths = list(found.values())
    assert len(set(_same_on_any_system(paths))) == len(wanted)
    folders = {str(parent).casefold() for path in paths for parent in Path(path).parents}
    assert not folders & set(_same_on_any_system(paths))
    for path in paths:
        write(tmp_path / path, below=tmp_path)
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == len(wanted)
    again = file_names({f"urn:{name}": name for name in reversed(wanted)}, "ttl")
    assert again == found


def test_a_name_that_fits_is_kept() -> None:
    assert file_names({"x:a": "a/b", "x:c": "c"}, "nt") == {"x:a": "a/b.nt", "x:c": "c.nt"}
