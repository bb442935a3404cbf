"""Reads a git repository without running anything that it configures.

A repository and its `.git/config` may be untrusted. Only plumbing commands are used, which run no filters,
hooks, external diffs or converters; network access and the file system monitor are off; and names from the
repository or from the caller are never command-line options.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from ogdkg.diff.boundary import check_boundary
from ogdkg.diff.programs import program, search_path
from ogdkg.errors import LimitError, UsageError
from ogdkg.sandbox.process import die_with_parent, load_libc

SECONDS = 60.0  # per git command: an `include.path` may be a pipe that nobody writes to
MOST_NAME_BYTES = 256 << 20  # bytes of names: nested trees can name more files than fit in memory
MOST_FILE_BYTES = 1 << 30  # bytes of files: a gigabyte of zeros compresses to a megabyte

_SETTINGS = {  # these override the repository's own
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",  # a bare repository may be hidden among data files
    "submodule.recurse": "false",
}
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",  # unlike protocol.allow, this overrides `protocol.file.allow` too
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
}
_FILES = (b"100644", b"100755", b"100664")  # modes of files; not links and submodules


class Blob(NamedTuple):
    """A file of a revision: its path relative to the folder, and its object ID."""

    name: str
    object: bytes


class Revision(NamedTuple):
    """A commit with its time in seconds since 1970, and the name of its tag, if it has one."""

    commit: str
    time: int
    name: str = ""


class Repository:
    """The repository that contains a folder; paths are relative to the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_checked = "GIT_DIR" in os.environ  # whoever sets it has chosen

    def commit(self, revision: str) -> str | None:
        """Return the commit of a revision, or None; raise UsageError if git fails."""
        wanted = f"{revision}^{{commit}}"
        done = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", wanted, most=1024)
        return done.decode("ascii", "replace").strip() if done else None

    def revisions(self, paths: Sequence[str], most: int) -> list[Revision]:
        """Return the last commits that changed files at some paths, the newest first, without side branches.

        Args:
            paths: Paths of files and folders, relative to the folder.
            most: How many commits at most.

        Raises:
            UsageError: git fails, or there is no commit.
        """
        wanted = ("rev-list", "--first-parent", "--timestamp", f"--max-count={most}", "HEAD", "--", *paths)
        lines = (self._git(*wanted) or b"").decode("ascii", "replace").splitlines()
        return [Revision(commit, int(time)) for time, commit in map(str.split, lines)]

    def tags(self, most: int) -> list[Revision]:
        """Return the newest tags of commits, the newest first."""
        form = "%(creatordate:unix) %(objecttype) %(objectname) %(*objectname) %(refname:short)"
        wanted = ("for-each-ref", "--sort=-creatordate", f"--count={most}", f"--format={form}", "refs/tags")
        found = []
        for line in (self._git(*wanted) or b"").decode("utf-8", "replace").splitlines():
            time, kind, commit, inner, name = line.split(" ", 4)
            if kind in ("commit", "tag") and time:
                found.append(Revision(inner or commit, int(time), name))
        return found

    def blobs(self, commit: str) -> list[Blob]:
        """Return the files of a commit, without links and submodules."""
        listed = self._git("ls-tree", "-r", "-z", commit, most=MOST_NAME_BYTES) or b""
        found = []
        for entry in listed.split(b"\0")[:-1]:
            about, _, name = entry.partition(b"\t")
            mode, _, digest = about.split(b" ")
            if mode in _FILES:
                found.append(Blob(os.fsdecode(name), digest))
        return found

    def contents(self, blobs: Sequence[Blob]) -> Iterator[bytes]:
        """Yield the content of each file.

        Raises:
            LimitError: The files are too large.
            UsageError: The repository lacks one of them.
        """
        if not blobs:
            return
        wanted = b"".join(blob.object + b"\n" for blob in blobs)
        listed = self._git("cat-file", "--batch-check=%(objecttype) %(objectsize)", stdin=wanted) or b""
        sizes = [_size(line, blob) for line, blob in zip(listed.splitlines(), blobs, strict=True)]
        if sum(sizes) > MOST_FILE_BYTES:
            raise LimitError(f"The revision has more than {MOST_FILE_BYTES >> 20:,} MiB of RDF.", hint=_PART)
        output = self._git("cat-file", "--batch", stdin=wanted, most=sum(sizes) + 200 * len(sizes)) or b""
        start = 0
        for size in sizes:
            start = output.index(b"\n", start) + 1
            yield output[start : start + size]
            start += size + 1

    def working_tree(self) -> list[str]:
        """Return the files below the folder that git tracks or would add, without links.

        Raises:
            UsageError: The repository is bare.
        """
        listed = self._git(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard", most=MOST_NAME_BYTES
        )
        if listed is None:
            raise UsageError("There is no working tree to compare with.", hint="Give a second version.")
        names = sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})
        root = self._folder.resolve()
        return [name for name in names if _is_own_file(root, name)]

    def _git(self, *words: str, stdin: bytes = b"", most: int = MOST_NAME_BYTES) -> bytes | None:
        """Run git and return its output of at most `most` bytes; None if it exits with 1.

        Raises:
            InputError: The repository is not the folder's own.
        """
        if not self._is_checked:
            found = Path(os.fsdecode(self._output("rev-parse", "--absolute-git-dir") or b"").rstrip("\n"))
            own = ("config", "--file", str(found / "config"), "--no-includes", "--get", "core.worktree")
            check_boundary(self._folder, found, os.fsdecode(self._output(*own) or b"").rstrip("\n"))
            self._is_checked = True
        return self._output(*words, stdin=stdin, most=most)

    def _output(self, *words: str, stdin: bytes = b"", most: int = MOST_NAME_BYTES) -> bytes | None:
        git = program("git")
        if git is None:
            raise UsageError("git is not installed, or not on the PATH.", hint="Compare files or folders.")
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [git, "--no-pager", "--no-replace-objects", *settings, *words]
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as faults:
            asked.write(stdin)
            asked.seek(0)
            code, output = _run(command, self._folder, asked, faults, most)
            faults.seek(0)
            if code == 128:  # a fault, where 1 is an answer
                reason = _reason(faults)
                raise UsageError(f"git says: {reason}", hint=_TRUST if "ownership" in reason else None)
        return output if code == 0 else None


