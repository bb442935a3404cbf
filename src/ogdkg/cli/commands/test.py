"""`ogdkg test`: the acceptance questions, or the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ogdkg.acceptance.questions import Outcome, run_questions
from ogdkg.cli.options import Session, open_chosen, reading_options
from ogdkg.cli.telling import tell
from ogdkg.evidence.passages import check_evidence, faults_text
from ogdkg.graph.graph import Graph


@click.command("test")
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Check the passages against this document instead.",
)
@reading_options
@click.pass_context
def command(ctx: click.Context, /, source: str | None, **options: Any) -> None:
    """Ask every question of queries/questions, and check its rows; with --source, prove the passages.

    \b
    For example:
      ogdkg test
    """
    session: Session = ctx.obj
    graph = open_chosen(session, options).without_cache()  # questions take triples out on trial
    _ = graph.store  # a file that does not parse is one error, not one of each question
    passed = _evidence(graph, Path(source)) if source else _questions(graph, session)
    ctx.exit(0 if passed else 1)


def _evidence(graph: Graph, source: Path) -> bool:
    report = check_evidence(graph, source)
    for line in faults_text(report):
        tell(line)
    return not report.faults


def _questions(graph: Graph, session: Session) -> bool:
    outcomes = []
    for outcome in run_questions(graph):
        outcomes.append(outcome)
        if not (outcome.passed and session.verbosity < 0):
            _tell(outcome)
    passed = sum(outcome.passed for outcome in outcomes)
    tell(f"{passed} of {len(outcomes)} questions answered as expected")
    return passed == len(outcomes)


def _tell(outcome: Outcome) -> None:
    tell(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.file}  {outcome.question}")
    for problem in outcome.problems:
        tell(f"         {problem}")
