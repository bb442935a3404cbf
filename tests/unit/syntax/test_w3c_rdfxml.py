"""The W3C's tests of RDF/XML for RDF 1.1 and RDF 1.2, through the reader of every command.

They are not ours and lie beside the project (`../shared/suites/rdf-tests`, a checkout of w3c/rdf-tests), or
where OGDKG_RDF_TESTS says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from ogdkg.errors import InputError
from ogdkg.rdf.formats import RDFXML
from ogdkg.store.stream import Document

BESIDE = [parent / "shared/suites/rdf-tests" for parent in Path(__file__).resolve().parents]
HERE = Path(os.environ.get("OGDKG_RDF_TESTS") or next((p for p in BESIDE if p.is_dir()), BESIDE[-1]))
MANIFESTS = ("rdf/rdf11/rdf-xml", "rdf/rdf12/rdf-xml/eval")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HOME = "https://w3c.github.io/rdf-tests/"

pytestmark = pytest.mark.skipif(not HERE.is_dir(), reason=f"the W3C's tests of RDF are not at {HERE}")


class Case(NamedTuple):
    name: str
    document: str  # its address
    result: str | None  # None where there is to be an error


def cases() -> Iterator[Case]:
    """Every case of the two manifests."""
    for folder in MANIFESTS:
        path, said = HERE / folder / "manifest.ttl", dict[tuple[str, str], str]()
        for quad in ox.parse(path=str(path), base_iri=f"{HOME}{folder}/manifest.ttl"):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                said[quad.subject.value, quad.predicate.value] = quad.object.value
        for (case, predicate), document in said.items():
            if predicate == f"{MF}action":
                yield Case(case.partition("#")[2], document, said.get((case, f"{MF}result")))


CASES = list(cases()) if HERE.is_dir() else []


def _file(address: str) -> Path:
    return HERE / address.removeprefix(HOME)


def _graph(quads: Iterable[ox.Quad]) -> ox.Dataset:
    graph = ox.Dataset(quads)
    graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return graph


def test_all_are_there() -> None:
    assert len(CASES) == 197
    assert sum(case.result is None for case in CASES) == 42


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_w3c(case: Case) -> None:
    document = Document(_file(case.document).read_bytes(), RDFXML, "f.rdf", case.document)
    if case.result is None:
        with pytest.raises(InputError) as found:
            list(document)
        assert found.value.place and found.value.place.line
        return
    assert _graph(document) == _graph(ox.parse(path=str(_file(case.result)), format=ox.RdfFormat.N_TRIPLES))
