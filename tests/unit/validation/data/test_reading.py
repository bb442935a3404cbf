"""Files for validation: each is looked over when it is first opened, and read by an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg.errors import InputError
from ogdkg.validation.data import reading
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import quads, sources

S = "<http://e/s> <http://e/p> "
WITHOUT = ("<http://e/o> .", '"_:a [ ] ( )" .', '"""[\n_:b""" . # _:c', "<http://e/_:d> .")
WITH = ("_:o .", "[] .", "( 1 ) .", "[ <http://e/q> _:a ] .")


@pytest.fixture(params=[reading.LARGE_BYTES, 0], ids=["small", "large"])
def both_sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has each file taken for a small one, then for a large one."""
    monkeypatch.setattr(reading, "LARGE_BYTES", request.param)


@pytest.mark.parametrize("text", [*WITHOUT, *WITH])
def test_a_file_without_blank_nodes_is_known_as_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(S + text, encoding="utf-8")
    (source,) = sources([str(path)])
    assert source.is_ground == (text in WITHOUT)
    assert source.content is None


@pytest.mark.parametrize("text", [*WITHOUT, *WITH])
def test_nodes_have_the_same_labels_at_each_reading(tmp_path: Path, text: str) -> None:
    names = []
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(S + text, encoding="utf-8")
        names.append(str(tmp_path / name))
    cache, both = QuadCache(), sources(names)
    first = [list(cache.quads(source, is_first=True)) for source in both]
    assert [list(cache.quads(source)) for source in both] == first
    assert [len(cache.nodes(source)) > 0 for source in both] == [text in WITH] * 2
    assert not set(map(str, cache.nodes(both[0]).values())) & set(map(str, cache.nodes(both[1]).values()))


def test_a_mark_before_the_text_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + f"{S} 1 .".encode())
    (source,) = sources([str(path)])
    assert source.content == f"{S} 1 .".encode()
    assert source.is_ground


@pytest.mark.usefixtures("both_sizes")
def test_a_version_before_the_triples_is_passed_over(tmp_path: Path) -> None:
    """RDF 1.2 N-Triples, 2.5, which the engine does not know."""
    path = tmp_path / "a.nt"
    path.write_text(f'# Made by a program\n\nVERSION "1.2"\n{S} "VERSION" .\n', encoding="utf-8")
    assert [quad.object.value for quad in quads(sources([str(path)])[0])] == ["VERSION"]


def test_a_file_is_told_once_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a\x1bb.ttl"
    path.write_text("zz", encoding="utf-8")
    read = sources([str(path)])
    (fault,) = reading.faults_in(read)
    assert not reading.faults_in(read, {fault.place.file} if fault.place else ())


@pytest.mark.usefixtures("both_sizes")
def test_what_is_wrong_is_told_however_large_the_file(tmp_path: Path) -> None:
    """A large file is not in memory while it is looked over."""
    path = tmp_path / "a.ttl"
    path.write_text(f"{S} <<( <x:a> <x:b> <x:c> )>> .", encoding="utf-8")
    with pytest.raises(InputError) as newer:
        sources([str(path)])
    assert newer.value.place and newer.value.place[:2] == (str(path), 1)
    path.write_bytes(b"\xef\xbb\xbf" + f"{S} 1 .".encode())
    (source,) = sources([str(path)])
    assert source.content == f"{S} 1 .".encode()
    path.chmod(0)
    if not _may_read(path):
        with pytest.raises(InputError, match="The file cannot be read: Permission denied"):
            sources([str(path)])


def _may_read(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True  # as root may
