"""Things as tables: a row each, a column a property and language, and values that can be told apart again."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.rdf.statements import Statement, split, to_nquads
from ogdkg.rdf.terms import Iri, Literal, Quad
from ogdkg.render.rdf.compacted import Context
from ogdkg.render.rdf.tables import as_csv, file_of, names_in, table_of, tables_of

CONTEXT = Context({"e": "http://e/", "name": {"@id": "http://e/name"}})
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def _statements(*lines: str) -> list[Statement]:
    return sorted(split(f"{line} .") for line in lines)


def _rows(table: list[list[str]]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(table), newline="")))


def test_each_class_has_its_table() -> None:
    found = dict(
        tables_of(
            _statements(
                f"<urn:a> {TYPE} <http://e/T>",
                f"<urn:a> {TYPE} <http://e/U>",
                '<urn:a> <http://e/name> "A"@en',
                '<urn:a> <http://e/name> "Ä"@de',
                "<urn:a> <http://e/of> <urn:b>",
                f"_:b {TYPE} <http://e/U>",
                '<urn:c> <http://e/name> "of no class"',
            ),
            CONTEXT,
        )
    )
    assert list(found) == ["e:T", "e:U"]
    assert _rows(found["e:T"]) == [["id", "e:of", "name@de", "name@en"], ["urn:a", "urn:b", "Ä", "A"]]
    assert [row[0] for row in _rows(found["e:U"])] == ["id", "urn:a", "_:b"]


@given(st.lists(st.text(st.sampled_from('a|\\ ",\n\r'), max_size=5), min_size=1, max_size=4, unique=True))
def test_values_can_be_told_apart_again(values: list[str]) -> None:
    lines = [to_nquads(Quad(Iri("urn:a"), Iri("http://e/p"), Literal(value), None)) for value in values]
    table = table_of(sorted(map(split, lines)), {"<urn:a>"}, CONTEXT)
    [_, [_, cell]] = _rows(table)
    parts = re.split(r"(?<!\\)((?:\\\\)*) \| ", cell)  # a bar that no backslash escapes
    joined = ["".join(pair) for pair in zip(parts[::2], [*parts[1::2], ""], strict=True)]
    assert sorted(re.sub(r"\\(.)", r"\1", part) for part in joined) == sorted(values)


@pytest.mark.parametrize(
    ("name", "file"), [("e:T", "e-T"), ("../x", "x"), ("http://e/é", "http---e-é"), ("..", "class")]
)
def test_a_class_names_a_file(name: str, file: str) -> None:
    assert file_of(name) == file


def test_things_are_named_by_their_labels_and_no_text_is_a_formula() -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    statements = _statements(
        f"<urn:a> {TYPE} <http://e/T>",
        "<urn:a> <http://e/of> <urn:b>",
        "<urn:a> <http://e/of> <urn:c>",
        f'<urn:b> {label} "=1|2"@en',
        f'<urn:b> {label} "un"@fr',
    )
    [(_, table)] = tables_of(statements, CONTEXT, names_in(statements, ("en",)))
    assert as_csv(table, is_guarded=True).splitlines() == ["id,e:of", "urn:a,'=1\\|2 | urn:c"]
