"""The text of a stored query with holes for its values, one for each way in which its form may be filled in.

A value changes more than its own place: a query prints texts in one language, which patterns are added for,
and a region stands for its countries. So a query is bound as ever, to terms that stand
for values, and cut there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from ogdkg.catalogue.binding import AnyOf
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.rdf.terms import Iri, Literal, Term

MOST = 256  # ways to fill in a form that are prepared
ABSENT, GIVEN, SPREAD = "0", "1", "2"  # a parameter: without a value, with it, as any of several
Hole = tuple[int, str]  # the place of a parameter, and what stands between several values
Text = list[str | Hole]
Cut = Callable[[str], Text]


class Way(NamedTuple):
    """A way to fill in a form.

    Attributes:
        key: A sign for each parameter: `ABSENT`, `GIVEN` or `SPREAD`.
        terms: Terms that stand for the values, by parameter.
        cut: Cuts a text at these terms.
    """

    key: str
    terms: dict[str, Sequence[Term]]
    cut: Cut


def ways(query: StoredQuery, spreads: Callable[[Parameter], bool]) -> Iterator[Way]:
    """Yield the ways to fill in the form of a query; none where there are too many.

    Args:
        query: The query.
        spreads: Whether one value of a parameter may stand for several.
    """
    mark = _unused(query.text)
    signs = [_signs(each, spreads=spreads(each)) for each in query.parameters]
    if prod(map(len, signs)) > MOST:
        return
    for chosen in product(*signs):
        terms = {
            parameter.name: _terms(parameter, f"{mark}{place}:", sign)
            for place, (parameter, sign) in enumerate(zip(query.parameters, chosen, strict=True))
            if sign != ABSENT
        }
        yield Way("".join(chosen), terms, _cutter(mark))


def _signs(parameter: Parameter, *, spreads: bool) -> list[str]:
    absent = [ABSENT] if not parameter.required and not parameter.default else []
    return [*absent, GIVEN, *([SPREAD] if spreads and not parameter.multivalued else [])]


def _terms(parameter: Parameter, mark: str, sign: str) -> Sequence[Term]:
    if sign == SPREAD:
        return AnyOf((Iri(f"{mark}0"), Iri(f"{mark}1")))
    return [Iri(f"{mark}0") if parameter.is_resource else Literal(f"{mark}0")]


def _unused(text: str) -> str:
    """The beginning of IRIs that a text has none of."""
    number = 0
    while f"urn:hole{number}:" in text:
        number += 1
    return f"urn:hole{number}:"


def _cutter(mark: str) -> Cut:
    hole = re.compile(rf'[<"]{mark}(\d+):0[>"](?:(,? ){"[<]"}{mark}\1:1>)?')

    def cut(text: str) -> Text:
        parts: Text = []
        done = 0
        for found in hole.finditer(text):
            parts += [text[done : found.start()], (int(found[1]), found[2] or ", ")]
            done = found.end()
        return [*parts, text[done:]]

    return cut
