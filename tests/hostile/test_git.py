"""A stranger's repository, and names that are not meant well: `ogdkg diff` reads them and runs nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ogdkg.cli.main import main
from ogdkg.diff import programs, repository
from ogdkg.diff.repository import Blob, Repository
from ogdkg.errors import LimitError, UsageError

IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
SECRET = '<urn:me> <urn:password> "hunter2" .\n'


def git(*arguments: str | Path, cwd: Path | None = None, given: bytes | None = None) -> bytes:
    words = ["git", *IDENTITY, *map(str, arguments)]
    return subprocess.run(words, cwd=cwd, input=given, check=True, capture_output=True).stdout


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit of `data/a.ttl`, which the working tree changes, beside a secret."""
    folder = tmp_path / "repo"
    (folder / "data").mkdir(parents=True)
    (tmp_path / "secret.ttl").write_text(SECRET)
    monkeypatch.chdir(folder)
    git("init", "-q")
    (folder / "data" / "a.ttl").write_text("<x:s> <x:p> 1 .\n")
    git("add", ".")
    git("commit", "-qm", "1")
    (folder / "data" / "a.ttl").write_text("<x:s> <x:p> 2 .\n")
    return folder


Diff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def diff(capfd: pytest.CaptureFixture[str]) -> Diff:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["diff", *arguments])
        return code, *capfd.readouterr()

    return run


# -- names that are options, patterns, ways out -----------------------------------


