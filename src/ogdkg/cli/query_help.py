"""What the help of a stored query and its completion show of a graph: an example with its rows, and names."""

from __future__ import annotations

import click

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.cli.options import project_for_parsing
from ogdkg.cli.session import keeper
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.languages import asked_languages
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows
from ogdkg.text.escape import one_line

_ANSWERING = 5.0  # seconds that the example in a query's help may take


def resolver_of(ctx: click.Context, query: StoredQuery, timeout: float) -> NameResolver:
    """Return the names in the graph that a query reads, for completion and help."""
    project = project_for_parsing(ctx)
    asked = asked_languages(ctx.params.get("lang") or (), project.languages)
    project = project._replace(languages=asked)
    options = GraphOptions(timeout=timeout, cache=True, selective=True)
    kept = keeper()
    graph = kept.graph(project, options) if kept else Graph(project, options)
    # That of the query's command, which has looked for the files already.
    catalogue = getattr(ctx.command, "catalogue", None)
    if catalogue and not kept:
        graph.catalogue = catalogue
    return NameResolver(graph.for_query(query))


def example_values(query: StoredQuery) -> dict[str, str] | None:
    """Return the example values of the header; None if a required one has none."""
    if any(not each.is_optional and not each.example for each in query.parameters):
        return None
    return {each.name: each.example for each in query.parameters if each.example}


def answer_lines(ctx: click.Context, query: StoredQuery, example: dict[str, str]) -> list[str]:
    """Return the first lines of the example's result, or the error that it raises."""
    from ogdkg.cli.answer import OutputOptions, table_text  # completion needs neither
    from ogdkg.cli.output import Screen

    resolver = resolver_of(ctx, query, _ANSWERING)
    graph = resolver.graph
    try:
        result = graph.sparql(resolver.bind(query, example), name=query.file)
        if isinstance(result, Rows):
            view = OutputOptions(prefixes=graph.project.prefixes, columns=lambda: query.header.columns)
            answer = list(table_text(result, view, Screen()))
            more = [f"… and {len(answer) - 12} more\n"] if len(answer) > 12 else []
            return [line.rstrip("\n") for line in answer[:12] + more]
        return ["yes" if result is True else "no"] if isinstance(result, bool) else []
    except OgdkgError as error:
        return [f"({one_line(error.message)})"]
