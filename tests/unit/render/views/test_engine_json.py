"""The engine's JSON in our layout is the JSON that is written from its rows, byte for byte."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.rdf import formats
from ogdkg.render.views import engine_json
from ogdkg.render.views.engine_json import can_write_json, write_json
from ogdkg.render.views.results import write_rows
from ogdkg.store.base import Rows, expect_rows
from ogdkg.store.embedded import EmbeddedStore

# What could be taken for the engine's own signs, and what our layout spells.
PIECES = ['"', "\\", '"}},{"', "}},{", '"a":{', ',"value":"', '{"type":"uri"', "{}", "},{", "##", "]}}"]
PIECES += ["a", "b", "type", "\n", "\x00", "\x7f", "\x85", "\u2028", "\u202e", "é", "😀"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
IRIS = st.sampled_from(["http://e.example/a", "http://e.example/é#a"]).map(ox.NamedNode)
LITERALS = st.builds(ox.Literal, TEXTS) | st.builds(
    ox.Literal, TEXTS, language=st.sampled_from(["en", "ar-eg"])
)
LITERALS |= st.builds(ox.Literal, TEXTS, datatype=IRIS)
LITERALS |= st.builds(
    ox.Literal, TEXTS, language=st.just("ar"), direction=st.sampled_from(list(map(ox.BaseDirection, ["rtl"])))
)
TERMS = IRIS | LITERALS | st.just(ox.BlankNode("b1")) | st.builds(ox.Triple, IRIS, IRIS, LITERALS)
SELECTS = ["?a ?b", "?b ?a", "?a", "?nothing ?also", "(?a AS ?value) (?b AS ?object)", "?a ?nothing ?b"]


def _rows(terms: list[ox.Term], select: str) -> Rows:
    store = ox.Store()
    for number, term in enumerate(terms):
        store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode(f"urn:p{number}"), term))
    query = f"SELECT {select} {{ ?s ?b ?c OPTIONAL {{ ?s ?b ?a FILTER (!isBlank(?a)) }} }}"
    return expect_rows(EmbeddedStore(store).query(query))


def _both(terms: list[ox.Term], select: str) -> tuple[str, str]:
    parts: list[str] = []
    write_json(_rows(terms, select), parts.append)
    return "".join(parts), "".join(write_rows(_rows(terms, select), formats.JSON))


@given(st.lists(TERMS, max_size=6), st.sampled_from(SELECTS))
def test_bytes_are_those_of_rows(terms: list[ox.Term], select: str) -> None:
    native, written = _both(terms, select)
    assert native == written


@given(st.lists(TERMS, max_size=8), st.sampled_from(SELECTS))
def test_an_answer_in_parts_is_the_same(terms: list[ox.Term], select: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_json, "_PART", 40)
        layout_of, whole = engine_json._Layout.write, engine_json._Layout.write
        # The engine writes eight kilobytes at a time: here, a few.
        patch.setattr(
            engine_json._Layout,
            "write",
            lambda self, data: sum(layout_of(self, data[at : at + 7]) for at in range(0, len(data), 7)),
        )
        native, written = _both(terms, select)
        assert whole is layout_of
    assert native == written


def test_a_long_answer_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:s{number}"), ox.NamedNode("urn:p"), ox.Literal("x" * 50))
        for number in range(20_000)
    )
    parts: list[str] = []
    write_json(expect_rows(EmbeddedStore(store).query("SELECT ?s ?o { ?s ?p ?o }")), parts.append)
    assert max(map(len, parts)) < 2 * engine_json._PART
    assert len(json.loads("".join(parts))["results"]["bindings"]) == 20_000


def test_many_variables_are_not_looked_for_one_by_one() -> None:
    names = [f"?v{number}" for number in range(17)]
    rows = expect_rows(EmbeddedStore().query(f"SELECT {' '.join(names)} {{}}"))
    assert not can_write_json(rows)
