"""Whether a node conforms to a shape, as an expression of SPARQL: https://www.w3.org/TR/shacl/#validation.

The expression tells exactly, and is never an error. What SPARQL cannot tell exactly is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations, count

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.rdf.datatypes import INTEGER_RANGES, LEXICAL_SPACES
from ogdkg.rules.queries import uncompiled
from ogdkg.sparql.spelling import or_false
from ogdkg.validation.core.components import components
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import BOUNDS, KINDS, PAIRS, RDF, RDFS, SH, XSD, short

MOST_NESTED = 30  # shapes within one another
LONGEST = 100_000  # characters of an expression, which a few shapes that name one another can make many
MOST_COUNTED = 4  # different values that one expression looks for
# Whose lexical form an expression of SPARQL can judge: by the form alone, or by comparing too.
_BY_FORM = ("boolean", "integer", "decimal", "double", "float", "time", "gYear", "gYearMonth", "duration")
_BY_VALUE = ("date", "dateTime", "dateTimeStamp")
_ANY_FORM = ("string", "anyURI")
# Escapes and set operations that XPath and the engine read in different ways.
_FOREIGN = re.compile(r"\\[A-Zac-zd]|\\[^\W\d_]|&&|--|~~|-\[|\(\?")
_NOT_HERE = (SH.sparql, SH.expression, SH.js)


class Conditions:
    """Makes the conditions of the shapes in one shapes graph."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._numbers = count(1)
        self._depth = 0
        self._own = _own_parameters(shapes)

    def conforms(self, shape: Term, node: str) -> str:
        """Whether the node in a variable conforms to a shape; ShapesError where no expression tells."""
        if self._depth >= MOST_NESTED:
            raise uncompiled(f"A condition of more than {MOST_NESTED} shapes within one another", shape)
        self._depth += 1
        try:
            found = self._conforms(shape, node)
        finally:
            self._depth -= 1
        if len(found) > LONGEST:
            raise uncompiled(f"A condition of more than {LONGEST:,} characters of SPARQL", shape)
        return found

    def _conforms(self, shape: Term, node: str) -> str:
        if self._shapes.is_deactivated(shape):
            return "true"
        said = self._shapes.about.get(shape, {})
        if foreign := next((each for each in said if each in _NOT_HERE or each in self._own), None):
            raise uncompiled(f"A condition with {short(foreign)}", shape)
        if not self._shapes.is_property_shape(shape):
            return _all(*self._of_value(shape, node), *self._of_values(shape, None, node))
        path = sparql_path(self._shapes, self._shapes.value(shape, SH.path)) or ""
        value = self._variable()
        each = _all(*self._of_value(shape, value))
        every = f"NOT EXISTS {{ {node} {path} {value} FILTER(!({each})) }}" if each != "true" else "true"
        return _all(every, *self._of_values(shape, path, node), *self._of_path(shape, path, node))

    def _variable(self) -> str:
        return f"?v{next(self._numbers)}"

    def _values(self, shape: Term, parameter: NamedNode) -> Iterator[Term]:
        yield from self._shapes.values(shape, parameter)

    def _of_value(self, shape: Term, value: str) -> Iterator[str]:
        """What a shape asks of each value node by itself."""
        simple: dict[NamedNode, Callable[[Term, Term, str], str]] = {
            SH["class"]: _of_class,
            SH.datatype: _of_datatype,
            SH.nodeKind: lambda _, kind, it: _any(*(f"{test}({it})" for test in KINDS[kind])),  # type: ignore[index]
            SH.minLength: lambda _, length, it: _of_text(it, f"STRLEN(STR({it})) >= {_number(length)}"),
            SH.maxLength: lambda _, length, it: _of_text(it, f"STRLEN(STR({it})) <= {_number(length)}"),
        }
        for parameter, make in simple.items():
            yield from (make(shape, each, value) for each in self._values(shape, parameter))
        for parameter, sign in BOUNDS.items():
            yield from (or_false(f"{value} {sign} {each}") for each in self._values(shape, parameter))
        for pattern in self._values(shape, SH.pattern):
            yield _matching(shape, pattern, self._shapes.value(shape, SH.flags), value)
        for head in self._values(shape, SH["in"]):
            yield _any(*(_same(shape, value, each) for each in self._shapes.items(head)))
        for head in self._values(shape, SH.languageIn):
            tags = (Literal(each.value) for each in self._shapes.items(head))
            yield _any(*(or_false(f"LANGMATCHES(LANG({value}), {tag})") for tag in tags))
        yield from self._of_shapes(shape, value)

    def _of_shapes(self, shape: Term, value: str) -> Iterator[str]:
        """The shapes that a shape asks its value nodes to conform to, or not to."""
        for parameter in (SH.node, SH.property):
            yield from (self.conforms(each, value) for each in self._values(shape, parameter))
        for each in self._values(shape, SH["not"]):
            yield f"!({self.conforms(each, value)})"
        for parameter, together in ((SH["and"], _all), (SH["or"], _any), (SH.xone, _one)):
            for head in self._values(shape, parameter):
                yield together(*(self.conforms(each, value) for each in self._shapes.items(head)))
        if any(map(is_true, self._values(shape, SH.closed))):
            yield self._closed(shape, value)

    def _closed(self, shape: Term, value: str) -> str:
        paths = [self._shapes.value(each, SH.path) for each in self._values(shape, SH.property)]
        heads = self._values(shape, SH.ignoredProperties)
        ignored = [each for head in heads for each in self._shapes.items(head)]
        allowed = ", ".join(str(each) for each in (*paths, *ignored) if isinstance(each, NamedNode))
        predicate, other = self._variable(), self._variable()
        test = f"FILTER({predicate} NOT IN ({allowed}))"
        return f"NOT EXISTS {{ {value} {predicate} {other} {test} }}"

    def _of_values(self, shape: Term, path: str | None, node: str) -> Iterator[str]:
        """What a shape asks of all value nodes together; without a path, the node is the only one."""
        for term in self._values(shape, SH.hasValue):
            if path is None:
                yield _same(shape, node, term)
            else:
                value = self._variable()
                yield f"EXISTS {{ {node} {path} {value} FILTER({_same(shape, value, term)}) }}"
        for other in self._values(shape, SH.equals):
            yield self._only(node, path, str(other))
            yield self._only(node, str(other), path)
        for other in self._values(shape, SH.disjoint):
            value = self._variable() if path else node
            step = f"{node} {path} {value} . " if path else ""
            yield f"NOT EXISTS {{ {step}{node} {other} {value} }}"

    def _only(self, node: str, path: str | None, other: str | None) -> str:
        """That one path leads to nothing but what another leads to; no path leads to the node itself."""
        if path is None:
            return f"EXISTS {{ {node} {other} {node} }}"
        value = self._variable()
        there = f"!sameTerm({value}, {node})" if other is None else f"NOT EXISTS {{ {node} {other} {value} }}"
        return f"NOT EXISTS {{ {node} {path} {value} FILTER({there}) }}"

    def _of_path(self, shape: Term, path: str, node: str) -> Iterator[str]:
        """What only a property shape asks."""
        for parameter, sign in PAIRS.items():
            for term in self._values(shape, parameter):
                one, other = self._variable(), self._variable()
                test = or_false(f"{one} {sign} {other}")
                yield f"NOT EXISTS {{ {node} {path} {one} . {node} {term} {other} FILTER(!({test})) }}"
        if any(map(is_true, self._values(shape, SH.uniqueLang))):
            one, other = self._variable(), self._variable()
            same = (
                f'LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other})) && !sameTerm({one}, {other})'
            )
            yield f"NOT EXISTS {{ {node} {path} {one} . {node} {path} {other} FILTER({or_false(same)}) }}"
        yield from self._counts(shape, path, node, SH.minCount, SH.maxCount, lambda _: "true")
        for wanted in self._values(shape, SH.qualifiedValueShape):
            if any(map(is_true, self._values(shape, SH.qualifiedValueShapesDisjoint))):
                raise uncompiled("A condition with sh:qualifiedValueShapesDisjoint", shape)
            fits = lambda value, wanted=wanted: self.conforms(wanted, value)  # noqa: E731
            names = SH.qualifiedMinCount, SH.qualifiedMaxCount
            yield from self._counts(shape, path, node, *names, fits)

    def _counts(
        self,
        shape: Term,
        path: str,
        node: str,
        least: NamedNode,
        most: NamedNode,
        fits: Callable[[str], str],
    ) -> Iterator[str]:
        for parameter, more in ((least, 0), (most, 1)):
            for term in self._values(shape, parameter):
                wanted = _number(term) + more
                if wanted > MOST_COUNTED:
                    raise uncompiled(f"A condition with {short(parameter)} {_number(term)}", shape)
                found = self._exist(path, node, wanted, fits)
                yield f"!({found})" if more else found

    def _exist(self, path: str, node: str, wanted: int, fits: Callable[[str], str]) -> str:
        """That so many different values exist that fit."""
        if wanted == 0:
            return "true"
        values = [self._variable() for _ in range(wanted)]
        steps = " . ".join(f"{node} {path} {value}" for value in values)
        different = (f"!sameTerm({one}, {other})" for one, other in combinations(values, 2))
        return f"EXISTS {{ {steps} FILTER({_all(*different, *map(fits, values))}) }}"


