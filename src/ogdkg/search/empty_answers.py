"""Says why a stored query finds nothing, and what would find something."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress

from ogdkg.catalogue.catalogue import StoredQuery, value_texts
from ogdkg.catalogue.known_values import MOST, values_query
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, compact, csv_text
from ogdkg.search.probing import SECONDS, probe
from ogdkg.search.resolver import NameResolver, count_rows

_SHOWN = 10  # values named in a sentence


def reasons(graph: Graph, query: StoredQuery, values: Mapping[str, object]) -> Iterator[str]:
    """Yield sentences that say why a query finds nothing, and what would find something.

    Args:
        graph: The graph that was asked.
        query: The query.
        values: The values of its parameters, as they were given.
    """
    if query.header.empty:
        yield query.header.empty
    given = {name: value for name, value in values.items() if value not in (None, (), [])}
    if graph.is_costly:  # another attempt would cost the server, or the reader, much
        if query.header.see:
            yield f"See also {' or '.join(f'`ogdkg query {name}`' for name in query.header.see)}."
        return
    whole = graph.with_layers(graph.project.layers)
    if whole is not graph and not whole.is_large and (count := count_rows(whole, query, values)):
        yield f"All layers together have {_rows(count)}: use --layer all."
    for name in given:
        yield from _known(graph, query, query.parameter(name), given)
    is_usual = graph.layers == graph.project.choose(query.layers or graph.project.default_layers)
    for name in query.header.see:  # unless someone chose layers, each reads its own
        yield from _elsewhere(graph.whole if is_usual else graph, name, given)


def known_values(
    graph: Graph,
    query: StoredQuery,
    parameter: Parameter,
    values: Mapping[str, object],
    seconds: float = SECONDS,
) -> list[str]:
    """Return the values of a parameter for which a query finds something, with the other ones as given.

    Args:
        graph: The graph.
        query: The query.
        parameter: One of its parameters.
        values: The values of its parameters.
        seconds: How long it may take.

    Returns:
        Labels of resources, or texts, sorted; none if the query cannot tell them.
    """
    others = {name: value for name, value in values.items() if name != parameter.name}
    resolver = NameResolver(graph)
    with suppress(OgdkgError):
        if parameter.is_resource:
            terms = resolver.terms(query, others, without=parameter.name)
            asked = values_query(query, parameter, terms)
            names = resolver.candidates(query, parameter)
            things = {row[0] for row in probe(graph, asked, seconds).rows if isinstance(row[0], Iri)}
            shown = {names.label(thing) or _short(graph, thing) for thing in things}
            return sorted(shown, key=_alphabetically)
        if parameter.column and parameter.is_optional:
            rows = probe(graph, resolver.bind(query, others), seconds)
            columns = [place for place, name in enumerate(rows.variables) if name == parameter.column]
            return sorted({csv_text(row[place]) for row in rows.rows for place in columns if row[place]})
    return []


def _alphabetically(text: str) -> tuple[str, str]:
    return text.casefold(), text


def _known(
    graph: Graph, query: StoredQuery, parameter: Parameter, given: Mapping[str, object]
) -> Iterator[str]:
    """Yield a sentence on the values of a parameter that have rows."""
    option = _option(parameter.name, given)
    if known := known_values(graph, query, parameter, given):
        more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
        yield f"No rows for {option}; there are some for: {', '.join(known[:_SHOWN])}{more}."


def _elsewhere(graph: Graph, name: str, given: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence on a query to ask instead: what it finds if it has the same parameters."""
    with suppress(OgdkgError):
        other = graph.catalogue.get(name)
        shared = {
            parameter.name: given[parameter.name] for parameter in other.parameters if parameter.name in given
        }
        call = " ".join(["ogdkg query", shlex.quote(name), *(_option(each, given) for each in shared)])
        if len(shared) < len(given):
            yield f"See also `ogdkg query {name}`."
        elif count := count_rows(graph.for_query(other), other, shared):
            yield f"`{call}` has {_rows(count)}."


def _option(name: str, given: Mapping[str, object]) -> str:
    return " ".join(f"--{name} {shlex.quote(text)}" for text in value_texts(given[name]))


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}{' or more' * (count == MOST)}"


def _short(graph: Graph, thing: Iri) -> str:
    return compact(thing.value, graph.project.prefixes) or thing.value
