"""A stored query as a browser asks it: its parameters, its texts with holes, and the plans of its lineage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.languages import text_choice
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError
from ogdkg.rdf.datatypes import DECIMAL, INTEGER, LEXICAL_SPACES, SCIENTIFIC
from ogdkg.rdf.terms import XSD
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.spelling import spelled_out
from ogdkg.sparql.tokens import significant_tokens, star_order, with_prefixes
from ogdkg.store.base import Rows
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.web.offline.holes import Way, ways
from ogdkg.web.offline.naming import told_names
from ogdkg.web.offline.tracing import UntraceableError, told_plan
from ogdkg.web.questions.elsewhere import without_header
from ogdkg.web.questions.form import help_of

QuestionData = dict[str, Any]
# Keeps what many questions share, made once by a key that tells it from others; returns its file, and itself.
Keep = Callable[[object, Callable[[], QuestionData]], tuple[str, QuestionData]]
_NUMBERS = (("integer", INTEGER), ("decimal", DECIMAL), ("double", SCIENTIFIC))
_TOO_MANY = "it has too many fields that may be left out"


class UnaskableError(Exception):
    """A question that no browser answers here; the message says why."""


def told_question(resolver: NameResolver, query: StoredQuery, keep: Keep) -> QuestionData:
    """Return a question as data.

    Args:
        resolver: Resolves names in the graph that the query reads.
        query: The query.
        keep: Keeps the names of a parameter.

    Raises:
        UnaskableError: It cannot be prepared.
    """
    try:
        return _Teller(resolver, query, keep).told()
    except OgdkgError as error:
        raise UnaskableError(error.message.rstrip(".")) from None


class _Teller:
    def __init__(self, resolver: NameResolver, query: StoredQuery, keep: Keep) -> None:
        self._resolver, self._query, self._keep = resolver, query, keep
        self._prefixes: Mapping[str, str] = resolver.graph.project.prefixes
        self._choice = text_choice(resolver.graph.project)
        self._spreading: set[str] = set()

    def told(self) -> QuestionData:
        query = self._query
        parameters = [self._parameter(each) for each in query.parameters]
        found = list(ways(query, lambda each: each.name in self._spreading))
        if not found:
            raise UnaskableError(_TOO_MANY)
        variables = self._variables(found[0])
        portable = text_choice(self._resolver.graph.project, portable=True)
        return {
            "name": query.name,
            "form": query.form,
            "parameters": parameters,
            "variables": variables,
            "heads": dict(query.header.columns),
            "empty": query.header.empty,
            "texts": {way.key: self._text(query.bind(way.terms, self._choice), way) for way in found},
            "shown": {way.key: way.cut(without_header(query.bind(way.terms, portable))) for way in found},
            "traced": dict(self._traced(found, variables)) if query.form == "SELECT" else {},
        }

    def _text(self, text: str, way: Way) -> Any:
        return way.cut(with_prefixes(spelled_out(text), self._prefixes))

    def _variables(self, way: Way) -> list[str]:
        """The columns of a SELECT, in the order in which they are written; no statement is looked at."""
        if self._query.form != "SELECT":
            return []
        text = self._query.bind(way.terms, self._choice)
        answer = EmbeddedStore().query(text, prefixes=self._prefixes, name=self._query.file)
        assert isinstance(answer, Rows)
        return star_order(significant_tokens(text), answer.variables)

    def _traced(self, found: list[Way], variables: list[str]) -> Iterator[tuple[str, Any]]:
        for way in found:
            try:
                yield way.key, told_plan(self._query.bind(way.terms), variables, self._prefixes, way.cut)
            except UntraceableError as error:
                yield way.key, str(error)

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        label = parameter.label or parameter.name
        told: dict[str, Any] = {
            "name": parameter.name,
            "kind": parameter.kind,
            "label": label[:1].upper() + label[1:],
            "needed": not parameter.is_optional,
            "several": parameter.multivalued,
            "default": list(parameter.default),
        }
        if parameter.is_resource:
            prefixes = tuple(sorted(self._query.prefixes.items()))
            key = id(self._resolver.graph), parameter.thing_class, parameter.values, prefixes
            file, names = self._keep(key, lambda: told_names(self._resolver, self._query, parameter))
            if "wholes" in names:
                self._spreading.add(parameter.name)
            return {**told, "names": file}
        return {**told, **_form(parameter), "help": help_of(parameter)}


def _form(parameter: Parameter) -> dict[str, Any]:
    """The forms that a value may have, each with its datatype, and what it must match beside."""
    kind = parameter.kind.removeprefix("xsd_")
    if kind == "date" and parameter.kind == "date":
        return {"day": parameter.day, "pattern": parameter.pattern}
    if kind == "number":
        forms = [[XSD + name, form] for name, form in _NUMBERS]
    elif kind == "literal":
        forms = [["", ".*"]]
    elif kind in LEXICAL_SPACES:
        forms = [[XSD + kind, LEXICAL_SPACES[kind]]]
    else:
        return {"forms": [["", ".*"]], "language": kind, "pattern": parameter.pattern}
    return {"forms": forms, "pattern": parameter.pattern}
