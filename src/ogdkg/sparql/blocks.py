"""Where the triples of a query stand in its text."""

from __future__ import annotations

from ogdkg.lean import NamedTuple
from ogdkg.sparql.reader import _Reader
from ogdkg.sparql.tree import Minus, Part, Pattern, Select

UNREAD = "the query is written in a way that is not read here"


class UntriableError(Exception):
    """Why a query cannot be tried on a graph that is not changed."""


class Block(NamedTuple):
    """Triples of one subject in a query.

    Attributes:
        start: The index of the first token.
        end: The index after the last one.
        patterns: The patterns that they are.
        in_graph: Whether they stand within GRAPH.
        is_plain: Whether they stand where each solution matches them: in no OPTIONAL, EXISTS or MINUS.
    """

    start: int
    end: int
    patterns: tuple[Pattern, ...]
    in_graph: bool
    is_plain: bool


class Blocks(_Reader):
    """Reads a query, and notes where its triples stand."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "query")
        self.blocks: list[Block] = []
        self.template: tuple[Part, ...] = ()
        self.selects_all = False
        self.end = 0  # the index of the bracket that closes WHERE
        self._in_graph = self._apart = self._selects = 0

    def read(self) -> None:
        """Read the whole query."""
        while not self.here.is_word("SELECT", "CONSTRUCT", "ASK") and self.here.kind != "end":
            self.at += 1
        if self.here.is_word("SELECT"):
            self.select()
            return

        is_construct = self.here.is_word("CONSTRUCT")
        self.at += 1
        if is_construct and self.is_sign("{"):
            self.template = self.group().parts
            self.blocks.clear()
        self.where()
        self.end = self.at - 1

    def select(self) -> Select:
        """Read a SELECT; one within another is apart, since its variables may be others of the same names."""
        self._apart += self._selects > 0
        self._selects += 1
        found = super().select()
        self._selects -= 1
        self._apart -= self._selects > 0
        return found

    def columns(self) -> tuple[tuple[str, object], ...]:  # type: ignore[override]  # passed on as it is
        """Read what is selected, and note whether it is `*`."""
        found = super().columns()
        self.selects_all |= not found
        return found

    def skip_until(self, words: tuple[str, ...]) -> bool:
        """Skip to one of some words.

        Raises:
            UntriableError: What is skipped has an EXISTS, whose triples would not be read.
        """
        start = self.at
        found = super().skip_until(words)
        if any(token.is_word("EXISTS") for token in self.tokens[start : self.at]):
            raise UntriableError(UNREAD)
        return found

    def triples(self) -> None:
        """Read triples, and note where they stand, and in which graph."""
        start, before = self.at, len(self.found)
        super().triples()
        patterns = tuple(part for part in self.found[before:] if isinstance(part, Pattern))
        self.blocks.append(Block(start, self.at, patterns, self._in_graph > 0, not self._apart))

    def minus(self) -> Minus:
        """Read a MINUS, whose triples add nothing to the rows, so that they are apart."""
        self._apart += 1
        self.group()
        self._apart -= 1
        return Minus("")

    def described(self, text: str, start: int, end: int):  # type: ignore[no-untyped-def]  # as it is there
        """Read a description of a node, whose triples are apart."""
        self._apart += 1
        found = super().described(text, start, end)
        self._apart -= 1
        return found

    def part(self) -> None:
        """Read a part of a group; what is in an OPTIONAL is apart."""
        in_graph, is_optional = self.here.is_word("GRAPH"), self.here.is_word("OPTIONAL")
        self._in_graph += in_graph
        self._apart += is_optional
        super().part()
        self._in_graph -= in_graph
        self._apart -= is_optional
