"""A query that sorts by the kind of each value before the value, so that any engine can sort what it finds.

SPARQL leaves the order of literals of different kinds open (SPARQL 1.1 Query, section 15.1). Oxigraph
compares numbers by value and a number with a string by their text, so that 9 < 10 < "8a" < 9, and its sort
may end the process. Among values of one kind it orders as it compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogdkg.sparql.tokens import Token, closing_bracket, significant_tokens

_DURATION = "<http://www.w3.org/2001/XMLSchema#duration>"  # one month and thirty days have no order
_DIRECTIONS = "ASC", "DESC"


def sorted_by_kind(text: str) -> str:
    """Return a query with each condition of its ORDER BY after one for the kind of what it sorts by.

    Numbers come first, then NaN, then other literals by datatype and language; of dates and times those with
    a time zone apart from those without. Terms that are no literals stay before all literals.
    """
    query = significant_tokens(text)
    parts, end = [], 0
    for first, last in _conditions(query):
        start, stop = query[first].start, query[last].start + len(query[last].text)
        if start < end:  # within another
            continue
        direction = query[first].text if query[first].is_word(*_DIRECTIONS) else ""
        parts += [text[end:start], _by_kind(direction, text[start + len(direction) : stop])]
        end = stop
    return "".join(parts) + text[end:]


def _by_kind(direction: str, value: str) -> str:
    """The conditions that stand for one; that for what is no literal is an error, which comes first."""
    zone = f'COALESCE(STR(TZ({value}) = ""), "")'
    other = f'CONCAT("2", STR(DATATYPE({value})), " ", LANG({value}), " ", {zone})'
    kind = f'IF(ISNUMERIC({value}), IF({value} = {value}, "0", "1"), {other})'
    own = f"COALESCE(IF(DATATYPE({value}) = {_DURATION}, STR({value}), {value}), {value})"
    return f"{direction}({kind}) {direction}({own})"


def _conditions(query: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The first and the last token of each condition of ORDER BY (section 19.8, OrderCondition)."""
    for place, token in enumerate(query[:-1]):
        if token.is_word("ORDER") and query[place + 1].is_word("BY"):
            at = place + 2
            while (last := _condition(query, at)) is not None:
                yield at, last
                at = last + 1


def _condition(query: Sequence[Token], at: int) -> int | None:
    """The last token of the condition that begins here, unless none does, or it is one of EXISTS."""
    if at < len(query) and query[at].kind == "variable":
        return at
    while at < len(query) and query[at].kind in ("word", "iri", "name"):
        at += 1
    is_open = at < len(query) and query[at].text == "("
    return closing_bracket(query, at) if is_open else None
