"""Rows of Turtle (`ogdkg.syntax.rows`) as triples of numbers, in columns."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping
from itertools import count

from ogdkg.syntax.forms import Form
from ogdkg.syntax.rows import OPENING, Row
from ogdkg.validation.data.turtle_terms import OddError

Pairs = tuple["array[int]", "array[int]"]
_Add = Callable[[int], None]


class Triples:
    """Puts triples into columns, as they are written.

    Args:
        numbers: The numbers of terms; those of OPENING are the least.
        next_number: Numbers a node in brackets.
        column: The column of a predicate as it is written.

    Attributes:
        nameless: The numbers of nodes in brackets, in order.
        is_open: Whether there are brackets to be closed.
    """

    def __init__(
        self, numbers: Mapping[str, int], next_number: Callable[[], int], column: Callable[[str], Pairs]
    ) -> None:
        self.nameless: list[int] = []
        self._numbers = numbers
        self._next = next_number
        self.adders = _Adders(column)
        self._open: list[tuple[int | None, tuple[_Add, _Add]]] = []

    @property
    def is_open(self) -> bool:
        """Whether a bracket of the rows taken so far is still to be closed."""
        return bool(self._open)

    def take(self, found: list[Row]) -> None:
        """Number the terms of rows; written for speed, as millions pass through.

        Raises:
            OddError: A subject stands where brackets are open, so that the pattern has misread the text.
        """
        last = found.pop()
        numbers, adders, opened, opening = self._numbers, self.adders, self._open, len(OPENING)
        subject: int | None = None
        for closing, _, said_of, predicate, written in found:
            if closing:
                subject, add_subject, add_object = self._closed(closing, subject)
            if predicate:
                if said_of:
                    if opened:
                        raise OddError
                    subject = numbers[said_of]
                add_subject, add_object = adders[predicate]
            number = numbers[written]
            if number >= opening:
                add_subject(subject)  # type: ignore[arg-type]  # as the pattern sees to it
                add_object(number)
            else:
                opened.append((subject, (add_subject, add_object)))
                subject = None if number else self.next_node()
        if last[0]:
            self._closed(last[0], subject)

    def _closed(self, closing: str, subject: int | None) -> tuple[int, _Add, _Add]:
        """Say of nodes what the brackets have that are closed; return the subject then, and its predicate."""
        for _ in range(closing.count("]")):
            above, (add_subject, add_object) = self._open.pop()
            if above is None:
                above = self.next_node()
            add_subject(above)
            add_object(subject)  # type: ignore[arg-type]  # which has a property
            subject = above
        return subject, add_subject, add_object  # type: ignore[return-value]

    def next_node(self) -> int:
        """The number of the next node in brackets."""
        number = self._next()
        self.nameless.append(number)
        return number


class _Adders(dict[str, tuple[_Add, _Add]]):
    """What adds to the columns of predicates."""

    def __init__(self, column: Callable[[str], Pairs]) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, predicate: str) -> tuple[_Add, _Add]:
        subjects, objects = self._column(predicate)
        self[predicate] = found = subjects.append, objects.append
        return found


class Sentences:
    """Puts the triples of sentences of one form into columns.

    Args:
        form: The form.
        triples: Whose columns they are.

    Attributes:
        match: Matches a sentence.
        then: The form of the sentence that came behind the last of these.
    """

    def __init__(self, form: Form, triples: Triples) -> None:
        self.match, self.then = form.match, self
        columns: dict[str, Pairs] = {}
        after = count(len(OPENING) + form.terms)
        terms = {str(term): len(OPENING) + term for term in range(form.terms)}
        said = Triples(
            {**terms, **dict(zip(OPENING, count()))},
            after.__next__,
            lambda predicate: columns.setdefault(predicate, (array("I"), array("I"))),
        )
        said.take([*form.rows])
        self._nodes = range(len(said.nameless))
        self._next_node = triples.next_node
        self._steps = [
            (*triples.adders[predicate], one - len(OPENING), other - len(OPENING))
            for predicate, pairs in columns.items()
            for one, other in zip(*pairs, strict=True)
        ]

    def take(self, match: re.Match[str], numbered: Callable[[str], int]) -> None:
        """Take in a sentence; `numbered`: the number of a term."""
        numbers = list(map(numbered, match.groups()))
        for _ in self._nodes:
            numbers.append(self._next_node())
        for add_subject, add_object, subject, value in self._steps:
            add_subject(numbers[subject])
            add_object(numbers[value])