@lru_cache(maxsize=1)  # the same for each rule of the shapes
def _own_parameters(shapes: Shapes) -> frozenset[NamedNode]:
    """The parameters of components that the shapes define."""
    return frozenset(parameter for each in components(shapes) for parameter in each.parameters)


def _all(*parts: str) -> str:
    return " && ".join(dict.fromkeys(f"({part})" for part in parts if part != "true")) or "true"


def _any(*parts: str) -> str:
    return " || ".join(f"({part})" for part in parts) or "false"


def _one(*parts: str) -> str:
    return f"({' + '.join(f'IF({part}, 1, 0)' for part in parts)}) = 1"


def _of_text(value: str, expression: str) -> str:
    """What holds of the text of a node; a blank node has none (SHACL 4.5), whatever an engine says."""
    return or_false(f"!isBlank({value}) && {expression}")


def _number(term: Term) -> int:
    return int(term.value)  # type: ignore[union-attr]  # a whole number, as was checked


def _same(shape: Term, value: str, term: Term) -> str:
    if isinstance(term, BlankNode):
        raise uncompiled("A condition that names a blank node", shape, "Give it an IRI.")
    return f"sameTerm({value}, {term})"


def _of_class(shape: Term, term: Term, value: str) -> str:
    if isinstance(term, BlankNode):
        raise uncompiled("A condition that names a blank node", shape, "Give it an IRI.")
    return f"EXISTS {{ {value} {RDF.type}/{RDFS.subClassOf}* {term} }}"


