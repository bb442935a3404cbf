"""Queries to which it is all the same how often a statement stands in the graph that they are asked of."""

from __future__ import annotations

from ogdkg.sparql.changing import may_change
from ogdkg.sparql.tokens import Token, closing_bracket, query_type, significant_tokens

# What tells solutions that are alike from one another, or has a dataset of its own; MIN and MAX do not.
_COUNTING = ("COUNT", "SUM", "AVG", "SAMPLE", "GROUP_CONCAT", "LIMIT", "OFFSET", "FROM")
_MAKING = ("[", "(", "<<", "{|", "~")  # a node for each solution
_OPENING, _CLOSING = "({[", ")}]"


def ignores_repetition(text: str) -> bool:
    """Whether the result hangs on which solutions there are, however often the engine finds each.

    Joins, OPTIONAL, MINUS, FILTER and projection of a set of solutions give a set (SPARQL 1.1, section 18.5);
    so does a SELECT that is DISTINCT or has one row for each group. Rows that are not ordered are another
    matter: the order in which they are found may be another, so SELECT needs ORDER BY too.

    Args:
        text: The query; where it is not surely so, it is false.
    """
    query = significant_tokens(text)
    form = query_type(query)
    if form is None or may_change(text) or any(token.is_word(*_COUNTING) for token in query):
        return False
    if form == "SELECT":
        top = [token for token, depth in _with_depths(query) if not depth]
        is_set = any(token.is_word("DISTINCT", "GROUP") for token in top)
        return is_set and any(token.is_word("ORDER") for token in top)
    return form == "ASK" or (form == "CONSTRUCT" and _makes_no_node(query))


def _with_depths(query: list[Token]) -> list[tuple[Token, int]]:
    """Each token with how many brackets it is in."""
    found, depth = list[tuple[Token, int]](), 0
    for token in query:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        found.append((token, depth))
    return found


def _makes_no_node(query: list[Token]) -> bool:
    """Whether the template of a CONSTRUCT is written out, and has no blank node."""
    start = next(at for at, token in enumerate(query) if token.is_word("CONSTRUCT")) + 1
    end = closing_bracket(query, start) if start < len(query) and query[start].text == "{" else None
    template = query[start + 1 : end]
    return end is not None and not any(
        token.text in _MAKING or token.text.startswith(("_:", "[")) for token in template
    )
