"""Lays out a document part by part; spellings, comments and the order of subjects are kept.

A part is a sentence, a directive, or the beginning or end of a block, with the comments above and beside it.
Each is read, printed and, where that changed it, read again and compared: nothing comes out that says
anything else.
"""

from __future__ import annotations

import re
from itertools import dropwhile, groupby

from ogdkg.errors import OgdkgError, Place
from ogdkg.rdf.formats import Format
from ogdkg.sandbox.limits import without_collection
from ogdkg.syntax.grammar import TOKEN, Token
from ogdkg.syntax.model import Statement
from ogdkg.syntax.plain import PlainSentence, PlainSentences, lines
from ogdkg.syntax.printer import (
    as_text,
    beside,
    directive_line,
    directives_in_order,
    lines_above,
    print_document,
    sentence_lines,
    strip_blank_lines,
)
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.skeleton import skeleton
from ogdkg.syntax.source import Source, from_text
from ogdkg.syntax.tree import Block, Builder, Directive, Document, Part, Piece, Printed, pieces, prefix_of

_BASE = "http://base.invalid/"  # relative IRIs stay as they are: any base will do to compare by
_COMMENT_BESIDE = re.compile(rb"[ \t\r]*+(#[^\r\n]*+)")


def layout(source: Source, form: Format) -> str:
    """The canonical form of a document, which says the same as the document.

    >>> text = "@prefix ex: <x:>. ex:a ex:p 01 ; # one\\n a ex:C."
    >>> print(layout(from_text(text, "a"), formats.TURTLE), end="")
    PREFIX ex: <x:>
    <BLANKLINE>
    ex:a a ex:C ;
      ex:p 01 . # one
    """
    return canonical(source, form).decode()


def canonical(source: Source, form: Format) -> bytearray:
    """The canonical form of a document in UTF-8, held in memory once."""
    with without_collection():
        return _canonical(source, form)


def _canonical(source: Source, form: Format) -> bytearray:
    parts = _Parts(source, form)
    tree = parts.document()
    printed = directives_in_order(tree)
    if _declared(printed, tree.used) != parts.declared():
        raise _another_meaning(source)
    return print_document(printed, tree.below)


