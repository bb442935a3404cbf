"""A well-formed Turtle or TriG document as a tree of its own spellings, comments included.

A comment on a line of its own stands above what follows it; one on the line of something else, beside that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ogdkg.errors import LimitError
from ogdkg.syntax.grammar import LITERAL_PARTS, Token, tokens
from ogdkg.syntax.model import RDF_TYPE
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.source import Source

DEEPEST = 100
NOTED = "noted"
CLOSING = {"[": "]", "(": ")", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_PARTING = (",", ";", ".")


@dataclass(slots=True)
class Item:
    """Something with comments; an empty line `above` is a blank line of the document."""

    above: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Value(Item):
    """A term or something between brackets, which `text` opens; `opening` stands beside that.

    `[` and `{|` hold pairs, the others items: `(`, `<<` and `<<(` terms, `~` a reifier or nothing, and
    NOTED, which has no brackets, a value and its annotations.
    """

    text: str = ""
    pairs: list[Pair] = field(default_factory=list)
    items: list[Value] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pair(Item):
    """A predicate, as spelled and as an IRI, and its objects."""

    verb: str = ""
    iri: str = ""
    objects: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Sentence(Item):
    """What is said of one subject up to a full stop, and the comments on lines of their own before that."""

    subject: Value = field(default_factory=Value)
    pairs: list[Pair] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Directive(Item):
    """A prefix, the base or the version, as `word` says; `iri` is the version's string too."""

    word: str = ""
    prefix: str | None = None
    iri: str = ""


@dataclass(slots=True)
class Block(Item):
    """The sentences of a graph; `label` is empty for the unnamed one."""

    label: str = ""
    parts: list[Part] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


Part = Sentence | Directive | Block


@dataclass(slots=True)
class _Piece(Item):
    """A token with the comments that stand by it."""

    kind: str = ""
    text: str = ""
    offset: int = 0


@dataclass(slots=True)
class Document:
    """The parts in order, the comments below the last, and the prefixes of all names used."""

    parts: list[Part]
    below: list[str]
    used: set[str]


def document(source: Source, base: str) -> Document:
    """The tree of a document that the reader has accepted."""
    builder = _Builder(source, base)
    parts = builder.parts()
    used = {prefix for piece in builder.pieces if (prefix := _prefix_of(piece)) is not None}
    return Document(parts, builder.take().above, used)


