"""Parses RDF files into quads and converts terms to and from pyoxigraph's, keeping lexical forms.

A pyoxigraph store rewrites literals (`01` to `1`); its parser and serializer do not. `stream` converts whole
documents between formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from ogdkg.errors import InputError, Place
from ogdkg.files.names import shown_path
from ogdkg.files.text import reading
from ogdkg.rdf.formats import (
    FOR_RDF,
    JSONLD,
    LOSSLESS,
    RDFXML,
    Format,
    by_extension,
    is_packed,
    unknown_format,
)
from ogdkg.rdf.terms import (
    DIR_LANG_STRING,
    LANG_STRING,
    Blank,
    Iri,
    Literal,
    Quad,
    Row,
    Subject,
    Term,
    Triple,
    TripleTerm,
    to_ntriples,
)
from ogdkg.store.rdf12 import only_older, refuse_newer

if TYPE_CHECKING:
    from ogdkg.project.overrides import Overrides
    from ogdkg.store.jsonld import ContextFiles

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
_FIRST, _TOGETHER = 8, 256  # rows that are converted one by one, and together
_MOST_KEPT = 65_536  # converted terms of a column
_NODE, _LITERAL, _VALUE = ox.NamedNode, ox.Literal, attrgetter("value")  # for the speed of `term_of`
# What precedes the first blank node, collection, reifier or error; strings and comments may hold signs.
_WITHOUT_BLANKS = rb"""(?: [^"'<#_\[(\\|~]++ | \\. | _(?!:) | \#[^\n]*+ | <[^<>"{}|^`\x00-\x20]*+>
    | \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    | "(?!"")(?:[^"\\\n\r]++|\\.)*+" | ""(?!") | '(?!'')(?:[^'\\\n\r]++|\\.)*+' | ''(?!') )*+"""
_HEAD = 2**17  # bytes


def raw_quads(
    path: Path,
    data: bytes | IO[bytes] | None = None,
    contexts: ContextFiles | None = None,
    *,
    newer: bool = True,
    overrides: Overrides | None = None,
) -> Iterator[ox.Quad]:
    """Yield pyoxigraph's quads of a file, with its blank node labels; `data` is the content if known.

    Those of RDF 1.2 are among them, unless `newer` is false: then InputError tells the first one.
    """
    try:
        yield from _parser(path, data, contexts, newer=newer, overrides=overrides)
    except (SyntaxError, MemoryError) as error:
        from ogdkg.store.document_errors import fault  # only for a broken file

        raise fault(error, path, overrides=overrides) from error


def _parser(
    path: Path,
    data: bytes | IO[bytes] | None = None,
    contexts: ContextFiles | None = None,
    *,
    newer: bool = False,
    overrides: Overrides | None = None,
) -> Iterable[ox.Quad]:
    base, form = (overrides.base, overrides.form) if overrides else (None, by_extension(path, FOR_RDF))
    if form is None:
        message, hint = unknown_format(path, "Give the file another name.")
        raise InputError(message, place=Place(shown_path(path)), hint=hint)
    data = _content(path, overrides) if data is None else data
    kept = (lambda quads: quads) if newer else lambda quads: only_older(quads, shown_path(path))
    if form == RDFXML:
        from ogdkg.syntax.rdfxml import RdfXmlReader  # few projects have such files

        return kept(RdfXmlReader(data, shown_path(path), base))
    if form == JSONLD:
        from ogdkg.store.jsonld import JsonLdQuads  # few projects have such files

        return kept(JsonLdQuads(data, shown_path(path), base, contexts=contexts))
    if isinstance(data, bytes) and not newer:
        refuse_newer(data, form, shown_path(path), base)
    from ogdkg.rdf.bounds.door import bounded  # statements that are kept need no file

    return ox.parse(bounded(data, form.media_type, shown_path(path)), ox_format(form), base_iri=base)


def declared_prefixes(path: Path, overrides: Overrides) -> dict[str, str]:
    """Return the prefixes that a loose file declares before its first triple; none if it does not parse.

    Reads the beginning of the file, and nothing of a large one whose format has them elsewhere.
    """
    try:
        data = overrides.content
        if data is None:
            with path.open("rb") as file:
                data = file.read(_HEAD)
        if is_packed(path) or (overrides.form not in LOSSLESS and len(data) == _HEAD):
            return {}
        parser: Any = _parser(path, data, newer=True, overrides=overrides)
        next(iter(parser), None)
        return dict(parser.prefixes)
    except (SyntaxError, MemoryError, OSError, InputError):
        return {}


def _content(path: Path, overrides: Overrides | None) -> bytes:
    return read_file(path) if overrides is None or overrides.content is None else overrides.content


def load_whole(store: ox.Store, path: Path, target: GraphName, overrides: Overrides | None = None) -> bool:
    """Load a file straight into a store, three times as fast; False if its quads must pass through Python."""
    from ogdkg.rdf.bounds.door import checked  # as in `_parser`

    form = whole_format(path, target, overrides)
    if form is None or has_blanks(
        data := checked(_content(path, overrides), form.media_type, shown_path(path))
    ):
        return False
    base = overrides.base if overrides else None
    try:
        store.load(data, ox_format(form), base_iri=base, to_graph=None if form.graphs else target)
    except (SyntaxError, MemoryError) as error:
        from ogdkg.store.document_errors import fault  # only for a broken file

        raise fault(error, path, overrides=overrides) from error
    return True


def whole_format(path: Path, target: GraphName, overrides: Overrides | None = None) -> Format | None:
    """Return the format of a file that may be loaded straight into a graph, else None.

    A format with named graphs can only be loaded into the default graph.
    """
    form = overrides.form if overrides else by_extension(path, LOSSLESS)
    return form if form in LOSSLESS and (not form.graphs or target == ox.DefaultGraph()) else None


def has_blanks(data: bytes) -> bool:
    """Return whether Turtle or its kin may have blank nodes, to which an engine gives random labels."""
    if not any(sign in data for sign in (b"_:", b"[", b"(", b"<<", b"{|", b"~")):
        return False
    plain = re.match(_WITHOUT_BLANKS, data, re.DOTALL | re.VERBOSE)
    return plain is None or plain.end() < len(data)


def in_bytes(triples: Iterable[ox.Triple]) -> bytes:
    """Return triples as N-Triples."""
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def read_quads(
    path: Path,
    *,
    blank_prefix: str = "",
    contexts: ContextFiles | None = None,
    overrides: Overrides | None = None,
) -> Iterator[Quad]:
    """Yield the quads of a file; its blank nodes are numbered in order, after `blank_prefix`."""
    labels: dict[str, str] = {}
    for raw in raw_quads(path, contexts=contexts, newer=False, overrides=overrides):
        quad = quad_of(raw)
        yield quad if not _has_blank(quad) else _numbered(quad, labels, blank_prefix)


def numbered(quads: Iterable[ox.Quad], prefix: str = "") -> Iterator[ox.Quad]:
    """Yield quads with their blank nodes numbered in order: an engine labels those in brackets at random."""
    labels: dict[str, ox.BlankNode] = {}

    def renamed(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term.value, ox.BlankNode(f"{prefix}b{len(labels) + 1}"))
        if isinstance(term, ox.Triple):
            return ox.Triple(renamed(term.subject), term.predicate, renamed(term.object))
        return term

    may_rename = (ox.BlankNode, ox.Triple)
    for quad in quads:
        parts = quad.subject, quad.object, quad.graph_name
        if any(isinstance(part, may_rename) for part in parts):
            subject, value, graph = map(renamed, parts)
            yield ox.Quad(subject, quad.predicate, value, graph)
        else:
            yield quad


def in_graph(quads: Iterable[ox.Quad], target: GraphName) -> Iterator[ox.Quad]:
    """Yield quads, with those in the unnamed graph put into `target`."""
    unnamed = ox.DefaultGraph()
    return (
        ox.Quad(quad.subject, quad.predicate, quad.object, target) if quad.graph_name == unnamed else quad
        for quad in quads
    )


def parse_triples(text: str, prefixes: Mapping[str, str], file: str = "triple") -> list[Triple]:
    """Parse Turtle that may use `prefixes` without declaring them; InputError if it does not parse."""
    head = "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items())
    try:
        return [quad_of(raw).triple for raw in ox.parse(head + text, ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        from ogdkg.store.document_errors import message_of  # as above

        raise InputError(f"{message_of(error)}.", place=Place(file)) from error


def read_file(path: Path) -> bytes:
    """Return what a file holds, unpacked if its name says that it is packed."""
    with reading(shown_path(path)):
        data = path.read_bytes()
    if not is_packed(path):
        return data
    from ogdkg.files.packed import unpacked_bytes  # few files are packed

    return unpacked_bytes(data, shown_path(path))


def ox_format(form: Format) -> ox.RdfFormat:
    """Convert a format of RDF, which pyoxigraph knows by its media type."""
    ox_form = ox.RdfFormat.from_media_type(form.media_type)
    assert ox_form is not None  # pyoxigraph knows every format in the table, as a test checks
    return ox_form


def ox_spo(
    quad: Quad | Triple,
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
    """Convert subject, predicate and object, as `quads_for_pattern` takes them."""
    return ox_node(quad.subject), ox.NamedNode(quad.predicate.value), ox_term(quad.object)


def ox_node(node: Subject) -> ox.NamedNode | ox.BlankNode:
    """Convert an IRI or a blank node."""
    return ox.NamedNode(node.value) if isinstance(node, Iri) else ox.BlankNode(node.label)


def ox_term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    """Convert a term of any kind, with the base direction and the triple terms of RDF 1.2."""
    if isinstance(term, TripleTerm):
        predicate = ox.NamedNode(term.predicate.value)
        return ox.Triple(ox_node(term.subject), predicate, ox_term(term.object))
    if not isinstance(term, Literal):
        return ox_node(term)
    if term.language:
        direction = ox.BaseDirection(term.direction) if term.direction else None
        return ox.Literal(term.value, language=term.language, direction=direction)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def ox_graph(graph: Iri | Blank | None) -> GraphName:
    """Convert the name of a graph; None stands for the default graph."""
    return ox.DefaultGraph() if graph is None else ox_node(graph)


def term_of(raw: Any) -> Term:
    """Convert a term of pyoxigraph's; written for speed, as a result may have millions."""
    kind = type(raw)
    if kind is _NODE:
        return Iri(raw.value)
    if kind is _LITERAL:
        language = raw.language
        if language is None:
            return Literal(raw.value, raw.datatype.value)
        if raw.direction is not None:
            return Literal(raw.value, DIR_LANG_STRING, language, str(raw.direction))
        return Literal(raw.value, LANG_STRING, language)
    if isinstance(raw, ox.BlankNode):
        return Blank(raw.value)
    return TripleTerm(node_of(raw.subject), Iri(raw.predicate.value), term_of(raw.object))


def rows_of(answer: ox.QuerySolutions) -> Iterator[Row]:
    """Convert the rows of a result: the first one by one, then more and more together."""
    for solution in islice(answer, _FIRST):
        yield tuple([None if value is None else term_of(value) for value in solution])
    known: list[dict[Any, Term | None]] = [{None: None} for _ in answer.variables]
    number = 4 * _FIRST
    while block := list(islice(answer, number)):
        yield from (
            zip(*map(_terms_of, zip(*block, strict=True), known), strict=True) if known else [()] * len(block)
        )
        number = _TOGETHER


def _terms_of(values: Sequence[Any], known: dict[Any, Term | None]) -> Iterable[Term | None]:
    """Convert a column; a term once, where most are there again."""
    if len(values) > _FIRST and len(known) < _MOST_KEPT and 2 * len(new := set(values)) <= len(values):
        known |= {value: term_of(value) for value in new if value not in known}
        return map(known.__getitem__, values)
    if {_NODE}.issuperset(map(type, values)):
        return map(Iri, map(_VALUE, values))
    return [None if value is None else term_of(value) for value in values]


def node_of(raw: object) -> Subject:
    """Convert a node of pyoxigraph's, which is known to be no literal."""
    node = term_of(raw)
    assert type(node) is Iri or type(node) is Blank  # RDF 1.2, 3.1: as a subject, or a graph's name
    return node


def triple_of(raw: ox.Triple | ox.Quad) -> Triple:
    """Convert a triple of pyoxigraph's, or that of a quad."""
    return Triple(node_of(raw.subject), Iri(raw.predicate.value), term_of(raw.object))


def quad_of(raw: ox.Quad) -> Quad:
    """Convert a quad of pyoxigraph's; the default graph becomes None."""
    graph = None if isinstance(raw.graph_name, ox.DefaultGraph) else node_of(raw.graph_name)
    return Quad(*triple_of(raw), graph)


def _has_blank(quad: Quad) -> bool:
    return Blank in (type(quad.subject), type(quad.object), type(quad.graph))


def _numbered(quad: Quad, labels: dict[str, str], prefix: str) -> Quad:
    def renamed(term: Term | None) -> Term | None:
        if not isinstance(term, Blank):
            return term
        return Blank(labels.setdefault(term.label, f"{prefix}b{len(labels) + 1}"))

    return Quad(*map(renamed, quad))  # type: ignore[arg-type]  # renaming keeps each part's kind


def respell(literals: Iterable[str]) -> dict[str, str]:
    """Return how a store rewrites literals, by literal, in N-Triples syntax."""
    store = ox.Store()
    originals = list(literals)
    lines = "".join(f"<urn:n:{number}> <urn:p> {literal} .\n" for number, literal in enumerate(originals))
    store.bulk_load(lines.encode(), ox.RdfFormat.N_TRIPLES)
    return {originals[int(quad.subject.value[6:])]: to_ntriples(term_of(quad.object)) for quad in store}
