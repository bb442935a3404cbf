"""The parts of a body of multipart/form-data (RFC 7578; RFC 2046, section 5.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ogdkg.web.http.problems import HttpError

MULTIPART = "multipart/form-data"
_MOST_PARTS = 1_000
_BOUNDARY = re.compile(r"""boundary=(?:"([^"\r\n]{1,200})"|([^\s;",]{1,200}))""", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NAMES = re.compile(rb"^content-disposition:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r'[;\s]name="([^"]*)"')
_FILE = re.compile(r'[;\s]filename="([^"]*)"')
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class Part(NamedTuple):
    """A part of a body.

    Attributes:
        name: The name of the field.
        file: The name of the file; empty where it is none.
        content_type: Its Content-Type; empty where it tells none.
        data: What it holds.
    """

    name: str
    file: str
    content_type: str
    data: bytes


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """Return the parts of a body, whose lines may also end without CR.

    Args:
        content_type: The header of the request.
        body: Its body.

    Raises:
        HttpError: 400 for what is no multipart/form-data.
    """
    found = _BOUNDARY.search(content_type)
    if not found:
        raise HttpError(400, "multipart/form-data needs a boundary.")
    return list(_parts(body, (found[1] or found[2]).encode("latin-1")))


def _parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|$)", body)
    ends = pieces[1::2]
    if len(ends) > _MOST_PARTS or b"--" not in ends:
        raise HttpError(400, f"The body has no end, or more than {_MOST_PARTS:,} parts.")
    for end, piece in zip(ends, pieces[2::2], strict=True):
        if end:
            return
        yield _part(piece)


def _part(piece: bytes) -> Part:
    end = _HEAD_END.search(piece)
    head = piece[: end.start()] if end else piece
    kind, names = _TYPE.search(head), _NAMES.search(head)
    named = names[1].decode("utf-8", "replace") if names else ""
    name, file = _NAME.search(named), _FILE.search(named)
    return Part(
        name[1] if name else "",
        file[1] if file else "",
        kind[1].decode("latin-1").strip() if kind else "",
        piece[end.end() :] if end else b"",
    )
