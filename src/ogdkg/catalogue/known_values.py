"""Turns a stored query into one that lists the values of a parameter for which it finds something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ogdkg.catalogue.binding import bind
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.rdf.terms import Term
from ogdkg.sparql.tokens import Token, closing_bracket, significant_tokens

MOST = 1000  # values to list


def values_query(query: StoredQuery, parameter: Parameter, values: Mapping[str, Sequence[Term]]) -> str:
    """Return a SELECT of the values of one parameter, with the others bound.

    The pattern of the query stays as it is, with the parameter as a variable; what its SELECT clause
    computes, groups and orders goes.

    Args:
        query: A SELECT.
        parameter: The parameter, which takes resources.
        values: Terms of the other parameters, by name; those without a value must be optional.

    Returns:
        The query; it has rows without a value where only a filter or a subquery names the parameter.
    """
    others = [other for other in query.parameters if other.name != parameter.name]
    text = bind(query.text, others, {name: values[name] for name in values if name != parameter.name})
    found = significant_tokens(text)
    select = next(index for index, token in enumerate(found) if token.is_word("SELECT"))
    first = _pattern(found, select)
    last = closing_bracket(found, first)
    end = found[last].start + 1 if last is not None else len(text)
    prologue, pattern = text[: found[select].start], text[found[first].start : end]
    return f"{prologue}SELECT DISTINCT ?{parameter.variable} WHERE {pattern} LIMIT {MOST}"


def _pattern(query: Sequence[Token], select: int) -> int:
    """The index of the bracket that opens the pattern; one within parentheses is of an EXISTS."""
    depth = 0
    for index in range(select, len(query)):
        if query[index].kind == "sign":
            depth += (query[index].text == "(") - (query[index].text == ")")
            if depth == 0 and query[index].text == "{":
                return index
    raise AssertionError("a query that parses has a pattern")  # its form was found, and it ran
