"""Large Turtle and N-Triples files as numbers, in half the time of making objects of them.

What is regular is cut by one pattern (`ogdkg.syntax.rows`); what is not, an engine writes anew. Where that
does not do, nothing is read, and the engine is to make its objects: of what is wrong it tells best.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from ogdkg.rdf.terms import RDF
from ogdkg.syntax.rows import OPENING, Row, prefixes, rows
from ogdkg.validation.core.memory import check_memory
from ogdkg.validation.data.reading import Source
from ogdkg.validation.data.spelled import Texts
from ogdkg.validation.data.written import OddError, namespace

PIECE = 2**15  # bytes read at once: little, so that what is made of them is still near
CHECKED = 16  # pieces
FEW = 3  # pieces, of which any number may be irregular
_Add = Callable[[int], None]


class Rows:
    """Reads one source.

    Args:
        source: A large source.
        scope: What the labels of blank nodes are to begin with that the source labels.
        texts: Where its terms are numbered.

    Attributes:
        namespaces: By the prefixes of the source.
        columns: The numbers of subjects and objects, by predicate.
        labels: The labels of blank nodes, in order: as the source has them, and here.
        texts: Where its terms are numbered.
    """

    def __init__(self, source: Source, scope: str, texts: Texts) -> None:
        self.namespaces: dict[str, str] = {}
        self.labels: tuple[list[str], list[str]] = [], []
        self.columns: dict[NamedNode, tuple[array[int], array[int]]] = {}
        self._source = source
        self._base = source.base
        self._is_lines = source.format == RdfFormat.N_TRIPLES
        self._scope = scope
        self.texts = texts
        self._numbers = texts.numbers
        self._nameless: list[int] = []
        self._next = texts.start()
        self._adders = _Adders(self)
        self._open: list[tuple[int | None, tuple[_Add, _Add]]] = []
        self._taken = self._irregular = 0  # pieces

    def read(self) -> bool:
        """Read the source; False, and nothing is read, where the engine has to."""
        try:
            self._read()
            replaced, self.labels = self.texts.settle(self._nameless, self._scope)
        except (OddError, IndexError, UnicodeDecodeError):
            self.texts.discard()
            return False
        for predicate, (subjects, objects) in self.columns.items() if replaced else ():
            self.columns[predicate] = _with(subjects, replaced), _with(objects, replaced)
        return True

    def _read(self) -> None:
        data, size = b"", PIECE
        with self._opened() as file:
            while data := data + file.read(size - len(data)):
                is_last = len(data) < size
                end = len(data) if is_last else _end_of_statement(data)
                if end and self._has_taken(data[:end].decode()):
                    data = data[end:]
                    size = len(data) + PIECE
                elif is_last:
                    raise OddError
                else:
                    size *= 2
        if self._open:
            raise OddError

    def _opened(self) -> BinaryIO:
        source = self._source
        return Path(source.name).open("rb") if source.content is None else BytesIO(source.content)

    def _has_taken(self, text: str) -> bool:
        """Take in what is likely whole statements, unless it is not."""
        if not self._taken and not self._is_lines:
            found = dict[str, str]()
            begin = prefixes(text, found)
            self._learn(found)
            text = text[begin:]
        if not (cut := rows(text, lines=self._is_lines) or self._rewritten(text)):
            return False
        self._take(cut)
        self._taken += 1
        if not self._taken % CHECKED:
            check_memory()
        if self._irregular > max(FEW, self._taken / 2):
            raise OddError
        return True

    def _rewritten(self, text: str) -> list[Row] | None:
        """The rows of what is not regular, as the engine writes it; None where that cannot read it."""
        header = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in self.namespaces.items())
        if len(header) > PIECE:  # which would be read again and again
            raise OddError
        parser = parse(header + text, self._source.format, base_iri=self._base)
        try:
            lines = serialize(parser, format=RdfFormat.N_TRIPLES) or b""
        except SyntaxError:
            return None
        self._irregular += 1
        self.texts.has_all_tags = False
        self._learn(parser.prefixes)
        self._base = parser.base_iri
        return rows(lines.decode(), lines=True)

    def _learn(self, found: dict[str, str]) -> None:
        for prefix, name in found.items():
            if self.texts.namespaces.setdefault(prefix, namespace(name)) != name:
                raise OddError  # what has been read had another meaning
        self.namespaces.update(found)

    def _take(self, found: list[Row]) -> None:
        """Number the terms of rows; written for speed, as millions pass through."""
        last = found.pop()
        numbers, adders, opened, opening = self._numbers, self._adders, self._open, len(OPENING)
        subject: int | None = None
        for closing, _, said_of, predicate, written in found:
            if closing:
                subject, add_subject, add_object = self._closed(closing, subject)
            if predicate:
                if said_of:
                    if opened:
                        raise OddError
                    subject = numbers[said_of]
                add_subject, add_object = adders[predicate]
            number = numbers[written]
            if number >= opening:
                add_subject(subject)  # type: ignore[arg-type]  # as the pattern sees to it
                add_object(number)
            else:
                opened.append((subject, (add_subject, add_object)))
                subject = None if number else self._next_node()
        if last[0]:
            self._closed(last[0], subject)

    def _closed(self, closing: str, subject: int | None) -> tuple[int, _Add, _Add]:
        """Say of nodes what the brackets have that are closed; return the subject then, and its predicate."""
        for _ in range(closing.count("]")):
            above, (add_subject, add_object) = self._open.pop()
            if above is None:
                above = self._next_node()
            add_subject(above)
            add_object(subject)  # type: ignore[arg-type]  # which has a property
            subject = above
        return subject, add_subject, add_object  # type: ignore[return-value]

    def _next_node(self) -> int:
        number = self._next()
        self._nameless.append(number)
        return number

    def column(self, predicate: str) -> tuple[array[int], array[int]]:
        """The column of a predicate as it is written."""
        iri = f"{RDF}type" if predicate == "a" else self.texts.iri(predicate)
        return self.columns.setdefault(NamedNode(iri), (array("I"), array("I")))


class _Adders(dict[str, tuple[_Add, _Add]]):
    """What adds to the columns of predicates."""

    def __init__(self, reader: Rows) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, predicate: str) -> tuple[_Add, _Add]:
        subjects, objects = self._reader.column(predicate)
        self[predicate] = found = subjects.append, objects.append
        return found


def _end_of_statement(data: bytes) -> int:
    """Where a statement likely ends, none if nowhere."""
    return max(data.rfind(b".\n") + 2, data.rfind(b".\r\n") + 3) if b".\n" in data or b".\r\n" in data else 0


def _with(numbers: array[int], replaced: dict[int, int]) -> array[int]:
    return array("I", (replaced.get(each, each) for each in numbers))
