"""Subjects found by searching a document's text for every way to spell them.

A hit is a subject if it is a token and stands where a subject may. To know that, the tokens before it are
read from the start of its line: only long strings go over the end of a line, and where those are is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator

from ogdkg.syntax.grammar import IRI, PREFIX, SPACE, TOKEN
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Data
from ogdkg.terms import Iri, Subject

Tree = dict[bytes, "Tree"]  # of the characters of spellings, each a regular expression

_ESCAPABLE = set("_~.-!$&'()*+,;=/?#@%")
_DIRECTIVE = re.compile(
    rb"[bBpP](?:(?<=[bB])[aA][sS][eE]|(?<=[pP])[rR][eE][fF][iI][xX])(?=[ \t\r\n#<])"
    + SPACE + rb"(" + PREFIX + rb")?+" + SPACE + rb"(" + IRI + rb")"
)  # fmt: skip
_ESCAPED_IRI = re.compile(rb"<[^\x00-\x20<>\"{}|^`\\]*\\[uU]")
_RELATIVE_IRI = re.compile(rb"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`]*>")
_LONG_STRING = re.compile(
    rb"""(?:[^"'#<\\]++|\\[\s\S]|<[^<>"{}|^`\x00-\x20]*+>|<|\#[^\r\n]*+"""
    rb"""|"(?!"")(?:[^"\\\r\n]|\\.)*+"|'(?!'')(?:[^'\\\r\n]|\\.)*+')*+"""
    rb'''("""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*+\'\'\')''',
    re.DOTALL,
)
_END = b""
_NO_TOKEN = (b"", -1)
_DEEPEST = 40  # levels of alternatives; below that the characters so far are enough for a hit


class Candidates:
    """The statements of wanted subjects, for a reader that has not begun."""

    def __init__(self, reader: Reader, subjects: Collection[Subject]) -> None:
        self._reader = reader
        self._subjects = subjects
        self._data = reader.source.data
        self._start = reader.source.start
        self._strings = _long_strings(reader.source.data)
        self._ends: list[
            int
        ] = []  # of the directives, and the prefixes in force before the first and after each
        self._prefixes: list[dict[str, str]] = [{}]
        self.can_be_told = all(isinstance(subject, Iri) for subject in subjects) and self._read_directives()

    def statements(self) -> Iterator[Statement]:
        names = self._reader.names
        for match in self._spellings().finditer(self._data, self._start):
            at = match.start()
            if self._may_begin(at) and not self._is_graph(at):
                names.restore(self._prefixes[bisect_right(self._ends, at)])
                if names.node(_token(self._data, at)[1], at) in self._subjects:
                    yield from self._reader.statement(at)

    def _read_directives(self) -> bool:
        """Note the prefixes; False where an IRI's spelling cannot be told beforehand."""
        names, has_base = self._reader.names, self._reader.names.base is not None
        if self._data.find(b"\\") >= 0 and _ESCAPED_IRI.search(self._data):
            return False
        for match in _DIRECTIVE.finditer(self._data) if self._reader.directives else ():
            begin = match.start() - (self._data[match.start() - 1 : match.start()] == b"@")
            if not self._may_begin(begin):
                continue
            has_base = has_base or match[1] is None
            if has_base and _RELATIVE_IRI.search(self._data):
                return False
            namespace = names.iri(match[2], match.start(2))
            declared = {names.prefix(match[1], match.start(1)): namespace} if match[1] else {}
            self._prefixes.append(self._prefixes[-1] | declared)
            self._ends.append(match.end())
        return not (has_base and _RELATIVE_IRI.search(self._data))

    def _spellings(self) -> re.Pattern[bytes]:
        """One regular expression for all spellings of all subjects."""
        declared = {pair for prefixes in self._prefixes for pair in prefixes.items()}
        tree: Tree = {}
        for subject in self._subjects:
            if isinstance(subject, Iri):
                _plant(tree, f"<{subject.value}>", "")
                for prefix, namespace in declared:
                    if subject.value.startswith(namespace):
                        _plant(tree, prefix + ":", subject.value[len(namespace) :])
        return re.compile(_pattern(tree, 0))

    def _is_graph(self, at: int) -> bool:
        """Whether the token at an offset is the name of a block."""
        _, _, end = _token(self._data, at)
        kind, raw, end = _token(self._data, end)
        while kind == "comment":
            kind, raw, end = _token(self._data, end)
        return raw == b"{"

    def _may_begin(self, at: int) -> bool:
        """Whether a token begins at an offset, and a statement may begin with it."""
        line = self._data.rfind(b"\n", 0, at) + 1
        before = self._data[line:at].rstrip(b" \t\r")
        if before and before[-1] not in b".{}>":
            return False
        while True:
            string_end = self._end_of_string(line)
            last = self._token_before(max(string_end, line, self._start), at)
            if last is not None:
                raw, end = last
                return raw in (b".", b"{", b"}") or end in self._ends
            if string_end or line <= self._start:
                return not string_end
            line = self._data.rfind(b"\n", 0, line - 1) + 1

    def _end_of_string(self, offset: int) -> int:
        """Where the long string ends that an offset lies in; 0 where it lies in none."""
        nearest = bisect_left(self._strings, (offset,)) - 1
        end = self._strings[nearest][1] if nearest >= 0 else 0
        return end if end > offset else 0

    def _token_before(self, begin: int, at: int) -> tuple[bytes, int] | None:
        """The last token before an offset, and its end; not a token where none begins at the offset."""
        last = None
        while True:
            match = TOKEN.match(self._data, begin)
            assert match is not None and match.lastgroup is not None, "the last alternative takes any byte"
            start, begin = match.span(match.lastgroup)
            if start >= at:
                return last if start == at else _NO_TOKEN
            if match.lastgroup != "comment":
                last = match[match.lastgroup], begin


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


def _plant(tree: Tree, whole: str, local: str) -> None:
    """Add a spelling: text as it is, then the local part of a name, with or without escapes (Turtle, 6.4)."""
    for character in whole:
        tree = tree.setdefault(re.escape(character).encode(), {})
    for character in local:
        escape = rb"\\?+" if character in _ESCAPABLE else b""
        tree = tree.setdefault(escape + re.escape(character).encode(), {})
    tree[_END] = {}


def _pattern(tree: Tree, depth: int) -> bytes:
    """The regular expression of a tree; that of a tree without spellings matches nothing."""
    if not tree:
        return rb"(?!)"
    chain = b""
    while len(tree) == 1 and _END not in tree:
        ((character, tree),) = tree.items()
        chain += character
    if depth == _DEEPEST or tree.keys() <= {_END}:
        return chain
    longer = [character + _pattern(rest, depth + 1) for character, rest in tree.items() if character != _END]
    return chain + rb"(?:" + rb"|".join(longer) + (rb"|)" if _END in tree else rb")")
