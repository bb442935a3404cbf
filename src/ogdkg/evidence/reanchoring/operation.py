"""What becomes of the passages of a document in its new version (`ogdkg reanchor`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ogdkg.errors import UsageError
from ogdkg.evidence.documents import SourceText, hashes_of_sources
from ogdkg.evidence.passages import MOST_WORDS, Passage, first_fault, folded, read_passages, text_hash
from ogdkg.evidence.reanchoring.by_hash import HashFinder
from ogdkg.evidence.reanchoring.finding import Fate, Finder, Found
from ogdkg.evidence.reanchoring.words import Span
from ogdkg.evidence.values import ValueFault, ValuesInPassages, look_for_values
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri, Quad

UNCHANGED, MOVED, REWORDED, GONE, DOUBTFUL, NOT_FOUND, UNKNOWN = (
    "unchanged", "moved", "reworded", "gone", "in doubt", "not found", "unknown",
)  # fmt: skip
_KINDS = {Fate.MOVED: MOVED, Fate.REWORDED: REWORDED, Fate.GONE: GONE, Fate.DOUBTFUL: DOUBTFUL}


class Version(NamedTuple):
    """A version of a document: its file, its text and the SHA-256 of its bytes."""

    path: Path
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a passage.

    Attributes:
        kind: unchanged, moved, reworded, gone, in doubt, not found (without the old version) or unknown.
        passage: The passage as the graph describes it.
        new: The passage as it is to be described; None where that takes a person.
        before: Its text in the old version, if that is at hand.
        after: Its text in the new version, if it has one.
        accepted: Whether its new words are accepted.
        places: The lines on which its words stand too, of a passage in doubt or gone.
        facts: What its readings state, unless it is merely moved.
        lost: The values that no longer stand in it.
        fault: What is wrong with its description, if neither version has its text.
    """

    kind: str
    passage: Passage
    new: Passage | None = None
    before: str = ""
    after: str = ""
    accepted: bool = False
    places: tuple[tuple[int, int], ...] = ()
    facts: tuple[Quad, ...] = ()
    lost: tuple[ValueFault, ...] = ()
    fault: str | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether it is not to be rewritten until somebody has looked at it."""
        return not self.accepted and self.kind not in (UNCHANGED, MOVED)


@dataclass(frozen=True, slots=True)
class Reanchoring:
    """What becomes of all passages of a source.

    Attributes:
        source: The IRI of the source.
        digest: The SHA-256 of the new version.
        recorded_digest: The SHA-256 that the graph has of the source, if it has one.
        outcomes: What has become of each passage, in the order of the document.
    """

    source: str
    digest: str
    recorded_digest: str | None
    outcomes: tuple[Outcome, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether some passage does."""
        return any(outcome.needs_a_person for outcome in self.outcomes)

    def counts(self) -> dict[str, int]:
        """How many passages have become what."""
        kinds = (UNCHANGED, MOVED, REWORDED, GONE, DOUBTFUL, NOT_FOUND, UNKNOWN)
        return {kind: sum(each.kind == kind for each in self.outcomes) for kind in kinds}


def reanchor(
    graph: Graph,
    old: Version | None,
    new: Version,
    source: str | None = None,
    accept: Callable[[str], bool] = lambda passage: False,
) -> Reanchoring:
    """Find the passages of a document in its new version.

    Args:
        graph: The graph with the passages.
        old: The version that they are from; without it they are found by their hashes, if their words are the
            same.
        new: The new version.
        source: The IRI of the source; by default the one with the hash of either version, or the only one.
        accept: Whether the new words of a passage are accepted, by its IRI.

    Raises:
        UsageError: It is not clear which source the document is.
    """
    described = read_passages(graph)
    passages = [passage for passage in described if passage.reading is None]
    hashes = dict(hashes_of_sources(graph))
    iri = source or _source(passages, hashes, old, new)
    known = hashes.get(iri)
    find = _finder(old, new, is_new=known == new.digest)
    wanted = sorted(
        (passage for passage in passages if passage.source == iri),
        key=lambda each: (each.position or (0, 0), each.iri),
    )
    outcomes = [_accepted(find(passage), accept) for passage in wanted]
    return Reanchoring(iri, new.digest, known, tuple(_with_facts(graph, described, outcomes, new)))


