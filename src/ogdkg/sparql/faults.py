"""Why a query does not parse, where its text tells it better than the engine's grammar does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.errors import InputError, Place
from ogdkg.rdf.terms import local_name
from ogdkg.sparql.mistakes import Mistakes
from ogdkg.sparql.tokens import declared_prefixes, iri_of, significant_tokens
from ogdkg.text.slips import CONFLICT, CONFLICT_HINT, Slip, conflict_at, language_of

_CLASS = re.compile(r"""\[(?:'[^']*'(?:\.\.=?'[^']*')?|[^\]'])*\]""")
_HEAD = 2000  # characters at the start that tell the language of a text
_LONGEST_HINT = 160

_MEANINGS = {
    "SELECT contains a variable that is unbound": Slip(
        "SELECT names a variable that is not grouped.", "Name it in GROUP BY, or put it into an aggregate."
    ),
    "Duplicated variable name in SELECT": Slip(
        "SELECT gives two columns one name.", "Give each its own: (… AS ?other)."
    ),
    "SELECT * is not authorized with GROUP BY": Slip(
        "SELECT * does not go with GROUP BY.", "Name the variables that are grouped."
    ),
}


def fault_of_text(text: str, prefixes: Mapping[str, str], name: str) -> InputError | None:
    """Return the fault that a query which does not parse surely has, or None.

    Args:
        text: The query.
        prefixes: The prefixes that it may use without declaring them.
        name: What messages call the query.
    """
    if (conflict := conflict_at(text)) is not None:
        return InputError(CONFLICT, place=Place.in_text(text, conflict, name), hint=CONFLICT_HINT)
    mistakes = Mistakes(text, prefixes, name)
    if not mistakes.found:
        hint = "For example: SELECT * { ?s ?p ?o } LIMIT 10"
        return InputError("The query is empty.", place=Place(name, 1, 1), hint=hint)
    if (other := language_of(text[:_HEAD], "SPARQL")) and "Turtle" not in other.message:
        return InputError(other.message, place=Place(name, 1, 1), hint=other.hint)
    return mistakes.first()


def relative_iri(text: str, name: str) -> InputError | None:
    """Return the error for a relative IRI of a query without a base, which not every engine finds."""
    return Mistakes(text, {}, name).relative()


def unknown_function(iri: str, text: str, name: str) -> InputError:
    """Return the error for a function that an engine lacks, at its name in the query."""
    query = significant_tokens(text)
    prefixes = declared_prefixes(query)
    local = local_name(iri)
    at = [token.start for token in query if iri_of(token, prefixes) == iri]
    at += [token.start for token in query if token.kind == "name" and token.text.endswith(f":{local}")]
    hint = "Use functions of SPARQL, or casts of xsd:."
    place = Place.in_text(text, at[0], name) if at else Place(name)
    return InputError(f"There is no function <{iri}>.", place=place, hint=hint)


def fault_of_engine(message: str, place: Place) -> InputError:
    """Return the error for a query of which only the engine knows what is wrong.

    Args:
        message: What the engine expected.
        place: Where it stopped reading.
    """
    for sign, slip in _MEANINGS.items():
        if sign in message:
            return InputError(slip.message, place=Place(place.file), hint=slip.hint)
    expected = readable(message)
    cut = "…" * (len(expected) > _LONGEST_HINT)
    hint = f"There: {expected[:_LONGEST_HINT]}{cut}" if expected else None
    return InputError("The query does not parse.", place=place, hint=hint)


def readable(expected: str) -> str:
    """What an engine expected, without the sets of characters of its grammar.

    >>> readable("expected one of '.', '}', ['0'..='9'], [_]")
    "expected one of '.', '}'"
    >>> readable("expected [_]")
    ''
    """
    text = re.sub(r"(?:, *)?" + _CLASS.pattern, "", " ".join(expected.split())).strip(" ,")
    return "" if text in ("expected", "expected one of") else text
