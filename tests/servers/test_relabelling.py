"""A server may label blank nodes anew in each answer: its graph has the findings that its files have.

SPARQL promises no more: the scope of a label is one answer,
https://www.w3.org/TR/sparql11-query/#BlankNodesInResults.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.servers.serving import Command, Handler, command, serving
from tests.servers.test_validate import JUDGED, _found

from ogdkg.validation.data import remote
from ogdkg.validation.in_place import operation

_answers = count(1)


def _relabelled(answer: Any) -> bytes:
    """The rows in JSON, with blank nodes that no other answer has."""
    document = json.loads(answer.serialize(format=ox.QueryResultsFormat.JSON))
    number = next(_answers)
    names: dict[str, str] = {}
    for row in document.get("results", {}).get("bindings", ()):
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = names.setdefault(term["value"], f"a{number}b{len(names)}")
    return json.dumps(document).encode()


@pytest.fixture
def relabelling() -> Iterator[str]:
    store = ox.Store()
    store.load(path=str(JUDGED / "data.ttl"), format=ox.RdfFormat.TURTLE)

    def say(handler: Handler) -> None:
        handler.answer(_relabelled(store.query(handler.asked.query)))

    with serving() as serve:
        yield serve(say).url


@pytest.mark.parametrize("most_fetched", [0, 20_000])
def test_findings_are_those_of_the_files(
    relabelling: str,
    most_fetched: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operation, "MOST_FETCHED", most_fetched)
    run: Command = command(capsys, monkeypatch)
    here = _found(run, str(JUDGED / "data.ttl"))
    assert len(here) > 50
    assert _found(run, "--endpoint", relabelling) == here


def test_a_copy_holds_what_queries_are_about(
    relabelling: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run: Command = command(capsys, monkeypatch)
    here = _found(run, str(JUDGED / "data.ttl"), "--whole")
    assert _found(run, "--endpoint", relabelling, "--whole") == here


def test_what_is_too_large_to_copy_is_said(
    relabelling: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation, "MOST_FETCHED", 0)
    monkeypatch.setattr(remote, "MOST_COPIED", 100)
    done = command(capsys, monkeypatch)(
        "-C", str(JUDGED), "validate", "--no-cache", "--endpoint", relabelling
    )
    assert done.code == 3
    assert "which this server may label anew in each answer, so it needs a copy of the graph" in done.err
    assert "Validate the files they were pushed from." in done.err


def test_what_looks_at_no_blank_node_needs_no_copy(
    relabelling: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(operation, "MOST_FETCHED", 0)
    monkeypatch.setattr(remote, "MOST_COPIED", 0)
    Path("s.ttl").write_text(
        "@prefix : <https://judged.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> ."
        ":S a sh:NodeShape ; sh:targetObjectsOf :born ; sh:minLength 5 ."
    )
    done = command(capsys, monkeypatch)("validate", "--shapes", "s.ttl", "--endpoint", relabelling)
    assert (done.code, done.out.count("[MinLength]")) == (1, 1), done.err
