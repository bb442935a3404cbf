"""How a graph uses all terms, counted in one pass over its statements, for the pages of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogdkg.rdf.terms import Iri, Literal, Quad, Term
from ogdkg.web.ontology.facts import TYPE

_TYPE = Iri(TYPE)
_Sets = dict[Term, dict[Term, set[Term]]]


class Tally:
    """What is counted of each term.

    Args:
        quads: All statements of a graph; one that several of its graphs have counts once.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        statements = list(quads)
        classes: dict[Term, set[Term]] = {}
        for subject, predicate, value, _ in statements:
            if predicate == _TYPE:
                classes.setdefault(subject, set()).add(value)
        self._of_things: _Sets = {}
        self._of_subjects: _Sets = {}
        self._of_values: _Sets = {}
        for subject, predicate, value, _ in statements:
            for each in classes.get(subject, ()):
                _add(self._of_subjects, predicate, each, subject)
                if predicate != _TYPE:
                    _add(self._of_things, each, predicate, subject)
            kinds = [Iri(value.datatype)] if isinstance(value, Literal) else classes.get(value, ())
            for each in kinds:
                _add(self._of_values, predicate, each, value)

    def of_things(self, term: Iri) -> Mapping[Term, int]:
        """Return which properties the things of a class have, and how many have each."""
        return _numbers(self._of_things, term)

    def of_subjects(self, term: Iri) -> Mapping[Term, int]:
        """Return which classes a property is used of, and of how many of their things."""
        return _numbers(self._of_subjects, term)

    def of_values(self, term: Iri) -> Mapping[Term, int]:
        """Return of which classes and datatypes the values of a property are, and how many of each."""
        return _numbers(self._of_values, term)


def _add(sets: _Sets, term: Term, key: Term, counted: Term) -> None:
    sets.setdefault(term, {}).setdefault(key, set()).add(counted)


def _numbers(sets: _Sets, term: Iri) -> Mapping[Term, int]:
    return {key: len(counted) for key, counted in sets.get(term, {}).items()}
