"""Which properties the resources of a class lack, of those that shapes group and others of the class have.

`coverage` measures which lines of a document the passages cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.property_groups import Step, shown_properties
from ogdkg.rdf.terms import DCTERMS, RDF, Iri
from ogdkg.search.classes import find_class
from ogdkg.search.labels import names_of_class

_TYPE = Iri(RDF + "type")
_SUBJECT = Iri(DCTERMS + "subject")


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected property and the resources that have it; an empty `name` means any of the group."""

    group: str
    name: str
    having: frozenset[Iri]


@dataclass(frozen=True, slots=True)
class CompletenessReport:
    """The resources of a class with their labels, and what is expected: each group, then its properties."""

    kind: str
    things: Mapping[Iri, str]
    expected: tuple[Expected, ...]

    def without(self, expected: Expected) -> list[str]:
        """Return the labels of the resources that lack a property."""
        return [label for thing, label in self.things.items() if thing not in expected.having]


def completeness(citations: Citations, thing_class: str | None = None) -> list[CompletenessReport]:
    """Report what the resources of a class lack.

    A group of properties is expected if one resource has any of them, a property if half of the resources
    have it. Only statements with the resource as subject count, and none that rules derive.

    Args:
        citations: The citations of the graph.
        thing_class: The name of the class; by default all classes of the resources that passages are about.

    Returns:
        A report for each class, the largest class first.
    """
    if citations.graph.options.endpoint:
        from ogdkg.evidence.remote_completeness import read_there  # only for a server

        having, chosen = read_there(citations, thing_class)
    else:
        having, chosen = _read(citations, thing_class)
    citations.names.read([each for things in chosen.values() for each in things])
    reports = []
    for of, things in sorted(chosen.items(), key=lambda item: (-len(item[1]), item[0].value)):
        labels = {thing: citations.label(thing) for thing in sorted(things, key=citations.label)}
        expected = _expected(citations, having, frozenset(things))
        reports.append(CompletenessReport(citations.label(of), labels, tuple(expected)))
    return reports


def _read(
    citations: Citations, thing_class: str | None
) -> tuple[Mapping[Step, set[Iri]], Mapping[Iri, set[Iri]]]:
    """Return the resources with each property, and those of each class that are reported on."""
    having, classes, entries = _read_statements(citations)
    if thing_class:
        store, prefixes = citations.graph.store, citations.prefixes
        of = find_class(store, thing_class, prefixes)
        return having, {of: set(names_of_class(store, of, prefixes).labels)}
    return having, {of: things & entries for of, things in classes.items() if things & entries}


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


def _read_statements(citations: Citations) -> tuple[dict[Step, set[Iri]], dict[Iri, set[Iri]], set[Iri]]:
    """Return the resources with each property, the instances of each class, and what passages are about."""
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
