"""Every error that ogdkg raises on purpose. Imports nothing of ours but the doors of text.

OgdkgError                   70  a bug of ours, when nothing below fits
├── UsageError                2  the caller asked for something that is not there
│   └── UnknownNameError      2  an unknown name; the nearest known ones are suggested
├── InputError                3  a file, a query or a configuration that cannot be used
│   └── LimitError            3  a limit of ours was reached
└── StoreError                4  a store or an endpoint failed
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from ogdkg.text.escape import lines, one_line


class Place(NamedTuple):
    """A point in a file; `line` and `column` count from 1 (columns in code points)."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class OgdkgError(Exception):
    """One sentence, the place it speaks of, and what to do about it."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        text = one_line(f"{self.place}: {self.message}" if self.place else self.message)
        return f"{text}\n{lines(self.hint)}" if self.hint else text


class UsageError(OgdkgError):
    """The caller asked for something that is not there or does not fit."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A name that is not among the known ones; the hint says which come nearest."""

    def __init__(self, what: str, name: str, known: Iterable[str], *, see: str | None = None) -> None:
        super().__init__(f"There is no {what} {name!r}.", hint=_did_you_mean(name, known) or see)
        self.name = name


class InputError(OgdkgError):
    """A file, a query or a configuration that cannot be used as it stands."""

    exit_code = 3


class LimitError(InputError):
    """A limit of ours (time, rows, size) was reached."""


class StoreError(OgdkgError):
    """A store or an endpoint failed; `is_refusal`: it does not take this query, but may take another."""

    exit_code = 4
    is_refusal = False


def all_of(faults: Sequence[InputError], most: int = 20) -> InputError:
    """Several faults as one error: the first, with the others below it."""
    others = [str(fault).split("\n")[0] for fault in faults[1:most]]
    left = [f"… and {len(faults) - most} more"] if len(faults) > most else []
    first = faults[0]
    hints = [line for line in (first.hint, *others, *left) if line]
    return InputError(first.message, place=first.place, hint="\n".join(hints) or None)


def nearest(name: str, known: Iterable[str], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """The known words most like `name`, compared without regard to case; the best first."""
    import difflib  # 2 ms that only an error should cost

    by_folded = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(name.casefold(), list(by_folded), n=most, cutoff=cutoff)
    return [by_folded[word] for word in near]


def _did_you_mean(name: str, known: Iterable[str]) -> str | None:
    near = nearest(name, known)
    return f"Did you mean {' or '.join(map(repr, near))}?" if near else None
