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
    READ,
    VERSION_TEXT,
    WHOLE,
    WRITING,
    GraphDigest,
    PushManifest,
    Version,
    add_to_manifest,
    mark_manifest,
    read_manifest,
    read_version,
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


VERSIONS = st.builds(
    Version,
    st.integers(0, 10**14),
    st.text("0af", max_size=4),
    st.sampled_from([WRITING, WHOLE, READ]),
    st.integers(0, 10**14),
    st.integers(0, 10**14),
)


def _version(store: ox.Store) -> Version | None:
    found = store.query(VERSION_TEXT.format(to_ntriples(MANIFEST)))
    assert isinstance(found, ox.QuerySolutions)
    return read_version(Rows(("o",), iter([(Literal(row["o"].value),) for row in found])))


@given(VERSIONS, VERSIONS)
def test_a_replica_holds_the_version_that_was_written_last(first: Version, then: Version) -> None:
    store = ox.Store()
    assert _version(store) is None
    store.update(start_manifest(MANIFEST, UNION, {None: GraphDigest(1, "0")}, first))
    assert _version(store) == first
    store.update(mark_manifest(MANIFEST, then))
    assert _version(store) == then
    assert _read(store) == PushManifest({None: GraphDigest(1, "0")}, UNION, then)
    store.update(start_manifest(MANIFEST, UNION, {}))  # by a push to this server alone
    assert _version(store) is None


@pytest.mark.parametrize(
    "text",
    ["", "7", "{}", "[1]", '[1, "d", "ready", 1, 1]', '[-1, "d", "read", 1]', '[true, "d", "read", 1]',
     '["1", "d", "read", 1]', '[1, 2, "read", 1]', '[1e400, "d", "read", 1]', '[1, "d", [], 1]', "[" * 9999],
)  # fmt: skip
def test_a_version_that_no_push_wrote_is_refused(text: str) -> None:
    with pytest.raises(BrokenError):
        read_version(Rows(("o",), iter([(Literal(text),)])))


def test_two_versions_are_none() -> None:
    rows = [(Literal('[1, "d", "read", 1]'),), (Literal('[2, "e", "read", 2]'),)]
    assert read_version(Rows(("o",), iter(rows))) is None
