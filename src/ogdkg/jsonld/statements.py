"""Statements of an expanded document, as lines of N-Quads: Deserialize JSON-LD to RDF (8.1).

Nodes are not gathered first: statements form a set, so that it makes no difference where a node's stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ogdkg.jsonld.expansion import SOURCE
from ogdkg.jsonld.faults import brief
from ogdkg.jsonld.keywords import is_absolute
from ogdkg.jsonld.numbers import canonical_json, double, is_double
from ogdkg.jsonld.values import is_list, is_value
from ogdkg.rdf.terms import RDF, XSD, is_iri, is_language
from ogdkg.text.slips import iri_slip

_TYPE, _FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_JSON = f"^^<{RDF}JSON>"
_ESCAPED = re.compile('["\\\\\n\r]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
OnLoss = Callable[[str, Any, str], None]


class Statements:
    """Makes lines of the expanded objects of one document."""

    def __init__(self, on_loss: OnLoss, prefix: str = "") -> None:
        """Prepare.

        Args:
            on_loss: Called with a value that is no statement of RDF: a message, the object of the document
                that it is in, and what stands there.
            prefix: The beginning of the labels of blank nodes.
        """
        self._on_loss, self._prefix = on_loss, prefix
        self._count = 0
        self.names: dict[str, str] = {}
        self.lines: list[str] = []

    def node(self, item: dict[str, Any], graph: str = "") -> str | None:
        """Add what a node says, and what the nodes in it say; its name, or None if it can have none."""
        name = item.get("@id", "")
        subject = self._fresh() if name == "" and "@id" not in item else self._named(name, item)
        inner = item.get("@graph")
        if inner is not None and subject is not None:
            self.graph(inner, f" {subject}")
        for prop, values in item.items():
            if prop[0] != "@":
                self._property(subject, prop, values, graph, item)
            elif prop == "@type":
                self._types(subject, values, graph, item)
            elif prop == "@reverse":
                self._reversed(subject, values, graph, item)
            elif prop == "@included":
                for each in values:
                    self.node(each, graph)
        return subject

    def graph(self, items: Iterable[dict[str, Any]], graph: str = "") -> None:
        """Make statements of the nodes of a graph; the default one has no name."""
        for item in items:
            if not is_value(item):
                self.node(item, graph)

    def _say(self, subject: str, predicate: str, found: str, graph: str, item: Any, value: Any) -> None:
        """Add a line; `value` is what `item`, an expanded object, has for it, or the IRI of its type."""
        self.lines.append(f"{subject} {predicate} {found}{graph} .\n")

    def _say_back(self, subject: str, predicate: str, found: str, graph: str, item: Any, node: Any) -> None:
        """Add a line about a node, which `item` has for a reversed property."""
        self.lines.append(f"{subject} {predicate} {found}{graph} .\n")

    def _property(self, subject: str | None, prop: str, values: list[Any], graph: str, item: Any) -> None:
        predicate = self._predicate(prop, item)
        for value in values:
            found = self._object(value, graph, item)
            if subject is not None and predicate is not None and found is not None:
                self._say(subject, predicate, found, graph, item, value)

    def _types(self, subject: str | None, values: list[Any], graph: str, item: Any) -> None:
        for value in values:
            found = self._named(value, item)
            if subject is not None and found is not None:
                self._say(subject, _TYPE, found, graph, item, value)

    def _reversed(self, subject: str | None, properties: dict[str, Any], graph: str, item: Any) -> None:
        for prop, nodes in properties.items():
            predicate = self._predicate(prop, item)
            for node in nodes:
                found = self.node(node, graph)
                if subject is not None and predicate is not None and found is not None:
                    self._say_back(found, predicate, subject, graph, item, node)

    def _object(self, value: dict[str, Any], graph: str, item: Any) -> str | None:
        if is_value(value):
            return self._literal(value, item)
        if is_list(value):
            return self._list(value["@list"], graph, item)
        return self.node(value, graph)

    def _list(self, values: list[Any], graph: str, item: Any) -> str:
        """Add the cells of a list (8.3): a value that is lost is left out of its cell."""
        cells = [self._fresh() for _ in values]
        for number, value in enumerate(values):
            found = self._object(value, graph, item)
            if found is not None:
                self._say(cells[number], _FIRST, found, graph, value, value)
            rest = cells[number + 1] if number + 1 < len(cells) else _NIL
            self._say(cells[number], _REST, rest, graph, value, value)
        return cells[0] if cells else _NIL

    def _literal(self, value: dict[str, Any], item: Any) -> str | None:
        given, kind = value["@value"], value.get("@type")
        if kind == "@json":
            return _quoted(canonical_json(given)) + _JSON
        if isinstance(given, str):
            if kind is None:
                return self._text(given, value, item)
            text = given
        elif isinstance(given, bool):
            text, kind = ("true" if given else "false"), kind or XSD + "boolean"
        elif is_double(given) or kind == XSD + "double":
            text, kind = double(given), kind or XSD + "double"
        else:
            text, kind = str(int(given)), kind or XSD + "integer"
        datatype = self._named(kind, item)
        if datatype is None:
            return None
        return _quoted(text) if kind == XSD + "string" else f"{_quoted(text)}^^{datatype}"

    def _text(self, text: str, value: dict[str, Any], item: Any) -> str | None:
        language, direction = value.get("@language"), value.get("@direction")
        if language is None:
            if direction is not None:
                message = f"The direction of {brief(text)} is left out, as the text has no language."
                self._on_loss(message, item.get(SOURCE), text)
            return _quoted(text)
        if not is_language(language):
            message = f"{brief(language)} is not a language tag; the text in it is left out."
            self._on_loss(message, item.get(SOURCE), language)
            return None
        return f"{_quoted(text)}@{language}" + (f"--{direction}" if direction else "")

    def _predicate(self, prop: str, item: Any) -> str | None:
        if prop.startswith("_:"):
            message = f"{prop} is a blank node and names no property; its values are left out."
            self._on_loss(message, item.get(SOURCE), prop)
            return None
        return self._named(prop, item)

    def _named(self, name: str | None, item: Any) -> str | None:
        """The term that a name is, or None if it is none."""
        if name is None:
            message = "A name is mapped to null, or has the form of a keyword; what it names is left out."
            self._on_loss(message, item.get(SOURCE), "")
            return None
        found = self.names.get(name)
        if found is None:
            if name[:2] == "_:":
                found = self._fresh()
            elif is_iri(name):
                found = f"<{name}>"
            else:
                slip = iri_slip(name)
                what = "is not an IRI" if is_absolute(name) else "is not an absolute IRI"
                what = slip.message[:-1].removeprefix("This IRI ") if slip else what
                message = f"{brief(name)} {what}; what it names is left out."
                self._on_loss(message, item.get(SOURCE), name)
                return None
            self.names[name] = found
        return found

    def _fresh(self) -> str:
        self._count += 1
        return f"_:{self._prefix}b{self._count}"


def _quoted(text: str) -> str:
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(lambda found: _ESCAPES[found[0]], text)
    return f'"{text}"'
