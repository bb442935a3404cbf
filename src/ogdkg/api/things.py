"""The library's front door: a graph whose things are Python objects, found by name, each value cited."""

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
from ogdkg.project.project import find_project
from ogdkg.rdf.python_values import Value as PythonValue
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.render.views.table import TableStyle
from ogdkg.sandbox.limits import SECONDS, time_limit
from ogdkg.store.base import Rows, Triples
from ogdkg.text.escape import html, one_line


@dataclass(frozen=True)
class CitedValue:
    """A value of a property, and what states it. `value` is a Thing, a number, a truth, a date, or text."""

    value: Resource | PythonValue
    text: str
    citations: tuple[Citation, ...] = field(repr=False)
    lines: str

    def __str__(self) -> str:
        return self.text


class Resource:
    """A thing of a graph. Its properties are attributes, by the names that `ogdkg show` gives them, each a
    list of values: `thing.contact` or `thing.contacts`, with `_` for a blank; `dir(thing)` lists them.
    """

    def __init__(self, citations: Citations, iri: Iri) -> None:
        self._citations = citations
        self.iri = iri.value
        self.name = citations.label(iri)

    @cached_property
    def profile(self) -> Profile:
        return profile(self._citations, Iri(self.iri))

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.profile.kinds

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that states something of it, passages first."""
        found = {each for line in self._lines for value in line.values for each in value.citations}
        return tuple(sorted(found, key=Citation.sort_key))

    def __getitem__(self, name: str) -> list[CitedValue]:
        """The values of a property by the name that `ogdkg show` gives it; KeyError where it has none."""
        lines = [line for line in self._lines if name in (line.name, _attribute(line.name))]
        if not lines:
            raise KeyError(name)
        return [self._said(value) for line in lines for value in line.values]

    def __getattr__(self, name: str) -> list[CitedValue]:
        if name.startswith("_"):
            raise AttributeError(name)
        for each in (name, name.removesuffix("s"), f"{name[:-3]}y" if name.endswith("ies") else name):
            if each in self._properties:
                return self[each]
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
        """Its profile as a table, each value with the lines that state it."""
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

    def _said(self, value: Value) -> CitedValue:
        words = self._citations.words(value.citations)
        return CitedValue(self._python(value), value.text, value.citations, words)

    def _python(self, value: Value) -> Resource | PythonValue:
        term = value.term
        if isinstance(term, Iri):
            return Resource(self._citations, term)
        return python_value(term) if isinstance(term, Literal) else value.text


class CitedGraph(Graph):
    """A graph whose things are found by name: `graph["name"]`."""

    @cached_property
    def citations(self) -> Citations:
        return Citations(self)

    def sparql(self, text: str, *, name: str = "query") -> ResultTable | Triples | bool:
        """As of a Graph; rows can be read again, cited, and turned into a data frame."""
        result = super().sparql(text, name=name)
        if not isinstance(result, Rows):
            return result
        look = TableStyle(prefixes=self.project.prefixes)
        return ResultTable.of(result, look, lambda rows: cite_rows(self.citations, text, rows, name))

    def query(self, name: str, **values: object) -> ResultTable | Triples | bool:
        """As of a Graph; rows as of `sparql`, the columns called as the query's header says."""
        query = self.catalogue.get(name)
        asked = self.for_query(query)
        answer = asked.sparql(asked.bind(query, values), name=query.file)
        if isinstance(answer, ResultTable):
            answer.look = replace(answer.look, columns=query.header.columns)
        return answer

    def __contains__(self, name: object) -> bool:
        """Whether a name means one thing."""
        try:
            return isinstance(name, str) and bool(self[name])
        except UsageError:
            return False

    def __getitem__(self, name: str) -> Resource:
        """The thing meant by a label, alias, code, CURIE, slug or IRI; UsageError when it is not one."""
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
) -> CitedGraph:
    """The graph of the project in `folder`, or of the one found from here, or of the package's own.

    `timeout`: how many seconds a query may take, and the rules together, before they raise LimitError; None
    or 0 is no limit. A query runs in a process of its own, so that no crash of the engine harms this one.
    `cache`: a large one is kept in a store on disk, to be read only, as the command line does.
    `endpoint`: the SPARQL server that answers instead, by its address or its name in the project.
    `trust`: the project may read outside its folder, and say itself where that server is; InputError where
    it would and may not.

    >>> open_graph()["some name"].citations  # doctest: +SKIP
    """
    project = find_project(folder, trust=trust)
    server = project.endpoint(endpoint) if endpoint else None
    return CitedGraph(
        project, GraphOptions(tuple(layers), engine, time_limit(timeout), cache, endpoint=server)
    )


def _attribute(name: str) -> str:
    """A property's name as Python may write it."""
    letters = "".join(each if each.isalnum() else "_" for each in name)
    return "_".join(filter(None, letters.split("_"))).lower()
