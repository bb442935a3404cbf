"""What is missing of things: what shapes show of others of their class, and not of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.property_groups import Step, shown_properties
from ogdkg.rdf.terms import RDF, Iri
from ogdkg.search.labels import find_class, names_of_class

_TYPE = Iri(RDF + "type")
_SUBJECT = Iri("http://purl.org/dc/terms/subject")


@dataclass(frozen=True, slots=True)
class Expected:
    """A property, or with an empty name the whole of a group of them, and the things that have it."""

    group: str
    name: str
    having: frozenset[Iri]


@dataclass(frozen=True, slots=True)
class CompletenessReport:
    """The things of a class, by label, and what may be expected of them: each group, then its properties."""

    kind: str
    things: Mapping[Iri, str]
    expected: tuple[Expected, ...]

    def without(self, expected: Expected) -> list[str]:
        """The labels of the things that lack it."""
        return [label for thing, label in self.things.items() if thing not in expected.having]


def completeness(citations: Citations, thing_class: str | None = None) -> list[CompletenessReport]:
    """What is missing of the things of a class, by its name; else of the entries, which passages are about.

    A group of shapes is expected where one thing has something of it, a property where half of them have it.
    Only what is said of the thing itself counts, neither what others say nor what rules derive.
    """
    having, classes, entries = _said(citations)
    if thing_class:
        store, prefixes = citations.graph.store, citations.prefixes
        of = find_class(store, thing_class, prefixes)
        chosen = {of: set(names_of_class(store, of, prefixes).labels)}
    else:
        chosen = {of: things & entries for of, things in classes.items() if things & entries}
    found = []
    for of, things in sorted(chosen.items(), key=lambda each: (-len(each[1]), each[0].value)):
        labels = {thing: citations.label(thing) for thing in sorted(things, key=citations.label)}
        expected = _expected(citations, having, frozenset(things))
        found.append(CompletenessReport(citations.label(of), labels, tuple(expected)))
    return found


def _expected(
    citations: Citations, having: Mapping[Step, set[Iri]], things: frozenset[Iri]
) -> Iterator[Expected]:
    shown = shown_properties(citations.graph.project)
    for group in dict.fromkeys(each.group for each in shown):
        within = [
            Expected(
                group, each.name, things & set[Iri]().union(*(having.get(step, ()) for step in each.steps))
            )
            for each in shown
            if each.group == group
        ]
        if any(each.having for each in within):
            yield Expected(group, "", frozenset[Iri]().union(*(each.having for each in within)))
            yield from (each for each in within if 2 * len(each.having) >= len(things))


def _said(citations: Citations) -> tuple[dict[Step, set[Iri]], dict[Iri, set[Iri]], set[Iri]]:
    """Who has which property; the things of each class; and what passages are about."""
    having: dict[Step, set[Iri]] = {}
    classes: dict[Iri, set[Iri]] = {}
    entries: set[Iri] = set()
    passages = {passage.iri for passage in citations.passages.all}
    for subject, predicate, value, graph in citations.graph.store.quads():
        if graph in citations.derived_graphs or not isinstance(subject, Iri):
            continue
        if predicate == _SUBJECT and subject.value in passages and isinstance(value, Iri):
            entries.add(value)
        if predicate == _TYPE and isinstance(value, Iri):
            classes.setdefault(value, set()).add(subject)
        having.setdefault(Step(predicate), set()).add(subject)
    return having, classes, entries