def _source(passages: Iterable[Passage], hashes: dict[str, str], old: Version | None, new: Version) -> str:
    cited = sorted({passage.source for passage in passages if passage.source})
    for digest in (old.digest if old else None, new.digest):
        if found := next((iri for iri in cited if hashes.get(iri) == digest), None):
            return found
    if len(cited) == 1:
        return cited[0]
    files = " nor ".join(shown_path(each.path) for each in (old, new) if each)
    hint = f"Name the source with --of: {', '.join(cited)}." if cited else "No passage names a source."
    raise UsageError(f"The graph knows no source with the bytes of {files}.", hint=hint)


def _finder(old: Version | None, new: Version, *, is_new: bool) -> Callable[[Passage], Outcome]:
    """A function that tells what has become of a passage.

    `is_new`: The graph has the hash of the new version: a passage that agrees with it has been found before.
    """
    finder = Finder(old.text, new.text) if old else None
    by_hash = HashFinder(new.text)

    def find(passage: Passage) -> Outcome:
        agrees = first_fault(passage, new.text) is None
        if agrees and is_new:
            return Outcome(UNCHANGED, passage)
        fault = first_fault(passage, old.text) if old else None
        if fault:
            return Outcome(UNCHANGED, passage) if agrees else Outcome(UNKNOWN, passage, fault=fault)
        if finder is None or old is None:
            outcome = _outcome(passage, by_hash.find(passage), "", new)
            return replace(outcome, kind=NOT_FOUND) if outcome.kind == GONE else outcome
        return _outcome(passage, finder.find(passage.position or (0, 0)), passage.text_in(old.text), new)

    return find


def _outcome(passage: Passage, found: Found, before: str, new: Version) -> Outcome:
    places = tuple(_lines(new.text, span) for span in found.places)
    if found.span is None:
        return Outcome(_KINDS[found.fate], passage, before=before, places=places)
    after = new.text[slice(*found.span)]
    moved = passage._replace(
        lines=_lines(new.text, found.span), position=found.span, text_hash=text_hash(after)
    )
    kind = UNCHANGED if moved == passage else _KINDS[found.fate]
    return Outcome(kind, passage, moved, before, after)


def _accepted(outcome: Outcome, accept: Callable[[str], bool]) -> Outcome:
    """The outcome with its new words accepted, if they are, and its fragment from them if it must be."""
    if outcome.kind != REWORDED or outcome.new is None or not accept(outcome.passage.iri):
        return outcome
    exact, words = folded(outcome.passage.exact or ""), outcome.after.split()
    kept = exact if exact and exact in folded(outcome.after) else " ".join(words[:MOST_WORDS])
    return replace(outcome, accepted=True, new=outcome.new._replace(exact=kept))


def _with_facts(
    graph: Graph, described: Iterable[Passage], outcomes: Iterable[Outcome], new: Version
) -> list[Outcome]:
    """The outcomes with what hangs on each passage that takes a person, or whose words are others."""
    outcomes = list(outcomes)
    concerned = {each.passage.iri for each in outcomes if each.kind not in (UNCHANGED, MOVED)}
    if not concerned:
        return outcomes
    readings = [passage for passage in described if passage.iri in concerned]
    graphs = {passage.graph: passage.iri for passage in readings}
    facts: dict[str, list[Quad]] = {}
    for quad in graph.store.quads():
        if isinstance(quad.graph, Iri) and quad.graph.value in graphs:
            facts.setdefault(graphs[quad.graph.value], []).append(quad)
    moved = {each.passage.iri: each.new for each in outcomes if each.new and each.kind == REWORDED}
    lost = _lost(graph, readings, moved, [quad for each in facts.values() for quad in each], new)
    return [
        replace(
            each,
            facts=tuple(sorted(facts.get(each.passage.iri, ()), key=str)),
            lost=tuple(fault for fault in lost if fault.passage and fault.passage.iri == each.passage.iri),
        )
        for each in outcomes
    ]


def _lost(
    graph: Graph,
    readings: Iterable[Passage],
    moved: dict[str, Passage],
    quads: Collection[Quad],
    new: Version,
) -> tuple[ValueFault, ...]:
    """The values that do not stand in the new words of reworded passages."""
    there = [
        each._replace(lines=moved[each.iri].lines, position=moved[each.iri].position, source=None)
        for each in readings
        if each.iri in moved
    ]
    document = [SourceText(new.path, new.text, new.digest, None)]
    rules, things = graph.project.evidence, graph.project.resource_namespace
    return look_for_values(quads, ValuesInPassages(there, document, rules, things)).faults


def _lines(text: str, span: Span) -> tuple[int, int]:
    return text.count("\n", 0, span[0]) + 1, text.count("\n", 0, span[1] - 1) + 1
