"""The picture of the README says what the data and the command line say."""

from __future__ import annotations

from tests.docs.picture import PICTURE, drawing


def test_the_picture_is_as_it_is_drawn() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawing(), "`python -m tests.docs` draws it anew"
