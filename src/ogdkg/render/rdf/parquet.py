"""Writes quads as columns of Apache Parquet, which engines made for whole-graph statistics read.

Rows are sorted, on disk if there are many. `class_tables` says what a table for each class holds.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from ogdkg.errors import UsageError
from ogdkg.exchange.bulk import Blanks, by_graph, parted, sorted_statements
from ogdkg.rdf.statements import is_triple_term, parts_of, split
from ogdkg.rdf.terms import DIR_LANG_STRING

COLUMNS = ("graph", "subject", "predicate", "object", "kind", "datatype", "lang", "direction")
_CODED = {"graph", "predicate", "kind", "datatype", "lang", "direction"}  # columns of few different values
_ROWS = 200_000  # of a row group

Row = tuple[str | None, ...]


def arrow() -> Any:
    """Return the library; UsageError where it is not installed."""
    try:
        import pyarrow.parquet  # 100 ms, which only this format costs
    except ImportError as error:
        hint = "Install it with: pip install 'ogdkg[parquet]'"
        raise UsageError("-f parquet needs the library pyarrow.", hint=hint) from error
    return pyarrow


def writer(file: IO[bytes] | io.RawIOBase, schema: Any) -> Any:
    """Return what writes tables of a schema into a file."""
    return arrow().parquet.ParquetWriter(file, schema, compression="zstd")


def write_quads_table(lines: Iterable[str]) -> Iterator[bytes]:
    """Write lines of N-Quads as one table, a row each, in bounded memory; the same lines give the same bytes.

    A blank node is `_:label`, which no IRI is. `kind` is that of the object: `iri`, `blank`, `literal` or
    `triple`, a triple term of RDF 1.2 in N-Triples syntax. Of literals, `object` is the lexical form.
    """
    pa = arrow()
    coded, plain = pa.dictionary(pa.int32(), pa.string()), pa.string()
    required = {"subject", "predicate", "object", "kind"}
    schema = pa.schema(
        [pa.field(name, coded if name in _CODED else plain, name not in required) for name in COLUMNS]
    )
    out = _Pieces()
    with sorted_statements(Blanks().plain(lines), by_graph) as ordered, writer(out, schema) as written:
        rows = map(_row, ordered)
        while batch := list(islice(rows, _ROWS)):
            columns = zip(*batch, strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            written.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=_ROWS)
            yield out.taken()
    yield out.taken()


def _row(line: bytes) -> Row:
    graph, triple = parted(line)
    _, subject, predicate, obj = split(triple.decode("utf-8", "surrogatepass"))
    return node(graph) or None, node(subject), node(predicate), *_object(obj)


def node(term: str) -> str:
    """Return an IRI without brackets, a blank node with its `_:`."""
    return term[1:-1] if term.startswith("<") else term


def _object(term: str) -> Row:
    if is_triple_term(term):
        return term, "triple", None, None, None
    if term[0] != '"':
        return node(term), "blank" if term[0] == "_" else "iri", None, None, None
    value, datatype, tag = parts_of(term)
    language, _, direction = tag.partition("--")
    if direction:
        datatype = DIR_LANG_STRING
    return value, "literal", datatype, language or None, direction or None


class _Pieces(io.RawIOBase):
    """A file to be written to, whose content is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._held.append(piece)
        self._size += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._held)
        self._held.clear()
        return taken
