"""`ogdkg query`: lists the stored queries, each of which is a command with options from its header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any

import click

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery, renamed
from ogdkg.catalogue.parameters import Parameter
from ogdkg.cli.options import (
    DATA_NAMES,
    ExampleCommand,
    Session,
    chosen_format,
    citing_option,
    data_file_options,
    explaining_option,
    language_option,
    open_chosen,
    output_options,
    project_for_parsing,
    project_option,
    reading_options,
    table_options,
)
from ogdkg.cli.session import keeper, screen_options
from ogdkg.errors import OgdkgError, UsageError, all_of
from ogdkg.project.project import Project
from ogdkg.rdf import formats
from ogdkg.text.escape import lines, one_line, printable_lines

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ogdkg.cli.answer import NamedQuery, OutputOptions, RowSlice
    from ogdkg.graph.graph import Graph

_YIELDING = (*DATA_NAMES, "explain")  # shared options that give way to parameters of their names
_COMPLETING = 1.0  # seconds that rules may take, and so long the values of a parameter
_LISTING = (formats.TABLE, formats.MARKDOWN, formats.TURTLE, formats.TRIG, formats.NTRIPLES, formats.JSONLD)


class Queries(ExampleCommand, click.Group):
    """A group with a command for each stored query; only the one that runs is read."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names that the catalogue has; a file whose name begins as an option is none."""
        return [name for name in _catalogue_of(project_for_parsing(ctx)).paths if not name.startswith("-")]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the first argument; the rest may name another project, which the query is of.

        Raises:
            UnknownNameError: The catalogue has no such query; the error names near ones.
        """
        name, *rest = args
        return name, _command(ctx, name, rest), rest

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of one query, for its help and for completion."""
        return _command(ctx, cmd_name, [])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the queries whose names begin so, with their summaries; or the options of the group."""
        from click.shell_completion import CompletionItem  # only a shell asks

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        catalogue = _catalogue_of(project_for_parsing(ctx))  # once, not for each query
        found = [name for name in catalogue.paths if name.startswith(incomplete) and not name.startswith("-")]
        return [CompletionItem(name, help=_summary(catalogue, name)) for name in found]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write nothing: `ogdkg query` lists the queries with their summaries."""


def _catalogue_of(project: Project) -> Catalogue:
    kept = keeper()
    return kept.catalogue(project) if kept else Catalogue(project)


def _summary(catalogue: Catalogue, name: str) -> str | None:
    """Return what a query answers; None if its file cannot be read."""
    try:
        return catalogue.get(name).header.summary or None
    except OgdkgError:
        return None


