"""`ogdkg load`: a store on disk for a large graph."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import click

from ogdkg.cli.options import Session, open_chosen, reading_options
from ogdkg.cli.telling import tell
from ogdkg.errors import StoreError, UsageError
from ogdkg.files.names import shown
from ogdkg.graph.graph import LARGE, Graph
from ogdkg.search.kept_index import make_index
from ogdkg.store.cache import StoredGraph
from ogdkg.store.folders import all_stores, projects, remove_project
from ogdkg.text.escape import one_line


@click.command("load")
@click.option("--rebuild", is_flag=True, help="Make the store anew, even where nothing has changed.")
@click.option("--remove", is_flag=True, help="Take the project's stores away.")
@click.option(
    "--all", "every", is_flag=True, help="List the stores of all projects; with --remove, take them away."
)
@reading_options
@click.pass_obj
def command(session: Session, /, rebuild: bool, remove: bool, every: bool, **options: Any) -> None:
    """Keep the graph in a store on disk, in your cache folder, for the commands that ask it.

    The index of words for `ogdkg search` lies beside it.

    A large graph gets one at its first question too, and a new one once its files have changed; --no-cache
    does without. A small graph is read from its files each time, which is faster. What belongs to projects
    that are gone, or has not been used for 30 days, is taken away when the next store is made.

    \b
    For example:
      ogdkg load
    """
    if every:
        return _of_all(remove=remove)
    graph = open_chosen(session, options)
    if not graph.options.cache or graph.options.engine != "oxigraph":
        raise UsageError("Only the engine oxigraph keeps a store.", hint="Leave out --engine and --no-cache.")
    if remove:
        return _remove(graph.cache().remove)
    if not graph.is_large and not rebuild:
        return tell(f"Nothing to do: below {LARGE >> 20} MiB of RDF, reading the files is faster.")
    kept = graph.make_store(anew=rebuild)
    make_index(kept, graph.options.on_progress)
    return tell(_told(graph, kept))


def _of_all(*, remove: bool) -> None:
    if remove:
        return _remove(lambda: sum(remove_project(each.folder) for each in projects()))
    for each in projects():
        day = time.strftime("%Y-%m-%d", time.localtime(each.used))
        gone = ", which is gone" if each.is_gone else ""
        tell(f"{each.size >> 20:,} MiB, used on {day}, of {one_line(str(each.root))}{gone}")
    return tell(f"All of them lie in {all_stores()}.")


def _remove(remove: Callable[[], int]) -> None:
    try:
        tell(f"{remove()} stores removed.")
    except OSError as error:
        raise StoreError(f"The stores cannot be removed: {error}.") from error


def _told(graph: Graph, kept: StoredGraph) -> str:
    triples, quads = kept.counts["triples"], kept.counts["quads"]
    where = shown(kept.folder)
    return f"{graph.project.title}: {triples:,} triples ({quads:,} quads, {kept.size >> 20:,} MiB) in {where}"
