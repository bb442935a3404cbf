"""What a request to the web API asks for besides the values of parameters: which rows, and their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ogdkg.web.http.problems import HttpError
from ogdkg.web.questions.asked import Asked

PATH = "/api"
FIELDS = ("limit", "offset", "cite", "format")
USUAL, MOST = 100, 10_000  # rows of a page
MOST_OFFSET = 1_000_000_000
FLAGS = {"false": False, "true": True, "": True}  # `?cite` alone asks for sources
LONGEST = 4_000  # letters of a value


class Window(NamedTuple):
    """Which rows of an answer are wanted: at most `limit` after the first `offset`; no limit for all."""

    limit: int | None
    offset: int

    @property
    def is_whole(self) -> bool:
        """Whether it is all of them."""
        return self.limit is None and not self.offset

    def links(self, asked: Asked, suffix: str, total: int) -> Iterator[tuple[str, str]]:
        """Yield the relation and the address of the other pages (RFC 8288).

        Args:
            asked: The question.
            suffix: That of the format, if the address has one.
            total: How many rows the whole answer has.
        """
        if self.limit is None:
            return
        last = max(total - 1, 0) // self.limit * self.limit
        starts = {"first": 0, "prev": self.offset - self.limit, "next": self.offset + self.limit}
        for relation, start in (starts | {"last": last}).items():
            is_there = start < total if relation == "next" else relation != "prev" or self.offset > 0
            if is_there:
                place = {"limit": str(self.limit), "offset": str(max(start, 0))}
                yield relation, asked.address(f".{suffix}" if suffix else "", **place)


def window_of(given: Mapping[str, list[str]], usual: int | None) -> Window:
    """Return the rows that a request asks for.

    Args:
        given: The fields of the address.
        usual: How many it gets if it does not say.

    Raises:
        HttpError: A number is none, or too large.
    """
    limit = _number(given, "limit", 1, MOST)
    return Window(usual if limit is None else limit, _number(given, "offset", 0, MOST_OFFSET) or 0)


def wants_sources(given: Mapping[str, list[str]]) -> bool:
    """Return whether a request asks for the sources of each row, by `cite`."""
    text = _once(given, "cite")
    if text is None:
        return False
    if text not in FLAGS:
        raise refused("cite", "cite is true or false.")
    return FLAGS[text]


def check_filled(given: Mapping[str, list[str]]) -> None:
    """Check that no field is empty, as of a program that lost its value, or too long."""
    for name, texts in given.items():
        if any(len(text) > LONGEST for text in texts):
            raise refused(name, f"{name} may have {LONGEST:,} letters.")
        if name != "cite" and not all(text.strip() for text in texts):
            raise refused(name, f"{name} is empty. Leave it out, or give it a value.")


def refused(name: str, detail: str) -> HttpError:
    """Return the error for a field with a wrong value."""
    return HttpError(422, detail, faults=[{"parameter": name, "detail": detail, "near": []}])


def _number(given: Mapping[str, list[str]], name: str, least: int, most: int) -> int | None:
    text = _once(given, name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise refused(name, f"{name} takes a whole number from {least} to {most}.")
    return int(text)


def _once(given: Mapping[str, list[str]], name: str) -> str | None:
    found = given.get(name, [])
    if len(found) > 1:
        raise refused(name, f"{name} may occur once.")
    return found[0] if found else None
