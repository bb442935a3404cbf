"""Whether what the readings of passages state stands in the passages: numbers, names, dates and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ogdkg.evidence.coverage import kinds_of_lines
from ogdkg.evidence.documents import SourceText, source_of
from ogdkg.evidence.lists import places_in_lists
from ogdkg.evidence.passages import Passage, first_fault, lines_in_short, read_passages
from ogdkg.evidence.printed.text import PrintedText, is_checkable, is_typical, value_text
from ogdkg.graph.graph import Graph
from ogdkg.project.evidence import Evidence
from ogdkg.project.house import OGD
from ogdkg.rdf.terms import Iri, Literal, Quad, Term

NOT_PRINTED = Iri(OGD + "notPrinted")
VALUE_NOT_PRINTED, STALE_MARK = "ValueNotPrinted", "StaleMark"  # the rules
_HEADINGS = ("heading", "front matter")


@dataclass(frozen=True, slots=True)
class ValueFault:
    """A value that does not stand in its passage, or a mark that is out of date.

    Attributes:
        rule: The name of the rule.
        message: What is wrong, in one sentence.
        hint: What to do about it.
        quad: The statement at fault.
        passage: The passage, if it is known.
    """

    rule: str
    message: str
    hint: str
    quad: Quad
    passage: Passage | None


@dataclass(frozen=True, slots=True)
class ValueReport:
    """How many values were looked for, how many stand in their passages, how many are marked not to."""

    checked: int
    standing: int
    marked: int
    faults: tuple[ValueFault, ...]

    def text(self) -> str:
        """Return the figures as a sentence."""
        marked = f"; {self.marked} are marked as not printed" if self.marked else ""
        return f"{self.standing} of {self.checked} values stand in their passages{marked}"


def check_values(graph: Graph, sources: Sequence[SourceText]) -> ValueReport:
    """Look for the values that readings state in the words of their passages.

    Args:
        graph: The graph with the passages; `[evidence]` of its project says which values are looked for.
        sources: The documents. What a passage states that does not agree with its document is not judged.
    """
    things, rules = graph.project.resource_namespace, graph.project.evidence
    described = ((each, source_of(each, sources)) for each in read_passages(graph))
    agreeing = [each for each, source in described if source and not first_fault(each, source.text)]
    return look_for_values(graph.store.quads(), ValuesInPassages(agreeing, sources, rules, things))


def look_for_values(quads: Iterable[Quad], passages: ValuesInPassages) -> ValueReport:
    """Look for the values of quads in passages, as `check_values` does."""
    stated, marks = list[Quad](), list[Quad]()
    for quad in quads:
        if quad.predicate == NOT_PRINTED:
            marks.append(quad)
        elif passages.can_judge(quad):
            stated.append(quad)
    marked = {_key(mark.subject, mark.object) for mark in marks}
    missing = [quad for quad in sorted(stated, key=str) if not passages.has(quad)]
    unmarked = [quad for quad in missing if _key(quad.graph, quad.object) not in marked]
    needed = {_key(quad.graph, quad.object) for quad in missing}
    known = {_key(quad.graph, quad.object) for quad in stated}
    stale = [
        passages.stale(mark, is_stated=_key(mark.subject, mark.object) in known)
        for mark in sorted(marks, key=str)
        if _key(mark.subject, mark.object) not in needed and passages.knows(mark)
    ]
    faults = (*map(passages.fault, unmarked), *stale)
    return ValueReport(len(stated), len(stated) - len(missing), len(missing) - len(unmarked), faults)


class ValuesInPassages:
    """Looks for the values of statements in the words of the passages that state them.

    Args:
        passages: The passages, by themselves and with their readings.
        sources: The documents.
        rules: Which values are looked for.
        things: How the IRIs of the project's own things begin, which no document prints.
    """

    def __init__(
        self, passages: Iterable[Passage], sources: Sequence[SourceText], rules: Evidence, things: str = ""
    ) -> None:
        self._rules, self._things = rules, things
        self._passages: dict[str, tuple[Passage, _Document]] = {}
        self._texts: dict[str, PrintedText] = {}
        documents = {id(source): _Document(source.text) for source in sources}
        for passage in passages:
            source = source_of(passage, sources)
            if source and passage.position and passage.lines:
                self._passages[passage.graph] = passage, documents[id(source)]

    def can_judge(self, quad: Quad) -> bool:
        """Whether a passage states a quad whose value is one to be looked for."""
        if not isinstance(quad.graph, Iri) or quad.graph.value not in self._passages:
            return False
        if quad.predicate.value in self._rules.positions:
            return isinstance(quad.object, Literal)
        if isinstance(quad.object, Iri) and self._things and quad.object.value.startswith(self._things):
            return False
        if self._rules.values is None:
            return is_typical(quad.object)
        return quad.predicate.value in self._rules.values and is_checkable(quad.object)

    def has(self, quad: Quad) -> bool:
        """Whether the value of a quad stands in its passage, or counts its place in a list."""
        passage, document = self._passages[str(quad.graph)]
        if quad.predicate.value in self._rules.positions:
            return str(quad.object) == str(document.place_in_list(passage))
        return self._text(passage, document).has(quad.object)

    def fault(self, quad: Quad) -> ValueFault:
        """Return what is wrong with a quad whose value does not stand in its passage."""
        passage, document = self._passages[str(quad.graph)]
        where = lines_in_short(passage.lines or (0, 0))
        hint = "Correct the value. If it cannot stand there, mark it so: ogd:notPrinted, with the reason."
        if quad.predicate.value in self._rules.positions:
            place = document.place_in_list(passage)
            there = f"item {place} of its list" if place else "no item of a list"
            message = f"{value_text(quad.object)} is not the place of {where}, which is {there}."
            return ValueFault(VALUE_NOT_PRINTED, message, hint, quad, passage)
        instead = self._text(passage, document).instead_of(quad.object)
        there = f"; there is: {', '.join(instead)}" if instead else ""
        message = f"{value_text(quad.object)} does not stand in {where}{there}"
        return ValueFault(VALUE_NOT_PRINTED, message, hint, quad, passage)

    def knows(self, mark: Quad) -> bool:
        """Whether a mark is about a reading of these documents."""
        return str(mark.subject) in self._passages

    def stale(self, mark: Quad, *, is_stated: bool) -> ValueFault:
        """Return what is wrong with a mark whose value stands in the passage, or is not stated at all."""
        passage, _ = self._passages[str(mark.subject)]
        there = f"stands in {lines_in_short(passage.lines or (0, 0))}"
        said = there if is_stated else "is not stated by this reading"
        message = f"{value_text(mark.object)} is marked as not printed, but {said}."
        return ValueFault(STALE_MARK, message, "Take the mark (ogd:notPrinted) out.", mark, passage)

    def _text(self, passage: Passage, document: _Document) -> PrintedText:
        if passage.graph not in self._texts:
            heading = document.heading_in(passage)
            self._texts[passage.graph] = PrintedText(passage.text_in(document.text), heading)
        return self._texts[passage.graph]


class _Document:
    """A document, its lines, and which of them are headings or items of lists."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _kinds(self) -> list[str]:
        return list(kinds_of_lines(self._lines))

    @cached_property
    def _places(self) -> list[int | None]:
        return places_in_lists(self._lines)

    def place_in_list(self, passage: Passage) -> int | None:
        """Which item of its list the first line of a passage belongs to."""
        number = (passage.lines or (0, 0))[0]
        return self._places[number - 1] if 0 < number <= len(self._places) else None

    def heading_in(self, passage: Passage) -> str:
        """The part of a passage on lines that are headings."""
        first, last = passage.lines or (1, 0)
        texts = zip(passage.text_in(self.text).split("\n"), self._kinds[first - 1 : last], strict=False)
        return "\n".join(text for text, kind in texts if kind in _HEADINGS)


def _key(graph: Term | None, value: Term) -> tuple[str, str, str]:
    """What a mark and the statement that it excuses have in common; an IRI is marked by its text."""
    language = value.language.lower() if isinstance(value, Literal) else ""
    return str(graph), str(value), language
