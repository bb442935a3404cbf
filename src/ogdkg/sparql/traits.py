"""What a server must know of a query before it runs it, told from the text alone where that is enough.

Reading the tokens of a small query takes as long as answering it. Most queries begin with their prologue and
form, and have none of the words and signs that matter: then the tokens need not be read.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ogdkg.lean import NamedTuple
from ogdkg.sparql.changing import CHANGING
from ogdkg.sparql.spelling import without_codes
from ogdkg.sparql.tokens import has_relative, query_type, significant_tokens

_WORDS = ("NOW", "RAND", "UUID", "BNODE", "FROM")  # what is in none of them is in no token
_S = r"[ \t\r\n]"
_PROLOGUE = rf"(?:(?:PREFIX{_S}+[A-Za-z0-9_-]*:|BASE){_S}*<[^<>\"{{}}|^`\\\x00-\x20]*>{_S}*)*"
# The form, where it cannot be the beginning of a longer name.
_FORM = re.compile(
    rf"{_S}*{_PROLOGUE}(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:.\-]|[^\x00-\x7f])", re.IGNORECASE | re.ASCII
)
_NO_RELATIVE = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]*:|[ \t\r\n])")  # an absolute IRI, or an operator
_OFTEN = 4_096  # characters, of which a query that is asked again has fewer


class Traits(NamedTuple):
    """What matters of a query.

    Attributes:
        form: SELECT, ASK, CONSTRUCT or DESCRIBE; None where there is none.
        has_relative: Whether it has an IRI that is relative to some base.
        is_changing: Whether each answer may be another.
        chooses: Whether it may choose graphs by FROM.
    """

    form: str | None
    has_relative: bool
    is_changing: bool
    chooses: bool


def traits(text: str) -> Traits:
    """Return what matters of a query."""
    return _traits_again(text) if len(text) < _OFTEN else _traits(text)


def _traits(text: str) -> Traits:
    return _plain_traits(text) or _traits_of_tokens(text)


_traits_again = lru_cache(maxsize=256)(_traits)


def _plain_traits(text: str) -> Traits | None:
    """What the text alone tells; None where only its tokens do."""
    capital = text.upper()
    if "\\" in text or any(word in capital for word in _WORDS):
        return None
    form = _FORM.match(text)
    if form is None or text.count("<") != len(_NO_RELATIVE.findall(text)):
        return None
    return Traits(form[1].upper(), has_relative=False, is_changing=False, chooses=False)


def _traits_of_tokens(text: str) -> Traits:
    query = significant_tokens(without_codes(text) if "\\" in text else text)
    return Traits(
        query_type(query),
        has_relative(query),
        any(token.is_word(*CHANGING) for token in query),
        any(token.is_word("FROM") for token in query),
    )
