"""The table and the picture of how commands grow."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.bench.growth import Point, drawn, measured, slope, table

TAKEN = {
    "--version": {n: Point(0.1, 15) for n in (10_000, 100_000, 1_000_000)},
    "linear": {10_000: Point(0.2, 40), 100_000: Point(1.1, 90), 1_000_000: Point(10.1, 600)},
    "square": {10_000: Point(0.2, 40), 100_000: Point(1.1, 90), 1_000_000: Point(100.1, 600)},
    "flat": {10_000: Point(0.11, 40), 100_000: Point(0.11, 40), 1_000_000: Point(0.12, 41)},
}


def test_the_slope_is_that_of_the_last_two_sizes_without_the_start() -> None:
    assert slope(TAKEN["linear"], 0.1) == pytest.approx(1.0)
    assert slope(TAKEN["square"], 0.1) == pytest.approx(2.0)
    assert slope(TAKEN["flat"], 0.1) is None


def test_the_table_marks_what_is_steep() -> None:
    lines = list(table(TAKEN))
    assert lines[0] == "| command | 10,000 | 100,000 | 1,000,000 | slope |"
    assert lines[3:] == [
        "| `linear` | 0.2 s, 40 MB | 1.1 s, 90 MB | 10.1 s, 600 MB | 1.00 |",
        "| `square` | 0.2 s, 40 MB | 1.1 s, 90 MB | 100.1 s, 600 MB | **2.00** |",
        "| `flat` | 0.1 s, 40 MB | 0.1 s, 40 MB | 0.1 s, 41 MB | none |",
    ]


def test_the_picture_has_a_panel_for_each_command() -> None:
    root = ET.fromstring(drawn(TAKEN))
    names = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.get("font-weight")]
    assert names == ["linear", "square", "flat"]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 9


def test_a_command_is_measured_as_a_whole(tmp_path: Path) -> None:
    found = {name: point for name, _, point in measured(tmp_path, [2500], ["sparql, counting"], 60)}
    assert set(found) == {"--version", "sparql, counting"}
    assert all(point.seconds > 0 and point.megabytes > 5 for point in found.values())