def _of_datatype(shape: Term, datatype: Term, value: str) -> str:
    """sh:datatype: the literal must be well-formed too (SHACL 4.1.2)."""
    iri = datatype.value  # type: ignore[union-attr]  # an IRI, as was checked
    name = iri.removeprefix(XSD.base)
    tests = [f"DATATYPE({value}) = {datatype}"]
    if name in INTEGER_RANGES:
        tests += [_in_form(value, LEXICAL_SPACES["integer"]), *_in_range(name, value)]
    elif name in (*_BY_FORM, *_BY_VALUE):
        tests += [_in_form(value, LEXICAL_SPACES[name])]
        tests += [f"{value} <= {value}"] if name in _BY_VALUE else []
    elif name in LEXICAL_SPACES and name not in _ANY_FORM:
        raise uncompiled(f"A condition with sh:datatype xsd:{name}", shape)
    return or_false(" && ".join(tests))


def _in_form(value: str, pattern: str) -> str:
    return f"REGEX(STR({value}), {Literal(f'^(?:{pattern})$')})"


def _in_range(name: str, value: str) -> Iterator[str]:
    """The ranges of the types derived from xsd:integer."""
    for sign, bound in zip((">=", "<="), INTEGER_RANGES[name], strict=True):
        if bound is not None:
            yield f"{XSD.decimal}(STR({value})) {sign} {bound}"


def _matching(shape: Term, pattern: Term, flags: Term | None, value: str) -> str:
    marks = getattr(flags, "value", "")
    if _FOREIGN.search(pattern.value) or marks.strip("is"):  # type: ignore[union-attr]  # a string
        raise uncompiled(f"A condition with sh:pattern {pattern}", shape)
    return _of_text(value, f"REGEX(STR({value}), {Literal(pattern.value)}, {Literal(marks)})")  # type: ignore[union-attr]
