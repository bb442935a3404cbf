"""`ogdkg load`: builds the on-disk store of a large graph."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from ogdkg.cli.messages import print_sentence
from ogdkg.cli.options import Session, open_chosen, reading_options
from ogdkg.errors import LimitError, StoreError, UsageError
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import LARGE, Graph
from ogdkg.sandbox.clock import untimed
from ogdkg.search.kept_index import make_index
from ogdkg.store.cache import StoredGraph
from ogdkg.store.folders import all_stores, projects, remove_project
from ogdkg.text.escape import one_line


@click.command("load")
@click.option("--rebuild", is_flag=True, help="Rebuild the store even if nothing changed.")
@click.option("--remove", is_flag=True, help="Delete the project's stores.")
@click.option(
    "--all", "every", is_flag=True, help="List the stores of all projects; with --remove, delete them."
)
@reading_options
@click.pass_obj
def command(session: Session, /, rebuild: bool, remove: bool, every: bool, **options: Any) -> None:
    """Build the on-disk store of a large graph, for fast start-up.

    The store and the word index of `ogdkg search` are in your cache folder. The first query of a large graph
    starts building them too, in the background, and changed files rebuild them; --no-cache does not use them.
    A small graph has no store: reading its files is faster. Building a store deletes those of missing
    projects, and those not used for 30 days.

    \b
    For example:
      ogdkg load
    """
    if every:
        return _list_all(remove=remove)
    graph = open_chosen(session, options)
    if not graph.options.cache or graph.options.engine != "oxigraph":
        raise UsageError("Only the engine oxigraph has a store.", hint="Remove --engine and --no-cache.")
    if remove:
        return _remove(graph.cache().remove)
    if not graph.is_large and not rebuild:
        return print_sentence(f"Nothing to do: below {LARGE >> 20} MiB of RDF, reading the files is faster.")
    store = graph.make_store(anew=rebuild)
    make_index(store, graph.options.on_progress, graph.project.languages)
    _keep_counts(graph)
    return print_sentence(_summary(graph, store))


def _keep_counts(graph: Graph) -> None:
    """Keep what `stats` and citations need of the whole graph; else they find it when they are asked."""
    from ogdkg.evidence.passages import Passages
    from ogdkg.evidence.statistics import count

    with suppress(LimitError), untimed():
        count(graph)
        _ = Passages(graph).sources


def _list_all(*, remove: bool) -> None:
    if remove:
        return _remove(lambda: sum(remove_project(each.folder) for each in projects()))
    for each in projects():
        day = time.strftime("%Y-%m-%d", time.localtime(each.used))
        gone = ", which no longer exists" if each.is_gone else ""
        print_sentence(f"{each.size >> 20:,} MiB, used on {day}, of {one_line(str(each.root))}{gone}")
    return print_sentence(f"All stores are in {all_stores()}.")


def _remove(remove: Callable[[], int]) -> None:
    try:
        print_sentence(f"{remove()} stores deleted.")
    except OSError as error:
        raise StoreError(f"Cannot delete the stores: {error}.") from error


def _summary(graph: Graph, store: StoredGraph) -> str:
    triples, quads = store.counts["triples"], store.counts["quads"]
    folder = shown_path(store.folder)
    return (
        f"{graph.project.title}: {triples:,} triples ({quads:,} quads, {store.size >> 20:,} MiB) in {folder}"
    )
