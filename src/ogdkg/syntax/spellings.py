"""Subjects found by searching a document's text for every way to spell them.

A hit is a subject if it is a token and stands where a subject may. To know that, the tokens before it are
read from the start of its line: only long strings go over the end of a line, and where those are is known.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator

from ogdkg.rdf.terms import Blank, Iri, Subject
from ogdkg.syntax.grammar import BLANK, IRI, NAME, PREFIX, SPACE, TOKEN
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Data

# Where a subject may stand: at the beginning of a line, which a lone CR begins after a comment, or after a
# mark that ends or opens something.
_BEFORE = rb"[\r\n.{}][ \t\r]*+"
_NODE = rb"(" + IRI + rb"|" + NAME + rb"|" + BLANK + rb")"
_ANY_SUBJECT = re.compile(_BEFORE + _NODE)
SMALL = 1 << 15  # bytes, over which it runs in half the time that an expression for some subjects is made in
_BRACKET = re.compile(_BEFORE + rb"([\[(])")
_MOST_HEADS = 20
_DIRECTIVE = re.compile(
    rb"[bBpP](?:(?<=[bB])[aA][sS][eE]|(?<=[pP])[rR][eE][fF][iI][xX])(?=[ \t\r\n#<])"
    + SPACE + rb"(" + PREFIX + rb")?+" + SPACE + rb"(" + IRI + rb")"
)  # fmt: skip
_VERSIONS = (b"VERSION", b"version", b"Version")
_VERSION = re.compile(rb"(?:" + b"|".join(_VERSIONS) + rb")[ \t\r\n]*[\"']")
_ESCAPED_IRI = re.compile(rb"<[^\x00-\x20<>\"{}|^`\\]*\\[uU]")
_RELATIVE_IRI = re.compile(rb"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`]*>")
_LONG_STRING = re.compile(
    rb"""(?:[^"'#<\\]++|\\[\s\S]|<[^<>"{}|^`\x00-\x20]*+>|<|\#[^\r\n]*+"""
    rb"""|"(?!"")(?:[^"\\\r\n]|\\.)*+"|'(?!'')(?:[^'\\\r\n]|\\.)*+')*+"""
    rb'''("""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*+\'\'\')''',
    re.DOTALL,
)
_BRACKETS = (b"[", b"(")
_NODES = ("iri", "name", "blank")
_NO_TOKEN = (b"", -1)
_MOST_SPELLINGS = 10_000  # beside twenty of each subject; beyond that, to read the file whole is faster


class Candidates:
    """The statements of wanted subjects, for a reader that has not begun.

    A blank node is one that the document labels so. `brackets` are the numbers, from 0, of wanted sentences
    that begin with `[ … ]` or `( … )`.

    Attributes:
        begun: Once all statements are read: the subject of each wanted sentence that begins with a bracket.
        bracketed: Likewise how many such sentences there are, if any were wanted.
    """

    def __init__(self, reader: Reader, subjects: Collection[Subject], brackets: Collection[int] = ()) -> None:
        self._reader = reader
        self._subjects = subjects
        self._brackets = brackets
        self.begun: dict[int, Subject] = {}
        self.bracketed = 0
        self._data = reader.source.data
        self._start = reader.source.start
        self._strings = _long_strings(reader.source.data)
        self._ends: list[int] = []  # of the directives, in order
        self._ended: set[int] = set()
        self._declared: list[tuple[str, str] | None] = []  # by each: prefix and namespace, none by a base
        self._begun: tuple[int, int, tuple[bytes, int] | None] = (-1, -1, None)  # see `_token_before`
        self._spelled: set[bytes] = set()
        self.can_be_told = (
            all(isinstance(subject, Iri | Blank) for subject in subjects)
            and self._read_directives()
            and self._spell()
        )

    @property
    def prefixes(self) -> dict[str, str]:
        """Those that the document declares; of a prefix declared twice, the last."""
        return dict(filter(None, self._declared))

    def statements(self) -> Iterator[Statement]:
        """Everything said of the subjects, in the document's order."""
        names = self._reader.names
        names.restore({})
        passed, last = 0, -1  # directives, and a hit that may come twice
        for at in self._hits():
            if at > last and self._may_begin(at) and not self._is_graph(at):
                last, here = at, bisect_right(self._ends, at)
                for declared in filter(None, self._declared[passed:here]):
                    names.declare(*declared)
                passed = here
                yield from self._said_at(at)

    def _said_at(self, at: int) -> list[Statement]:
        """What the sentence at an offset says, if it is one of those wanted."""
        _, raw, end = _token(self._data, at)
        if raw not in _BRACKETS:
            is_wanted = self._reader.names.node(raw, at) in self._subjects
            return self._reader.statement(at) if is_wanted else []
        if raw == b"(" and self._after(end)[1] == b")":  # which is rdf:nil
            return []
        number, self.bracketed = self.bracketed, self.bracketed + 1
        if number not in self._brackets:
            return []
        said = list(self._reader.statement(at))
        self.begun[number] = next(each.subject for each in said if each.subject_offset == at)
        return said

    def _hits(self) -> Iterator[int]:
        """Where a spelling of a subject stands, in order, and where any name or IRI follows a directive."""
        spellings = self._spelled
        after = [self._after(end) for end in (self._start, *self._ends)]
        is_small = len(self._data) < SMALL
        pattern = _ANY_SUBJECT if is_small or not spellings else _candidate(spellings)
        found = pattern.finditer(self._data, self._start) if spellings else iter(())
        if self._data.find(b"\\") < 0:  # as in most large files
            hits = (match.start(1) for match in found if match[1] in spellings)
        else:
            hits = (match.start(1) for match in found if match[1].replace(b"\\", b"") in spellings)
        first = (end - len(raw) for kind, raw, end in after if kind in _NODES or raw in self._opening)
        brackets = _BRACKET.finditer(self._data, self._start) if self._brackets else ()
        return heapq.merge(first, hits, (match.start(1) for match in brackets))

    @property
    def _opening(self) -> tuple[bytes, ...]:
        return _BRACKETS if self._brackets else ()

    def _after(self, at: int) -> tuple[str, bytes, int]:
        """Kind, spelling and end of the token at or after an offset that is no comment."""
        kind, raw, end = _token(self._data, at)
        while kind == "comment":
            kind, raw, end = _token(self._data, end)
        return kind, raw, end

    def _read_directives(self) -> bool:
        """Note the prefixes; False where an IRI's spelling cannot be told beforehand."""
        names, has_base = self._reader.names, self._reader.names.base is not None
        has_relative = _RELATIVE_IRI.search(self._data) is not None
        if any(self._data.find(word) >= 0 for word in _VERSIONS) and _VERSION.search(self._data):
            return False  # a directive that few documents have, and that ends without a mark
        if self._data.find(b"\\") >= 0 and _ESCAPED_IRI.search(self._data):
            return False
        for match in _DIRECTIVE.finditer(self._data) if self._reader.directives else ():
            begin = match.start() - (self._data[match.start() - 1 : match.start()] == b"@")
            if not self._may_begin(begin):
                continue
            has_base = has_base or match[1] is None
            if has_base and has_relative:
                return False
            namespace = names.iri(match[2], match.start(2))
            self._declared.append((names.prefix(match[1], match.start(1)), namespace) if match[1] else None)
            self._ends.append(match.end())
            self._ended.add(match.end())
        return not (has_base and has_relative)

    def _spell(self) -> bool:
        """Note all spellings of all subjects, less the escapes that signs may have in names (Turtle, 6.4).

        False where prefixes of one namespace spell them in too many ways.
        """
        prefixes: dict[str, dict[str, None]] = {}
        for declared in filter(None, self._declared):
            prefixes.setdefault(declared[1], {})[declared[0]] = None
        lengths = sorted({len(namespace) for namespace in prefixes})
        room = _MOST_SPELLINGS + 20 * len(self._subjects)
        self._spelled |= {f"_:{each.label}".encode() for each in self._subjects if isinstance(each, Blank)}
        for value in (subject.value for subject in self._subjects if isinstance(subject, Iri)):
            self._spelled.add(f"<{value}>".encode())
            for length in lengths[: bisect_right(lengths, len(value))]:
                for prefix in prefixes.get(value[:length], ()):
                    self._spelled.add(f"{prefix}:{value[length:]}".encode())
                if len(self._spelled) > room:
                    return False
        return True

    def _is_graph(self, at: int) -> bool:
        """Whether the token at an offset is the name of a block."""
        _, raw, end = _token(self._data, at)
        _, after, end = self._after(end)
        if (raw, after) == (b"[", b"]"):
            _, after, end = self._after(end)
        return after == b"{"

    def _may_begin(self, at: int) -> bool:
        """Whether a token begins at an offset, and a statement may begin with it."""
        line = max(self._data.rfind(b"\n", 0, at) + 1, self._start)
        before = self._data[line:at].rstrip(b" \t\r")
        if before and before[-1] not in b".{}>" and b"\r" not in self._data[line + len(before) : at]:
            return False
        if not before and self._ends_statement(line):
            return True
        string_end = self._end_of_string(line)
        last = self._token_before(max(string_end, line, self._start), at)
        while last is None and not string_end and line > self._start:  # blanks and comments: further up
            limit, line = line, self._data.rfind(b"\n", 0, line - 1) + 1
            string_end = self._end_of_string(line)
            last = self._last_token(max(string_end, line, self._start), limit)
        if last is None:
            return not string_end
        raw, end = last
        return raw in (b".", b"{", b"}") or end in self._ended

    def _ends_statement(self, line: int) -> bool:
        """Whether the line before one surely ends with a statement, for which its tokens need not be read.

        A full stop at its end is one unless a comment, an escape or a long string takes it (Turtle 1.1, 6.5).
        A directive of SPARQL ends without.
        """
        begin = self._data.rfind(b"\n", 0, max(0, line - 1)) + 1
        text = self._data[begin:line].rstrip(b" \t\r\n")
        if begin + len(text) in self._ended:
            return True
        is_plain = text.endswith(b".") and not text.endswith(b"\\.") and b"#" not in text
        return is_plain and not self._end_of_string(begin + len(text) - 1)

    def _end_of_string(self, offset: int) -> int:
        """Where the long string ends that an offset lies in; 0 where it lies in none."""
        nearest = bisect_left(self._strings, (offset,)) - 1
        end = self._strings[nearest][1] if nearest >= 0 else 0
        return end if end > offset else 0

    def _token_before(self, begin: int, at: int) -> tuple[bytes, int] | None:
        """The last token before an offset, and its end; not a token where none begins at the offset.

        Offsets come in order: what was read for the one before, on the same line, is not read again.
        """
        line, resumed, last = self._begun
        if line != begin or resumed > at:
            resumed, last = begin, None
        for kind, raw, start, end in self._tokens(resumed):
            if start >= at:
                return last if start == at else _NO_TOKEN
            if kind != "comment":
                last = raw, end
            self._begun = begin, end, last
        raise AssertionError("a token or a stray byte begins at every offset but the end")

    def _last_token(self, begin: int, limit: int) -> tuple[bytes, int] | None:
        """The last token that begins before an offset."""
        last = None
        for kind, raw, start, end in self._tokens(begin):
            if start >= limit:
                break
            if kind != "comment":
                last = raw, end
        return last

    def _tokens(self, at: int) -> Iterator[tuple[str, bytes, int, int]]:
        """Kind, spelling, begin and end of each token from an offset on."""
        while True:
            match = TOKEN.match(self._data, at)
            assert match is not None and match.lastgroup is not None, "the last alternative takes any byte"
            start, at = match.span(match.lastgroup)
            yield match.lastgroup, match[match.lastgroup], start, at


def _candidate(spellings: Collection[bytes]) -> re.Pattern[bytes]:
    """What finds tokens that begin like one of the spellings, where a subject may stand."""
    heads = {each[: each.find(b":") + 1] if each[:1] != b"<" else b"<" for each in spellings}
    alike = b"|".join(map(re.escape, sorted(heads))) if len(heads) <= _MOST_HEADS else b""
    return re.compile(_BEFORE + rb"(?=" + alike + rb")" + _NODE)


def _token(data: Data, at: int) -> tuple[str, bytes, int]:
    """Kind, spelling and end of the token at or after an offset."""
    match = TOKEN.match(data, at)
    assert match is not None and match.lastgroup is not None, "the last alternative takes any byte"
    return match.lastgroup, match[match.lastgroup], match.end()


def _long_strings(data: Data) -> list[tuple[int, int]]:
    """Begin and end of every string between three quotes."""
    found: list[tuple[int, int]] = []
    if data.find(b'"""') < 0 and data.find(b"'''") < 0:
        return found
    match = _LONG_STRING.match(data)
    while match:
        found.append(match.span(1))
        match = _LONG_STRING.match(data, match.end())
    return found
