"""The pages of docs/commands say what `--help` says, and each has an example that is run."""

from __future__ import annotations

import re

from tests.docs.reference import END, FOLDER, pages


def test_each_page_says_what_help_says() -> None:
    stale = [
        path.name
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "`python -m tests.docs` writes these pages anew"


def test_there_is_a_page_for_each_command_and_no_other() -> None:
    assert sorted(FOLDER.glob("*.md")) == sorted(pages())


def test_each_page_has_an_example_that_is_run() -> None:
    lacking = [
        path.name
        for path in FOLDER.glob("*.md")
        if path.stem != "index"
        and not re.search(rf"^\$ ogdkg (.* )?{path.stem}\b", path.read_text("utf-8").partition(END)[2], re.M)
    ]
    assert lacking == []
