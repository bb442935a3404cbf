"""IRIs changed in Turtle, TriG, N-Triples and N-Quads: token by token, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ogdkg.errors import InputError
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import SH, SKOS, Iri, Literal
from ogdkg.renaming.edits import Edit, Quoted, applied, quoted
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.queries import query_edits
from ogdkg.renaming.spelling import as_name, respelled
from ogdkg.syntax.grammar import LITERAL_PARTS, TOKEN
from ogdkg.syntax.model import Statement
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source

_QUERIES = {SH + name for name in ("select", "ask", "construct", "update")}
_NAMESPACE = SH + "namespace"
ALSO_CALLED = SKOS + "altLabel"
_NODES = ("iri", "name")


class Turtle(NamedTuple):
    """A document to edit, and what else is known of names.

    Attributes:
        source: The document.
        form: Its format.
        base: What relative IRIs are relative to, unless it says so.
        declared: The prefixes that the project's shapes declare for their queries.
        known: The prefixes of the project, which are declared in the document where a name takes one.
    """

    source: Source
    form: Format
    base: str
    declared: Mapping[str, str]
    known: Mapping[str, str]


class _Token(NamedTuple):
    kind: str
    raw: bytes
    start: int

    @property
    def text(self) -> str:
        return self.raw.decode()


class _Noted(NamedTuple):
    """What the statements tell of tokens, by their offsets.

    Attributes:
        kept: Those that stay.
        texts: Literals that hold a query, or a namespace.
        renamed: Predicates whose values become other names.
        statements: All statements.
    """

    kept: set[int]
    texts: dict[int, str]
    renamed: set[int]
    statements: list[Statement]


def edited(document: Turtle, moves: Moves) -> bytes:
    """Return a document with its IRIs moved.

    Raises:
        InputError: The document is not well-formed, or cannot be edited in place.
    """
    noted = _noted(document, moves)
    data = bytes(document.source.data)
    edits = list(_Editor(document, moves, noted).edits())
    if not edits:
        return data
    after = _applied(data, edits)
    _check(document, moves, noted, after)
    return after


def _applied(data: bytes, edits: list[Edit]) -> bytes:
    """Return bytes with edits made, whose offsets count bytes."""
    in_bytes = [each._replace(text=each.text.encode().decode("latin-1")) for each in edits]
    return applied(data.decode("latin-1"), in_bytes).encode("latin-1")


def _noted(document: Turtle, moves: Moves) -> _Noted:
    noted = _Noted(set(), {}, set(), list(Reader(document.source, document.form.name, document.base)))
    other_names = set[int]()
    for each in noted.statements:
        if moves.keeps(each.subject):
            noted.kept.add(each.subject_offset)
        if moves.keeps(each.subject, each.object):
            noted.kept.add(each.object_offset)
        if isinstance(each.object, Literal) and each.predicate.value in (*_QUERIES, _NAMESPACE):
            noted.texts[each.object_offset] = each.predicate.value
        if each.predicate.value in moves.renamed and moves.exact.get(getattr(each.subject, "value", "")):
            (other_names if each.object in moves.names else noted.renamed).add(each.predicate_offset)
    noted.renamed.difference_update(other_names)
    return noted


class _Editor:
    """Walks over the tokens with what prefixes and base mean, before and after."""

    def __init__(self, document: Turtle, moves: Moves, noted: _Noted) -> None:
        self._document, self._moves, self._noted = document, moves, noted
        self._names = NameTable(document.source, document.base)
        self._after = NameTable(document.source, document.base)
        self._last_directive = 0
        self._is_sparql_style = True
        self._missing: dict[str, str] = {}

    def edits(self) -> Iterator[Edit]:
        """Yield the edits of all tokens, and declarations of prefixes that they take."""
        tokens = self._tokens()
        for token in tokens:
            word = token.text.lower().lstrip("@") if token.kind in ("word", "tag") else ""
            if word in ("prefix", "base"):
                yield from self._directive(word, token, tokens)
            elif (token.kind in _NODES or token.raw == b"a") and token.start not in self._noted.kept:
                yield from self._node(token)
            elif token.kind == "literal":
                yield from self._literal(token)
        yield from self._declarations()

    def _tokens(self) -> Iterator[_Token]:
        data = self._document.source.data
        previous = None
        for match in TOKEN.finditer(data, self._document.source.start):
            kind = match.lastgroup or "end"
            if kind == "end":
                break
            if kind == "comment":
                continue
            token = _Token(kind, match[kind], match.start(kind))
            if previous:
                yield self._marked(previous, token)
            previous = token
        if previous:
            yield previous

    def _marked(self, token: _Token, following: _Token) -> _Token:
        """Keep the name of a graph that keeps its description."""
        if self._moves.keeps_descriptions and following.raw == b"{" and token.kind in _NODES:
            self._noted.kept.add(token.start)
        return token

    def _directive(self, word: str, token: _Token, tokens: Iterator[_Token]) -> Iterator[Edit]:
        self._is_sparql_style = not token.raw.startswith(b"@")
        name = next(tokens) if word == "prefix" else None
        iri = next(tokens)
        meant = self._names.iri(iri.raw, iri.start)
        moved = self._moves.of_namespace(meant)
        if moved:
            yield Edit(iri.start, iri.start + len(iri.raw), respelled(iri.text, moved, {}, self._after.base))
        if name:
            self._names.declare(name.text[:-1], meant)
            self._after.declare(name.text[:-1], moved or meant)
        else:
            self._names.set_base(meant)
            self._after.set_base(moved or meant)
        self._last_directive = iri.start + len(iri.raw)
        if not self._is_sparql_style:
            self._last_directive = next(tokens).start + 1

    def _node(self, token: _Token) -> Iterator[Edit]:
        was = self._names.predicate(token.raw, token.start).value
        becomes = self._moves.successor(was) or was
        if token.start in self._noted.renamed:
            becomes = ALSO_CALLED
        if self._after.predicate(token.raw, token.start).value != becomes:
            yield Edit(token.start, token.start + len(token.raw), self._spelled(token.text, becomes))

    def _spelled(self, raw: str, iri: str) -> str:
        if raw == "a":
            raw = "rdf:type"
        has_names = raw[:1] != "<" and self._document.form.name in ("turtle", "trig")
        declared = self._after.prefixes
        found = respelled(raw, iri, declared, self._after.base)
        if has_names and found.startswith("<"):
            free = {p: n for p, n in self._document.known.items() if p not in declared}
            if name := as_name(iri, free):
                prefix = name.partition(":")[0]
                self._missing[prefix] = free[prefix]
                return name
        return found

    def _literal(self, token: _Token) -> Iterator[Edit]:
        parts = LITERAL_PARTS.fullmatch(token.raw)
        if parts is None:
            return
        if parts["datatype"]:
            at = token.start + parts.start("datatype")
            kind = "iri" if parts["datatype"][:1] == b"<" else "name"
            yield from self._node(_Token(kind, parts["datatype"], at))
        if token.start in self._noted.texts:
            yield from self._text(parts["string"], token.start, self._noted.texts[token.start])

    def _text(self, raw: bytes, start: int, predicate: str) -> Iterator[Edit]:
        """The edits of a query in a shape, or of a namespace that shapes declare."""
        text = quoted(raw.decode(), 0)
        if predicate == _NAMESPACE:
            moved = self._moves.of_namespace(text.text)
            inner = [Edit(0, len(text.text), moved)] if moved else []
        else:
            inner = query_edits(text.text, self._moves, self._document.declared)
        yield from _in_bytes(raw.decode(), start, text, inner)

    def _declarations(self) -> Iterator[Edit]:
        if not self._missing:
            return
        pattern = "PREFIX {}: <{}>" if self._is_sparql_style else "@prefix {}: <{}> ."
        lines = "".join(f"\n{pattern.format(*each)}" for each in sorted(self._missing.items()))
        at = self._last_directive or self._document.source.start
        yield Edit(at, at, lines if self._last_directive else lines[1:] + "\n")


def _in_bytes(raw: str, start: int, text: Quoted, inner: list[Edit]) -> Iterator[Edit]:
    """Edits within a string, whose offsets count characters, as such that count bytes."""
    for begin, end, new in text.edits(inner):
        before = len(raw[:begin].encode())
        yield Edit(start + before, start + before + len(raw[begin:end].encode()), new)


def _check(document: Turtle, moves: Moves, noted: _Noted, after: bytes) -> None:
    """Raise InputError unless the edited document says what it said, of the IRIs that they have become."""
    read = list(Reader(Source(after, document.source.name), document.form.name, document.base))
    if len(read) != len(noted.statements):
        raise _not_in_place(noted.statements[0])
    for old, new in zip(noted.statements, read, strict=True):
        if old.object_offset in noted.texts:
            continue
        wanted = moves.quad(old.quad)
        if old.predicate_offset in noted.renamed:
            wanted = wanted._replace(predicate=Iri(ALSO_CALLED))
        if wanted != new.quad:
            raise _not_in_place(old)


def _not_in_place(statement: Statement) -> InputError:
    hint = "Change this statement by hand, and run the command again."
    return InputError("This cannot be changed in place.", place=statement.subject_place, hint=hint)
