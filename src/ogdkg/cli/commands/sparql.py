"""`ogdkg sparql`: runs a SPARQL query."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg.cli.answer import NamedQuery, chosen_output, write_cited_result, write_result
from ogdkg.cli.options import (
    Session,
    citing_option,
    context_option,
    open_chosen,
    output_options,
    reading_options,
    table_options,
)
from ogdkg.errors import InputError, UsageError
from ogdkg.files.text import MOST_DATA, decoded, read_text
from ogdkg.rdf.formats import FORMATS
from ogdkg.rdf.terms import parse_iri, to_ntriples

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph


@click.command("sparql")
@click.argument("text", required=False)
@click.option(
    "-i",
    "--input",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Read the query from a file; - is stdin.",
)
@click.option(
    "--data",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Ask this file, not a project; may be repeated.",
)
@click.option(
    "--no-union",
    is_flag=True,
    help="With --data: the default graph has no triples of named graphs.",
)
@context_option
@click.option("--base", metavar="IRI", help="Base IRI of the query.")
@citing_option
@output_options(FORMATS)
@table_options
@reading_options
@click.pass_obj
def command(
    session: Session,
    /,
    text: str | None,
    file: str | None,
    base: str | None,
    files: tuple[Path, ...],
    no_union: bool,
    contexts: dict[str, Path],
    cite: bool,
    **options: Any,
) -> None:
    """Run a SPARQL query.

    SELECT, ASK, CONSTRUCT and DESCRIBE; the project's prefixes need no declaration. The default graph holds
    the triples of all graphs.

    \b
    For example:
      ogdkg sparql 'SELECT ?class (COUNT(*) AS ?things) { ?x a ?class } GROUP BY ?class'
      ogdkg sparql --data a.ttl --data b.nq.gz 'SELECT * { ?s ?p ?o } LIMIT 10'
    """
    query, name = _query(text, file)
    head = f"BASE {to_ntriples(parse_iri(base))} " if base is not None else ""
    view = chosen_output(options)
    if files:
        _refuse_options_of_projects(options, cite)
        from ogdkg.graph.loose import ask_files  # most queries are asked of a project

        engine, timeout = options["engine"], options["timeout"]
        with _in_its_own_columns(name, len(head)):
            result = ask_files(
                files,
                head + query,
                name=name,
                engine=engine,
                seconds=timeout,
                contexts=contexts,
                union=not no_union,
            )
            return write_result(result, view)
    if no_union or contexts:
        wrong = "--no-union" if no_union else "--context"
        raise UsageError(f"{wrong} is for files.", hint="Name them with --data FILE, or leave it out.")
    graph = open_chosen(session, options)
    view = view._replace(prefixes=graph.project.prefixes)
    with _in_its_own_columns(name, len(head)):
        if cite:
            write_cited_result(session, graph, NamedQuery(head + query, name), view)
        else:
            write_result(graph.sparql(head + query, name=name), view)
    if not graph.options.endpoint:
        _warn_of_unknown_terms(session, graph, head + query)
    return None


def _warn_of_unknown_terms(session: Session, graph: Graph, query: str) -> None:
    """Say which of the project's own terms there are not: they are why a query finds nothing."""
    from ogdkg.search.unknown_terms import unknown_terms  # after the answer, for which nobody should wait

    if session.verbosity < 0:
        return
    for term in unknown_terms(graph, query):
        nearest = f"; did you mean {term.nearest}?" if term.nearest else "."
        session.say(f"Warning: {term.name}: no such term in the ontology or the data{nearest}")


def _refuse_options_of_projects(options: dict[str, Any], cite: bool) -> None:
    given = {"--layer": options["layer"], "--endpoint": options["endpoint"], "--cite": cite}
    if wrong := next((name for name, value in given.items() if value), None):
        raise UsageError(f"{wrong} is for a project.", hint="Leave it out, or --data.")


@contextmanager
def _in_its_own_columns(name: str, before: int) -> Iterator[None]:
    """Let errors count the columns of the first line without what we put before it."""
    try:
        yield
    except InputError as error:
        place = error.place
        if place is not None and place.file == name and place.line == 1 and place.column:
            error.place = place._replace(column=max(place.column - before, 1))
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
