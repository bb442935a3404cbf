"""`ConfigFile`: a parsed TOML or YAML document with typed access to its keys, and errors that name the line.

`toml_lines` and `yaml_values` find the lines; `plain_yaml` reads what needs no parser of all YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ogdkg.config.settings import Key
from ogdkg.errors import InputError, LimitError, Place, UnknownNameError
from ogdkg.files.text import read_text
from ogdkg.lean import NamedTuple

_T = TypeVar("_T")


class ConfigFile(NamedTuple):
    """A parsed configuration file.

    Attributes:
        file: Its name in messages.
        data: Its content.
        lines_of_keys: Returns the line of each key by its path; only called for an error.
        known: What was read of it, and is needed again.
    """

    file: str
    data: dict[str, Any]
    lines_of_keys: Callable[[], dict[Key, int]]
    known: dict[str, Any]

    def place(self, *key: str | int) -> Place:
        """Return the place of a key, or else of the nearest key above it."""
        lines = self.lines_of_keys()
        while key and key not in lines:
            key = key[:-1]
        return Place(self.file, lines.get(key))

    def place_of_value(self, value: str) -> Place:
        """Where the first value stands that is this text; the file alone where none is."""
        return self.place(*next((key for key, found in _values((), self.data) if found == value), ()))

    def error(self, message: str, *key: str | int, hint: str | None = None) -> InputError:
        """Return an error at the line of a key.

        Args:
            message: What is wrong.
            key: The path of keys.
            hint: What to do about it.
        """
        return InputError(message, place=self.place(*key), hint=hint)

    def get(self, *key: str | int) -> Any:
        """Return the value at a path of keys, or None."""
        value: Any = self.data
        for part in key:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int):
                value = value[part]
            else:
                return None
        return value

    def keys(self, allowed: Iterable[str], *key: str | int) -> dict[str, Any]:
        """Return the table at a path, or an empty one; InputError for an unknown key."""
        allowed = list(allowed)
        table = self.table(*key)
        for name in table:
            if name not in allowed:
                from ogdkg.text.slips import quoted  # only for a fault

                suggestion = UnknownNameError("key", str(name), allowed).hint
                hint = suggestion or f"Known keys: {', '.join(allowed)}."
                raise self.error(f"{quoted(str(name))} is not a known key.", *key, name, hint=hint)
        return table

    def table(self, *key: str | int) -> dict[str, Any]:
        """Return the table at a path of keys, empty if there is none; InputError for another value."""
        return self._typed(dict, "a table of keys and values", {}, *key)

    def tables(self, key: str, what: str) -> range:
        """Return the indexes of the tables that each begin with `[[key]]`; InputError for another value."""
        tables = self.get(key)
        if not isinstance(tables, list | None):
            raise self.error(f"{what} begins with [[{key}]].", key)
        return range(len(tables or ()))

    def text(self, *key: str | int) -> str:
        """Return the string at a path; empty if it is missing."""
        return self._typed(str, "text", "", *key)

    def texts(self, *key: str | int) -> tuple[str, ...]:
        """Return the list of strings at a path; empty if it is missing."""
        values = self._typed(list, "a list of texts", [], *key)
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{key[-1]!r} must be a list of texts.", *key)
        return tuple(values)

    def _typed(self, kind: type[_T], words: str, default: _T, *key: str | int) -> _T:
        value = self.get(*key)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise self.error(f"{key[-1] if key else 'The document'!r} must be {words}.", *key)
        return value


def _values(at: Key, value: Any) -> Iterator[tuple[Key, Any]]:
    """Each plain value below a key, with the keys that lead to it."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from _values((*at, key), member)
    if not isinstance(value, dict | list):
        yield at, value


def read_toml(path: Path, file: str, *, pipes: bool = False) -> ConfigFile:
    """Parse a TOML file; messages name it as `file`."""
    return parse_toml(read_text(path, file, pipes=pipes), file)


def parse_toml(text: str, file: str) -> ConfigFile:
    """Parse a TOML document; InputError with file, line and column if it does not parse.

    Raises:
        InputError: It does not parse; with file, line and column.
        LimitError: It is nested, or long, beyond bounds.
    """
    import tomllib  # with what it imports and the next line 3 ms, where it is not remembered how a file reads

    from ogdkg.config.toml_lines import excess

    if found := excess(text):
        raise LimitError(found[1], place=Place(file, found[0]))
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        from ogdkg.config.config_faults import toml_fault  # only for a broken file

        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        offset = _offset(text, int(at[1]), int(at[2])) if at else None
        raise toml_fault(str(error), text, offset, file) from error
    return toml_of(data, text, file)


def toml_of(data: dict[str, Any], text: str, file: str) -> ConfigFile:
    """Return a TOML document that is parsed already."""

    def lines() -> dict[Key, int]:
        from ogdkg.config.toml_lines import lines_of  # only for an error

        return lines_of(text)

    return ConfigFile(file, data, lines, {})


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a place in the text, whose line breaks `tomllib` counts as LF alone."""
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
    return begin + column - 1


def parse_yaml(text: str, file: str, *, first_line: int = 1) -> ConfigFile:
    """Parse a YAML mapping whose first line is line `first_line` of the file.

    Keys must be unique. Anchors, aliases, tags and deep nesting are refused, so that no document can expand.

    Raises:
        InputError: It does not parse, is refused, or is no mapping; with file and line.
    """
    from ogdkg.config.plain_yaml import plain_mapping  # most commands read TOML alone

    if (plain := plain_mapping(text)) is not None:
        return ConfigFile(file, plain, lambda: _yaml(text, file, first_line)[1], {})
    data, lines = _yaml(text, file, first_line)
    if not isinstance(data, dict):
        raise InputError("The YAML must be keys and values.", place=Place(file, first_line))
    return ConfigFile(file, data, lambda: lines, {})


def _yaml(text: str, file: str, first_line: int) -> tuple[Any, dict[Key, int]]:
    from ogdkg.config.yaml_values import read  # takes longer to import than many a query to run

    return read(text, file, first_line)
