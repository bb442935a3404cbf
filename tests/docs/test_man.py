"""The pages of man say what `--help` says, and nothing in them is taken for a request."""

from __future__ import annotations

import pytest

from tests.docs.man import FOLDER, escaped, pages


def test_each_page_says_what_help_says() -> None:
    here = {path: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    stale = [path.name for path in {*here, *pages()} if here.get(path) != pages().get(path)]
    assert stale == [], "`python -m tests.docs` writes these pages anew"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a -b", "a \\-b"),
        (".hidden", "\\&.hidden"),
        ("'x'", "\\(aqx\\(aq"),
        ("a\\n", "a\\en"),
        ("Côte …", "C\\[u00F4]te \\[u2026]"),
        ("~/x `y` ^", "\\(ti/x \\(gay\\(ga \\(ha"),
    ],
)
def test_text_stays_what_it_is(text: str, written: str) -> None:
    assert escaped(text) == written
