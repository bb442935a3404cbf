"""Compares two versions of a graph, thing by thing.

Lexical forms are compared, labels of blank nodes are not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ogdkg.diff.bnode_alignment import NodeStatement, unmatched
from ogdkg.diff.bnode_hashing import NodeHashes
from ogdkg.diff.folding import evidence
from ogdkg.diff.impact import Broader, hierarchy, impact
from ogdkg.diff.lines import NO_BASE, Lines, Readings, has_blank
from ogdkg.diff.model import Change, Difference, Fact, Kind, Thing
from ogdkg.diff.revisions import File, Version
from ogdkg.errors import Place
from ogdkg.rdf.formats import LOSSLESS
from ogdkg.rdf.labels import ENGLISH, LABELS, PROPERTY_RANKS, LabelRank, Languages, label_rank
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import (
    RDFS,
    Blank,
    Iri,
    Literal,
    Namespaces,
    Quad,
    Subject,
    Term,
    Triple,
    TripleTerm,
    to_ntriples,
)
from ogdkg.syntax import Source, TriplePattern, locate, locate_among

_BROADER = f" <{RDFS}subClassOf> ".encode()


def difference(
    before: Version,
    after: Version,
    contexts: Mapping[str, Path] | None = None,
    passages: Collection[Subject] = (),
    languages: Languages = ENGLISH,
    known: Readings | None = None,
) -> Difference:
    """Compare two versions.

    Args:
        before: The old version.
        after: The new version.
        contexts: The files that hold the contexts of JSON-LD at other addresses.
        passages: The graphs that are for passages alone.
        languages: The languages to name things in.
        known: What files hold that were read for earlier comparisons, to which those of this one are added.

    Returns:
        The changes of each thing, in the order of the files.
    """
    with (
        closing(Lines(before.files, contexts, known)) as was,
        closing(Lines(after.files, contexts, known)) as is_,
    ):
        old, new = _Side(before, was, contexts), _Side(after, is_, contexts)
        things, labels = _things(old, new, passages, languages)
    return Difference(before.label, after.label, tuple(things), labels, {**was.prefixes, **is_.prefixes})


def _things(
    old: _Side, new: _Side, passages: Collection[Subject], languages: Languages
) -> tuple[list[Thing], Mapping[Iri, str]]:
    """What has changed of each thing, and the labels to name things by."""
    gone, fresh = old.lines.lone(new.lines)
    left, right = NodeHashes(old.only(gone)), NodeHashes(new.only(fresh))
    removed, added = unmatched(left, right)
    names = Namespaces({**old.lines.prefixes, **new.lines.prefixes})  # of both, since texts are compared
    changes = _changes(old.findings(removed, left, names), new.findings(added, right, names))
    named = {iri for subject, all_of_it in changes.items() for iri in _iris(subject, all_of_it)}
    pairs = ((subject, change) for subject, all_of_it in changes.items() for change in all_of_it)
    triples = {triple for pair in pairs if (triple := _triple(*pair))}
    was, is_ = (side.about(named, triples, languages) for side in (old, new))
    folded = evidence(changes, passages)
    judge = _Judge(old, new, was.stated & is_.stated)
    things = [
        Thing(
            subject,
            _kind(subject, all_of_it, was.mentioned, is_.mentioned),
            tuple(judge.judged(subject, change, is_evidence=subject in folded) for change in all_of_it),
            subject in folded,
            folded.get(subject),
        )
        for subject, all_of_it in changes.items()
    ]
    return things, was.labels | is_.labels


class _Finding(NamedTuple):
    """A fact of one side, with its subject and path."""

    subject: Subject
    path: tuple[Iri, ...]
    fact: Fact


class _Side:
    """What a version states, and the file of each quad that the other lacks.

    Blank node labels are unique across files.
    """

    def __init__(self, version: Version, lines: Lines, contexts: Mapping[str, Path] | None) -> None:
        self._files, self._contexts = version.files, contexts
        self.lines = lines
        self._origin: dict[Quad, File] = {}
        self.broader: list[tuple[Iri, Iri]] = []  # by rdfs:subClassOf, as far as `only` has read

    def only(self, hashes: set[int]) -> list[Quad]:
        """Return the quads with some hashes, which the other side lacks, and all that contain blank nodes."""
        for file, lines in self.lines.by_file():
            for line in lines:
                if hash(line) in hashes or (b"_:" in line and has_blank(line)):
                    self._origin.setdefault(_quad_of(line), file)  # the first file that has it
                if _BROADER in line:
                    self.broader += _pairs(line)
        return sorted(self._origin, key=_without_labels)

    def findings(
        self, statements: Iterable[NodeStatement], structure: NodeHashes, names: Namespaces
    ) -> list[_Finding]:
        """Return the facts of statements, with places and texts."""
        statements = list(statements)
        places = self._places(statements)
        return [
            _Finding(statement.subject, statement.path, self._fact(statement, structure, names, places))
            for statement in statements
        ]

    def _fact(
        self,
        statement: NodeStatement,
        structure: NodeHashes,
        names: Namespaces,
        places: Mapping[NodeStatement, Place],
    ) -> Fact:
        value = statement.quad.object
        has_text = isinstance(value, Blank | TripleTerm)
        text = structure.text(value, names) if has_text else None
        return Fact(value, text, statement.quad.graph, places.get(statement))

    def _places(self, statements: Iterable[NodeStatement]) -> dict[NodeStatement, Place]:
        """Return the place of each quad; below a blank node, that of the thing's link to it."""
        found: dict[NodeStatement, Place] = {}
        by_file: dict[str, list[NodeStatement]] = {}
        for statement in statements:
            by_file.setdefault(self._origin[statement.quad].name, []).append(statement)
        for file in self._files:
            ours = by_file.get(file.name, [])
            if ours:
                places = self._located(file, map(_pattern_of, ours))
                found |= {one: places[_pattern_of(one)] for one in ours if _pattern_of(one) in places}
        return found

    def _located(self, file: File, patterns: Iterable[TriplePattern]) -> dict[TriplePattern, Place]:
        if file.form in LOSSLESS:
            return locate(Source(file.data, file.name), patterns, file.form.name, NO_BASE)
        from ogdkg.store.placed import placed_statements  # few comparisons have such files

        read = placed_statements(file.data, file.form, file.name, NO_BASE, self._contexts)
        return locate_among(read, patterns)

    def about(self, things: set[Iri], triples: set[Triple], languages: Languages) -> _LabelsAndTriples:
        """Return what is said of things, and which of the triples are stated in some graph."""
        wanted = {f"<{thing.value}>".encode() for thing in things}
        best: dict[Iri, LabelRank] = {}
        mentioned: set[Iri] = set()
        stated = set()
        for line in self.lines if wanted else ():
            if line[: line.index(b" ")] in wanted:
                triple = _quad_of(line).triple
                iri = triple.subject
                assert isinstance(iri, Iri), "only those are wanted"
                mentioned.add(iri)
                if triple in triples:
                    stated.add(triple)
                if triple.predicate.value in LABELS and isinstance(triple.object, Iri | Literal):
                    rank = _rank(triple, languages)
                    best[iri] = min(best.get(iri, rank), rank)
        return _LabelsAndTriples({iri: rank[-1] for iri, rank in best.items()}, mentioned, stated)


