"""Writes graphs that are too large to be sorted in memory, with the bytes that `writers` and `turtle` write.

What is held grows with the blank nodes alone: all else is sorted in runs, which lie in nameless temporary
files and are merged while the output is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import cast

from ogdkg.files.sorting import SortedLines
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import TYPE, Statement, join, split, with_stable_blanks
from ogdkg.render.rdf.nesting import FIRST, NIL, REST, Nesting
from ogdkg.render.rdf.turtle import Tracker, prefixes_of, write_nested

FORMATS = (formats.TURTLE, formats.TRIG, formats.NTRIPLES, formats.NQUADS)
_TOGETHER = 50_000  # statements whose prefixes are told at once
_SEPARATOR = "\0"  # in no term, and before all that may be in one: keys are in the order of the statements


def write_large(
    lines: Iterable[str], form: Format, prefixes: Mapping[str, str], watch: Tracker
) -> Iterator[str]:
    """Write lines of N-Quads in one of FORMATS; the arguments are those of `write_lines`."""
    stable = _with_stable_blanks(lines)
    with SortedLines() as ordered:
        if form == formats.NQUADS:
            ordered.extend(map(_encoded, stable))
            yield from (line.decode(errors="surrogatepass") + "\n" for line in watch(ordered))
            return
        statements: Iterable[Statement] = map(split, stable)
        if not form.graphs:
            statements = (("", *statement[1:]) for statement in statements)
        if form == formats.NTRIPLES:
            ordered.extend(map(_key, statements))
            yield from (join(_statement(key)) + "\n" for key in watch(ordered))
            return
        terms = _Terms(prefixes)
        for statement in statements:
            terms.see(statement)
            ordered.add(_key(statement))
        nesting = Nesting(terms.structural())
        used = terms.used(nesting)
        yield from write_nested(map(_statement, watch(ordered)), nesting, used, prefixes)


class _Terms:
    """What is to be known of all statements before the first can be written as Turtle."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._used: set[str | None] = set()
        self._untold: list[Statement] = []
        self._unsure: set[str] = set()  # terms that may be written without their names
        self._structural: list[Statement] = []

    def see(self, statement: Statement) -> None:
        """Take note of a statement."""
        self._untold.append(statement)
        if len(self._untold) == _TOGETHER:
            self._tell()
        graph, subject, predicate, obj = statement
        is_of_nodes = subject[0] == "_" or obj[0] == "_" or graph[:1] == "_" or obj[:2] == "<<"
        if is_of_nodes or predicate in (FIRST, REST):
            self._structural.append(statement)

    def structural(self) -> list[Statement]:
        """The statements with blank nodes, with triple terms, or of lists, in order and each once."""
        return sorted(set(self._structural))

    def used(self, nesting: Nesting) -> dict[str, str]:
        """The prefixes that are used, with their namespaces."""
        self._tell()
        spoken = self._unsure - {TYPE, *nesting.unspoken(self._structural)}
        found = self._used | prefixes_of(spoken, self._prefixes)
        return {prefix: namespace for prefix, namespace in self._prefixes.items() if prefix in found}

    def _tell(self) -> None:
        terms, unsure = set(chain.from_iterable(self._untold)), {TYPE, FIRST, REST, NIL}
        self._unsure |= terms & unsure
        self._used |= prefixes_of(terms - unsure, self._prefixes)
        self._untold.clear()


def _with_stable_blanks(lines: Iterable[str]) -> Iterator[str]:
    """The lines as of `with_stable_blanks`, in another order."""
    held: list[str] = []
    for line in lines:
        if "_:" in line:
            held.append(line)
        else:
            yield line
    yield from with_stable_blanks(held)


def _key(statement: Statement) -> bytes:
    return _encoded(_SEPARATOR.join(statement))


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _statement(key: bytes) -> Statement:
    return cast(Statement, tuple(key.decode(errors="surrogatepass").split(_SEPARATOR, 3)))
