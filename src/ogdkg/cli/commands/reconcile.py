"""`ogdkg reconcile`: finds what the names in a column of a table are meant for."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg.cli.messages import print_line
from ogdkg.cli.options import Session, open_chosen, output_option, reading_options
from ogdkg.cli.output import refuse_overwriting, write_out
from ogdkg.errors import UsageError
from ogdkg.text.plurals import counted

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.reconciling.matching import Matcher
    from ogdkg.reconciling.offers import Offer, Offering
    from ogdkg.reconciling.operation import Choose, Reconciling, Table

_HERE = "."


@click.command("reconcile")
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--column", required=True, metavar="NAME", help="The column with the names.")
@click.option(
    "--with", "service", default=_HERE, metavar="URL", show_default=True,
    help="A reconciliation service; . is this project.",
)  # fmt: skip
@click.option("--type", "kind", default="", metavar="TYPE", help="Only things of this type.")
@click.option("--matches", is_flag=True, help="Accept what is offered as sure.")
@click.option("--accept", type=click.FloatRange(0), metavar="SCORE",
              help="Accept the best candidate with this score or more.")  # fmt: skip
@click.option("--ask", is_flag=True, help="Ask about each name that is not accepted otherwise.")
@click.option("--facts", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write what is accepted for `ogdkg import`, with a mapping next to it.")  # fmt: skip
@output_option
@reading_options
@click.pass_obj
def command(session: Session, /, table: Path, column: str, service: str, kind: str, facts: Path | None,
            output: str | None, **options: Any) -> None:  # fmt: skip
    """Match the names in a column of a table to things.

    TABLE is a .tsv or .csv file. Writes its rows in their order, with what each name was accepted as, the
    candidates with their scores, and the source. Accepts nothing unless you say so, by --matches, --accept or
    --ask.

    \b
    For example:
      ogdkg reconcile names.csv --column name --matches -o matched.csv
    """
    from ogdkg.reconciling.operation import Reconciling, opened

    choose = _choosing(options.pop("matches"), options.pop("accept"), options.pop("ask"))
    read = opened(table, column.strip())
    outputs = [output, facts, facts and facts.with_suffix(".toml")]
    refuse_overwriting(outputs, [table])
    seconds = options["timeout"]
    graph = open_chosen(session, options)
    matcher = _matcher(graph)
    offering = _offering(matcher, service, kind, seconds)
    layer = _layer(graph, facts) if facts else ""
    run, today = Reconciling(offering, choose), datetime.now(UTC).date().isoformat()
    write_out(_written(run, read, offering, today), output)
    if facts:
        _write_facts(run, matcher, offering, facts, layer, today)
    _tell(session, run, is_deciding=choose is not _none)


def _matcher(graph: Graph) -> Matcher:
    from ogdkg.reconciling.matching import Matcher

    return Matcher(graph)


def _offering(matcher: Matcher, service: str, kind: str, seconds: float | None) -> Offering:
    if service == _HERE:
        from ogdkg.reconciling.offers import OwnThings

        return OwnThings(matcher, kind)
    from ogdkg.reconciling.service import Service  # imports requests

    return Service(service, kind, seconds)


def _choosing(matches: bool, accept: float | None, ask: bool) -> Choose:
    from ogdkg.reconciling.operation import above, first_of, sure

    ways: list[Choose] = [sure] if matches else []
    if accept is not None:
        if math.isnan(accept):
            raise UsageError("--accept takes a score, not nan.")
        ways.append(above(accept))
    if ask:
        ways.append(Asking())
    return first_of(ways) if ways else _none


def _none(name: str, offers: list[Offer]) -> None:
    """Accept nothing."""


class Asking:
    """Asks the user about one name after the other, until the answers end."""

    def __init__(self) -> None:
        self._is_over = False

    def __call__(self, name: str, offers: list[Offer]) -> Offer | None:
        """Return the offer that the user takes."""
        if self._is_over:
            return None
        print_line(f"{name}:", err=True)
        for number, each in enumerate(offers, 1):
            sure = ", sure" if each.is_sure else ""
            print_line(f"  {number}  {each.name}  <{each.iri}>  {each.score:g}{sure}", err=True)
        while True:
            print_line("Which one? A number, Enter for none, q to ask no more.", err=True)
            answer = sys.stdin.readline()
            if not answer or answer.strip().lower() == "q":
                self._is_over = True
                return None
            if not answer.strip():
                return None
            if (taken := _number(answer.strip())) in range(1, len(offers) + 1):
                return offers[taken - 1]
            print_line(f"There are 1 to {len(offers)}.", err=True)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _written(run: Reconciling, table: Table, offering: Offering, today: str) -> Iterator[str]:
    from ogdkg.reconciling.facts import written
    from ogdkg.reconciling.operation import ADDED, added_cells

    def rows() -> Iterator[list[str]]:
        yield [*table.header, *ADDED]
        for row in run.rows(table):
            yield [*row.cells, *added_cells(row.decision, offering.address or offering.title, today)]

    return written(rows(), table.dialect)


def _layer(graph: Graph, facts: Path) -> str:
    """The layer to import into; the file for the mapping must not replace one of another's."""
    from ogdkg.importing.table import dialect_by_name
    from ogdkg.reconciling.facts import MARK, layer_of

    dialect_by_name(facts)
    mapping = facts.with_suffix(".toml")
    if mapping.exists():
        with mapping.open("rb") as file:
            if file.readline(len(MARK.encode()) + 2).strip() != MARK.encode():
                message = f"{mapping} was not written by `ogdkg reconcile`."
                raise UsageError(message, hint="Give --facts another name.")
    return layer_of(graph.project)


def _write_facts(
    run: Reconciling, matcher: Matcher, offering: Offering, facts: Path, layer: str, today: str
) -> None:
    from ogdkg.importing.table import dialect_by_name
    from ogdkg.reconciling import facts as tables
    from ogdkg.reconciling.operation import accepted

    chosen = accepted(run.decided)
    classes = [] if matcher.graph.options.endpoint else [each.value for each in matcher.classes]
    text = tables.mapping(layer, classes, chosen, offering)
    rows = tables.facts(chosen, offering, today)
    write_out(tables.written(rows, dialect_by_name(facts)), str(facts))
    write_out([text], str(facts.with_suffix(".toml")))


def _tell(session: Session, run: Reconciling, *, is_deciding: bool) -> None:
    from ogdkg.reconciling.operation import State

    counts = run.counts
    told = [f"{counts[each]:,} {each.value}" for each in State if each is not State.EMPTY]
    if empty := counts[State.EMPTY]:
        told.append(f"{empty:,} without a name")
    rows, names = counted(sum(counts.values()), "row"), counted(len(run.decided), "name")
    session.say(f"{rows} with {names}: {', '.join(told)}.")
    if not is_deciding:
        session.say("Nothing is accepted without --matches, --accept SCORE or --ask.")
