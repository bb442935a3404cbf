"""Options that commands share, and what they make together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from ogdkg.cli.endpoints import ENDPOINT, TIMEOUT, chosen_endpoint
from ogdkg.cli.kept import keep_from_overwriting
from ogdkg.cli.progress import progress
from ogdkg.cli.telling import tell
from ogdkg.errors import UsageError
from ogdkg.files.names import shown
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import ALL_LAYERS, CONFIG, Project, find_project
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.store.engines import ENGINES

F = TypeVar("F", bound=Callable[..., Any])


class Session(NamedTuple):
    """What the options before the command say; `verbosity` is -1 for -q, else the number of -v.

    `trust`: the person trusts the project to reach outside its folder.
    """

    project: str | None = None
    verbosity: int = 0
    trust: bool = False

    def say(self, message: str, *, level: int = 0) -> None:
        """A word to the person, on stderr; `level` 1 only with -v."""
        if self.verbosity >= level:
            tell(message, err=True)


def reading_options(command: F) -> F:
    """Options of every command that reads a graph; `open_chosen` takes them."""
    for option in reversed(_READING):
        command = option(command)
    return command


def verbosity_options(command: F) -> F:
    """`-v` and `-q` after the name of a command that reads no graph."""
    for option in reversed(_TALKING):
        command = option(command)
    return command


def project_option(command: F) -> F:
    """`-C` and `--trust`, also after the command's name."""
    return _PROJECT(_TRUST(command))


def is_trusting(ctx: click.Context) -> bool:
    """Whether `--trust` stands before the command's name."""
    return bool(ctx.meta.get(_TRUSTING))


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
    watch = progress(session.say)
    choices = GraphOptions(layers, engine, timeout, cache=not no_cache, on_progress=watch, endpoint=endpoint)
    if not endpoint:  # else it reads none of them
        keep_from_overwriting(partial(_own_files, project))
    return Graph(project, choices)


def _own_files(project: Project) -> list[Path]:
    """The files that a project is made of, which no answer may be written over."""
    read = (source.path for source in project.sources())
    return [project.root / CONFIG, *read, *project.queries.rglob("*.rq")]


def chosen_project(session: Session, options: dict[str, Any], project: Project | None = None) -> Project:
    """The project already found, else the one that the options choose; `-v` says which."""
    given = options.pop("project", None)
    if project is None or project.trust != session.trust:  # it was made before all options were read
        project = find_project(given or session.project, trust=session.trust)
    session.say(f"Graph: {shown(project.root)} ({project.title})", level=1)
    return project


def project_around(
    ctx: click.Context, rest: Sequence[str] = (), options: Sequence[click.Parameter] = ()
) -> Project:
    """The project to make the command from: `-C` may stand on either side of the name.

    Args:
        ctx: where the command is made.
        rest: the words after its name.
        options: those that it has in every project.
    """
    at: click.Context | None = ctx
    said = _said_in(ctx, rest, options)
    given = said.get("project")
    while at is not None and not given:
        given = at.params.get("project")
        at = at.parent
    session = ctx.find_object(Session)
    return find_project(given, trust=bool(said.get("trust")) or (session is not None and session.trust))


def _said_in(
    ctx: click.Context, words: Sequence[str], options: Sequence[click.Parameter]
) -> Mapping[str, Any]:
    """The options among the words, as click will read them once the project has named the others.

    What is not known yet is an option of the project's, each of which takes a value. A value is none: neither
    `--x --trust` nor `--x -C../other` chooses anything.
    """
    known = {name for option in options for name in option.opts} | set(ctx.help_option_names)
    names = {word.partition("=")[0] for word in words if word.startswith("--")} - known - {"--"}
    others = [click.Option([name, f"other_{number}"]) for number, name in enumerate(sorted(names))]
    command = click.Command(None, params=[*options, *others])
    trial = click.Context(command, parent=ctx, resilient_parsing=True)  # faults are told by the real reading
    return command.make_parser(trial).parse_args(list(words))[0]


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


def _trusting(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and isinstance(ctx.obj, Session):
        ctx.obj = ctx.obj._replace(trust=True)
    elif value:
        ctx.meta[_TRUSTING] = True  # until there is a session


_TRUSTING = "--trust"
_TRUST = click.option(
    _TRUSTING,
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_trusting,
    help="Let the project read outside its folder, and say where servers are.",
)
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
    _TRUST,
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
