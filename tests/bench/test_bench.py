"""The benchmark itself, at its smallest: every row runs, the answers agree, the report can be read again."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.bench import generate, peers, report
from tests.bench.__main__ import Plan, measured
from tests.bench.asking import NOT_WITHOUT_GRAPHS
from tests.bench.questions import PLAIN, STORED, WHOLE
from tests.bench.report import Cell
from tests.bench.rows import US
from tests.conftest import Run

NOTES = {"date": "today", "python": "Python", "cores": 2, "load": "0", "lacking": {"Jena": "is not here"}}


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[Cell]:
    plan = Plan((1000,), rounds=1, limit=60, cold=False)
    return measured(plan, tmp_path_factory.mktemp("bench"), peers.present(), lambda what: None)


def test_every_row_has_our_time_and_the_answers_agree(cells: list[Cell]) -> None:
    assert [cell for cell in cells if cell.fault and cell.row not in NOT_WITHOUT_GRAPHS] == []
    assert [cell for cell in cells if cell.agrees is False] == []
    ours = {cell.row for cell in cells if cell.tool == US and cell.seconds}
    assert {f"ask: {name}" for name in PLAIN} | {f"stored: {name}" for name in STORED} <= ours
    assert {cell.row for cell in cells if cell.tool in ("rdflib", "pyoxigraph")} <= ours | {"parse"}
    assert {cell.tool for cell in cells if cell.row == "validate"} >= {US, "pyshacl"}
    assert sum(cell.agrees is True for cell in cells) > 3 * len(PLAIN | STORED | WHOLE)


def test_the_report_can_be_read_again_and_compared(cells: list[Cell]) -> None:
    again = report.read(report.written(cells, NOTES))
    assert [cell[:4] for cell in again] == [cell[:4] for cell in cells]
    table = "\n".join(report.markdown(cells, NOTES))
    assert "| validate | pyshacl |" in table
    assert "python -m ogdkg" in table
    assert len(list(report.compared(cells, cells))) == 2  # its head alone: nothing changed
    slower = [
        cell._replace(seconds=tuple(2 * each for each in cell.seconds)) if cell.tool == US else cell
        for cell in cells
    ]
    assert any("| 0.50 |" in line for line in report.compared(slower, cells))


def test_a_fault_is_a_row_too() -> None:
    failed = Cell(1000, "search", US, "ogdkg search", (), fault="failed: no word")
    assert "| search | ogdkg | | | | | | failed: no word |" in report.markdown([failed], NOTES)


@pytest.mark.parametrize("graphs", [True, False])
def test_the_generated_graph_is_the_same_each_time(graphs: bool) -> None:
    texts = []
    for seed in (1, 1, 2):
        out = io.StringIO()
        generate.write(out, 5000, graphs=graphs, seed=seed)
        texts.append(out.getvalue())
    assert texts[0] == texts[1] != texts[2]
    form = ox.RdfFormat.TRIG if graphs else ox.RdfFormat.TURTLE
    triples = {quad.triple for quad in ox.parse(texts[0], form)}
    assert 5000 <= len(triples) < 5300
    assert {"en", "fr", "ne", "ar"} <= {getattr(each.object, "language", None) for each in triples}


def test_without_flaws_it_keeps_to_the_shapes_and_with_them_breaks_every_kind(
    ogdkg: Run, tmp_path: Path
) -> None:
    shapes = str(Path(generate.__file__).with_name("shapes.ttl"))
    found = []
    for rate in (0.0, 0.02):
        with (tmp_path / f"{rate}.ttl").open("w", encoding="utf-8") as out:
            generate.write(out, 20_000, graphs=False, rate=rate)
        done = ogdkg("validate", str(tmp_path / f"{rate}.ttl"), "--shapes", shapes, "-f", "json")
        found.append({each["component"] for each in json.loads(done.stdout)["findings"]})
    assert found[0] == set()
    assert len(found[1]) >= 10
