"""`ogdkg test`: runs the acceptance questions, or checks the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg.acceptance.questions import Outcome
from ogdkg.acceptance.remembered import Answered
from ogdkg.acceptance.runner import run_questions
from ogdkg.catalogue.checking import unusable
from ogdkg.cli.messages import print_sentence
from ogdkg.cli.options import Session, open_chosen, reading_options
from ogdkg.errors import Place
from ogdkg.graph.graph import Graph

if TYPE_CHECKING:
    from ogdkg.evidence.values import ValueReport


@click.command("test")
@click.option(
    "--source",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="Instead, check what the graph cites against this document, or those of a folder; may be repeated.",
)
@reading_options
@click.pass_context
def command(ctx: click.Context, /, source: tuple[str, ...], **options: Any) -> None:
    """Run the acceptance questions, or check citations against a document.

    Runs each question in queries/questions, and compares its rows with the expected ones. With --source,
    checks that the document says what the graph cites from it, and has the values that the graph states.

    \b
    For example:
      ogdkg test
    """
    session: Session = ctx.obj
    is_kept = not options["no_cache"]
    graph = open_chosen(session, options).without_cache()  # questions remove triples temporarily
    if source:
        passed = _evidence(graph, session, source)
    else:
        passed = _questions(graph, session, Answered(graph) if is_kept else None) & _queries(graph)
    ctx.exit(0 if passed else 1)


def _evidence(graph: Graph, session: Session, files: Sequence[str]) -> bool:
    """Check the passages against their documents, and print what does not agree; return whether all does."""
    from ogdkg.evidence.documents import check_evidence, faults_text, read_known_sources, where_to_get
    from ogdkg.evidence.values import check_values  # the questions start sooner
    from ogdkg.files.names import shown_path

    sources, others = read_known_sources(graph, map(Path, files))
    for path in others:
        session.say(f"Skipped {shown_path(path)}: no source in the graph has its bytes.", level=1)
    report, values = check_evidence(graph, sources), check_values(graph, sources)
    for line in (*_faults(graph, values), *faults_text(report), *([values.text()] if values.checked else ())):
        print_sentence(line)
    for source, count in report.unchecked:
        named = f"the source {source}" if source else "no source"
        session.say(f"Not checked, as their document was not given: {count} of {named}.")
    for sentence in where_to_get(graph, (source for source, _ in report.unchecked)):
        session.say(sentence)
    return not report.faults and not values.faults


def _faults(graph: Graph, report: ValueReport) -> Iterator[str]:
    """Yield the faults of values as lines, in the order of the files; a hint once for each rule."""
    from ogdkg.evidence.places import places_of  # as above

    places = places_of(graph, (fault.quad for fault in report.faults))
    for fault in sorted(report.faults, key=lambda fault: places.get(fault.quad, Place(""))):
        place = places.get(fault.quad)
        yield f"{place or fault.quad.graph}: {fault.message}"
    yield from (f"  {hint}" for hint in dict.fromkeys(fault.hint for fault in report.faults))


def _questions(graph: Graph, session: Session, answered: Answered | None) -> bool:
    outcomes = []
    for outcome in run_questions(graph, answered):
        outcomes.append(outcome)
        if not (outcome.passed and session.verbosity < 0):
            _print_outcome(outcome)
    if not outcomes:
        print_sentence("There are no questions here: queries/questions/<name>.yaml would be one.")
        return True
    if unchecked := sum(len(outcome.unchecked) for outcome in outcomes):
        session.say(f"Not checked at the server: {unchecked} of the second checks.")
    passed = sum(outcome.passed for outcome in outcomes)
    print_sentence(f"{passed} of {len(outcomes)} questions answered as expected")
    if answered and (known := answered.told):
        few = "all" if known == len(outcomes) else f"{known} of {len(outcomes)}"
        session.say(f"Remembered: {few}, as nothing they depend on has changed; --no-cache asks anew.")
    return passed == len(outcomes)


def _queries(graph: Graph) -> bool:
    """Whether all stored queries parse; prints the faults of those that do not."""
    topics, faults = graph.catalogue.topics()
    queries = chain.from_iterable(topics.values())
    faults += [fault for _, fault in unusable(queries, graph.project.prefixes)]
    for fault in faults:
        print_sentence(f"FAILED {str(fault).partition(chr(10))[0]}")
    return not faults


def _print_outcome(outcome: Outcome) -> None:
    print_sentence(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.file}  {outcome.question}")
    for problem in (*outcome.problems, *outcome.unchecked):
        print_sentence(f"         {problem}")