_PART = "Compare a part of it: REVISION:PATH."
_TRUST = "If you trust its owner, see safe.directory in `git help config`."


def _reason(faults: IO[bytes]) -> str:
    """Return git's error message, without the warnings before it."""
    output = faults.read(10_000).decode("utf-8", "replace").splitlines()
    fatal = (line for line in output if line.startswith("fatal: "))
    return next(fatal, " ".join(output[:1])).removeprefix("fatal: ")


def _size(line: bytes, blob: Blob) -> int:
    kind, _, size = line.partition(b" ")
    if kind != b"blob":  # `… missing`: a partial clone lacks some
        raise UsageError(f"The repository does not have {blob.name}.", hint="Fetch it with git first.")
    return int(size)


def _is_own_file(root: Path, name: str) -> bool:
    """Whether a name is a file below the folder; a crafted index may contain any name."""
    path = root / name
    try:
        return stat.S_ISREG(path.lstat().st_mode) and path.resolve().is_relative_to(root)
    except (OSError, ValueError):
        return False


def _run(
    command: list[str], folder: Path, stdin: IO[bytes], stderr: IO[bytes], most: int
) -> tuple[int, bytes]:
    """Run a program, and return its exit code and output; terminate it at the limits of size and time."""
    environment = {**os.environ, **_ENVIRONMENT, "PATH": os.pathsep.join(search_path())}
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,  # so that its children are terminated too
        preexec_fn=_tied(os.getpid()) if hasattr(os, "fork") else None,
    )
    assert child.stdout is not None  # a pipe
    late = threading.Timer(SECONDS, _end, [child])
    late.start()
    try:
        output = child.stdout.read(most + 1)
        if len(output) > most:
            raise LimitError(f"git lists more than {most >> 20:,} MiB.", hint=_PART)
        code = child.wait()
    finally:
        late.cancel()
        _end(child)
        child.stdout.close()
        child.wait()
    if code == -signal.SIGTERM:
        raise LimitError(f"git took longer than {SECONDS:g} seconds.", hint="Compare files or folders.")
    return code, output


def _tied(parent: int) -> Callable[[], None]:
    """What git does before it is git: it ends when we do, which no signal to us would tell it.

    Where the kernel does not see to that (outside Linux), it ends by its own clock, which outlives ours.
    """
    load_libc()  # here, since a fork should import nothing

    def tie() -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(SECONDS) + 2)
        die_with_parent(parent)

    return tie


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGTERM)
        else:
            child.terminate()
