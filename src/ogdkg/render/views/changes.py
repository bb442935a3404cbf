"""Writes a difference as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ogdkg.diff.impact import IMPACTS
from ogdkg.diff.model import Change, Difference, Fact, Thing
from ogdkg.errors import Place
from ogdkg.rdf.datatypes import has_shorthand
from ogdkg.rdf.terms import Blank, Iri, Literal, Namespaces, Subject, Term, local_name, to_ntriples
from ogdkg.text.escape import PLAIN, Ink, json_text, markdown, one_line, visible

_ON_A_LINE, _IN_A_REVIEW = 80, 400  # characters of a value
_NEW = {"added": "new", "removed": "gone"}
_DIGEST = re.compile("[0-9a-f]{32,}")
_MANY, _FIRST = 6, 3  # changes of a thing that are all told, and how many are of more
_MOST_THINGS = 100
_COLOURS: dict[str, Callable[[Ink, str], str]] = {
    "breaking": Ink.bad,
    "additive": Ink.good,
    "editorial": Ink.faint,
}


def as_text(
    difference: Difference, ink: Ink = PLAIN, *, whole: bool = False, shown_by: str = "--all"
) -> Iterator[str]:
    """Yield one line per change: thing, property, values, place and impact; then a line that counts them.

    Args:
        difference: The changes.
        ink: The colours of the terminal.
        whole: Whether every change has its line: also those of passages, and all of a thing with many.
        shown_by: The option that shows them all.
    """
    words = _Words(difference, _ON_A_LINE)
    things = [thing for thing in difference.things if whole or not thing.is_evidence]
    for thing in things if whole else things[:_MOST_THINGS]:
        yield from _thing_text(words, thing, ink, whole=whole, shown_by=shown_by)
        if not whole:
            yield from _folded(words, difference, thing.subject, ink)
    if not whole:
        yield from _folded(words, difference, None, ink)
    if len(things) > _MOST_THINGS and not whole:
        yield f"… {_plural(len(things) - _MOST_THINGS, 'more thing')}: {shown_by} shows them\n"
    yield _count(difference.things) + "\n"


def _thing_text(words: _Words, thing: Thing, ink: Ink, *, whole: bool, shown_by: str) -> Iterator[str]:
    name = one_line(words.name(thing.subject))
    if thing.kind in _NEW:
        yield f"{name}: {_NEW[thing.kind]}\n"
    is_short = not whole and len(thing.changes) > _MANY
    changes = sorted(thing.changes, key=_gravity)[:_FIRST] if is_short else thing.changes
    for change in changes:
        place = _place(change)
        where = f", {one_line(place.file)} line {place.line}" if place else ""
        impact = _COLOURS[change.impact](ink, change.impact)
        yield f"{name}: {words.change(change, visible)}{where}  [{impact}]\n"
    if is_short:
        yield f"{name}: … {_plural(len(thing.changes) - _FIRST, 'more change')}: {shown_by} shows them\n"


def change_lines(difference: Difference) -> Iterator[Iterator[str]]:
    """Yield the changes of each thing in words, a line each."""
    words = _Words(difference, _IN_A_REVIEW)
    for thing in difference.things:
        yield (f"{words.change(change, visible)} [{change.impact}]" for change in thing.changes)


def _folded(words: _Words, difference: Difference, owner: Subject | None, ink: Ink) -> Iterator[str]:
    if stated := _stated(difference, owner):
        name = f"{one_line(words.name(owner))}: " if owner else ""
        yield f"{name}{stated}  [{ink.faint('editorial')}]\n"


def _gravity(change: Change) -> int:
    return IMPACTS.index(change.impact)


def as_markdown(difference: Difference, *, whole: bool = False) -> Iterator[str]:
    """Yield a heading with counts, and the changes of each thing with its file and impact.

    Args:
        difference: The changes.
        whole: Whether changes of passages are told one by one.
    """
    words = _Words(difference, _IN_A_REVIEW)
    yield f"### {_escaped(difference.before)} → {_escaped(difference.after)}\n\n"
    yield _count(difference.things) + "\n"
    things = [thing for thing in difference.things if whole or not thing.is_evidence]
    for number, thing in enumerate(things):
        new = f" ({_NEW[thing.kind]})" if thing.kind in _NEW else ""
        file = words.file(thing.changes[0])
        yield "\n" * (not number) + f"- **{_escaped(words.name(thing.subject))}**{new}"
        yield f" in {_escaped(file)}\n" if file else "\n"
        for change in thing.changes:
            text = words.value(change, _escaped) if new else words.change(change, _escaped)
            yield f"  - {text}{words.line(change, file)} ({change.impact})\n"
        if stated := "" if whole else _stated(difference, thing.subject):
            yield f"  - {stated} (editorial)\n"
    if stated := "" if whole else _stated(difference, None):
        yield "\n" * (not things) + f"- {stated} (editorial)\n"


def _stated(difference: Difference, owner: Subject | None) -> str:
    """Return how much changed that only tells where the facts of a thing, or of none, are stated."""
    things = [thing for thing in difference.things if thing.is_evidence and thing.evidence_of == owner]
    changes = _plural(sum(len(thing.changes) for thing in things), "change")
    of = "" if owner else f" of {_plural(len(things), 'passage or reading', 'passages or readings')}"
    return f"where it is stated: {changes}{of}" if things else ""


def _count(things: Sequence[Thing]) -> str:
    if not things:
        return "No differences."
    changes = [change for thing in things for change in thing.changes]
    kinds = [f"{count} {word}" for kind, word in _NEW.items() if (count := _how_many(things, kind))]
    parts = [f"{_plural(len(changes), 'change')} of {_plural(len(things), 'thing')}", *kinds]
    impacts = Counter(change.impact for change in changes)
    counted = ", ".join(f"{impacts[each]:,} {each}" for each in IMPACTS if impacts[each])
    return f"{', '.join(parts)}: {counted}."


def _how_many(things: Sequence[Thing], kind: str) -> int:
    return sum(thing.kind == kind for thing in things)


def _plural(number: int, noun: str, several: str = "") -> str:
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def as_json(difference: Difference) -> Iterator[str]:
    """Yield one object with IRIs, exact terms, places and impacts."""
    things = [_thing_json(thing, difference) for thing in difference.things]
    whole = {"before": difference.before, "after": difference.after, "things": things}
    yield json_text(whole) + "\n"


class _Words:
    """The texts of a difference; values are cut at `longest` characters."""

    def __init__(self, difference: Difference, longest: int) -> None:
        self._labels = difference.labels
        self._names = Namespaces(difference.prefixes)
        self._sides = (difference.before, difference.after)
        self._longest = longest

    def name(self, node: Subject) -> str:
        """Return a thing's label, else its CURIE, else its IRI."""
        if isinstance(node, Blank):
            return "a blank node"
        found = self._labels.get(node) or self._names.compact(node.value)
        if found is None:  # a CURIE may not contain #, but this is only shown
            owner, _, part = node.value.partition("#")
            found = f"{short}#{part}" if part and (short := self._names.compact(owner)) else None
        return found or f"<{node.value}>"

    def change(self, change: Change, shown: Callable[[str], str]) -> str:
        """Return a change as text: `label changed from A to B`."""
        what = shown(" → ".join(self._property(step) for step in change.path))
        before, after = (shown(self._value(each)) if each else "" for each in (change.before, change.after))
        if before == after:  # two things of one name
            before, after = (
                shown(self._in_full(each)) if each else "" for each in (change.before, change.after)
            )
        if change.before and change.after and change.kind == "moved":
            source, target = shown(self._graph(change.before)), shown(self._graph(change.after))
            return f"{what} moved, {after}, from {source} to {target}"
        if change.kind == "changed":
            return f"{what} changed from {before} to {after}"
        return f"{what} {change.kind} {after or before}"

    def value(self, change: Change, shown: Callable[[str], str]) -> str:
        """Return a value of an added or removed thing as text: `label: A`."""
        fact = change.after or change.before
        what = " → ".join(self._property(step) for step in change.path)
        return shown(f"{what}: {self._value(fact)}") if fact else shown(what)

    def file(self, change: Change) -> str:
        """Return the file of a change relative to its side; empty if the file is the side itself."""
        place = _place(change)
        name = place.file if place else ""
        if name in self._sides:
            return ""
        folders = [
            folder
            for side in self._sides
            for folder in (side.partition(":")[0] + ":", side.rstrip("/") + "/")
        ]
        return next((name[len(folder) :] for folder in folders if name.startswith(folder)), name)

    def line(self, change: Change, known: str) -> str:
        """Return the line of a change, with its file unless that is `known`."""
        place = _place(change)
        if not place:
            return ""
        line = f"line {place.line}" if change.after else f"old line {place.line}"
        file = self.file(change)
        return f", {line}" if file in (known, "") else f", {_escaped(file)} {line}"

    def _property(self, iri: Iri) -> str:
        """Return a property's label, else the words of its local name."""
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local_name(iri.value)).replace("_", " ")
        return self._labels.get(iri) or words.lower() or iri.value

    def _value(self, fact: Fact) -> str:
        term: Term = fact.value
        if not isinstance(term, Literal):
            return self._cut(fact.text or str(term)) if not isinstance(term, Iri) else self.name(term)
        if has_shorthand(term.value, term.datatype):
            return term.value
        value = f"{term.value[:12]}…" if _DIGEST.fullmatch(term.value) else self._cut(term.value)
        text = to_ntriples(Literal(value, language=term.language, direction=term.direction))
        kind = self._names.compact(term.datatype) or local_name(term.datatype)
        return text if term.language or kind.lower().endswith("string") else f"{text} ({kind})"

    def _in_full(self, fact: Fact) -> str:
        """A value that is told from others of the same name."""
        if not isinstance(fact.value, Iri):
            return self._value(fact)
        short = self._names.compact(fact.value.value) or f"<{fact.value.value}>"
        return f"{self.name(fact.value)} ({short})" if fact.value in self._labels else short

    def _cut(self, text: str) -> str:
        return text if len(text) <= self._longest else text[: self._longest - 2] + " …"

    def _graph(self, fact: Fact) -> str:
        return self.name(fact.graph) if fact.graph else "no graph"


def _escaped(text: str) -> str:
    """Escape a name or a value for Markdown, with invisible characters shown."""
    return markdown(visible(text))


def _place(change: Change) -> Place | None:
    fact = change.after or change.before
    return fact.place if fact else None


def _thing_json(thing: Thing, difference: Difference) -> dict[str, Any]:
    node = thing.subject
    label = difference.labels.get(node) if isinstance(node, Iri) else None
    changes = [
        {
            "kind": change.kind,
            "path": [step.value for step in change.path],
            "before": _fact_json(change.before),
            "after": _fact_json(change.after),
            "impact": change.impact,
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
