"""Regular expressions from untrusted input, matched in linear time by the engine's implementation.

Python's `re` backtracks: for `(a+)+$` and forty letters it would take years.
"""

from __future__ import annotations

import pyoxigraph as ox

_ASK = 'SELECT ?alone ?whole ?text (REGEX("", ?alone) AS ?valid) (REGEX(?text, ?whole, "s") AS ?fits) {}'


def is_valid(pattern: str) -> bool:
    """Return whether a pattern is valid: without look-around and back-references, and not too large."""
    return _match(pattern, "")[0]


def fits(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a whole text."""
    return _match(pattern, text)[1]


def _match(pattern: str, text: str) -> tuple[bool, bool]:
    """Return whether a pattern is valid, and whether it matches a text."""
    values = {"alone": pattern, "whole": f"^(?:{pattern})$", "text": text}
    terms: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
        ox.Variable(name): ox.Literal(value) for name, value in values.items()
    }
    result = ox.Store().query(_ASK, substitutions=terms)
    assert isinstance(result, ox.QuerySolutions)
    [row] = result
    fits = row["fits"]
    return row["valid"] is not None, isinstance(fits, ox.Literal) and fits.value == "true"
