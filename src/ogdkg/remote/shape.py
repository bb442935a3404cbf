"""Whether an answer is one to its query: a truth to ASK, to SELECT rows with the columns that it names."""

from __future__ import annotations

from collections.abc import Sequence

from ogdkg.remote.results import BrokenError
from ogdkg.sparql.tokens import Token, query_type
from ogdkg.store.base import Result, Rows


def fitting(result: Result, query: list[Token]) -> Result:
    """The answer with the columns that a query names, in their order; BrokenError where it is to another one.

    A column that a server leaves out, as it holds nothing, is empty.
    """
    form = query_type(query)
    if form == "ASK" and not isinstance(result, bool):
        raise BrokenError("The server answers with rows where a yes or no was asked for.")
    if form != "SELECT":
        return result
    if not isinstance(result, Rows):
        raise BrokenError("The server answers with a yes or no where rows were asked for.")
    columns = selected(query)
    if columns == ("*",):
        used = {token.text[1:] for token in query if token.kind == "variable"}
        columns = result.variables if used.issuperset(result.variables) else ()
    elif not columns:
        return result
    if columns == result.variables:
        return result
    if not set(result.variables) <= set(columns):
        raise BrokenError("The server answers another query than it was asked: with other columns.")
    places = [result.variables.index(name) if name in result.variables else None for name in columns]
    rows = (tuple(None if at is None else row[at] for at in places) for row in result.rows)
    return Rows(columns, rows)


def selected(query: Sequence[Token]) -> tuple[str, ...]:
    """The columns that a SELECT names, each once; `*` for all, none where they cannot be told."""
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
