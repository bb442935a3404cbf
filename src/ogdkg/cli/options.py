"""Options that commands share, what they make together, and how an answer reaches its reader."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar, cast

import click

from ogdkg import formats
from ogdkg.cli.endpoints import ENDPOINT, TIMEOUT, chosen_endpoint
from ogdkg.cli.progress import progress
from ogdkg.errors import InputError, UsageError
from ogdkg.formats import Format
from ogdkg.graph import ENGINES, Choices, Graph
from ogdkg.project import ALL_LAYERS, Project, find_project, shown

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
MANY = 100_000  # statements, from which on it is told how far a command is


class Session(NamedTuple):
    """What the options before the command say; `verbosity` is -1 for -q, else the number of -v."""

    project: str | None = None
    verbosity: int = 0

    def say(self, message: str, *, level: int = 0) -> None:
        """A word to the person, on stderr; `level` 1 only with -v."""
        if self.verbosity >= level:
            click.echo(message, err=True)


def reading(command: F) -> F:
    """Options of every command that reads a graph; `open_chosen` takes them."""
    for option in reversed(_READING):
        command = option(command)
    return command


def talking(command: F) -> F:
    """`-v` and `-q` after the name of a command that reads no graph."""
    for option in reversed(_TALKING):
        command = option(command)
    return command


def project_option(command: F) -> F:
    """`-C`, also after the command's name."""
    return _PROJECT(command)


def output_option(command: F) -> F:
    """`-o`, for a command whose formats are its own."""
    return _OUTPUT(command)


def citing_option(command: F) -> F:
    """`--cite`, for a command that gives rows."""
    return _CITE(command)


def output_options(among: tuple[Format, ...], *, folders: bool = False) -> Callable[[F], F]:
    """`-f` and `-o`, which may name a folder too; they arrive as `format` and `output`."""
    names = ", ".join(form.name for form in among)

    def decorate(command: F) -> F:
        described = f"One of {names}. Without it: by the output's extension, else what fits."
        choose = click.option(
            "-f", "--format", metavar="FORMAT", shell_complete=_format_names(among), help=described
        )
        return choose((_OUTPUT_OR_FOLDER if folders else _OUTPUT)(command))

    return decorate


def open_chosen(session: Session, options: dict[str, Any], project: Project | None = None) -> Graph:
    """The graph that the reading options choose, which are taken out of `options`."""
    project = chosen_project(session, options, project)
    layers = tuple(name for given in options.pop("layer") for name in given.split(",") if name)
    engine, timeout, no_cache = (options.pop(name) for name in ("engine", "timeout", "no_cache"))
    endpoint = chosen_endpoint(project, options.pop("endpoint"))
    return Graph(project, Choices(layers, engine, timeout, not no_cache, progress(session.say), endpoint))


def chosen_project(session: Session, options: dict[str, Any], project: Project | None = None) -> Project:
    """The project already found, else the one that the options choose; `-v` says which."""
    given = options.pop("project", None)
    project = project or find_project(given or session.project)
    session.say(f"Graph: {shown(project.root)} ({project.title})", level=1)
    return project


def project_around(ctx: click.Context, rest: Sequence[str]) -> Project:
    """The project to make the command from: `-C` may stand on either side of the name."""
    at: click.Context | None = ctx
    given = _project_in(rest)
    while at is not None and not given:
        given = at.params.get("project")
        at = at.parent
    return find_project(given)


def _project_in(rest: Sequence[str]) -> str | None:
    for index, word in enumerate(rest):
        if word in ("-C", "--project"):
            return next(iter(rest[index + 1 : index + 2]), None)
        if word.startswith("--project="):
            return word.partition("=")[2]
        if word.startswith("-C"):
            return word[2:]
    return None


def chosen_format(
    given: str | None, output: str | None, among: tuple[Format, ...], default: Format
) -> Format:
    """The format named, else the one of the output's extension (before `.gz`), else the default."""
    if given:
        return formats.by_name(given, among)
    name = Path(output or "").name.removesuffix(".gz")
    if not Path(name).suffix:
        return default
    form = formats.by_extension(name, among)
    if form is None:
        hint = f"Say -f with one of: {', '.join(form.name for form in among)}."
        raise UsageError(f"The name {output} tells no format that fits.", hint=hint)
    return form


def write_out(pieces: Iterable[str | bytes], output: str | None) -> None:
    """Pieces to stdout or to a file."""
    with opened_output(output) as out:
        for piece in pieces:
            out.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogatepass"))


