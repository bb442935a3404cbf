"""The entry point of the Python API: `open_graph`, and resources whose property values carry citations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ogdkg.api.answers import ResultTable
from ogdkg.api.graph import Graph
from ogdkg.errors import UsageError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.row_provenance import cite_rows
from ogdkg.evidence.show import Line, Profile, Value, profile, resolve_name
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.languages import asked_languages
from ogdkg.project.project import find_project
from ogdkg.rdf.python_values import Value as PythonValue
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.render.views.table import TableStyle
from ogdkg.sandbox.limits import SECONDS, time_limit
from ogdkg.search.empty_answers import reasons
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows, Triples
from ogdkg.text.escape import html, one_line


@dataclass(frozen=True)
class CitedValue:
    """A value of a property with its citations.

    Attributes:
        value: A `Resource`, a number, a boolean, a date, or text.
        text: The value as text; a resource by its label.
        citations: The named graphs that state the value, passages first.
        lines: The citations in short, such as `L12`.
    """

    value: Resource | PythonValue
    text: str
    citations: tuple[Citation, ...] = field(repr=False)
    lines: str

    def __str__(self) -> str:
        return self.text


class Resource:
    """A resource of a graph.

    Its properties are attributes, named as `ogdkg show` names them, with `_` for a space. Each is a list of
    values: `resource.contact`, or in the plural `resource.contacts`. `dir(resource)` lists them.

    Attributes:
        iri: Its IRI.
        name: Its label, else its CURIE or IRI.
    """

    def __init__(self, citations: Citations, iri: Iri) -> None:
        self._citations = citations
        self.iri = iri.value
        self.name = citations.label(iri)

    @cached_property
    def profile(self) -> Profile:
        """Its properties in groups, as `ogdkg show` prints them."""
        return profile(self._citations, Iri(self.iri))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The labels of its classes."""
        return self.profile.kinds

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The named graphs that state something about it, passages first."""
        citations = {
            citation for line in self._lines for value in line.values for citation in value.citations
        }
        return tuple(sorted(citations, key=Citation.sort_key))

    def __getitem__(self, name: str) -> list[CitedValue]:
        """Return the values of a property.

        Args:
            name: The property as `ogdkg show` names it.

        Raises:
            KeyError: The resource has no such property.
        """
        lines = [line for line in self._lines if name in (line.name, _attribute(line.name))]
        if not lines:
            raise KeyError(name)
        return [self._cited_value(value) for line in lines for value in line.values]

    def __getattr__(self, name: str) -> list[CitedValue]:
        if name.startswith("_"):
            raise AttributeError(name)
        for singular in (name, name.removesuffix("s"), f"{name[:-3]}y" if name.endswith("ies") else name):
            if singular in self._properties:
                return self[singular]
        known = ", ".join(sorted(self._properties))
        raise AttributeError(one_line(f"{self.name} has no {name!r}; it has: {known}"))

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._properties]

    def __repr__(self) -> str:
        return one_line(f"<{self.name}: {self._citations.short(Iri(self.iri))}>")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resource) and self.iri == other.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    def _repr_html_(self) -> str:
        """Return its profile as an HTML table, each value with its citations."""
        rows = "".join(
            f"<tr><th colspan='2' style='text-align: left'>{html(group.name)}</th></tr>"
            + "".join(map(self._row, group.lines))
            for group in self.profile.groups
        )
        kinds = html(", ".join(self.kinds))
        return f"<table><caption><b>{html(self.name)}</b> {kinds}</caption>{rows}</table>"

    @property
    def _lines(self) -> list[Line]:
        return [line for group in self.profile.groups for line in group.lines]

    @property
    def _properties(self) -> set[str]:
        return {_attribute(line.name) for line in self._lines}

    def _row(self, line: Line) -> str:
        cells = (
            f"{html(value.text)} <small>[{html(self._citations.words(value.citations))}]</small>"
            for value in line.values
        )
        return f"<tr><td>{html(line.name)}</td><td>{'<br>'.join(cells)}</td></tr>"

    def _cited_value(self, value: Value) -> CitedValue:
        words = self._citations.words(value.citations)
        return CitedValue(self._python(value), value.text, value.citations, words)

    def _python(self, value: Value) -> Resource | PythonValue:
        term = value.term
        if isinstance(term, Iri):
            return Resource(self._citations, term)
        return python_value(term) if isinstance(term, Literal) else value.text


class CitedGraph(Graph):
    """A graph whose resources you look up by name: `graph["name"]`."""

    __iter__ = None  # names cannot be listed by counting from 0

    @cached_property
    def citations(self) -> Citations:
        """Where the statements of this graph come from."""
        return Citations(self)

    def sparql(self, text: str, *, name: str = "query") -> ResultTable | Triples | bool:
        """Run a SPARQL query.

        Args:
            text: The query, of any form; the project's prefixes need no declaration.
            name: What error messages call the query.

        Returns:
            A `ResultTable` for SELECT, triples for CONSTRUCT or DESCRIBE, True or False for ASK.

        Raises:
            InputError: The query does not parse.
            LimitError: The query exceeds the time limit.
            StoreError: The engine or the endpoint failed.
        """
        result = super().sparql(text, name=name)
        if not isinstance(result, Rows):
            return result
        look = TableStyle(prefixes=self.project.prefixes)
        return ResultTable.of(result, look, lambda rows: cite_rows(self.citations, text, rows, name))

    def query(self, name: str, **values: object) -> ResultTable | Triples | bool:
        """Run a stored query.

        Args:
            name: The query's name.
            values: Values of its parameters; name a resource by label, alias, code, CURIE, slug or IRI.

        Returns:
            As for `sparql`; a table's columns are labelled as the query's header says.

        Raises:
            UsageError: The query, a parameter or a name is unknown, or a value does not fit.
        """
        query = self.catalogue.get(name)
        graph = self.for_query(query)
        answer = graph.sparql(graph.bind(query, values), name=query.file)
        if isinstance(answer, ResultTable):
            answer.look = replace(answer.look, columns=query.header.columns)
            traced = NameResolver(graph).bind_all(query, values)
            answer._cite = lambda rows: cite_rows(graph.citations, traced, rows, query.file)
            answer._explain = lambda: tuple(reasons(graph, query, values))
        return answer

    def __contains__(self, name: object) -> bool:
        """Return whether a name identifies exactly one resource."""
        try:
            return isinstance(name, str) and bool(self[name])
        except UsageError:
            return False

    def __getitem__(self, name: str) -> Resource:
        """Return the resource with a name.

        Args:
            name: Its label, alias, code, CURIE, slug or IRI.

        Raises:
            UsageError: No resource has this name, or several have it.
        """
        return Resource(self.citations, resolve_name(self.citations, name))


def open_graph(
    folder: str | Path | None = None,
    *,
    layers: Iterable[str] = (),
    engine: str = "oxigraph",
    timeout: float | None = SECONDS,
    cache: bool = False,
    endpoint: str | None = None,
    trust: bool = False,
    languages: Iterable[str] = (),
) -> CitedGraph:
    """Open the graph of a project.

    Each query runs in a process of its own, so that a crash of the engine does not end yours.

    Args:
        folder: The project's folder; by default the project of the current folder or of one above it, else
            the one that comes with the package.
        layers: Names of the layers to load; none means all.
        engine: The name of the RDF engine: `oxigraph` or `rdflib`.
        timeout: Time limit in seconds for each query, and for the rules together; None or 0 is no limit.
        cache: Keep a large graph in a read-only store on disk, as the command line does.
        endpoint: A SPARQL endpoint that answers the queries instead, by its URL or its name in the project.
        trust: Let the project read files outside its folder, and choose the endpoint's address itself.
        languages: The languages of labels and other texts, such as `fr`, the preferred one first; then those
            of the project.

    Returns:
        The graph, which loads its files on first use.

    Raises:
        UsageError: The folder, a layer or the engine is unknown.
        InputError: The project's configuration is invalid, or needs `trust`.

    >>> open_graph()["some name"].citations  # doctest: +SKIP
    """
    project = find_project(folder, trust=trust)
    project = project._replace(languages=asked_languages(languages, project.languages))
    server = project.endpoint(endpoint) if endpoint else None
    return CitedGraph(
        project, GraphOptions(tuple(layers), engine, time_limit(timeout), cache, endpoint=server)
    )


def _attribute(name: str) -> str:
    """Turn a property's name into a Python identifier."""
    letters = "".join(letter if letter.isalnum() else "_" for letter in name)
    return "_".join(filter(None, letters.split("_"))).lower()
