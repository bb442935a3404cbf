"""Writes two versions of a text as a unified diff.

difflib takes the square of the length of texts that differ in every line. Longer texts are therefore first
cut at the lines that each of them has once, in the longest row that is in the order of both (a patience
diff), and difflib compares what is between them. Where no such line cuts a long stretch, it is reported as
removed and added.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from ogdkg.lean import NamedTuple
from ogdkg.text.escape import one_line

_SHORT = 2_000  # lines of both texts together, for which difflib takes some hundredths of a second
_DEEPEST = 6  # times that a stretch is cut again
_CONTEXT = 3


def unified_diff(name: str, before: bytes, after: bytes) -> str:
    """Return a unified diff; line ends are those of the texts.

    >>> print(unified_diff("a.ttl", b"a\\nb\\n", b"a\\n"), end="")
    --- a.ttl
    +++ a.ttl
    @@ -1,2 +1 @@
     a
    -b
    """
    name = one_line(name)
    lines = _unified(_lines(before), _lines(after), name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: bytes) -> list[str]:
    """Split at LF only: a long string may contain any other separator."""
    found = text.decode().split("\n")
    return [line + "\n" for line in found[:-1]] + [line for line in found[-1:] if line]


def _unified(before: list[str], after: list[str], name: str) -> Iterator[str]:
    if len(before) + len(after) <= _SHORT:
        yield from difflib.unified_diff(before, after, name, name)
        return
    for number, group in enumerate(_Matched(before, after).get_grouped_opcodes(_CONTEXT)):
        if number == 0:
            yield from (f"--- {name}\n", f"+++ {name}\n")
        of_before, of_after = _range(group[0][1], group[-1][2]), _range(group[0][3], group[-1][4])
        yield f"@@ -{of_before} +{of_after} @@\n"
        for what, first, last, start, end in group:
            if what == "equal":
                yield from (f" {line}" for line in before[first:last])
            else:
                yield from (f"-{line}" for line in before[first:last])
                yield from (f"+{line}" for line in after[start:end])


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


class _Matched(difflib.SequenceMatcher[str]):
    """The lines that two texts have in common, found in a time that grows with their length."""

    def __init__(self, before: list[str], after: list[str]) -> None:
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
        once = Counter(self.a[of.first : of.last])
        other = Counter(self.b[of.start : of.end])
        places = {line: at for at, line in enumerate(self.b[of.start : of.end], of.start) if other[line] == 1}
        pairs = [
            (at, places[line])
            for at, line in enumerate(self.a[of.first : of.last], of.first)
            if once[line] == 1 and line in places
        ]
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
