"""Terms of a query that what it asks does not know: most often misspelt, and then the query finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.project.project import Project
from ogdkg.rdf.terms import RDF, Iri, Literal, Row, compact, local_name, to_ntriples
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
  FILTER NOT EXISTS { GRAPH ?g5 { ?term ?p5 ?o5 } }
  FILTER NOT EXISTS { GRAPH ?g6 { ?s6 ?term ?o6 } }
  FILTER NOT EXISTS { GRAPH ?g7 { ?s7 ?p7 ?term } }
}"""
_USED = """SELECT DISTINCT ?term {
  { ?s ?term ?o } UNION { ?s a ?term } UNION { GRAPH ?g { ?s ?term ?o } } UNION { GRAPH ?g { ?s a ?term } }
}"""
_EVERYBODY_S = re.compile("https?://(www[.]w3[.]org|purl[.]org|xmlns[.]com|schema[.]org)/")
_WITHIN = """SELECT DISTINCT ?term {
  { ?term ?p ?o } UNION { GRAPH ?g { ?term ?p ?o } } FILTER(STRSTARTS(STR(?term), %s))
}"""
_MOST = 100  # terms of one query that are looked up
_LIKE, _VERY_LIKE = 0.6, 0.88


class UnknownTerm(NamedTuple):
    """A term that there is not, and the nearest one that there is, if any."""

    name: str
    nearest: str | None


class _Named(NamedTuple):
    text: str
    is_class: bool


class QueryTarget(NamedTuple):
    """What a query is asked of.

    Attributes:
        select: Runs a SELECT on it.
        prefixes: Those that a query need not declare.
        own: The namespace of its things; empty if it has none of its own.
        defined: Returns what its ontology speaks of.
        is_remote: Whether each question costs a request, and one about all of its data too much.
        place: What it is called in a message.
    """

    select: Callable[[str], Iterable[Row]]
    prefixes: Mapping[str, str]
    own: str = ""
    defined: Callable[[], set[str]] = set
    is_remote: bool = False
    place: str = "in the files"


def asked_graph(graph: Graph) -> QueryTarget:
    """Return the graph of a project, or the server that is asked in its place."""
    project, is_remote = graph.project, bool(graph.options.endpoint)
    place = "in the ontology or on the server" if is_remote else "in the ontology or the data"
    select = partial(graph.select, name="terms")
    return QueryTarget(
        select, project.prefixes, project.resource_namespace, partial(_defined, project), is_remote, place
    )


def told_unknown(target: QueryTarget, query: str) -> list[str]:
    """Return a sentence for each of the `unknown_terms` of a query; none where they cannot be looked for."""
    found = []
    with suppress(OgdkgError):  # the answer stands, whatever comes of this
        for term in unknown_terms(target, query):
            nearest = f"; did you mean {term.nearest}?" if term.nearest else "."
            found.append(f"{term.name}: no such term {target.place}{nearest}")
    return found


def unknown_terms(target: QueryTarget, query: str) -> list[UnknownTerm]:
    """Return the terms of a query in namespaces of its own that nothing in what is asked is called.

    Args:
        target: What the query is asked of.
        query: The query; what a CONSTRUCT makes is left aside.
    """
    named = _named(query, target.prefixes)
    if target.is_remote:
        defined = target.defined()
        named = {
            iri: each for iri, each in named.items() if iri not in defined and _is_own(iri, target, defined)
        }
    values = " ".join(to_ntriples(Iri(iri)) for iri in list(named)[:_MOST])
    missing = _iris_of(target, _MISSING % values) if named else set()
    if not missing:
        return []
    defined = target.defined()
    terms = defined if target.is_remote else defined | _iris_of(target, _USED)
    found = []
    for iri in (iri for iri in named if iri in missing - defined):
        nearest = _nearest(iri, _alike(iri, terms, target), is_class=named[iri].is_class)
        if _is_own(iri, target, terms) or (nearest and _is_slip(iri, nearest)):
            shown = nearest and (compact(nearest, target.prefixes) or f"<{nearest}>")
            found.append(UnknownTerm(named[iri].text, shown))
    return found


def _alike(iri: str, terms: set[str], target: QueryTarget) -> set[str]:
    """Return the terms that one may have been meant for: classes and properties, or things."""
    namespace = _namespace(iri)
    if target.is_remote or any(term.startswith(namespace) for term in terms):
        return terms
    return _iris_of(target, _WITHIN % to_ntriples(Literal(namespace)))


def _iris_of(target: QueryTarget, query: str) -> set[str]:
    return {row[0].value for row in target.select(query) if isinstance(row[0], Iri)}


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


def _is_own(iri: str, target: QueryTarget, terms: Iterable[str]) -> bool:
    """Whether a term would be the project's to define: it is in a namespace that is nobody else's."""
    if _EVERYBODY_S.match(iri):
        return False
    return bool(target.own and iri.startswith(target.own)) or _namespace(iri) in map(_namespace, terms)


def _is_slip(iri: str, nearest: str) -> bool:
    """Whether a term of everybody's is so like one in use that it must be a slip of the pen."""
    return _namespace(iri) == _namespace(nearest) and _likeness(iri, nearest) >= _VERY_LIKE


def _namespace(iri: str) -> str:
    return iri.removesuffix(local_name(iri))


def _nearest(iri: str, candidates: Iterable[str], *, is_class: bool) -> str | None:
    """Return the known term whose name is most alike: a class for a class, a property for a property.

    These are told apart as everybody writes them, by a capital.
    """
    alike = {
        other: (local_name(other)[:1].isupper() == is_class, _namespace(other) == _namespace(iri), likeness)
        for other in candidates
        if (likeness := _likeness(iri, other)) >= _LIKE
    }
    same = [other for other in alike if alike[other][0]] or list(alike)
    return max(same, key=lambda other: (alike[other][2], alike[other][1], other), default=None)


def _likeness(one: str, other: str) -> float:
    import difflib  # only for a term that is not known

    names = local_name(one).casefold(), local_name(other).casefold()
    return difflib.SequenceMatcher(None, *names, autojunk=False).ratio()
