"""Terms of a query that a project does not know: most often misspelt, and then the query finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.rdf.terms import RDF, Iri, Literal, compact, local_name, to_ntriples
from ogdkg.sparql.tokens import (
    Token,
    closing_bracket,
    declared_prefixes,
    iri_of,
    query_type,
    significant_tokens,
)
from ogdkg.store.codec import read_quads

_MISSING = """SELECT DISTINCT ?term { VALUES ?term { %s }
  FILTER NOT EXISTS { ?term ?p1 ?o1 }
  FILTER NOT EXISTS { ?s2 ?term ?o2 }
  FILTER NOT EXISTS { ?s3 ?p3 ?term }
  FILTER NOT EXISTS { GRAPH ?term { ?s4 ?p4 ?o4 } }
}"""
_USED = "SELECT DISTINCT ?term { { ?s ?term ?o } UNION { ?s a ?term } }"
_EVERYBODY_S = re.compile("https?://(www[.]w3[.]org|purl[.]org|xmlns[.]com|schema[.]org)/")
_WITHIN = "SELECT DISTINCT ?term { ?term ?p ?o FILTER(STRSTARTS(STR(?term), %s)) }"
_MOST = 100  # terms of one query that are looked up
_LIKE, _VERY_LIKE = 0.6, 0.88


class UnknownTerm(NamedTuple):
    """A term that neither the ontology nor the data have, and the nearest one that they have, if any."""

    name: str
    nearest: str | None


class _Named(NamedTuple):
    text: str
    is_class: bool


def unknown_terms(graph: Graph, query: str) -> list[UnknownTerm]:
    """Return the terms of a query in the project's own namespaces that nothing in the project is called.

    Args:
        graph: The graph that is asked.
        query: The query; what a CONSTRUCT makes is left aside.
    """
    project = graph.project
    named = _named(query, project.prefixes)
    values = " ".join(to_ntriples(Iri(iri)) for iri in list(named)[:_MOST])
    missing = _asked(graph, _MISSING % values) if named else set()
    if not missing:
        return []
    defined = _defined(project)
    terms = defined | _asked(graph, _USED)
    found = []
    for iri in (iri for iri in named if iri in missing - defined):
        alike = terms
        if not any(term.startswith(_namespace(iri)) for term in terms):  # it names a thing
            alike = _asked(graph, _WITHIN % to_ntriples(Literal(_namespace(iri))))
        nearest = _nearest(iri, alike, is_class=named[iri].is_class)
        if _is_own(iri, project, terms) or (nearest and _is_slip(iri, nearest)):
            shown = nearest and (compact(nearest, project.prefixes) or f"<{nearest}>")
            found.append(UnknownTerm(named[iri].text, shown))
    return found


def _asked(graph: Graph, query: str) -> set[str]:
    return {row[0].value for row in graph.select(query, name="terms") if isinstance(row[0], Iri)}


def _named(query: str, prefixes: Mapping[str, str]) -> dict[str, _Named]:
    """Return the IRIs in the pattern of a query, each as it is written there and whether it is a class."""
    found = significant_tokens(query)
    known = {**prefixes, **declared_prefixes(found)}
    pattern = _pattern(found)
    named: dict[str, _Named] = {}
    for before, token in zip((None, *pattern), pattern, strict=False):
        if iri := iri_of(token, known):
            is_class = before is not None and (before.text == "a" or iri_of(before, known) == RDF + "type")
            named.setdefault(iri, _Named(token.text, is_class))
    return named


def _pattern(query: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens of a query without its prologue and without what a CONSTRUCT makes."""
    start = next((at for at, token in enumerate(query) if token.text == "{"), len(query))
    if query_type(list(query)) == "CONSTRUCT" and not query[start - 1].is_word("WHERE"):
        start = (closing_bracket(query, start) or len(query)) + 1
    return query[start:]


def _defined(project: Project) -> set[str]:
    """Return what the project's ontology speaks of."""
    quads = (quad for path in project.files(project.shapes_ontology) for quad in read_quads(path))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, Iri)}


def _is_own(iri: str, project: Project, terms: Iterable[str]) -> bool:
    """Whether a term would be the project's to define: it is in a namespace that is nobody else's."""
    if _EVERYBODY_S.match(iri):
        return False
    own = project.resource_namespace
    return bool(own and iri.startswith(own)) or _namespace(iri) in map(_namespace, terms)


def _is_slip(iri: str, nearest: str) -> bool:
    """Whether a term of everybody's is so like one in use that it must be a slip of the pen."""
    return _namespace(iri) == _namespace(nearest) and _likeness(iri, nearest) >= _VERY_LIKE


def _namespace(iri: str) -> str:
    return iri.removesuffix(local_name(iri))


def _nearest(iri: str, known: Iterable[str], *, is_class: bool) -> str | None:
    """Return the known term whose name is most alike: a class for a class, a property for a property.

    These are told apart as everybody writes them, by a capital.
    """
    alike = {
        other: (local_name(other)[:1].isupper() == is_class, _namespace(other) == _namespace(iri), likeness)
        for other in known
        if (likeness := _likeness(iri, other)) >= _LIKE
    }
    same = [other for other in alike if alike[other][0]] or list(alike)
    return max(same, key=lambda other: (alike[other][2], alike[other][1], other), default=None)


def _likeness(one: str, other: str) -> float:
    import difflib  # only for a term that is not known

    names = local_name(one).casefold(), local_name(other).casefold()
    return difflib.SequenceMatcher(None, *names, autojunk=False).ratio()
