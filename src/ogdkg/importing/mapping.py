"""Reads the mapping of a table: a TOML file with the statements for the rows of each property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ogdkg.config.config_file import ConfigFile, read_toml
from ogdkg.config.settings import Key
from ogdkg.errors import UnknownNameError
from ogdkg.files.names import shown_path
from ogdkg.importing.keys import MAPPING
from ogdkg.importing.template import Pattern, parse
from ogdkg.importing.values import KINDS, UnfitError

_COLUMNS = ("row", "subject", "property", "value", "type")
_OWN = ("row", "property", "subject", "value", "node", "graph", "stem", "thing", "name", "new", "whole")


class Things(NamedTuple):
    """A kind of things.

    Attributes:
        classes: Where to look up names, the preferred class first.
        make: The statements that introduce a new thing.
        new: Names that may be new.
        listed: The property whose rows name new things.
    """

    name: str
    classes: tuple[str, ...]
    iri: str
    make: tuple[Pattern, ...]
    new: tuple[str, ...]
    listed: str


class Reading(NamedTuple):
    """A regular expression on a column, whose groups fill placeholders, and further values that it sets."""

    column: str
    pattern: re.Pattern[str]
    sets: Mapping[str, str]


class Template(NamedTuple):
    """The statements of a row; `node` names a resource that other rows may make too only if `shared`."""

    node: str
    shared: bool
    make: tuple[Pattern, ...]
    value: str
    defaults: Mapping[str, str]
    reads: tuple[Reading, ...]


class Rule(NamedTuple):
    """The template for the rows of a property, with its settings.

    `of` names what the property holds of, if that is a part of the subject. `parts` stands between the values
    of one cell.
    """

    template: Template
    value: str
    settings: Mapping[str, str]
    of: str
    parts: str = ""


class TableMapping(NamedTuple):
    """A mapping file; `document` knows the lines of its keys.

    `identifier` is the column that tells things apart in a table with a thing a row, else empty.
    """

    columns: Mapping[str, str]
    identifier: str
    subjects: tuple[str, ...]
    types: Mapping[str, str]
    layer: str
    stem: str
    about: str
    describe: tuple[Pattern, ...]
    reads: tuple[Reading, ...]
    things: Mapping[str, Things]
    codes: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    rules: Mapping[str, Rule]
    left_out: Mapping[str, str]
    document: ConfigFile


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping file.

    Raises:
        InputError: A key or a value is invalid, with its line.
    """
    document = read_toml(path, shown_path(path), pipes=True)
    document.keys(MAPPING.keys())
    document.keys(MAPPING.keys("table"), "table")
    document.keys(MAPPING.keys("output"), "output")
    identifier = _identifier(document)
    columns = {name: document.text("table", name) or own_column(identifier, name) for name in _COLUMNS}
    kinds = {*KINDS, *document.table("things"), *document.table("codes")}
    templates = {name: _template(document, name, kinds) for name in document.table("template")}
    return TableMapping(
        columns=columns,
        identifier=identifier,
        subjects=_known(document, document.table("things"), "table", "subjects"),
        types=_types(document, kinds),
        layer=_needed(document, "output", "layer"),
        stem=_needed(document, "output", "stem"),
        about=_about(document),
        describe=_patterns(document, "output", "describe"),
        reads=_readings(document, "output"),
        things={name: _things(document, name) for name in document.table("things")},
        codes={name: _texts(document, "codes", name) for name in document.table("codes")},
        names=_texts(document, "names"),
        rules={name: _rule(document, name, templates, kinds) for name in document.table("property")},
        left_out=_texts(document, "leave-out"),
        document=document,
    )


def _identifier(document: ConfigFile) -> str:
    found = document.text("table", "identifier")
    for name in _COLUMNS if found else ():
        if document.get("table", name) is not None:
            message = f"A table with a thing a row has no {name!r}."
            raise document.error(message, "table", name, hint="Leave it out, or 'identifier'.")
    return found


def own_column(identifier: str, name: str) -> str:
    """The column of a part of a fact where the mapping names none; with a thing a row, one no table has."""
    return f" {name}" if identifier else name


def _about(document: ConfigFile) -> str:
    """Return the file for the descriptions of sources: a path below the layer's folder."""
    about = document.text("output", "about")
    parts = about.split("/")
    if about and not (about.endswith(".ttl") and about.isprintable() and not {"", ".", ".."} & set(parts)):
        hint = "Name a Turtle file, such as about/sources.ttl."
        raise document.error("'about' must be below the layer's folder.", "output", "about", hint=hint)
    return about


