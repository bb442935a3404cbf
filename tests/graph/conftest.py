"""The graph's own files, as rdflib graphs."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

ROOT = Path(__file__).parents[2]


def merged(*patterns: str) -> Graph:
    """The triples of the files, each once, in whatever graph they stand; lexical forms are kept by the detour."""
    triples = {
        quad.triple
        for pattern in patterns
        for path in sorted(ROOT.glob(pattern))
        for quad in ox.parse(path=str(path))
    }
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=text, format="nt")


@pytest.fixture(scope="session")
def shapes() -> Graph:
    return merged("ontology/shapes/*.ttl")


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return merged("ontology/ogdkg.ttl", "ontology/external.ttl")


@pytest.fixture(scope="session")
def data() -> Graph:
    return merged("data/**/*.trig", "data/**/*.ttl", "ontology/schemes/*.ttl")
