"""Content negotiation by the Accept header (RFC 9110, section 12): which of several formats a client gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.web.http.problems import HttpError

_MOST_RANGES = 64  # in a header; browsers send about ten
# As clients write it, also without the 0 (Java's own does so) or with more digits than RFC 9110 has.
_QUALITY = re.compile(r"(0?\.[0-9]+|0\.?|1(?:\.0*)?)$")


def content_type(media_type: str) -> str:
    """Return a media type as a header has it, with the encoding of its text."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


class Choice(NamedTuple):
    """A format that may be sent, and the media type to send it as."""

    media_type: str
    format: Format

    @property
    def content_type(self) -> str:
        """The media type as a header has it."""
        return content_type(self.media_type)


class Range(NamedTuple):
    """A media range of an Accept header, such as `text/*`, with its quality."""

    media_type: str
    quality: float

    def matches(self, media_type: str) -> int:
        """How specifically it matches a media type: 0 not at all, 1 by `*/*`, 2 by `text/*`, 3 wholly."""
        if self.media_type == media_type:
            return 3
        kind, _, rest = self.media_type.partition("/")
        if rest != "*":
            return 0
        return 2 if media_type.startswith(f"{kind}/") else int(kind == "*")


def _also(form: Format, *others: str) -> list[Choice]:
    return [Choice(form.media_type, form), *(Choice(other, form) for other in others)]


ROWS = [
    *_also(formats.JSON, "application/json"),
    *_also(formats.XML, "application/xml", "text/xml"),
    *_also(formats.CSV),
    *_also(formats.TSV),
]
TRIPLES = [
    *_also(formats.TURTLE),
    *_also(formats.NTRIPLES, "text/plain"),
    *_also(formats.RDFXML, "application/xml", "text/xml"),
    *_also(formats.JSONLD, "application/json"),
    *_also(formats.TRIG),
    *_also(formats.NQUADS),
]


def chosen(accept: str | None, among: Sequence[Choice]) -> Choice | None:
    """Return the best of several choices; the first of them where all are equally welcome.

    Args:
        accept: The Accept header; None or an empty one welcomes anything.
        among: The choices, the server's favourite first.

    Returns:
        None where the client accepts none of them.
    """
    ranges = parse_accept(accept or "*/*")
    rated = [(_quality(choice.media_type, ranges), -place) for place, choice in enumerate(among)]
    quality, place = max(rated, default=(0.0, 0))
    return among[-place] if quality > 0 else None


def required(choice: Choice | None, among: Iterable[Choice]) -> Choice:
    """Return a choice that there must be.

    Args:
        choice: What `chosen` returned.
        among: What it chose from.

    Raises:
        HttpError: 406 with the media types that are offered, where there is none (RFC 9110, 15.5.7).
    """
    if choice is None:
        offered = list(dict.fromkeys(each.media_type for each in among))
        raise HttpError(406, "None of the media types that you accept is offered.", offered=offered)
    return choice


@lru_cache(maxsize=1_024)
def chosen_for(accept: str | None, *, rows: bool) -> Choice | None:
    """As `chosen`, among `ROWS` or `TRIPLES`.

    Clients send few different headers, and reading one takes as long as a small query.
    """
    return chosen(accept, ROWS if rows else TRIPLES)


def _quality(media_type: str, ranges: Iterable[Range]) -> float:
    matching = [(each.matches(media_type), each.quality) for each in ranges]
    return max((match for match in matching if match[0]), default=(0, 0.0))[1]


def parse_accept(header: str) -> list[Range]:
    """Return the ranges of an Accept header; what is none is passed over."""
    ranges = []
    for part in header.split(",")[:_MOST_RANGES]:
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in media_type and (quality := _quality_of(parameters)) is not None:
            ranges.append(Range(media_type, quality))
    return ranges


def _quality_of(parameters: list[str]) -> float | None:
    """The `q` among the parameters of a range, 1 without one, None if it is none."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            found = _QUALITY.match(value.strip())
            return float(found[1]) if found else None
    return 1.0


def accepts_gzip(header: str | None) -> bool:
    """Whether a client accepts gzip, by its Accept-Encoding header."""
    if not header:
        return False
    best = None
    for part in header.split(",")[:_MOST_RANGES]:
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if coding in ("gzip", "x-gzip", "*"):
            quality = _quality_of(parameters)
            if coding != "*" or best is None:
                best = quality
    return bool(best)
