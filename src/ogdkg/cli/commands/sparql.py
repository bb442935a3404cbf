"""`ogdkg sparql`: runs a SPARQL query."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ogdkg.cli.answer import (
    NamedQuery,
    OutputOptions,
    chosen_output,
    named_by,
    say_way,
    write_cited_result,
    write_result,
)
from ogdkg.cli.data import DataOptions
from ogdkg.cli.options import (
    Session,
    citing_option,
    data_options,
    explaining_option,
    open_chosen,
    output_options,
    reading_options,
    table_options,
)
from ogdkg.cli.session import keep_from_overwriting
from ogdkg.errors import InputError, OgdkgError, UnknownPrefixError, UsageError
from ogdkg.files.text import MOST_DATA, decoded, read_text
from ogdkg.project.loose import own_iri
from ogdkg.rdf.formats import FORMATS
from ogdkg.rdf.namespaces import WELL_KNOWN
from ogdkg.rdf.terms import parse_iri, to_ntriples

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.graph.loose import LooseFiles
    from ogdkg.project.project import Source
    from ogdkg.search.unknown_terms import QueryTarget


@click.command("sparql")
@click.argument("text", required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-i",
    "--input",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Read the query from a file; - is stdin.",
)
@data_options
@click.option(
    "--default-graph",
    type=click.Choice(("union", "unnamed")),
    help="With files: what the default graph holds, all graphs or only what stands in none.  "
    "[default: union]",
)
@click.option("--no-union", is_flag=True, help="The same as --default-graph unnamed.")
@citing_option
@explaining_option
@output_options(FORMATS)
@table_options
@reading_options
@click.pass_obj
def command(
    session: Session,
    /,
    text: str | None,
    files: tuple[Path, ...],
    file: str | None,
    default_graph: str | None,
    no_union: bool,
    cite: bool,
    explain: bool,
    **options: Any,
) -> None:
    """Run a SPARQL query.

    Runs SELECT, ASK, CONSTRUCT and DESCRIBE. You need not declare the project's prefixes. The default graph
    holds the triples of all graphs. If you name FILES, in any RDF format, the query reads them instead of a
    project; - is stdin.

    \b
    For example:
      ogdkg sparql 'SELECT ?kind (COUNT(*) AS ?n) { ?x a ?kind } GROUP BY ?kind'
      ogdkg sparql 'SELECT * { ?s ?p ?o } LIMIT 10' a.ttl b.nq.gz
    """
    if file is not None and text is not None and _is_file(text):  # with -i, every word is a file
        files = (Path(text), *files)
        text = None
    data = DataOptions.taken(options, files)
    text, name = _query(text, file)
    if no_union or default_graph:
        data.need_files("--no-union" if no_union else "--default-graph")
    base = data.base
    if base is None and data.files and file and file != "-":
        base = own_iri(name)  # of a query in a file, its own IRI (SPARQL 1.1, 4.1.1.2)
    head = f"BASE {to_ntriples(parse_iri(base))} " if base is not None else ""
    query = _Query(head + text, name, len(head))
    view = chosen_output(options)
    if data.files:
        if cite:
            raise UsageError("--cite is for a project.", hint="Leave it out, or the files.")
        sources = data.sources(options, query_on_stdin=file == "-")
        keep_from_overwriting(lambda: [source.path for source in sources])
        from ogdkg.graph.loose import LooseFiles  # most queries are asked of a project

        union = not no_union and default_graph != "unnamed"
        asked = LooseFiles(sources, engine=options["engine"], seconds=options["timeout"], union=union)
        return _ask_files(session, asked, sources, query, view, explain=explain)
    data.refuse_alone()
    graph = open_chosen(session, options, selective=True)
    return _ask_graph(session, graph, query, view, cite=cite, explain=explain)


class _Query(NamedTuple):
    """A query as it is asked.

    Attributes:
        text: The text, with the base that it was given before it.
        name: How error messages call it: its file, where it has one.
        before: How many characters were put before its first line.
    """

    text: str
    name: str
    before: int


def _ask_files(
    session: Session,
    files: LooseFiles,
    sources: Sequence[Source],
    query: _Query,
    view: OutputOptions,
    *,
    explain: bool,
) -> None:
    from ogdkg.graph.loose import shown_prefixes  # as in `command`

    with _in_its_own_columns(query):
        prefixes = shown_prefixes(sources)
        write_result(files.ask(query.text, name=query.name), view._replace(prefixes=prefixes))
    if explain:
        session.say(f"Answered by the engine {files.engine}: files are read for one query.")
    _warn_of_unknown_terms(session, lambda: _asked_files(files, prefixes), query.text)


def _ask_graph(
    session: Session, graph: Graph, query: _Query, view: OutputOptions, *, cite: bool, explain: bool
) -> None:
    view = view._replace(prefixes=graph.project.prefixes, named=named_by(graph))
    with _in_its_own_columns(query), _with_namespace(graph):
        if cite:
            write_cited_result(session, graph, NamedQuery(query.text, query.name), view)
        else:
            write_result(graph.sparql(query.text, name=query.name), view)
    if explain:
        say_way(session, graph, query.text, is_cited=cite)
    _warn_of_unknown_terms(session, lambda: _asked_graph(graph), query.text)


def _asked_files(files: LooseFiles, prefixes: Mapping[str, str]) -> QueryTarget:
    from ogdkg.search.unknown_terms import QueryTarget

    return QueryTarget(files.select, prefixes)


def _asked_graph(graph: Graph) -> QueryTarget:
    from ogdkg.search.unknown_terms import asked_graph

    return asked_graph(graph)


def _warn_of_unknown_terms(session: Session, target: Callable[[], QueryTarget], query: str) -> None:
    """Say which terms there are not: they are why a query finds nothing."""
    from ogdkg.search.unknown_terms import told_unknown  # after the answer, for which nobody should wait

    if session.verbosity < 0:
        return
    with suppress(OgdkgError):  # as where a server gives no more answers
        for sentence in told_unknown(target(), query):
            session.say(f"Warning: {sentence}")


def _is_file(text: str) -> bool:
    """Whether a word names a file or stdin, and is no query."""
    try:
        return text == "-" or Path(text).exists()
    except (OSError, ValueError):  # a long query
        return False


@contextmanager
def _in_its_own_columns(query: _Query) -> Iterator[None]:
    """Let errors count the columns of the first line without what we put before it."""
    try:
        yield
    except InputError as error:
        place = error.place
        if place is not None and place.file == query.name and place.line == 1 and place.column:
            error.place = place._replace(column=max(place.column - query.before, 1))
        raise


@contextmanager
def _with_namespace(graph: Graph) -> Iterator[None]:
    """Let the error for an unknown prefix tell the namespace that a file of the project gives it."""
    try:
        yield
    except UnknownPrefixError as error:
        from ogdkg.graph.loose import say_namespace  # only for a mistake

        if not graph.options.endpoint and error.prefix not in WELL_KNOWN:
            say_namespace(error, graph.project.sources())
        raise


def _query(text: str | None, file: str | None) -> tuple[str, str]:
    """Return the query's text, and the name that error messages show as its place."""
    if (text is None) == (file is None):
        raise UsageError(
            "Give a query, or a file with -i.", hint="For example: ogdkg sparql 'ASK { ?s ?p ?o }'"
        )
    if file is None:
        return text or "", "query"
    if file == "-":
        return decoded(sys.stdin.buffer.read(), "<stdin>"), "<stdin>"
    return read_text(Path(file), file, most=MOST_DATA, pipes=True), file
