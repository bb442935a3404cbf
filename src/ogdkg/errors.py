"""The exceptions that ogdkg raises on purpose. Imports no other room of ogdkg but `answer_cache` and `text`.

OgdkgError                   70  a bug in ogdkg, if none below applies
├── UsageError                2  the caller asked for something that does not exist or does not fit
│   └── UnknownNameError      2  an unknown name; the closest known names are suggested
├── InputError                3  an unusable file, query or configuration
│   ├── UnknownPrefixError    3  a prefix that a file does not declare
│   └── LimitError            3  a limit of ogdkg was reached
└── StoreError                4  a store or an endpoint failed
    └── PanicError            4  the engine met a fault of its own
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ogdkg.answer_cache.dependencies import unsure
from ogdkg.lean import NamedTuple
from ogdkg.text.escape import lines, one_line

_LONGEST_WORD = 200  # characters of a word that may be a misspelling of another
_MOST_LISTED = 40  # names that a message lists


class Place(NamedTuple):
    """A position in a file.

    Attributes:
        file: The path, as messages show it.
        line: The line, counted from 1; None if unknown.
        column: The column in code points, counted from 1; None if unknown.
    """

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    @classmethod
    def in_text(cls, text: str, offset: int, file: str) -> Place:
        """The place of an offset in the text of a file, both counted in code points."""
        line = text.count("\n", 0, offset) + 1
        return cls(file, line, offset - (text.rfind("\n", 0, offset) + 1) + 1)


class OgdkgError(Exception):
    """The base class of every error that ogdkg raises on purpose.

    Attributes:
        message: What went wrong, in one sentence.
        place: The position in a file that the message is about, if any.
        hint: What to do about it, if anything.
        exit_code: The exit code of the command line for this error.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        return self.text()

    def text(self, *, with_hint: bool = True) -> str:
        """Return the place, the message and, on lines of its own, the hint."""
        text = one_line(f"{self.place}: {self.message}" if self.place else self.message)
        return f"{text}\n{lines(self.hint)}" if self.hint and with_hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        """An error goes from process to process with those that it lists, whatever each is made of."""
        return _restored, (type(self), self.args, vars(self))


def _restored(
    kind: type[OgdkgError], arguments: tuple[Any, ...], attributes: Mapping[str, Any]
) -> OgdkgError:
    error = kind.__new__(kind, *arguments)
    vars(error).update(attributes)
    return error


class UsageError(OgdkgError):
    """The caller asked for something that does not exist or does not fit."""

    exit_code = 2


class UnknownNameError(UsageError, KeyError):
    """An unknown name, which is a `KeyError` too; the hint suggests the closest known names.

    Attributes:
        name: The unknown name.
    """

    def __init__(
        self,
        what: str,
        name: str,
        candidates: Iterable[str],
        *,
        see: str | None = None,
        of: str | None = None,
    ) -> None:
        from ogdkg.text.slips import quoted  # as in `_did_you_mean`

        message = f"{of} has no {what} {quoted(name)}." if of else f"There is no {what} {quoted(name)}."
        super().__init__(message, hint=_did_you_mean(name, candidates) or see)
        self.name = name


class InputError(OgdkgError):
    """A file, a query or a configuration cannot be used as it is.

    Attributes:
        faults: Each of several such errors, if this one stands for all of them.
    """

    exit_code = 3
    faults: Sequence[InputError] = ()


class UnknownPrefixError(InputError):
    """A name in a file has a prefix that the file does not declare.

    Attributes:
        prefix: The prefix, without its colon.
    """

    def __init__(self, prefix: str, place: Place, hint: str) -> None:
        super().__init__(f"The prefix {prefix}: is not declared.", place=place, hint=hint)
        self.prefix = prefix


