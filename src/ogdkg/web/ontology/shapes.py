"""Shapes in words: of what each asks, along which way, and what it asks for (https://www.w3.org/TR/shacl/)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ogdkg.rdf.lists import FIRST, REST
from ogdkg.rdf.terms import OWL, RDFS, SH, Blank, Iri, Literal, Term, local_name
from ogdkg.validation.core.paths import Chain, Choice, Path, Step, read_path
from ogdkg.web.ontology.facts import PathsIn
from ogdkg.web.ontology.vocabulary import NAMES, SHAPE
from ogdkg.web.ontology.words import Piece, Wording, Words, in_order, listed, path_of, plain, say

_DEEPEST = 5  # shapes within one another that are put into words
_MOST_CLAUSES = 100
_SEVERITIES = {"Violation": "an error", "Warning": "a warning", "Info": "a remark", "Debug": "a remark",
               "Trace": "a remark"}  # fmt: skip
_KINDS = {
    "IRI": "a thing with an address",
    "BlankNode": "a thing without an address",
    "Literal": "a plain value",
    "BlankNodeOrIRI": "a thing, not a plain value",
    "BlankNodeOrLiteral": "a plain value or a thing without an address",
    "IRIOrLiteral": "a plain value or a thing with an address",
}
_BOUNDS = {
    "minInclusive": "is {} or more",
    "minExclusive": "is more than {}",
    "maxInclusive": "is {} or less",
    "maxExclusive": "is less than {}",
    "minLength": "has {} characters or more",
    "maxLength": "has {} characters or fewer",
}
_PAIRS = {
    "equals": "the same values as ",
    "disjoint": "no value in common with ",
    "lessThan": "only values less than each of ",
    "lessThanOrEquals": "no value greater than any of ",
}
# What is told of a shape apart from its constraints, or asks for nothing.
_ASIDE = {
    *("path", "property", "severity", "message", "name", "description", "order", "group", "deactivated"),
    *("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target", "defaultValue"),
    *("minCount", "maxCount", "flags", "ignoredProperties", "qualifiedMinCount", "qualifiedMaxCount"),
    *("qualifiedValueShapesDisjoint", "rule", "prefixes"),
}


class Rule(NamedTuple):
    """What a shape asks.

    Attributes:
        about: Of what it asks: the way to a value in words; empty for a node itself.
        clauses: What it asks for.
        rules: What it asks of the values in turn.
        messages: What a finding says.
        severity: How bad a finding is.
        queries: The queries that it runs.
        name: Its name.
        address: Its page.
        is_off: Whether it is deactivated.
        is_of_all: Whether it asks the same of the property wherever it is.
    """

    about: Words
    clauses: list[Words]
    rules: list[Rule]
    messages: list[Literal]
    severity: str
    queries: list[str]
    name: Piece | None = None
    is_off: bool = False
    is_of_all: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return not (self.clauses or self.rules or self.queries)


class ShapeWording:
    """Puts shapes into words.

    Args:
        wording: Puts classes into words.
    """

    def __init__(self, wording: Wording) -> None:
        self._words, self._facts = wording, wording.facts

    # -- of what it asks ---------------------------------------------------------

    def targets(self, shape: Term) -> list[Words]:
        """What a shape is asked of: every thing of some classes, whatever has a property, one thing."""
        found: list[Words] = []
        values, link = self._facts.values, self._words.link
        classes = [shape] if self._facts.types(shape) & {OWL + "Class", RDFS + "Class"} else []
        classes += values(shape, SH + "targetClass")
        path = self._facts.one(shape, SH + "path")
        subjects = values(shape, SH + "targetSubjectsOf")
        if classes:
            found.append(say("every ", listed([(link(each),) for each in classes], "and every")))
        found += [say("whatever has ", link(each)) for each in subjects if each != path]
        if path in subjects:
            found.append(say("everything"))
        found += [
            say("whatever is the ", link(each), " of something")
            for each in values(shape, SH + "targetObjectsOf")
        ]
        found += [say(link(each)) for each in values(shape, SH + "targetNode")]
        if values(shape, SH + "target"):
            found.append(say("what a query finds"))
        return found

    def reach(self, shape: Term) -> list[Words]:
        """What a shape is asked of: its own targets, else those of the shapes that it is a part of."""
        around: list[Term] = [shape]
        for _ in range(_DEEPEST):
            if found := [words for each in around for words in self.targets(each)]:
                return list(dict.fromkeys(found))
            around = [node for each in around for node in self._facts.subjects(SH + "property", each)]
        return []

    def users(self, shape: Term) -> list[Words]:
        """The shapes that use a shape."""
        by = ("property", "node", "not", "qualifiedValueShape")
        nodes: list[Term] = [each for name in by for each in self._facts.subjects(SH + name, shape)]
        for item in self._facts.subjects(FIRST, shape):
            head: Term = item
            for _ in range(_MOST_CLAUSES):
                before = self._facts.subjects(REST, head)
                if not before:
                    break
                head = before[0]
            nodes += [each for name in _LISTS for each in self._facts.subjects(SH + name, head)]
        named = [each for node in nodes if isinstance(each := self._named(node), Iri)]
        return [(self._words.link(each),) for each in dict.fromkeys(named)]

    def _named(self, node: Term) -> Term:
        """A shape with an IRI in which a node lies."""
        for _ in range(_MOST_CLAUSES):
            if isinstance(node, Iri):
                break
            node = self._parents.get(node, node)
        return node

    @cached_property
    def _parents(self) -> Mapping[Term, Term]:
        """The node that each blank node stands at."""
        return {
            node: subjects[0] for (_, node), subjects in self._facts.back.items() if isinstance(node, Blank)
        }

    # -- ways ------------------------------------------------------------------------

    def path(self, node: Term | None) -> Words:
        """The way to a value in words."""
        path = read_path(PathsIn(self._facts), node) if node is not None else None
        return self._way(path) if path else say("a way that is not put into words here")

    def _way(self, path: Path) -> Words:
        if isinstance(path, Step):
            name = self._words.link(path.predicate)
            return say("what has it as ", name) if path.back else say(name)
        if isinstance(path, Chain):
            return path_of([self._way(each) for each in path.parts])
        if isinstance(path, Choice):
            return listed([self._way(each) for each in path.parts], "or")
        inner = self._way(path.part)
        if not path.many:
            return say("itself or its ", inner) if not path.least else inner
        times = "any number of times" if not path.least else "once or more"
        return say(inner, f", followed {times}")

    # -- what it asks for ---------------------------------------------------------------

    def rule(self, shape: Term, depth: int = 0, above: tuple[Term, ...] = ()) -> Rule:
        """What a shape asks; a shape that stands above asks it already."""
        values, languages = self._facts.values, self._words.vocabulary.languages
        path = self._facts.one(shape, SH + "path")
        clauses = [*self._counts(shape), *in_order(self._clauses(shape, depth))][:_MOST_CLAUSES]
        rules: list[Rule] = []
        if depth < _DEEPEST:
            above = (*above, shape)
            parts = (each for each in values(shape, SH + "property") if each not in above)
            rules = [self.rule(each, depth + 1, above) for each in parts if self._words.spend()]
        message = self._facts.text(shape, (SH + "message",), languages)
        severity = local_name(str(self._facts.one(shape, SH + "severity") or "Violation"))
        name = self._words.link(shape) if isinstance(shape, Iri) else None
        queries = [
            each.value
            for node in values(shape, SH + "sparql")
            for each in values(node, SH + "select", SH + "ask")
            if isinstance(each, Literal)
        ]
        return Rule(
            self.path(path) if path is not None else (),
            clauses,
            sorted(rules, key=lambda each: plain(each.about)),
            [message] if message else self._messages(shape),
            _SEVERITIES.get(severity, severity),
            queries,
            name,
            any(str(each) in ("true", "1") for each in values(shape, SH + "deactivated")),
            self._is_of_all(shape, path),
        )

    def _is_of_all(self, shape: Term, path: Term | None) -> bool:
        """Whether the way is one property, and the targets are all that have it."""
        others = ("targetClass", "targetObjectsOf", "targetNode", "target")
        return (
            isinstance(path, Iri)
            and self._facts.values(shape, SH + "targetSubjectsOf") == [path]
            and not self._facts.values(shape, *(SH + each for each in others))
        )

    def _messages(self, shape: Term) -> list[Literal]:
        nodes = self._facts.values(shape, SH + "sparql")
        found = (
            self._facts.text(node, (SH + "message",), self._words.vocabulary.languages) for node in nodes
        )
        return [each for each in found if each]

    def _counts(self, shape: Term) -> Iterator[Words]:
        least = self._facts.one(shape, SH + "minCount")
        most = self._facts.one(shape, SH + "maxCount")
        if said := _between(least, most):
            yield say(said)

    def _clauses(self, shape: Term, depth: int) -> Iterator[Words]:
        for predicate in list(self._facts.about(shape)):
            name = predicate.removeprefix(SH)
            if predicate.startswith(SH) and name not in _ASIDE and name != "sparql":
                make = _CLAUSES.get(name)
                for value in self._facts.values(shape, predicate):
                    if make and depth < _DEEPEST:
                        yield from make(self, shape, name, value, depth)
                    elif depth < _DEEPEST:
                        yield say(f"{name}: ", self._words.value(value))
        for predicate in self._own_parameters(shape):
            for value in self._facts.values(shape, predicate):
                yield say(self._words.link(Iri(predicate)), ": ", self._words.value(value))

    def _own_parameters(self, shape: Term) -> list[str]:
        """The parameters of components that the shapes declare themselves."""
        return [each for each in self._facts.about(shape) if each in self._words.vocabulary.parameters]

    def _kind(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield say("is ", self._words.a(value))

    def _node_kind(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield say(f"is {_KINDS.get(local_name(str(value)), 'of a certain kind')}")

    def _bound(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        text = _BOUNDS[name].format(value)
        yield say(text.replace("characters", "character") if text.startswith("has 1 ") else text)

    def _pattern(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        text = str(value)
        shown = text if len(text) <= 120 else f"{text[:120]}…"
        yield say(f"looks like the pattern {shown}")

    def _languages(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        tags = [(Piece(str(each)),) for each in self._facts.items(value)]
        yield say("is in the language ", listed(tags, "or"))

    def _one_per_language(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        if str(value) in ("true", "1"):
            yield say("at most one in each language")

    def _pair(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield say("has ", _PAIRS[name], self._words.link(value))

    def _has(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield say("one is ", self._words.link(value))

    def _in(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield say("is ", self._words.one_of(self._facts.items(value)))

    def _closed(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        if str(value) not in ("true", "1"):
            return
        ignored = [
            (self._words.link(each),)
            for head in self._facts.values(shape, SH + "ignoredProperties")
            for each in self._facts.items(head)
        ]
        more = say(", but for ", listed(ignored)) if ignored else ()
        yield say("has no other properties than those named here", more)

    def _fits(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield self.inline(value, depth + 1)

    def _not(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        yield _denied(self.inline(value, depth + 1))

    def _joined(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        members = self._facts.items(value)
        parts = self._words.of_each(members, lambda each: self.inline(each, depth + 1))
        if not parts:
            return
        head = "just one of these: " if name == "xone" else ""
        word = "and" if name == "and" else "or"
        is_long = any(" and " in plain(each) or ": " in plain(each) for each in parts)
        yield say(head, listed(parts, word, "; " if is_long else ", "))

    def _qualified(self, shape: Term, name: str, value: Term, depth: int) -> Iterator[Words]:
        least = self._facts.one(shape, SH + "qualifiedMinCount")
        most = self._facts.one(shape, SH + "qualifiedMaxCount")
        yield say(f"{_between(least, most) or 'any number'} of which each ", self.inline(value, depth + 1))

    def inline(self, shape: Term, depth: int = 0) -> Words:
        """What a shape asks for, as a part of a sentence: by its name, or in words."""
        if isinstance(shape, Iri) and self._facts.text(shape, NAMES, self._words.vocabulary.languages):
            return say("fits “", self._words.link(shape), "”")
        if isinstance(shape, Iri) or depth >= _DEEPEST or not self._words.spend():
            kind = self._words.vocabulary.kinds.get(shape) if isinstance(shape, Iri) else None
            return say("fits ", self._words.link(shape) if kind == SHAPE else Piece("a shape"))
        rule = self.rule(shape, depth)
        own = listed(rule.clauses, "and") if rule.clauses else ()
        if rule.about:
            own = say("has ", rule.about, ": ", own) if own else say("has ", rule.about)
        parts = [own] if own else []
        parts += [say("has ", each.about, ": ", listed(each.clauses, "and")) for each in rule.rules]
        return listed(parts, "and") if parts else say("fits a query" if rule.queries else "is anything")


def _denied(words: Words) -> Words:
    """That something is not so.

    >>> plain(_denied((Piece("is a tree"),))), plain(_denied((Piece("has leaves"),)))
    ('is not a tree', 'it is not so that it has leaves')
    """
    first, *others = words
    is_one = " and " not in plain(words) and ": " not in plain(words)
    for verb, denial in (("is ", "is not "), ("fits ", "does not fit ")):
        if is_one and first.text.startswith(verb):
            return say(first._replace(text=denial + first.text.removeprefix(verb)), tuple(others))
    return say("it is not so that it ", words)


_Make = Callable[[ShapeWording, Term, str, Term, int], Iterator[Words]]
_CLAUSES: dict[str, _Make] = {
    "class": ShapeWording._kind,
    "datatype": ShapeWording._kind,
    "nodeKind": ShapeWording._node_kind,
    **dict.fromkeys(_BOUNDS, ShapeWording._bound),
    "pattern": ShapeWording._pattern,
    "languageIn": ShapeWording._languages,
    "uniqueLang": ShapeWording._one_per_language,
    **dict.fromkeys(_PAIRS, ShapeWording._pair),
    "hasValue": ShapeWording._has,
    "in": ShapeWording._in,
    "closed": ShapeWording._closed,
    "node": ShapeWording._fits,
    "not": ShapeWording._not,
    **dict.fromkeys(("and", "or", "xone"), ShapeWording._joined),
    "qualifiedValueShape": ShapeWording._qualified,
}
_LISTS = ("and", "or", "xone")


def _between(least: Term | None, most: Term | None) -> str:
    """How many, in words.

    >>> _between(Literal("1"), None), _between(Literal("1"), Literal("1")), _between(None, Literal("0"))
    ('at least one', 'exactly one', 'none')
    """
    low, high = str(least or "0"), str(most) if most is not None else ""
    if high == "0":
        return "none"
    if high and low == high:
        return f"exactly {_number(low)}"
    said = [f"at least {_number(low)}"] if low != "0" else []
    return " and ".join([*said, *([f"at most {_number(high)}"] if high else [])])


def _number(text: str) -> str:
    return {"1": "one", "2": "two", "3": "three"}.get(text, text)
