"""The graph's own files, as rdflib graphs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

ROOT = Path(__file__).parents[2]


def merged(*patterns: str) -> Graph:
    """The triples of the files, each once, in whatever graph they stand.

    Not read by rdflib: its Dataset warns about itself.
    """
    triples = {
        quad.triple
        for pattern in patterns
        for path in sorted(ROOT.glob(pattern))
        for quad in ox.parse(path=str(path))
    }
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=text, format="nt")


@pytest.fixture(scope="session")
def layers() -> dict[str, Graph]:
    """What each layer of the project holds in files; the derived one has none."""
    project = tomllib.loads((ROOT / "ogdkg.toml").read_text("utf-8"))
    return {layer["name"]: merged(*layer["files"]) for layer in project["layer"] if "files" in layer}


@pytest.fixture(scope="session")
def data(layers: dict[str, Graph]) -> Graph:
    """Every layer but the ontology and the profile of foreign terms."""
    return union(graph for name, graph in layers.items() if name not in ("ontology", "profile"))


@pytest.fixture(scope="session")
def ontology(layers: dict[str, Graph]) -> Graph:
    """The terms: our own, and those of others as the profile names them."""
    return union((layers["ontology"], layers["profile"]))


@pytest.fixture(scope="session")
def model_shapes() -> Graph:
    """What the model asks of anyone's data."""
    return merged("ontology/shapes/*.ttl")


@pytest.fixture(scope="session")
def house_shapes() -> Graph:
    """What this project asks of its own."""
    return merged("ontology/shapes/house/*.ttl")


@pytest.fixture(scope="session")
def display() -> Graph:
    """How properties are shown."""
    return merged("ontology/shapes/display/*.ttl")


@pytest.fixture(scope="session")
def shapes(model_shapes: Graph, house_shapes: Graph, display: Graph) -> Graph:
    """All that `ogdkg validate` reads."""
    return union((model_shapes, house_shapes, display))


def union(graphs: Iterable[Graph]) -> Graph:
    whole = Graph()
    for graph in graphs:
        whole += graph
    return whole
