"""docs/architecture.md draws the rooms as they are, and names modules and functions that exist."""

from __future__ import annotations

import re

from tests.docs import rooms
from tests.test_architecture import SOURCE


def test_the_table_of_rooms_is_as_the_code_is() -> None:
    assert rooms.written() == rooms.PAGE.read_text(encoding="utf-8"), "`python -m tests.docs` writes it anew"
    assert len(rooms.table().splitlines()) > 25


def test_no_two_rooms_import_one_another() -> None:
    imports = rooms.arrows()
    assert [(a, b) for a in imports for b in imports[a] if a in imports[b]] == []


def test_the_modules_and_functions_of_the_two_ways_exist() -> None:
    text = rooms.PAGE.read_text(encoding="utf-8")
    steps = re.findall(r"`(\w[\w/]*\.py)`(?: `([\w.]+)`)?", text.partition("<!-- end -->")[2])
    assert len(steps) > 15
    for file, name in steps:
        code = (SOURCE / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"(?:def|class) {name.rpartition('.')[2]}\b", code), (file, name)
