"""A shapes graph as the SHACL specification reads it: shapes, targets, parameters, and what they refer to.

Knows no engine. Refuses what cannot be validated with: recursive shapes and broken lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.errors import InputError
from ogdkg.validation.report import Node, Term
from ogdkg.validation.vocabulary import OWL, RDF, RDFS, SH

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
ONE_SHAPE = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
SHAPE_LISTS = (SH["and"], SH["or"], SH.xone)


INNER_PATHS = (SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
# The features of SHACL-AF and SHACL-JS that add targets, constraints or triples.
BEYOND = ("target", "rule", "js", "expression", "values")


class ShapesError(InputError):
    """Shapes that cannot be used, and the node of theirs at fault."""

    def __init__(self, message: str, node: Term, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.node = node


@dataclass(frozen=True, slots=True)
class Fault:
    """A way in which nodes of a shapes graph must not lead to themselves."""

    what: str
    hint: str


RECURSIVE = Fault("The shapes are recursive: {}.", "SHACL does not say what recursive shapes mean.")
ENDLESS = Fault("A path leads to itself.", "Write each step of a path in a node of its own.")


@dataclass(frozen=True, slots=True)
class Target:
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

    @property
    def triples(self) -> Iterator[Triple]:
        """Every triple of the graph, the shared prefixes among them."""
        return self.of(self.about)

    def of(self, nodes: Iterable[Any]) -> Iterator[Triple]:
        """Every triple about the nodes."""
        for subject in nodes:
            for predicate, objects in self.about.get(subject, {}).items():
                yield from (Triple(subject, predicate, each) for each in objects)

    def written_out(self, paths: Iterable[Term]) -> Iterator[Triple]:
        """The triples that paths without a name are made of."""
        waiting, seen = list(paths), set[Term]()
        while waiting:
            node = waiting.pop()
            if isinstance(node, BlankNode) and node not in seen:
                seen.add(node)
                for triple in self.of([node]):
                    yield triple
                    waiting.append(triple.object)

    def all(self, node: Term, predicate: NamedNode) -> list[Any]:
        """The values of `predicate` at `node`."""
        return self.about.get(node, {}).get(predicate, [])

    def one(self, node: Term, predicate: NamedNode) -> Any:
        """The first value of `predicate` at `node`, or nothing."""
        return next(iter(self.all(node, predicate)), None)

    def items(self, head: Term) -> list[Any]:
        """The members of a SHACL list, https://www.w3.org/TR/shacl/#dfn-shacl-list."""
        found, seen = [], set()
        while head != RDF.nil:
            if head in seen or len(self.all(head, RDF.first)) != 1 or len(self.all(head, RDF.rest)) != 1:
                raise ShapesError(
                    f"The list at {head} in the shapes is not well-formed.", head, "It must end with rdf:nil."
                )
            seen.add(head)
            found.append(self.one(head, RDF.first))
            head = self.one(head, RDF.rest)
        return found

    def is_property_shape(self, shape: Term) -> bool:
        """Whether the shape has a path, https://www.w3.org/TR/shacl/#property-shapes."""
        return SH.path in self.about.get(shape, {})

    def is_deactivated(self, shape: Term) -> bool:
        """Whether sh:deactivated is true, https://www.w3.org/TR/shacl/#deactivated."""
        return any(is_true(value) for value in self.all(shape, SH.deactivated))

    def targets(self, shape: Node) -> list[Target]:
        """The targets that the shape declares, the implicit class target among them."""
        declared = [Target(kind, term) for kind in TARGETS for term in self.all(shape, kind)]
        if self.classes.intersection(self.all(shape, RDF.type)):
            declared.append(Target(SH.targetClass, shape))
        return declared

    @cached_property
    def classes(self) -> set[Term]:
        """Where an instance is a class. Only what pyshacl takes for that: no deeper than one
        rdfs:subClassOf."""
        below = {node for node, said in self.about.items() if RDFS.Class in said.get(RDFS.subClassOf, ())}
        return below | {RDFS.Class, OWL.Class}

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
            if SH.NodeShape in types or SH.PropertyShape in types:
                found[node] = None
            if any(predicate in said for predicate in (*TARGETS, SH.property, SH.node)):
                found[node] = None
            found.update(dict.fromkeys(self.references(node)))
        return list(found)

    def references(self, node: Term) -> list[Any]:
        """The shapes that `node` refers to, through whichever parameter expects one."""
        direct = [value for parameter in ONE_SHAPE for value in self.all(node, parameter)]
        lists = [head for parameter in SHAPE_LISTS for head in self.all(node, parameter)]
        return direct + [item for head in lists for item in self.items(head)]

    def check(self) -> None:
        """Raise for shapes that refer to themselves, which https://www.w3.org/TR/shacl/#shapes-recursion
        leaves open, and for paths that do."""
        done: set[Term] = set()
        for node in self.nodes:
            self._walk(node, [], done, self.references, RECURSIVE)
        for said in list(self.about.values()):
            for path in said.get(SH.path, ()):
                self._walk(path, [], done, self._steps, ENDLESS)

    def _walk(
        self, node: Term, above: list[Term], done: set[Term], below: Callable[[Term], list[Any]], fault: Fault
    ) -> None:
        if node in above:
            chain = " → ".join(str(each) for each in [*above[above.index(node) :], node])
            raise ShapesError(fault.what.format(chain), above[0], fault.hint)
        if node in done:
            return
        for each in below(node):
            self._walk(each, [*above, node], done, below, fault)
        done.add(node)

    def _steps(self, path: Term) -> list[Any]:
        """The paths that a path is made of, https://www.w3.org/TR/shacl/#property-paths."""
        if isinstance(path, NamedNode):
            return []
        lists = [path] if self.all(path, RDF.first) else self.all(path, SH.alternativePath)
        inner = [each for predicate in INNER_PATHS for each in self.all(path, predicate)]
        return inner + [item for head in lists for item in self.items(head)]

    def notices(self) -> Iterator[str]:
        """What a person should know of shapes that can be used."""
        if not any(self.targets(node) for node in self.nodes):
            yield "None of the shapes has a target, so nothing was looked at."
        said = {predicate for about in self.about.values() for predicate in about}
        if beyond := [f"sh:{name}" for name in BEYOND if SH[name] in said]:
            yield f"{', '.join(beyond)}: what goes beyond SHACL Core and SHACL-SPARQL is not looked at."

    def named(self, node: Term) -> Term:
        """The node, or the named one from which the shapes graph leads to it."""
        above = [node]
        for each in above:
            if isinstance(each, NamedNode) and each in self.about:
                return each
            for subject, said in self.about.items():
                if subject not in above and any(each in objects for objects in said.values()):
                    above.append(subject)
        return node

    def _share_prefixes(self) -> None:
        """Give a node named by sh:prefixes what it imports, https://www.w3.org/TR/shacl/#sparql-prefixes.

        pyshacl looks at the node alone; the W3C case sparql/node/prefixes-001 asks for owl:imports too.
        """
        named = [node for said in self.about.values() for node in said.get(SH.prefixes, ())]
        for node in dict.fromkeys(named):
            declared = [each for source in self._imported(node) for each in self.all(source, SH.declare)]
            if declared:
                self.about.setdefault(node, {})[SH.declare] = list(dict.fromkeys(declared))

    def _imported(self, node: Term) -> list[Term]:
        found = [node]
        for each in found:
            found.extend(target for target in self.all(each, OWL.imports) if target not in found)
        return found


def is_true(value: Term) -> bool:
    """Whether a literal is the value true, as pyshacl reads shapes."""
    return isinstance(value, Literal) and value.value.lower() == "true"
