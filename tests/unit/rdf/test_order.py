"""The order of literals, by XML Schema 1.1 and SPARQL 1.1."""

from __future__ import annotations

import math

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.rdf.order import compare
from ogdkg.rdf.terms import XSD


def order(left: str, right: str) -> int | None:
    """The order of two literals written as `form^^type`."""
    one, other = (text.rsplit("^^", 1) for text in (left, right))
    return compare(one[0], XSD + one[1], other[0], XSD + other[1])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        # Numbers: SPARQL 1.1, sections 17.1 and 17.3
        ("1^^integer", "1.0^^decimal", 0),
        ("5^^int", "10^^unsignedByte", -1),
        ("01^^integer", "+1^^byte", 0),
        ("0.1^^decimal", "0.1^^double", 0),
        ("0.1^^float", "0.1^^double", 1),
        ("0.1^^float", "0.1^^decimal", 0),
        ("9007199254740993^^integer", "9007199254740992^^double", 0),
        ("9007199254740993^^integer", "9007199254740992^^integer", 1),
        ("9007199254740993.1^^decimal", "9007199254740993^^integer", 1),
        ("NaN^^double", "1^^integer", None),
        ("NaN^^double", "NaN^^double", None),
        ("-INF^^float", "1^^int", -1),
        ("INF^^double", "INF^^float", 0),
        ("1e400^^double", "INF^^double", 0),
        ("-0^^double", "0^^integer", 0),
        ("300^^byte", "1^^integer", None),
        ("1_0^^integer", "1^^integer", None),
        ("1^^integer", "1^^string", None),
        ("9" * 5000 + "^^integer", "1^^integer", 1),
        ("9" * 5000 + "^^integer", "1^^double", 1),
        # Strings and booleans
        ("a^^string", "b^^string", -1),
        ("a^^token", "a^^string", 0),
        ("Z^^string", "a^^string", -1),
        ("\uffff^^string", "\U00010000^^string", -1),
        ("a^^anyURI", "b^^anyURI", None),
        ("false^^boolean", "true^^boolean", -1),
        ("0^^boolean", "false^^boolean", 0),
        ("true^^boolean", "1^^integer", None),
        # Times: XML Schema 1.1, section 3.3.7 and D.2.1
        ("2002-10-12T12:00:00^^dateTime", "2002-10-10T12:00:00-05:00^^dateTime", 1),
        ("2002-10-10T12:00:00^^dateTime", "2002-10-10T12:00:00Z^^dateTime", None),
        ("2002-10-10T22:00:01Z^^dateTime", "2002-10-10T08:00:00^^dateTime", 1),
        ("2002-10-10T22:00:00Z^^dateTime", "2002-10-10T08:00:00^^dateTime", None),
        ("2002-10-10T12:00:00Z^^dateTime", "2002-10-10T14:00:00+02:00^^dateTime", 0),
        ("2020-01-01T24:00:00^^dateTime", "2020-01-02T00:00:00^^dateTime", 0),
        ("2020-01-01T00:00:00Z^^dateTimeStamp", "2020-01-01T00:00:00.5Z^^dateTime", -1),
        ("-0001-01-01T00:00:00Z^^dateTime", "0000-01-01T00:00:00Z^^dateTime", -1),
        ("12020-01-01T00:00:00^^dateTime", "9999-12-31T00:00:00^^dateTime", 1),
        ("2020-01-01+02:00^^date", "2020-01-01Z^^date", -1),
        ("2020-01-01^^date", "2020-01-01Z^^date", None),
        ("2020-01-02^^date", "2020-01-01Z^^date", 1),
        ("2020-01-01+14:00^^date", "2019-12-31-10:00^^date", 0),
        ("2020^^gYear", "2020-01-01^^date", None),
        ("2020-01-01^^date", "2020-01-01T00:00:00^^dateTime", None),
        ("2019^^gYear", "2020^^gYear", -1),
        ("2020-02^^gYearMonth", "2020-01^^gYearMonth", 1),
        ("--02-29^^gMonthDay", "--03-01^^gMonthDay", -1),
        ("---01^^gDay", "---31^^gDay", -1),
        ("--12^^gMonth", "--01^^gMonth", 1),
        ("24:00:00^^time", "00:00:00^^time", 0),
        ("10:00:00+01:00^^time", "09:30:00Z^^time", -1),
        ("10:00:00^^time", "09:30:00Z^^time", None),
        ("2020-02-30^^date", "2020-01-01^^date", None),
        ("2019-02-28^^date", "2019-03-01^^date", -1),
        # Durations: XML Schema 1.1, section 3.3.6
        ("P1Y^^duration", "P12M^^yearMonthDuration", 0),
        ("P1M^^duration", "P30D^^duration", None),
        ("P1M^^duration", "P27D^^duration", 1),
        ("P1M^^duration", "P32D^^duration", -1),
        ("PT36H^^dayTimeDuration", "P1DT12H^^duration", 0),
        ("-P1D^^duration", "PT0S^^duration", -1),
        ("P1Y^^duration", "P364D^^duration", 1),
        ("P1Y^^duration", "P365D^^duration", None),
        ("ff^^hexBinary", "00^^hexBinary", None),
    ],
)  # fmt: skip
def test_the_order_of_two(left: str, right: str, expected: int | None) -> None:
    assert order(left, right) == expected
    assert order(right, left) == (None if expected is None else -expected)


ZONES = st.sampled_from(("", "Z", "+02:00", "-05:30", "+14:00"))
DATE_TIMES = st.tuples(st.datetimes(), ZONES).map(lambda two: f"{two[0].isoformat()}{two[1]}^^dateTime")
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(lambda n: f"{n}^^integer"),
    st.decimals(-(10**9), 10**9, places=4).map(lambda n: f"{n}^^decimal"),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda n: f"{n!r}^^double"),
)


@given(st.one_of(st.tuples(DATE_TIMES, DATE_TIMES), st.tuples(NUMBERS, NUMBERS)))
def test_it_is_the_order_that_an_engine_has(pair: tuple[str, str]) -> None:
    """Where both are of one kind, and the engine is sure of it."""
    one, other = (f'"{form}"^^<{XSD}{name}>' for form, name in (each.rsplit("^^", 1) for each in pair))
    query = f"SELECT ({one} < {other} AS ?less) ({one} > {other} AS ?more) {{}}"
    [row] = pyoxigraph.Store().query(query)  # type: ignore[misc, union-attr]
    less, more = (None if each is None else each.value == "true" for each in row)
    found = order(*pair)
    if less is not None and more is not None and found is not None:
        assert (less, more) == (found < 0, found > 0)
    if less is None:
        assert found is None or not math.isfinite(found)
