"""A shapes graph as the SHACL specification reads it: shapes, targets, parameters, and what they refer to.

Knows no engine. Refuses what cannot be validated with: recursive shapes and broken lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple
from ogdkg.validation.core.completion import fill_lists, state_classes
from ogdkg.validation.core.depth import MAX_DEPTH
from ogdkg.validation.core.nesting import (
    CIRCULAR,
    DEEPEST_PATH,
    ENDLESS,
    MOST_PARTS,
    PARTS_HINT,
    RECURSIVE,
    TOO_MANY,
    Fault,
)
from ogdkg.validation.core.paths import path_at
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.vocabulary import OWL, RDF, RDFS, SH

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
ONE_SHAPE = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)
# What belongs to a shape without being a constraint of it; the last three are of SHACL-AF.
UNJUDGED = (*TARGETS, SH.target, SH.rule, SH["values"])
QUERIES = (SH.select, SH.ask, SH.construct)
INNER_PATHS = (SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


class ShapesError(InputError):
    """Shapes that cannot be used, and what of theirs is at fault: a node, a property of it, or one value."""

    faults: Sequence[ShapesError] = ()

    def __init__(self, message: str, node: Term, hint: str | None = None, *at: Term | None) -> None:
        super().__init__(message, hint=hint)
        predicate, value, *_ = *at, None, None
        self.node, self.statement = node, (node, predicate, value)


EXPRESSIONS = (SH.expression, SH["values"], SH.subject, SH.predicate, SH.object)
_OF_SHAPES = frozenset((*UNJUDGED[:-1], SH.property, SH.node, SH.expression))  # what only a shape has
_REFERRING = frozenset((*ONE_SHAPE, *SHAPE_LISTS, *EXPRESSIONS, SH.condition))  # what leads to shapes

NO_PATH = (
    "A path is an IRI, a list of two or more paths, or has sh:inversePath, sh:alternativePath and the like."
)
QUALIFIED = 8
_PATH = re.compile(r"[$?]PATH")
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")  # https://www.w3.org/TR/sparql11-query/#rIRIREF


class Weight(NamedTuple):
    """How deep a shape or a path goes, and how many it is of once each that it names is written out."""

    depth: int
    parts: int


class Target(NamedTuple):
    """One target declaration, https://www.w3.org/TR/shacl/#targets."""

    kind: NamedNode
    term: Term


