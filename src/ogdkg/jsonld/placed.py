"""A document read again with the place of each statement: Python's parser knows no places.

Texts, numbers, objects and arrays remember where they stand, and the algorithms hand them on as they are.
Three entries of ours are added to what is expanded, which the algorithms do not look at.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

from ogdkg.errors import Place
from ogdkg.jsonld.document import JsonLdDocument, integer
from ogdkg.jsonld.expansion import SOURCE, ExpandedObject, Expansion
from ogdkg.jsonld.places import TOKEN
from ogdkg.jsonld.statements import Statements
from ogdkg.jsonld.values import as_list

_AT = "@@at"  # the offset of the value that an expanded one comes from
_KEY = "@@key"  # the object that a value of a property is in, and its key there
_NAMES = "@@names"  # the offset of the name of a node, and the text and key of each of its types


class _Text(str):
    offset: int


class _Integer(int):
    offset: int


class _Double(float):
    offset: int


class _Object(dict[str, Any]):
    """An object, where it begins, and where each of its values does."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset
        self.values_at: dict[str, int] = {}
        self.key: _Text | None = None  # which has been read while its value has not


class _Array(list[Any]):
    """An array, where it begins, and where each of its values does."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset
        self.values_at: list[int] = []

    def first(self, value: Any) -> int:
        """Where that very value stands first; where the array begins if it is not there."""
        same = (at for each, at in zip(self, self.values_at, strict=True) if each is value)
        return next(same, self.offset)


class Spots(NamedTuple):
    """The offsets of the subject, the predicate and the object of a statement, and a language as written."""

    subject: int
    predicate: int
    object: int
    language: str | None


class PlacedDocument(JsonLdDocument):
    """A document that knows the places of its statements; the arguments are those of `JsonLdDocument`."""

    def __init__(self, data: bytes, file: str, base: str | None = None, **options: Any) -> None:
        super().__init__(data, file, base, **options)
        self._root = _placed(self._text)
        self._statements = self._places = _PlacedStatements(self._lost)
        ends = (len(line) for line in self._text.split("\n"))
        self._starts = list(accumulate((end + 1 for end in ends), initial=0))

    def spots(self) -> Iterator[Spots]:
        """Yield the spots of the statements, in the order of `lines`."""
        for _, spots in self.batches():
            yield from spots

    def batches(self) -> Iterator[tuple[str, list[Spots]]]:
        """Yield what `lines` does, each with the spots of its lines."""
        for lines in self.lines():
            yield lines, self._places.spots
            self._places.spots = []

    def place(self, offset: int) -> Place:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Place(self._file, line, offset - self._starts[line - 1] + 1)

    def _expansion(self) -> Expansion:
        return _PlacedExpansion(self._contexts, self._base)


def _placed(text: str) -> Any:
    """Return a well-formed document as values that know their offsets; linear, and without recursion."""
    root = _Array(0)
    stack: list[_Object | _Array] = [root]
    for found in TOKEN.finditer(text):
        sign, offset = found[0][0], found.start()
        holder = stack[-1]
        if sign in "]}":
            stack.pop()
        elif sign in ",:":
            pass
        elif isinstance(holder, _Object) and holder.key is None:
            holder.key = _scalar(found[0], offset)
        else:
            value = (
                _Object(offset)
                if sign == "{"
                else _Array(offset)
                if sign == "["
                else _scalar(found[0], offset)
            )
            _put(holder, value, offset)
            if sign in "[{":
                stack.append(value)
    return root[0]


def _put(holder: _Object | _Array, value: Any, offset: int) -> None:
    if isinstance(holder, _Array):
        holder.append(value)
        holder.values_at.append(offset)
    elif holder.key is not None:
        holder[holder.key] = value
        holder.values_at[holder.key] = offset
        holder.key = None


def _scalar(token: str, offset: int) -> Any:
    """A text or a number with its offset; Python lets truth values have none."""
    placed: _Text | _Integer | _Double
    if token[0] == '"':
        placed = _Text(token[1:-1] if "\\" not in token else json.loads(token))
    elif token in _WORDS:
        return _WORDS[token]
    else:
        number = float(token) if any(sign in token for sign in ".eE") else integer(token)
        placed = _Integer(number) if isinstance(number, int) else _Double(number)
    placed.offset = offset
    return placed


_WORDS = {"true": True, "false": False, "null": None}


class _PlacedObject(ExpandedObject):
    """An object of which each value knows its key, and each type its place."""

    def _values(self, key: str, value: Any) -> Any:
        holder = self.expansion.at[0]  # which is another one under @nest
        found = super()._values(key, value)
        for item in as_list(found) if found is not None else ():
            item[_KEY] = holder, key
        return found

    def finished(self) -> Any:
        found = super().finished()
        if isinstance(found, dict) and SOURCE in found:
            element, keys = self.element, {key: self.context.key(key) for key in self.element}
            names = (getattr(element[key], "offset", None) for key, name in keys.items() if name == "@id")
            typed = [key for key, name in keys.items() if name == "@type"]
            texts = [(text, key) for key in typed for text in as_list(element[key])]
            # The key of a map of types comes before those of the object itself.
            types = zip(reversed(found.get("@type", ())), reversed(texts), strict=False)
            found[_NAMES] = next(names, None), dict(types)
        return found


class _PlacedExpansion(Expansion):
    """An expansion whose values know where they stand."""

    of_objects = _PlacedObject

    def expand(self, context: Any, prop: str | None, element: Any, *, from_map: bool = False) -> Any:
        found = super().expand(context, prop, element, from_map=from_map)
        offset = getattr(element, "offset", None)
        if offset is not None and isinstance(found, dict) and SOURCE not in found:
            found.setdefault(_AT, offset)
        return found

    def _array(self, context: Any, prop: str | None, element: list[Any], from_map: bool) -> list[Any]:
        result = super()._array(context, prop, element, from_map)
        if isinstance(element, _Array):
            for item in result:
                if _value(item) is None:  # of a truth value, or of an array in an array
                    item[_AT] = element.first(item.get("@value"))
        return result


class _PlacedStatements(Statements):
    """Statements with their spots, as many as there are lines."""

    def __init__(self, on_loss: Any) -> None:
        super().__init__(on_loss)
        self.spots: list[Spots] = []

    def _say(self, subject: str, predicate: str, found: str, graph: str, item: Any, value: Any) -> None:
        super()._say(subject, predicate, found, graph, item, value)
        self.spots.append(_spots(item, value))

    def _say_back(self, subject: str, predicate: str, found: str, graph: str, item: Any, node: Any) -> None:
        super()._say_back(subject, predicate, found, graph, item, node)
        at = _subject(node)
        key = _key(node)
        self.spots.append(Spots(at, at if key is None else key, _subject(item), None))


def _spots(item: Any, value: Any) -> Spots:
    """The spots of a statement about an expanded object; `value` is a value of it, or the IRI of a type."""
    subject = _subject(item)
    if isinstance(value, str):
        text, key = item.get(_NAMES, (None, {}))[1].get(value, (None, None))
        at = getattr(text, "offset", subject)
        return Spots(subject, getattr(key, "offset", at), at, None)
    key, at = _key(value), _value(value)
    nearest = next((each for each in (at, key) if each is not None), subject)
    return Spots(subject, nearest if key is None else key, nearest, value.get("@language"))


def _subject(item: Any) -> int:
    """Where a node is named, or begins."""
    name = item.get(_NAMES, (None,))[0]
    return name if name is not None else _value(item) or 0


def _key(value: Any) -> int | None:
    return getattr(value[_KEY][1], "offset", None) if _KEY in value else None


def _value(item: Any) -> int | None:
    """Where an expanded value begins in the document."""
    if _AT in item:
        return int(item[_AT])
    own = item.get(SOURCE, item.get("@value"))
    if (offset := getattr(own, "offset", None)) is not None:
        return int(offset)
    holder, key = item.get(_KEY, (None, ""))
    return holder.values_at[key] if isinstance(holder, _Object) else None
