"""What files say of terms: the statements about them, and about the blank nodes that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ogdkg.rdf.labels import Languages, language_rank
from ogdkg.rdf.lists import FIRST, NIL, members
from ogdkg.rdf.terms import RDF, SH, Blank, Iri, Literal, Quad, Subject, Term, TripleTerm
from ogdkg.web.pages.described import Resources

TYPE = RDF + "type"
_MOST_SAID = 2_000  # statements about one node
_MOST_NODES = 100_000  # terms and the blank nodes of their descriptions
_MOST_MEMBERS = 5_000  # of a list
_MOST_STEPS = 60  # nodes of one path


class Facts:
    """Statements by subject and property.

    Blank nodes of the shapes have names of their own: two stores may use one name for two nodes.
    """

    def __init__(self) -> None:
        self._said: dict[Subject, dict[str, list[Term]]] = {}
        self.back: dict[tuple[str, Term], list[Subject]] = {}

    def read(self, resources: Resources, terms: Iterable[Subject], mark: str = "") -> None:
        """Read what is said of some terms, and of the blank nodes in it.

        Args:
            resources: Where they are described.
            terms: The terms.
            mark: What is put before the names of blank nodes.
        """
        waiting: list[tuple[Subject, bool]] = [(term, term in self._said) for term in terms]
        seen: set[Subject] = set()
        while waiting and len(seen) < _MOST_NODES:
            node, is_known = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            known = set(self._said.get(node, ())) if is_known else set()
            for quad in islice(resources.matching(node), _MOST_SAID):
                if isinstance(quad.object, Blank):
                    if quad.predicate.value in known:
                        continue  # the same description, read from another store already
                    waiting.append((quad.object, False))
                self._add(quad, mark)

    def _add(self, quad: Quad, mark: str) -> None:
        subject, predicate = _marked(quad.subject, mark), quad.predicate.value
        obj = _marked(quad.object, mark)
        assert not isinstance(subject, Literal | TripleTerm)
        values = self._said.setdefault(subject, {}).setdefault(predicate, [])
        if obj not in values:
            values.append(obj)
            self.back.setdefault((predicate, obj), []).append(subject)

    def about(self, node: Term | None) -> Mapping[str, list[Term]]:
        """All that is said of a node."""
        return {} if node is None or isinstance(node, Literal | TripleTerm) else self._said.get(node, {})

    def values(self, node: Term | None, *properties: str) -> list[Term]:
        """The values of some properties, in their order."""
        said = self.about(node)
        return [value for each in properties for value in sorted(said.get(each, ()), key=_order)]

    def one(self, node: Term | None, *properties: str) -> Term | None:
        """The first value of the first property that has one."""
        return next(iter(self.values(node, *properties)), None)

    def subjects(self, predicate: str, obj: Term) -> list[Subject]:
        """What has a value."""
        return self.back.get((predicate, obj), [])

    def types(self, node: Term) -> set[str]:
        """The classes of a node."""
        return {str(each) for each in self.about(node).get(TYPE, ())}

    def items(self, head: Term | None) -> list[Term]:
        """The members of a list."""
        return list(islice(members(head, self.values), _MOST_MEMBERS))

    def text(self, node: Term | None, properties: Iterable[str], languages: Languages) -> Literal | None:
        """The text that serves a reader best: by language first, then by property."""
        found = [
            (language_rank(value.language, languages), place, value.language, value.value, value)
            for place, each in enumerate(properties)
            for value in self.about(node).get(each, ())
            if isinstance(value, Literal) and value.value.strip()
        ]
        return min(found, key=lambda each: each[:4])[4] if found else None

    def nodes(self) -> Iterator[Iri]:
        """The terms that have IRIs."""
        return (node for node in self._said if isinstance(node, Iri))


class PathsIn:
    """Facts as paths are read from them, up to a number of nodes: a path may lead in a circle."""

    def __init__(self, facts: Facts) -> None:
        self._facts, self._left = facts, _MOST_STEPS

    def is_iri(self, node: Any) -> bool:
        """Whether a node is an IRI, and so a predicate."""
        return isinstance(node, Iri) and node != NIL

    def values(self, node: Any, name: str) -> list[Any]:
        """The values of a property of SHACL."""
        return self._counted(self._facts.values(node, SH + name))

    def items(self, node: Any) -> list[Any]:
        """The members of a list."""
        is_list = isinstance(node, Blank) and self._facts.values(node, FIRST)
        return self._counted(self._facts.items(node)) if is_list else []

    def _counted(self, found: list[Any]) -> list[Any]:
        self._left -= len(found)
        return found if self._left > 0 else []


def _marked(term: Term, mark: str) -> Term:
    return Blank(mark + term.label) if mark and isinstance(term, Blank) else term


def _order(term: Term) -> tuple[bool, str]:
    """Blank nodes stay as they come: their names mean nothing."""
    return (True, "") if isinstance(term, Blank) else (False, str(term))
