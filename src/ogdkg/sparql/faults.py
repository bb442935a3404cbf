"""Why a query does not parse, where its text tells it better than the engine's grammar does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.errors import InputError
from ogdkg.sparql.tokens import Token, place_of, significant_tokens, undeclared

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_CONFLICT = re.compile(r"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_UNCLOSED = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://[^<>\s]*?([ \"{}|\\^`])[^<>\r\n]*>")
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_CLASS = re.compile(r"""\[(?:'[^']*'(?:\.\.=?'[^']*')?|[^\]'])*\]""")


def fault_of_text(text: str, prefixes: Mapping[str, str], name: str) -> InputError | None:
    """Return the fault that a query which does not parse surely has, or None.

    Args:
        text: The query.
        prefixes: The prefixes that it may use without declaring them.
        name: What messages call the query.
    """
    found = significant_tokens(text)
    if conflict := _CONFLICT.search(text):
        hint = "Keep one side, and take out the lines with <<<<<<<, ======= and >>>>>>>."
        message = "A conflict of a merge is left here."
        return InputError(message, place=place_of(text, conflict.start(), name), hint=hint)
    if not found:
        hint = "For example: SELECT * { ?s ?p ?o } LIMIT 10"
        return InputError("The query is empty.", place=place_of(text, 0, name), hint=hint)
    return _fault_of_terms(text, found, prefixes, name) or _fault_of_form(text, found, name)


def _fault_of_terms(
    text: str, found: list[Token], prefixes: Mapping[str, str], name: str
) -> InputError | None:
    for token in found:
        if token.text == "<" and (unclosed := _UNCLOSED.match(text, token.start)):
            sign = "a blank" if unclosed[1] == " " else f"the sign {unclosed[1]}"
            hint = "Percent-encode it: a blank is %20."
            message = f"This IRI holds {sign}, which no IRI may hold."
            return InputError(message, place=place_of(text, token.start, name), hint=hint)
    if unknown := undeclared(found, prefixes):
        prefix = unknown.text.partition(":")[0]
        place = place_of(text, unknown.start, name)
        hint = f"Begin the query with: PREFIX {prefix}: <…>"
        return InputError(f"The prefix {prefix}: is not declared.", place=place, hint=hint)
    if any(token.is_word("BASE") for token in found):
        return None
    for token in found:
        if token.kind == "iri" and not _SCHEME.match(token.text):
            hint = "Write it whole, begin the query with BASE <…>, or give --base."
            message = f"{token.text} is a relative IRI, and the query has no base."
            return InputError(message, place=place_of(text, token.start, name), hint=hint)
    return None


def _fault_of_form(text: str, found: list[Token], name: str) -> InputError | None:
    first = next((each for each in found if each.kind == "word" and not each.is_word("PREFIX", "BASE")), None)
    if first is not None and first.is_word(*_UPDATES):
        hint = "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE. Change the files instead."
        message = "The query does not parse: it is an update, and ogdkg runs queries alone."
        return InputError(message, place=place_of(text, first.start, name), hint=hint)
    return None


def readable(expected: str) -> str:
    """What an engine expected, without the sets of characters of its grammar.

    >>> readable("expected one of '.', '}', ['0'..='9'], [_]")
    "expected one of '.', '}'"
    >>> readable("expected [_]")
    ''
    """
    text = re.sub(r"(?:, *)?" + _CLASS.pattern, "", " ".join(expected.split())).strip(" ,")
    return "" if text in ("expected", "expected one of") else text
