"""Hints on how to fix a result: the allowed values, the nearest known name, the missing line.

A hint comes from the parameters of the source shape; not every component has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from ogdkg.errors import nearest
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH, XSD
from ogdkg.validation.data.graph import DataGraph, decode_term
from ogdkg.validation.report.names import DisplayNames

MAX_LISTED = 8
MAX_RELATED = 20  # values whose places are told
SIMILARITY = 0.8  # of 1: the similarity from which a name is taken for a misspelling
PLACEHOLDERS = {
    XSD.string: '"…"', RDF.langString: '"…"@en', XSD.integer: "0", XSD.decimal: "0.0", XSD.boolean: "true",
    XSD.date: '"2000-01-01"^^xsd:date', XSD.anyURI: '"https://…"^^xsd:anyURI',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint, and a line ready to paste."""

    hint: str | None = None
    paste: str | None = None
    related: tuple[Term, ...] = ()


class Adviser:
    """Gives advice on results of one validation."""

    def __init__(self, shapes: Shapes, graph: DataGraph, names: DisplayNames) -> None:
        self.shapes = shapes
        self.graph = graph
        self.names = names

    def on(self, result: Result) -> Advice:
        """The advice on a result."""
        give = _ADVICE.get(result.component)
        return give(self, result) if give else Advice()

    def on_language(self, result: Result, number: int) -> Advice:
        """The advice on one of the results of sh:uniqueLang at a focus node: on its language."""
        groups = self.same_language(result)
        if number >= len(groups):
            return Advice("Keep one value per language.")
        values = groups[number]
        return Advice("Keep one of these values, or correct a language tag.", related=tuple(values))

    def same_language(self, result: Result) -> list[list[Term]]:
        """The values that have a language in common, https://www.w3.org/TR/shacl/#UniqueLangConstraintComponent."""
        by_tag: dict[str, list[Term]] = {}
        for value in self._values(result):
            if isinstance(value, Literal) and value.language:
                by_tag.setdefault(value.language.lower(), []).append(value)
        return [sorted(by_tag[tag], key=str) for tag in sorted(by_tag) if len(by_tag[tag]) > 1]

    def _values(self, result: Result) -> list[Term]:
        """The values at the path of a result, as far as a query can ask for them."""
        if isinstance(result.path, NamedNode):
            found = (t.object for t in self.graph.triples(result.focus, result.path))
            return sorted(found, key=self.names.blank.order)
        path = sparql_path(self.shapes, result.path) if result.path else None
        if path is None or not isinstance(result.focus, NamedNode):
            return []
        rows = self.graph.query(f"SELECT DISTINCT ?v WHERE {{ {result.focus} {path} ?v }}")
        return sorted((decode_term(row["v"]) for row in rows), key=self.names.blank.order)

    def _among(self, result: Result) -> Advice:
        head = self.shapes.value(result.shape, SH["in"])
        members = self.shapes.items(head) if head else []
        return Advice(_sentence("Allowed", self._listed(members), self._nearest(result.value, members)))

    def _class(self, result: Result) -> Advice:
        wanted = self.shapes.value(result.shape, SH["class"])
        if not wanted or not isinstance(result.value, NamedNode):
            return Advice(wanted and f"Use an instance of the class {self.names.of(wanted)}.")
        if near := self._misspelled_instance(result.value, wanted):
            return Advice(f"The data do not describe it. Did you mean {near}?")
        return Advice(
            f"It must be an instance of the class {self.names.of(wanted)}.",
            f"{self.names.short(result.value)} a {self.names.short(wanted)} .",
        )

    def _misspelled_instance(self, thing: NamedNode, wanted: NamedNode) -> str | None:
        """The instance of the class most similar to one that the data do not describe."""
        if any(self.graph.triples(thing)):
            return None
        return self._nearest(thing, [triple.subject for triple in self.graph.triples(None, RDF.type, wanted)])

    def _missing(self, result: Result) -> Advice:
        if not isinstance(result.path, NamedNode):
            return Advice()
        subject, predicate = self.names.short(result.focus), self.names.short(result.path)
        near = self._misspelled_property(result.focus, result.path)
        return Advice(
            f"Add {self.names.of(result.path)}."
            + (f" Is {near} a misspelling of {predicate}?" if near else ""),
            f"{subject} {predicate} {self._placeholder(result.shape)} .",
        )

    def _misspelled_property(self, focus: Term, path: NamedNode) -> str | None:
        """A property of the focus node that is similar to the missing one, and that no shape has as path."""
        said = {triple.predicate for triple in self.graph.triples(focus)} - self._paths
        near = nearest(self.names.short(path), map(self.names.short, said), 1, SIMILARITY)
        return near[0] if near else None

    @cached_property
    def _paths(self) -> set[Term]:
        """The properties that are a path of a shape."""
        return {each for said in self.shapes.about.values() for each in said.get(SH.path, ())}

    def _has_value(self, result: Result) -> Advice:
        wanted = self.shapes.values(result.shape, SH.hasValue)
        if not wanted or not isinstance(result.path, NamedNode):
            return Advice()
        said = ", ".join(self.names.short(each) for each in wanted)
        line = f"{self.names.short(result.focus)} {self.names.short(result.path)} {said} ."
        return Advice(f"It must have {', '.join(map(self.names.of, wanted))}.", line)

    def _too_many(self, result: Result) -> Advice:
        most = self.shapes.value(result.shape, SH.maxCount)
        values = self._values(result)
        if not most or not values:
            return Advice()
        verb = "Remove " if most.value == "0" else f"Keep {most.value} of: "
        return Advice(f"{verb}{self._listed(values)}.", related=tuple(values[:MAX_RELATED]))

    def _datatype(self, result: Result) -> Advice:
        wanted = self.shapes.value(result.shape, SH.datatype)
        if not wanted or not isinstance(result.value, Literal):
            return Advice(wanted and f"Use a literal of the datatype {self.names.short(wanted)}.")
        if wanted == RDF.langString:
            return Advice("Add a language tag.", f"{Literal(result.value.value)}@en")
        if wanted == result.value.datatype:
            return Advice(f"This is not a valid {self.names.short(wanted)}; correct the value.")
        return Advice(
            f"Its datatype must be {self.names.short(wanted)}.",
            f"{Literal(result.value.value)}^^{self.names.short(wanted)}",
        )

    def _closed(self, result: Result) -> Advice:
        paths = [self.shapes.value(each, SH.path) for each in self.shapes.values(result.shape, SH.property)]
        allowed = [path for path in paths if isinstance(path, NamedNode)]
        return Advice(
            _sentence("Allowed properties", self._listed(allowed), self._nearest(result.path, allowed))
        )

    def _languages(self, result: Result) -> Advice:
        head = self.shapes.value(result.shape, SH.languageIn)
        members = self.shapes.items(head) if head else []
        return Advice(f"Allowed languages: {', '.join(member.value for member in members)}.")

    def _listed(self, members: Sequence[Term]) -> str:
        named = [self._both(member) for member in members[:MAX_LISTED]]
        more = len(members) - len(named)
        return ", ".join(named) + (f" and {more} more" if more > 0 else "")

    def _both(self, term: Term) -> str:
        name, short = self.names.of(term), self.names.short(term)
        return short if name == short else f"{short} ({name})"

    def _nearest(self, value: Term | None, members: Sequence[Term]) -> str | None:
        """The member most similar to a value, by its label or by its short form."""
        if value is None:
            return None
        spelled = {
            text: member for member in members for text in (self.names.short(member), self.names.of(member))
        }
        for text in (self.names.short(value), self.names.of(value)):
            if near := nearest(text, spelled, 1):
                return self.names.short(spelled[near[0]])
        return None

    def _placeholder(self, shape: Term) -> str:
        """An example value that fits the shape."""
        head = self.shapes.value(shape, SH["in"])
        if head:
            return self.names.short(self.shapes.items(head)[0])
        datatype = self.shapes.value(shape, SH.datatype)
        if datatype:
            return PLACEHOLDERS.get(datatype, f'"…"^^{self.names.short(datatype)}')
        if self.shapes.value(shape, SH.uniqueLang) or self.shapes.value(shape, SH.languageIn):
            return PLACEHOLDERS[RDF.langString]
        wanted = self.shapes.value(shape, SH["class"])
        return f"<…>  # of the class {self.names.short(wanted)}" if wanted else "…"


