"""One table of lexical forms: what Turtle writes bare is of its type, for this project and for pyoxigraph."""

from __future__ import annotations

import re
from functools import cache

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.rdf.datatypes import (
    INTEGERS,
    LEXICAL_SPACES,
    NUMBERS,
    NUMERIC_SHORTHAND,
    SHORTHAND,
    has_shorthand,
)
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import XSD, Literal
from ogdkg.validation.data.graph import CANONICAL

# Ranges of a million characters, which Hypothesis lists one by one, and the beginning of each.
BEGINNINGS = {"\u3001-\ud7ff": "\u3001-\u31ff", "\U00010000-\U000effff": "\U00010000-\U000101ff"}


@cache
def forms(pattern: str) -> st.SearchStrategy[str]:
    """What matches a pattern, made once for each."""
    for whole, beginning in BEGINNINGS.items():
        pattern = pattern.replace(whole, beginning)
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)


@pytest.mark.parametrize("datatype", SHORTHAND)
@given(data=st.data())
def test_what_is_written_bare_is_read_as_it_was(datatype: str, data: st.DataObject) -> None:
    form = data.draw(forms(SHORTHAND[datatype]))
    assert has_shorthand(form, datatype)
    assert re.fullmatch(LEXICAL_SPACES[datatype.removeprefix(XSD)], form)
    [triple] = pyoxigraph.parse(f"<http://e/a> <http://e/p> {form} .", pyoxigraph.RdfFormat.TURTLE)
    assert triple.object == pyoxigraph.Literal(form, datatype=pyoxigraph.NamedNode(datatype))


@pytest.mark.parametrize("datatype", sorted(CANONICAL))
@given(data=st.data())
def test_what_a_store_keeps_is_of_its_type(datatype: str, data: st.DataObject) -> None:
    form = data.draw(forms(CANONICAL[datatype]))
    assert re.fullmatch(LEXICAL_SPACES[datatype.removeprefix(XSD)], form)


@pytest.mark.parametrize("datatype", sorted(NUMBERS))
def test_every_number_is_one_in_python(datatype: str) -> None:
    form = "-5" if datatype.endswith(("negativeInteger", "nonPositiveInteger")) else "5"
    number = python_value(Literal(form, datatype))
    assert number == int(form)
    assert isinstance(number, int) == (datatype in INTEGERS)


def test_a_truth_is_no_number() -> None:
    assert SHORTHAND.keys() - NUMERIC_SHORTHAND.keys() == {XSD + "boolean"}
    assert not has_shorthand("1", XSD + "boolean") and not has_shorthand("5.", XSD + "decimal")
