"""The W3C SHACL test suite, through the operation and the report that the command prints.

The suite is not ours and lies beside the project (`../shared/suites/shacl`), or where OGDKG_SHACL_SUITE says.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from ogdkg.errors import OgdkgError
from ogdkg.validation.core.results import Result
from ogdkg.validation.core.vocabulary import RDF, Vocabulary
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess, read_report
from ogdkg.validation.report.graph import to_turtle

MF = Vocabulary("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Vocabulary("http://www.w3.org/ns/shacl-test#")
BESIDE = [parent / "shared/suites/shacl" for parent in Path(__file__).resolve().parents]
HERE = Path(os.environ.get("OGDKG_SHACL_SUITE") or next((p for p in BESIDE if p.is_dir()), BESIDE[-1]))

pytestmark = pytest.mark.skipif(not HERE.is_dir(), reason=f"the W3C SHACL test suite is not at {HERE}")

COLLECTED = 121


@dataclass(frozen=True)
class Case:
    name: str
    data: str
    shapes: str
    expected: Counter[tuple[str, ...]] | None  # nothing where the processor must report a failure


def _triples(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE, base_iri=path.as_uri())]


def cases() -> list[Case]:
    """Every case that a manifest in the suite's folders lists."""
    return [case for path in sorted(HERE.rglob("*.ttl")) for case in _cases_in(path)]


def _cases_in(path: Path) -> Iterator[Case]:
    triples = _triples(path)
    said = {(t.subject, t.predicate): t.object for t in triples}
    for triple in triples:
        if (triple.predicate, triple.object) == (RDF.type, SHT.Validate):
            action, result = said[triple.subject, MF.action], said[triple.subject, MF.result]
            data, shapes = (
                said[action, each].value.removeprefix("file://") for each in (SHT.dataGraph, SHT.shapesGraph)
            )
            report = serialize(triples, format=RdfFormat.N_TRIPLES)
            expected = None if result == SHT.Failure else summary(read_report(report))
            yield Case(str(path.relative_to(HERE).with_suffix("")), data, shapes, expected)


def summary(results: list[Result]) -> Counter[tuple[str, ...]]:
    """What the suite's own harness compares; blank nodes have no names to compare."""

    def text(term: object) -> str:
        return "_" if isinstance(term, BlankNode) else str(term or "")

    def shape(result: Result) -> str:
        return str(result.shape) if isinstance(result.shape, NamedNode) else "_"

    return Counter(
        (*map(text, (r.focus, r.path, r.value, r.component, r.severity)), shape(r)) for r in results
    )


CASES = cases() if HERE.is_dir() else []


def test_every_case_is_collected() -> None:
    assert len(CASES) == len({case.name for case in CASES}) == COLLECTED


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("prefilter", [True, False], ids=["prefiltered", "whole"])
def test_case(case: Case, prefilter: bool, pyshacl: PyShaclProcess) -> None:
    # The suite holds shapes that are ill-formed on purpose, so their own check is left out.
    validator = Validator(pyshacl, Options(meta=False, prefilter=prefilter))
    try:
        report = validator.run(Inputs(sources([case.data]), sources([case.shapes])))
    except OgdkgError as error:
        assert error.exit_code == 3
        assert case.expected is None
        return
    assert summary(read_report(_as_ntriples(to_turtle(report)))) == case.expected


def _as_ntriples(turtle: str) -> bytes:
    return serialize(parse(turtle, format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES)