class _Parts:
    """Takes the parts of a document from a reader, one after another."""

    def __init__(self, source: Source, form: Format) -> None:
        self._source = source
        self._data = source.data
        self._form = form
        self._reader = Reader(source, form.name, _BASE)
        self._plain = PlainSentences(self._reader.names)
        self._outside: list[Part] = []
        self._block: Block | None = None
        self._below: list[str] = []
        self._declared: list[_Declared] = []

    def document(self) -> Document:
        """The whole document, with each sentence laid out already; InputError where it is not well-formed."""
        reader = self._reader
        while not reader.done:
            if plain := self._plain.at(self._data, reader.at):
                self._take_plain(plain)
            else:
                self._take_part()
        return Document(self._outside, self._below, self._plain.used)

    def declared(self) -> list[_Declared]:
        """What each run of directives declares, as far as it is used."""
        return _used(self._declared, self._plain.used)

    def _print(self, above: list[str], text: bytes) -> bytearray:
        """Add what is laid out to the text since the last directive, and return all of that."""
        last = self._outside[-1] if self._outside else None
        if not isinstance(last, Printed):
            last = Printed(above)
            self._outside.append(last)
        elif above:
            if self._block and self._block.begin == len(last.text):  # no blank lines at its beginning
                above = list(dropwhile(lambda line: not line, above))
            last.text += as_text(lines_above(above, self._indent))
        last.text += text
        return last.text

    @property
    def _indent(self) -> int:
        return 2 if self._block else 0

    # -- plain sentences -------------------------------------------------------

    def _take_plain(self, sentence: PlainSentence) -> None:
        indent = self._indent
        text = as_text(lines(sentence, indent))
        if text[indent:-1] != self._data[sentence.begin : sentence.end]:
            again = self._plain.at(text, 0)
            if again is None or (again.subject, again.pairs) != (sentence.subject, sentence.pairs):
                raise _another_meaning(self._source)
        is_apart = self._data[self._reader.at : sentence.begin].count(b"\n") > 1
        self._print([""] if is_apart else [], text)
        self._reader.at = sentence.end

    # -- all other parts -------------------------------------------------------

    def _take_part(self) -> None:
        """Take what the reader accepts up to where the next part may begin."""
        begin, block = self._reader.at, self._block
        found = pieces(self._tokens(), self._data, begin)
        statements = list(self._reader.found)
        self._reader.found.clear()
        if begin == self._source.start and found:
            found[0].above = found[0].above[found[0].above[:1] == [""] :]
        builder = Builder(found, self._reader.names)
        if self._reader.in_block and not block:
            self._open_block(builder)
        elif found and found[0].text not in ("", "}"):
            first = found[0]
            if first.kind == "tag" or (first.kind == "word" and first.text not in ("true", "false")):
                self._take_directive(builder)
            else:
                self._take_sentence(builder, statements, begin)
        if block and not self._reader.in_block:
            self._close_block(block, builder.take())
        for piece in builder.rest():
            self._below = piece.above
        # Only now: `a` may have been written as a name, and a directive declares a prefix without using it.
        prefixes = (prefix_of(piece.kind, piece.text) for piece in found)
        self._plain.used.update(prefix for prefix in prefixes if prefix is not None)

    def _tokens(self) -> list[Token]:
        """The tokens and comments of the next part, with the comments that stand beside its end."""
        reader, data = self._reader, self._data
        found: list[Token] = []
        begins = reader.subject_or_directive
        while not reader.done:
            match = TOKEN.match(data, reader.at)
            assert match is not None and match.lastgroup is not None, "the last alternative takes any byte"
            kind = match.lastgroup
            raw, at, reader.at = match[kind], match.start(kind), match.end()
            if kind != "end":
                text = raw.decode(errors="replace")  # the first byte of a character is refused below
                found.append(Token(kind, text, at))
            if kind != "comment":
                reader.state = reader.state(kind, raw, at)
                if reader.state == begins:
                    break
        while beside := _COMMENT_BESIDE.match(data, reader.at):
            found.append(Token("comment", beside[1].decode(), beside.start(1)))
            reader.at = beside.end()
        return found

    def _open_block(self, builder: Builder) -> None:
        block = builder.block()
        line = beside(f"{block.label} {{" if block.label else "{", block.opening)
        block.begin = len(self._print(block.above, as_text([line])))
        self._block = block

    def _close_block(self, block: Block, end: Piece) -> None:
        text = self._print(end.above, b"")
        strip_blank_lines(text, block.begin)
        if len(text) == block.begin and not block.opening:
            del text[-1:]
        text += as_text([beside("}", end.beside)])
        self._block = None

    def _take_directive(self, builder: Builder) -> None:
        part = builder.directive()
        names = self._reader.names
        if not (self._outside and isinstance(self._outside[-1], Directive)):
            self._declared.append({})
        if part.prefix is not None:
            self._declared[-1][part.prefix] = names.prefixes[part.prefix]
        elif part.word == "BASE":
            self._declared[-1][None] = names.base or ""
        self._outside.append(part)
        self._plain.forget()

    def _take_sentence(self, builder: Builder, statements: list[Statement], begin: int) -> None:
        indent = self._indent
        sentence = builder.sentence()
        text = as_text(sentence_lines(sentence, indent))
        if text[indent:-1] not in self._data[begin : self._reader.at]:
            self._compare(text, statements)
        self._print(sentence.above, text)

    def _compare(self, text: bytes, statements: list[Statement]) -> None:
        """Raise where a sentence that was printed does not state what was read."""
        again = Reader(Source(text, self._source.name), self._form.name, self._reader.names.base)
        again.names.prefixes = self._reader.names.prefixes
        again.graph = statements[0].graph if statements else None
        if skeleton(again) != skeleton(statements):
            raise _another_meaning(self._source)


# -- directives ---------------------------------------------------------------------


_Declared = dict[str | None, str]  # the IRI of each prefix; the base stands under None


def _used(runs: list[_Declared], used: set[str]) -> list[_Declared]:
    kept = [{name: iri for name, iri in run.items() if name is None or name in used} for run in runs]
    return [run for run in kept if run]


def _declared(parts: list[Part], used: set[str]) -> list[_Declared]:
    """What each run of directives declares once it is printed."""
    runs: list[_Declared] = []
    base: str | None = _BASE
    for is_run, run in groupby(parts, key=lambda part: isinstance(part, Directive)):
        if is_run:
            directives = [part for part in run if isinstance(part, Directive)]
            reader = Reader(from_text("\n".join(map(directive_line, directives)), ""), "turtle", base)
            for _ in reader:
                pass
            declared: _Declared = {}
            declared.update(reader.names.prefixes)
            if any(part.word == "BASE" for part in directives):  # also where it says again what it was
                declared[None] = base = reader.names.base or ""
            runs.append(declared)
    return _used(runs, used)


def _another_meaning(source: Source) -> OgdkgError:
    message = "The canonical form would have another meaning, so nothing was written."
    return OgdkgError(message, place=Place(source.name), hint="This is a bug of ogdkg: report the file.")
