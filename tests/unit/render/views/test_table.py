"""Tables: fitted to a width, a thing by its label, safe for a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from ogdkg.rdf.terms import Iri, Literal, Row
from ogdkg.render.views.table import (
    _NARROW,
    TableStyle,
    display_width,
    fit,
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


def test_an_address_breaks_before_a_word_does() -> None:
    row: Row = (Literal("Extractive Industries"), None, Literal("https://trees.example/" + "a" * 40))
    lines = _table(TableStyle(width=40), [row]).splitlines()
    assert [line[:12].strip() for line in lines[2:4]] == ["Extractive", "Industries"]
    assert "".join(line[12:].strip() for line in lines[2:]) == "https://trees.example/" + "a" * 40


def test_a_text_of_many_lines_ends_with_an_ellipsis() -> None:
    lines = _table(TableStyle(width=30), [(None, None, Literal("word " * 10_000))]).splitlines()
    assert len(lines) == 32 and lines[-1].endswith("…")


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
    assert fit(text * 3, width + 1) == f"{text}…"


def test_latin_text_needs_no_table_of_widths() -> None:
    narrow = [chr(code) for code in range(0x3000) if _NARROW.fullmatch(chr(code))]
    assert len(narrow) > 700 and [character for character in narrow if wcwidth(character) != 1] == []


@given(st.text(), st.integers(1, 30))
def test_what_is_fitted_is_never_too_wide(text: str, width: int) -> None:
    assert display_width(fit(one_line(text), width)) <= max(width, 1)


@given(st.text(), st.integers(4, 30), st.sampled_from(["", " "]))
def test_what_is_wrapped_is_whole_and_fits(text: str, width: int, hanging: str) -> None:
    lines = list(wrap(one_line(text), width, hanging))
    assert "".join(lines).replace(" ", "") == one_line(text).replace(" ", "")
    assert all(display_width(line) <= width for line in lines)


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
