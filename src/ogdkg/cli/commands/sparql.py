"""`ogdkg sparql`: runs a SPARQL query."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ogdkg.cli.answer import NamedQuery, OutputOptions, write_cited_result, write_result
from ogdkg.cli.options import Session, citing_option, open_chosen, output_options, reading_options
from ogdkg.errors import UsageError
from ogdkg.files.text import MOST_DATA, decoded, read_text
from ogdkg.rdf.formats import FORMATS


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
@citing_option
@output_options(FORMATS)
@reading_options
@click.pass_obj
def command(session: Session, /, text: str | None, file: str | None, cite: bool, **options: Any) -> None:
    """Run a SPARQL query.

    SELECT, ASK, CONSTRUCT and DESCRIBE; the project's prefixes need no declaration.

    \b
    For example:
      ogdkg sparql 'SELECT ?class (COUNT(*) AS ?things) { ?x a ?class } GROUP BY ?class'
    """
    query, name = _query(text, file)
    view = OutputOptions(options.pop("format"), options.pop("output"))
    graph = open_chosen(session, options)
    view = view._replace(prefixes=graph.project.prefixes)
    if cite:
        return write_cited_result(session, graph, NamedQuery(query, name), view)
    return write_result(graph.sparql(query, name=name), view)


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
