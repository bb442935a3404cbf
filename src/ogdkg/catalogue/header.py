"""Parses the header of a stored query: `#+ ` lines of YAML in grlc's style, with unknown keys refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ogdkg.catalogue.keys import DAYS, HEADER
from ogdkg.config.config_file import ConfigFile, parse_yaml
from ogdkg.config.settings import Key
from ogdkg.errors import LimitError, Place
from ogdkg.lean import NamedTuple

MOST = 1 << 16  # characters: YAML ten times as long takes a second to read
GRLC = (
    "enumerate",
    "pagination",
    "endpoint_in_url",
    "endpoint-method",
    "transform",
    "auth",
    "mime",
    "title",
    "licence",
)
_MARK = "#+"


class ParamHeader(NamedTuple):
    """The documentation of one parameter.

    Attributes:
        type: Its type, which must be the one that its name ends in.
        label: What to call it.
        thing_class: The class of the resources that it accepts.
        example: A value.
        values: The name of a stored query that lists its values.
        pattern: The regular expression that a value must match as a whole.
        column: The result's column with the values known, of a parameter that takes text.
        otherwise: What holds of a thing that is none of the values, such as "no date is known of it".
        formerly: Names that it had.
        day: Which day a date stands for: the last of its year or month, or the first.
    """

    type: str = ""
    label: str = ""
    thing_class: str = ""
    example: str = ""
    values: str = ""
    pattern: str = ""
    column: str = ""
    otherwise: str = ""
    formerly: tuple[str, ...] = ()
    day: str = ""


class Header(NamedTuple):
    """The parsed header of a stored query.

    Attributes:
        summary: One line on what the query answers.
        description: More on it.
        tags: Keywords.
        defaults: Default values by the name of the parameter.
        params: The documentation of each parameter.
        columns: The headings of columns, by variable.
        layers: The layers that the query reads.
        all_languages: Whether its texts are in every language, not in the reader's.
        see: Stored queries that answer what this one does not.
        empty: What it means that the query finds nothing.
        formerly: Names that this query had, and names of queries that are part of it now.
        ignored: Keys of grlc that have no effect here.
        document: The YAML, which knows the lines of its keys.
    """

    summary: str
    description: str
    tags: tuple[str, ...]
    defaults: Mapping[str, tuple[str, ...]]
    params: Mapping[str, ParamHeader]
    columns: Mapping[str, str]
    layers: tuple[str, ...]
    all_languages: bool
    see: tuple[str, ...]
    empty: str
    formerly: tuple[str, ...]
    ignored: tuple[str, ...]
    document: ConfigFile

    def default_key(self, name: str) -> Key:
        """Return the key of a parameter's default in the header."""
        return next(key for key in _default_keys(self.document) if key[-1] == name)


def parse_header(text: str, file: str) -> Header:
    """Parse the header of a query; a missing header is an empty one.

    Raises:
        InputError: The YAML does not parse, or has an unknown or invalid key; the error has its line.
        LimitError: The header is too large.
    """
    first, yaml = header_lines(text)
    if len(yaml) > MOST:
        message = f"The header is larger than {MOST >> 10} KiB."
        raise LimitError(message, place=Place(file, first))
    document = parse_yaml(yaml, file, first_line=first)
    document.keys((*HEADER.keys(), *GRLC))
    return Header(
        summary=" ".join(document.text("summary").split()),
        description=" ".join(document.text("description").split()),
        tags=document.texts("tags"),
        defaults={key[-1]: _values(document, *key) for key in _default_keys(document)},
        params={str(name): _param(document, name) for name in document.table("params")},
        columns={str(name): document.text("columns", name) for name in document.table("columns")},
        layers=document.texts("layers"),
        all_languages=_all_languages(document),
        see=document.texts("see"),
        empty=" ".join(document.text("empty").split()),
        formerly=document.texts("formerly"),
        ignored=tuple(key for key in document.data if key in GRLC),
        document=document,
    )


def _all_languages(document: ConfigFile) -> bool:
    value = document.text("languages")
    if value not in ("", "all"):
        hint = "The reader chooses the language, by --lang."
        raise document.error("'languages' can only be 'all'.", "languages", hint=hint)
    return bool(value)


def header_lines(text: str) -> tuple[int, str]:
    """Return the number of the first header line, and the YAML; other lines in between become blank."""
    lines = text.splitlines()
    marked = [number for number, line in enumerate(lines) if line.startswith(_MARK)]
    if not marked:
        return 1, ""
    block = lines[marked[0] : marked[-1] + 1]
    yaml = "\n".join(_unmarked(line) if line.startswith(_MARK) else "" for line in block)
    return marked[0] + 1, yaml + "\n"


def _unmarked(line: str) -> str:
    return line.removeprefix(_MARK).removeprefix(" ")


def _param(document: ConfigFile, name: str) -> ParamHeader:
    at = ("params", name)
    document.keys(HEADER.keys("params.*"), *at)
    pattern = document.text(*at, "pattern")
    if pattern and not _is_valid(pattern):
        hint = "Look-around and back-references are not supported, as matching must take linear time."
        raise document.error(f"{pattern!r} is not a valid regular expression.", *at, "pattern", hint=hint)
    day = document.text(*at, "day")
    if day and day not in DAYS:
        raise document.error(f"'day' is {' or '.join(map(repr, DAYS))}, not {day!r}.", *at, "day")
    return ParamHeader(
        day=day,
        type=document.text(*at, "type"),
        label=document.text(*at, "label"),
        thing_class=document.text(*at, "class"),
        example=_scalar(document, *at, "example"),
        values=document.text(*at, "values"),
        pattern=pattern,
        column=document.text(*at, "column"),
        otherwise=document.text(*at, "otherwise"),
        formerly=document.texts(*at, "formerly"),
    )


def _is_valid(pattern: str) -> bool:
    from ogdkg.store.pattern import is_valid  # loads the engine, and few headers have a pattern

    return is_valid(pattern)


def _default_keys(document: ConfigFile) -> Iterator[tuple[str, int, str]]:
    """Yield the keys of the defaults, which are a list of names with values, as in grlc."""
    defaults = document.get("defaults") or []
    if not isinstance(defaults, list):
        hint = "Write a list, as in grlc: defaults: [{name: value}]."
        raise document.error("'defaults' must be a list.", "defaults", hint=hint)
    for index in range(len(defaults)):
        for name in document.table("defaults", index):
            yield "defaults", index, str(name)


def _values(document: ConfigFile, *key: str | int) -> tuple[str, ...]:
    value = document.get(*key)
    if isinstance(value, list):
        return tuple(_scalar(document, *key, index) for index in range(len(value)))
    return (_scalar(document, *key),)


def _scalar(document: ConfigFile, *key: str | int) -> str:
    """Return a value as text, also YAML's numbers, dates and booleans."""
    value = document.get(*key)
    if isinstance(value, dict | list):
        raise document.error(f"{key[-1]!r} must be a single value.", *key)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
