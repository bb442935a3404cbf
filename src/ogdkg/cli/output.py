"""Writes output to stdout, or to a file that is replaced atomically; knows what a terminal shows."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import click

from ogdkg.cli.messages import redraw
from ogdkg.cli.session import color_chosen, is_paging, kept_files
from ogdkg.errors import InputError, UsageError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.formats import FORMATS, is_packed
from ogdkg.text.escape import Ink, on_terminal, printable_lines, told_styled

if TYPE_CHECKING:
    from ogdkg.cli.session import Session

T = TypeVar("T")
MANY = 100_000  # statements from which on progress is shown


class FormatChoice(click.Choice[str]):
    """The name of a format in any case, or an alias that exports know, such as `ttl` and `md`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name; arguments and errors are those of click."""
        name = str(value).casefold()
        full = next((form.name for form in FORMATS if form.is_called(name)), name)
        return super().convert(full if full in self.choices else value, param, ctx)


def write_out(pieces: Iterable[str | bytes], output: str | None, *, below: Path | None = None) -> None:
    """Write data to stdout or to a file, unchanged except that a terminal gets no control characters.

    Args:
        pieces: The data.
        output: The file; None or `-` for stdout.
        below: The folder that a generated file name must not leave.

    Raises:
        InputError: The output cannot be written.
    """
    with opened_output(output, below=below) as out:
        _write(pieces, out)


def write_text(pieces: Iterable[str], output: str | None) -> None:
    """Write text for people to stdout or to a file, with control characters escaped."""
    write_out(printable_lines(pieces), output)


def write_styled(lines: Iterable[str]) -> None:
    """Write lines with our own colours and links to stdout, and no other control characters."""
    with _stdout() as out:
        _write(told_styled(lines), out)


def _write(pieces: Iterable[str | bytes], out: IO[bytes]) -> None:
    for piece in pieces:
        # A file name may contain lone surrogates, which UTF-8 cannot encode.
        out.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace"))


def refuse_overwriting(outputs: Iterable[str | Path | None], inputs: Iterable[str | Path]) -> None:
    """Raise UsageError if an output is one of the input files."""
    existing = [Path(output) for output in outputs if output and _exists(output)]
    inodes = {_inode(Path(file)) for file in inputs if _exists(file)} if existing else set()
    for output in existing:
        if _inode(output) in inodes:
            raise UsageError(f"{output} is both input and output.", hint="Give the output another name.")


def _exists(path: str | Path) -> bool:
    """Whether a path exists; False for an invalid one, which fails when it is opened."""
    return os.path.exists(path)  # noqa: PTH110  # Path.exists raises for an invalid path


def _inode(path: Path) -> tuple[int, int]:
    """Return device and inode: the same for all names of one file."""
    status = path.stat()
    return status.st_dev, status.st_ino


def check_outputs(paths: Iterable[Path], below: Path) -> None:
    """Raise InputError if one of these generated files cannot be written, before any of them is."""
    from ogdkg.files.atomic import check_free  # most output goes to stdout

    for path in paths:
        with output_errors(path):
            check_free(path, below)


def with_counter(lines: Iterable[str], session: Session) -> Iterator[str]:
    """Yield the lines; if there are many, count them on a terminal's stderr."""
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
    """Return a function that yields the items, with a progress bar on a terminal if there are many."""

    def with_progress(items: Sequence[T]) -> Iterable[T]:
        return _draw_bar(items) if len(items) >= MANY and _shows_progress(session) else items

    return with_progress


def _draw_bar(items: Sequence[T]) -> Iterator[T]:
    with click.progressbar(
        items, label="Writing", file=sys.stderr, update_min_steps=len(items) // 100
    ) as bar:
        yield from bar


def _shows_progress(session: Session) -> bool:
    """Whether a person waits for a file: statements that a terminal shows tell by themselves."""
    context = click.get_current_context(silent=True)
    is_file = context is None or context.params.get("output") not in (None, "-")
    return session.verbosity >= 0 and sys.stderr.isatty() and (is_file or not is_terminal())


@contextlib.contextmanager
def opened_output(
    output: str | None, *, below: Path | None = None, check: Callable[[], None] | None = None
) -> Iterator[IO[bytes]]:
    """Open stdout, or a temporary file that replaces the output when it is complete; compresses `.gz`.

    A pipe or a device is written to directly.

    Args:
        output: The file; None or `-` for stdout.
        below: The folder that a generated file name must not leave.
        check: Called just before the file is replaced; raises to keep it.

    Raises:
        InputError: The output cannot be written.
    """
    if output in (None, "-"):
        with _stdout() as out:
            yield cast(IO[bytes], _Terminal(out)) if is_terminal() else out
        return
    if not below and _is_device(output or ""):
        with _to_device(Path(output or "")) as out:
            yield out
        return
    from ogdkg.files.atomic import replaced  # as above

    if not below and _exists(output or ""):
        refuse_overwriting([output], kept_files())
    target = Path(output or "")
    name = target.name if below else os.path.realpath(target)  # whether to compress depends on the name
    with (
        output_errors(output),
        replaced(target, below=below, check=check) as file,
        _compressed(file, Path(name)) as out,
    ):
        yield out


