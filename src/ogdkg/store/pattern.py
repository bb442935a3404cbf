"""Regular expressions of strangers: matched in linear time, by the engine's own, so that none runs away.

Python's `re` tries every way to match, which for `(a+)+$` and forty letters takes years.
"""

from __future__ import annotations

import pyoxigraph as ox

_ASK = 'SELECT ?alone ?whole ?text (REGEX("", ?alone) AS ?valid) (REGEX(?text, ?whole, "s") AS ?fits) {}'


def is_valid(pattern: str) -> bool:
    """Whether a pattern can be used: one without look-around and back-references, and not too large."""
    return _asked(pattern, "")[0]


def fits(pattern: str, text: str) -> bool:
    """Whether a text as a whole is what a pattern describes."""
    return _asked(pattern, text)[1]


def _asked(pattern: str, text: str) -> tuple[bool, bool]:
    values = {"alone": pattern, "whole": f"^(?:{pattern})$", "text": text}
    terms: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
        ox.Variable(name): ox.Literal(value) for name, value in values.items()
    }
    found = ox.Store().query(_ASK, substitutions=terms)
    assert isinstance(found, ox.QuerySolutions)
    [row] = found
    fits = row["fits"]
    return row["valid"] is not None, isinstance(fits, ox.Literal) and fits.value == "true"