class _Builder:
    """Builds the tree by recursive descent, without errors: the reader has already accepted the document."""

    def __init__(self, source: Source, base: str) -> None:
        self.pieces = _with_comments(source)
        self._names = NameTable(source, base)
        self._at = 0
        self._depth = 0

    def take(self) -> _Piece:
        self._at += 1
        return self.pieces[self._at - 1]

    def _next(self, ahead: int = 0) -> str:
        return self.pieces[min(self._at + ahead, len(self.pieces) - 1)].text

    def parts(self) -> list[Part]:
        """Everything up to the end of the document or of a block."""
        found: list[Part] = []
        while self._next() not in ("", "}"):
            found.append(self._part())
        return found

    def _part(self) -> Part:
        kind = self.pieces[self._at].kind
        if kind == "tag" or (kind == "word" and self._next().lower() != "graph"):
            return self._directive()
        label = {"{": 0, "[": 2}.get(self._next(), 1)
        if kind == "word" or self._next(label) == "{":
            return self._block(label)
        return self._sentence()

    def _directive(self) -> Directive:
        word = self.take()
        part = Directive(word.above + word.beside, word=word.text.lstrip("@").upper())
        if word.text.lower().endswith("prefix"):
            name = self.take()
            part.above += name.above + name.beside
            part.prefix = name.text[:-1]
            name.kind = "prefix"  # to declare a prefix is not to use it
        iri = self.take()
        part.above += iri.above
        part.beside = iri.beside
        part.iri = iri.text
        self._declare(part, iri)
        if self._next() == ".":
            part.above += self.take().above
        return part

    def _declare(self, part: Directive, iri: _Piece) -> None:
        if part.word == "VERSION":
            return
        value = self._names.iri(iri.text.encode(), iri.offset)
        if part.prefix is None:
            self._names.set_base(value)
        else:
            self._names.declare(part.prefix, value)

    def _block(self, label: int) -> Block:
        part = Block()
        if self.pieces[self._at].kind == "word":
            word = self.take()
            part.above = word.above + word.beside
            label = 2 if self._next() == "[" else 1
        for _ in range(label):
            piece = self.take()
            part.above += piece.above + piece.beside
            part.label += piece.text
        brace = self.take()
        part.above += brace.above
        part.opening = brace.beside
        part.parts = self.parts()
        end = self.take()
        part.below, part.beside = end.above, end.beside
        return part

    def _sentence(self) -> Sentence:
        subject = self._value()
        part = Sentence(subject.above, [], subject, self._pairs())
        if part.pairs:
            part.above += subject.beside
        else:
            part.beside = subject.beside
        subject.above, subject.beside = [], []
        if self._next() == ".":
            part.below = self.take().above
        return part

    def _pairs(self) -> list[Pair]:
        found: list[Pair] = []
        while self._next() not in (".", "]", "}", "|}"):
            if self._next() == ";":
                self.take()
            else:
                found.append(self._pair())
        return found

    def _pair(self) -> Pair:
        verb, iri = self._verb()
        pair = Pair(verb.above + verb.beside, [], verb.text, iri, [self._object()])
        while self._next() == ",":
            self.take()
            pair.objects.append(self._object())
        return pair

    def _verb(self) -> tuple[_Piece, str]:
        """A predicate and its IRI."""
        verb = self.take()
        iri = self._names.predicate(verb.text.encode(), verb.offset).value
        if iri == RDF_TYPE.value:
            verb.kind, verb.text = "word", "a"
        return verb, iri

    def _object(self) -> Value:
        """A value with its annotations (RDF 1.2 Turtle, 2.11)."""
        value = self._value()
        if self._next() not in ("~", "{|"):
            return value
        noted = Value(value.above, text=NOTED, items=[value])
        value.above = []
        while self._next() in ("~", "{|"):
            noted.items.append(self._reifier() if self._next() == "~" else self._value())
        noted.beside, noted.items[-1].beside = noted.items[-1].beside, []
        return noted

    def _reifier(self) -> Value:
        tilde = self.take()
        value = Value(tilde.above, tilde.beside, tilde.text)
        if self._next() == "[" or self.pieces[self._at].kind in ("iri", "name", "blank"):
            node = self._value()
            value.above += value.beside + node.above
            value.beside, node.above, node.beside = node.beside, [], []
            value.items = [node]
        return value

    def _value(self) -> Value:
        piece = self.take()
        if piece.text not in CLOSING:
            return Value(piece.above, piece.beside, piece.text)
        self._depth += 1
        if self._depth > DEEPEST:
            place = self._names.source.place(piece.offset)
            raise LimitError(f"Brackets stand more than {DEEPEST} deep here.", place=place)
        value = Value(piece.above, [], piece.text, opening=piece.beside)
        if piece.text in ("[", "{|"):
            value.pairs = self._pairs()
        elif piece.text == "(":
            value.items = list(self._items())
        else:
            value.items = list(self._triple())
        end = self.take()
        value.below, value.beside = end.above, end.beside
        self._depth -= 1
        return value

    def _items(self) -> Iterator[Value]:
        while self._next() != ")":
            yield self._value()

    def _triple(self) -> Iterator[Value]:
        """Subject, predicate, object, and the reifier if there is one."""
        yield self._value()
        verb, _ = self._verb()
        yield Value(verb.above, verb.beside, verb.text)
        yield self._value()
        if self._next() == "~":
            yield self._reifier()


def _with_comments(source: Source) -> list[_Piece]:
    """The tokens, each with its comments; those by a comma or semicolon go to its neighbours."""
    pieces: list[_Piece] = []
    above: list[str] = []
    end = source.start
    for token in tokens(source):
        newlines = source.data[end : token.offset].count(b"\n")
        end = token.offset + len(token.text.encode())
        if newlines > 1 and (pieces or above) and above[-1:] != [""]:
            above.append("")
        if token.kind == "comment" and newlines == 0 and pieces:
            _last(pieces).beside.append(token.text.rstrip())
        elif token.kind == "comment":
            above.append(token.text.rstrip())
        elif token.text in _PARTING:
            own = [line for line in above if line] if token.text == "." else []
            above = [] if own else above
            pieces.append(_Piece(own, text=token.text))
        else:
            pieces.append(_Piece(above, [], token.kind, _spelled(token), token.offset))
            above = []
    return [*pieces, _Piece(above)]


def _last(pieces: list[_Piece]) -> _Piece:
    """The last piece that is more than a comma, semicolon or full stop."""
    return next(piece for piece in reversed(pieces) if piece.text not in _PARTING)


def _spelled(token: Token) -> str:
    """A token's text; a literal's without the white space in it, unless a comment stands there."""
    raw = token.text.encode()
    parts = LITERAL_PARTS.fullmatch(raw) if token.kind == "literal" else None
    gaps = parts["gap"] + (parts["inner"] or b"") if parts else b""
    if parts is None or not gaps or b"#" in gaps:
        return token.text
    tail = b"@" + parts["tag"] if parts["tag"] else b"^^" + parts["datatype"]
    return (parts["string"] + tail).decode()


def _prefix_of(piece: _Piece) -> str | None:
    """The prefix of a name, or of the name of a literal's datatype."""
    name = piece.text if piece.kind == "name" else None
    if piece.kind == "literal":
        parts = LITERAL_PARTS.fullmatch(piece.text.encode())
        name = parts["datatype"].decode() if parts and parts["datatype"] else None
    return name.partition(":")[0] if name and not name.startswith("<") else None
