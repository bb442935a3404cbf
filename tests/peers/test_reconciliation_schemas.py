"""What the reconciliation service answers is valid by the schemas of the specification, of each version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from tests.conftest import ROOT
from tests.web.conftest import Server, serving

SCHEMAS = ROOT / ".ogdkg" / "peers" / "reconciliation"
FORM = "application/x-www-form-urlencoded"
EXTEND = {
    "ids": ["https://w3id.org/ogdkg/id/country/npl", "country:mmr", "nothing", "agent:world-bank"],
    "properties": [
        {"id": name, "settings": {"limit": "3"}}
        for name in ("skos:notation", "schema:containedInPlace", "foaf:homepage", "rdf:type", "nothing")
    ],
}


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    if not SCHEMAS.exists():  # nor can each machine that runs all tests reach them
        pytest.skip(
            "the schemas of the specification are not here; tests/peers/reconciliation.sh fetches them"
        )
    with serving(ROOT) as running:
        yield running


def _faults(version: str, name: str, body: object) -> list[str]:
    """What is wrong with a body by a schema, whose references are to others of its version."""
    folder = SCHEMAS / version / "schemas"
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    swagger = {"definitions": {"securityDefinitions": {"additionalProperties": {}}}}
    found: list[tuple[str, Any]] = [("http://swagger.io/v2/schema.json", swagger)]
    for file, schema in read.items():
        base = schema.get("$id", "").rpartition("/")[0]
        found += [(file, schema), (f"{base}/{file}", schema)]
    resources = [(iri, Resource.from_contents(each, default_specification=DRAFT7)) for iri, each in found]
    validator = Draft7Validator(read[f"{name}.json"], registry=Registry().with_resources(resources))
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(body)]


def _json(own: Server, path: str, body: object = None) -> Any:
    sent = None if body is None else json.dumps(body).encode()
    answer = own.ask(path, sent, content_type="application/json") if sent else own.ask(path)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_answers_are_valid(own: Server, version: str) -> None:
    batch = (SCHEMAS / version / "examples/reconciliation-query-batch/valid/example-full.json").read_text()
    named = json.dumps(
        {f"q{n}": {"query": each} for n, each in enumerate(("Wrold Bank", "nepal", "zzz", "FAO"))}
    )
    for queries in (batch, named):
        found = _json(own, f"/reconcile?queries={quote(queries)}")
        assert found.keys() == json.loads(queries).keys()
        assert _faults(version, "reconciliation-result-batch", found) == []
    assert _faults(version, "manifest", _json(own, "/reconcile")) == []
    for kind, name in (("entity", "entities"), ("property", "properties"), ("type", "types")):
        found = _json(own, f"/reconcile/suggest/{kind}?prefix=co")
        assert found["result"]
        assert _faults(version, f"suggest-{name}-response", found) == []
    extended = _json(own, f"/reconcile?extend={quote(json.dumps(EXTEND))}")
    assert _faults(version, "data-extension-response", extended) == []
    broken = {"q0": {"result": [{"id": 1}]}}
    assert _faults(version, "reconciliation-result-batch", broken)  # the schema does say something


def test_proposals_are_valid(own: Server) -> None:
    proposed = _json(own, "/reconcile/properties?type=org:Organization&limit=3")
    assert len(proposed["properties"]) == 3
    assert _faults("0.2", "data-extension-property-proposal", proposed) == []


def test_answers_of_the_draft_are_valid(own: Server) -> None:
    folder = SCHEMAS / "1.0-draft" / "examples/reconciliation-query-batch"
    for path in sorted(folder.glob("valid/*.json")):
        found = _json(own, "/reconcile/match", json.loads(path.read_text()))
        assert _faults("1.0-draft", "reconciliation-result-batch", found) == []
    named = {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "Wrold Bank"}]}]}
    found = _json(own, "/reconcile/match", named)
    assert found["results"][0]["candidates"][0]["name"] == "World Bank"
    assert _faults("1.0-draft", "reconciliation-result-batch", found) == []
    accepting = own.ask("/reconcile", accept='application/json; version="1.0-draft"')
    assert _faults("1.0-draft", "manifest", json.loads(accepting.body)) == []
    extended = _json(own, "/reconcile/extend", EXTEND)
    assert _faults("1.0-draft", "data-extension-response", extended) == []
    proposed = _json(own, "/reconcile/extend/propose?type=org:Organization")
    assert _faults("1.0-draft", "data-extension-property-proposal", proposed) == []


@pytest.mark.parametrize(
    ("version", "name", "status"),
    [
        ("0.1", "missing-query", 400),
        ("0.2", "empty-query", 400),
        ("0.2", "empty-properties", 400),
    ],
)
def test_the_invalid_examples_are_refused(own: Server, version: str, name: str, status: int) -> None:
    path = SCHEMAS / version / f"examples/reconciliation-query-batch/invalid/{name}.json"
    answer = own.ask(f"/reconcile?queries={quote(path.read_text())}")
    assert answer.status == status, answer.body
