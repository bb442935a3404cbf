"""JSON-LD as one nested object a thing: what nothing else points to is told in full inside, the rest by name.

A view: passages are not in it. All that it says is in the graph.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from typing import Any

from ogdkg.exchange.cbd import NAMES
from ogdkg.rdf.statements import TYPE, Statement
from ogdkg.render.rdf.compacted import Context, compacted_object


def write_framed(statements: Iterable[Statement], things: Container[str], context: Context) -> Iterator[str]:
    """The things of which something is said, each as one object; statements in order, without graphs."""
    frame = _Frame(statements, things, context)
    yield f'{{"@context": {json.dumps(context.written, ensure_ascii=False)},\n"@graph": ['
    separator = "\n"
    for thing in frame.about:
        if thing in things:
            yield separator + json.dumps(frame.told(thing, ()), ensure_ascii=False, indent=2)
            separator = ",\n"
    yield "\n]}\n"


class _Frame:
    """What is said of each node, and how many nodes point to it."""

    def __init__(self, statements: Iterable[Statement], things: Container[str], context: Context) -> None:
        self._things = things
        self._context = context
        self.about: dict[str, list[Statement]] = {}
        self._pointing: dict[str, set[str]] = {}
        for statement in statements:
            _, subject, predicate, obj = statement
            self.about.setdefault(subject, []).append(statement)
            if obj[0] != '"' and predicate != TYPE:
                self._pointing.setdefault(obj, set()).add(subject)

    def told(self, node: str, path: tuple[str, ...]) -> dict[str, Any]:
        """A node with all that is said of it; `path` leads to it."""
        return self._object(node, self.about[node], (*path, node))

    def _inside(self, node: str, path: tuple[str, ...]) -> dict[str, Any] | None:
        """A node as the value of another: in full, by its names, or None where nothing is said of it."""
        if node not in self.about or node in path:
            return None
        if node not in self._things and len(self._pointing[node]) == 1:
            return self.told(node, path)
        named = [statement for statement in self.about[node] if statement[2] in NAMES]
        return self._object(node, named, (*path, node)) if named else None

    def _object(self, node: str, statements: list[Statement], path: tuple[str, ...]) -> dict[str, Any]:
        key = self._context.key("@id")
        name = self._context.iri(node[1:-1] if node[0] == "<" else node)
        return {
            key: name,
            **compacted_object(statements, self._context, lambda inner: self._inside(inner, path)),
        }
