"""A resource is retired where nothing is said of it but that, and by what it is replaced."""

from __future__ import annotations

import pytest

from ogdkg.rdf.retired import DEPRECATED, REPLACED_BY, is_retired
from ogdkg.rdf.terms import RDF


@pytest.mark.parametrize(
    ("predicates", "retired"),
    [
        ({REPLACED_BY}, True),
        ({DEPRECATED}, True),
        ({REPLACED_BY, DEPRECATED}, True),
        ({REPLACED_BY, RDF + "type"}, False),
        (set(), False),
    ],
)
def test_a_resource_is_retired(predicates: set[str], retired: bool) -> None:
    assert is_retired(predicates) is retired