@contextlib.contextmanager
def output_errors(output: str | Path | None) -> Iterator[None]:
    """Turn OSError into an InputError that names the output."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}.") from error


def _is_device(output: str) -> bool:
    """Whether a path is a pipe, a device or an open file descriptor."""
    if output in ("/dev/stdout", "/dev/stderr") or output.startswith(("/dev/fd/", "/proc/self/fd/")):
        return True
    try:
        mode = os.stat(output).st_mode  # noqa: PTH116  # Path drops a trailing slash
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    except OSError:  # the error is raised when it is opened
        return False


@contextlib.contextmanager
def _to_device(target: Path) -> Iterator[IO[bytes]]:
    try:
        with target.open("ab") as file, _compressed(file, target) as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}.") from error


@contextlib.contextmanager
def _compressed(file: IO[bytes], target: Path) -> Iterator[IO[bytes]]:
    """Yield the file, or a stream that packs into it as its name says."""
    if not is_packed(target):
        yield file
        return
    from ogdkg.files.packed import packing  # few outputs are packed

    with packing(file, str(target)) as stream:
        yield stream


def is_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


class Screen(NamedTuple):
    """What text is written on.

    Attributes:
        output: The file; None or `-` for stdout.
        width: The columns of the terminal; None for no limit, as of a file.
        links: Whether it shows links (OSC 8).
        ink: Its colours.
    """

    output: str | None = None
    width: int | None = None
    links: bool = False
    ink: Ink = Ink()

    @property
    def is_styled(self) -> bool:
        """Whether lines made for it may have colours or links."""
        return self.links or self.ink.on

    def write(self, lines: Iterable[str]) -> None:
        """Write lines for people, made for this screen."""
        if self.is_styled:
            write_styled(lines)
        else:
            write_text(lines, self.output)

    def fitted(self, lines: Iterable[str]) -> Iterable[str]:
        """Return sentences broken between words where they do not fit the terminal."""
        if not self.width:
            return lines
        from ogdkg.render.views.fitted import fitted  # only a terminal needs it

        return fitted(lines, self.width)

    def tell(self, lines: Iterable[str]) -> None:
        """Write sentences, as `fitted` breaks them."""
        self.write(self.fitted(lines))


def screen(output: str | None) -> Screen:
    """Return what an output is written on: stdout may be a terminal, a file has no width and no colours."""
    if output not in (None, "-"):
        return Screen(output)
    is_capable = os.environ.get("TERM", "dumb") != "dumb" and not os.environ.get("NO_COLOR")
    when = color_chosen()
    is_coloured = when == "always" or (when == "auto" and is_terminal() and is_capable)
    links = is_coloured and is_terminal() and os.environ.get("TERM", "dumb") not in ("dumb", "linux")
    return Screen(output, _terminal_width(), links, Ink(is_coloured))


def _terminal_width() -> int | None:
    """Return the width of the terminal on stdout in columns; None if stdout is no terminal."""
    return _terminal_size()[0] if is_terminal() else None


def _terminal_size() -> tuple[int, int]:
    """Return the columns and lines of the terminal."""
    import shutil  # with it come all compressions, which nothing but a terminal should cost

    return shutil.get_terminal_size()


class _Terminal:
    """A byte stream to a terminal that escapes control characters."""

    def __init__(self, out: IO[bytes]) -> None:
        import codecs  # only a terminal needs it

        self._out = out
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: bytes) -> int:
        self._out.write(on_terminal(self._decode(data)).encode())
        return len(data)

    def flush(self) -> None:
        self._out.flush()


@contextlib.contextmanager
def _stdout() -> Iterator[IO[bytes]]:
    """Open stdout in binary, as CSV lines end in CR LF on every system; a terminal gets it by pages."""
    sys.stdout.flush()
    if _wants_pages():
        from ogdkg.cli.pager import paged  # only a terminal needs it

        with paged(sys.stdout.buffer, *_terminal_size()) as out:
            yield out
    else:
        yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _wants_pages() -> bool:
    """Whether a person may turn pages: a terminal shows them, and a keyboard gives the keys."""
    is_capable = os.environ.get("TERM", "dumb") != "dumb"
    return is_paging() and is_capable and is_terminal() and sys.stdin.isatty()