def _sentence(what: str, listed: str, nearest: str | None) -> str:
    return f"{what}: {listed}." + (f" Did you mean {nearest}?" if nearest else "")


def _quoting(parameter: NamedNode, words: str) -> Callable[[Adviser, Result], Advice]:
    """Advice that only quotes a parameter."""

    def advise(adviser: Adviser, result: Result) -> Advice:
        value = adviser.shapes.value(result.shape, parameter)
        return Advice(words.format(adviser.names.short(value))) if value else Advice()

    return advise


_ADVICE: dict[NamedNode, Callable[[Adviser, Result], Advice]] = {
    SH.InConstraintComponent: Adviser._among,
    SH.ClassConstraintComponent: Adviser._class,
    SH.MinCountConstraintComponent: Adviser._missing,
    SH.HasValueConstraintComponent: Adviser._has_value,
    SH.MaxCountConstraintComponent: Adviser._too_many,
    SH.DatatypeConstraintComponent: Adviser._datatype,
    SH.ClosedConstraintComponent: Adviser._closed,
    SH.LanguageInConstraintComponent: Adviser._languages,
    SH.PatternConstraintComponent: _quoting(SH.pattern, "It must match {}."),
    SH.NodeKindConstraintComponent: _quoting(SH.nodeKind, "The node kind must be {}."),
    SH.MinLengthConstraintComponent: _quoting(SH.minLength, "Use at least {} characters."),
    SH.MaxLengthConstraintComponent: _quoting(SH.maxLength, "Use at most {} characters."),
    SH.MinInclusiveConstraintComponent: _quoting(SH.minInclusive, "It must be {} or more."),
    SH.MinExclusiveConstraintComponent: _quoting(SH.minExclusive, "It must be greater than {}."),
    SH.MaxInclusiveConstraintComponent: _quoting(SH.maxInclusive, "It must be {} or less."),
    SH.MaxExclusiveConstraintComponent: _quoting(SH.maxExclusive, "It must be less than {}."),
    SH.LessThanConstraintComponent: _quoting(SH.lessThan, "It must be less than the value of {}."),
    SH.LessThanOrEqualsConstraintComponent: _quoting(
        SH.lessThanOrEquals, "It must not be greater than the value of {}."
    ),
    SH.EqualsConstraintComponent: _quoting(SH.equals, "The values must equal those of {}."),
    SH.DisjointConstraintComponent: _quoting(SH.disjoint, "It must not also be a value of {}."),
}
