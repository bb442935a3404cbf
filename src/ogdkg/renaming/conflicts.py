"""What two things say that one cannot say: two names in a language, two values where one is the most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ogdkg.drafting.shapes import Asked, ShapeGraph
from ogdkg.evidence.citations import Citations, Statement
from ogdkg.evidence.places import places_of
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import OWL, RDF, Iri, Literal, Quad, Term, Triple
from ogdkg.renaming.moves import Moves

_TYPE = Iri(RDF + "type")
_FUNCTIONAL = OWL + "FunctionalProperty"
_ABOVE = "SELECT DISTINCT ?k {{ <{0}> <http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?k }}"


class Conflict(NamedTuple):
    """A property of which one thing cannot have the values of both.

    Attributes:
        name: What the property is called.
        language: The language in which there may be one value; empty for any.
        merged: The values of the thing that is given up, each with its place.
        kept: Those of the other.
        is_name: Whether the values are names.
        statements: What says the values that not both have: of the thing that is given up, and of the other.
    """

    name: str
    language: str
    merged: tuple[str, ...]
    kept: tuple[str, ...]
    is_name: bool
    statements: tuple[tuple[Triple, ...], tuple[Triple, ...]] = ((), ())

    def words(self, merged: str, kept: str) -> str:
        """Return the conflict as a sentence."""
        language = f" ({self.language})" if self.language else ""
        return (
            f"{self.name}{language}: {merged} has {' and '.join(self.merged)}, "
            f"{kept} has {' and '.join(self.kept)}."
        )


def conflicts(citations: Citations, merged: Iri, kept: Iri, moves: Moves) -> list[Conflict]:
    """Return what keeps two things from becoming one.

    Args:
        citations: The graph, with its names.
        merged: The thing that is given up.
        kept: The thing that it becomes.
        moves: What becomes of IRIs.
    """
    sides = [_stated(citations, each) for each in (merged, kept)]
    classes = {s.triple.object for side in sides for s in side if s.triple.predicate == _TYPE}
    asked = _asked(citations, [each for each in classes if isinstance(each, Iri)], sides)
    found = []
    for predicate in dict.fromkeys(s.triple.predicate for s in sides[0]):
        if predicate.value in moves.renamed or predicate == _TYPE:
            continue
        found += list(_of(citations, predicate, asked.get(predicate, Asked()), sides, moves))
    return found


def _stated(citations: Citations, thing: Iri) -> list[Statement]:
    """The statements about a thing that stand in files."""
    return [s for s in citations.statements_about(thing) if not citations.is_derived(s)]


def _asked(citations: Citations, classes: Sequence[Iri], sides: list[list[Statement]]) -> dict[Iri, Asked]:
    graph = citations.graph
    above = [
        row[0] for each in classes for row in graph.select(_ABOVE.format(each.value), limited=False)
        if isinstance(row[0], Iri)
    ]  # fmt: skip
    used = {s.triple.predicate for side in sides for s in side}
    return ShapeGraph.of(graph.project).asked_of(dict.fromkeys((*above, *classes)), used)


def _of(
    citations: Citations, predicate: Iri, asked: Asked, sides: list[list[Statement]], moves: Moves
) -> Iterator[Conflict]:
    """The conflicts of a property: one for each language where each may have one value."""
    values = [
        {moves.term(s.triple.object): s for s in side if s.triple.predicate == predicate} for side in sides
    ]
    is_name = predicate.value in LABELS
    is_single = (asked.most is not None and len({*values[0], *values[1]}) > asked.most) or _is_functional(
        citations, predicate
    )
    languages = {""} if is_single else {_language(each) for each in values[0]}
    if not (is_single or is_name or asked.is_unique_in_language):
        return
    for language in sorted(languages):
        own = [{v for v in side if is_single or _language(v) == language} for side in values]
        if own[0] and own[1] and own[0] != own[1]:
            shown = [
                [_shown(citations, side[value]) for value in side if value in those]
                for side, those in zip(values, own, strict=True)
            ]
            label = citations.property_label(predicate)
            apart = [
                tuple(side[value].triple for value in those - other)
                for side, those, other in zip(values, own, reversed(own), strict=True)
            ]
            yield Conflict(label, language, tuple(shown[0]), tuple(shown[1]), is_name, (apart[0], apart[1]))


def _language(term: Term) -> str:
    return term.language.lower() if isinstance(term, Literal) else ""


def _is_functional(citations: Citations, predicate: Iri) -> bool:
    return bool(citations.graph.store.query(f"ASK {{ <{predicate.value}> a <{_FUNCTIONAL}> }}"))


def _shown(citations: Citations, statement: Statement) -> str:
    value = statement.triple.object
    text = f"“{value.value}”" if isinstance(value, Literal) else citations.label(value)
    quads = [Quad(*statement.triple, each.graph) for each in statement.citations] or [
        Quad(*statement.triple, None)
    ]
    place = next(iter(places_of(citations.graph, quads).values()), None)
    return f"{text} ({place.file} line {place.line})" if place else text
