"""What SHACL Core asks of one value node (`values`), put to a whole column at once.

The literals of a column are told apart by datatype once. What hangs on the datatype is then found out once,
and no form is looked at twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import EVERY_FORM, EXACT, are_usual, is_usual, is_well_typed, lexical_test
from ogdkg.rdf.terms import XSD
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.judging.values import BOUNDS, FITS, Asked, Test, TextTest, asked

# The numbers of the values that fail.
Check = Callable[["Values"], Iterable[int]]
_BLOCK = 250  # forms that are looked at together: few enough that most blocks have nothing odd
_EPOCH = 10_000  # years, of four digits each
_TIMES = {XSD + "date": 0, XSD + "dateTime": 2 * _EPOCH}  # of which neither is compared with the other


class Forms:
    """The literals of one datatype: their numbers, and beside each its form."""

    def __init__(self, datatype: str) -> None:
        self.datatype = datatype
        self.numbers: list[int] = []
        self.forms: list[str] = []

    @cached_property
    def ill_typed(self) -> set[int]:
        """Those whose form is none of the datatype."""
        if self.datatype in EVERY_FORM:
            return set()
        is_form, found = lexical_test(self.datatype), set[int]()
        for start in range(0, len(self.forms), _BLOCK):
            forms = self.forms[start : start + _BLOCK]
            if not are_usual(forms, self.datatype):
                numbers = self.numbers[start : start + _BLOCK]
                found.update(each for each, form in zip(numbers, forms, strict=True) if not is_form(form))
        return found

    @cached_property
    def floats(self) -> list[float]:
        """The number nearest to each form of an exact datatype; of no weight for one that is ill-typed."""
        if not self.ill_typed:
            return list(map(float, self.forms))
        return [0.0 if number in self.ill_typed else float(form) for number, form in self.pairs()]

    def pairs(self) -> Iterator[tuple[int, str]]:
        """The number of each literal with its form."""
        return zip(self.numbers, self.forms, strict=True)


class Values:
    """The values of a column.

    Args:
        graph: The graph.
        numbers: Which of its terms are values.
    """

    def __init__(self, graph: ColumnGraph, numbers: Collection[int]) -> None:
        self.terms = graph.terms
        self.texts = graph.texts
        self.numbers = numbers
        self._middles: dict[int, list[str]] = {}

    @cached_property
    def by_kind(self) -> dict[int, list[int]]:
        """The values by how they are written, where that is known."""
        assert self.texts is not None
        kinds = self.texts.kinds
        if len(all_kinds := set(map(kinds.__getitem__, self.numbers))) == 1:
            return {all_kinds.pop(): list(self.numbers)}
        found: dict[int, list[int]] = {each: [] for each in all_kinds}
        for number in self.numbers:
            found[kinds[number]].append(number)
        return found

    def middles(self, kind: int) -> list[str]:
        """The forms of literals of a kind, or the IRIs, as `by_kind` has them."""
        if kind not in self._middles:
            assert self.texts is not None
            self._middles[kind] = self.texts.middles(kind, self.by_kind[kind])
        return self._middles[kind]

    @cached_property
    def by_datatype(self) -> dict[str, Forms]:
        """The literals, by the IRIs of their datatypes."""
        found: dict[str, Forms] = {}
        if self.texts is not None:
            for kind, numbers in self.by_kind.items():
                if datatype := self.texts.all_kinds[kind].datatype:
                    of_datatype = found.setdefault(datatype, Forms(datatype))
                    of_datatype.numbers += numbers
                    of_datatype.forms += self.middles(kind)
            return found
        terms = self.terms
        for number in self.numbers:
            term = terms[number]
            if type(term) is Literal:
                datatype = term.datatype.value
                forms = found.get(datatype)
                if forms is None:
                    forms = found[datatype] = Forms(datatype)
                forms.numbers.append(number)
                forms.forms.append(term.value)
        return found

    @cached_property
    def others(self) -> Collection[int]:
        """Those that are no literals."""
        literals = [forms.numbers for forms in self.by_datatype.values()]
        if sum(map(len, literals)) == len(self.numbers):
            return ()
        return {*self.numbers}.difference(*literals)

    @cached_property
    def years(self) -> dict[int, int]:
        """The year of each date or time that is written as most people do, as `years_between` takes it."""
        found: dict[int, int] = {}
        for datatype, epoch in _TIMES.items():
            if forms := self.by_datatype.get(datatype):
                usual = is_usual(datatype)
                for start in range(0, len(forms.forms), _BLOCK):
                    block = slice(start, start + _BLOCK)
                    pairs = list(zip(forms.numbers[block], forms.forms[block], strict=True))
                    if not are_usual(forms.forms[block], datatype):
                        pairs = [pair for pair in pairs if usual(pair[1])]
                    found.update([(number, epoch + int(form[:4])) for number, form in pairs])
        return found


def years_between(one: int, other: int) -> int | None:
    """The order of two times by their years; None where no zones make up for what is between them."""
    years = one - other
    return years if 1 < abs(years) < _EPOCH else None


def _year(time: Literal) -> int | None:
    """The year of one literal, as `Values.years` has it."""
    datatype = time.datatype.value
    is_time = datatype in _TIMES and is_usual(datatype)(time.value)
    return _TIMES[datatype] + int(time.value[:4]) if is_time else None


def checks(shapes: Shapes, shape: Term) -> list[Check]:
    """What a shape asks of each value by itself: the tests of `values`, the same verdicts."""
    found: list[Check] = []
    for each in asked(shapes, shape):
        if each.parameter == SH.datatype:
            found.append(_not_of(each.term))
        elif each.parameter in BOUNDS and _is_exact(each.term):
            found.append(_beyond(each))
        elif each.parameter in BOUNDS and (year := _year(each.term)):
            found.append(_beyond_year(each, year))
        elif each.parameter == SH["in"]:
            found.append(_not_among(shapes.items(each.term), each.fits))
        elif each.parameter in (SH.nodeKind, SH.languageIn):
            found.append(_failing(each.fits, by_kind=True))
        else:
            found.append(_failing(each.fits))
    return found


def _is_exact(bound: Literal) -> bool:
    datatype = bound.datatype.value
    return datatype in EXACT and is_well_typed(bound.value, datatype)


def _failing(test: Test, *, by_kind: bool = False) -> Check:
    """Those that a test refuses: each is looked at, or one of each kind where the test is about that."""
    fits = test.test if isinstance(test, TextTest) else None

    def check(values: Values) -> list[int]:
        terms, texts, found = values.terms, values.texts, list[int]()
        if texts is None or not (by_kind or fits):
            return [number for number in values.numbers if not test(terms[number])]
        for kind, numbers in values.by_kind.items():
            if by_kind or not fits or kind == texts.nameless_kind:
                found += [] if test(terms[numbers[0]]) else numbers
            else:
                pairs = zip(numbers, values.middles(kind), strict=True)
                found += [number for number, text in pairs if not fits(text)]
        return found

    return check


def _not_among(members: Iterable[Term], test: Test) -> Check:
    """sh:in (4.8.3)."""
    one_by_one = _failing(test)

    def check(values: Values) -> Iterable[int]:
        if values.texts is None:
            return one_by_one(values)
        return {*values.numbers}.difference(filter(None, map(values.texts.known, members)))

    return check


def _not_of(datatype: NamedNode) -> Check:
    """sh:datatype: what has another datatype, or is none of its forms (4.1.2)."""

    def check(values: Values) -> Collection[int]:
        forms = values.by_datatype.get(datatype.value)
        if forms is None:
            return values.numbers
        if len(forms.numbers) == len(values.numbers):
            return forms.ill_typed
        return {*values.numbers}.difference(forms.numbers) | forms.ill_typed

    return check


def _beyond(asked: Asked) -> Check:
    """What is not within an exact number (4.3).

    Rounding keeps the order, so only numbers that round to the same as the bound need exact arithmetic.
    """
    is_right, test = FITS[asked.parameter], asked.fits
    fits_above, fits_below, limit = is_right(1), is_right(-1), float(asked.term.value)

    def check(values: Values) -> Iterator[int]:
        terms = values.terms
        for datatype, forms in values.by_datatype.items():
            if datatype not in EXACT:
                yield from (number for number in forms.numbers if not test(terms[number]))
                continue
            yield from forms.ill_typed
            for number, value in zip(forms.numbers, forms.floats, strict=True):
                fits = fits_above if value > limit else fits_below if value < limit else test(terms[number])
                if not fits:
                    yield number
        yield from values.others  # which have no order

    return check


def _beyond_year(asked: Asked, year: int) -> Check:
    """What is not within a time (4.3), which a year tells of most."""
    is_right, test = FITS[asked.parameter], asked.fits

    def check(values: Values) -> Iterator[int]:
        terms, years = values.terms, values.years
        orders = {each: years_between(each, year) for each in set(years.values())}
        fits_by_year = {each: is_right(order) for each, order in orders.items() if order is not None}
        for number in values.numbers:
            fits = fits_by_year.get(years.get(number))  # type: ignore[arg-type]  # of no year there is none
            if not (test(terms[number]) if fits is None else fits):
                yield number

    return check
