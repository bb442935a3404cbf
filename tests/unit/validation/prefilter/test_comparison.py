"""Comparisons in the prefilter: sure where the store is exact, and right where they are sure."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench import everyday

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import XSD
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.operation import Options, Validator
from ogdkg.validation.prefilter.comparison import bounded, compared
from ogdkg.validation.pyshacl.client import PyShaclProcess

SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SHAPES = Path(everyday.__file__).with_name("everyday-shapes.ttl")


def told(value: ox.Literal, other: ox.Literal, sign: str, *, is_bound: bool) -> bool | None:
    """What the condition says of a value: that it passes, that it fails, or nothing."""
    graph = DataGraph()
    subject = ox.NamedNode("x:s")
    graph.add(
        [ox.Triple(subject, ox.NamedNode("x:p"), value), ox.Triple(subject, ox.NamedNode("x:q"), other)]
    )
    condition = bounded("?v", sign, other) if is_bound else compared("?v", sign, "?w")
    row = next(
        iter(
            graph.query(
                f"SELECT ({condition.passes} AS ?a) ({condition.fails} AS ?b) {{ ?s <x:p> ?v ; <x:q> ?w }}"
            )
        )
    )
    passes, fails = (row[name] == ox.Literal(True) for name in ("a", "b"))
    assert not (passes and fails)
    return True if passes else False if fails else None


numbers = st.builds(
    lambda sign, whole, part, kind: ox.Literal(
        f"{sign}{whole}{part if kind == 'decimal' else ''}", datatype=ox.NamedNode(XSD[kind].value)
    ),
    st.sampled_from(("", "-", "+")),
    st.sampled_from(("0", "7", "007", "12", "999999")),
    st.sampled_from(("", ".0", ".50", ".5", ".", ".123456")),
    st.sampled_from(("integer", "decimal", "long")),
)
times = st.builds(
    lambda day, hour, part, zone: ox.Literal(
        f"2020-02-0{day}T{hour:02}:00:00{part}{zone}", datatype=XSD.dateTime
    ),
    st.integers(1, 3),
    st.integers(0, 23),
    st.sampled_from(("", ".0", ".5", ".250")),
    st.sampled_from(("", "Z", "+00:00", "-00:00", "+05:45", "-14:00")),
)


def _time(literal: ox.Literal) -> datetime:
    text = literal.value.replace("Z", "+00:00")
    begin, dot, part = text.partition(".")
    return datetime.fromisoformat(
        f"{begin}.{part[:-6].ljust(3, '0')}{part[-6:]}" if dot and part[-6:-5] in "+-" else text
    )


@settings(max_examples=150, deadline=None)
@given(numbers, numbers, st.sampled_from(tuple(SIGNS)), st.booleans())
def test_numbers(value: ox.Literal, other: ox.Literal, sign: str, is_bound: bool) -> None:
    assert told(value, other, sign, is_bound=is_bound) is SIGNS[sign](
        Decimal(value.value), Decimal(other.value)
    )


@settings(max_examples=150, deadline=None)
@given(times, times, st.sampled_from(tuple(SIGNS)), st.booleans())
def test_times(value: ox.Literal, other: ox.Literal, sign: str, is_bound: bool) -> None:
    zoned = [literal.value[-1] == "Z" or literal.value[-6] in "+-" for literal in (value, other)]
    expected = SIGNS[sign](_time(value), _time(other)) if zoned[0] == zoned[1] else None
    assert told(value, other, sign, is_bound=is_bound) is expected


@pytest.mark.parametrize(
    ("value", "bound", "expected"),
    [
        ('"2.5"^^xsd:double', '"1"^^xsd:integer', True),
        ('"1.0E0"^^xsd:double', '"1"^^xsd:integer', None),  # near: a sum may have been rounded
        ('"INF"^^xsd:double', '"1.50"^^xsd:decimal', True),
        ('"NaN"^^xsd:double', '"1"^^xsd:integer', None),
        ('"1234567890123456789.5"^^xsd:decimal', '"1"^^xsd:integer', None),
        ('"1_000"^^xsd:integer', '"1"^^xsd:integer', None),
        ('"2020-01-01Z"^^xsd:date', '"2019-01-01"^^xsd:date', None),
        ('"2020-01-01"^^xsd:date', '"2019-01-01"^^xsd:date', True),
        ('"b"', '"a"', True),
        ("<x:o>", '"1"^^xsd:integer', False),
    ],
)
def test_what_is_sure(value: str, bound: str, expected: bool | None) -> None:
    text = f"@prefix xsd: <{XSD.base}> . <x:s> <x:p> {value} ; <x:q> {bound} ."
    one, other = (quad.object for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    assert isinstance(other, ox.Literal)
    assert told(one, other, ">=", is_bound=True) is expected  # type: ignore[arg-type]  # an IRI too


def test_what_people_write_makes_no_candidates_and_the_results_of_the_whole(
    pyshacl: PyShaclProcess, tmp_path: Path
) -> None:
    data = tmp_path / "contracts.ttl"
    with data.open("w") as out:
        faulty = everyday.write(2_500, out, rate=0.3)
    shapes = Shapes(quad.triple for quad in ox.parse(path=SHAPES, format=ox.RdfFormat.TURTLE))
    graph = DataGraph()
    graph.add(ox.parse(path=data, format=ox.RdfFormat.TURTLE))
    results = [
        Validator(pyshacl, Options(prefilter=narrow)).results(graph, shapes) for narrow in (True, False)
    ]
    assert [result.key() for result in results[0]] == [result.key() for result in results[1]]
    assert len({result.focus for result in results[0]}) == faulty
    reading = Validator(pyshacl, Options())
    assert reading._start(graph, shapes).stats.candidates == faulty
