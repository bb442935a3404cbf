"""Triples and quads as text: sorted, so that the same graph is the same bytes; lexical forms as they came."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from ogdkg import formats
from ogdkg.formats import Format
from ogdkg.statements import Statement, join, parts_of, spell, split, with_stable_blanks
from ogdkg.terms import RDF, XSD, Quad, Triple, compact

TYPE = f"<{RDF}type>"
_SHORT = {  # literals that Turtle writes bare (section 2.5.2); a decimal must not end in a dot
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
Spelled = Callable[[str], str]


def write_triples(
    triples: Iterable[Triple], form: Format, prefixes: Mapping[str, str]
) -> Iterator[str | bytes]:
    """Triples in any RDF format, each once; blank nodes keep their labels."""
    return write_quads((Quad(*triple, None) for triple in triples), form, prefixes)


def write_quads(quads: Iterable[Quad], form: Format, prefixes: Mapping[str, str]) -> Iterator[str | bytes]:
    """Quads in any RDF format; one without graphs gets their triples, each once."""
    return write_lines(map(spell, quads), form, prefixes)


def write_lines(lines: Iterable[str], form: Format, prefixes: Mapping[str, str]) -> Iterator[str | bytes]:
    """Lines of N-Quads in any RDF format, each once, whatever order they come in."""
    stable = with_stable_blanks(list(lines))
    if form == formats.NQUADS:
        yield from (line + "\n" for line in sorted(set(stable)))
        return
    ordered = in_order(stable, graphs=form.graphs)
    if form == formats.NTRIPLES:
        yield from (join(statement) + "\n" for statement in ordered)
    elif form in (formats.TURTLE, formats.TRIG):
        yield from _turtle(ordered, prefixes)
    elif form == formats.JSONLD:
        from ogdkg.render.jsonld import write_expanded  # json, not wanted by the rest

        yield from write_expanded(ordered)
    else:
        from ogdkg.store.stream import serialize  # pyoxigraph writes the format that nobody reads by eye

        yield serialize(map(join, ordered), form, _used(ordered, prefixes))


def in_order(lines: Iterable[str], *, graphs: bool) -> list[Statement]:
    """The statements of lines, each once: the unnamed graph first; literals, IRIs, blank nodes."""
    shared: dict[str, str] = {}
    share = shared.setdefault
    found = []
    for line in lines:
        graph, subject, predicate, obj = split(line)
        found.append(
            (
                share(graph, graph) if graphs else "",
                share(subject, subject),
                share(predicate, predicate),
                share(obj, obj),
            )
        )
    found.sort()
    return [statement for index, statement in enumerate(found) if not index or statement != found[index - 1]]


def type_first(statements: Iterable[Statement]) -> list[Statement]:
    """The statements about one subject with its types before all else."""
    said = list(statements)
    if len(said) > 1 and any(statement[2] == TYPE for statement in said):
        said.sort(key=lambda statement: statement[2] != TYPE)
    return said


def _turtle(statements: list[Statement], prefixes: Mapping[str, str]) -> Iterator[str]:
    used = _used(statements, prefixes)
    spelled = _speller(used)
    for prefix, namespace in sorted(used.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    for graph, members in groupby(statements, key=lambda statement: statement[0]):
        indent = "    " if graph else ""
        yield f"\n{spelled(graph)} {{\n" if graph else "\n"
        separator = ""
        for subject, said in groupby(members, key=lambda statement: statement[1]):
            yield f"{separator}{indent}{spelled(subject)} {_said(said, spelled, indent)} .\n"
            separator = "\n"
        if graph:
            yield "}\n"


def _said(statements: Iterable[Statement], spelled: Spelled, indent: str) -> str:
    """All that one subject says: `;` between predicates, `,` between objects."""
    objects: dict[str, list[str]] = {}
    for _, _, predicate, obj in type_first(statements):
        objects.setdefault(predicate, []).append(spelled(obj))
    return f" ;\n{indent}    ".join(
        f"{'a' if predicate == TYPE else spelled(predicate)} {', '.join(those)}"
        for predicate, those in objects.items()
    )


def _speller(prefixes: Mapping[str, str]) -> Spelled:
    """How Turtle spells a term, each worked out once; plain strings, which seldom come again, not kept."""
    short = Shortener(prefixes)

    def spelled(text: str) -> str:
        if text[0] == "<":
            return short(text[1:-1]) or text
        return _typed(text, short) if text[-1] == ">" else text

    return spelled


class Shortener(dict[str, "str | None"]):
    """CURIEs by IRI, each worked out once: the longest namespace that leaves a plain local name."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __call__(self, iri: str) -> str | None:
        return self[iri]

    def __missing__(self, iri: str) -> str | None:
        found = self[iri] = compact(iri, self._prefixes)
        return found


def _typed(text: str, short: Shortener) -> str:
    value, datatype, _ = parts_of(text)
    if (bare := _SHORT.get(datatype)) and bare.fullmatch(value):
        return value
    name = short(datatype)
    return f"{text[: -len(datatype) - 2]}{name}" if name else text


def _used(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that some IRI of the statements is written with."""
    terms = {term for statement in statements for term in statement}
    found = set()
    for term in terms:
        if term.endswith(">"):
            iri = term[1:-1] if term[0] == "<" else parts_of(term)[1]
            found.add((compact(iri, prefixes) or "").partition(":")[0])
    return {prefix: namespace for prefix, namespace in prefixes.items() if prefix in found}
