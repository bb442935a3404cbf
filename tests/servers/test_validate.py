"""What shapes find in the graph of a server is what they find in its files, and little of it is fetched."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.servers.conftest import Start, _pushed
from tests.servers.running import Running
from tests.servers.serving import Command, command

from ogdkg.errors import StoreError
from ogdkg.remote.http import Http
from ogdkg.validation.data import remote
from ogdkg.validation.in_place import operation

JUDGED = Path(__file__).parent / "judged"
_KEYS = ("severity", "focus", "shape", "path", "message", "value", "hint")

TARGETS = """@prefix : <https://judged.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
: sh:declare [ sh:prefix "" ; sh:namespace "https://judged.example/"^^xsd:anyURI ] .
:Named a sh:NodeShape ; sh:property [ sh:path :name ; sh:minCount 1 ] ; sh:target [ a sh:SPARQLTarget ;
    sh:prefixes : ; sh:select "SELECT ?this { ?this a/:none* ?c FILTER NOT EXISTS { ?this :members ?m } }" ] .
:Counted a sh:NodeShape ; sh:property [ sh:path :label ; sh:maxCount 1 ] ; sh:target [ a sh:SPARQLTarget ;
    sh:prefixes : ; sh:select "SELECT ?this { ?this :label ?l } GROUP BY ?this HAVING(COUNT(?l) > 1)" ] .
:Values a sh:NodeShape ; sh:nodeKind sh:IRI ; sh:minLength 3 ; sh:target [ a sh:SPARQLTarget ;
    sh:prefixes : ; sh:select "SELECT DISTINCT ?this WHERE { ?x :part|:mail ?this }" ] .
:With a sh:SPARQLTargetType ; sh:parameter [ sh:path :status ; sh:datatype xsd:string ] ; sh:prefixes : ;
    sh:select "SELECT $this { $this :status $status . OPTIONAL { $this :no ?no } FILTER(!BOUND(?no)) }" .
:Open a sh:NodeShape ; sh:target [ a :With ; :status "open" ] ;
    sh:property [ sh:path :knows ; sh:maxCount 1 ] .
"""


@pytest.fixture(scope="session")
def judged(server_name: str, start: Start) -> Running:
    """The server with the data that break every constraint."""
    return _pushed(start(server_name, "judged"), JUDGED)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line in this process, and no graph so small that it is fetched whole."""
    monkeypatch.setattr(operation, "MOST_FETCHED", 0)
    return command(capsys, monkeypatch)


def _found(run: Command, *words: str) -> Counter[tuple[str, ...]]:
    done = run("-C", str(JUDGED), "validate", "-f", "json", "--fail-on", "never", "--no-cache", *words)
    assert done.code == 0, done.err
    return findings_in(done.out)


def findings_in(report: str) -> Counter[tuple[str, ...]]:
    """The findings of a report in JSON, whatever blank nodes are called in it."""
    findings = json.loads(report)["findings"]
    return Counter(tuple(_text(finding.get(key)) for key in _KEYS) for finding in findings)


def _text(value: object) -> str:
    """A term, but for the label of a blank node."""
    return "a blank node" if isinstance(value, dict) and value.get("type") == "bnode" else str(value)


def test_every_constraint_finds_the_same(judged: Running, run: Command) -> None:
    here = _found(run, str(JUDGED / "data.ttl"))
    assert len(here) > 50
    assert _found(run, "--endpoint", judged.url) == here


def test_a_small_graph_is_fetched_in_one_request(
    judged: Running, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operation, "MOST_FETCHED", 20_000)
    assert _found(run, "--endpoint", judged.url) == _found(run, str(JUDGED / "data.ttl"))


def test_custom_targets_are_asked_there(
    judged: Running, run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.ttl").write_text(TARGETS)
    given = ("--shapes", str(tmp_path / "s.ttl"))
    here = _found(run, str(JUDGED / "data.ttl"), *given)
    assert len(here) > 10
    copies = []
    copied = remote.copied
    monkeypatch.setattr(remote, "copied", lambda *words: copies.append(words) or copied(*words))
    assert _found(run, "--endpoint", judged.url, *given) == here
    # Virtuoso may lose what an OPTIONAL finds.
    assert len(copies) == (judged.name == "virtuoso")
    if judged.name == "virtuoso":
        (tmp_path / "s.ttl").write_text(TARGETS[: TARGETS.index(":With")])
        here = _found(run, str(JUDGED / "data.ttl"), *given)
        assert _found(run, "--endpoint", judged.url, *given) == here
        assert len(copies) == 1


@pytest.mark.parametrize("server_name", ["oxigraph"], indirect=True)
def test_what_a_server_cuts_is_asked_for_in_parts(
    judged: Running, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = []

    def checked(http: Http, answer: object, header: str, address: str, number: int) -> None:
        if number >= 30:
            cut.append(number)
            error = StoreError("The server returns 30 rows at most, and may have more.")
            error.is_cut = True
            raise error

    here = _found(run, str(JUDGED / "data.ttl"))
    monkeypatch.setattr(Http, "check_rows", checked)
    assert _found(run, "--endpoint", judged.url) == here
    assert cut
