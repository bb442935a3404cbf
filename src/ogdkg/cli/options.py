"""Options that commands share, and the project, graph and format that they choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ogdkg.cli.messages import progress
from ogdkg.cli.session import PROJECT, SCREEN, TRUST, keep_from_overwriting, keeper, parsed_early, store_later
from ogdkg.cli.session import Session as Session  # commands take these from here, with all other options
from ogdkg.cli.session import project_option as project_option
from ogdkg.files.names import shown_path
from ogdkg.project.project import ALL_LAYERS, CONFIG, Project, find_project
from ogdkg.rdf.formats import Format
from ogdkg.rdf.formats import chosen_format as chosen_format  # commands take it from here
from ogdkg.sandbox.clock import limit_engine
from ogdkg.sandbox.limits import SECONDS, time_limit
from ogdkg.store.engines import ENGINES

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.project.endpoint import Endpoint

F = TypeVar("F", bound=Callable[..., Any])


def reading_options(command: F) -> F:
    """Add the options of a command that reads a graph; `open_chosen` takes them."""
    for option in reversed(_READING):
        command = option(command)
    return command


def verbosity_options(command: F) -> F:
    """Add `-v`, `-q` and the options of the terminal to a command that reads no graph."""
    for option in reversed(_VERBOSITY):
        command = option(command)
    return command


class ExampleCommand(click.Command):
    """A command whose help has holes for a thing of the project, a property, a word, a layer or a query."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, with examples from the current project: its things, properties and queries."""
        from ogdkg.cli.examples import filled  # only help needs it

        original = self.help
        self.help = filled(original or "", partial(project_for_parsing, ctx))
        super().format_help_text(ctx, formatter)
        self.help = original


def endpoint_option(command: F) -> F:
    """Add `--endpoint` to a command that takes no other reading options."""
    return _ENDPOINT(command)


def timeout_option(command: F) -> F:
    """Add `--timeout` to a command that takes no other reading options."""
    return _TIMEOUT(command)


def output_option(command: F) -> F:
    """Add `-o` to a command that has its own formats."""
    return _OUTPUT(command)


def context_option(command: F) -> F:
    """Add `--context`, which a command that reads loose files gets as `contexts`."""
    return _CONTEXT(command)


def _context_files(ctx: click.Context, param: click.Parameter, given: Sequence[str]) -> dict[str, Path]:
    if not given:
        return {}
    from ogdkg.cli.data import context_files  # few commands are given any

    return context_files(given)


def table_options(command: F) -> F:
    """Add `-x`, `--wide` and `--iris` to a command that writes rows; `answer.chosen_output` takes them."""
    return _RECORDS(_WIDE(_IRIS(command)))


def all_option(command: F) -> F:
    """Add `--all` to a command that shows the first of many."""
    return _ALL(command)


def citing_option(command: F) -> F:
    """Add `--cite` to a command that writes rows."""
    return _CITE(command)


def explaining_option(command: F) -> F:
    """Add `--explain` to a command that asks one query."""
    return _EXPLAIN(command)


def language_option(command: F) -> F:
    """Add `--lang` to a command that prints texts; `chosen_project` takes it."""
    return _LANGUAGE(command)


def output_options(among: tuple[Format, ...], *, folders: bool = False) -> Callable[[F], F]:
    """Add `-f` and `-o`, which the command gets as `format` and `output`.

    Args:
        among: The formats to choose from.
        folders: Whether the output may be a folder.
    """
    names = ", ".join(form.name for form in among)

    def decorate(command: F) -> F:
        described = f"One of {names} (default: by the output's extension, else by the result)."
        complete = _format_names(among)
        choose = click.option("-f", "--format", metavar="FORMAT", shell_complete=complete, help=described)
        return choose((_OUTPUT_OR_FOLDER if folders else _OUTPUT)(command))

    return decorate


def data_options(command: F) -> F:
    """Add `--data`, `--from`, `--base` and `--context` to a command that runs a query."""
    return _DATA(_FROM(_BASE(context_option(command))))


def data_file_options(command: F) -> F:
    """Add the same to a command that reads a graph; `open_data` takes them."""
    return _DATA(_FROM(_BASE_OF_FILES(context_option(command))))


