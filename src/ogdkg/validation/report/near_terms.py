"""The term that somebody may have meant: one letter off, or in the same namespace under another spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from pyoxigraph import NamedNode

from ogdkg.errors import nearest

SIMILARITY = 0.8  # of 1: the similarity from which a name is taken for a misspelling
ONE_LETTER = 0.75  # the similarity of two names of four letters that differ in one
FEWEST_LETTERS = 4  # of a name that may be taken for another
TRANSPOSED = 0.6  # the same of two names that have the same letters
_LOCAL = re.compile(r"[^#/:]*\Z")


def parts(iri: str) -> tuple[str, str]:
    """Namespace and local name."""
    start = _LOCAL.search(iri)
    at = start.start() if start else len(iri)
    return iri[:at], iri[at:]


def variant(iri: str, known: Iterable[NamedNode]) -> NamedNode | None:
    """The known term that differs in nothing but `http` or `https`, `www.`, and `#` or `/`."""
    plain = _plain(iri)
    return next((each for each in known if each.value != iri and _plain(each.value) == plain), None)


def _plain(iri: str) -> str:
    namespace, local = parts(iri)
    return re.sub(r"^https?://(?:www\.)?", "", namespace).rstrip("#/").lower() + "/" + local


def is_one_edit(iri: str, other: str) -> bool:
    """Whether two local names of one namespace differ in one letter, or in the order of two.

    Names that differ in a digit are a series, and a name of less than four letters is near too many.
    """
    (namespace, one), (space, two) = parts(iri), parts(other)
    if namespace != space or one == two or min(len(one), len(two)) < FEWEST_LETTERS:
        return False
    start = _shared(one, two)
    one, two = one[start:], two[start:]
    end = _shared(one[::-1], two[::-1])
    one, two = one[: len(one) - end], two[: len(two) - end]
    is_near = max(len(one), len(two)) == 1 or (len(one) == 2 and one == two[::-1])
    return is_near and not any(map(str.isdigit, one + two))


def _shared(one: str, two: str) -> int:
    """How many letters two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))


def misspelt(iri: str, known: Iterable[NamedNode], similarity: float = SIMILARITY) -> NamedNode | None:
    """The one known term of the same namespace that is most similar, if no other is as similar."""
    from difflib import SequenceMatcher  # takes 2 ms, and only what is unknown needs it

    namespace, local = parts(iri)
    names = {name: each for each in known for space, name in (parts(each.value),) if space == namespace}
    names.pop(local, None)
    folded = local.casefold()
    near = [
        (SequenceMatcher(None, each.casefold(), folded).ratio(), each)
        for each in nearest(local, names, 3, TRANSPOSED)
    ]
    alike = [(r, each) for r, each in near if r >= similarity or sorted(each.casefold()) == sorted(folded)]
    if not alike or (len(alike) > 1 and alike[0][0] == alike[1][0]):
        return None
    return names[alike[0][1]]
