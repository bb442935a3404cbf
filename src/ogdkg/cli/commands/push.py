"""`ogdkg push`: uploads the graph to a SPARQL server."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import click

from ogdkg.cli.messages import print_line, redraw
from ogdkg.cli.options import Session
from ogdkg.cli.server_options import open_server, server_options
from ogdkg.errors import UsageError
from ogdkg.exchange.push import Progress, PushPlan, plan_push, push
from ogdkg.remote.pull import Name

if TYPE_CHECKING:
    from ogdkg.exchange.fleet import Pushed
    from ogdkg.remote.fleet import Fleet


@click.command("push")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written.")
@click.option("--prune", is_flag=True, help="Delete pushed graphs that are no longer in the project.")
@click.option("--again", is_flag=True, help="Write every graph, ignoring the server's manifest.")
@click.option(
    "--adopt",
    is_flag=True,
    help="Compare each graph with the server's, such as one that a loader filled; write what differs.",
)
@click.option(
    "--derive", is_flag=True, help="Run the rules on the server, and compare what they derive there and here."
)
@server_options
@click.pass_obj
def command(
    session: Session, /, dry_run: bool, prune: bool, again: bool, adopt: bool, derive: bool, **options: Any
) -> None:
    """Upload the graph to a SPARQL server.

    Writes the named graphs of all layers that changed, and verifies each. To resume an interrupted push, run
    it again. Requires the Graph Store Protocol. Replicas are written one after another, and read once enough
    of them hold the new version.

    \b
    For example:
      ogdkg push --endpoint http://localhost:7878/query
    """
    graph = open_server(session, options)
    if adopt and (again or prune):
        raise UsageError("--adopt goes without --again and --prune.")
    if derive and (adopt or graph.remote.given.replicas):
        raise UsageError("--derive goes with one server, and without --adopt.")
    on_progress = _draw if sys.stderr.isatty() and session.verbosity >= 0 else lambda progress: None
    verb = "would be written" if dry_run else "written"
    if graph.remote.given.replicas:
        from ogdkg.exchange.fleet import plan_fleet, push_fleet  # few graphs have replicas

        fleet = cast("Fleet", graph.remote)
        if dry_run:
            done = plan_fleet(graph, fleet, again=again, adopt=adopt)
        else:
            done = push_fleet(graph, fleet, again=again, adopt=adopt, on_progress=on_progress)
        _report_fleet(done, verb)
        return
    if dry_run:
        plan = plan_push(graph, graph.remote, again=again, adopt=adopt)
    else:
        writing = partial(push, graph, graph.remote, on_progress=on_progress, derive=derive)
        plan = writing(again=again, prune=prune, adopt=adopt)
    _report(plan, verb, prune=prune)
    if derive:
        derived = [name for name in plan.changed if name in graph.project.derived_graphs]
        print_line(
            f"of these, {len(derived):,} graphs with {_triples(plan, derived):,} triples by rules there"
        )
    if dry_run or session.verbosity > 0:
        for name in plan.changed:
            print_line(f"  {name or 'the unnamed graph'}  {plan.digests[name].triples:,} triples")


def _draw(progress: Progress) -> None:
    redraw(f"{progress.graphs:,} graphs, {progress.triples:,} triples")


def _report_fleet(done: list[Pushed], verb: str) -> None:
    """Print what was written to each replica; one that failed is a warning, as readers have others."""
    for each in done:
        if each.error:
            print_line(f"{each.address}: {each.error.message} Push again once it is back.", err=True)
        elif each.plan is None:
            print_line(f"{each.address}: holds this version already")
        else:
            print_line(f"{each.address}:")
            _report(each.plan, verb, prune=True)


def _report(plan: PushPlan, verb: str, *, prune: bool) -> None:
    triples = _triples(plan, plan.changed)
    if plan.adopted:
        print_line(f"{len(plan.adopted):,} graphs with {_triples(plan, plan.adopted):,} triples adopted")
    unchanged = len(plan.same) - len(plan.adopted)
    print_line(f"{len(plan.changed):,} graphs with {triples:,} triples {verb}, {unchanged:,} unchanged")
    if plan.gone:
        outcome = "deleted" if prune else "on the server are no longer in the project; --prune deletes them"
        print_line(f"{len(plan.gone):,} graphs {outcome}")
    if plan.foreign:
        print_line(
            f"{len(plan.foreign):,} graphs in the manifest do not belong to this project and were kept"
        )


def _triples(plan: PushPlan, names: Iterable[Name]) -> int:
    return sum(plan.digests[name].triples for name in names)
