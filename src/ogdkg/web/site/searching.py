"""The search index of a site: what `/suggest` of a server would answer, in files that are small.

A file has the names that begin with some letters. Where these are too many it has the best of them instead,
and longer beginnings have files of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from ogdkg.text.escape import json_text
from ogdkg.web.questions.suggestions import Completions, Named
from ogdkg.web.site.layout import OURS

FOLDER = f"{OURS}/search"
_MOST = 400  # names of a file
_LONGEST = 8  # letters of a beginning
_BEST = 20  # names that are told of a beginning that is too short
_LETTERS = 24  # of a name that are compared
_TOGETHER = 32  # things of a file

Part = tuple[str, bool, int]
Told = Callable[[str], tuple[str, str, str]]


def search_files(names: Iterable[Named], told: Told) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the index: their paths on the site, and what they hold.

    Args:
        names: The names, each with the IRI that it stands for.
        told: Returns the label, the kind and the file of an IRI.
    """
    yield from _Index(list(names), told).files()


class _Index:
    def __init__(self, names: list[Named], told: Told) -> None:
        self._names, self._told = names, told
        self._completions = Completions(names)
        things = sorted({each.value for each in names})
        self._places = {iri: place for place, iri in enumerate(things)}

    def files(self) -> Iterator[tuple[str, bytes]]:
        beginnings: dict[str, int] = {}
        for beginning, parts, is_all in self._split("", self._completions.parts):
            beginnings[beginning] = int(is_all)
            yield f"{FOLDER}/{beginning.encode().hex()}.json", _json(list(map(self._part, parts)))
        yield f"{FOLDER}/index.json", _json(beginnings)
        things = list(self._places)
        for start in range(0, len(things), _TOGETHER):
            told = [self._told(iri) for iri in things[start : start + _TOGETHER]]
            yield f"{FOLDER}/things-{start // _TOGETHER}.json", _json(told)

    def _part(self, part: Part) -> tuple[str, int, int, int, int]:
        """What is compared, whether it is inside of a name, how long that is, its place, and its thing."""
        text, is_inside, number = part
        name = self._names[number]
        return text[:_LETTERS], int(is_inside), len(name.name), number, self._places[name.value]

    def _split(self, beginning: str, parts: list[Part]) -> Iterator[tuple[str, list[Part], bool]]:
        """A beginning with all its parts, or with the best of them, and those that go on."""
        if beginning and (len(parts) <= _MOST or len(beginning) == _LONGEST):
            yield beginning, parts[: 4 * _MOST], True
            return
        if beginning:
            best = {(each.name, each.value) for each in self._completions.of(beginning, _BEST)}
            chosen = [part for part in parts if tuple(self._names[part[2]]) in best]
            yield beginning, chosen[:_MOST], False
        size = len(beginning)
        longer = (part for part in parts if len(part[0]) > size)
        for letter, some in groupby(longer, key=lambda part: part[0][size]):
            yield from self._split(beginning + letter, list(some))


def _json(value: object) -> bytes:
    return f"{json_text(value, None)}\n".encode(errors="replace")
