"""Whether a text fits a regular expression that anybody may have written: told in time, whatever both are."""

from __future__ import annotations

import re

from ogdkg.errors import InputError

# What Python's matching may try again and again: any repetition but of one sign a fixed number of times.
_REPEATS = re.compile(r"[*+]|\{\d*,|\)\{")
_MOST_CHOICES = 12  # each doubles the ways that a match may go
_LONGEST = 200


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits; InputError for a pattern that cannot be told in time.

    >>> fits("[0-9]{4}(-[0-9]{2})?", "2014-06"), fits("(a+)+", "a" * 100 + "!")
    (True, False)
    """
    if _is_short(pattern):
        return re.fullmatch(pattern, text) is not None
    from ogdkg.store.embedded import matches  # an engine of 5 ms, which few patterns need

    found = matches(pattern, text)
    if found is None:
        hint = "Leave out look-around, references to groups, and counts in the thousands."
        raise InputError(f"The pattern {pattern!r} is not one that is sure to end.", hint=hint)
    return found


def _is_short(pattern: str) -> bool:
    """Whether matching is short for certain."""
    choices = pattern.count("?") + pattern.count("|")
    return len(pattern) <= _LONGEST and choices <= _MOST_CHOICES and not _REPEATS.search(pattern)
