"""The tables of docs/clusters.md and docs/kill-table.md are those of the measurements that are kept."""

from __future__ import annotations

import json

from tests.bench import clusters, fleet


def test_the_figures_are_those_that_were_measured_or_computed() -> None:
    text = clusters.PAGE.read_text(encoding="utf-8")
    assert clusters.page(text) == text


def test_the_kills_are_those_that_were_done() -> None:
    results = json.loads(fleet.RESULTS.read_text(encoding="utf-8"))
    for page in (fleet.PAGE, fleet.TABLE):
        text = page.read_text(encoding="utf-8")
        assert fleet.with_results(text, results) == text
    rows = results["kills"]["rows"]
    assert len(rows) == 2 * results["kills"]["steps"]
    assert all(row[-3] == 0 and row[-2] for row in rows)  # pushed again, each replica was whole
    assert not {"command: mixed", "command: older", "web: mixed"} & results["kills"]["reads"].keys()


def test_what_is_computed_goes_on_as_what_was_measured() -> None:
    known = [clusters.Cost("x", 10**n, seconds=10.0**n) for n in (5, 6)]
    assert clusters.computed(known, "seconds", 10**8, 1) == 10.0**8
    flat = [clusters.Cost("x", 10**n, seconds=2.0) for n in (5, 6)]
    assert clusters.computed(flat, "seconds", 10**8, 0) == 2.0
    assert clusters.computed(flat, "seconds", 10**8, 1) == 200.0  # what reads all of it cannot stay as it is