class LimitError(InputError):
    """A limit of ogdkg (time, rows, size) was reached."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message, place=place, hint=hint)
        unsure()  # where it is passed over, there may be more time the next time


class StoreError(OgdkgError):
    """A store or an endpoint failed.

    Attributes:
        is_refusal: The endpoint refused this query, but may accept another one.
        is_cut: The endpoint may have left rows out, as it does beyond a number.
    """

    exit_code = 4
    is_refusal = is_cut = False

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message, place=place, hint=hint)
        unsure()  # as a limit


class PanicError(StoreError):
    """The engine found a fault of its own, and ended its process.

    Attributes:
        is_of_order: It sorted values that it cannot order.
    """

    def __init__(self, message: str, *, place: Place | None = None, is_of_order: bool = False) -> None:
        hint = "Sort by their text: ORDER BY STR(?x)." if is_of_order else "Ask for it in another way."
        super().__init__(message, place=place, hint=hint)
        self.is_of_order = is_of_order


def all_of(faults: Sequence[InputError], most: int = 20) -> InputError:
    """Combine several errors into one: the first one, with the others and their hints listed in its hint.

    A hint that several have is given once.

    Args:
        faults: The errors, at least one; one that stands for several counts as these.
        most: How many of them to list.
    """
    faults = [each for fault in faults for each in fault.faults or (fault,)]
    if len(faults) == 1:
        return faults[0]
    first = faults[0]
    told, others = {first.hint}, []
    for fault in faults[1:most]:
        others.append(fault.text(with_hint=fault.hint not in told).replace("\n", "\n  "))
        told.add(fault.hint)
    rest = [f"… and {len(faults) - most} more"] if len(faults) > most else []
    hints = [line for line in (first.hint, *others, *rest) if line]
    combined = InputError(first.message, place=first.place, hint="\n".join(hints) or None)
    combined.faults = faults
    return combined


def with_namespace(fault: InputError, prefixes: Mapping[str, str]) -> InputError:
    """Return an error that shows the line to add, where a missing prefix is among those known here."""
    if isinstance(fault, UnknownPrefixError) and (namespace := prefixes.get(fault.prefix)):
        fault.hint = f"Declare it above: @prefix {fault.prefix}: <{namespace}> ."
    return fault


def check_is_text(beginning: bytes, file: str) -> None:
    """Raise InputError for a file whose first bytes are not those of a text in UTF-8.

    It may be compressed, in UTF-16, or have two byte order marks. Some of these decode as UTF-8 all the same,
    and a parser would then find fault with a single character.

    Args:
        beginning: Its first 16 bytes, or more.
        file: Its name in messages.
    """
    head = beginning[:16]
    if head.isascii() and b"\0" not in head and not head.startswith((b"BZh", b"$HDT")):
        return
    from ogdkg.text.slips import binary_of  # most files begin with a line in ASCII

    if other := binary_of(head):
        raise InputError(other.message, place=Place(file), hint=other.hint)


def nearest(name: str, candidates: Iterable[str], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """Return the known words most similar to `name`, ignoring case; the most similar first.

    Long words are no misspellings, and comparing two takes time that grows with the square of their length.

    Args:
        name: The word to compare with.
        candidates: The words to choose from.
        most: How many to return at most.
        cutoff: The least similarity, from 0 to 1.
    """
    import difflib  # takes 2 ms, and only errors need it

    if len(name) > _LONGEST_WORD:
        return []
    short = (word for word in candidates if len(word) <= _LONGEST_WORD)
    # Of words that differ by case alone the last counts; sets have them in another order at each start.
    by_folded = {word.casefold(): word for word in sorted(short, key=lambda word: (_alike(word, name), word))}
    near = difflib.get_close_matches(name.casefold(), list(by_folded), n=most, cutoff=cutoff)
    return [by_folded[word] for word in near]


def _alike(one: str, other: str) -> int:
    """In how many places two words have the same letter, in the same case."""
    return sum(map(str.__eq__, one, other))


def _did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    from ogdkg.text.slips import quoted  # only for what goes wrong

    near = nearest(name, candidates)
    return f"Did you mean {' or '.join(map(quoted, near))}?" if near else None


def some_of(names: Iterable[str], between: str = ", ") -> str:
    """Return different names for a message, as many as somebody may read, and how many more there are.

    >>> some_of(["a", "b", "a"])
    'a, b'
    """
    found = list(dict.fromkeys(names))
    more = [f"… {len(found) - _MOST_LISTED:,} more"] if len(found) > _MOST_LISTED else []
    return between.join([*found[:_MOST_LISTED], *more])
