"""Writes two versions of a text as a unified diff.

difflib takes the square of the length of texts that differ in every line. Longer texts are therefore first
cut at the lines that each of them has once, in the longest row that is in the order of both (a patience
diff), and difflib compares what is between them. Where no such line cuts a long stretch, it is reported as
removed and added.
"""

from __future__ import annotations

import difflib
import io
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ogdkg.lean import NamedTuple
from ogdkg.text.escape import one_line

_SHORT = 2_000  # lines of both texts together, for which difflib takes some hundredths of a second
_DEEPEST = 6  # times that a stretch is cut again
_CONTEXT = 3


def unified_diff(name: str, before: bytes, after: bytes | bytearray) -> Iterator[str]:
    """Yield the lines of a unified diff; line ends are those of the texts.

    >>> print(*unified_diff("a.ttl", b"a\\nb\\n", b"a\\n"), sep="", end="")
    --- a.ttl
    +++ a.ttl
    @@ -1,2 +1 @@
     a
    -b
    """
    name = one_line(name)
    old, new = _lines(before), _lines(after)
    is_short = len(old) + len(new) <= _SHORT
    matcher = difflib.SequenceMatcher(None, old, new) if is_short else _Matched(old, new)
    for number, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number == 0:
            yield from (f"--- {name}\n", f"+++ {name}\n")
        of_before, of_after = _range(group[0][1], group[-1][2]), _range(group[0][3], group[-1][4])
        yield f"@@ -{of_before} +{of_after} @@\n"
        for what, first, last, start, end in group:
            if what == "equal":
                yield from _marked(" ", old, first, last)
            else:
                yield from _marked("-", old, first, last)
                yield from _marked("+", new, start, end)


def _lines(text: bytes | bytearray) -> list[bytes]:
    """Split at LF only: a long string may contain any other separator."""
    return io.BytesIO(text).readlines()


def _marked(mark: str, lines: Sequence[bytes], first: int, last: int) -> Iterator[str]:
    for at in range(first, last):
        told = f"{mark}{lines[at].decode()}"
        yield told if told.endswith("\n") else f"{told}\n\\ No newline at end of file\n"


def _range(start: int, end: int) -> str:
    """Lines as a unified diff counts them."""
    if end - start == 1:
        return str(end)
    return f"{start + (end > start)},{end - start}"


class _Stretch(NamedTuple):
    """Lines of both texts that are to be compared; how often they were cut out of longer ones."""

    first: int
    last: int
    start: int
    end: int
    depth: int


class _Matched(difflib.SequenceMatcher[bytes]):
    """The lines that two texts have in common, found in a time that grows with their length."""

    def __init__(self, before: list[bytes], after: list[bytes]) -> None:
        super().__init__(None, (), ())
        self.a, self.b = before, after  # without the table of all lines that difflib makes

    def get_matching_blocks(self) -> list[difflib.Match]:
        found = sorted(self._blocks())
        return [*_joined(found), difflib.Match(len(self.a), len(self.b), 0)]

    def _blocks(self) -> Iterator[difflib.Match]:
        waiting = [_Stretch(0, len(self.a), 0, len(self.b), 0)]
        while waiting:
            whole = waiting.pop()
            inner = self._trimmed(whole)
            if same := inner.first - whole.first:
                yield difflib.Match(whole.first, whole.start, same)
            if same := whole.last - inner.last:
                yield difflib.Match(inner.last, inner.end, same)
            first, last, start, end, depth = inner
            if last - first + end - start <= _SHORT:
                short = difflib.SequenceMatcher(None, self.a[first:last], self.b[start:end])
                for each in short.get_matching_blocks()[:-1]:
                    yield difflib.Match(first + each.a, start + each.b, each.size)
            elif depth < _DEEPEST and (cuts := self._cuts(inner)):
                ends = [*cuts, (last, end)]
                begins = [(first, start), *cuts]
                for (a, b), (c, d) in zip(begins, ends, strict=True):
                    waiting.append(_Stretch(a, c, b, d, depth + 1))

    def _trimmed(self, of: _Stretch) -> _Stretch:
        """A stretch without the equal lines that it begins and ends with."""
        first, last, start, end, depth = of
        while first < last and start < end and self.a[first] == self.b[start]:
            first, start = first + 1, start + 1
        while first < last and start < end and self.a[last - 1] == self.b[end - 1]:
            last, end = last - 1, end - 1
        return _Stretch(first, last, start, end, depth)

    def _cuts(self, of: _Stretch) -> list[tuple[int, int]]:
        """The places of lines that both have once, in the order of both."""
        places: dict[bytes, int] = {}  # of lines in the first text; -1 for one that occurs again
        for at in range(of.first, of.last):
            line = self.a[at]
            places[line] = -1 if line in places else at
        others: dict[bytes, int] = {}  # the same for the second text
        for at in range(of.start, of.end):
            line = self.b[at]
            if places.get(line, -1) >= 0:
                others[line] = -1 if line in others else at
        pairs = [(at, others[line]) for line, at in places.items() if at >= 0 and others.get(line, -1) >= 0]
        return [pairs[at] for at in _longest_rising([place for _, place in pairs])]


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """Where the longest rising row of some different numbers stands, by patience sorting."""
    least: list[int] = []  # the least number that a row of each length ends with
    last: list[int] = []  # where that is
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(least, number)
        least[length : length + 1] = [number]
        last[length : length + 1] = [at]
        before.append(last[length - 1] if length else -1)
    found = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


def _joined(blocks: Sequence[difflib.Match]) -> Iterator[difflib.Match]:
    """Blocks, with those that follow one another as one."""
    a = b = size = 0
    for block in blocks:
        if (a + size, b + size) == (block.a, block.b):
            size += block.size
            continue
        if size:
            yield difflib.Match(a, b, size)
        a, b, size = block
    if size:
        yield difflib.Match(a, b, size)
