"""Tables: fitted to a width, a thing by its label, safe for a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from ogdkg.rdf.terms import Iri, Literal, Row, typed
from ogdkg.render.views.table import (
    _NARROW,
    TableStyle,
    display_width,
    longest_piece,
    wrap,
    write_markdown,
    write_table,
)
from ogdkg.store.base import Rows
from ogdkg.text.escape import one_line

OAK = Iri("https://trees.example/oak")
ROWS: list[Row] = [
    (OAK, Literal("Oak"), Literal("a tree of a great many years, standing in the garden")),
    (None, None, Literal("x")),
]


def _table(look: TableStyle, rows: list[Row] = ROWS) -> str:
    return "".join(write_table(Rows(("tree", "treeLabel", "note"), iter(rows)), look))


def test_a_thing_and_its_label_are_one_column() -> None:
    assert _table(TableStyle(), ROWS[:1]).splitlines() == [
        "TREE  NOTE",
        "────  ────────────────────────────────────────────────────",
        "Oak   a tree of a great many years, standing in the garden",
    ]


def test_columns_go_by_their_labels() -> None:
    assert _table(TableStyle(columns={"tree": "the tree"})).startswith("THE TREE  NOTE")


def test_a_cell_wraps_where_the_table_is_wider_than_the_terminal() -> None:
    assert _table(TableStyle(width=30)).splitlines() == [
        "TREE  NOTE",
        "────  ────────────────────────",
        "Oak   a tree of a great many",
        "       years, standing in the",
        "       garden",
        "      x",
    ]


def test_an_address_stays_whole_if_another_column_can_give_way() -> None:
    row: Row = (Literal("Ministry of Parks"), None, Literal("somebody.somewhere@trees.example"))
    text = _table(TableStyle(width=48), [row])
    assert "somebody.somewhere@trees.example\n" in text
    assert max(map(display_width, text.splitlines())) <= 48


@pytest.mark.parametrize(
    "word",
    ["https://trees.example/" + "a" * 40, "somebody.somewhere@trees-of-the-world.example", "1" * 40,
     "https://例え.example/" + "木" * 20, "urn:uuid:5a3cb7a0-5b9e-4c5f-8d6e-0d7a6b9f1c2d"],
)  # fmt: skip
def test_no_address_and_no_number_is_cut_in_any_width(word: str) -> None:
    row: Row = (OAK, Literal("Extractive Industries"), Literal(f"see {word} there"))
    for width in range(1, 100):
        for text in (_table(TableStyle(width), [row]), _table(TableStyle(width, records=True), [row])):
            assert word in text and "…" not in text
            assert max(map(display_width, text.splitlines())) <= max(width, display_width(word) + 6)


def test_what_fits_no_table_is_shown_as_records() -> None:
    row: Row = (Literal("Ministry of Parks"), None, Literal("somebody.somewhere@trees.example"))
    assert _table(TableStyle(width=38), [row, row]).splitlines() == [
        "── 1 " + "─" * 33,
        "TREE  Ministry of Parks",
        "NOTE  somebody.somewhere@trees.example",
        "── 2 " + "─" * 33,
        "TREE  Ministry of Parks",
        "NOTE  somebody.somewhere@trees.example",
    ]


def test_a_table_that_would_be_taller_than_records_gives_way_to_them() -> None:
    text = "a tree of a great many years, standing in the garden " * 3
    row: Row = (Literal("one two three four five"), None, Literal(text))
    assert _table(TableStyle(width=26), [row]).startswith("── 1 ")
    assert _table(TableStyle(width=60), [row]).startswith("TREE")


def test_records_are_to_be_had_anywhere() -> None:
    assert _table(TableStyle(records=True), ROWS[1:]) == f"── 1 {'─' * 35}\nTREE\nNOTE  x\n"
    assert _table(TableStyle(records=True), []).startswith("TREE  NOTE")


def test_a_long_text_is_shown_whole() -> None:
    text = _table(TableStyle(width=30), [(None, None, Literal("word " * 10_000))])
    assert text.count("word") == 10_000


def test_a_boolean_is_yes_or_no() -> None:
    terms = [typed(word, "boolean") for word in ("true", "0", "maybe")]
    assert [_table(TableStyle(), [(None, None, term)]).split()[-1] for term in terms] == [
        "yes",
        "no",
        "maybe",
    ]


def test_a_later_row_with_a_longer_word_is_whole_too() -> None:
    rows: list[Row] = [(Literal("a"), None, Literal("b"))] * 1000
    word = "https://trees.example/" + "a" * 40
    assert _table(TableStyle(width=30), [*rows, (Literal(word), None, Literal("b"))]).endswith(f"{word}  b\n")


def test_a_mailbox_is_shown_as_its_address() -> None:
    assert "\nme@trees.example " in _table(
        TableStyle(), [(Iri("mailto:me@trees.example"), None, Literal("x"))]
    )


def test_a_thing_is_linked_where_that_works() -> None:
    assert "\x1b]8;;https://trees.example/oak\x1b\\Oak\x1b]8;;\x1b\\" in _table(TableStyle(links=True))


def test_a_thing_without_a_label_goes_by_its_curie() -> None:
    table = "".join(
        write_table(Rows(("t",), iter([(OAK,)])), TableStyle(prefixes={"ex": "https://trees.example/"}))
    )
    assert table.endswith("ex:oak\n")


def test_no_rows_are_a_head_alone() -> None:
    assert _table(TableStyle(), []).splitlines()[0] == "TREE  NOTE"


@pytest.mark.parametrize(
    ("text", "width"),
    [("é…", 2), ("❤️", 2), ("👩‍👩‍👧", 2), ("🇳🇵", 2), ("東京", 4), ("e\u0301", 1)],
)
def test_a_terminal_gives_some_characters_more_columns_or_none(text: str, width: int) -> None:
    assert display_width(text) == width


def test_latin_text_needs_no_table_of_widths() -> None:
    narrow = [chr(code) for code in range(0x3000) if _NARROW.fullmatch(chr(code))]
    assert len(narrow) > 700 and [character for character in narrow if wcwidth(character) != 1] == []


@given(st.text(), st.integers(1, 30), st.sampled_from(["", " "]))
def test_what_is_wrapped_is_whole_and_fits(text: str, width: int, hanging: str) -> None:
    lines = list(wrap(one_line(text), width, hanging))
    assert "".join(lines).replace(" ", "") == one_line(text).replace(" ", "")
    assert all(display_width(line) <= max(width, longest_piece(one_line(text), hanging)) for line in lines)


def test_a_line_breaks_between_ideographs_and_before_no_full_stop() -> None:
    assert list(wrap("東京は日本の首都です。", 8)) == ["東京は日", "本の首都", "です。"]
    assert list(wrap("العربية لغة", 1)) == ["العربية", "لغة"]


def test_columns_line_up_whatever_the_script() -> None:
    texts = ("abc", "東京", "العربية", "क्ष", "e\u0301", "👩‍👩‍👧", "🇳🇵")
    rows: list[Row] = [(Literal(text), None, Literal("|")) for text in texts]
    lines = _table(TableStyle(width=60), rows).splitlines()
    assert {display_width(line.partition("|")[0]) for line in lines[2:]} == {display_width("العربية") + 2}


@given(st.text())
def test_nothing_shown_commands_the_terminal(text: str) -> None:
    table = _table(TableStyle(), [(OAK, Literal(text), Literal(text))])
    assert len(table.split("\n")) == 4
    assert "\x1b" not in table


def test_markdown_has_links_and_escapes_its_signs() -> None:
    rows = Rows(("tree", "note"), iter([(OAK, Literal("a|b*[c]<d>")), (None, Literal(""))]))
    assert "".join(write_markdown(rows, TableStyle(columns={"note": "What"}))) == (
        "| tree | What |\n"
        "|---|---|\n"
        "| [https:\\//trees.example/oak](<https://trees.example/oak>) | a\\|b\\*\\[c\\]\\<d\\> |\n"
        "|  |  |\n"
    )


@given(st.text())
def test_nothing_breaks_out_of_a_markdown_row(text: str) -> None:
    lines = "".join(write_markdown(Rows(("note",), iter([(Literal(text),)])), TableStyle())).split("\n")
    assert len(lines) == 4
    assert re.search(r"(?<!\\)(?:\\\\)*\|", lines[2].removeprefix("|").removesuffix("|")) is None
