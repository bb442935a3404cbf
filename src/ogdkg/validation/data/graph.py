"""The data to validate: one merged graph in an Oxigraph store that forgets nothing of how literals are
written.

An Oxigraph store keeps numbers and dates as values: `01` comes back as `1`, `"5"^^xsd:int` as an xsd:integer,
and an ill-typed `"2020-02-30"^^xsd:date` stays, unnoticed. SHACL is about terms. So a literal that is not
surely well-typed and in the form the store writes goes in under a datatype of ours, which the store leaves
alone: as a term it is itself, and comparing it is an error, never a wrong answer. One datatype of ours says
that the literal is well-typed, the other that it may not be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain, islice

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from ogdkg.rdf.datatypes import LEXICAL_SPACES, is_judged, is_well_typed
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.spelling import spelled_out
from ogdkg.validation.core.memory import check_memory
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import RDF, XSD

MEMORY_CHECK_INTERVAL = 2**17  # quads
BULK_SIZE = 500_000  # quads
MOST_LINES = 20_000  # lines to read at once
AS_WRITTEN = "urn:ogdkg:as-written:"  # before the datatype of a literal that may be ill-typed
WELL_TYPED = "urn:ogdkg:well-typed:"  # before that of one which a store would write otherwise

_YEAR = r"[1-9]\d{3}"
_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
# Datatypes that have no values of their own for a store, which keeps each form.
_STRINGS = ("normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")
# The lexical forms that are surely well-typed and that a store gives back as they are: fewer than
# rdf.datatypes has.
CANONICAL = {
    XSD[name].value: pattern
    for name, pattern in {
        "integer": r"0|-?[1-9]\d{0,17}",
        "decimal": r"0|-?[1-9]\d{0,11}|-?(?:0|[1-9]\d{0,11})\.\d{0,11}[1-9]",
        "boolean": r"true|false",
        "date": f"{_YEAR}-{_DAY}",
        "dateTime": f"{_YEAR}-{_DAY}T{_TIME}Z?",
        "gYear": _YEAR,
        "gYearMonth": rf"{_YEAR}-(?:0[1-9]|1[0-2])",
        **{name: LEXICAL_SPACES[name] for name in _STRINGS},
    }.items()
}
# Datatypes of which every form is well-typed, and stays.
TEXT_DATATYPES = frozenset({RDF.langString.value, XSD.string.value, XSD.anyURI.value})
_STAND_INS = (AS_WRITTEN, WELL_TYPED)
_BOUND = (XSD.base, RDF.base)


class DataGraph:
    """The merged graph of what was read.

    Attributes:
        is_bulk_loaded: Whether its blank nodes may have labels that no second reading gives again.
        is_elsewhere: Whether it is on a server.
    """

    is_bulk_loaded = is_elsewhere = False

    def __init__(self, store: Store | None = None) -> None:
        self._store = self._first_store(store)
        self._size: int | None = None  # the engine counts one by one
        self._text: bytes | None = None

    def _first_store(self, store: Store | None) -> Store | None:
        return Store() if store is None else store

    @property
    def store(self) -> Store:
        """The triples in an engine, as it has them."""
        assert self._store is not None
        return self._store

    def _store_for(self, text: str) -> Store:
        """An engine that has all that a query looks at."""
        return self.store

    def add(self, quads: Iterable[Quad | Triple]) -> None:
        """Take in what the quads say, whichever graph they stand in."""
        check_memory()  # as the engine sets a great deal aside before it asks for the first quad
        self._size = self._text = None
        stored = _stored(quads)
        for first in stored:  # some at a time, since the engine keeps what it is given until it has all
            self.store.bulk_extend(chain((first,), islice(stored, BULK_SIZE - 1)))

    def add_lines(self, lines: Iterator[str]) -> None:
        """Take in triples in N-Triples, whose literals are encoded."""
        self._size = self._text = None
        while some := list(islice(lines, MOST_LINES)):
            check_memory()
            if any("_:" in line for line in some):  # whose labels loading would change
                self.store.bulk_extend(_read(some))
            else:
                self.store.load("\n".join(some), RdfFormat.N_TRIPLES, lenient=True)

    def remove(self, triples: Iterable[Triple]) -> None:
        """Take triples out again."""
        self._size = self._text = None
        for quad in _stored(triples):
            self.store.remove(quad)

    def __len__(self) -> int:
        if self._size is None:
            self._size = len(self.store)
        return self._size

    def triples(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of a pattern whose literals are given, and come back, as they were written."""
        if isinstance(subject, Literal):
            return
        wanted = encode_literal(obj) if isinstance(obj, Literal) else obj
        for quad in self.store.quads_for_pattern(subject, predicate, wanted, None):
            yield Triple(quad.subject, quad.predicate, decode_term(quad.object))

    def first(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Triple | None:
        """A triple of a pattern, if there is any."""
        return next(self.triples(subject, predicate, obj), None)

    def fetch(self) -> bool:
        """Fetch what was asked for in vain; whether anything was, so that it is to be asked for again."""
        return False

    def writes_tag(self, literal: Literal) -> bool:  # of which a store knows nothing
        """Whether a literal is known to have its language tag in these very letters, wherever it stands."""
        return False

    def text(self) -> bytes:
        """Every triple, as N-Triples: the same object each time, so that it need not be read twice."""
        if self._text is None:
            self._text = serialize(self.triples(), format=RdfFormat.N_TRIPLES) or b""
        return self._text

    def query(self, text: str) -> Iterable[QuerySolution]:
        """The rows of a SELECT, whose literals are as the store has them.

        SyntaxError where it does not parse, RuntimeError where the engine cannot answer, InputError where the
        guard refuses it.
        """
        refuse_unsafe(text)
        solutions = self._store_for(text).query(spelled_out(text))
        assert isinstance(solutions, QuerySolutions)
        return solutions

    def has_node(self, node: Term) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return any(True for pattern in ((node,), (None, None, node)) for _ in self.triples(*pattern))

    def subjects(self) -> set[Term]:
        """Everything that something is said of."""
        return {quad.subject for quad in self.store}

    def instances(self, wanted: NamedNode) -> list[Term]:
        """The nodes that are said to be of a class; of a class on a server none, if there are many."""
        return [triple.subject for triple in self.triples(None, RDF.type, wanted)]

    def objects_of(self, predicate: NamedNode) -> set[Term]:
        """The values of a predicate, each once."""
        rows = self.query(f"SELECT DISTINCT ?value {{ ?node {predicate} ?value }}")
        return {decode_term(row["value"]) for row in rows}

    def predicates(self) -> set[NamedNode]:
        """All predicates."""
        return {row["property"] for row in self.query("SELECT DISTINCT ?property { ?node ?property ?value }")}


def _stored(quads: Iterable[Quad | Triple]) -> Iterator[Quad]:
    """The quads in the unnamed graph, literals encoded; written for speed, as millions pass through.

    Writing a line and reading it again takes half the time of making a quad.
    """
    lines: list[str] = []
    for number, quad in enumerate(quads, 1):
        if not number % MEMORY_CHECK_INTERVAL:
            check_memory()
        value = quad.object
        if type(value) is Literal:
            datatype = value.datatype.value
            if datatype not in TEXT_DATATYPES and not is_canonical(value.value, datatype):
                lines.append(f"{quad.subject} {quad.predicate} {_encoded(value, datatype)} .")
                if len(lines) == MOST_LINES:
                    yield from _read(lines)
                    lines = []
                continue
        if type(quad) is Quad and type(quad.graph_name) is DefaultGraph:
            yield quad
        else:
            lines.append(f"{quad.subject} {quad.predicate} {value} .")
    yield from _read(lines)


def _read(lines: list[str]) -> Iterator[Quad]:
    text = "\n".join(lines)
    return parse(text, RdfFormat.N_TRIPLES, lenient=True) if lines else iter(())


def encode_literal(literal: Literal) -> Literal:
    """The literal that stands for `literal` in the store."""
    datatype = literal.datatype.value
    if is_canonical(literal.value, datatype):
        return literal
    return Literal(literal.value, datatype=_stand_in(_prefix(literal.value, datatype), datatype))


def _prefix(form: str, datatype: str) -> str:
    """What stands before the datatype of a literal that is not canonical."""
    return WELL_TYPED if is_judged(datatype) and is_well_typed(form, datatype) else AS_WRITTEN


def _encoded(literal: Literal, datatype: str) -> str:
    """`encode_literal` in N-Triples, for a literal that is not canonical."""
    quoted = str(literal)[: -len(datatype) - 1]
    return f"{quoted}{_prefix(literal.value, datatype)}{datatype}>"


@cache
def _stand_in(prefix: str, datatype: str) -> NamedNode:
    return NamedNode(prefix + datatype)


def is_canonical(form: str, datatype: str) -> bool:
    """Whether a store gives a literal back as it is, and the literal is well-typed as far as anyone looks."""
    if datatype in TEXT_DATATYPES:
        return True
    matched = _canonical(datatype)
    return not datatype.startswith(_BOUND) if matched is None else matched(form) is not None


@cache
def _canonical(datatype: str) -> Callable[[str], object] | None:
    """What matches the forms that a store gives back; compiled only for datatypes of the data."""
    pattern = CANONICAL.get(datatype)
    return re.compile(pattern, re.ASCII).fullmatch if pattern else None


def decode_term(term: Term) -> Term:
    """The term that a term in the store stands for."""
    if type(term) is not Literal or not term.datatype.value.startswith(_STAND_INS):
        return term
    return Literal(term.value, datatype=_datatype(term.datatype.value))


@cache
def _datatype(stand_in: str) -> NamedNode:
    return NamedNode(without_stand_ins(stand_in))


def without_stand_ins(text: str) -> str:
    """A query or an IRI, with the datatypes that ours stand for."""
    return text.replace(AS_WRITTEN, "").replace(WELL_TYPED, "")
