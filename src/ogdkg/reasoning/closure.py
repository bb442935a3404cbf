"""What follows from the statements of a store: derived, explained, and where it contradicts itself.

The work is done in a process that can be stopped, on numbers for terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ogdkg.lean import NamedTuple
from ogdkg.rdf.datatypes import INTEGERS
from ogdkg.rdf.terms import OWL, RDF, RDFS, Iri, Literal, Quad, Term, Triple
from ogdkg.reasoning.engine import Engine, Proof
from ogdkg.reasoning.regimes import MEMBER, ONE, REGIMES, REPEATED, ZERO, rows_of
from ogdkg.reasoning.rules import Fact
from ogdkg.reasoning.values import are_different, is_of
from ogdkg.sandbox.limits import without_collection
from ogdkg.store.base import Store
from ogdkg.store.limit import derived_by_rules

_TYPE, _SAME = RDF + "type", OWL + "sameAs"
_ABOVE = RDFS + "subClassOf"
_REFLEXIVE = (_ABOVE, RDFS + "subPropertyOf", OWL + "equivalentClass", OWL + "equivalentProperty")
_OF_CLASSES = (_TYPE, _ABOVE, RDFS + "domain", RDFS + "range")
_TOP = (OWL + "Thing", RDFS + "Resource")
_MOST = (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")
_NOTES = (Iri(MEMBER), Iri(REPEATED))
_BATCH = 10_000


class Step(NamedTuple):
    """A rule that was applied.

    Attributes:
        regime: The name of its regime.
        rule: Its name in the specification.
        says: What it says, in words.
        premises: What it was applied to.
    """

    regime: str
    rule: str
    says: str
    premises: tuple[Triple, ...]


class Closure(NamedTuple):
    """What follows, each triple with the step that first made it, and the contradictions that were met."""

    steps: dict[Triple, Step]
    contradictions: list[Step]


def derived(store: Store, regime: str, graph: Iri, seconds: float | None) -> Iterator[Triple]:
    """Yield what follows from the statements of a store but those of one graph.

    What is true of everything is left out: that a class is below itself, that a thing is of owl:Thing.

    Args:
        store: The store.
        regime: `rdfs` or `owlrl`.
        graph: The graph for what follows, whose statements are not read.
        seconds: The time limit; None is none.

    Raises:
        LimitError: Too much follows, or it takes too long.
    """
    work = _Work(store, regime, graph)
    for kind, batch in work.done(seconds, with_proofs=False):
        if kind == "triples":
            yield from (work.triple(fact) for fact in batch)


def closure(store: Store, regime: str, graph: Iri, seconds: float | None) -> Closure:
    """Return what follows with its reasons; the arguments are those of `derived`."""
    work, rows = _Work(store, regime, graph), rows_of(regime)
    found = Closure({}, [])

    def step(number: int, premises: Iterable[Fact]) -> Step:
        stated = tuple(work.triple(fact) for fact in premises if work.is_shown(fact))
        return Step(REGIMES[regime], rows[number].name, rows[number].says, stated)

    for kind, batch in work.done(seconds, with_proofs=True):
        if kind == "steps":
            for fact, number, premises in batch:
                found.steps[work.triple(tuple(fact))] = step(number, premises)
        elif kind == "contradictions":
            found.contradictions.extend(step(number, premises) for number, premises in batch)
    return found


class _Work:
    """The statements of a store as facts about numbers."""

    def __init__(self, store: Store, regime: str, graph: Iri) -> None:
        self._regime = regime
        self._terms: list[Term] = []
        self._numbers: dict[Term, int] = {}
        self._rows: dict[str, int] = {}
        quads = (quad for quad in store.quads() if quad.graph != graph)
        self._facts: dict[Fact, None] = dict.fromkeys(map(self._fact, quads))
        self._shown: dict[Fact, Fact] = {}  # facts that stand for others
        self._add_counts()

    def _number(self, term: Term) -> int:
        number = self._numbers.setdefault(term, len(self._terms))
        if number == len(self._terms):
            self._terms.append(term)
        return number

    def _number_of(self, text: str) -> int:
        """The number of a term of the rules."""
        value, _, datatype = text.partition("^^")
        return self._number(Literal(value.strip('"'), datatype.strip("<>")) if datatype else Iri(text))

    def _fact(self, quad: Quad) -> Fact:
        return self._number(quad.subject), self._number(quad.predicate), self._number(quad.object)

    def triple(self, fact: Fact) -> Triple:
        """The triple of a fact."""
        subject, predicate, value = (self._terms[number] for number in self._shown.get(fact, fact))
        return Triple(subject, predicate, value)  # type: ignore[arg-type]  # only facts that are triples

    def is_shown(self, fact: Fact) -> bool:
        """Whether a fact is a triple of RDF, and not a note of ours."""
        return not isinstance(self._terms[fact[0]], Literal) and self._terms[fact[1]] not in _NOTES

    def _add_counts(self) -> None:
        """Add limits of 0 and 1 as the rules write them, of whichever integer type the data have them."""
        limits = {self._number(Iri(name)) for name in _MOST}
        for fact in [each for each in self._facts if each[1] in limits]:
            value = self._terms[fact[2]]
            number = value.value.lstrip("+0") if isinstance(value, Literal) else ""
            if isinstance(value, Literal) and value.datatype in INTEGERS and number in ("", "1"):
                same = (*fact[:2], self._number_of(ONE if number else ZERO))
                self._shown[same] = fact
                self._facts[same] = None

    def _types_of_literals(self) -> Iterator[Fact]:
        """The datatypes of literals (dt-type2), as far as a rule asks for them: in owl:someValuesFrom."""
        some, kind = self._number(Iri(OWL + "someValuesFrom")), self._number(Iri(_TYPE))
        datatypes = {fact[2]: self._terms[fact[2]] for fact in self._facts if fact[1] == some}
        literals = {n: term for n, term in enumerate(self._terms) if datatypes and isinstance(term, Literal)}
        for number, datatype in datatypes.items():
            if isinstance(datatype, Iri):
                yield from ((n, kind, number) for n, term in literals.items() if is_of(term, datatype.value))

    def _judge(self) -> Callable[[Fact], bool | None]:
        """Return what tells whether a fact is kept, or None where it contradicts what literals are."""
        terms, same, kind = self._terms, self._number(Iri(_SAME)), self._number(Iri(_TYPE))
        literals = {number: term for number, term in enumerate(terms) if isinstance(term, Literal)}

        def judge(fact: Fact) -> bool | None:
            subject, predicate, value = fact
            if predicate == same:
                if subject in literals and value in literals:
                    return None if are_different(literals[subject], literals[value]) else False
                return subject != value
            if predicate == kind and subject in literals:
                datatype = terms[value]
                wrong = isinstance(datatype, Iri) and is_of(literals[subject], datatype.value) is False
                return None if wrong else True
            return isinstance(terms[predicate], Iri)

        return judge

    def _hidden(self) -> Callable[[Fact], bool]:
        """Return what tells whether a fact is no triple of RDF, or true of everything."""

        def number(name: str) -> int:
            return self._number(Iri(name))

        literals = {n for n, term in enumerate(self._terms) if isinstance(term, Literal)}
        reflexive, tops = set(map(number, _REFLEXIVE)), set(map(number, _TOP))
        to_tops, above = set(map(number, _OF_CLASSES)), number(_ABOVE)
        notes = {self._number(each) for each in _NOTES}
        nothing = number(OWL + "Nothing")

        def hidden(fact: Fact) -> bool:
            subject, predicate, value = fact
            return (
                subject in literals
                or predicate in notes
                or (value in tops and predicate in to_tops)
                or (subject == value and predicate in reflexive)
                or (subject == nothing and predicate == above)
            )

        return hidden

    def done(self, seconds: float | None, *, with_proofs: bool) -> Iterator[tuple[str, Any]]:
        """Yield what follows, in batches of facts or of steps, then the contradictions."""
        rows = rows_of(self._regime)
        places = {row: place for place, row in enumerate(rows)}
        for text in (text for row in rows for each in (*row.body, *row.head) for text in each):
            if ":" in text:
                self._number_of(text)  # before it forks
        engine = Engine(rows, self._number_of, self._judge())
        hidden = self._hidden()

        def told(fact: Fact, proof: Proof) -> Any:
            return [fact, places.get(proof[0], 0), proof[1]] if with_proofs else fact

        def work(send: Callable[[str, Any], None]) -> None:
            send("at", REGIMES[self._regime])
            with without_collection():  # facts form no cycles
                engine.run([*self._facts, *self._types_of_literals()])
            kept = [told(fact, proof) for fact, proof in engine.derived if not hidden(fact)]
            for start in range(0, len(kept), _BATCH):
                send("derived", ["steps" if with_proofs else "triples", kept[start : start + _BATCH]])
            against = [[places.get(row, 0), premises] for row, premises in engine.contradictions.values()]
            send("derived", ["contradictions", against])

        yield from derived_by_rules(work, seconds, seconds)