def open_data(session: Session, options: dict[str, Any], *, selective: bool = False) -> Graph:
    """Open the graph of the files that are given, else the one that the reading options choose.

    `selective` is that of `open_chosen`.
    """
    if any(options[name] for name in DATA_NAMES):
        from ogdkg.cli.data import given_project  # most commands read a project

        project = given_project(options)
        return open_chosen(session, {**options, "no_cache": True}, project)
    for name in DATA_NAMES:
        del options[name]
    return open_chosen(session, options, selective=selective)


def open_chosen(
    session: Session, options: dict[str, Any], project: Project | None = None, *, selective: bool = False
) -> Graph:
    """Open the graph that the reading options choose.

    Args:
        session: The options before the command's name.
        options: The command's options; the reading options are removed from it.
        project: The project, if it is known already.
        selective: Whether the command asks so little that it need not load the whole graph.
    """
    from ogdkg.graph.graph import Graph, GraphOptions  # commands that take files alone open no graph

    project = chosen_project(session, options, project)
    layers = tuple(name for names in options.pop("layer") for name in names.split(",") if name)
    engine, timeout, no_cache = (options.pop(name) for name in ("engine", "timeout", "no_cache"))
    endpoint = chosen_endpoint(project, options.pop("endpoint"))
    chosen = GraphOptions(
        layers,
        engine,
        timeout,
        cache=not no_cache,
        on_progress=progress(session.say),
        endpoint=endpoint,
        selective=selective,
        later=partial(store_later, session, project.root, project.trust) if selective else None,
    )
    if not endpoint:  # else it reads none of them
        keep_from_overwriting(partial(_own_files, project))
    kept = keeper()
    return kept.graph(project, chosen) if kept and not project.loose else Graph(project, chosen)


def _own_files(project: Project) -> list[Path]:
    """The files that a project is made of, which no answer may be written over."""
    read = [source.path for source in project.sources()]
    if project.loose:
        return read
    return [project.root / CONFIG, *read, *project.queries.rglob("*.rq")]


def chosen_endpoint(project: Project, address: str | None) -> Endpoint | None:
    """Return the server that `--endpoint` gives, by its URL or by its name in ogdkg.toml."""
    return project.endpoint(address) if address else None


def chosen_project(session: Session, options: dict[str, Any], project: Project | None = None) -> Project:
    """Return the project if it is given, else the one that the options choose; `-v` prints which."""
    directory = options.pop("project", None)
    is_loose = project is not None and project.loose
    if project is None or (
        not is_loose and project.trust != session.trust
    ):  # it was opened before all options were read
        project = found_project(directory or session.project, trust=session.trust)
    if asked := options.pop("lang", ()):
        from ogdkg.project.languages import asked_languages

        project = project._replace(languages=asked_languages(asked, project.languages))
    where = project.title if project.loose else f"{shown_path(project.root)} ({project.title})"
    session.say(f"Graph: {where}", level=1)
    return project


def found_project(folder: str | None = None, *, trust: bool = False) -> Project:
    """Find and read a project, as `find_project` does, unless it is kept."""
    kept = keeper()
    return kept.project(folder, trust=trust) if kept else find_project(folder, trust=trust)


def project_for_parsing(
    ctx: click.Context, rest: Sequence[str] = (), options: Sequence[click.Parameter] = ()
) -> Project:
    """Return the project that determines a command's options, before these are parsed.

    Args:
        ctx: The context of the command, or of one above it.
        rest: The arguments not yet parsed, as `-C` may stand after the command's name.
        options: The options that the command has in every project.
    """
    context: click.Context | None = ctx
    parsed = parsed_early(ctx, rest, options)
    directory = parsed.get("project")
    while context is not None and not directory:
        directory = context.params.get("project")
        context = context.parent
    session = ctx.find_object(Session)
    is_trusting = bool(parsed.get("trust")) or (session is not None and session.trust)
    key = f"{__name__} {directory} {is_trusting}"  # a command and its completion both ask
    if key not in ctx.meta:
        ctx.meta[key] = found_project(directory, trust=is_trusting)
    project: Project = ctx.meta[key]
    return project


def _format_names(among: tuple[Format, ...]) -> Callable[..., list[str]]:
    return lambda ctx, param, incomplete: [form.name for form in among if form.name.startswith(incomplete)]


def _layer_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    project = found_project(ctx.params.get("project"))
    names = [*(layer.name for layer in project.layers), ALL_LAYERS]
    return [name for name in names if name.startswith(incomplete)]


