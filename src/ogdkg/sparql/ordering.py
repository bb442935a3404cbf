"""A SELECT whose rows come in one order, whichever an engine finds first.

Of rows that a query does not order, or that it orders alike, an engine may give any first, and another one
the next time (SPARQL 1.1 Query, section 15.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogdkg.sparql.tokens import FORMS, Token, closing_bracket, significant_tokens


def in_total_order(text: str) -> str:
    """Return a SELECT that orders by all its columns what it orders alike; another query as it is.

    >>> in_total_order("SELECT ?a (COUNT(*) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY DESC(?n) LIMIT 3")
    'SELECT ?a (COUNT(*) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY DESC(?n)\\n?a ?n\\nLIMIT 3'
    """
    query = significant_tokens(text)
    form = next((place for place, token in enumerate(query) if token.is_word(*FORMS)), len(query))
    first = next(_outside(query, form, "{"), None)
    last = None if first is None else closing_bracket(query, first)
    if first is None or last is None or not query[form].is_word("SELECT"):
        return text
    columns = dict.fromkeys(_columns(query, form, first) or _variables(query[first:last]))
    places = [place for place in _top_level(query, last + 1) if query[place].kind == "word"]
    is_ordered = any(query[place].is_word("ORDER") for place in places)
    after = (query[place].start for place in places if query[place].is_word("LIMIT", "OFFSET", "VALUES"))
    at = next(after, None)
    head, rest = (text, "") if at is None else (text[:at].rstrip(), text[at:])
    if not columns:
        return text
    order = " ".join(columns) if is_ordered else f"ORDER BY {' '.join(columns)}"
    return f"{head}\n{order}\n{rest}"


def _top_level(query: Sequence[Token], start: int) -> Iterator[int]:
    """The places of tokens outside of all brackets, from one on, and of those brackets that open."""
    place = start
    while place < len(query):
        yield place
        is_open = query[place].kind == "sign" and query[place].text in "([{"
        end = closing_bracket(query, place) if is_open else place
        place = len(query) if end is None else end + 1


def _outside(query: Sequence[Token], start: int, sign: str) -> Iterator[int]:
    places = _top_level(query, start)
    return (place for place in places if query[place].kind == "sign" and query[place].text == sign)


def _columns(query: Sequence[Token], start: int, end: int) -> list[str]:
    """The variables of a SELECT clause: those that it names, and those that it computes; none of `*`."""
    found = []
    for place in _top_level(query[:end], start):
        if query[place].kind == "variable":
            found.append(query[place].text)
        elif query[place].text == "(":
            inner = query[place : (closing_bracket(query, place) or place) + 1]
            found += [inner[-2].text] if len(inner) > 2 and inner[-2].kind == "variable" else []
    return found


def _variables(query: Sequence[Token]) -> list[str]:
    return [token.text for token in query if token.kind == "variable"]