class _LabelsAndTriples(NamedTuple):
    """The best label of each thing, the IRIs that are subjects, and the triples that are stated."""

    labels: dict[Iri, str]
    mentioned: set[Iri]
    stated: set[Triple]


def _quad_of(line: bytes) -> Quad:
    return quad_of(line[:-1].decode())


def _pairs(line: bytes) -> Iterator[tuple[Iri, Iri]]:
    """Subject and object of a line that states a property between things that have names."""
    subject, predicate, obj = _quad_of(line).triple
    if predicate.value == RDFS + "subClassOf" and isinstance(subject, Iri) and isinstance(obj, Iri):
        yield subject, obj


def _rank(stated: Triple, languages: Languages) -> LabelRank:
    """Return the rank of a label; the best is the lowest."""
    label = stated.object
    assert isinstance(label, Iri | Literal), "others have no text"
    language = label.language if isinstance(label, Literal) else ""
    return label_rank(label.value, PROPERTY_RANKS[stated.predicate.value], language, languages)


def _pattern_of(statement: NodeStatement) -> TriplePattern:
    any_node = Blank("")
    if len(statement.path) > 1:
        return statement.subject, statement.path[0], any_node
    value = statement.quad.object
    return statement.subject, statement.path[0], any_node if isinstance(value, Blank) else value


def _without_labels(quad: Quad) -> tuple[str, ...]:
    return tuple("" if part is None else _without_label(part) for part in quad)


def _without_label(term: Term) -> str:
    if isinstance(term, TripleTerm):
        return " ".join(map(_without_label, (term.subject, term.predicate, term.object)))
    return "" if isinstance(term, Blank) else to_ntriples(term)


# -- what they mean ---------------------------------------------------------------


