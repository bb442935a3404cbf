"""YAML and TOML documents whose keys know their lines, so that every complaint can name one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from ogdkg.errors import InputError, Place, UnknownNameError

Key = tuple[str | int, ...]
_T = TypeVar("_T")


class Document(NamedTuple):
    """What a file says (`data`), and on which line each key stands (by its path): only a complaint asks."""

    file: str
    data: dict[str, Any]
    lines_of_keys: Callable[[], dict[Key, int]]

    def place(self, *key: str | int) -> Place:
        """Where a key stands, or the nearest key above it."""
        lines = self.lines_of_keys()
        while key and key not in lines:
            key = key[:-1]
        return Place(self.file, lines.get(key))

    def error(self, message: str, *key: str | int, hint: str | None = None) -> InputError:
        return InputError(message, place=self.place(*key), hint=hint)

    def get(self, *key: str | int) -> Any:
        """The value at a path of keys, or None."""
        value: Any = self.data
        for part in key:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int):
                value = value[part]
            else:
                return None
        return value

    def keys(self, known: Iterable[str], *key: str | int) -> dict[str, Any]:
        """The table at a path, once each of its keys is among the known ones; empty when it is not there."""
        known = list(known)
        table = self.table(*key)
        for name in table:
            if name not in known:
                suggestion = UnknownNameError("key", str(name), known).hint
                hint = suggestion or f"Known here: {', '.join(known)}."
                raise self.error(f"{str(name)!r} is not a known key.", *key, name, hint=hint)
        return table

    def table(self, *key: str | int) -> dict[str, Any]:
        return self._typed(dict, "a table of keys and values", {}, *key)

    def text(self, *key: str | int) -> str:
        """A string; empty when the key is not there."""
        return self._typed(str, "text", "", *key)

    def texts(self, *key: str | int) -> tuple[str, ...]:
        """A list of strings; empty when the key is not there."""
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


def parse_toml(text: str, file: str) -> Document:
    """A TOML document; InputError with file:line:column when it does not parse."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        place = Place(file, int(found[1]), int(found[2])) if found else Place(file)
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise InputError(f"The file does not parse as TOML: {message}.", place=place) from error
    return Document(file, data, lambda: _toml_lines(text))


def parse_yaml(text: str, file: str, *, first_line: int = 1) -> Document:
    """A YAML mapping, of which the first line is `first_line` of the file; keys must be unique."""
    import yaml  # 15 ms that only the reader of a header or a question should pay

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[Key, int] = {}
        data = _yaml_value(node, (), lines, file, first_line) if node else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(file, first_line + min(mark.line, len(text.splitlines()) - 1)) if mark else Place(file)
        raise InputError(f"The YAML does not parse: {error.problem}.", place=place) from error
    except yaml.reader.ReaderError as error:
        raise InputError(
            f"The YAML does not parse: {error.reason}.", place=Place(file, first_line)
        ) from error
    if not isinstance(data, dict):
        raise InputError("The YAML must be keys and values.", place=Place(file, first_line))
    return Document(file, data, lambda: lines)


def _yaml_value(node: Any, path: Key, lines: dict[Key, int], file: str, first_line: int) -> Any:
    """The plain value of a node; a date, a number or a yes stays what YAML's safe schema makes of it."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        table: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + first_line
            if not isinstance(key_node, yaml.ScalarNode) or key in table:
                raise InputError(f"{key!r} must be a single word, and stand once.", place=Place(file, line))
            lines[(*path, key)] = line
            table[key] = _yaml_value(value_node, (*path, key), lines, file, first_line)
        return table
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + first_line
        return [_yaml_value(item, (*path, i), lines, file, first_line) for i, item in enumerate(node.value)]
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    except ValueError as error:
        place = Place(file, node.start_mark.line + first_line)
        raise InputError(f"{node.value!r} is not a value: {error}.", place=place) from error
    finally:
        loader.dispose()


_TABLE = r"\s*\[(\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$"
_KEY = r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*="""


def _toml_lines(text: str) -> dict[Key, int]:
    """The line of each table and key; a line inside a multi-line value may add a key that nobody asks for."""
    lines: dict[Key, int] = {}
    counts: dict[str, int] = {}
    at: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if table := re.match(_TABLE, line):
            name = table[2]
            at = tuple(part.strip().strip("\"'") for part in name.split("."))
            if table[1]:
                counts[name] = counts.get(name, -1) + 1
                at = (*at, counts[name])
            lines.setdefault(at, number)
        elif key := re.match(_KEY, line):
            lines.setdefault((*at, key[1] or key[2] or key[3]), number)
    return lines
