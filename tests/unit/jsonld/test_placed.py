"""A JSON-LD document read for its places states the same, and each statement knows where it stands."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from tests.unit.jsonld.test_document import DOCUMENTS

from ogdkg.errors import InputError
from ogdkg.jsonld.document import JsonLdDocument
from ogdkg.jsonld.placed import PlacedDocument

V = "http://v.example/"
BASE = "http://b.example/"
CONTEXT = {
    "@vocab": V, "id": "@id", "type": "@type", "n": "@nest", "lm": {"@container": "@language"},
    "im": {"@container": "@index"}, "idm": {"@container": "@id"}, "tm": {"@container": "@type"},
    "back": {"@reverse": "of", "@type": "@id"}, "l": {"@container": "@list"}, "j": {"@type": "@json"},
    "ref": {"@type": "@id"}, "g": {"@container": "@graph"}, "pm": {"@container": "@index", "@index": "key"},
}  # fmt: skip
HEAD = f'{{"@context": {json.dumps(CONTEXT)},\n"id": "{V}s",\n'


def _statements(text: str) -> list[str]:
    """Each statement in short, with the line and column of its subject, predicate and object."""
    arguments = text.encode(), "d.jsonld", BASE
    document = PlacedDocument(*arguments)
    lines = "".join(JsonLdDocument(*arguments).lines()).splitlines()
    found = []
    for line, spots in zip(lines, document.spots(), strict=True):
        places = [document.place(offset) for offset in spots[:3]]
        short = re.sub(r"<[^>]*[/#]([^>]*)>", r"\1", re.sub(r"\^\^<[^>]*>", "", line)).removesuffix(" .")
        found.append(f"{short} {' '.join(f'{place.line}:{place.column}' for place in places)}")
    return found


# The entries, which begin in line 3, and the statements with the places of their terms.
@pytest.mark.parametrize(
    ("entries", "right"),
    [
        ('"p": 1}', ['s p "1" 2:7 3:1 3:6']),
        ('"p": ["é", 1,\n true, 1.5, {"@value": "v"}]}',
         ['s p "é" 2:7 3:1 3:7', 's p "1" 2:7 3:1 3:12', 's p "true" 2:7 3:1 4:2', 's p "1.5E0" 2:7 3:1 4:8',
          's p "v" 2:7 3:1 4:13']),
        ('"p": {"q":\n false}}', ['_:b1 q "false" 3:6 3:7 4:2', "s p _:b1 2:7 3:1 3:6"]),
        ('"p": {"q": 1, "id":\n"ref"}}', ['ref q "1" 4:1 3:7 3:12', "s p ref 2:7 3:1 3:6"]),
        ('"type": ["T",\n"U"]}', ["s type T 2:7 3:1 3:10", "s type U 2:7 3:1 4:1"]),
        ('"lm": {"en-GB": "x",\n"de": ["y", "z"]}}',
         ['s lm "x"@en-GB 2:7 3:1 3:17', 's lm "y"@de 2:7 3:1 4:8', 's lm "z"@de 2:7 3:1 4:13']),
        ('"im": {"a": 1,\n"b": true}}', ['s im "1" 2:7 3:1 3:13', 's im "true" 2:7 3:1 3:7']),
        ('"idm": {"a":\n{"p": 1}}}', ['a p "1" 4:1 4:2 4:7', "s idm a 2:7 3:1 4:1"]),
        ('"tm": {"T": {"id": "a",\n"type": "U"}}}',
         ["a type T 3:20 3:20 3:20", "a type U 3:20 4:1 4:9", "s tm a 2:7 3:1 3:13"]),
        ('"back": ["a",\n{"id": "b"}]}', ["a of s 3:10 3:1 2:7", "b of s 4:8 3:1 2:7"]),
        ('"@reverse": {"of": {"id":\n"a"}}, "back": "b"}', ["a of s 4:1 3:14 2:7", "b of s 4:16 4:8 2:7"]),
        ('"n": {"p":\ntrue}}', ['s p "true" 2:7 3:7 4:1']),
        ('"l": [1,\ntrue]}',
         ['_:b1 first "1" 3:7 3:7 3:7', "_:b1 rest _:b2 3:7 3:7 3:7", '_:b2 first "true" 4:1 4:1 4:1',
          "_:b2 rest nil 4:1 4:1 4:1", "s l _:b1 2:7 3:1 3:6"]),
        ('"j":\nnull}', ['s j "null" 2:7 3:1 4:1']),
        ('"ref": ["a",\n"b"]}', ["s ref a 2:7 3:1 3:9", "s ref b 2:7 3:1 4:1"]),
        ('"g": [{"id": "a",\n"p": 1}]}', ['a p "1" _:b1 3:14 4:1 4:6', "s g _:b1 2:7 3:1 3:6"]),
        ('"pm": {"k": {"id": "a"}}}', ['a key "k" 3:20 3:8 3:8', "s pm a 2:7 3:1 3:13"]),
        ('"@included": [{"id": "a",\n"p": "x"}]}', ['a p "x" 3:22 4:1 4:6']),
    ],
)  # fmt: skip
def test_a_statement_knows_where_it_stands(entries: str, right: list[str]) -> None:
    assert _statements(HEAD + entries) == right


@given(DOCUMENTS)
def test_the_places_change_nothing_of_what_is_read(document: Any) -> None:
    data = json.dumps(document, indent=1).encode()
    try:
        plain = "".join(JsonLdDocument(data, "d", BASE).lines())
    except InputError as error:
        with pytest.raises(InputError) as caught:
            list(PlacedDocument(data, "d", BASE).spots())
        assert str(caught.value) == str(error)
        return
    assert "".join(PlacedDocument(data, "d", BASE).lines()) == plain
    placed = PlacedDocument(data, "d", BASE)
    spots = list(placed.spots())
    assert len(spots) == plain.count("\n")
    assert all(0 <= at < len(data) for each in spots for at in each[:3])
    assert {f"_:{label}" for label in placed.labels} <= set(re.findall(r"_:\w+", plain)) | {"_:b1"}
