"""What the pages of `ogdkg serve` show of a project first (`[pages]`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ogdkg.config.config_file import ConfigFile
from ogdkg.project.tables import read_named, read_property
from ogdkg.rdf.terms import Iri


class PageSettings(NamedTuple):
    """What the pages show of a project first (`[pages]`).

    Attributes:
        purpose: A sentence on what the project is.
        things: The class of the things that the first page lists; None for a list of all classes.
        by: The property whose values group these things.
        questions: The stored queries that the first page offers; empty for the first of each topic.
        numbers: The classes of which the first page says how many things there are, by what to call these.
    """

    purpose: str = ""
    things: Iri | None = None
    by: Iri | None = None
    questions: tuple[str, ...] = ()
    numbers: Mapping[str, Iri] = {}


def read_pages(document: ConfigFile) -> PageSettings:
    """Read `[pages]`; InputError with the line of an unknown key, or of what names no class or property."""
    document.keys(("purpose", "things", "by", "questions", "numbers"), "pages")
    return PageSettings(
        document.text("pages", "purpose"),
        read_property(document, "pages", "things"),
        read_property(document, "pages", "by"),
        document.texts("pages", "questions"),
        read_named(document, "pages", "numbers"),
    )
