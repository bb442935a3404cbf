"""Parts of a well-formed Turtle or TriG document as trees of their own spellings, comments included.

A comment on a line of its own stands above what follows it; one on the line of something else, beside that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ogdkg.errors import LimitError
from ogdkg.syntax.grammar import LITERAL_PARTS, Token
from ogdkg.syntax.model import RDF_TYPE
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.source import Data

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
class Printed(Item):
    """Sentences and blocks that follow one another, as the text that they are laid out to.

    One object for all of them, and not one for each line, keeps the memory at that of the file. What stands
    above the first is kept apart, as directives may yet add to it.
    """

    text: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Directive(Item):
    """A prefix, the base or the version, as `word` says; `iri` is the version's string too."""

    word: str = ""
    prefix: str | None = None
    iri: str = ""


@dataclass(slots=True)
class Block(Item):
    """A graph's block that is open; `label` is empty for the unnamed one.

    What it holds begins at the offset `begin` of the text that is laid out.
    """

    label: str = ""
    opening: list[str] = field(default_factory=list)
    begin: int = 0


Part = Printed | Directive


@dataclass(slots=True)
class Piece(Item):
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


class Builder:
    """Builds one part by recursive descent, without errors: the reader has already accepted it."""

    def __init__(self, pieces: list[Piece], names: NameTable) -> None:
        self._pieces = pieces
        self._names = names
        self._at = 0
        self._depth = 0

    def take(self) -> Piece:
        """Take the next piece; there is one, as the reader has accepted the document."""
        self._at += 1
        return self._pieces[self._at - 1]

    def rest(self) -> list[Piece]:
        """The pieces that no part has taken."""
        return self._pieces[self._at :]

    def _next(self) -> str:
        return self._pieces[self._at].text if self._at < len(self._pieces) else ""

    def _next_kind(self) -> str:
        return self._pieces[self._at].kind if self._at < len(self._pieces) else ""

    def directive(self) -> Directive:
        """A directive that the names are to follow from here on."""
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
        if self._next() == ".":
            part.above += self.take().above
        return part

    def block(self) -> Block:
        """A block up to its opening brace."""
        part = Block()
        if self._next_kind() == "word":
            word = self.take()
            part.above = word.above + word.beside
        while self._next() != "{":
            piece = self.take()
            part.above += piece.above + piece.beside
            part.label += piece.text
        brace = self.take()
        part.above += brace.above
        part.opening = brace.beside
        return part

    def sentence(self) -> Sentence:
        """What is said of one subject, up to its full stop or a closing brace."""
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
        while self._next() not in (".", "]", "}", "|}", ""):
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

    def _verb(self) -> tuple[Piece, str]:
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
        if self._next() == "[" or self._next_kind() in ("iri", "name", "blank"):
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


def pieces(tokens: Iterable[Token], data: Data, begin: int) -> list[Piece]:
    """The tokens of a part that begins at an offset, each with its comments.

    Comments by a comma or semicolon go to its neighbours; those that nothing follows, above an empty one.
    """
    found: list[Piece] = []
    above: list[str] = []
    end = begin
    for token in tokens:
        newlines = data[end : token.offset].count(b"\n")
        end = token.offset + len(token.text.encode())
        if newlines > 1 and above[-1:] != [""]:
            above.append("")
        if token.kind == "comment" and newlines == 0 and found:
            _last(found).beside.append(token.text.rstrip())
        elif token.kind == "comment":
            above.append(token.text.rstrip())
        elif token.text in _PARTING:
            own = [line for line in above if line] if token.text == "." else []
            above = [] if own else above
            found.append(Piece(own, text=token.text))
        else:
            found.append(Piece(above, [], token.kind, spelled(token.kind, token.text), token.offset))
            above = []
    return [*found, Piece(above)] if above else found


def _last(found: list[Piece]) -> Piece:
    """The last piece that is more than a comma, semicolon or full stop."""
    return next(piece for piece in reversed(found) if piece.text not in _PARTING)


def spelled(kind: str, text: str) -> str:
    """A token's text; a literal's without the white space in it, unless a comment stands there."""
    if kind != "literal" or text[-1:] == '"':
        return text
    parts = LITERAL_PARTS.fullmatch(text.encode())
    gaps = parts["gap"] + (parts["inner"] or b"") if parts else b""
    if parts is None or not gaps or b"#" in gaps:
        return text
    tail = b"@" + parts["tag"] if parts["tag"] else b"^^" + parts["datatype"]
    return (parts["string"] + tail).decode()


def prefix_of(kind: str, text: str) -> str | None:
    """The prefix of a name, or of the name of a literal's datatype."""
    name = text if kind == "name" else None
    if kind == "literal" and text[-1:] != '"':
        parts = LITERAL_PARTS.fullmatch(text.encode())
        name = parts["datatype"].decode() if parts and parts["datatype"] else None
    return name.partition(":")[0] if name and not name.startswith("<") else None
