"""Statements added at the end of a document, with the prefixes that they take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from ogdkg.rdf import formats
from ogdkg.rdf.datatypes import NUMERIC_SHORTHAND
from ogdkg.rdf.formats import Format
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import RDF, XSD, XSD_STRING, Iri, Literal, Term, Triple, escape, to_ntriples
from ogdkg.renaming.spelling import as_name
from ogdkg.syntax.grammar import TOKEN
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source

_TYPE = Iri(RDF + "type")
_DIRECTIVES = (b"prefix", b"@prefix", b"base", b"@base", b"version", b"@version")
_PLAIN = (formats.NTRIPLES, formats.NQUADS)


def appended(
    data: bytes,
    form: Format,
    name: str,
    triples: Iterable[Triple],
    prefixes: Mapping[str, str],
    graph: Iri | None = None,
) -> bytes:
    """Return a document with statements at its end, outside of named graphs or in one of them.

    Args:
        data: The document.
        form: Its format.
        name: What messages call it.
        triples: The statements, those of one subject together.
        prefixes: The prefixes to write names with; those in use that the document lacks are declared.
        graph: The named graph of the statements, in TriG and N-Quads; where the document has one block of it,
            they come at the end of that.

    Raises:
        InputError: The document is not well-formed.
    """
    triples = list(triples)
    if form in _PLAIN:
        named = (graph,) if graph else ()
        lines = (" ".join(map(to_ntriples, (*triple, *named))) + " .\n" for triple in triples)
        return _ended(data) + "".join(lines).encode()
    source = Source(data, name)
    begins, last, declared = _read(source, form, graph)
    used: dict[str, str] = {}
    names = Names(declared, prefixes, used)
    text = "".join(
        _sentence(subject, list(own), names)
        for subject, own in groupby(triples, key=lambda each: each.subject)
    )
    at = len(data)
    if graph and last is not None:
        at, is_open = _end_of_block(data, last)
        begun = "" if data[:at].endswith(b"\n") and not is_open else "\n"
        text = f"{' .' * is_open}{begun}{text}"
    elif graph:
        text = f"{names.iri(graph.value)} {{\n{text}}}\n"
    start = source.start  # behind a byte order mark
    end = _end_of_directives(data, start, begins)
    head = prefix_lines(dict(sorted(used.items())))
    begin = _ended(data[start:end]) if head else data[start:end]
    body = data[:start] + begin + head.encode() + data[end:at]
    return (body if data[at:] else _ended(body)) + text.encode() + data[at:]


def _read(source: Source, form: Format, graph: Iri | None) -> tuple[int, int | None, Mapping[str, str]]:
    """Where a document's first statement begins, where the last object of a graph stands, and its prefixes.

    The object is None where there is no block of the graph, or more than one with others between.
    """
    reader = Reader(source, form.name, "file:///")
    first = last = before = None
    blocks = 0
    for each in reader:
        first = first or each
        if graph and each.graph == graph:
            blocks += before is None or before.graph != graph
            last = each
        before = each
    begins = first.subject_offset if first else len(source.data)
    return begins, last.object_offset if last and blocks == 1 else None, reader.names.prefixes


def _ended(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"


def _end_of_directives(data: bytes, start: int, limit: int) -> int:
    """Where the lines end that declare prefixes before the first statement."""
    end = at = start
    for line in data[start:limit].split(b"\n"):
        at += len(line) + 1
        if line.lstrip().lower().startswith(_DIRECTIVES):
            end = min(at, len(data))
    return end


def _end_of_block(data: bytes, offset: int) -> tuple[int, bool]:
    """Where the block of a named graph ends that a statement stands in, and whether that lacks its stop."""
    before = b""
    for match in TOKEN.finditer(data, offset):
        kind = match.lastgroup or "end"
        if kind == "end" or match[kind] == b"}":
            return (match.start(kind) if kind != "end" else len(data)), before != b"."
        if kind != "comment":
            before = match[kind]
    return len(data), False


class Names:
    """Writes terms as Turtle has them, with the prefixes of a document and those that it may declare.

    Args:
        declared: The prefixes of the document.
        known: Further ones.
        used: Takes up the further ones that are used.
    """

    def __init__(self, declared: Mapping[str, str], known: Mapping[str, str], used: dict[str, str]) -> None:
        self._declared, self._used = declared, used
        self._known = {prefix: iri for prefix, iri in known.items() if prefix not in declared}

    def iri(self, iri: str) -> str:
        """Return an IRI as a name, by a prefix of the document unless only another spares escapes; or between
        angle brackets."""
        own, other = as_name(iri, self._declared), as_name(iri, self._known)
        if other and (own is None or ("\\" in own and "\\" not in other)):
            prefix = other.partition(":")[0]
            self._used[prefix] = self._known[prefix]
            return other
        return own or f"<{iri}>"

    def term(self, term: Term) -> str:
        """Return a term; numbers and truth values without quotation marks where Turtle lets them be."""
        if isinstance(term, Iri):
            return self.iri(term.value)
        if not isinstance(term, Literal) or term.language or term.datatype == XSD_STRING:
            return to_ntriples(term)
        if _is_bare(term):
            return term.value
        return f'"{escape(term.value)}"^^{self.iri(term.datatype)}'


def _is_bare(term: Literal) -> bool:
    """Whether Turtle takes a bare word for this very literal (2.5.2, 2.5.3)."""
    if term.datatype == XSD + "boolean":
        return term.value in ("true", "false")
    pattern = NUMERIC_SHORTHAND.get(term.datatype)
    return pattern is not None and re.fullmatch(pattern, term.value) is not None


def _sentence(subject: Term, triples: list[Triple], names: Names) -> str:
    pairs: dict[Iri, list[str]] = {}
    for triple in triples:
        pairs.setdefault(triple.predicate, []).append(names.term(triple.object))
    said = [
        f"{'a' if predicate == _TYPE else names.iri(predicate.value)} {', '.join(values)}"
        for predicate, values in pairs.items()
    ]
    return names.term(subject) + " " + " ;\n  ".join(said) + " .\n"
