"""`Matcher`: which things of a graph a name may be meant for, with types and values of properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.rdf.labels import ALIAS_RANK
from ogdkg.rdf.terms import RDFS, Iri, Literal, Term, to_ntriples
from ogdkg.reconciling.likeness import compared
from ogdkg.reconciling.names import Found, Name, NameTable
from ogdkg.reconciling.words import LONGEST, spelt
from ogdkg.search.indexed_names import IndexedNames
from ogdkg.search.labels import iri_of, iter_names, names_of_things
from ogdkg.search.things import things_of_class

_OF_PROPERTIES = 0.3  # of a score, where properties are given
_ALIKE = 90.0  # likeness of two values that count as one
_MOST_TYPES = 5
_MOST_LOOKED_UP = 300  # things of a large graph that share words with a name
_TYPES = "SELECT ?thing ?class { ?thing a ?class FILTER(isIRI(?thing) && isIRI(?class)) }"
_BROADER = f"SELECT ?class ?broader {{ ?class <{RDFS}subClassOf>+ ?broader FILTER(isIRI(?broader)) }}"
ANY, ALL, SHOULD = "any", "all", "should"
_OTHER_TYPE = 0.9  # of the score of a thing that is of none of the classes that come first
_VALUES = 100  # of a property of one thing that are compared


class Value(NamedTuple):
    """A value of a property in a question: a text, or the IRI of a thing."""

    text: str
    thing: Iri | None = None


class Condition(NamedTuple):
    """What a property of a thing should be: any of some values."""

    property: Iri
    values: tuple[Value, ...]
    is_required: bool = False
    is_none: bool = False  # whether it should be none of them
    is_all: bool = False  # whether it should be all of them


class Question(NamedTuple):
    """What is looked for: a name, classes, and values of properties.

    Attributes:
        strictness: Whether a thing has to be of any of the classes, of all, or of none of them, which then
            only come first.
    """

    name: str = ""
    types: tuple[Iri, ...] = ()
    conditions: tuple[Condition, ...] = ()
    most: int = 5
    strictness: str = ANY


class Candidate(NamedTuple):
    """A thing that may be meant.

    Attributes:
        thing: The thing.
        label: What it is called.
        score: From 0 to 100.
        is_sure: Whether it alone has the name, and no property says otherwise.
        types: Its classes.
        name: Which of its names is most like the one that was given.
        features: What the score is made of.
    """

    thing: Iri
    label: str
    score: float
    is_sure: bool
    types: tuple[Iri, ...]
    name: str
    features: Mapping[str, float | bool]


class Matcher:
    """Finds the things of a graph that names may be meant for.

    Args:
        graph: The graph, which changes no more.
        citations: Its citations, which know the labels.
    """

    def __init__(self, graph: Graph, citations: Citations | None = None) -> None:
        self.graph = graph
        self.citations = citations or Citations(graph)

    @property
    def is_offered(self) -> bool:
        """Whether the names are at hand: those on a server are not."""
        return not self.graph.options.endpoint

    def prepare(self) -> None:
        """Sort the names, before processes are forked that share them."""
        if self.is_offered and not self.graph.stored:
            self._table, self._types, self._broader  # noqa: B018
            self._table.find("x y")

    def candidates(self, question: Question) -> list[Candidate]:
        """Return the likeliest things, those first that are meant most likely."""
        found = self._named(question) if question.name else self._with_values(question)
        candidates = [each for one in found if (each := self._candidate(one, question))]
        candidates.sort(key=lambda each: -each.score)
        return _with_sureness(candidates, found)[: question.most]

    def types_of(self, thing: Iri) -> tuple[Iri, ...]:
        """Return the classes of a thing, the most special first."""
        found = self._types.get(thing, ()) if not self.graph.stored else self._looked_up(thing)
        own = set(found)
        general = {broader for each in own for broader in self._broader.get(each, ())}
        return tuple(sorted(own, key=lambda each: (each in general, each.value)))[:_MOST_TYPES]

    def is_of(self, thing: Iri, types: Iterable[Iri]) -> bool:
        """Return whether a thing is of any of some classes, or of narrower ones."""
        wanted = set(types)
        own = self._types.get(thing, ()) if not self.graph.stored else self._looked_up(thing)
        return any(each in wanted or not wanted.isdisjoint(self._broader.get(each, ())) for each in own)

    def knows(self, thing: Iri) -> bool:
        """Return whether something is a thing that may be meant."""
        return thing in self._types if not self.graph.stored else bool(self._looked_up(thing))

    def broader(self, of: Iri) -> frozenset[Iri]:
        """Return the classes that a class is narrower than."""
        return self._broader.get(of, frozenset())

    @cached_property
    def classes(self) -> Mapping[Iri, int]:
        """The classes of things with the number of their things, the largest first."""
        if self.graph.stored:
            rows = self.graph.select("SELECT DISTINCT ?class { ?thing a ?class }", name="classes")
            return {row[0]: 0 for row in rows if isinstance(row[0], Iri)}
        counts: dict[Iri, int] = {}
        for found in self._types.values():
            for each in found:
                counts[each] = counts.get(each, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].value)))

    # -- names ----------------------------------------------------------------------

    def _named(self, question: Question) -> list[Found]:
        name = question.name[:LONGEST].strip()

        def is_wanted(thing: Iri) -> bool:
            return self._is_wanted(thing, question)

        found = self._named_table(name).find(name, is_wanted)
        given = self._given(name)
        if given and is_wanted(given):
            others = [each for each in found if each.thing != given]
            return [
                Found(given, name, 100.0, is_same=True, is_label=True),
                *(each._replace(is_same=False) for each in others),
            ]
        return found

    def _is_wanted(self, thing: Iri, question: Question) -> bool:
        if not question.types or question.strictness == SHOULD:
            return True
        if question.strictness == ALL:
            return all(self.is_of(thing, [each]) for each in question.types)
        return self.is_of(thing, question.types)

    def _given(self, name: str) -> Iri | None:
        """The thing whose IRI or CURIE a name is."""
        try:
            given = iri_of(name, self.graph.project.prefixes)
        except OgdkgError:
            return None
        return given if given and self.knows(given) else None

    def _named_table(self, name: str) -> NameTable:
        """The names to look in: all, or of a large graph those that share a word with the name."""
        names = self.citations.names
        if not isinstance(names, IndexedNames):
            return self._table
        found = dict.fromkeys((*names.candidates(name), *names.things_like(name, _MOST_LOOKED_UP)))
        for word in sorted(spelt(name), key=len, reverse=True):
            if len(found) < _MOST_LOOKED_UP and len(word) > 2:
                found |= dict.fromkeys(names.things_with_word(word)[:_MOST_LOOKED_UP])
        store, project = self.graph.store, self.graph.project
        few = names_of_things(store, list(found)[:_MOST_LOOKED_UP], project.prefixes, project.languages)
        others = ((alias, thing) for alias in few.aliases() for thing in few.candidates(alias))
        labels = (Name(thing, label) for thing, label in few.labels.items())
        return NameTable((*labels, *(Name(thing, alias, ALIAS_RANK) for alias, thing in others)))

    @cached_property
    def _table(self) -> NameTable:
        return NameTable(
            Name(thing, name, rank)
            for thing, name, rank, _ in iter_names(self.graph.store)
            if thing in self._types and name.strip()
        )

    @cached_property
    def _types(self) -> Mapping[Iri, tuple[Iri, ...]]:
        """The classes of each thing."""
        things = set(things_of_class(self.graph, None))
        found: dict[Iri, list[Iri]] = {}
        for thing, of in self.graph.select(_TYPES, name="types", limited=False):
            if isinstance(thing, Iri) and isinstance(of, Iri) and thing in things:
                found.setdefault(thing, []).append(of)
        return {thing: tuple(dict.fromkeys(classes)) for thing, classes in found.items()}

    @cached_property
    def _broader(self) -> Mapping[Iri, frozenset[Iri]]:
        found: dict[Iri, set[Iri]] = {}
        for of, broader in self.graph.select(_BROADER, name="broader", limited=False):
            if isinstance(of, Iri) and isinstance(broader, Iri) and of != broader:
                found.setdefault(of, set()).add(broader)
        return {of: frozenset(classes) for of, classes in found.items()}

    def _looked_up(self, thing: Iri) -> tuple[Iri, ...]:
        rows = self.graph.select(f"SELECT DISTINCT ?class {{ {to_ntriples(thing)} a ?class }}", name="types")
        return tuple(row[0] for row in rows if isinstance(row[0], Iri))

    # -- properties -----------------------------------------------------------------

    def _candidate(self, found: Found, question: Question) -> Candidate | None:
        """The candidate that a thing makes; None where it lacks what is required."""
        features: dict[str, float | bool] = {"name": found.score} if question.name else {}
        met = 0.0
        is_fit = True
        for number, each in enumerate(question.conditions, 1):
            part = self._met(found.thing, each)
            if part < 1 and each.is_required:
                return None
            met, is_fit = met + part, is_fit and part == 1
            features[f"property {number}"] = round(100 * part, 1)
        score = found.score
        if question.conditions:
            part = 100 * met / len(question.conditions)
            score = (1 - _OF_PROPERTIES) * score + _OF_PROPERTIES * part if question.name else part
        features["same name"] = found.is_same
        types = self.types_of(found.thing)
        if question.types:
            features["type"] = is_of = self.is_of(found.thing, question.types)
            score, is_fit = score * (1 if is_of else _OTHER_TYPE), is_fit and is_of
        label = self.citations.label(found.thing)
        return Candidate(
            found.thing, label, round(score, 1), found.is_same and is_fit, types, found.name, features
        )

    def _met(self, thing: Iri, condition: Condition) -> float:
        """How far the values of a thing are those that are asked for, from 0 to 1."""
        values = list(self.values(thing, condition.property))
        parts = [
            max((self._alike(value, each) for value in values), default=0.0) for each in condition.values
        ]
        if condition.is_none:
            return 0.0 if any(part == 1 for part in parts) else 1.0
        return (min if condition.is_all else max)(parts, default=0.0)

    def values(self, thing: Iri, prop: Iri, most: int = _VALUES) -> Iterator[Term]:
        """Iterate the values of a property of a thing, each once."""
        query = f"SELECT DISTINCT ?value {{ {to_ntriples(thing)} {to_ntriples(prop)} ?value }} LIMIT {most}"
        return (row[0] for row in self.graph.select(query, name="values") if row[0] is not None)

    def _alike(self, value: Term, wanted: Value) -> float:
        """How alike a value is to one that is asked for: the same thing, or the same text or name."""
        if wanted.thing is not None:
            return float(value == wanted.thing)
        texts = [value.value] if isinstance(value, Literal) else []
        if isinstance(value, Iri):
            texts = [value.value, self.citations.label(value), *self.names_of(value)]
        best = max((compared(wanted.text, text, lambda word: 1.0).score for text in texts), default=0.0)
        return 1.0 if best >= _ALIKE else best / 100 if best > 70 else 0.0

    def names_of(self, thing: Iri) -> Sequence[str]:
        """Return all names of a thing; none of a large graph."""
        if self.graph.stored:
            return ()
        return self._names_by_thing.get(thing, ())

    @cached_property
    def _names_by_thing(self) -> Mapping[Iri, list[str]]:
        found: dict[Iri, list[str]] = {}
        for thing, name, _, _ in iter_names(self.graph.store):
            found.setdefault(thing, []).append(name)
        return found

    def _with_values(self, question: Question) -> list[Found]:
        """The things with any of the values, where no name is given: only values that are things or exact."""
        found: dict[Iri, None] = {}
        for each in question.conditions:
            terms = [
                to_ntriples(value.thing) if value.thing else to_ntriples(Literal(value.text))
                for value in each.values
            ]
            where = f"?thing {to_ntriples(each.property)} ?value FILTER(isIRI(?thing))"
            if any(value.thing is None for value in each.values):
                lines = ", ".join(f"STR({term})" for term in terms)
                where += f" FILTER(STR(?value) IN ({lines}))"
            else:
                where += f" VALUES ?value {{ {' '.join(terms)} }}"
            rows = self.graph.select(
                f"SELECT DISTINCT ?thing {{ {where} }} LIMIT {_MOST_LOOKED_UP}", name="values"
            )
            found |= dict.fromkeys(row[0] for row in rows if isinstance(row[0], Iri))
        wanted = (thing for thing in found if self._is_wanted(thing, question))
        return [Found(thing, "", 0.0, is_same=False, is_label=False) for thing in wanted if self.knows(thing)]


def _with_sureness(candidates: list[Candidate], found: Sequence[Found]) -> list[Candidate]:
    """Leave only the first candidate sure, and that only where no other has its name as well."""
    by_thing = {each.thing: each for each in found}
    same = [each for each in candidates if each.is_sure]
    sure: Iri | None = None
    if same and same[0] is candidates[0]:
        best = by_thing[same[0].thing]
        rivals = [
            each
            for each in map(by_thing.__getitem__, (one.thing for one in same[1:]))
            if (each.score, each.is_label) >= (best.score, best.is_label)
        ]
        sure = None if rivals else best.thing
    return [each._replace(is_sure=each.thing == sure) for each in candidates]
