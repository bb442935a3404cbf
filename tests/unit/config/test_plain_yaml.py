"""Plain YAML without PyYAML: what is read here is what PyYAML reads, and the rest is left to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.catalogue.header import header_lines
from ogdkg.config.plain_yaml import plain_mapping
from ogdkg.config.yaml_values import read
from ogdkg.errors import OgdkgError
from tests.conftest import ROOT

HEADERS = {path.stem: header_lines(path.read_text())[1] for path in (ROOT / "queries").rglob("*.rq")}
QUESTIONS = {path.stem: path.read_text() for path in (ROOT / "queries" / "questions").glob("*.yaml")}
# What may mean something in YAML, wherever it stands.
PIECES = (
    *(
        "a",
        "b1",
        "key",
        "Yes",
        "no",
        "null",
        "~",
        "2017",
        "2017-04",
        "2017-04-05",
        "1_0",
        "0x1f",
        "007",
        "1.5",
    ),
    *(": ", ":", ", ", ",", " ", "  ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", "- ", "-", "? ", "?", "#"),
    *(
        " #",
        '"',
        "'",
        '""',
        "''",
        "\\",
        "&a ",
        "*a",
        "!t ",
        ">",
        ">-",
        ">\n  ",
        "|",
        "%",
        "@",
        "`",
        "<<",
        "=",
    ),
    *("---", "...", "\t", "\r", "\u00e9", "\u00a0", "\u0085", "\u2028", "\ufeff", "\x07", "\U0001f333"),
    *("ogd:Initiative", "http://x/#y", "a: b\n", "key: [a, b]\n", "t: {a: b, c: 3}\n", "f: >\n  a\n  b\n"),
)


def yaml_value(text: str) -> object:
    """What PyYAML reads; an error where it is at a loss."""
    try:
        return read(text, "q", 1)[0]
    except OgdkgError as error:
        return error


def test_each_header_of_ours_is_plain() -> None:
    assert [name for name, text in HEADERS.items() if plain_mapping(text) is None] == []
    assert [name for name, text in HEADERS.items() if plain_mapping(text) != yaml_value(text)] == []


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_read_as_by_pyyaml_or_left_to_it(text: str) -> None:
    for whole in (
        *(text, f"key: {text}\n", f"key: [{text}]\n", f"key: {{a: {text}}}\n", f"key: >\n  {text}\n"),
        *(f"key:\n  - {text}\n", f"key:\n- a\n- {text}\nother: b\n", f"t:\n  key:\n  - [{text}]\n  - b\n"),
    ):
        value = plain_mapping(whole)
        assert value is None or (value == yaml_value(whole) and repr(value) == repr(yaml_value(whole))), whole


def test_most_questions_of_ours_are_plain() -> None:
    values = {name: plain_mapping(text) for name, text in QUESTIONS.items()}
    plain = {name: value for name, value in values.items() if value is not None}
    assert len(plain) > 0.9 * len(QUESTIONS)
    some = sorted(plain)[::8]
    assert {name: plain[name] for name in some} == {name: yaml_value(QUESTIONS[name]) for name in some}


@given(st.sampled_from(sorted(HEADERS | QUESTIONS)), st.data())
def test_a_text_changed_anywhere_is_read_as_by_pyyaml_or_left_to_it(name: str, data: st.DataObject) -> None:
    text = (HEADERS | QUESTIONS)[name][:600]
    at, piece = data.draw(st.integers(0, len(text))), data.draw(st.sampled_from(PIECES))
    changed = text[:at] + piece + text[at + data.draw(st.integers(0, 2)) :]
    value = plain_mapping(changed)
    assert value is None or value == yaml_value(changed)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("a: b: c\n", None),
        ("a: yes\n", None),
        ("a: 010\n", None),
        ("a: 2017-04-05\n", None),
        ("a: 'it''s'\n", None),
        ('a: "\\n"\n', None),
        ("a: b\na: c\n", None),
        ("a: b\n  c\n", None),
        ("a: b # c\n", None),
        ("a: b#c\n", {"a": "b#c"}),
        ("a: []\nb: {}\n", {"a": [], "b": {}}),
        ('a:\n- b\n- [c, 1]\nd:\n  - "e"\n', {"a": ["b", ["c", 1]], "d": ["e"]}),
        ("a:\n- b: c\n", None),
        ("a:\n- - b\n", None),
        ("a:\n  - b\n - c\n", None),
        ("a:\n- b\n  c\n", None),
        ("a:\n-\n", None),
        ("a: [2017, 2017-04, b c]\n", {"a": [2017, "2017-04", "b c"]}),
        (
            'a:\n  b: {c: x:y, d: ""}\ne: >-\n  f\n  g: #h\n',
            {"a": {"b": {"c": "x:y", "d": ""}}, "e": "f g: #h"},
        ),
    ],
)
def test_what_is_plain(text: str, value: dict[str, object] | None) -> None:
    assert plain_mapping(text) == value


def test_time_grows_with_the_text_alone() -> None:
    """Each of these has two readings at every character, for a reader that goes back."""
    for text in (
        "a: " + "a " * 200_000 + ":\n",
        "a: [" + "a  " * 200_000 + "\n",
        "a: {" + "b: [" * 200_000 + "\n",
    ):
        assert plain_mapping(text) is None
