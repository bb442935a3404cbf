"""Large Turtle and N-Triples files as numbers, in half the time of making objects of them.

What is regular is cut by one pattern (`ogdkg.syntax.rows`); what is not, an engine writes anew. Where that
does not do, nothing is read, and the engine is to make its objects: of what is wrong it tells best.
"""

from __future__ import annotations

import re
from array import array
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from ogdkg.rdf.terms import RDF
from ogdkg.syntax.forms import forms
from ogdkg.syntax.rows import Row, is_name, prefixes, rows
from ogdkg.validation.core.memory import check_memory
from ogdkg.validation.data.labels import Labels
from ogdkg.validation.data.numbered import Pairs, Sentences, Triples
from ogdkg.validation.data.reading import Source
from ogdkg.validation.data.term_texts import Texts
from ogdkg.validation.data.turtle_terms import OddError, namespace

PIECE = 2**15  # bytes read at once: little, so that what is made of them is still near
CHECKED = 16  # pieces
FEW = 4  # pieces, of which all may be irregular
MOST = 1 / 16  # of a source: of more the engine makes objects as soon
LINES = 20  # that end with a full stop, of what may be one sentence with a long text
_HAS_CAPITAL_TAG = re.compile(r"@[a-z0-9\-]*+[A-Z]").search  # which the engine writes in small letters
_FULL_STOP = re.compile(r"\.[ \t]*+\r?\n")


class Rows:
    """Reads one source.

    Args:
        source: A large source.
        scope: What the labels of blank nodes are to begin with that the source labels.
        texts: Where its terms are numbered.

    Attributes:
        namespaces: By the prefixes of the source.
        columns: The numbers of subjects and objects, by predicate.
        labels: The labels of blank nodes, once it has been read.
        texts: Where its terms are numbered.
    """

    def __init__(self, source: Source, scope: str, texts: Texts) -> None:
        self.labels: Labels
        self.namespaces: dict[str, str] = {}
        self.columns: dict[NamedNode, Pairs] = {}
        self._source = source
        self._base = source.base
        self._is_lines = source.format == RdfFormat.N_TRIPLES
        self._scope = scope
        self.texts = texts
        self._triples = Triples(texts.numbers, texts.start(), self.column)
        self._forms: list[Sentences] = []
        self._names: dict[str, str] = {}
        self._pieces = self._until_learnt = 0
        self._patience = 1  # pieces
        self._taken = self._irregular = self._irregular_before = self._alike = 0  # characters

    def read(self) -> bool:
        """Read the source; False, and nothing is read, where the engine has to."""
        try:
            self._read()
            replaced, self.labels = self.texts.settle(self._triples.nameless, self._scope)
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
                left = self._left(data[:end].decode())
                if end and not left:
                    data = data[end:]
                    size = len(data) + PIECE
                elif is_last:
                    raise OddError
                else:
                    data = left.encode() + data[end:]
                    size *= 2
        if self._triples.is_open:
            raise OddError

    def _opened(self) -> BinaryIO:
        source = self._source
        return Path(source.name).open("rb") if source.content is None else BytesIO(source.content)

    def _left(self, text: str) -> str:
        """Take in what is likely whole statements, and return what is not, with all that follows."""
        if not self._pieces and not self._is_lines:
            found = dict[str, str]()
            begin = prefixes(text, found)
            self._learn(found)
            text = text[begin:]
        is_regular = not self._forms and self._irregular == self._irregular_before
        self._irregular_before = self._irregular
        cut = rows(text, lines=self._is_lines) if is_regular else None
        if cut:
            self._triples.take(cut)
        elif left := self._left_of_sentences(text):
            return left
        if not self._is_lines:
            self._learn_forms(text)
        self._pieces += 1
        self._taken += len(text)
        if not self._pieces % CHECKED:
            check_memory()
        if self._irregular > max(FEW * PIECE, self._taken * MOST):
            raise OddError
        return ""

    def _left_of_sentences(self, text: str) -> str:
        """Take in one sentence after another, most of them likely of known forms; return what is left."""
        self._alike, end, last = 0, 0, self._forms[0] if self._forms else None
        numbered = self.texts.numbers.__getitem__
        while (begin := end) < len(text):
            for each in (last.then, *self._forms) if last else ():
                if match := each.match(text, begin):
                    each.take(match, numbered)
                    last.then = last = each
                    end = match.end()
                    self._alike += end - begin
                    break
            else:
                end = self._taken_to(text, begin)
                if end == begin:
                    return text[begin:]
        return ""

    def _taken_to(self, text: str, begin: int) -> int:
        """Take in a sentence, or several where it does not tell how far it goes; return to where."""
        ends = (match.end() for match in _FULL_STOP.finditer(text, begin))
        for end in chain(islice(ends, LINES), (len(text),)):
            part = text[begin:end]
            if cut := rows(part, lines=self._is_lines) or self._rewritten(part):
                self._triples.take(cut)
                if end < len(text) and self._triples.is_open:
                    raise OddError
                return end
        return begin

    def _learn_forms(self, text: str) -> None:
        """Learn the forms of a text, if those of others do not do; seldom, where none do."""
        if self._forms and self._alike > len(text) / 2:
            self._patience = 1
            return
        self._forms = []
        if self._until_learnt:
            self._until_learnt -= 1
        else:
            self._forms = [Sentences(each, self._triples) for each in forms(text)]
            self._until_learnt, self._patience = self._patience, self._patience * 2

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
        except MemoryError:  # of the engine's buffer, for one long term: it says so where it reads the whole
            raise OddError from None
        self._irregular += len(text)
        self.texts.has_all_tags = self.texts.has_all_tags and not _HAS_CAPITAL_TAG(text)
        self._learn(parser.prefixes)
        self._base = parser.base_iri
        found = rows(lines.decode(), lines=True)
        return found and [
            (closing, "", self._named(said_of), self._named(predicate), self._with_named_type(written))
            for closing, _, said_of, predicate, written in found
        ]

    def _named(self, iri: str) -> str:
        """An IRI in `<>` as the file likely writes it elsewhere: looking for other ways takes long."""
        if iri not in self._names:
            names = (
                f"{prefix}:{iri[len(space) + 1 : -1]}"
                for prefix, space in self.namespaces.items()
                if iri.startswith(space, 1)
            )
            self._names[iri] = next(filter(is_name, names), iri)
        return self._names[iri]

    def _with_named_type(self, term: str) -> str:
        """A term as the file likely writes it elsewhere."""
        if not term.endswith(">"):
            return term
        begin = term.rindex("<") if term[0] == '"' else 0
        return f"{term[:begin]}{self._named(term[begin:])}"

    def _learn(self, found: dict[str, str]) -> None:
        for prefix, name in found.items():
            if self.texts.namespaces.setdefault(prefix, namespace(name)) != name:
                raise OddError  # what has been read had another meaning
        self.namespaces.update(found)

    def column(self, predicate: str) -> Pairs:
        """The column of a predicate as it is written."""
        iri = f"{RDF}type" if predicate == "a" else self.texts.iri(predicate)
        return self.columns.setdefault(NamedNode(iri), (array("I"), array("I")))


def _end_of_statement(data: bytes) -> int:
    """Where a statement likely ends, none if nowhere."""
    return max(data.rfind(b".\n") + 2, data.rfind(b".\r\n") + 3) if b".\n" in data or b".\r\n" in data else 0


def _with(numbers: array[int], replaced: dict[int, int]) -> array[int]:
    return array("I", (replaced.get(each, each) for each in numbers))