NAMES = [
    "HEAD:--output=./victim",
    "HEAD:--add-file=/etc/hostname",
    "HEAD:--add-virtual-file=x.ttl:<http://v> <http://v> <http://v> .",
    "HEAD:--format=tar",
    "HEAD:--remote=ext::sh -c touch% victim",
    "HEAD:--exec=touch victim",
    "--output=victim:data",
    "--output=victim",
    "-Ovictim",
    "--batch:x",
    "HEAD:../secret.ttl",
    "HEAD:data/../../secret.ttl",
    "HEAD:/etc/passwd",
    "HEAD::(glob)**/*.ttl",
    "HEAD::/",
    "HEAD::!data",
    "HEAD:*.ttl",
    "HEAD:data/a.ttl\n--output=victim",
    "HEAD\n--output=victim",
    "HEAD:\x1b]0;x\x07",
    "@{upstream}:data",
    ":/x",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_an_option_a_pattern_or_a_way_out(repo: Path, diff: Diff, name: str) -> None:
    before = sorted(path.name for path in repo.iterdir())
    code, out, err = diff("--", name, "data")
    assert (code, out) == (2, "")
    assert err.startswith("Error: ") and "\x1b" not in err and "hunter2" not in err
    assert sorted(path.name for path in repo.iterdir()) == before


@pytest.mark.parametrize("name", ["HEAD:./data", "HEAD:data/", "HEAD:data/./a.ttl", "HEAD:"])
def test_honest_paths_are_found(repo: Path, diff: Diff, name: str) -> None:
    assert "p changed from 1 to 2" in diff(name, "data")[1]


def test_a_folder_below_the_root_is_where_paths_begin(
    repo: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo / "data")
    assert "p changed from 1 to 2" in diff("HEAD:a.ttl", "a.ttl")[1]
    assert "p changed from 1 to 2" in diff("HEAD")[1]
    assert diff("HEAD:../data/a.ttl", "a.ttl")[0] == 2


# -- settings that run programs ---------------------------------------------------


SETTINGS = {
    "core.fsmonitor": "{run}",
    "core.hooksPath": "{hooks}",
    "core.pager": "{run}",
    "pager.rev-parse": "{run}",
    "pager.ls-tree": "{run}",
    "pager.ls-files": "{run}",
    "core.sshCommand": "{run}",
    "core.gitProxy": "{run}",
    "core.askPass": "{run}",
    "core.editor": "{run}",
    "core.alternateRefsCommand": "{run}",
    "credential.helper": "!{run}",
    "diff.external": "{run}",
    "diff.x.textconv": "{run}",
    "diff.x.command": "{run}",
    "filter.x.smudge": "{run}",
    "filter.x.clean": "{run}",
    "filter.x.process": "{run}",
    "filter.x.required": "true",
    "merge.x.driver": "{run}",
    "gpg.program": "{run}",
    "uploadpack.packObjectsHook": "{run}",
    "alias.rev-parse": "!{run}",
    "alias.ls-tree": "!{run}",
    "alias.ls-files": "!{run}",
    "alias.cat-file": "!{run}",
    "tar.tar.command": "{run}",
    "submodule.recurse": "true",
    "trace2.eventTarget": "{made}",
    "trace2.normalTarget": "{made}",
}


@pytest.fixture
def armed(repo: Path, tmp_path: Path) -> Path:
    """The repository with every setting that runs something set to make a mark; the mark."""
    made, hooks, run = tmp_path / "RAN", tmp_path / "hooks", tmp_path / "run"
    run.write_text(f"#!/bin/sh\necho ran >> '{made}'\ncat\n")
    run.chmod(0o755)
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"):
        (hooks / hook).write_bytes(run.read_bytes())
        (hooks / hook).chmod(0o755)
    (repo / ".git" / "info" / "attributes").write_text("* filter=x diff=x merge=x\n")
    (repo / ".gitattributes").write_text("* filter=x diff=x merge=x export-subst\n")
    more = tmp_path / "included"
    for name, value in SETTINGS.items():
        git("config", "-f", more, name, value.format(run=run, hooks=hooks, made=made))
    git("config", "include.path", more)
    git("config", "-f", repo / ".git" / "config.worktree", "core.fsmonitor", str(run))
    git("config", "extensions.worktreeConfig", "true")
    return made


def test_the_settings_do_run_something_elsewhere(repo: Path, armed: Path) -> None:
    """Else the next test would prove nothing."""
    subprocess.run(["git", "ls-files", "-o"], cwd=repo, capture_output=True, check=False)
    assert "ran" in armed.read_text()
    armed.unlink()
    subprocess.run(["git", "archive", "HEAD"], cwd=repo, capture_output=True, check=False)
    assert "ran" in armed.read_text()


@pytest.mark.parametrize("sides", [("HEAD",), ("HEAD:data", "data"), ("HEAD", "HEAD")])
def test_no_setting_of_a_repository_runs_anything(armed: Path, diff: Diff, sides: tuple[str, ...]) -> None:
    code, out, err = diff(*sides)
    assert not armed.exists()
    assert (code, err) == (0 if sides[-1] == "HEAD" and len(sides) == 2 else 1, "")
    assert ("p changed from 1 to 2" in out) == bool(code)


def test_reading_a_history_runs_nothing(armed: Path, repo: Path) -> None:
    (commit,) = Repository(repo).revisions(["data", "--all"], 5)
    (repo / ".git" / "refs" / "tags" / "v1").write_text(f"{commit.commit}\n")
    (tag,) = Repository(repo).tags(5)
    assert (tag.commit, tag.name) == (commit.commit, "v1")
    assert not armed.exists()


def test_hooks_beside_a_repository_do_not_run(repo: Path, diff: Diff, tmp_path: Path) -> None:
    for hook in ("post-index-change", "fsmonitor-watchman", "query-watchman"):
        path = repo / ".git" / "hooks" / hook
        path.write_text(f"#!/bin/sh\ntouch '{tmp_path}/RAN'\n")
        path.chmod(0o755)
    assert diff("HEAD")[0] == 1
    assert not (tmp_path / "RAN").exists()


def test_what_a_partial_clone_lacks_is_not_fetched(
    repo: Path, tmp_path: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, run = tmp_path / "clone", tmp_path / "upload"
    run.write_text(f"#!/bin/sh\ntouch '{tmp_path}/RAN'\nexec git-upload-pack \"$@\"\n")
    run.chmod(0o755)
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo}", clone)
    git("config", "remote.origin.uploadpack", run, cwd=clone)
    git("config", "protocol.file.allow", "always", cwd=clone)
    git("config", "protocol.ext.allow", "always", cwd=clone)
    monkeypatch.chdir(clone)
    code, out, err = diff("HEAD", str(repo / "data"))
    assert (code, out) == (2, "") and ("does not have data/a.ttl" in err or "promisor" in err)
    git("config", "remote.origin.url", f"ext::sh -c touch% {tmp_path}/RAN", cwd=clone)
    assert diff("HEAD", str(repo / "data"))[0] == 2
    assert not (tmp_path / "RAN").exists()


def test_a_bare_repository_among_files_is_none(
    tmp_path: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files named HEAD, objects, refs and config make one, in a checkout too."""
    planted = tmp_path / "checkout" / "planted"
    git("init", "-q", "--bare", planted)
    git("config", "-f", planted / "config", "core.fsmonitor", f"touch {tmp_path}/RAN")
    git("config", "-f", planted / "config", "core.bare", "false")
    git("config", "-f", planted / "config", "core.worktree", str(tmp_path))
    monkeypatch.chdir(planted)
    code, _, err = diff("HEAD~0")
    assert code == 2 and "neither a file nor a git revision" in err
    assert not (tmp_path / "RAN").exists()


def test_a_repository_of_another_owner_is_refused_with_git_s_reason(
    repo: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # of git's own tests
    code, _, err = diff("HEAD")
    assert code == 2 and "dubious ownership" in err and "safe.directory" in err


def test_the_person_s_own_variables_count(
    repo: Path, tmp_path: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("GIT_DIR", str(repo / ".git"))
    assert diff("HEAD:data", str(repo / "data"))[0] == 1


# -- the program itself -------------------------------------------------------------


def test_git_is_not_taken_from_where_one_stands(
    repo: Path, diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (repo, repo / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(f"#!/bin/sh\ntouch '{tmp_path}/RAN'\n")
        (folder / "git").chmod(0o755)
    (tmp_path / "way").symlink_to(repo)
    wrong = ["", ".", "bin", "./bin", str(repo), f"{repo}/", f"{repo}/bin/..", str(tmp_path / "way")]
    monkeypatch.setenv("PATH", os.pathsep.join([*wrong, os.environ["PATH"]]))
    assert diff("HEAD")[0] == 1
    assert not (tmp_path / "RAN").exists()
    monkeypatch.setenv("PATH", os.pathsep.join(wrong))
    code, _, err = diff("HEAD")
    assert code == 2 and "git is not installed" in err
    assert not (tmp_path / "RAN").exists()


def test_a_program_is_found_by_absolute_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tool").write_text("#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{tmp_path}//")
    assert programs.program("tool") is None  # it may not be run
    (tmp_path / "tool").chmod(0o755)
    assert programs.program("tool") == str(tmp_path / "tool")
    assert programs.program("no-such-tool") is None
    assert programs.program("../tool") is None


# -- what a tree or an index holds ---------------------------------------------------


def test_links_and_submodules_are_not_followed(repo: Path, diff: Diff, tmp_path: Path) -> None:
    (repo / "data" / "link.ttl").symlink_to("../../secret.ttl")
    (repo / "out").symlink_to(tmp_path)
    commit = git("rev-parse", "HEAD").decode().strip()
    git("add", "data/link.ttl", "out")
    git("update-index", "--add", "--cacheinfo", f"160000,{commit},data/sub.ttl")
    git("commit", "-qm", "2")
    for sides in (("HEAD~1",), ("HEAD~1", "HEAD"), ("HEAD:data", "data"), ("HEAD~1:data", ".")):
        code, out, err = diff(*sides)
        assert code in (0, 1) and err == ""
        assert "hunter2" not in out and "link.ttl" not in out


def test_a_fifo_in_the_working_tree_is_passed_over(repo: Path, diff: Diff) -> None:
    os.mkfifo(repo / "data" / "pipe.ttl")
    assert diff("HEAD")[0] == 1
    assert diff("HEAD:data", "data")[0] == 1


def test_an_index_made_by_hand_names_no_file_outside(repo: Path, diff: Diff) -> None:
    """Git refuses to add `../secret.ttl`, but lists it where the index has it."""
    (repo / "xx").mkdir()
    (repo / "xx" / "secret.ttl").write_text(SECRET)
    git("add", "xx/secret.ttl")
    (repo / "xx" / "secret.ttl").unlink()
    index = repo / ".git" / "index"
    forged = index.read_bytes()[:-20].replace(b"xx/secret.ttl", b"../secret.ttl")
    index.write_bytes(forged + hashlib.sha1(forged).digest())
    assert "../secret.ttl" in git("ls-files", "-c").decode()
    _, out, _ = diff("HEAD")
    assert "hunter2" not in out


def test_names_that_are_not_utf_8_are_text(repo: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    names = [b"caf\xe9.ttl", b"a\n::stop-commands::x.ttl", b"\x1b]0;x\x07.ttl", b"-rf.ttl"]
    for name in names:
        Path(os.fsdecode(os.fsencode(repo / "data") + b"/" + name)).write_text("<x:t> <x:p> 1 .\n")
    git("add", ".")
    git("commit", "-qm", "2")
    for form in ("text", "markdown", "json"):
        for sides in (["HEAD~1", "HEAD"], ["HEAD~1"], ["HEAD~1:data", "data"]):
            assert main(["diff", *sides, "-f", form]) == 1
            out, err = capfdbinary.readouterr()
            assert err == b"" and b"\x1b" not in out and b"\x07" not in out
            assert not any(line.lstrip().startswith("::") for line in out.decode("utf-8").splitlines())


def test_a_revision_too_large_is_refused_unread(
    repo: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_FILE_BYTES", 10)
    code, _, err = diff("HEAD")
    assert code == 3 and "more than 0 MiB" in err


def test_a_tree_of_trees_ends(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten trees in ten trees in …: ten billion files in a few objects."""
    blob = git("hash-object", "-w", "--stdin", given=b"<x:s> <x:p> 1 .\n").decode().strip()
    entries = "".join(f"100644 blob {blob}\t{n}.ttl\n" for n in range(10))
    for _ in range(9):
        tree = git("mktree", given=entries.encode()).decode().strip()
        entries = "".join(f"040000 tree {tree}\t{n}\n" for n in range(10))
    commit = git("commit-tree", "-m", "bomb", tree).decode().strip()
    monkeypatch.setattr(repository, "MOST_NAME_BYTES", 1 << 20)
    with pytest.raises(LimitError, match="lists more than 1 MiB"):
        Repository(repo).blobs(commit)


def test_settings_that_are_a_pipe_do_not_hang(
    repo: Path, diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (repo / ".git" / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {tmp_path}/pipe\n")
    monkeypatch.setattr(repository, "SECONDS", 0.5)
    code, _, err = diff("HEAD")
    assert code == 3 and "took longer" in err
    assert threading.active_count() == 1 or all(not t.name.startswith("Timer") for t in threading.enumerate())


def test_an_object_that_is_not_there_is_told(repo: Path) -> None:
    with pytest.raises(UsageError, match=r"does not have x\.ttl"):
        list(Repository(repo).contents([Blob("x.ttl", b"0" * 40)]))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere git ends by its own clock")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_git_ends_with_whoever_asked_it(repo: Path, tmp_path: Path, ending: signal.Signals) -> None:
    """It has a group of its own, and waits for a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "pipe")
    with (repo / ".git" / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {tmp_path}/pipe\n")
    asked = subprocess.Popen(
        [sys.executable, "-m", "ogdkg", "diff", "HEAD"], cwd=repo, start_new_session=True
    )
    assert _soon(lambda: _gits(repo) != [])
    asked.send_signal(ending)
    asked.wait(10)
    assert _soon(lambda: _gits(repo) == [])


def _soon(found: Callable[[], bool]) -> bool:
    return any(found() or time.sleep(0.05) for _ in range(100))


def _gits(folder: Path) -> list[int]:
    """The processes of git that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"--no-pager" in words and (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found


# -- another repository in the place of one's own ---------------------------------------


@pytest.fixture
def planted(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stranger's folder; `repo` is the person's private one."""
    folder = tmp_path / "planted"
    (folder / "data").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def _by_file(planted: Path, repo: Path) -> None:
    (planted / ".git").write_text(f"gitdir: {repo}/.git\n")


def _by_relative_file(planted: Path, repo: Path) -> None:
    (planted / ".git").write_text("gitdir: ../repo/.git\n")


def _by_link(planted: Path, repo: Path) -> None:
    (planted / ".git").symlink_to(repo / ".git")


def _by_common_folder(planted: Path, repo: Path) -> None:
    git("init", "-q", planted)
    (planted / ".git" / "commondir").write_text(f"{repo}/.git\n")


def _with_head(planted: Path, repo: Path) -> None:
    git("init", "-q", planted)
    (planted / ".git" / "refs" / "heads").mkdir(parents=True, exist_ok=True)
    (planted / ".git" / "HEAD").write_bytes(git("rev-parse", "HEAD", cwd=repo))


def _by_alternates(planted: Path, repo: Path) -> None:
    _with_head(planted, repo)
    (planted / ".git" / "objects" / "info" / "alternates").write_text(f"# x\n{repo}/.git/objects\n")


def _by_alternates_of_alternates(planted: Path, repo: Path) -> None:
    _with_head(planted, repo)
    (planted / "more" / "info").mkdir(parents=True)
    (planted / "more" / "info" / "alternates").write_text("../../repo/.git/objects\n")
    (planted / ".git" / "objects" / "info" / "alternates").write_text("../../more\n")


def _by_quoted_alternates(planted: Path, repo: Path) -> None:
    _with_head(planted, repo)
    quoted = f'"{repo}/.git/objects"'.replace("/", "\\057")
    (planted / ".git" / "objects" / "info" / "alternates").write_text(f"{quoted}\n")


def _by_linked_objects(planted: Path, repo: Path) -> None:
    _with_head(planted, repo)
    for folder in (repo / ".git" / "objects").iterdir():
        if len(folder.name) == 2:
            (planted / ".git" / "objects" / folder.name).symlink_to(folder)


PLANTED = [
    _by_file, _by_relative_file, _by_link, _by_common_folder, _by_alternates, _by_alternates_of_alternates,
    _by_quoted_alternates, _by_linked_objects,
]  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED)
def test_no_other_repository_is_read(
    planted: Path, repo: Path, diff: Diff, plant: Callable[[Path, Path], None]
) -> None:
    plant(planted, repo)
    code, out, err = diff("HEAD")
    assert (code, out) == (3, "") and "reads another one: " in err and "repo" in err
    assert diff("HEAD:data", "data")[:2] == (3, "")


def test_a_worktree_and_a_submodule_are_read(
    repo: Path, tmp_path: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("worktree", "add", "-q", tmp_path / "tree")
    git("init", "-q", tmp_path / "super")
    git("submodule", "--quiet", "add", repo, "sub", cwd=tmp_path / "super")
    for folder in (tmp_path / "tree", tmp_path / "tree" / "data", tmp_path / "super" / "sub"):
        monkeypatch.chdir(folder)
        assert diff("HEAD")[0] == 0
