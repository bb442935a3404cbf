"""A complaint about a configuration file names the line of the key."""

from __future__ import annotations

import pytest

from ogdkg.config.config_file import parse_toml
from ogdkg.errors import Place


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ('[project]\ntitle = """\n[other]\n"""\nnam = "x"\n', ("project", "nam"), 5),
        ('\nprefixes.x = "no iri"\n', ("prefixes", "x"), 2),
        ('[[layer]]\nname = "a"\n[[layer]]\nname = "b"\n', ("layer", 1, "name"), 4),
        ("[a]\nb = [\n  'c',\n  'd',\n]\n", ("a", "b", 1), 4),
    ],
)
def test_a_key_has_its_line(text: str, key: tuple[str | int, ...], line: int) -> None:
    assert parse_toml(text, "ogdkg.toml").place(*key) == Place("ogdkg.toml", line)


def test_a_value_has_the_line_of_its_key() -> None:
    document = parse_toml('[a]\nb = "c"\nd = ["e", "f"]\n', "ogdkg.toml")
    assert [document.place_of_value(text).line for text in ("c", "f", "none")] == [2, 3, None]