@click.group("query", cls=Queries, invoke_without_command=True, subcommand_metavar="[NAME [OPTION]...]")
@output_options(_LISTING)
@project_option
@screen_options
@click.option("--no-cache", is_flag=True, help="Read the files, whatever is kept or remembered.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Run a stored query, or list them by topic.

    \b
    For example:
      ogdkg query
      ogdkg query {query} -f csv
    """
    if ctx.invoked_subcommand is not None:  # what stands before its name counts, unless it is given again
        given = {name: value for name, value in options.items() if value}
        ctx.default_map = {ctx.invoked_subcommand: given}
        return
    from ogdkg.cli.output import screen, write_out, write_text  # completion needs none of them

    output = options.pop("output")
    form = chosen_format(options.pop("format"), output, _LISTING, formats.TABLE)
    project = project_for_parsing(ctx)
    topics, faults = _catalogue_of(project).topics()
    if form in (formats.TABLE, formats.MARKDOWN):
        from ogdkg.catalogue.checking import unusable
        from ogdkg.render.views.listing import write_listing, write_page  # running a query does not need it

        broken = list(unusable(chain.from_iterable(topics.values()), project.prefixes))
        names = {query.name for query, _ in broken}
        faults += [fault for _, fault in broken]
        width = screen(output).width
        is_table = form is formats.TABLE
        write_text(write_listing(topics, names, width) if is_table else write_page(topics), output)
        _print_ignored(ctx.obj, chain.from_iterable(topics.values()))
    else:
        from ogdkg.catalogue.description import describe
        from ogdkg.render.rdf.writers import write_triples

        described = describe(project, chain.from_iterable(topics.values()))
        write_out(write_triples(described, form, project.prefixes), output)
    if faults:
        raise all_of(faults)


def _print_ignored(session: Session, queries: Iterable[StoredQuery]) -> None:
    for query in queries:
        if query.header.ignored:
            session.say(f"Notice: {query.file}: ogdkg ignores grlc's {', '.join(query.header.ignored)}.")


class QueryCommand(click.Command):
    """A stored query as a command; its help shows the header's text, and an example with its result."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help without control characters, since the header may be a stranger's."""
        return "".join(printable_lines([super().get_help(ctx)]))

    def __init__(self, query: StoredQuery, catalogue: Catalogue, **settings: Any) -> None:
        super().__init__(query.name, **settings)
        self.query = query
        self.catalogue = catalogue

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; the error for an unknown option names the queries that would take it.

        Raises:
            UsageError: The query has no such option.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise _unknown_option(error, self.query, self.catalogue) from error

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the summary, the description and the related queries of the header."""
        for paragraph in (self.query.header.summary, self.query.header.description):
            if paragraph:
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(lines(paragraph))
        if see := self.query.header.see:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(lines(f"See also: {', '.join(see)}."))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write an example with its first rows, if each parameter has a value for one."""
        import shlex  # only help needs it

        from ogdkg.cli.query_help import answer_lines, example_values  # as above

        example = example_values(self.query)
        if example is None:
            return
        options = "".join(f" --{name} {shlex.quote(value)}" for name, value in example.items())
        with formatter.section("For example"):
            formatter.write(f"  ogdkg query {one_line(shlex.quote(self.query.name) + options)}\n")
            formatter.write("".join(f"  {line}\n" for line in answer_lines(ctx, self.query, example)))


def _command(ctx: click.Context, name: str, rest: Sequence[str]) -> click.Command:
    project = project_for_parsing(ctx, rest, _SHARED.params)
    catalogue = _catalogue_of(project)
    query = catalogue.get(name if catalogue.has(name) else " ".join([name, *takewhile(_is_word, rest)]))
    own: list[click.Parameter] = [_option(parameter) for parameter in query.parameters]
    own += [_old_option(parameter, old) for parameter in query.parameters for old in parameter.formerly]
    run = click.pass_obj(lambda session, /, **options: _run(session, project, query, options))
    return QueryCommand(query, catalogue, params=[*own, *_shared_beside(own)], callback=run)


def _is_word(argument: str) -> bool:
    """Whether it belongs to a question in words, which somebody wrote in place of a name."""
    return not argument.startswith("-")


def _shared_beside(own: Sequence[click.Parameter]) -> list[click.Parameter]:
    """Return the shared options; some give way to a parameter of their name, such as `--from`."""
    taken = {name for option in own for name in option.opts}
    return [
        each for each in _SHARED.params if each.name not in _YIELDING or not taken.intersection(each.opts)
    ]


def _unknown_option(error: click.NoSuchOption, query: StoredQuery, catalogue: Catalogue) -> UsageError:
    """Return the error for an option that a query has not: which it has, and which other query has that."""
    from ogdkg.catalogue.suggestions import queries_taking  # only for a mistake

    name = error.option_name
    taken = ", ".join(f"--{parameter.name}" for parameter in query.parameters)
    hints = [f"It takes {taken}." if taken else "It takes no parameters."]
    if others := queries_taking(catalogue.readable(), query, name.removeprefix("--")):
        hints.append(f"{' and '.join(f'`ogdkg query {each}`' for each in others)} would take {name}.")
    if near := [each for each in error.possibilities or () if each.removeprefix("--") in taken.split("--")]:
        hints.insert(0, f"Did you mean {near[0]}?")
    hints.append(f"`ogdkg query {query.name} --help` lists all options.")
    return UsageError(f"The query {query.name} has no option {name}.", hint="\n".join(hints))


def _run(session: Session, project: Project, query: StoredQuery, options: dict[str, Any]) -> None:
    """Run a stored query with the options of its command."""
    from ogdkg.cli.answer import (  # a list of the queries gives no answer
        NamedQuery,
        RowSlice,
        chosen_output,
        named_by,
        say_way,
    )
    from ogdkg.cli.output import write_out
    from ogdkg.search.resolver import NameResolver

    values = {parameter.name: options.pop(f"value_{parameter.name}") for parameter in query.parameters}
    given = {name: value for name, value in values.items() if value is not None}
    view = chosen_output(options, columns=lambda: query.header.columns)
    cut = RowSlice(options.pop("limit"), options.pop("offset"), options.pop("count"), options.pop("count_by"))
    print_only, cite = options.pop("print_only"), options.pop("cite")
    explain = options.pop("explain", False)
    graph = open_chosen(session, options, _of_files(project, options), selective=True).for_query(query)
    resolver = NameResolver(graph)
    text = resolver.bind(query, given, portable=print_only)
    if print_only:
        return write_out([text if text.endswith("\n") else text + "\n"], view.output)
    # Read only where IRIs are shown: files are looked at for prefixes then.
    view = view._replace(prefixes=query.prefixes_with(graph.project.prefixes), named=named_by(graph))
    asked = NamedQuery(text, query.file, resolver.bind_all(query, given) if cite else "")
    is_empty = _answer(session, graph, asked, view, cut)
    if explain:
        say_way(session, graph, text, is_cited=cite)
    if is_empty and session.verbosity >= 0:  # else nobody would read it
        _say_why_empty(session, graph, query, given)
    return None


def _answer(session: Session, graph: Graph, asked: NamedQuery, view: OutputOptions, cut: RowSlice) -> bool:
    """Write the answer, with citations if these are to be traced; return whether it has no rows."""
    from ogdkg.cli.answer import RowWatch, write_cited_result, write_result  # as in `_run`
    from ogdkg.store.base import Rows

    watch = RowWatch()
    if asked.traced:
        write_cited_result(session, graph, asked, view, cut, watch)
    else:
        result = graph.sparql(asked.text, name=asked.name)
        write_result(watch.over(result) if isinstance(result, Rows) else result, view, cut)
    return watch.is_empty


def _of_files(project: Project, options: dict[str, Any]) -> Project:
    """Return the project with the files of `--data` in place of its own, if any are given."""
    for name in DATA_NAMES:
        options.setdefault(name, None)  # a parameter may have taken its option's name
    if options["data"]:
        from ogdkg.cli.data import asked_of_files  # most queries are asked of the project

        return asked_of_files(project, options)
    for name in DATA_NAMES:
        if options.pop(name):
            raise UsageError(
                "--from, --base and --context are for files.", hint="Name them with --data FILE."
            )
    return project


def _say_why_empty(session: Session, graph: Graph, query: StoredQuery, values: dict[str, Any]) -> None:
    """Say on stderr why a query finds nothing, and what would find something."""
    from ogdkg.search.empty_answers import reasons  # only an empty answer needs it

    for reason in reasons(graph, query, values):
        session.say(f"Notice: {reason}")


def _old_option(parameter: Parameter, name: str) -> click.Option:
    """Return the option that says how a parameter is named now."""

    def refuse(ctx: click.Context, param: click.Parameter, value: object) -> None:
        if value is not None:
            raise renamed(parameter, name)

    return click.Option([f"--{name}", f"old_{name}"], hidden=True, expose_value=False, callback=refuse)


def _option(parameter: Parameter) -> click.Option:
    return click.Option(
        [f"--{parameter.name}", f"value_{parameter.name}"],
        metavar=_metavar(parameter),
        multiple=parameter.multivalued,
        help=_help(parameter),
        shell_complete=_completer(parameter),
    )


def _metavar(parameter: Parameter) -> str:
    return "NAME" if parameter.is_resource else parameter.kind.removeprefix("xsd_").upper()


def _help(parameter: Parameter) -> str:
    """Return the label, whether the option is required or repeatable, its default and an example."""
    parts = [parameter.label or parameter.name]
    if any(parameter.default):
        parts.append(f"default: {', '.join(parameter.default)}")
    else:
        parts.append("optional" if parameter.is_optional else "required")
    if parameter.multivalued:
        parts.append("may be repeated")
    if parameter.example:
        parts.append(f"for example {parameter.example}")
    return one_line("; ".join(parts)) + "."


def _completer(parameter: Parameter) -> Any:
    """Return a completer that offers the labels of the things that the parameter may have as value."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        assert isinstance(ctx.command, QueryCommand)
        from ogdkg.cli.query_help import resolver_of  # most queries are run

        resolver = resolver_of(ctx, ctx.command.query, _COMPLETING)  # the user waits at the prompt
        return resolver.beginning(ctx.command.query, parameter, incomplete)

    return complete


@click.command("shared")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Write at most N rows.")
@click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Skip the first N rows.")
@click.option("--count", is_flag=True, help="Write only the number of rows.")
@click.option(
    "--count-by",
    metavar="COLUMN",
    multiple=True,
    help="Write how many rows have each value of this column; may be repeated.",
)
@citing_option
@explaining_option
@language_option
@click.option("--print", "print_only", is_flag=True, help="Print the SPARQL instead of running it.")
@output_options(formats.FORMATS)
@table_options
@data_file_options
@reading_options
def _SHARED(**options: Any) -> None:  # noqa: N802  # a constant: the options every stored query has
    """The options that every stored query has."""
