"""`ogdkg test`: runs the acceptance questions, or checks the evidence."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import click

from ogdkg.acceptance.questions import Outcome, run_questions
from ogdkg.catalogue.checking import unusable
from ogdkg.cli.messages import print_line
from ogdkg.cli.options import Session, open_chosen, reading_options
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
    """Run the acceptance questions, or check the passages.

    Runs each question in queries/questions, and compares its rows; with --source, checks every passage
    against the document.

    \b
    For example:
      ogdkg test
    """
    session: Session = ctx.obj
    graph = open_chosen(session, options).without_cache()  # questions remove triples temporarily
    _ = graph.store  # a file that does not parse is one error, not one for each question
    passed = _evidence(graph, Path(source)) if source else _questions(graph, session) & _queries(graph)
    ctx.exit(0 if passed else 1)


def _evidence(graph: Graph, source: Path) -> bool:
    report = check_evidence(graph, source)
    for line in faults_text(report):
        print_line(line)
    return not report.faults


def _questions(graph: Graph, session: Session) -> bool:
    outcomes = []
    for outcome in run_questions(graph):
        outcomes.append(outcome)
        if not (outcome.passed and session.verbosity < 0):
            _print_outcome(outcome)
    passed = sum(outcome.passed for outcome in outcomes)
    print_line(f"{passed} of {len(outcomes)} questions answered as expected")
    return passed == len(outcomes)


def _queries(graph: Graph) -> bool:
    """Whether all stored queries parse; prints the faults of those that do not."""
    topics, faults = graph.catalogue.topics()
    queries = chain.from_iterable(topics.values())
    faults += [fault for _, fault in unusable(queries, graph.project.prefixes)]
    for fault in faults:
        print_line(f"FAILED {str(fault).partition(chr(10))[0]}")
    return not faults


def _print_outcome(outcome: Outcome) -> None:
    print_line(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.file}  {outcome.question}")
    for problem in outcome.problems:
        print_line(f"         {problem}")