def refuse_overwriting(outputs: Iterable[str | Path | None], inputs: Iterable[str | Path]) -> None:
    """Raise UsageError where an output is one of the files that are read."""
    there = [Path(output) for output in outputs if output and Path(output).exists()]
    known = {_identity(Path(file)) for file in inputs if Path(file).exists()} if there else set()
    for output in there:
        if _identity(output) in known:
            raise UsageError(f"{output} would be written over itself.", hint="Give the output another name.")


def _identity(path: Path) -> tuple[int, int]:
    """What two names of one file share."""
    status = path.stat()
    return status.st_dev, status.st_ino


def folder_for(output: str) -> Path:
    """The folder that a name means, made where it is not there."""
    try:
        Path(output).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}.") from error
    return Path(output)


def counted(lines: Iterable[str], session: Session) -> Iterator[str]:
    """The lines; how many were read is told on a terminal's stderr where there are many."""
    if not _shows_progress(session):
        yield from lines
        return
    number = 0
    for number, line in enumerate(lines, 1):
        if not number % MANY:
            click.echo(f"\rRead {number:,} statements", nl=False, err=True)
        yield line
    if number >= MANY:
        click.echo(f"\rRead {number:,} statements", err=True)


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
def opened_output(output: str | None) -> Iterator[IO[bytes]]:
    """stdout, or a file written beside and then renamed, so that no reader sees half of it; packs `.gz`."""
    if output in (None, "-"):
        with _unchanged_newlines() as out:
            yield out
        return
    import tempfile  # 3 ms that stdout does not need

    target = Path(os.path.realpath(output or ""))  # what a link leads to, so that the link stays one
    beside = None
    try:
        with _ended_in_order():
            descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            with os.fdopen(descriptor, "wb") as file, _packed(file, target) as out:
                yield out
        Path(beside).chmod(_mode_for(target))
        Path(beside).replace(target)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Leave no half file behind where the process is ended from outside: `kill`, a terminal that closes."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():  # where Python hears of no signal
        yield
        return

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.signal(end, leave) for end in ends]
    try:
        yield
    finally:
        for end, handler in zip(ends, before, strict=True):
            signal.signal(end, handler)


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


@contextlib.contextmanager
def _unchanged_newlines() -> Iterator[IO[bytes]]:
    """stdout as bytes: CSV ends its lines with CR LF on every system."""
    sys.stdout.flush()
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _mode_for(target: Path) -> int:
    """The mode of the file replaced, or what a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _format_names(among: tuple[Format, ...]) -> Callable[..., list[str]]:
    return lambda ctx, param, incomplete: [form.name for form in among if form.name.startswith(incomplete)]


def _layer_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    project = find_project(ctx.params.get("project"))
    names = [*(layer.name for layer in project.layers), ALL_LAYERS]
    return [name for name in names if name.startswith(incomplete)]


def _louder(ctx: click.Context, param: click.Parameter, value: int | bool) -> None:
    """`-v` and `-q` after the command's name do what they do before it."""
    if value and isinstance(ctx.obj, Session):
        verbosity = -1 if param.name == "quiet" else ctx.obj.verbosity + int(value)
        ctx.obj = ctx.obj._replace(verbosity=verbosity)


_PROJECT = click.option(
    "-C",
    "--project",
    metavar="DIR",
    type=click.Path(),
    help="The graph project; else OGDKG_PROJECT, else the nearest ogdkg.toml.",
)
_OUTPUT = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write to a file instead of stdout.",
)
_CITE = click.option(
    "--cite", is_flag=True, help="With each row the passages, and other graphs, of the triples it rests on."
)
_OUTPUT_OR_FOLDER = click.option(
    "-o",
    "--output",
    metavar="FILE|DIR/",
    type=click.Path(allow_dash=True),
    help="Write to a file or a folder instead of stdout; a name that ends in .gz is packed.",
)
_TALKING = (
    click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_louder,
        help="Say more; -vv shows where an error arose.",
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_louder,
        help="Say nothing but results and errors.",
    ),
)
_READING = (
    _PROJECT,
    click.option(
        "--layer",
        multiple=True,
        metavar="LAYER",
        shell_complete=_layer_names,
        help="Only this layer; may be repeated.",
    ),
    click.option(
        "--engine",
        envvar="OGDKG_ENGINE",
        default="oxigraph",
        metavar="ENGINE",
        shell_complete=lambda ctx, param, incomplete: [
            name for name in ENGINES if name.startswith(incomplete)
        ],
        help=f"One of {', '.join(ENGINES)}.",
    ),
    TIMEOUT,
    ENDPOINT,
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read the files, even where a store of them is kept on disk (see `ogdkg load`).",
    ),
    *_TALKING,
)
