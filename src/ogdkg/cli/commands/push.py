"""`ogdkg push`: the graph to a server."""

from __future__ import annotations

import sys
from typing import Any

import click

from ogdkg.cli.options import Session
from ogdkg.cli.serving import open_server, serving
from ogdkg.cli.telling import redraw, tell
from ogdkg.exchange.push import Progress, PushPlan, plan_push, push


@click.command("push")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--prune", is_flag=True, help="Remove graphs that were pushed before and are no longer here.")
@click.option("--again", is_flag=True, help="Write every graph, whatever the server says it holds.")
@serving
@click.pass_obj
def command(session: Session, /, dry_run: bool, prune: bool, again: bool, **options: Any) -> None:
    """Let a server hold all layers of the graph: graph by graph, only what changed, each verified.

    What was cut off is taken up again by the same command. Needs the server's Graph Store Protocol.

    \b
    For example:
      ogdkg push --endpoint http://localhost:7878/query
    """
    graph = open_server(session, options)
    if dry_run:
        done = plan_push(graph, graph.remote, again=again)
    else:
        shown = _draw if sys.stderr.isatty() and session.verbosity >= 0 else lambda progress: None
        done = push(graph, graph.remote, again=again, prune=prune, tell=shown)
    _report(done, "would be written" if dry_run else "written", prune=prune)
    if dry_run or session.verbosity > 0:
        for name in done.changed:
            tell(f"  {name or 'the unnamed graph'}  {done.held[name].triples:,} triples")


def _draw(progress: Progress) -> None:
    redraw(f"{progress.graphs:,} graphs, {progress.triples:,} triples")


def _report(done: PushPlan, word: str, *, prune: bool) -> None:
    triples = sum(done.held[name].triples for name in done.changed)
    tell(f"{len(done.changed):,} graphs with {triples:,} triples {word}, {len(done.same):,} unchanged")
    if done.gone:
        fate = "removed" if prune else "still there that are no longer here; --prune removes them"
        tell(f"{len(done.gone):,} graphs {fate}")
    if done.foreign:
        tell(f"{len(done.foreign):,} graphs in the manifest do not belong to this project and were kept")
