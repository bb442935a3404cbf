"""Values put in the place of parameters, token by token. Nothing else writes a value into SPARQL.

A value replaces a whole variable token, printed by `terms.to_ntriples`; afterwards the text is read again and
must be the same tokens as before, but for those terms. So no value can change what a query does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import UsageError
from ogdkg.rdf.terms import Term, to_ntriples
from ogdkg.sparql.tokens import Token, significant_tokens, tokens


def bind(text: str, parameters: Sequence[Parameter], values: Mapping[str, Sequence[Term]]) -> str:
    """The query with `values` (by the parameter's name) in place; parameters without a value stay variables.

    Raises UsageError for a required parameter without a value, and for more values than fit.
    """
    replacements = {}
    for parameter in parameters:
        given = values.get(parameter.name, ())
        _check_count(parameter, given)
        if given:
            replacements[parameter.variable] = ", ".join(to_ntriples(term) for term in given)
    bound = "".join(_replaced(text, replacements))
    _check_shape(text, bound, replacements)
    return bound


def _check_count(parameter: Parameter, given: Sequence[Term]) -> None:
    if parameter.required and not given:
        hint = f"For example: --{parameter.name} {parameter.example!r}" if parameter.example else None
        raise UsageError(f"--{parameter.name} is needed.", hint=hint)
    if len(given) > 1 and not parameter.multivalued:
        raise UsageError(f"--{parameter.name} takes one value, not {len(given)}.", hint="Ask once for each.")


def _replaced(text: str, replacements: Mapping[str, str]) -> Iterator[str]:
    for token in tokens(text):
        yield _replacement(token, replacements) or token.text


def _replacement(token: Token, replacements: Mapping[str, str]) -> str | None:
    return replacements.get(token.text[1:]) if token.kind == "variable" else None


def _check_shape(text: str, bound: str, replacements: Mapping[str, str]) -> None:
    """The bound text must read as the query does, each replaced variable as the tokens of its terms."""
    expected = []
    for token in significant_tokens(text):
        terms = _replacement(token, replacements)
        expected += [_kind_and_text(part) for part in (significant_tokens(terms) if terms else [token])]
    if expected != [_kind_and_text(token) for token in significant_tokens(bound)]:
        raise UsageError("A value would change the query's meaning.", hint="Put blanks around its parameter.")


def _kind_and_text(token: Token) -> tuple[str, str]:
    return token.kind, token.text
