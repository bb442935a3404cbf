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
        plurals: What to call the things of a class, where the label of the class is not in English or has
            another plural.
        checks: The stored queries whose rows the page on quality counts; empty for those tagged `checks`.
    """

    purpose: str = ""
    things: Iri | None = None
    by: Iri | None = None
    questions: tuple[str, ...] = ()
    numbers: Mapping[str, Iri] = {}
    plurals: Mapping[str, Iri] = {}
    checks: tuple[str, ...] = ()


def read_pages(document: ConfigFile) -> PageSettings:
    """Read `[pages]`; InputError with the line of an unknown key, or of what names no class or property."""
    document.keys(PageSettings._fields, "pages")
    return PageSettings(
        document.text("pages", "purpose"),
        read_property(document, "pages", "things"),
        read_property(document, "pages", "by"),
        document.texts("pages", "questions"),
        read_named(document, "pages", "numbers"),
        read_named(document, "pages", "plurals"),
        document.texts("pages", "checks"),
    )
