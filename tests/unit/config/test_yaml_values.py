"""Values of YAML: plain, each with its line, and nothing that grows beyond the text."""

from __future__ import annotations

import datetime

import pytest

from ogdkg.config.yaml_values import DEEPEST, LONGEST, read
from ogdkg.errors import OgdkgError


def test_values_are_plain_and_keys_have_lines() -> None:
    values, lines = read("a: 1\nb:\n  - x\n  - c: 2020-02-29\n    d: yes\n", "q.yaml", 10)
    assert values == {"a": 1, "b": ["x", {"c": datetime.date(2020, 2, 29), "d": True}]}
    assert lines == {("a",): 10, ("b",): 11, ("b", 0): 12, ("b", 1): 13, ("b", 1, "c"): 13, ("b", 1, "d"): 14}
    assert read("", "q.yaml", 1) == ({}, {})


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x 1\nb: *x", 1, "Anchors"),
        ("a: 1\nb: !!python/object:os.system x", 2, "Tags such as"),
        ("a: !x y", 1, "Write the plain value"),
        ("a: 1\na: 2", 2, "The key 'a' must be a single word, and occur once"),
        ("? [a, b]\n: 1", 1, "A key must be a single word"),
        ("a: [1,\nb: 2", 1, "The [ is not closed"),
        ("a: 1\n\tb: 2", 2, "a tab, which YAML does not indent with"),
        ("a: 1\nb: \x07", 2, "a control character"),
        ("a: 2020-13-45", 1, "is neither a date"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), 1, "nested more than"),
        ("a: " + "1" * (LONGEST + 1), 1, "longer than"),
    ],
)
def test_what_is_no_plain_value_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(OgdkgError) as error:
        read(text, "q.yaml", 100)
    assert str(error.value).startswith(f"q.yaml:{99 + line}: "), error.value
    assert message in str(error.value)


def test_a_long_text_is_no_long_number() -> None:
    assert read("a: " + "x" * 10_000, "q.yaml", 1)[0] == {"a": "x" * 10_000}
    assert read("[" * DEEPEST + "]" * DEEPEST, "q.yaml", 1)[0]