def _engine_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in ENGINES if name.startswith(incomplete)]


def _endpoint_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    endpoints = found_project(ctx.params.get("project")).endpoints
    return [endpoint.name for endpoint in endpoints if endpoint.name.startswith(incomplete)]


def seconds(ctx: click.Context, param: click.Parameter, value: str | float | None) -> float | None:
    """Parse the value of `--timeout` for click, and limit the engines of this process; None is no limit."""
    limit = time_limit(SECONDS if value is None else value, "--timeout")
    limit_engine(limit)
    return limit


def _set_verbosity(ctx: click.Context, param: click.Parameter, value: int | bool) -> None:
    """Apply `-v` and `-q` that stand after the command's name."""
    if value and isinstance(ctx.obj, Session):
        verbosity = -1 if param.name == "quiet" else ctx.obj.verbosity + int(value)
        ctx.obj = ctx.obj._replace(verbosity=verbosity)


_OUTPUT = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write to a file instead of stdout.",
)
DATA_NAMES = ("data", "unnamed", "base", "contexts")
_DATA = click.option(
    "--data",
    "data",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read this file instead of the project's; - is stdin; may be repeated.",
)
_FROM = click.option(
    "--from",
    "unnamed",
    metavar="FORMAT",
    help="Format of files whose names do not tell it; the default for stdin is TriG.",
)
_BASE = click.option("--base", metavar="IRI", help="Base IRI of the query and of the files.")
_BASE_OF_FILES = click.option("--base", metavar="IRI", help="With --data: base IRI of the files.")
_RECORDS = click.option("-x", "--records", is_flag=True, help="Show each row as a record, a line a column.")
_WIDE = click.option("--wide", is_flag=True, help="Let a table be wider than the terminal.")
_IRIS = click.option("--iris", is_flag=True, help="With -f xlsx: name things by their IRIs.")
_ALL = click.option("--all", "show_all", is_flag=True, help="Show everything, not the first of each kind.")
_CONTEXT = click.option(
    "--context",
    "contexts",
    multiple=True,
    metavar="URL=FILE",
    callback=_context_files,
    help="Read the JSON-LD context at URL from FILE; may be repeated.",
)
_EXPLAIN = click.option("--explain", is_flag=True, help="Say on stderr what answered: counts, or the engine.")
_CITE = click.option(
    "--cite", is_flag=True, help="Cite in each row what it rests on: lines of a document, or named graphs."
)
_LANGUAGE = click.option(
    "--lang",
    multiple=True,
    envvar="OGDKG_LANG",
    metavar="LANG",
    help="Print texts in this language, such as fr, else in the project's; may be repeated.",
)
_OUTPUT_OR_FOLDER = click.option(
    "-o",
    "--output",
    metavar="FILE|DIR/",
    type=click.Path(allow_dash=True),
    help="Write to a file or a folder instead of stdout; .gz compresses.",
)
_VERBOSITY = (
    click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_set_verbosity,
        help="Print more; -vv adds tracebacks.",
    ),
    click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_set_verbosity,
        help="Print only results and errors.",
    ),
    *SCREEN,
)
_TIMEOUT = click.option(
    "--timeout",
    envvar="OGDKG_TIMEOUT",
    callback=seconds,
    metavar="SECONDS",
    help="Time limit of a query, and of all rules together; 0 for none. Waiting for the reader of the "
    f"output does not count.  [default: {SECONDS:g}]",
)
_ENDPOINT = click.option(
    "--endpoint",
    envvar="OGDKG_ENDPOINT",
    metavar="URL|NAME",
    shell_complete=_endpoint_names,
    help="Query this SPARQL server, given by URL or by its name in ogdkg.toml.",
)
_READING = (
    PROJECT,
    TRUST,
    click.option(
        "--layer",
        multiple=True,
        metavar="LAYER",
        shell_complete=_layer_names,
        help="Read only this layer, or all; may be repeated.",
    ),
    click.option(
        "--engine",
        envvar="OGDKG_ENGINE",
        default="oxigraph",
        metavar="ENGINE",
        shell_complete=_engine_names,
        help=f"One of {', '.join(ENGINES)}.",
    ),
    _TIMEOUT,
    _ENDPOINT,
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read the files and run the rules, whatever is kept (see `ogdkg load`).",
    ),
    *_VERBOSITY,
)
