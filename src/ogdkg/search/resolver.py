"""Names given as values of a stored query's parameters, resolved to the things of a graph that bear them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ogdkg.catalogue.catalogue import StoredQuery, value_texts
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Term
from ogdkg.store.base import Result, Rows

if TYPE_CHECKING:
    from ogdkg.search.labels import LabelIndex


def run_stored_query(graph: Graph, name: str, values: Mapping[str, object] | None = None) -> Result:
    """Run a stored query on the layers that it reads.

    Args:
        graph: The graph whose catalogue holds the query.
        name: The query's name.
        values: Values of its parameters; a thing by label, alias, code, CURIE, slug or IRI.

    Raises:
        UsageError: The query, a parameter or a name is unknown, or a value does not fit.
    """
    query = graph.catalogue.get(name)
    asked = graph.for_query(query)
    return asked.sparql(NameResolver(asked).bind(query, values or {}), name=query.file)


class NameResolver:
    """Resolves the values of parameters against the labels of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def bind(self, query: StoredQuery, values: Mapping[str, object]) -> str:
        """Return the SPARQL of a stored query with these values, and the defaults for what is not given."""
        for name in values:
            query.parameter(name)
        terms = {}
        for parameter in query.parameters:
            given = values.get(parameter.name)
            texts = list(parameter.default) if given in (None, (), []) else value_texts(given)
            terms[parameter.name] = self.resolve(query, parameter, texts)
        return query.bind(terms)

    def resolve(self, query: StoredQuery, parameter: Parameter, texts: Iterable[str]) -> list[Term]:
        """Return the terms that texts mean as values of a parameter; UsageError for one that means none."""
        texts = list(texts)
        if not parameter.is_resource or not texts:
            return [parameter.parse(text) for text in texts]
        what = parameter.label.removeprefix("the ") or parameter.name
        if self.graph.is_large_here and parameter.thing_class:
            with suppress(UsageError):  # reading all names explains it better
                return self._looked_up(query, parameter, texts, what)
        names = self.candidates(query, parameter)
        try:
            return [names.find(text, what) for text in texts]
        except UnknownNameError as error:
            raise self._known_elsewhere(error, query, parameter) or error from None

    def candidates(self, query: StoredQuery, parameter: Parameter) -> LabelIndex:
        """Return what a parameter may mean: things of its class, or of its `values` query, or all."""
        from ogdkg.search import labels  # a query without such a parameter starts sooner

        prefixes = self._prefixes(query)
        if parameter.thing_class:
            of = labels.class_of(query, parameter.thing_class, prefixes)
            return labels.names_of_class(self.graph.store, of, prefixes)
        if parameter.values:
            return self._listed(parameter.values, prefixes)
        return labels.names_of_all(self.graph.store, prefixes)

    def choices(self, query: StoredQuery, parameter: Parameter) -> list[str]:
        """Return the labels to offer for a parameter, sorted; none for one that takes no thing."""
        if not parameter.is_resource:
            return []
        prefixes = self._prefixes(query)
        is_listed = bool(parameter.values)
        names = self._listed(parameter.values, prefixes) if is_listed else self.candidates(query, parameter)
        return sorted(set(names.labels.values()), key=str.casefold)

    def _known_elsewhere(
        self, error: UnknownNameError, query: StoredQuery, parameter: Parameter
    ) -> UsageError | None:
        """The error to raise where only layers that are not asked know a name."""
        graph = self.graph
        if graph.options.endpoint or graph.layers == graph.project.layers:
            return None
        whole = graph.with_layers(graph.project.layers)
        if whole.is_large:  # reading it takes longer than a mistyped name is worth
            return None
        with suppress(OgdkgError):  # a file that is broken there is of no concern here
            NameResolver(whole).candidates(query, parameter).find(error.name)
            asked = ", ".join(layer.name for layer in graph.layers)
            message = f"{error.name!r} is known, but not in the layers asked: {asked}."
            return UsageError(message, hint="Ask them all: --layer all.")
        return None

    def _looked_up(self, query: StoredQuery, parameter: Parameter, texts: list[str], what: str) -> list[Term]:
        """The things so named, found by the engine, since a large class has very many names."""
        from ogdkg.search import labels  # as above

        prefixes = self._prefixes(query)
        of = labels.class_of(query, parameter.thing_class, prefixes)
        names = self._indexed(of, prefixes, texts)
        names = names or labels.names_matching(self.graph.store, of, prefixes, texts)
        if not names.labels:
            raise UsageError("No such names.")
        return [names.find(text, what) for text in texts]

    def _indexed(self, of: Iri, prefixes: Mapping[str, str], texts: Iterable[str]) -> LabelIndex | None:
        """The names of a class that the texts may be, from the word index where there is one."""
        if not self.graph.stored:
            return None
        from ogdkg.search.indexed_names import names_meant  # SQLite, for a large graph alone
        from ogdkg.search.kept_index import existing_index

        index = existing_index(self.graph.stored)
        return names_meant(self.graph.store, prefixes, index, texts, of) if index else None

    def _listed(self, values: str, prefixes: Mapping[str, str]) -> LabelIndex:
        """The names of what a query lists: the first thing of each row."""
        from ogdkg.search import labels  # as above

        result = run_stored_query(self.graph, values)
        rows = result.rows if isinstance(result, Rows) else iter(())
        things = (next((term for term in row if isinstance(term, Iri)), None) for row in rows)
        return labels.names_among(self.graph.store, things, prefixes)

    def _prefixes(self, query: StoredQuery) -> dict[str, str]:
        return {**self.graph.project.prefixes, **query.prefixes}
