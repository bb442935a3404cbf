"""Writes framed JSON-LD: one nested object per thing, with nodes embedded that only it links to.

Other nodes are written with their labels only. Passages are left out.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from typing import Any

from ogdkg.exchange.cbd import NAMES
from ogdkg.rdf.statements import TYPE, Statement
from ogdkg.render.rdf.compacted import Context, compacted_object


def write_framed(statements: Iterable[Statement], things: Container[str], context: Context) -> Iterator[str]:
    """Yield each thing that is a subject as one object; statements are sorted and without graphs."""
    frame = _Frame(statements, things, context)
    yield f'{{"@context": {context.named},\n"@graph": ['
    separator = "\n"
    for thing in frame.about:
        if thing in things:
            yield separator + json.dumps(frame.embed(thing, ()), ensure_ascii=False, indent=2)
            separator = ",\n"
    yield "\n]}\n"


class _Frame:
    """The statements of each node, and the nodes that link to it."""

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

    def embed(self, node: str, path: tuple[str, ...]) -> dict[str, Any]:
        """Return a node with all its statements; `path` leads to it."""
        return self._object(node, self.about[node], (*path, node))

    def _inside(self, node: str, path: tuple[str, ...]) -> dict[str, Any] | None:
        """Return a node as a value: in full, with its labels only, or None if it is no subject."""
        if node not in self.about or node in path:
            return None
        if node not in self._things and len(self._pointing[node]) == 1:
            return self.embed(node, path)
        named = [statement for statement in self.about[node] if statement[2] in NAMES]
        return self._object(node, named, (*path, node)) if named else None

    def _object(self, node: str, statements: list[Statement], path: tuple[str, ...]) -> dict[str, Any]:
        key = self._context.key("@id")
        name = self._context.iri(node[1:-1] if node[0] == "<" else node)
        return {
            key: name,
            **compacted_object(statements, self._context, lambda inner: self._inside(inner, path)),
        }
