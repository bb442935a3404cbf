"""Hints on how to fix a result: the allowed values, the nearest known name, the missing line.

A hint comes from the parameters of the source shape; not every component has one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.errors import nearest
from ogdkg.rdf.datatypes import is_well_typed, unknown_datatype
from ogdkg.rdf.terms import is_iri
from ogdkg.text.slips import with_scheme
from ogdkg.validation.core.paths import follow, path_at
from ogdkg.validation.core.results import Fix, Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.fits import fits
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.near_terms import ONE_LETTER, misspelt

_WHOLE_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|mailto:|tel:|urn:", re.IGNORECASE)
MAX_LISTED = 8
MAX_LANGUAGES = 50
MAX_COMPARED = 300_000  # words in a report: results times allowed values may be very many
MAX_RELATED = 20  # values whose places are told


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint, and a line ready to paste."""

    hint: str | None = None
    paste: str | None = None
    related: tuple[Term, ...] = ()
    fixes: tuple[Fix, ...] = ()


class Adviser:
    """Gives advice on results of one validation."""

    def __init__(self, shapes: Shapes, graph: DataGraph, names: DisplayNames) -> None:
        self.shapes = shapes
        self.graph = graph
        self.names = names
        self._may_compare = MAX_COMPARED
        self._spelled: dict[
            tuple[Term, Term], Mapping[str, Term]
        ] = {}  # what may be written instead, by what names it
        self._members: dict[Term, Sequence[Term]] = {}
        self._held: dict[tuple[Term, Term | None], list[Term]] = {}
        self._sharing: dict[tuple[Term, Term | None], list[list[Term]]] = {}

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
        key = result.focus, result.path
        if key not in self._sharing:
            by_tag: dict[str, list[Term]] = {}
            for value in self._values(result):
                if isinstance(value, Literal) and value.language:
                    by_tag.setdefault(value.language.lower(), []).append(value)
            self._sharing[key] = [by_tag[tag] for tag in sorted(by_tag) if len(by_tag[tag]) > 1]
        return self._sharing[key]

    def _values(self, result: Result) -> list[Term]:
        """The values at the path of a result; many results may ask."""
        key = result.focus, result.path
        if key not in self._held:
            self._held[key] = self._values_of(result)
        return self._held[key]

    def _values_of(self, result: Result) -> list[Term]:
        if isinstance(result.path, NamedNode):
            found = (t.object for t in self.graph.triples(result.focus, result.path))
            return sorted(found, key=self.names.blank.order)
        path = path_at(self.shapes, result.path) if result.path else None
        if path is None or not isinstance(result.focus, NamedNode):
            return []
        return sorted(follow(path, result.focus, self._step), key=self.names.blank.order)

    def _step(self, predicate: NamedNode, node: Term, back: bool) -> Iterator[Term]:
        pattern = (None, predicate, node) if back else (node, predicate)
        yield from (each.subject if back else each.object for each in self.graph.triples(*pattern))

    def _among(self, result: Result) -> Advice:
        members = self._items(result.shape, SH["in"])
        if not members:  # the shapes are not here, or allow nothing
            return Advice()
        near = self._nearest(result.value, (result.shape, SH["in"]), members)
        hint = _sentence("Allowed", self._listed(members), near)
        return self._replacing(result, hint, self._misspelt(result.value, members))

    def _misspelt(self, value: Term | None, known: Sequence[Term]) -> NamedNode | None:
        """The one known IRI that an IRI is a misspelling of."""
        if not isinstance(value, NamedNode) or self._may_compare <= 0:
            return None
        self._may_compare -= len(known)
        return misspelt(value.value, [each for each in known if isinstance(each, NamedNode)], ONE_LETTER)

    def _replacing(self, result: Result, hint: str | None, term: NamedNode | Literal | None) -> Advice:
        """Advice to put a term in the place of the value at fault."""
        if term is None:
            return Advice(hint)
        triple = _triple(result)
        return Advice(hint, self.names.pasted(term), fixes=(Fix(triple, term),) if triple else ())

    def _class(self, result: Result) -> Advice:
        wanted = self.shapes.value(result.shape, SH["class"])
        if not wanted or not isinstance(result.value, NamedNode):
            return Advice(wanted and f"Use an instance of the class {self.names.of(wanted)}.")
        if any(self.graph.triples(result.value)):
            return self._of_class(result.value, wanted)
        if wanted not in self._members:
            self._members[wanted] = self.graph.instances(wanted)
        instances = self._members[wanted]
        if near := self._nearest(result.value, (wanted, SH["class"]), instances):
            hint = f"The data do not describe it. Did you mean {near}?"
            return self._replacing(result, hint, self._misspelt(result.value, instances))
        return Advice(
            f"The data do not describe it. It must be an instance of the class {self.names.of(wanted)}."
        )

    def _of_class(self, value: NamedNode, wanted: NamedNode) -> Advice:
        """Advice on a node that is described; one with a class may be the wrong node, so it gets no line."""
        hint = f"It must be an instance of the class {self.names.of(wanted)}."
        kinds = [triple.object for triple in self.graph.triples(value, RDF.type)]
        for kind in kinds:
            if isinstance(kind, NamedNode) and misspelt(kind.value, [wanted]):
                return Advice(f"{hint} Is {self.names.short(kind)} a misspelling of it?")
        line = f"{self.names.pasted(value)} a {self.names.pasted(wanted)} ."
        return Advice(hint, None if kinds else line)

    def _missing(self, result: Result) -> Advice:
        if not isinstance(result.path, NamedNode):
            return Advice()
        kind = self._wanted(result.shape)
        hint = f"Add {self.names.of(result.path)}{f', {kind}' if kind else ''}."
        near = self._misspelled_property(result.focus, result.path)
        if near is not None:
            named, predicate = self.names.short(near), self.names.short(result.path)
            triples = self.graph.triples(result.focus, near)
            fixes = tuple(Fix(triple, result.path, at_predicate=True) for triple in triples)
            return Advice(f"{hint} Is {named} a misspelling of {predicate}?", fixes=fixes)
        only = self._only_value(result.shape)
        return Advice(hint, self._line(result.focus, result.path, [only]) if only is not None else None)

    def _wanted(self, shape: Term) -> str | None:
        """What the values of a shape must be, in a few words."""
        if members := self._items(shape, SH["in"]):
            return f"one of {self._listed(members)}" if len(members) > 1 else self._both(members[0])
        datatype = self.shapes.value(shape, SH.datatype)
        if datatype == RDF.langString or (datatype is None and self.shapes.values(shape, SH.languageIn)):
            return "a text with a language tag"
        if datatype:
            return f"a value of the datatype {self.names.short(datatype)}"
        wanted = self.shapes.value(shape, SH["class"])
        return f"an instance of the class {self.names.short(wanted)}" if wanted else None

    def _only_value(self, shape: Term) -> Term | None:
        """The value that a shape leaves no choice but to have."""
        known = self.shapes.values(shape, SH.hasValue) or self._items(shape, SH["in"])
        return known[0] if len(known) == 1 else None

    def _line(self, focus: Term, path: NamedNode, values: Sequence[Term]) -> str:
        """A line that adds values; without a subject where it goes between the brackets of a blank node."""
        said = f"{self.names.pasted(path)} {', '.join(map(self.names.pasted, values))}"
        if isinstance(focus, BlankNode) and not self.names.blank.label(focus):
            return f"{said} ;"
        return f"{self.names.pasted(focus)} {said} ."

    def _misspelled_property(self, focus: Term, path: NamedNode) -> NamedNode | None:
        """The property of the focus node that is a misspelling of the missing one, and of no shape."""
        triples = list(islice(self.graph.triples(focus), max(0, self._may_compare)))
        self._may_compare -= len(triples)
        said = {triple.predicate for triple in triples} - self._paths
        return misspelt(path.value, sorted(said, key=str))

    @cached_property
    def _paths(self) -> set[Term]:
        """The properties that are a path of a shape."""
        return {each for said in self.shapes.about.values() for each in said.get(SH.path, ())}

    def _has_value(self, result: Result) -> Advice:
        wanted = self.shapes.values(result.shape, SH.hasValue)
        if not wanted or not isinstance(result.path, NamedNode):
            return Advice()
        more = f" and {len(wanted) - MAX_LISTED} more" if len(wanted) > MAX_LISTED else ""
        wanted = wanted[:MAX_LISTED]  # each of them is a result of its own
        missing = [each for each in wanted if not any(self.graph.triples(result.focus, result.path, each))]
        line = self._line(result.focus, result.path, missing) if missing else None
        return Advice(f"It must have {', '.join(map(self.names.of, wanted))}{more}.", line)

    def _too_many(self, result: Result) -> Advice:
        most = self.shapes.value(result.shape, SH.maxCount)
        values = self._values(result)
        if not most or not values:
            return Advice()
        verb = "Remove " if most.value == "0" else f"Keep {most.value} of: "
        return Advice(f"{verb}{self._listed(values)}.", related=tuple(values[:MAX_RELATED]))

    def _datatype(self, result: Result) -> Advice:
        wanted, value = self.shapes.value(result.shape, SH.datatype), result.value
        if not wanted or not isinstance(value, Literal):
            return Advice(wanted and f"Use a literal of the datatype {self.names.short(wanted)}.")
        if wanted == RDF.langString:
            return Advice("Add a language tag.")
        named = self.names.short(wanted)
        if wanted == value.datatype:
            return Advice(f"This is not a valid {named}; correct the value.")
        hint = f"{_no_datatype(value)}Its datatype must be {named}."
        typed = Literal(value.value, datatype=wanted)
        if not fits(typed, result.shape, self.shapes):
            invalid = not is_well_typed(value.value, wanted.value)
            return Advice(
                f"{hint} {self.names.short(Literal(value.value))} is not one: correct the value."
                if invalid
                else hint
            )
        advice = self._replacing(result, hint, typed)
        return replace(advice, fixes=()) if value.language else advice

    def _node_kind(self, result: Result) -> Advice:
        wanted, value = self.shapes.value(result.shape, SH.nodeKind), result.value
        if wanted == SH.IRI and isinstance(value, Literal):
            address = value.value if _WHOLE_ADDRESS.match(value.value) else with_scheme(value.value) or ""
            if is_iri(address):
                hint = f"Write an IRI, without quotation marks: <{address}>"
                return replace(self._replacing(result, hint, NamedNode(address)), fixes=())
            return Advice("Write an IRI between < and >, or a name with its prefix, not a text.")
        if wanted == SH.Literal and isinstance(value, NamedNode):
            return Advice("Write a text between quotation marks, or a number, not an IRI.")
        return Advice(f"The node kind must be {self.names.short(wanted)}.") if wanted else Advice()

    def _closed(self, result: Result) -> Advice:
        if result.shape not in self._members:
            shapes = self.shapes.values(result.shape, SH.property)
            paths = [self.shapes.value(each, SH.path) for each in shapes]
            self._members[result.shape] = [path for path in paths if isinstance(path, NamedNode)]
        allowed = self._members[result.shape]
        if not allowed:
            return Advice()
        near_name = self._nearest(result.path, (result.shape, SH.closed), allowed)
        hint = _sentence("Allowed properties", self._listed(allowed), near_name)
        near = self._misspelt(result.path, allowed)
        triple = _triple(result)
        if near is None or triple is None:
            return Advice(hint)
        fix = Fix(triple, near, at_predicate=True)
        return Advice(hint, self.names.pasted(near), fixes=(fix,))

    def _languages(self, result: Result) -> Advice:
        members = self._items(result.shape, SH.languageIn)
        if not members:
            return Advice()
        more = f" and {len(members) - MAX_LANGUAGES} more" if len(members) > MAX_LANGUAGES else ""
        listed = ", ".join(member.value for member in members[:MAX_LANGUAGES])
        return Advice(f"Allowed languages: {listed}{more}.")

    def _items(self, shape: Term, parameter: NamedNode) -> Sequence[Any]:
        """The members of the list that is a parameter of a shape; read once, as many results may ask."""
        head = self.shapes.value(shape, parameter)
        if head is None:
            return []
        if head not in self._members:
            self._members[head] = self.shapes.items(head)
        return self._members[head]

    def _listed(self, members: Sequence[Term], number: int | None = None) -> str:
        """The first members in words, and how many more there are of so many."""
        named = [self._both(member) for member in members[:MAX_LISTED]]
        more = (len(members) if number is None else number) - len(named)
        return ", ".join(named) + (f" and {more} more" if more > 0 else "")

    def _both(self, term: Term) -> str:
        name, short = self.names.of(term), self.names.short(term)
        return short if name == short else f"{short} ({name})"

    def _nearest(self, value: Term | None, key: tuple[Term, Term], members: Iterable[Term]) -> str | None:
        """The member most similar to a value, by its label or by its short form.

        None, too, once the report has compared very many words.

        Args:
            value: The value.
            key: What the members belong to; one key always has the same members.
            members: What may be written in place of the value.
        """
        if value is None or self._may_compare <= 0:
            return None
        if key not in self._spelled:
            self._spelled[key] = {
                text: member
                for member in members
                for text in (self.names.short(member), self.names.of(member))
            }
        spelled = self._spelled[key]
        self._may_compare -= len(spelled)
        for text in (self.names.short(value), self.names.of(value)):
            if near := nearest(text, spelled, 1):
                return self.names.short(spelled[near[0]])
        return None


def _no_datatype(value: Literal) -> str:
    """A sentence on the datatype of a literal, where XSD or RDF has none of that name."""
    name, near = unknown_datatype(value.datatype.value) or ("", None)
    return f"There is no datatype {name}{f'; did you mean {near}?' if near else '.'} " if name else ""


def _triple(result: Result) -> Triple | None:
    """The triple of a result whose path is one property."""
    focus, path, value = result.focus, result.path, result.value
    if not isinstance(focus, NamedNode | BlankNode) or not isinstance(path, NamedNode) or value is None:
        return None
    return Triple(focus, path, value)


def _sentence(what: str, listed: str, nearest: str | None) -> str:
    return f"{what}: {listed}." + (f" Did you mean {nearest}?" if nearest else "")


def _quoting(parameter: NamedNode, words: str) -> Callable[[Adviser, Result], Advice]:
    """Advice that only quotes a parameter."""

    def advise(adviser: Adviser, result: Result) -> Advice:
        value = adviser.shapes.value(result.shape, parameter)
        if isinstance(result.value, BlankNode) and parameter in (SH.minLength, SH.maxLength, SH.pattern):
            return Advice("Write an IRI or a literal in its place.")
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
    SH.NodeKindConstraintComponent: Adviser._node_kind,
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
