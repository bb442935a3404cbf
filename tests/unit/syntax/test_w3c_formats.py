"""The W3C's tests of Turtle, TriG, N-Triples, N-Quads and JSON-LD, through the readers of every command.

They are not ours and lie beside the project (`../shared/suites/rdf-tests` and `json-ld-api`, checkouts of
w3c/rdf-tests and w3c/json-ld-api), or where OGDKG_RDF_TESTS and OGDKG_JSONLD_TESTS say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogdkg.errors import InputError
from ogdkg.rdf.formats import FOR_RDF, JSONLD, by_extension
from ogdkg.store.stream import Document

BESIDE = next((p for p in Path(__file__).resolve().parents if (p / "shared/suites").is_dir()), Path("/"))
RDF = Path(os.environ.get("OGDKG_RDF_TESTS") or BESIDE / "shared/suites/rdf-tests")
LD = Path(os.environ.get("OGDKG_JSONLD_TESTS") or BESIDE / "shared/suites/json-ld-api/tests")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDF_HOME, LD_HOME = "https://w3c.github.io/rdf-tests/", "https://w3c.github.io/json-ld-api/tests/"
FOLDERS = {
    "rdf11/rdf-turtle": 313, "rdf11/rdf-trig": 356, "rdf11/rdf-n-triples": 70, "rdf11/rdf-n-quads": 87,
    "rdf12/rdf-turtle/eval": 29, "rdf12/rdf-turtle/syntax": 74, "rdf12/rdf-trig/eval": 25,
    "rdf12/rdf-trig/syntax": 35, "rdf12/rdf-n-triples/syntax": 29, "rdf12/rdf-n-quads/syntax": 27,
}  # fmt: skip
# Of options that no command has: expandContext, and rdfDirection (a direction is kept, as RDF 1.2 has it).
OTHERS = {"#te077", *(f"#tdi{n}" for n in ("02", "04", "05", "06", "09", "10", "11", "12"))}


def _graph(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    graph = ox.Dataset(quads)
    graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(graph)


@pytest.mark.skipif(not RDF.is_dir(), reason=f"the W3C's tests of RDF are not at {RDF}")
@pytest.mark.parametrize("folder", FOLDERS)
def test_rdf(folder: str) -> None:
    said: dict[ox.NamedNode | ox.BlankNode, dict[str, str]] = {}
    manifest = RDF / "rdf" / folder / "manifest.ttl"
    for quad in ox.parse(path=str(manifest), base_iri=f"{RDF_HOME}rdf/{folder}/manifest.ttl"):
        if isinstance(quad.object, ox.NamedNode) and not isinstance(quad.subject, ox.Triple):
            said.setdefault(quad.subject, {})[quad.predicate.value] = quad.object.value
    cases = [case for case in said.values() if MF + "action" in case]
    wrong = [case[MF + "action"] for case in cases if not _is_right(case)]
    assert (wrong, len(cases)) == ([], FOLDERS[folder])


def _is_right(case: dict[str, str]) -> bool:
    address = case[MF + "action"]
    path = RDF / address.removeprefix(RDF_HOME)
    form = by_extension(path, FOR_RDF)
    assert form
    try:
        found = list(Document(path.read_bytes(), form, str(path), address))
    except InputError:
        return "Negative" in case[TYPE]
    if "Eval" not in case[TYPE] or "Negative" in case[TYPE]:
        return "Negative" not in case[TYPE]
    right = RDF / case[MF + "result"].removeprefix(RDF_HOME)
    return _graph(found) == _graph(ox.parse(path=str(right), base_iri=case[MF + "result"]))


@pytest.mark.skipif(not LD.is_dir(), reason=f"the W3C's tests of JSON-LD are not at {LD}")
def test_json_ld() -> None:
    contexts = {LD_HOME + path.relative_to(LD).as_posix(): path for path in LD.rglob("*.jsonld")}
    wrong, right = [], 0
    for case in json.loads((LD / "toRdf-manifest.jsonld").read_text())["sequence"]:
        option = case.get("option", {})
        if "1.0" in str(option.get("processingMode", option.get("specVersion"))):
            continue
        path, base = LD / case["input"], option.get("base", LD_HOME + case["input"])
        try:
            found = _graph(Document(path.read_bytes(), JSONLD, str(path), base, contexts=contexts))
            is_right = "expect" not in case if "expectErrorCode" not in case else False
            is_right = is_right or ("expect" in case and found == _expected(LD / case["expect"]))
        except InputError:
            is_right = "expectErrorCode" in case
        right += is_right
        if not is_right:
            wrong.append(case["@id"])
    assert (set(wrong), right) == (OTHERS, 439)


def _expected(path: Path) -> set[ox.Quad]:
    """The expected quads, but for those whose property is a blank node, which RDF has not."""
    split = (line.split(" ", 2) for line in path.read_text().splitlines() if line)
    lines = [" ".join(parts) for parts in split if not parts[1].startswith("_:")]
    return _graph(ox.parse("\n".join(lines), ox.RdfFormat.N_QUADS))
