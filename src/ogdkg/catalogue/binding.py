"""Inserts values for the parameters of a query, safe from injection. Nothing else writes values into SPARQL.

A value replaces a whole variable token, printed by `terms.to_ntriples`; several that one value stands for are
bound to the variable (`spread`). Then the text is tokenized again and
must have the same tokens as before except for these terms, so no value can change what a query does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import UsageError
from ogdkg.rdf.terms import Term, to_ntriples
from ogdkg.sparql.tokens import Token, significant_tokens


class AnyOf(tuple[Term, ...]):
    """The terms of which a parameter may be any, though it takes one value."""

    __slots__ = ()


def bind(text: str, parameters: Sequence[Parameter], values: Mapping[str, Sequence[Term]]) -> str:
    """Replace the parameters of a query by values.

    Args:
        text: The query.
        parameters: Its parameters.
        values: Values by the name of the parameter; a parameter without a value stays a variable.

    Raises:
        UsageError: A required parameter has no value, or a parameter has more values than it takes.
    """
    replacements = {}
    for parameter in parameters:
        terms = values.get(parameter.name, ())
        _check_count(parameter, terms)
        if isinstance(terms, AnyOf) and not parameter.multivalued:
            from ogdkg.catalogue.spread import spread  # few values stand for several

            text = spread(text, parameter.variable, terms)
        elif terms:
            replacements[parameter.variable] = ", ".join(to_ntriples(term) for term in terms)
    bound = "".join(_replaced(text, replacements))
    _check_shape(text, bound, replacements)
    return bound


def _check_count(parameter: Parameter, terms: Sequence[Term]) -> None:
    if parameter.required and not terms:
        hint = f"For example: --{parameter.name} {parameter.example!r}" if parameter.example else None
        raise UsageError(f"--{parameter.name} is required.", hint=hint)
    if len(terms) > 1 and not (parameter.multivalued or isinstance(terms, AnyOf)):
        hint = "Run the query once for each value."
        raise UsageError(f"--{parameter.name} takes one value, not {len(terms)}.", hint=hint)


def _replaced(text: str, replacements: Mapping[str, str]) -> Iterator[str]:
    done = 0
    for token in significant_tokens(text):
        if found := _replacement(token, replacements):
            yield from (text[done : token.start], found)
            done = token.start + len(token.text)
    yield text[done:]


def _replacement(token: Token, replacements: Mapping[str, str]) -> str | None:
    return replacements.get(token.text[1:]) if token.kind == "variable" else None


def _check_shape(text: str, bound: str, replacements: Mapping[str, str]) -> None:
    """Check that the bound text has the query's tokens, with the terms' tokens for each replaced variable."""
    expected = []
    for token in significant_tokens(text):
        terms = _replacement(token, replacements)
        expected += [_kind_and_text(part) for part in (significant_tokens(terms) if terms else [token])]
    if expected != [_kind_and_text(token) for token in significant_tokens(bound)]:
        raise UsageError("A value would change the query's meaning.", hint="Put spaces around its parameter.")


def _kind_and_text(token: Token) -> tuple[str, str]:
    return token.kind, token.text
