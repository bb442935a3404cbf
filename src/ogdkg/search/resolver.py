"""Resolves the names given as parameters of a stored query to resources of a graph, and runs the query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ogdkg.catalogue.catalogue import StoredQuery, value_texts
from ogdkg.catalogue.languages import text_choice
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.labels import Languages
from ogdkg.rdf.terms import RDFS, Iri, Term, expand, is_iri, parse_iri, to_ntriples
from ogdkg.sparql.changing import may_change
from ogdkg.store.base import Result, Rows

if TYPE_CHECKING:
    from ogdkg.search.indexed_names import IndexedNames
    from ogdkg.search.labels import LabelIndex
    from ogdkg.search.remote_names import RemoteNames
    from ogdkg.search.wholes import Wholes


class NameResolver:
    """Resolves the values of parameters against the names of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def answer(self, query: StoredQuery, values: Mapping[str, object]) -> Result:
        """Run a stored query on the layers that it reads; arguments and errors are those of `bind`."""
        read = self.graph.for_query(query)
        return read.sparql(NameResolver(read).bind(query, values), name=query.file)

    def bind(self, query: StoredQuery, values: Mapping[str, object], *, portable: bool = False) -> str:
        """Return the SPARQL text of a stored query with `values` in place, and defaults for the rest.

        Its texts are in the languages of the project.

        Args:
            query: The query.
            values: Values by the name of the parameter.
            portable: Return a text for any server.

        Raises:
            UsageError: A parameter or a name is unknown, or a value does not fit.
        """
        is_remote = self.graph.options.endpoint is not None
        grouped = self.graph.options.engine != "rdflib"
        choice = text_choice(self.graph.project, portable=portable or is_remote, grouped=grouped)
        return query.bind(self.terms(query, values), choice)

    def bind_all(self, query: StoredQuery, values: Mapping[str, object]) -> str:
        """Return the same with texts in every language: what citations are traced by."""
        return query.bind(self.terms(query, values))

    def terms(
        self, query: StoredQuery, values: Mapping[str, object], *, without: str = ""
    ) -> dict[str, Sequence[Term]]:
        """Return the terms of all parameters of a query, but the one named `without`.

        Raises:
            UsageError: A parameter or a name is unknown, or a value does not fit.
        """
        for name in values:
            query.parameter(name)
        terms: dict[str, Sequence[Term]] = {}
        for parameter in query.parameters:
            if parameter.name == without:
                continue
            value = values.get(parameter.name)
            texts = list(parameter.default) if value in (None, (), []) else value_texts(value)
            try:
                terms[parameter.name] = self.resolve(query, parameter, texts)
            except UnknownNameError as error:
                raise self._refused(error, query, parameter, values) or error from None
        return terms

    def resolve(self, query: StoredQuery, parameter: Parameter, texts: Iterable[str]) -> Sequence[Term]:
        """Return the terms that texts stand for as values of a parameter; `AnyOf` for the parts of a whole.

        Raises:
            UsageError: A name is unknown or ambiguous, or a value does not fit the parameter's type.
        """
        texts = list(texts)
        if not parameter.is_resource or not texts:
            return [parameter.parse(text) for text in texts]
        what = parameter.label.removeprefix("the ") or parameter.name
        if self.graph.is_large_here and parameter.thing_class:
            with suppress(UsageError):  # with all names, the error below can explain more
                return self._looked_up(query, parameter, texts, what)
        is_there = self.graph.options.endpoint is not None and not parameter.values
        names: LabelIndex | RemoteNames
        if is_there:
            names = self._names_there(query, parameter)
        else:
            names = self._near(query, parameter, texts) or self.candidates(query, parameter)
        try:
            return [names.find(text, what) for text in texts]
        except UnknownNameError as error:
            unknown = error
        if not parameter.values and (found := self._without_names(query, parameter, texts)):
            return found
        try:
            if parameter.thing_class and self.graph.project.within:
                known = self.candidates(query, parameter)  # of a server, not before they are needed
                if wholes := self.wholes(parameter, known):
                    return wholes.find_all(texts, what)
        except UnknownNameError as error:
            unknown = error
        raise unknown from None

    def _names_there(self, query: StoredQuery, parameter: Parameter) -> RemoteNames:
        """Return the names that a parameter accepts, which are looked for at the server."""
        from ogdkg.search.remote_names import RemoteNames, instances_of  # only for a server

        prefixes, within = self._prefixes(query), ""
        if parameter.thing_class:
            within = instances_of(self.graph.store, class_of(query, parameter.thing_class, prefixes))
        return RemoteNames(self.graph.store, prefixes, self._languages, within)

    def _without_names(self, query: StoredQuery, parameter: Parameter, texts: Sequence[str]) -> list[Term]:
        """Return the resources that texts spell by CURIE or IRI: of its class, else any that there are."""
        prefixes = self._prefixes(query)
        given = [expand(text, prefixes) or (Iri(text) if is_iri(text) else None) for text in texts]
        pattern = "{{ {0} ?p ?o }} UNION {{ ?s ?p {0} }}"
        if parameter.thing_class:
            of = to_ntriples(class_of(query, parameter.thing_class, prefixes))
            pattern = f"{{0}} a/<{RDFS}subClassOf>* {of}"
        found: list[Term] = [iri for iri in given if iri and self._is_there(pattern, iri)]
        return found if len(found) == len(given) else []

    def _is_there(self, pattern: str, iri: Iri) -> bool:
        asked = f"SELECT (1 AS ?n) {{ {pattern.format(to_ntriples(iri))} }} LIMIT 1"
        return any(True for _ in self.graph.select(asked, name="value"))

    def wholes(self, parameter: Parameter, names: LabelIndex) -> Wholes | None:
        """Return the names of what the resources of a parameter's class are in, if the project has such."""
        if not (parameter.thing_class and self.graph.project.within):
            return None
        from ogdkg.search.wholes import Wholes  # only for what names none of the class

        return Wholes(self.graph.asked, self.graph.project.within, names)

    def looks_at(self, query: StoredQuery) -> frozenset[str] | None:
        """Return the properties that decide what the names of a query's things mean; None where any may."""
        from ogdkg.search.labels import naming_properties  # only the second checks of questions need these
        from ogdkg.sparql.mentions import mentioned_properties

        found = {*naming_properties(self.graph.asked), *self.graph.project.within}
        for parameter in query.parameters:
            if parameter.is_resource and parameter.values:
                listing = self.graph.catalogue.get(parameter.values)
                mentioned = mentioned_properties(listing.text, self.graph.project.prefixes)
                if mentioned is None or any(each.is_resource for each in listing.parameters):
                    return None
                found |= mentioned
            elif parameter.is_resource and not parameter.thing_class:
                return None
        return frozenset(found)

    def candidates(self, query: StoredQuery, parameter: Parameter) -> LabelIndex:
        """Return the names a parameter accepts: of its class, of its `values` query, or all."""
        from ogdkg.search import labels  # only for queries with such a parameter

        prefixes = self._prefixes(query)
        if parameter.thing_class:
            of = class_of(query, parameter.thing_class, prefixes)
            return labels.names_of_class(self.graph.asked, of, prefixes, self._languages)
        if parameter.values:
            return self._listed(parameter.values, prefixes)
        return labels.names_of_all(self.graph.asked, prefixes, self._languages)

    def choices(self, query: StoredQuery, parameter: Parameter) -> list[str]:
        """Return the labels to suggest for a parameter, sorted; none unless it takes a resource."""
        if not parameter.is_resource:
            return []

        def choices() -> list[str]:
            listed = self._listed(parameter.values, self._prefixes(query)) if parameter.values else None
            names = self.candidates(query, parameter) if listed is None else listed
            wholes = self.wholes(parameter, names)
            return sorted({*names.labels.values(), *(wholes.labels() if wholes else ())}, key=str.casefold)

        key = self._key(query, parameter)
        return choices() if key is None else self.graph.table(f"choices {key}", choices)

    def _key(self, query: StoredQuery, parameter: Parameter) -> str | None:
        """Return what the names that a parameter accepts depend on beside the graph; None if that is more."""
        of = parameter.thing_class and class_of(query, parameter.thing_class, self._prefixes(query)).value
        text = ""
        if parameter.values:
            listing = self.graph.catalogue.get(parameter.values)
            text = listing.text
            is_alone = not listing.parameters and self.graph.for_query(listing) is self.graph
            if may_change(text) or not is_alone:
                return None
        return repr((of, text, self._languages))

    def offered(self, query: StoredQuery, parameter: Parameter) -> list[tuple[str, str]]:
        """Return the values to choose from for a parameter that takes a resource, each with its label.

        A value is the label where that names one resource alone, else a CURIE or an IRI.
        """
        from ogdkg.search.choosing import values_of  # only for forms

        prefixes = self._prefixes(query)
        accepted = self.candidates(query, parameter)
        names = self._listed(parameter.values, prefixes) if parameter.values else accepted
        wholes = self.wholes(parameter, names)
        bearers: dict[str, list[Iri]] = {}
        for thing, label in names.labels.items():
            if thing in accepted.labels:
                bearers.setdefault(label, []).append(thing)
        for label in wholes.labels() if wholes else ():
            bearers.setdefault(label, [])
        return [
            (value, label)
            for label in sorted(bearers, key=str.casefold)
            for value in values_of(
                label, bearers[label], prefixes, is_shared=len(accepted.candidates(label)) > 1
            )
        ]

    def near(self, query: StoredQuery, parameter: Parameter, text: str) -> list[tuple[str, str]]:
        """Return the values, with their labels, that a text may mean that stands for none or several."""
        from ogdkg.search.choosing import resembling, values_of  # as above

        prefixes = self._prefixes(query)
        names = self.candidates(query, parameter)
        if wholes := self.wholes(parameter, names):
            names = wholes.names
        meant = names.candidates(text) or names.suggested(text) or resembling(text, names)
        labels = [names.labels[thing] for thing in meant]
        return [
            (value, label)
            for thing, label in zip(meant, labels, strict=True)
            for value in values_of(label, [thing] * labels.count(label), prefixes)[:1]
        ]

    def _refused(
        self,
        error: UnknownNameError,
        query: StoredQuery,
        parameter: Parameter,
        values: Mapping[str, object],
    ) -> UsageError | None:
        """Return the error for a name of something that the parameter, or these layers, do not take."""
        if self.graph.is_costly:  # reading all names takes too long
            return None
        with suppress(OgdkgError):  # a broken file in other layers does not matter here
            return self._known_elsewhere(error, query, parameter, values) or self._known_otherwise(
                error, parameter
            )
        return None

    def _known_elsewhere(
        self,
        error: UnknownNameError,
        query: StoredQuery,
        parameter: Parameter,
        values: Mapping[str, object],
    ) -> UsageError | None:
        """Return the error for a name that only layers outside the queried ones know."""
        graph = self.graph
        whole = graph.with_layers(graph.project.layers)
        if whole is graph or whole.is_large:
            return None
        with suppress(UsageError):
            NameResolver(whole).candidates(query, parameter).find(error.name)
            queried = ", ".join(layer.name for layer in graph.layers)
            message = f"{error.name!r} is known, but not in the queried layers: {queried}."
            return UsageError(message, hint=_where_known(whole, query, values))
        return None

    def _known_otherwise(self, error: UnknownNameError, parameter: Parameter) -> UsageError | None:
        """Return the error for the name of a thing that the parameter does not take."""
        from ogdkg.search import labels  # as in `candidates`

        project = self.graph.project
        names = labels.names_of_all(self.graph.store, project.prefixes, self._languages)
        try:
            names.find(error.name)
        except UnknownNameError:
            return None
        except UsageError:  # it names several things
            pass
        hint = f"`ogdkg query {parameter.values}` lists what it takes." if parameter.values else error.hint
        if parameter.otherwise:
            return UsageError(f"{error.name!r} is known, but {parameter.otherwise}.", hint=hint)
        return UsageError(f"{error.name!r} is known, but not as a value of --{parameter.name}.", hint=hint)

    def _looked_up(self, query: StoredQuery, parameter: Parameter, texts: list[str], what: str) -> list[Term]:
        """Return the resources with these names, filtered by the engine: a large class has many names."""
        from ogdkg.search import labels  # as in `candidates`

        prefixes = self._prefixes(query)
        of = class_of(query, parameter.thing_class, prefixes)
        if indexed := self._indexed(prefixes):
            names = indexed.meant(texts, of)
        else:
            names = labels.names_matching(self.graph.store, of, prefixes, texts, self._languages)
        if not names.labels:
            raise UsageError("No such names.")
        return [names.find(text, what) for text in texts]

    def _near(self, query: StoredQuery, parameter: Parameter, texts: Sequence[str]) -> LabelIndex | None:
        """Return the names of a class that the texts may have meant, from the word index if there is one.

        Wholes are told from all names of the class.
        """
        if not parameter.thing_class or self.graph.project.within:
            return None
        prefixes = self._prefixes(query)
        indexed = self._indexed(prefixes)
        of = class_of(query, parameter.thing_class, prefixes)
        return indexed.meant_or_like(texts, of) if indexed else None

    def beginning(self, query: StoredQuery, parameter: Parameter, begin: str) -> list[str]:
        """Return the labels to suggest for a parameter that begin so; of a large graph, the first ones."""
        labels = self._labels_beginning(query, parameter, begin)
        start = begin.casefold()
        return [
            label
            for label in (self.choices(query, parameter) if labels is None else labels)
            if label.casefold().startswith(start)
        ]

    def _labels_beginning(self, query: StoredQuery, parameter: Parameter, begin: str) -> list[str] | None:
        """Return these labels from the word index, where it has all of them; it leaves out terms."""
        is_listed = parameter.values or self.graph.project.within
        if is_listed or not (parameter.is_resource and parameter.thing_class):
            return None
        prefixes = self._prefixes(query)
        indexed = self._indexed(prefixes)
        return indexed.beginning(begin, class_of(query, parameter.thing_class, prefixes)) if indexed else None

    def _indexed(self, prefixes: Mapping[str, str]) -> IndexedNames | None:
        """Return the names of a large graph, where its word index has been made."""
        if not (self.graph.is_large_here and self.graph.stored):
            return None
        from ogdkg.search.indexed_names import IndexedNames  # SQLite, only for a large graph
        from ogdkg.search.kept_index import existing_index

        index = existing_index(self.graph.stored, self._languages)
        return IndexedNames(self.graph.store, prefixes, index, self._languages) if index else None

    def _listed(self, values: str, prefixes: Mapping[str, str]) -> LabelIndex:
        """Return the names of the resources that a query lists: the first IRI of each row."""
        from ogdkg.search.classes import names_among  # as in `candidates`

        result = self.answer(self.graph.catalogue.get(values), {})
        rows = result.rows if isinstance(result, Rows) else iter(())
        things = (next((term for term in row if isinstance(term, Iri)), None) for row in rows)
        is_large = self.graph.stored is not None
        return names_among(self.graph.asked, things, prefixes, self._languages, is_large=is_large)

    @property
    def _languages(self) -> Languages:
        return self.graph.project.languages

    def _prefixes(self, query: StoredQuery) -> Mapping[str, str]:
        return query.prefixes_with(self.graph.project.prefixes)


def count_rows(graph: Graph, query: StoredQuery, values: Mapping[str, object]) -> int:
    """Return how many rows a stored query has in a graph; 0 also if it cannot tell soon."""
    from ogdkg.search.probing import probe  # only hints need it

    rows = 0
    with suppress(OgdkgError):
        rows = sum(1 for _ in probe(graph, NameResolver(graph).bind(query, values)).rows)
    return rows


def _where_known(whole: Graph, query: StoredQuery, values: Mapping[str, object]) -> str:
    """Return the hint for a name that only other layers know; never to read those that find nothing."""
    if count_rows(whole, query, values):
        return "To query all layers, use --layer all."
    return "All layers together find nothing for it."


def class_of(query: StoredQuery, thing_class: str, prefixes: Mapping[str, str]) -> Iri:
    """Return the class in the header of a query: a CURIE of the query or the project, or an IRI."""
    return expand(thing_class, query.prefixes_with(prefixes)) or parse_iri(thing_class)
