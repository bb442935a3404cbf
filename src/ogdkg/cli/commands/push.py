"""`ogdkg push`: uploads the graph to a SPARQL server."""

from __future__ import annotations

import sys
from typing import Any

import click

from ogdkg.cli.messages import print_line, redraw
from ogdkg.cli.options import Session
from ogdkg.cli.server_options import open_server, server_options
from ogdkg.exchange.push import Progress, PushPlan, plan_push, push


@click.command("push")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written.")
@click.option("--prune", is_flag=True, help="Delete pushed graphs that are no longer in the project.")
@click.option("--again", is_flag=True, help="Write every graph, ignoring the server's manifest.")
@server_options
@click.pass_obj
def command(session: Session, /, dry_run: bool, prune: bool, again: bool, **options: Any) -> None:
    """Upload the graph to a SPARQL server.

    Writes the named graphs of all layers that changed, and verifies each. To resume an interrupted push, run
    it again. Requires the Graph Store Protocol.

    \b
    For example:
      ogdkg push --endpoint http://localhost:7878/query
    """
    graph = open_server(session, options)
    if dry_run:
        plan = plan_push(graph, graph.remote, again=again)
    else:
        on_progress = _draw if sys.stderr.isatty() and session.verbosity >= 0 else lambda progress: None
        plan = push(graph, graph.remote, again=again, prune=prune, on_progress=on_progress)
    _report(plan, "would be written" if dry_run else "written", prune=prune)
    if dry_run or session.verbosity > 0:
        for name in plan.changed:
            print_line(f"  {name or 'the unnamed graph'}  {plan.digests[name].triples:,} triples")


def _draw(progress: Progress) -> None:
    redraw(f"{progress.graphs:,} graphs, {progress.triples:,} triples")


def _report(plan: PushPlan, verb: str, *, prune: bool) -> None:
    triples = sum(plan.digests[name].triples for name in plan.changed)
    print_line(f"{len(plan.changed):,} graphs with {triples:,} triples {verb}, {len(plan.same):,} unchanged")
    if plan.gone:
        outcome = "deleted" if prune else "on the server are no longer in the project; --prune deletes them"
        print_line(f"{len(plan.gone):,} graphs {outcome}")
    if plan.foreign:
        print_line(
            f"{len(plan.foreign):,} graphs in the manifest do not belong to this project and were kept"
        )
