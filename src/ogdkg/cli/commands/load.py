"""`ogdkg load`: a store on disk for a large graph."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cache import Kept
from ogdkg.cli.options import Session, open_chosen, reading
from ogdkg.cli.telling import tell
from ogdkg.errors import UsageError
from ogdkg.graph import LARGE, Graph
from ogdkg.project import shown
from ogdkg.search_kept import make_index


@click.command("load")
@click.option("--rebuild", is_flag=True, help="Make the store anew, even where nothing has changed.")
@click.option("--remove", is_flag=True, help="Take the project's stores away.")
@reading
@click.pass_obj
def command(session: Session, /, rebuild: bool, remove: bool, **options: Any) -> None:
    """Keep the graph in a store on disk, in the project's folder .ogdkg, for the commands that ask it.

    The index of words for `ogdkg search` lies beside it.

    A large graph gets one at its first question too, and a new one once its files have changed; --no-cache
    does without. A small graph is read from its files each time, which is faster.

    \b
    For example:
      ogdkg load
    """
    graph = open_chosen(session, options)
    if not graph.choices.cache or graph.choices.engine != "oxigraph":
        raise UsageError("Only the engine oxigraph keeps a store.", hint="Leave out --engine and --no-cache.")
    if remove:
        return tell(f"{graph.cache().remove()} stores removed.")
    if not graph.is_large and not rebuild:
        return tell(f"Nothing to do: below {LARGE >> 20} MiB of RDF, reading the files is faster.")
    kept = (None if rebuild else graph.cache().find()) or graph.make_store(anew=rebuild)
    make_index(kept, graph.choices.watch)
    return tell(_told(graph, kept))


def _told(graph: Graph, kept: Kept) -> str:
    triples, quads = kept.counts["triples"], kept.counts["quads"]
    where = shown(kept.folder)
    return f"{graph.project.title}: {triples:,} triples ({quads:,} quads, {kept.size >> 20:,} MiB) in {where}"
