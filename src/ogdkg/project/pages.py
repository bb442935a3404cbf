"""What the pages of `ogdkg serve` show of a project first (`[pages]`)."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.config.config_file import ConfigFile
from ogdkg.lean import NamedTuple
from ogdkg.project.keys import TOML
from ogdkg.project.tables import read_named, read_property
from ogdkg.rdf.terms import Iri

_MOST_COLUMNS = 3


class MapSettings(NamedTuple):
    """What the map shows (`[pages.map]`).

    Attributes:
        code: The property with the ISO 3166-1 code of a country.
        query: The stored query whose answer names countries; empty where `property` does.
        property: The property from things to the countries they are in.
        title: What the map is called.
        counts: What is counted in a country, in the plural.
    """

    code: Iri
    query: str
    property: Iri | None
    title: str
    counts: str


class PageSettings(NamedTuple):
    """What the pages show of a project first (`[pages]`).

    Attributes:
        purpose: A sentence on what the project is.
        things: The class of the things that the first page lists; None for a list of all classes.
        by: The property whose values group these things.
        questions: The stored queries that the first page offers; empty for the first of each topic.
        numbers: The classes of which the first page says how many things there are, by what to call these.
        map: What the map shows; None for no map.
        picture: The classes in the columns of the picture, by their headings; empty for no picture.
        plurals: What to call the things of a class, where the label of the class is not in English or has
            another plural.
        checks: The stored queries whose rows the page on quality counts; empty for those tagged `checks`.
    """

    purpose: str = ""
    things: Iri | None = None
    by: Iri | None = None
    questions: tuple[str, ...] = ()
    numbers: Mapping[str, Iri] = {}
    map: MapSettings | None = None
    picture: Mapping[str, Iri] = {}
    plurals: Mapping[str, Iri] = {}
    checks: tuple[str, ...] = ()


def read_pages(document: ConfigFile) -> PageSettings:
    """Read `[pages]`; InputError with the line of an unknown key, or of what names no class or property."""
    document.keys(TOML.keys("pages"), "pages")
    return PageSettings(
        document.text("pages", "purpose"),
        read_property(document, "pages", "things"),
        read_property(document, "pages", "by"),
        document.texts("pages", "questions"),
        read_named(document, "pages", "numbers"),
        _read_map(document),
        _read_picture(document),
        read_named(document, "pages", "plurals"),
        document.texts("pages", "checks"),
    )


def _read_picture(document: ConfigFile) -> Mapping[str, Iri]:
    kinds = read_named(document, "pages", "picture")
    if len(kinds) > _MOST_COLUMNS:
        raise document.error(f"A picture has at most {_MOST_COLUMNS} columns.", "pages", "picture")
    return kinds


def _read_map(document: ConfigFile) -> MapSettings | None:
    at = ("pages", "map")
    if not document.keys(TOML.keys("pages.map"), *at):
        return None
    code = read_property(document, *at, "code")
    query, places = document.text(*at, "query"), read_property(document, *at, "property")
    if code is None:
        hint = 'Name the property with the ISO 3166-1 codes of countries, such as code = "skos:notation".'
        raise document.error("A map needs `code`.", *at, hint=hint)
    if bool(query) == bool(places):
        hint = "`query` names a stored query, `property` the property from things to countries."
        raise document.error("A map needs either `query` or `property`.", *at, hint=hint)
    title, counts = document.text(*at, "title"), document.text(*at, "counts")
    return MapSettings(code, query, places, title or "Map", counts or "things")
