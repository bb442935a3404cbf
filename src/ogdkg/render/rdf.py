"""Triples and quads as text: sorted, so that the same graph is the same bytes; lexical forms as they came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ogdkg import formats
from ogdkg.formats import Format
from ogdkg.terms import (
    RDF,
    XSD,
    Blank,
    Iri,
    Literal,
    Quad,
    Subject,
    Term,
    Triple,
    compact,
    escape,
    to_ntriples,
)

_TYPE = Iri(RDF + "type")
_SHORT = {  # literals that Turtle writes bare (section 2.5.2); a decimal must not end in a dot
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}


def write_triples(
    triples: Iterable[Triple], form: Format, prefixes: Mapping[str, str]
) -> Iterator[str | bytes]:
    """Triples in any RDF format, each once."""
    return write_quads((Quad(*triple, None) for triple in triples), form, prefixes)


def write_quads(quads: Iterable[Quad], form: Format, prefixes: Mapping[str, str]) -> Iterator[str | bytes]:
    """Quads in any RDF format; one without graphs gets their triples, each once."""
    kept = {quad if form.graphs else Quad(*quad.triple, None) for quad in quads}
    ordered = sorted(kept, key=_order)
    if form in (formats.NTRIPLES, formats.NQUADS):
        yield from map(_line, ordered)
    elif form in (formats.TURTLE, formats.TRIG):
        yield from _turtle(ordered, prefixes)
    else:
        from ogdkg.store.codec import serialize  # pyoxigraph writes the two formats that nobody reads by eye

        yield serialize(
            ordered if form.graphs else [quad.triple for quad in ordered], form, _used(ordered, prefixes)
        )


def _line(quad: Quad) -> str:
    parts = [to_ntriples(term) for term in quad if term is not None]
    return " ".join(parts) + " .\n"


def _turtle(quads: list[Quad], prefixes: Mapping[str, str]) -> Iterator[str]:
    used = _used(quads, prefixes)
    for prefix, namespace in sorted(used.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    for graph, members in groupby(quads, key=lambda quad: quad.graph):
        indent = "" if graph is None else "    "
        yield "\n" if graph is None else f"\n{_term(graph, used)} {{\n"
        separator = ""
        for subject, statements in groupby(members, key=lambda quad: quad.subject):
            yield separator + _subject(subject, [quad.triple for quad in statements], used, indent)
            separator = "\n"
        if graph is not None:
            yield "}\n"


def _subject(subject: Subject, triples: list[Triple], prefixes: Mapping[str, str], indent: str) -> str:
    """One subject with all it says: `;` between predicates, `,` between objects."""
    lines = []
    for predicate, statements in groupby(triples, key=lambda triple: triple.predicate):
        verb = "a" if predicate == _TYPE else _term(predicate, prefixes)
        objects = [_term(triple.object, prefixes) for triple in statements]
        lines.append(f"{verb} {', '.join(objects)}")
    joined = f" ;\n{indent}    ".join(lines)
    return f"{indent}{_term(subject, prefixes)} {joined} .\n"


def _term(term: Term, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, Iri):
        return compact(term.value, prefixes) or to_ntriples(term)
    if isinstance(term, Literal) and not term.language:
        return _typed(term, prefixes)
    return to_ntriples(term)


def _typed(term: Literal, prefixes: Mapping[str, str]) -> str:
    if (short := _SHORT.get(term.datatype)) and short.fullmatch(term.value):
        return term.value
    datatype = compact(term.datatype, prefixes)
    return (
        f'"{escape(term.value)}"^^{datatype}'
        if datatype and term.datatype != XSD + "string"
        else to_ntriples(term)
    )


def _used(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that some IRI of the quads is written with."""
    iris = {iri for quad in quads for term in quad for iri in _iris(term)}
    found = {curie.partition(":")[0] for curie in (compact(iri, prefixes) for iri in iris) if curie}
    return {prefix: namespace for prefix, namespace in prefixes.items() if prefix in found}


def _iris(term: Term | None) -> Iterator[str]:
    if isinstance(term, Iri):
        yield term.value
    elif isinstance(term, Literal) and not term.language and term.datatype != XSD + "string":
        yield term.datatype


def _order(quad: Quad) -> tuple[tuple[object, ...], ...]:
    """Unnamed graph first; `a` before other predicates; blank nodes after IRIs."""
    return (
        _key(quad.graph),
        _key(quad.subject),
        (quad.predicate != _TYPE, quad.predicate.value),
        _key(quad.object),
    )


def _key(term: Term | None) -> tuple[object, ...]:
    if term is None:
        return (0,)
    if isinstance(term, Iri):
        return (1, term.value)
    if isinstance(term, Blank):
        digits = re.search(r"[0-9]+$", term.label)
        return (
            2,
            term.label[: digits.start()] if digits else term.label,
            int(digits.group()) if digits else 0,
        )
    return (3, term.value, term.language, term.datatype)
