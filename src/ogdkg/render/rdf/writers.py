"""Writes triples and quads in any RDF format: sorted, so that the same graph gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from ogdkg.errors import InputError
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import Statement, is_triple_term, join, split, to_nquads, with_stable_blanks
from ogdkg.rdf.terms import Quad, Triple
from ogdkg.render.rdf.turtle import Tracker, used_prefixes, write_turtle

_LARGE = 1_500_000  # lines of a graph that is not sorted in memory, where it takes some 600 MB


def write_triples(
    triples: Iterable[Triple], form: Format, prefixes: Mapping[str, str]
) -> Iterator[str | bytes]:
    """Write triples in any RDF format, each once; blank nodes keep their labels."""
    return write_quads((Quad(*triple, None) for triple in triples), form, prefixes)


def write_quads(quads: Iterable[Quad], form: Format, prefixes: Mapping[str, str]) -> Iterator[str | bytes]:
    """Write quads in any RDF format; a format without graphs gets the triples, each once."""
    return write_lines(map(to_nquads, quads), form, prefixes)


def write_lines(
    lines: Iterable[str], form: Format, prefixes: Mapping[str, str], watch: Tracker = iter
) -> Iterator[str | bytes]:
    """Write lines of N-Quads in any RDF format, each once and sorted.

    Args:
        lines: The lines, in any order.
        form: The format.
        prefixes: The prefixes for formats that have them.
        watch: Iterates over the sorted items, for example with a progress bar.
    """
    rest = iter(lines)
    begun = list(islice(rest, _LARGE))
    if len(begun) == _LARGE:
        from ogdkg.render.rdf import large  # few graphs are

        whole = chain(begun, rest)
        del begun  # so that it goes when it is read
        if form in large.FORMATS:
            yield from large.write_large(whole, form, prefixes, watch)
            return
        begun = list(whole)
    stable = with_stable_blanks(begun)
    if form == formats.NQUADS:
        yield from (line + "\n" for line in watch(sorted(set(stable))))
    else:
        yield from _written(in_order(stable, graphs=form.graphs), form, prefixes, watch)


def write_statements(
    statements: Iterable[Statement], form: Format, prefixes: Mapping[str, str]
) -> Iterator[str | bytes]:
    """Write statements as `write_lines` does."""
    found = list(statements)
    if form == formats.NQUADS or any("_:" in part for each in found for part in each):
        yield from write_lines(map(join, found), form, prefixes)
    else:
        chosen = set(found if form.graphs else [("", *each[1:]) for each in found])
        yield from _written(sorted(chosen), form, prefixes, iter)


def _written(
    ordered: list[Statement], form: Format, prefixes: Mapping[str, str], watch: Tracker
) -> Iterator[str | bytes]:
    if form == formats.JSONLD:
        refuse_triple_terms(ordered)
    if form == formats.NTRIPLES:
        yield from (join(statement) + "\n" for statement in watch(ordered))
    elif form in (formats.TURTLE, formats.TRIG):
        yield from write_turtle(ordered, prefixes, watch)
    elif form == formats.JSONLD:
        from ogdkg.render.rdf.jsonld import write_expanded  # other formats do not need json

        yield from write_expanded(watch(ordered))
    else:
        from ogdkg.store.stream import serialize_rdfxml  # few outputs are in it

        yield serialize_rdfxml(map(join, watch(ordered)), used_prefixes(ordered, prefixes))


def refuse_triple_terms(statements: Iterable[Statement]) -> None:
    """Raise InputError where there is a triple term (RDF 1.2), for a format that has none."""
    if found := next((each for each in statements if is_triple_term(each[3])), None):
        subject = "a blank node" if found[1].startswith("_:") else found[1]
        message = f"The format has no triple terms (RDF 1.2), and {subject} has one."
        raise InputError(message, hint="Turtle, TriG, N-Triples, N-Quads and RDF/XML have them.")


def in_order(lines: Iterable[str], *, graphs: bool) -> list[Statement]:
    """Parse and sort lines, each once: the unnamed graph first; literals, IRIs, blank nodes."""
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
