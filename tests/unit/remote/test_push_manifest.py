"""What a push writes of itself is read back by the next one; anything else is refused."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.rdf.terms import Iri, Literal, to_ntriples
from ogdkg.remote.push_manifest import (
    PUSHED_TEXT,
    GraphDigest,
    PushManifest,
    add_to_manifest,
    read_manifest,
    start_manifest,
)
from ogdkg.remote.results import BrokenError
from ogdkg.store.base import Rows

MANIFEST = Iri("urn:ogdkg:push:x")
NAMES = st.none() | st.sampled_from([Iri(f"urn:g{number}") for number in range(4)]) | st.just(Iri("urn:ü"))
DIGESTS = st.builds(GraphDigest, st.integers(0, 10**9), st.text("0af", max_size=4), st.booleans())
GRAPHS = st.dictionaries(NAMES, DIGESTS, max_size=4)


def _read(store: ox.Store) -> PushManifest | None:
    found = store.query(PUSHED_TEXT.format(to_ntriples(MANIFEST)))
    assert isinstance(found, ox.QuerySolutions)
    rows = [(Iri(row["p"].value), Literal(row["o"].value)) for row in found]
    return read_manifest(Rows(("p", "o"), iter(rows)))


@given(GRAPHS, GRAPHS, st.sampled_from([UNION, UNNAMED, "urn:g0"]))
def test_what_was_written_is_read(
    first: dict[Iri | None, GraphDigest], then: dict[Iri | None, GraphDigest], default: str
) -> None:
    store = ox.Store()
    assert _read(store) is None
    store.update(start_manifest(MANIFEST, "urn:other", {Iri("urn:before"): GraphDigest(1, "0")}))
    store.update(start_manifest(MANIFEST, default, first))
    store.update(add_to_manifest(MANIFEST, {name: held for name, held in then.items() if name not in first}))
    found = _read(store)
    assert found == PushManifest({**then, **first}, default)
    assert set(found.named) == {name for name, held in {**then, **first}.items() if name and not held.is_copy}


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "[]",
        "{}",
        "no JSON",
        json.dumps(["no IRI", 1, "0", False]),
        json.dumps(["urn:g", -1, "0", False]),
        json.dumps(["urn:g", True, "0", False]),
        json.dumps(["urn:g", 1.5, "0", False]),
        json.dumps(["urn:g", 10**13, "0", False]),
        json.dumps(["urn:g", 1, 0, False]),
        json.dumps(["urn:g", 1, "0", "no"]),
        "[" * 100_000,
    ],
)
def test_what_no_push_has_written_is_refused(entry: str) -> None:
    rows = [(Iri("urn:ogdkg:holds"), Literal(entry)), (Iri("urn:ogdkg:default-graph"), Literal(UNION))]
    with pytest.raises(BrokenError, match="manifest"):
        read_manifest(Rows(("p", "o"), iter(rows)))


def test_a_default_graph_is_a_word_or_an_iri() -> None:
    with pytest.raises(BrokenError):
        read_manifest(Rows(("p", "o"), iter([(Iri("urn:ogdkg:default-graph"), Literal("no IRI"))])))