class _Judge:
    """Tells the impact of changes, knowing all that both sides say."""

    def __init__(self, old: _Side, new: _Side, stays: set[Triple]) -> None:
        self._sides = old, new
        self._stays = stays

    @cached_property
    def _hierarchy(self) -> Broader:
        return hierarchy(*(side.broader for side in self._sides))

    def _broader(self, one: Iri) -> set[Iri]:
        return self._hierarchy(one)

    def judged(self, subject: Subject, change: Change, *, is_evidence: bool) -> Change:
        """Return a change with its impact; what is stated elsewhere too changes nothing for its users."""
        if is_evidence or change.kind == "moved" or _triple(subject, change) in self._stays:
            return replace(change, impact="editorial")
        before, after = (fact.value if fact else None for fact in (change.before, change.after))
        texts = tuple((fact.text or "") if fact else "" for fact in (change.before, change.after))
        found = impact(change.path[-1], before, after, (texts[0], texts[1]), self._broader)
        return replace(change, impact=found)


def _triple(subject: Subject, change: Change) -> Triple | None:
    """Return the triple that is added or removed; None if a value is replaced or has no name."""
    fact = change.before or change.after
    is_single = change.kind in ("added", "removed") and len(change.path) == 1
    if (
        not is_single
        or fact is None
        or isinstance(fact.value, Blank | TripleTerm)
        or isinstance(subject, Blank)
    ):
        return None
    return Triple(subject, change.path[0], fact.value)


# -- changes --------------------------------------------------------------------


def _changes(removed: Iterable[_Finding], added: Iterable[_Finding]) -> dict[Subject, list[Change]]:
    """Group the changes by thing, both in the order of the files."""
    facts: dict[tuple[Subject, tuple[Iri, ...]], tuple[list[Fact], list[Fact]]] = {}
    for side, findings in enumerate((removed, added)):
        for finding in findings:
            facts.setdefault((finding.subject, finding.path), ([], []))[side].append(finding.fact)
    changes: dict[Subject, list[Change]] = {}
    for (subject, path), (olds, news) in facts.items():
        changes.setdefault(subject, []).extend(_compared(path, olds, news))
    for all_of_it in changes.values():
        all_of_it.sort(key=_position)
    return dict(sorted(changes.items(), key=lambda entry: _position(entry[1][0])))


def _compared(path: tuple[Iri, ...], olds: list[Fact], news: list[Fact]) -> Iterator[Change]:
    """Compare the values of a property: moved to another graph, changed one for one, removed or added."""
    alike = _grouped(news, lambda fact: (fact.value, fact.text))
    gone: list[Fact] = []
    for old in olds:
        if same := alike.get((old.value, old.text)):
            yield Change("moved", path, old, same.popleft())
        else:
            gone.append(old)
    removed = _grouped(gone, lambda fact: fact.graph)
    added = _grouped((fact for rest in alike.values() for fact in rest), lambda fact: fact.graph)
    for graph, olds_of_graph in removed.items():
        if len(olds_of_graph) == len(added.get(graph, ())) == 1:
            yield Change("changed", path, olds_of_graph[0], added.pop(graph)[0])
        else:
            yield from (Change("removed", path, old, None) for old in olds_of_graph)
    yield from (Change("added", path, None, new) for rest in added.values() for new in rest)


def _grouped(facts: Iterable[Fact], key: Callable[[Fact], Hashable]) -> dict[Hashable, deque[Fact]]:
    """Group facts by a key, in order."""
    groups: dict[Hashable, deque[Fact]] = {}
    for fact in facts:
        groups.setdefault(key(fact), deque()).append(fact)
    return groups


def _position(change: Change) -> tuple[str, int, int, str]:
    fact = change.after or change.before
    place = fact.place if fact else None
    value = str(change.path) + str((fact.text or fact.value) if fact else "")
    return (place.file, place.line or 0, place.column or 0, value) if place else ("", 0, 0, value)


def _kind(subject: Subject, changes: Iterable[Change], was: set[Iri], is_: set[Iri]) -> Kind:
    """Return whether a thing is added, removed or changed; a blank node is judged by its values."""
    if isinstance(subject, Iri):
        both = subject in was and subject in is_
        return "changed" if both else "added" if subject in is_ else "removed"
    kinds = {change.kind for change in changes}
    return "added" if kinds == {"added"} else "removed" if kinds == {"removed"} else "changed"


def _iris(subject: Subject, changes: Iterable[Change]) -> Iterator[Iri]:
    """Yield the IRIs that a report on a thing shows."""
    facts = [fact for change in changes for fact in (change.before, change.after) if fact]
    terms: list[Term] = [subject, *(step for change in changes for step in change.path)]
    terms += [term for fact in facts for term in (fact.value, fact.graph) if term]
    return (term for term in terms if isinstance(term, Iri))
