"""Shell completion of the names of classes."""

from __future__ import annotations

import click

from ogdkg.cli.options import project_for_parsing


def class_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of classes that begin so, as `ogdkg new` and `ogdkg template` take them."""
    from ogdkg.cli.completion import MAX_SECONDS  # only once a shell asks
    from ogdkg.describing.classes import names_of_classes
    from ogdkg.graph.graph import Graph, GraphOptions
    from ogdkg.sheets.template import Sheets

    graph = Graph(project_for_parsing(ctx), GraphOptions(timeout=MAX_SECONDS, cache=True))
    begin = incomplete.casefold()
    return [name for name in names_of_classes(Sheets(graph)) if name.casefold().startswith(begin)]


def kinds_of_new(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return what `ogdkg new` can make that begins so: things of classes, a query, a passage."""
    others = ["query"]
    if any(layer.passage_metadata_graph for layer in project_for_parsing(ctx).layers):
        others.append("passage")
    return class_names(ctx, param, incomplete) + [each for each in others if each.startswith(incomplete)]
