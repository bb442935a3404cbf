"""A difference in words, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ogdkg.diff import Change, Difference, Fact, Thing
from ogdkg.terms import Blank, Iri, Literal, Subject, Term, compact, local_name, to_ntriples

_LONGEST = 80  # of a value in words
_NEW = {"added": "new", "removed": "gone"}


def as_text(difference: Difference) -> Iterator[str]:
    """One line for each change: thing, property, what became of the value, and where it stands."""
    words = _Words(difference)
    for thing in difference.things:
        name = words.name(thing.subject)
        if thing.kind in _NEW:
            yield f"{name}: {_NEW[thing.kind]}\n"
        for change in thing.changes:
            yield f"{name}: {words.change(change, str)}{_place(change)}\n"
    if not difference.things:
        yield "No differences.\n"


def as_markdown(difference: Difference) -> Iterator[str]:
    """A heading, and a list of changes under each thing."""
    words = _Words(difference)
    yield f"### {_escaped(difference.before)} → {_escaped(difference.after)}\n\n"
    if not difference.things:
        yield "No differences.\n"
    for thing in difference.things:
        new = f" ({_NEW[thing.kind]})" if thing.kind in _NEW else ""
        yield f"- **{_escaped(words.name(thing.subject))}**{new}\n"
        for change in thing.changes:
            yield f"  - {words.change(change, _escaped)}{_place(change)}\n"


def as_json(difference: Difference) -> Iterator[str]:
    """One object, with IRIs, exact terms and places."""
    things = [_thing_json(thing, difference) for thing in difference.things]
    whole = {"before": difference.before, "after": difference.after, "things": things}
    yield json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


class _Words:
    """Names for what a difference speaks of."""

    def __init__(self, difference: Difference) -> None:
        self._labels = difference.labels
        self._prefixes = difference.prefixes

    def name(self, node: Subject) -> str:
        """A thing's label, else its name by a prefix, else its IRI."""
        if isinstance(node, Blank):
            return "a blank node"
        return self._labels.get(node) or compact(node.value, self._prefixes) or f"<{node.value}>"

    def change(self, change: Change, shown: Callable[[str], str]) -> str:
        what = shown(" → ".join(self._property(step) for step in change.path))
        before = shown(self._value(change.before)) if change.before else ""
        after = shown(self._value(change.after)) if change.after else ""
        if change.before and change.after and change.kind == "moved":
            source, target = shown(self._graph(change.before)), shown(self._graph(change.after))
            return f"{what} moved, {after}, from {source} to {target}"
        if change.kind == "changed":
            return f"{what} changed from {before} to {after}"
        return f"{what} {change.kind} {after or before}"

    def _property(self, iri: Iri) -> str:
        """Its label, else the words that its local name is made of."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local_name(iri.value)).replace("_", " ")
        return self._labels.get(iri) or words.lower() or iri.value

    def _value(self, fact: Fact) -> str:
        term: Term = fact.value
        if isinstance(term, Literal):
            text = _short(to_ntriples(Literal(term.value, language=term.language)))
            kind = compact(term.datatype, self._prefixes) or local_name(term.datatype)
            return text if term.language or kind.endswith("string") else f"{text} ({kind})"
        return _short(fact.text) if fact.text else self.name(term)

    def _graph(self, fact: Fact) -> str:
        return self.name(fact.graph) if fact.graph else "no graph"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 2] + " …"


def _escaped(text: str) -> str:
    """Text with the signs escaped that Markdown or HTML would take for markup."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)


def _place(change: Change) -> str:
    fact = change.after or change.before
    place = fact.place if fact else None
    return f", {place.file} line {place.line}" if place else ""


def _thing_json(thing: Thing, difference: Difference) -> dict[str, Any]:
    node = thing.subject
    label = difference.labels.get(node) if isinstance(node, Iri) else None
    changes = [
        {
            "kind": change.kind,
            "path": [step.value for step in change.path],
            "before": _fact_json(change.before),
            "after": _fact_json(change.after),
        }
        for change in thing.changes
    ]
    iri = node.value if isinstance(node, Iri) else None
    return {"iri": iri, "label": label, "kind": thing.kind, "changes": changes}


def _fact_json(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    place = fact.place
    found = {"value": fact.text or to_ntriples(fact.value)}
    graph = fact.graph.value if isinstance(fact.graph, Iri) else None
    where = {"file": place.file, "line": place.line, "column": place.column} if place else {}
    return found | {"graph": graph} | where
