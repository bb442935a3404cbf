"""How an answer reaches its reader: stdout or a file replaced at once, and a word on how far it is."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar, cast

import click

from ogdkg.cli.kept import kept_files
from ogdkg.cli.telling import redraw
from ogdkg.errors import InputError, UsageError
from ogdkg.files.atomic import check_free, replaced
from ogdkg.text.escape import on_terminal, told

if TYPE_CHECKING:
    from ogdkg.cli.options import Session

T = TypeVar("T")
MANY = 100_000  # statements, from which on it is told how far a command is


def write_out(pieces: Iterable[str | bytes], output: str | None, *, below: Path | None = None) -> None:
    """Data to stdout or to a file, exact but for a terminal, which controls in them would command.

    `below`: a file of a generated name, which stays below this folder.
    """
    with opened_output(output, below=below) as out:
        _write(pieces, out)


def write_told(pieces: Iterable[str], output: str | None) -> None:
    """Text for a person to stdout or to a file."""
    write_out(told(pieces), output)


def write_linked(lines: Iterable[str]) -> None:
    """Lines with links to a terminal, whose text has passed its door."""
    with _unchanged_newlines() as out:
        _write(lines, out)


def _write(pieces: Iterable[str | bytes], out: IO[bytes]) -> None:
    for piece in pieces:
        # Half a character has no place in UTF-8; a file's name may hold one.
        out.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace"))


def refuse_overwriting(outputs: Iterable[str | Path | None], inputs: Iterable[str | Path]) -> None:
    """Raise UsageError where an output is one of the files that are read."""
    there = [Path(output) for output in outputs if output and _is_there(output)]
    known = {_identity(Path(file)) for file in inputs if _is_there(file)} if there else set()
    for output in there:
        if _identity(output) in known:
            raise UsageError(f"{output} would be written over itself.", hint="Give the output another name.")


def _is_there(path: str | Path) -> bool:
    """Whether something bears a name; one that no file can have is left to who opens it."""
    return os.path.exists(path)  # noqa: PTH110  # Path.exists raises for it


def _identity(path: Path) -> tuple[int, int]:
    """What two names of one file share."""
    status = path.stat()
    return status.st_dev, status.st_ino


def check_outputs(paths: Iterable[Path], below: Path) -> None:
    """Raise InputError where one of these generated names cannot be written, before any of them is."""
    for path in paths:
        with _told(path):
            check_free(path, below)


def with_counter(lines: Iterable[str], session: Session) -> Iterator[str]:
    """The lines; how many were read is told on a terminal's stderr where there are many."""
    if not _shows_progress(session):
        yield from lines
        return
    number = 0
    for number, line in enumerate(lines, 1):
        if not number % MANY:
            redraw(f"Read {number:,} statements")
        yield line
    if number >= MANY:
        redraw(f"Read {number:,} statements", last=True)


def with_bar(session: Session) -> Callable[[Sequence[T]], Iterable[T]]:
    """What draws a bar on a terminal's stderr while the items given are written, where they are many."""

    def drawn(items: Sequence[T]) -> Iterable[T]:
        return _drawn(items) if len(items) >= MANY and _shows_progress(session) else items

    return drawn


def _drawn(items: Sequence[T]) -> Iterator[T]:
    with click.progressbar(
        items, label="Writing", file=sys.stderr, update_min_steps=len(items) // 100
    ) as bar:
        yield from bar


def _shows_progress(session: Session) -> bool:
    return session.verbosity >= 0 and sys.stderr.isatty()


@contextlib.contextmanager
def opened_output(
    output: str | None, *, below: Path | None = None, check: Callable[[], None] | None = None
) -> Iterator[IO[bytes]]:
    """stdout, or a file written beside and then renamed, so that no reader sees half of it; packs `.gz`.

    A pipe or a device is written to as it is. `below` and `check`: as in `files.replaced`.
    """
    if output in (None, "-"):
        with _unchanged_newlines() as out:
            yield cast(IO[bytes], _Terminal(out)) if is_terminal() else out
        return
    if not below and _is_device(output or ""):
        with _to_device(Path(output or "")) as out:
            yield out
        return
    if not below and _is_there(output or ""):
        refuse_overwriting([output], kept_files())
    target = Path(output or "")
    name = target.name if below else os.path.realpath(target)  # it is packed by what it is called
    with _told(output), replaced(target, below=below, check=check) as file, _packed(file, Path(name)) as out:
        yield out


@contextlib.contextmanager
def _told(output: str | Path | None) -> Iterator[None]:
    """An error of the system as one of the output."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}.") from error


def _is_device(output: str) -> bool:
    """Whether a name means something open or special: a pipe, a terminal, our own stdout."""
    if output in ("/dev/stdout", "/dev/stderr") or output.startswith(("/dev/fd/", "/proc/self/fd/")):
        return True
    try:
        mode = os.stat(output).st_mode  # noqa: PTH116  # Path drops a slash at the end, by which no file is meant
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    except OSError:  # writing it tells what is wrong
        return False


@contextlib.contextmanager
def _to_device(target: Path) -> Iterator[IO[bytes]]:
    try:
        with target.open("ab") as file, _packed(file, target) as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}.") from error


@contextlib.contextmanager
def _packed(file: IO[bytes], target: Path) -> Iterator[IO[bytes]]:
    """The file, or if its name ends in .gz a stream that packs into it; without a time, for equal bytes."""
    if target.suffix != ".gz":
        yield file
        return
    import gzip  # few outputs are packed

    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        yield cast(IO[bytes], packed)


def is_terminal() -> bool:
    return sys.stdout.isatty()


def terminal_width() -> int | None:
    """The columns of the terminal on stdout; None where there is none."""
    import shutil  # only a table asks

    return shutil.get_terminal_size().columns if is_terminal() else None


def shows_links() -> bool:
    """Whether to write OSC 8 links: on a terminal that does more than text, and NO_COLOR unset."""
    return (
        is_terminal()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "dumb") not in ("dumb", "linux")
    )


class _Terminal:
    """Data on their way to a terminal."""

    def __init__(self, out: IO[bytes]) -> None:
        import codecs  # only a terminal wants it

        self._out = out
        self._decoded = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: bytes) -> int:
        self._out.write(on_terminal(self._decoded(data)).encode())
        return len(data)

    def flush(self) -> None:
        self._out.flush()


@contextlib.contextmanager
def _unchanged_newlines() -> Iterator[IO[bytes]]:
    """stdout as bytes: CSV ends its lines with CR LF on every system."""
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
