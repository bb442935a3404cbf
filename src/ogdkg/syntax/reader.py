"""The reader: turns a document into statements, one after another, with exact terms and positions.

Most statements in most files are plain: subject, predicate, object and a mark, no brackets. One regular
expression takes such a statement whole. All others go token by token through the states of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ogdkg.errors import UsageError
from ogdkg.rdf.formats import LOSSLESS, by_extension
from ogdkg.syntax.grammar import NODE, OBJECT, SPACE, TOKEN, VERB
from ogdkg.syntax.model import Statement
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.source import Source, from_file, from_text
from ogdkg.syntax.states import States

_MARK = rb"([.;,])"
_ABSENT = rb"((?!))?+"  # keeps the groups of all expressions in the same order


class _Expressions(dict[bytes, re.Pattern[bytes]]):
    """Expressions by the mark that each may follow; one is compiled once it is needed, as that takes 5 ms."""

    def __init__(self, parts: dict[bytes, Sequence[bytes]]) -> None:
        super().__init__()
        self.parts = parts

    def __missing__(self, mark: bytes) -> re.Pattern[bytes]:
        self[mark] = found = re.compile(SPACE + SPACE.join(self.parts[mark]))
        return found


# The plain statement that may follow each mark: a whole one, one with the same subject, one more object.
_PLAIN = _Expressions(
    {
        b".": (NODE, VERB, OBJECT, _ABSENT, _MARK),
        b";": (_ABSENT, VERB, OBJECT, _ABSENT, _MARK),
        b",": (_ABSENT, _ABSENT, OBJECT, _ABSENT, _MARK),
    }
)
_PLAIN_QUAD = _Expressions({b".": (NODE, VERB, OBJECT, NODE + rb"?+", rb"(\.)")})


class Reader(States):
    """Reads a document from the offset `at` on."""

    def __init__(self, source: Source, format: str, base: str | None = None) -> None:
        super().__init__(NameTable(source, base), format)
        self.at = source.start
        self._plain = _PLAIN_QUAD if self.quads else _PLAIN

    def __iter__(self) -> Iterator[Statement]:
        while not self.done:
            if self.expects in self._plain.parts:
                yield from self._plain_statements(self.expects)
            self._step()
            if self.found and not (self.quads and self.expects is None):
                yield from self.found
                self.found.clear()

    def statement(self, at: int) -> list[Statement]:
        """What the statement says whose subject begins at an offset, up to its full stop or closing brace."""
        self.at, self.found, self.in_block = at, [], True
        self.state = self.start_statement()
        self._step()
        while self.expects != b".":
            if self.expects in self._plain.parts:
                self.found += self._plain_statements(self.expects, ends=True)
            if self.expects != b".":
                self._step()
        return self.found

    def _step(self) -> None:
        """Take one token."""
        match = TOKEN.match(self.source.data, self.at)
        assert match is not None and match.lastgroup is not None, "the last alternative takes any byte"
        self.at = match.end()
        kind = match.lastgroup
        if kind != "comment":
            self.expects = None
            self.state = self.state(kind, match[kind], match.start(kind))

    def _plain_statements(self, mark: bytes, *, ends: bool = False) -> Iterator[Statement]:
        """Statements for as long as they are plain, or only to a full stop; `mark` is the one before them."""
        source, data, plain = self.source, self.source.data, self._plain
        cached, learn = self.names.cache.get, self.names.learn
        subject, subject_at, predicate, predicate_at = (
            self.subject, self.subject_at, self.predicate, self.predicate_at,
        )  # fmt: skip
        at = self.at
        while match := plain[mark].match(data, at):
            s, p, o, g, mark = match.groups()
            if s is not None:
                subject_at = match.start(1)
                subject = cached(s) or learn(s, subject_at)
            if p is not None:
                predicate_at = match.start(2)
                predicate = cached(p) or learn(p, predicate_at)
            graph = self.graph if g is None else cached(g) or learn(g, match.start(4))
            object_at = match.start(3)
            object_ = cached(o) or learn(o, object_at)
            yield Statement(subject, predicate, object_, graph, subject_at, predicate_at, object_at, source)
            at = match.end()
            if ends and mark == b".":
                break
        self.at, self.state = at, self.after_mark(mark)
        self.subject, self.subject_at, self.predicate, self.predicate_at = (
            subject, subject_at, predicate, predicate_at,
        )  # fmt: skip


def read(
    document: str | Path | Source, format: str | None = None, base: str | None = None
) -> Iterator[Statement]:
    """The statements of a text or of a file, in the document's order.

    The format is one of turtle, trig, ntriples and nquads; where none is given, a file's name tells it, and a
    text is Turtle. Raises InputError, with the place, where the document is not well-formed.

    >>> [statement.object.value for statement in read('<x:s> <x:p> 007, "a"@EN .')]
    ['007', 'a']
    """
    format = format or format_of(document)
    return iter(Reader(source_of(document), format, base))


def source_of(document: str | Path | Source) -> Source:
    """A text, a file or a source as a source."""
    if isinstance(document, Source):
        return document
    return from_file(document) if isinstance(document, Path) else from_text(document, "<text>")


def format_of(document: str | Path | Source) -> str:
    """The format that a file's name tells; Turtle for a text.

    Raises:
        UsageError: The name tells none that the reader knows.
    """
    if not isinstance(document, Path):
        return "turtle"
    form = by_extension(document, LOSSLESS)
    if form is None:
        message = f"The name of {str(document)!r} does not tell its format."
        known = ", ".join(f".{extension}" for form in LOSSLESS for extension in form.extensions)
        raise UsageError(message, hint=f"The lossless reader knows {known}.")
    return form.name
