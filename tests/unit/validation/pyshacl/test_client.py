"""The client of the pyshacl process: its errors become errors of ogdkg, its switches stay in the child."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
import rdflib

from ogdkg.errors import InputError, LimitError
from ogdkg.validation.core import memory
from ogdkg.validation.core.background import Deadline, map_in_order
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.pyshacl.client import PyShaclProcess

PREFIXES = "PREFIX ex: <http://example.org/> PREFIX sh: <http://www.w3.org/ns/shacl#> "


def triples(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def test_rdflib_is_left_as_it_was(pyshacl: PyShaclProcess) -> None:
    before = rdflib.NORMALIZE_LITERALS
    results = pyshacl.validate(
        triples("ex:a ex:p 01 ."),
        triples("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:in ( 1 ) ] ."),
    )
    assert [str(result.value) for result in results] == ['"01"^^<http://www.w3.org/2001/XMLSchema#integer>']
    assert rdflib.NORMALIZE_LITERALS is before


def test_details_are_kept_apart(pyshacl: PyShaclProcess) -> None:
    shapes = "ex:S sh:targetNode ex:a ; sh:node [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ] ."
    (result,) = pyshacl.validate(triples("ex:a ex:q 1 ."), triples(shapes))
    assert result.component == SH.NodeConstraintComponent
    assert [detail.component for detail in result.details] == [SH.MinCountConstraintComponent]


ILL_FORMED = (
    "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 'one' ] .",
    "ex:S sh:targetNode ex:a ; sh:property [ sh:minCount 1 ] .",
    "ex:S sh:targetNode ex:a ; sh:pattern '(' .",
    "ex:S sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT nothing' ] .",
)


@pytest.mark.parametrize("shapes", ILL_FORMED)
def test_ill_formed_shapes_are_bad_input(shapes: str, pyshacl: PyShaclProcess) -> None:
    with pytest.raises(InputError, match="cannot be used") as caught:
        pyshacl.validate(triples("ex:a ex:p 1 ."), triples(shapes))
    assert "Traceback" not in str(caught.value)


def test_a_pattern_that_never_ends_is_stopped() -> None:
    shapes = triples("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:pattern '^(a+)+$' ] .")
    with PyShaclProcess(timeout=1.5) as pyshacl, pytest.raises(LimitError, match=r"longer than 1\.5 seconds"):
        pyshacl.validate(triples(f"ex:a ex:p '{'a' * 60}!' ."), shapes)


def test_a_judge_can_be_asked_again_after_an_error(pyshacl: PyShaclProcess) -> None:
    with pytest.raises(InputError):
        pyshacl.validate(triples("ex:a ex:p 1 ."), triples(ILL_FORMED[0]))
    assert (
        pyshacl.validate(triples("ex:a ex:p 1 ."), triples("ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI ."))
        == ()
    )


def test_a_query_that_never_ends_is_given_up() -> None:
    with pytest.raises(LimitError, match=r"longer than 0\.2 seconds"):
        list(map_in_order(lambda _: time.sleep(30), [1, 2], 1, Deadline(0.2)))


def test_a_query_that_takes_all_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_free_bytes", lambda: iter([2**20]))
    with pytest.raises(LimitError, match="more memory"):
        list(map_in_order(lambda _: time.sleep(30), [1, 2], 1, Deadline(60)))


def test_work_beside_keeps_order_and_errors() -> None:
    assert list(map_in_order(str, [3, 1, 2], 2, Deadline(None))) == ["3", "1", "2"]
    with pytest.raises(ZeroDivisionError):
        list(map_in_order(lambda n: 1 // n, [1, 0], 2, Deadline(5)))


def test_constraints_are_made_before_any_node_is_looked_at(pyshacl: PyShaclProcess) -> None:
    with pytest.raises(InputError, match="sh:uniqueLang") as caught:
        pyshacl.check_shapes(triples("ex:S sh:property [ sh:path ex:p ; sh:uniqueLang 5 ] .")).result()
    assert "Literal(" not in str(caught.value)
    pyshacl.check_shapes(triples("ex:S sh:property [ sh:path ex:p ; sh:uniqueLang true ] .")).result()
