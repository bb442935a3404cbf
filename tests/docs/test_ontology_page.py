"""docs/ontology.md counts what is in the files, and its picture shows the classes that there are."""

from __future__ import annotations

from tests.docs import ontology


def test_the_counts_of_the_page_are_those_of_the_files() -> None:
    assert ontology.PAGE.read_text("utf-8") == ontology.written(), "`python -m tests.docs` writes them anew"


def test_the_picture_is_as_it_is_drawn() -> None:
    assert ontology.PICTURE.read_text("utf-8") == ontology.drawing(), "`python -m tests.docs` draws it anew"


def test_the_picture_shows_each_class_and_a_property_under_each_of_its_classes() -> None:
    drawn = ontology.drawing()
    assert drawn.count('class="name"') == ontology.counts()["classes"]
    assert drawn.count("usesData → Dataset") == 3  # an initiative, a tool and an aim; the rest are of others
