"""Checks that a result fits its query: a boolean for ASK, and the selected columns for SELECT."""

from __future__ import annotations

from collections.abc import Sequence

from ogdkg.remote.results import BrokenError
from ogdkg.sparql.tokens import Token, query_type
from ogdkg.store.base import Result, Rows


def fitting(result: Result, query: list[Token]) -> Result:
    """Return a result with the columns that the query selects, in order; BrokenError if it does not fit.

    A column without values, which some servers omit, is added.
    """
    form = query_type(query)
    if form == "ASK" and not isinstance(result, bool):
        raise BrokenError("The server returned rows, but the query asks for a boolean.")
    if form != "SELECT":
        return result
    if not isinstance(result, Rows):
        raise BrokenError("The server returned a boolean, but the query asks for rows.")
    columns = selected(query)
    if columns == ("*",):
        used = {token.text[1:] for token in query if token.kind == "variable"}
        columns = result.variables if used.issuperset(result.variables) else ()
    elif not columns:
        return result
    if columns == result.variables:
        return result
    if not set(result.variables) <= set(columns):
        raise BrokenError("The server's result has other columns than the query selects.")
    places = [result.variables.index(name) if name in result.variables else None for name in columns]
    rows = (tuple(None if at is None else row[at] for at in places) for row in result.rows)
    return Rows(columns, rows)


def selected(query: Sequence[Token]) -> tuple[str, ...]:
    """Return the columns that a SELECT names, each once; `*` for all, none if they cannot be determined."""
    start = next((index for index, token in enumerate(query) if token.is_word("SELECT")), len(query))
    names: list[str] = []
    depth = 0
    for before, token in zip(query[start:], query[start + 1 :], strict=False):
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (depth == 0 or (depth == 1 and before.is_word("AS"))):
            names.append(token.text[1:])
        elif depth == 0 and (token.text in ("{", "*") or token.is_word("WHERE", "FROM")):
            return tuple(dict.fromkeys(names)) or (("*",) if token.text == "*" else ())
    return ()
