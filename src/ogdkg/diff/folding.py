"""Which changed things only tell where facts are stated: readings, passages and their selectors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ogdkg.diff.model import Change, Fact
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import Iri, Subject


def evidence(
    changes: Mapping[Subject, Sequence[Change]], passages: Collection[Subject] = ()
) -> dict[Subject, Subject | None]:
    """Return the things that describe where facts are stated, each with the thing whose facts these are.

    These are the named graphs in which other changed facts stand, and things without a name to which such a
    graph leads and of which all is said where the graph is described.

    Args:
        changes: The changes of each thing.
        passages: The graphs that a project keeps for such things alone.

    Returns:
        The described thing of each, None where none of its facts has changed.
    """
    owners = _owners(changes)
    found: dict[Subject, Subject | None] = {
        subject: owners.get(subject)
        for subject in changes
        if subject in owners or _graphs(changes[subject]) <= set(passages)
    }
    waiting = [subject for subject in found if subject in owners]
    while waiting:
        subject = waiting.pop()
        graphs = _graphs(changes[subject])
        for value in _values(changes[subject]):
            is_part = value in changes and _graphs(changes[value]) == graphs
            if is_part and found.get(value) is None and value not in owners and not _has_name(changes[value]):
                found[value] = found[subject]
                waiting.append(value)
    return found


def _owners(changes: Mapping[Subject, Sequence[Change]]) -> dict[Subject, Subject]:
    """Return the first thing that has a changed fact in each named graph that is described elsewhere."""
    owners: dict[Subject, Subject] = {}
    for subject, all_of_it in changes.items():
        for graph in _graphs(all_of_it):
            if graph is not None and graph != subject and graph not in _graphs(changes.get(graph, ())):
                owners.setdefault(graph, subject)
    return owners


def _facts(changes: Sequence[Change]) -> Iterator[Fact]:
    return (fact for change in changes for fact in (change.before, change.after) if fact)


def _graphs(changes: Sequence[Change]) -> set[Subject | None]:
    return {fact.graph for fact in _facts(changes)}


def _values(changes: Sequence[Change]) -> Iterator[Iri]:
    return (fact.value for fact in _facts(changes) if isinstance(fact.value, Iri))


def _has_name(changes: Sequence[Change]) -> bool:
    return any(change.path[-1].value in LABELS for change in changes)
