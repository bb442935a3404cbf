"""The focus nodes that may fail, as a server lists them, and as its counts confirm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.errors import StoreError
from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.results import Term
from ogdkg.validation.data.remote import ServerGraph
from ogdkg.validation.in_place.pages import BlankTargets
from ogdkg.validation.in_place.passing import NEVER
from ogdkg.validation.in_place.queries import Kind, Query

MOST_LISTED = 50_000  # nodes in one answer
FEW = 2_000  # nodes that are fetched sooner than a server may answer
PAGE = 1_000  # nodes that are judged together
_DIGITS = "0123456789abcdef"
_LONGEST = 4  # digits that tell parts apart


class Failing(NamedTuple):
    """A query for the nodes that may fail, and how many different terms it is to find.

    Attributes:
        body: What binds `?this` to the nodes.
        tail: What stands after its group.
        counted: The variable whose terms are counted; each row counts without one.
        number: How many there must be; None where nobody has counted.
    """

    body: str
    tail: str = ""
    counted: str = ""
    number: int | None = None


class Candidates:
    """Lists the nodes of one server.

    Attributes:
        contradicted: How often the server had no answer, or one that its counts contradicted.
    """

    def __init__(self, there: ServerGraph, deadline: Deadline) -> None:
        self._there = there
        self._deadline = deadline
        self.contradicted = 0

    def with_iris(self, target: str, query: Query) -> Iterator[list[Term]]:
        """The IRIs among the nodes of a target that may fail by a query."""
        self._deadline.check()
        if (failing := self._failing(target, query)) is None:
            return
        if (nodes := self._at_once(failing)) is None and failing.number is not None:
            failing = self._confirmed(failing, f"{target}{query.start}")
        yield from self._listed(failing, "") if nodes is None else filter(None, [nodes])

    def of_query(self, text: str, target: str) -> Iterator[list[Term]]:
        """The nodes that another query binds `?this` to; all of the target where the server cannot answer.

        A server that is not exact takes long over some queries, and is asked only where there are many nodes.
        """
        if not self._there.remote.server.is_exact and self._there.number(target, "DISTINCT ?this") <= FEW:
            yield from self.with_iris(target, Query(Kind.ALL))
            return
        try:
            nodes = list(self._there.nodes(text))
        except StoreError:
            self.contradicted += 1
            yield from self.with_iris(target, Query(Kind.ALL))
            return
        yield [each for each in dict.fromkeys(nodes) if not isinstance(each, BlankNode)]

    def literals(self, target: str) -> Iterator[list[Term]]:
        """The literals among the nodes of a target."""
        if target.startswith(("?ogdkg_end", "{")):  # objects of a property, and custom targets
            yield from self._literals(f"{target} FILTER(ISLITERAL(?this))", "")

    def _literals(self, body: str, prefix: str) -> Iterator[list[Term]]:
        """The literals of a pattern, in parts by the digests of their texts where there are many."""
        part = body + _part(prefix)
        if self._there.number(part, "DISTINCT ?this") <= MOST_LISTED or len(prefix) > _LONGEST:
            try:
                nodes = list(self._there.nodes(f"SELECT DISTINCT ?this WHERE {{ {part} }}"))
                yield [node for node in nodes if isinstance(node, Literal)]
                return
            except StoreError as error:
                if not error.is_cut or len(prefix) > _LONGEST:
                    raise
        for digit in _DIGITS:
            yield from self._literals(body, prefix + digit)

    def blank(self, target: str) -> Iterator[BlankTargets]:
        """The blank nodes of a target, a page each."""
        inner = f"SELECT DISTINCT (?this AS ?s) WHERE {{ {target} FILTER(ISBLANK(?this)) }}"
        number = self._there.number(f"{target} FILTER(ISBLANK(?this))", "DISTINCT ?this")
        if 0 < number <= PAGE:
            yield BlankTargets(inner, number)
            return
        for start in range(0, number, PAGE):
            self._deadline.check()
            yield BlankTargets(inner, min(PAGE, number - start), start)

    def _failing(self, target: str, query: Query) -> Failing | None:
        """The query for the nodes that may fail; None where there are none."""
        ask = _ASKED[query.kind]
        start = f"{target}{query.start}"
        try:
            return ask(self, start, query)
        except StoreError:  # if it is gone, the next answer says so
            self.contradicted += 1
            return Failing(start)

    def _all(self, start: str, query: Query) -> Failing:
        return Failing(start)

    def _rows(self, start: str, query: Query) -> Failing | None:
        """The rows that are not surely right; those that are and these are all."""
        number = self._there.number(start)
        if not number or query.passes == NEVER:
            return Failing(start) if number else None
        right = self._there.number(f"{start}FILTER({query.passes})")
        wrong = f"{start}FILTER(!({query.passes}))"
        return Failing(wrong, number=number - right) if right != number else None

    def _lack(self, start: str, query: Query) -> Failing | None:
        """The nodes without a further row; those with one and these are all."""
        what = f"DISTINCT {query.node}"
        number = self._there.number(start, what)
        lack = number - self._there.number(f"{start}{query.more} . ", what)
        wrong = f"{start}FILTER NOT EXISTS {{ {query.more} }}"
        return Failing(wrong, counted=query.node, number=lack) if lack else None

    def _many(self, start: str, query: Query) -> Failing | None:
        rows = f"{start}{query.more} . "
        number = self._there.number(rows)
        if number == 0 or (query.number and number == self._there.number(rows, f"DISTINCT {query.node}")):
            return None
        if not query.number:
            return Failing(rows)
        return self._grouped(rows, query, f"COUNT({query.value}) > {query.number}")

    def _few(self, start: str, query: Query) -> Failing | None:
        rows = f"{start}OPTIONAL {{ {query.more} }} "
        return self._grouped(rows, query, f"COUNT(DISTINCT {query.value}) < {query.number}")

    def _same(self, start: str, query: Query) -> Failing | None:
        tag = f"LANG({query.value})"
        rows = f'{start}{query.more}FILTER(ISLITERAL({query.value}) && {tag} != "") '
        if not self._there.number(rows):
            return None
        return self._grouped(rows, query, "COUNT(*) > 1", f" (LCASE({tag}) AS ?ogdkg_tag)")

    def _grouped(self, rows: str, query: Query, wrong: str, key: str = "") -> Failing | None:
        by = f" GROUP BY ?this{'' if query.node == '?this' else f' {query.node}'}{key}"
        number = self._groups(rows, by) - self._groups(rows, f"{by} HAVING(!({wrong}))")
        return Failing(rows, f"{by} HAVING({wrong})", number=number) if number else None

    def _groups(self, rows: str, tail: str) -> int:
        return self._there.number(f"{{ SELECT ?this WHERE {{ {rows} }}{tail} }}")

    def _at_once(self, failing: Failing) -> list[Term] | None:
        """The IRIs among the nodes in one answer; None where it does not hold all that was counted."""
        if failing.number is None or not 0 < failing.number <= MOST_LISTED:
            return None
        others = f" {failing.counted}" if failing.counted not in ("", "?this") else ""
        distinct = "DISTINCT " if failing.counted else ""
        text = f"SELECT {distinct}?this{others} WHERE {{ {failing.body} }}{failing.tail}"
        try:
            rows = list(self._there.rows(text))
        except StoreError:
            return None
        self._there.fetched += len(rows)
        key = failing.counted[1:]
        found = len({row[key] for row in rows}) if key else len(rows)
        iris = dict.fromkeys(row["this"] for row in rows if isinstance(row["this"], NamedNode))
        return list(iris) if found == failing.number else None

    def _confirmed(self, failing: Failing, start: str) -> Failing:
        """A query whose answers count as they must, to be listed in parts; else that for all nodes."""
        body, tail = failing.body, failing.tail
        try:
            rows = f"{{ SELECT ?this WHERE {{ {body} }}{tail} }}" if tail else body
            number = self._there.number(rows, f"DISTINCT {failing.counted}" if failing.counted else "*")
        except StoreError:
            number = None
        if number == failing.number:
            return failing
        self.contradicted += 1
        return Failing(start)

    def _listed(self, failing: Failing, prefix: str) -> Iterator[list[Term]]:
        """The IRIs among the nodes, in parts by their digests where there are many."""
        part = f" FILTER(ISIRI(?this)){_part(prefix)}"
        inner = f"SELECT DISTINCT ?this WHERE {{ {failing.body}{part} }}{failing.tail}"
        number = self._there.number(f"{{ {inner} }}")
        nodes: list[Term] = []
        if number <= MOST_LISTED:
            try:
                nodes = list(dict.fromkeys(self._there.nodes(inner)))
            except StoreError as error:
                if not error.is_cut:
                    raise
            self._there.fetched += len(nodes)
        if len(nodes) == number:
            if nodes:
                yield nodes
            return
        if len(prefix) > _LONGEST:
            message = f"The server lists {len(nodes):,} nodes of {number:,}."
            raise StoreError(message, hint="Ask again once nobody writes to it, or validate the files.")
        for digit in _DIGITS:  # also where the server has cut its answer
            yield from self._listed(failing, prefix + digit)


def _part(prefix: str) -> str:
    return f' FILTER(STRSTARTS(MD5(STR(?this)), "{prefix}"))' if prefix else ""


_ASKED = {
    Kind.ALL: Candidates._all,
    Kind.ROWS: Candidates._rows,
    Kind.LACK: Candidates._lack,
    Kind.MANY: Candidates._many,
    Kind.FEW: Candidates._few,
    Kind.SAME: Candidates._same,
}