class Shapes:
    """The shapes graph, by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.about: dict[Any, dict[NamedNode, list[Any]]] = {}
        for triple in dict.fromkeys(triples):
            self.about.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
        self._share_prefixes()
        self._replace_codes()
        fill_lists(self.about)
        state_classes(self.about)

    @property
    def triples(self) -> Iterator[Triple]:
        """Every triple of the graph, the shared prefixes among them."""
        return self.triples_about(self.about)

    def triples_about(self, nodes: Iterable[Any]) -> Iterator[Triple]:
        """Every triple about the nodes."""
        for subject in nodes:
            for predicate, objects in self.about.get(subject, {}).items():
                yield from (Triple(subject, predicate, each) for each in objects)

    def path_triples(self, paths: Iterable[Term]) -> Iterator[Triple]:
        """The triples that paths without a name are made of."""
        waiting, seen = list(paths), set[Term]()
        while waiting:
            node = waiting.pop()
            if isinstance(node, BlankNode) and node not in seen:
                seen.add(node)
                for triple in self.triples_about([node]):
                    yield triple
                    waiting.append(triple.object)

    def values(self, node: Term, predicate: NamedNode) -> list[Any]:
        """The values of `predicate` at `node`."""
        return self.about.get(node, {}).get(predicate, [])

    def value(self, node: Term, predicate: NamedNode) -> Any:
        """The first value of `predicate` at `node`, or nothing."""
        return next(iter(self.values(node, predicate)), None)

    def items(self, head: Term) -> list[Any]:
        """The members of a SHACL list; ShapesError for others, https://www.w3.org/TR/shacl/#dfn-shacl-list."""
        found, seen = [], set()
        while head != RDF.nil:
            first, rest = self.values(head, RDF.first), self.values(head, RDF.rest)
            if head in seen or len(first) != 1 or len(rest) != 1:
                hint = "Each part has one rdf:first and one rdf:rest, and the last rest is rdf:nil."
                if not first and not rest:
                    hint = "A list is written in parentheses: ( … )."
                if isinstance(head, NamedNode) and head not in self.about:
                    hint = f"No file of the shapes describes {head}: name the one that does too."
                raise ShapesError("A list in the shapes is not well-formed.", head, hint)
            seen.add(head)
            found += first
            (head,) = rest
        return found

    def is_property_shape(self, shape: Term) -> bool:
        """Whether the shape has a path, https://www.w3.org/TR/shacl/#property-shapes."""
        return SH.path in self.about.get(shape, {})

    def is_deactivated(self, shape: Term) -> bool:
        """Whether sh:deactivated is true, https://www.w3.org/TR/shacl/#deactivated."""
        return any(is_true(value) for value in self.values(shape, SH.deactivated))

    def targets(self, shape: Node) -> list[Target]:
        """The targets that the shape declares, the implicit class target among them."""
        kinds = (*TARGETS, SH.target)
        declared = [Target(kind, term) for kind in kinds for term in self.values(shape, kind)]
        if self.classes.intersection(self.values(shape, RDF.type)):
            declared.append(Target(SH.targetClass, shape))
        return declared

    @cached_property
    def classes(self) -> set[Term]:
        """Where an instance is a class."""
        below = {node for node, said in self.about.items() if RDFS.Class in said.get(RDFS.subClassOf, ())}
        return below | {RDFS.Class, OWL.Class}

    @cached_property
    def order(self) -> dict[Term, int]:
        """The nodes without names, numbered as the files first speak of them."""
        return {node: number for number, node in enumerate(self.about) if isinstance(node, BlankNode)}

    @cached_property
    def ontologies(self) -> list[Node]:
        """Whatever is declared as an ontology."""
        return [node for node, said in self.about.items() if OWL.Ontology in said.get(RDF.type, ())]

    @cached_property
    def targeted(self) -> list[Node]:
        """The active shapes that have a target, in the order of the graph."""
        return [node for node in self.nodes if not self.is_deactivated(node) and self.targets(node)]

    @cached_property
    def nodes(self) -> list[Any]:
        """Every shape, https://www.w3.org/TR/shacl/#shapes, as far as pyshacl takes a node for one."""
        found: dict[Any, None] = {}
        for node, said in self.about.items():
            types = said.get(RDF.type, ())
            if SH.NodeShape in types or SH.PropertyShape in types or not _OF_SHAPES.isdisjoint(said):
                found[node] = None
            if not _REFERRING.isdisjoint(said):
                of_rules = (*self.conditions(node), *self._filter_shapes(node))
                found.update(dict.fromkeys((*self.references(node), *of_rules)))
        return list(found)

    def references(self, node: Term) -> list[Any]:
        """The shapes that `node` refers to, through whichever parameter expects one."""
        if _REFERRING.isdisjoint(self.about.get(node, ())):
            return []
        direct = [value for parameter in ONE_SHAPE for value in self.values(node, parameter)]
        lists = [head for parameter in SHAPE_LISTS for head in self.values(node, parameter)]
        filters = self._filter_shapes(node, (SH.expression,))
        return direct + [item for head in lists for item in self.items(head)] + filters

    def _filter_shapes(self, node: Term, kinds: Iterable[NamedNode] = EXPRESSIONS) -> list[Any]:
        """The shapes that the node expressions of a shape or a rule filter by."""
        expressions = [each for kind in kinds for each in self.values(node, kind)]
        for each in expressions:
            expressions.extend(inner for inner in self.inner_expressions(each) if inner not in expressions)
        return [shape for each in expressions for shape in self.values(each, SH.filterShape)]

    def conditions(self, rule: Term) -> list[Any]:
        """The shapes that a rule wants its focus nodes to conform to; pyshacl takes a list of them too."""
        found = self.values(rule, SH.condition)
        return [
            each for head in found for each in (self.items(head) if self.values(head, RDF.first) else [head])
        ]

    def inner_expressions(self, expression: Term) -> list[Any]:
        """The node expressions within one, https://www.w3.org/TR/shacl-af/#node-expressions."""
        if not isinstance(expression, BlankNode):
            return []
        called = self.called_function(expression)
        heads = [head for kind in (SH.union, SH.intersection) for head in self.values(expression, kind)]
        heads += self.values(expression, called) if called else []
        return [*self.values(expression, SH.nodes), *(item for head in heads for item in self.items(head))]

    def called_function(self, expression: Term) -> NamedNode | None:
        """The function of a function expression: its one property whose value is a list."""
        for predicate, objects in self.about.get(expression, {}).items():
            is_listed = any(each == RDF.nil or self.values(each, RDF.first) for each in objects)
            if is_listed and not predicate.value.startswith((SH.base, RDF.base)):
                return predicate
        return None

    @cached_property
    def are_asked(self) -> bool:
        """Whether a query looks into the shapes graph itself, https://www.w3.org/TR/shacl/#sparql-constraints-prebound."""
        queries = [
            each for said in self.about.values() for each in (*said.get(SH.select, ()), *said.get(SH.ask, ()))
        ]
        return any(isinstance(each, Literal) and "shapesGraph" in each.value for each in queries)

    def check(self, max_depth: int = MAX_DEPTH) -> None:
        """Raise ShapesError for shapes that refer to themselves, which SHACL leaves open
        (https://www.w3.org/TR/shacl/#shapes-recursion), for paths that do, and for either nested too deep.
        """
        for node, said in self.about.items():
            for name in (*said.get(SH.prefix, ()), *said.get(SH.namespace, ())):
                if isinstance(name, Literal) and _NOT_IN_IRI.search(name.value):
                    message = "The prefix or its namespace contains a character that is not allowed."
                    raise ShapesError(message, node)
            for each in said.get(SH.property, ()):
                if not self.is_property_shape(each):
                    unknown = each not in self.about
                    hint = "Name the file that describes it too" if unknown else "Add its path"
                    message = f"A value of sh:property has no sh:path: {node_text(each)}."
                    hint += ", or leave it out with --no-meta."
                    raise ShapesError(message, node, hint, SH.property, each)
        weights: dict[Term, Weight] = {}
        for said in list(self.about.values()):  # before what looks for the shapes in them
            for expression in (each for kind in EXPRESSIONS for each in said.get(kind, ())):
                self._weigh(expression, weights, self.inner_expressions, CIRCULAR, DEEPEST_PATH)
        weights = {}
        for node in self.nodes:
            self._weigh(node, weights, self.references, RECURSIVE, max_depth)
        self.check_paths(SH.path)
        for node, said in list(self.about.items()):
            for path in said.get(SH.path, ()):
                if path_at(self, path) is None:
                    raise ShapesError("A path is not well-formed.", node, NO_PATH, SH.path, path)

    def check_paths(self, *predicates: NamedNode) -> None:
        """Raise for paths that lead back into themselves, are nested too deep, or are of too many steps.

        Args:
            predicates: The properties that have paths.
        """
        weights: dict[Term, Weight] = {}
        for said in list(self.about.values()):
            for path in (each for predicate in predicates for each in said.get(predicate, ())):
                self._weigh(path, weights, self._steps, ENDLESS, DEEPEST_PATH)

    def _weigh(
        self,
        start: Term,
        known: dict[Term, Weight],
        below: Callable[[Term], list[Any]],
        fault: Fault,
        deepest: int,
    ) -> None:
        """Know the weight of a node and all below it; without recursion, as it is what may be too deep."""
        above: dict[Term, tuple[list[Any], Iterator[Any]]] = {}
        waiting = start
        while True:
            if waiting in above:
                trail = list(above)
                named = [each for each in trail[trail.index(waiting) :] if isinstance(each, NamedNode)]
                chain = " → ".join(map(str, [*named, *named[:1]])) or "a shape without a name is in itself"
                raise ShapesError(fault.what.format(chain), waiting, fault.hint)
            if waiting not in known:
                found = below(waiting)
                above[waiting] = found, iter(found)
            while above:
                node, (found, left) = next(reversed(above.items()))
                if (following := next(left, None)) is not None:
                    break
                del above[node]
                known[node] = self._weight(node, [known[each] for each in found])
                if known[node].depth > deepest:
                    raise ShapesError(fault.too_deep.format(deepest), start, fault.flatter)
                if known[node].parts > MOST_PARTS:
                    raise ShapesError(TOO_MANY, node, PARTS_HINT)
            else:
                return
            waiting = following

    def _weight(self, node: Term, below: list[Weight]) -> Weight:
        # A qualified shape is asked about several times for each value that has to be counted.
        times = QUALIFIED if SH.qualifiedValueShape in self.about.get(node, {}) else 1
        depth = 1 + max((each.depth for each in below), default=0)
        return Weight(depth, 1 + times * sum(each.parts for each in below))

    def node_of_query(self, query: str) -> Node | None:
        """The node whose query this is, with prefixes before it and its path put in."""
        node: Node
        for node, said in self.about.items():
            for select in (each for kind in QUERIES for each in said.get(kind, ())):
                if isinstance(select, Literal) and all(part in query for part in _PATH.split(select.value)):
                    return node
        return None

    def _steps(self, path: Term) -> list[Any]:
        """The paths that a path is made of, https://www.w3.org/TR/shacl/#property-paths."""
        if isinstance(path, NamedNode):
            return []
        lists = [path] if self.values(path, RDF.first) else self.values(path, SH.alternativePath)
        inner = [each for predicate in INNER_PATHS for each in self.values(path, predicate)]
        return inner + [item for head in lists for item in self.items(head)]

    def notices(self) -> Iterator[str]:
        """What a person should know of shapes that can be used."""
        if not any(self.targets(node) for node in self.nodes):
            yield "No shape has a target, so nothing was validated."

    def nearest_named(self, node: Term) -> Term:
        """The node, or the named one from which the shapes graph leads to it."""
        over: dict[Term, list[Term]] = {}
        for subject, said in self.about.items():
            for each in (each for objects in said.values() for each in objects):
                over.setdefault(each, []).append(subject)
        above = {node: None}
        waiting = [node]
        for each in waiting:
            if isinstance(each, NamedNode) and each in self.about:
                return each
            new = [subject for subject in over.get(each, ()) if subject not in above]
            above.update(dict.fromkeys(new))
            waiting.extend(dict.fromkeys(new))
        return node

    def _share_prefixes(self) -> None:
        """Give a node named by sh:prefixes what it imports, https://www.w3.org/TR/shacl/#sparql-prefixes.

        pyshacl looks at the node alone; the W3C case sparql/node/prefixes-001 asks for owl:imports too.
        """
        named = [node for said in self.about.values() for node in said.get(SH.prefixes, ())]
        for node in dict.fromkeys(named):
            declared = [each for source in self._imported(node) for each in self.values(source, SH.declare)]
            if declared:
                self.about.setdefault(node, {})[SH.declare] = list(dict.fromkeys(declared))

    def _replace_codes(self) -> None:
        """Write out the code points of queries, which are read by several engines."""
        for said in self.about.values():
            for predicate in said.keys() & QUERIES:
                said[predicate] = list(map(_written_out, said[predicate]))

    def _imported(self, node: Term) -> list[Term]:
        found = [node]
        for each in found:
            found.extend(target for target in self.values(each, OWL.imports) if target not in found)
        return found


def _written_out(query: Term) -> Term:
    """A query without escapes, https://www.w3.org/TR/sparql11-query/#codepointEscape."""
    if not isinstance(query, Literal) or "\\u" not in query.value.lower():
        return query
    from ogdkg.sparql.spelling import without_codes  # seldom needed

    text = without_codes(query.value)
    return (
        Literal(text, language=query.language) if query.language else Literal(text, datatype=query.datatype)
    )


def node_text(node: Term) -> str:
    """A node in a sentence; one without a name has none that a reader knows."""
    return "[ … ]" if isinstance(node, BlankNode) else str(node)


def is_true(value: Term) -> bool:
    """Whether a literal is the value true, as pyshacl reads shapes."""
    return isinstance(value, Literal) and value.value.lower() == "true"
