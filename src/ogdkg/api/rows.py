"""A row of an answer in Python: by name, by place, by attribute, with plain Python values."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from ogdkg.api.wording import in_python
from ogdkg.errors import OgdkgError, UnknownNameError, nearest
from ogdkg.rdf.python_values import Value, python_value
from ogdkg.rdf.terms import Blank, Iri, Literal, Row, Term, TripleTerm
from ogdkg.text.escape import html, html_link, one_line

T = TypeVar("T")


class Text(str):
    """A text or an IRI of a graph: a plain `str` that knows the RDF term it is.

    Attributes:
        term: The term.
    """

    __slots__ = ("term",)
    term: Term

    def __new__(cls, term: Term) -> Text:
        text = super().__new__(cls, str(python_value(term)))
        text.term = term
        return text

    def __getnewargs__(self) -> tuple[Term]:  # type: ignore[override]  # for pickle: what `__new__` takes
        return (self.term,)

    @property
    def is_iri(self) -> bool:
        """Whether it is an IRI."""
        return isinstance(self.term, Iri)

    @property
    def language(self) -> str:
        """Its language tag, such as `fr`; empty if it has none."""
        return self.term.language if isinstance(self.term, Literal) else ""


def value_of(term: Term | None) -> Any:
    """Return a term as a Python value: number, boolean, date, time, `Text`, or None if it is unbound."""
    if term is None:
        return None
    if isinstance(term, Iri | Blank | TripleTerm):
        return Text(term)
    value: Value = python_value(term)
    return Text(term) if isinstance(value, str) else value


class ResultRow:
    """A row of an answer.

    `row.email`, `row["email"]` and `row[0]` are one value: a number, a boolean, a date, a time, a text, or
    None where the variable is unbound. A row unpacks, and equals a tuple or a list of the same values, or a
    dictionary of them by name. `x in row` holds for the name of a column and for a value.

    Attributes:
        columns: The names of the columns.
        terms: The RDF terms of the row, with datatypes and languages.
    """

    __slots__ = ("_places", "columns", "terms")

    def __init__(self, columns: tuple[str, ...], places: dict[str, int], terms: Row) -> None:
        self.columns, self._places, self.terms = columns, places, terms

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[Any]:
        return map(value_of, self.terms)

    def __reversed__(self) -> Iterator[Any]:
        return map(value_of, reversed(self.terms))

    def __getitem__(self, which: int | str | slice) -> Any:
        """Return a value, or several.

        Args:
            which: The name or the place of a column, or a slice of columns, whose values are a tuple.

        Raises:
            UnknownNameError: There is no column with this name.
            IndexError: There is no column at this place.
        """
        if isinstance(which, slice):
            return tuple(map(value_of, self.terms[which]))
        return value_of(self.terms[self._place(which) if isinstance(which, str) else which])

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            if name in self._places:
                return self[name]
            if name in ("count", "index"):  # of a sequence; a column may well be called so
                return getattr(tuple(self), name)
        near = "" if name.startswith("_") else _did_you_mean(name, self._places)
        raise AttributeError(
            one_line(f"The row has no column {name!r}; it has: {', '.join(self.columns)}{near}")
        )

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.columns]

    def __contains__(self, item: object) -> bool:
        return item in self._places or any(item == value for value in self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, dict):
            return self.to_dict() == other
        if isinstance(other, ResultRow | tuple | list):
            return tuple(self) == tuple(other)
        return NotImplemented

    def __lt__(self, other: ResultRow | tuple[Any, ...]) -> bool:
        return tuple(self) < tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.columns, self._places, self.terms)

    def __repr__(self) -> str:
        said = (f"{name}={value!r}" for name, value in self.to_dict().items())
        return f"Row({one_line(', '.join(said))})"

    def _repr_html_(self) -> str:
        lines = zip(self.columns, self.terms, strict=True)
        cells = (f"<tr><th>{html(name)}</th><td>{term_html(term)}</td></tr>" for name, term in lines)
        return f"<table>{''.join(cells)}</table>"

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a column, or something else if there is no such column or it is unbound.

        Args:
            name: The name of the column.
            default: What to return else.
        """
        value = self[name] if name in self._places else None
        return default if value is None else value

    def to_dict(self) -> dict[str, Any]:
        """Return the values by the names of the columns."""
        return dict(zip(self.columns, self, strict=True))

    def _place(self, name: str) -> int:
        if name not in self._places:
            see = f"The columns are: {', '.join(self.columns)}."
            raise UnknownNameError("column", name, self.columns, see=see)
        return self._places[name]


Sequence.register(ResultRow)


class Replayable(Iterator[T], Generic[T]):
    """An iterator that keeps what it has read, so that every `for` loop starts at the beginning.

    Several threads may read it. A process forked meanwhile may read what had been read by then.
    """

    def __init__(self, items: Iterable[T]) -> None:
        self._items, self._read, self._next = iter(items), list[T](), 0
        self._lock, self._process = threading.Lock(), os.getpid()
        self._fault: OgdkgError | None = None

    def __iter__(self) -> Iterator[T]:
        place = 0
        while self._has(place):
            yield self._read[place]
            place += 1

    def __len__(self) -> int:
        self._has(None)
        return len(self._read)

    def __bool__(self) -> bool:
        return self._has(0)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, int):
            self._has(place if place >= 0 else None)
            return self._read[place]
        start, stop, step = place.start, place.stop, place.step
        is_forward = stop is not None and stop >= 0 and (start or 0) >= 0 and (step or 1) > 0
        self._has(stop - 1 if is_forward and stop else None)
        return self._read[place]

    def __next__(self) -> T:
        if not self._has(self._next):
            raise StopIteration
        self._next += 1
        return self._read[self._next - 1]

    def __reduce__(self) -> tuple[Any, ...]:
        self._has(None)
        return type(self), (self._read,)

    def _has(self, place: int | None) -> bool:
        """Whether there is an item at a place, having read that far; without a place, all is read."""
        if place is not None and place < len(self._read):
            return True
        if os.getpid() != self._process:  # another thread of the parent may have held the lock
            self._lock, self._process = threading.Lock(), os.getpid()
        with self._lock:
            if self._fault:  # what was read before it is not all there is
                raise self._fault
            missing = None if place is None else max(place + 1 - len(self._read), 0)
            try:
                self._read.extend(islice(self._items, missing))
            except OgdkgError as error:
                self._fault = in_python(error)
                raise
        return place is not None and place < len(self._read)


def term_html(term: Term | None) -> str:
    """Return a term as HTML: an address as a link, all else as text."""
    text = "" if term is None else str(python_value(term))
    return html_link(text, text if isinstance(term, Iri) else "")


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f". Did you mean {' or '.join(map(repr, near))}?" if near else ""