def check_holes(mapping: TableMapping, columns: Iterable[str]) -> None:
    """Raise InputError, with its line, for the first placeholder that nothing fills."""
    known = {*columns, *_OWN, *_filled(mapping.reads)}
    _check(mapping, mapping.describe, known, "output", "describe")
    for name, things in mapping.things.items():
        _check(mapping, things.make, known, "things", name, "make")
    for name, rule in mapping.rules.items():
        alike = (other for other in mapping.rules.values() if other.template == rule.template)
        settings = {key for other in alike for key in other.settings}  # of one property, empty for another
        names = {*known, *_filled(rule.template.reads), *settings, *rule.template.defaults}
        _check(mapping, rule.template.make, names, "property", name)


def _filled(reads: Iterable[Reading]) -> set[str]:
    return {name for read in reads for name in (*read.pattern.groupindex, *read.sets)}


def _check(mapping: TableMapping, patterns: Iterable[Pattern], known: set[str], *key: str) -> None:
    for name in sorted({name for pattern in patterns for name, _ in pattern.holes} - known):
        hint = UnknownNameError("name", name, sorted(known)).hint
        raise mapping.document.error(f"Nothing fills {{{name}}}.", *key, hint=hint)


def _types(document: ConfigFile, kinds: Iterable[str]) -> dict[str, str]:
    found = _texts(document, "types")
    for name in found:
        _known(document, kinds, "types", name)
    return found


def _known(document: ConfigFile, names: Iterable[str], *key: str) -> tuple[str, ...]:
    """Return the names at a key, a list or one text; raise InputError for an unknown one."""
    known = sorted(names)
    values = document.texts(*key) if isinstance(document.get(*key), list) else document.text(*key).split()
    for name in values:
        if name not in known:
            hint = UnknownNameError("kind", name, known).hint or f"There are: {', '.join(known)}."
            raise document.error(f"There is no kind {name!r}.", *key, hint=hint)
    return tuple(values)


def _needed(document: ConfigFile, *key: str) -> str:
    value = document.text(*key)
    if not value:
        raise document.error(f"The mapping lacks {key[-1]!r}.", *key)
    return value


def _texts(document: ConfigFile, *key: str) -> dict[str, str]:
    return {name: document.text(*key, name) for name in document.table(*key)}


def _patterns(document: ConfigFile, *key: str) -> tuple[Pattern, ...]:
    try:
        return parse(document.text(*key))
    except UnfitError as fault:
        raise document.error(f"{key[-1]!r} {fault}.", *key) from None


def _things(document: ConfigFile, name: str) -> Things:
    at = ("things", name)
    document.keys(MAPPING.keys("things.*"), *at)
    return Things(
        name,
        document.texts(*at, "classes"),
        document.text(*at, "iri"),
        _patterns(document, *at, "make"),
        document.texts(*at, "new"),
        document.text(*at, "listed"),
    )


def _template(document: ConfigFile, name: str, kinds: Iterable[str]) -> Template:
    at = ("template", name)
    document.keys(MAPPING.keys("template.*"), *at)
    return Template(
        node=document.text(*at, "node"),
        shared=document.get(*at, "shared") is True,
        make=_patterns(document, *at, "make"),
        value=" ".join(_known(document, kinds, *at, "value")),
        defaults=_texts(document, *at, "defaults"),
        reads=_readings(document, *at),
    )


def _readings(document: ConfigFile, *at: str | int) -> tuple[Reading, ...]:
    reads = document.get(*at, "read") or []
    if not isinstance(reads, list):
        raise document.error("'read' must be a list.", *at, "read")
    return tuple(_reading(document, (*at, "read", index)) for index in range(len(reads)))


def _reading(document: ConfigFile, at: Key) -> Reading:
    document.keys(MAPPING.keys("template.*.read"), *at)
    try:
        pattern = re.compile(document.text(*at, "pattern"))
    except re.error as error:
        raise document.error(f"Invalid regular expression: {error}.", *at, "pattern") from error
    sets = {str(name): document.text(*at, "set", name) for name in document.table(*at, "set")}
    return Reading(document.text(*at, "from"), pattern, sets)


def _rule(document: ConfigFile, name: str, templates: Mapping[str, Template], kinds: Iterable[str]) -> Rule:
    at = ("property", name)
    texts, value = _texts(document, *at), " ".join(_known(document, kinds, *at, "value"))
    use, of = texts.get("use", ""), texts.get("of", "")
    settings = {key: text for key, text in texts.items() if key not in MAPPING.keys("property.*")}
    if use not in templates:
        hint = UnknownNameError("template", use, templates).hint or f"There are: {', '.join(templates)}."
        raise document.error(f"There is no template {use!r}.", *at, hint=hint)
    return Rule(templates[use], value or templates[use].value, settings, of, texts.get("parts", ""))
