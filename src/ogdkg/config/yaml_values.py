"""Reads plain values from YAML, with the lines of keys; refuses what could expand beyond the text."""

from __future__ import annotations

from typing import Any

import yaml

from ogdkg.config.settings import Key
from ogdkg.errors import InputError, LimitError, Place
from ogdkg.lean import NamedTuple

DEEPEST = 32  # collections in collections
LONGEST = 100  # characters of a number or a date, which take quadratic time to read
_WORDS = ("str", "bool", "null")


def read(text: str, file: str, first_line: int) -> tuple[Any, dict[Key, int]]:
    """Return the value of a YAML document, and the line of each key in the file."""
    try:
        return _Values(file, first_line).read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = max(len(text.splitlines()) - 1, 0)
        opened = error.context_mark.line if error.context_mark else None
        said = f"{error.problem or error.context}"
        raise _fault(file, first_line, said, text, min(mark.line, last) if mark else 0, opened) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise _fault(file, first_line, error.reason, text, line, None) from error


class Scalar(NamedTuple):
    """A single value as it is written: where it begins and ends, and the mark that it begins with, if any."""

    value: str
    start: int
    end: int
    style: str


def scalars(text: str) -> dict[Key, Scalar]:
    """Return each single value of a valid document, by its key."""
    found: dict[Key, Scalar] = {}
    waiting: list[tuple[Any, Key]] = [(yaml.compose(text, Loader=_Composer), ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            waiting += [(value, (*path, str(key.value))) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, (*path, index)) for index, item in enumerate(node.value)]
        elif node is not None:
            found[path] = Scalar(node.value, node.start_mark.index, node.end_mark.index, node.style or "")
    return found


def _fault(file: str, first_line: int, message: str, text: str, line: int, opened: int | None) -> InputError:
    from ogdkg.config.config_faults import yaml_fault  # only for a broken file

    at, slip = yaml_fault(message, text, line, opened)
    return InputError(slip.message, place=Place(file, first_line + at), hint=slip.hint)


class _Composer(yaml.SafeLoader):
    """Composes nodes, and stops at the first anchor, alias or tag, or at deep nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no type for it
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _refused("Anchors (&) and aliases (*) are not supported", "write the value out", event)
        if event.tag:
            message = f"Tags such as {event.tag[:40]!a} are not supported"
            raise _refused(message, "write the plain value", event)
        self.depth += 1
        if self.depth > DEEPEST:
            raise _refused(f"This is nested more than {DEEPEST} deep", "write it flatter", event)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _refused(message: str, hint: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=f"{message}; {hint}", problem_mark=event.start_mark)


class _Values:
    """Reads one document; the composer limits the depth of the recursion."""

    def __init__(self, file: str, first_line: int) -> None:
        self._file, self._first_line = file, first_line
        self._lines: dict[Key, int] = {}
        self._loader = yaml.SafeLoader("")

    def read(self, text: str) -> tuple[Any, dict[Key, int]]:
        node = yaml.compose(text, Loader=_Composer)
        return (self._value(node, ()) if node else {}), self._lines

    def _line(self, node: Any) -> int:
        line: int = node.start_mark.line + self._first_line
        return line

    def _value(self, node: Any, path: Key) -> Any:
        """Return the plain value of a node; dates, numbers and booleans as in YAML's safe schema."""
        if isinstance(node, yaml.MappingNode):
            return self._table(node, path)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._lines[(*path, index)] = self._line(item)
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _table(self, node: Any, path: Key) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, self._line(key_node)
            if not isinstance(key_node, yaml.ScalarNode) or key in table:
                word = f"The key {key!r}" if isinstance(key, str) else "A key"
                hint = "Put what belongs together under one key."
                message = f"{word} must be a single word, and occur once."
                raise InputError(message, place=Place(self._file, line), hint=hint)
            self._lines[(*path, key)] = line
            table[key] = self._value(value_node, (*path, key))
        return table

    def _scalar(self, node: Any) -> Any:
        place = Place(self._file, self._line(node))
        if len(node.value) > LONGEST and node.tag.rpartition(":")[2] not in _WORDS:
            raise LimitError(f"This number or date is longer than {LONGEST} characters.", place=place)
        try:
            return self._loader.construct_object(node)
        except (ValueError, OverflowError, yaml.YAMLError) as error:
            hint = f'Write a text between quotation marks: "{node.value[:60]}"'
            raise InputError(
                f"{node.value[:60]!r} is neither a date nor a number.", place=place, hint=hint
            ) from error
