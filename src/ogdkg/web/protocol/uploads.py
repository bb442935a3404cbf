"""The body of a request that writes a graph: one RDF document, or several as multipart/form-data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ogdkg.rdf.formats import FOR_RDF, Format
from ogdkg.web.http.problems import HttpError

_MULTIPART = "multipart/form-data"
_MOST_PARTS = 1_000
_BY_TYPE = {form.media_type: form for form in FOR_RDF}
_BOUNDARY = re.compile(r"""boundary=(?:"([^"\r\n]{1,200})"|([^\s;",]{1,200}))""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset="?([^\s;"]+)""", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class Document(NamedTuple):
    """A document that is sent: its format and its bytes."""

    format: Format
    data: bytes


def documents(content_type: str, body: bytes) -> list[Document]:
    """Return what a body holds.

    Args:
        content_type: The header of the request.
        body: Its body.

    Raises:
        HttpError: 415 for what is no RDF; 400 for what is no multipart/form-data.
    """
    if content_type.partition(";")[0].strip().lower() != _MULTIPART:
        return [Document(format_of(content_type), body)]
    found = _BOUNDARY.search(content_type)
    if not found:
        raise HttpError(400, "multipart/form-data needs a boundary.")
    parts = list(_parts(body, (found[1] or found[2]).encode("latin-1")))
    if not parts:
        raise HttpError(400, "The body has no parts.")
    return parts


def format_of(content_type: str) -> Format:
    """Return the format of a document by its Content-Type.

    Raises:
        HttpError: It is not RDF in UTF-8.
    """
    form = _BY_TYPE.get(content_type.partition(";")[0].strip().lower())
    if form is None:
        raise HttpError(
            415, "A graph is sent as RDF.", headers={"accept": ", ".join(_BY_TYPE)}, accepted=[*_BY_TYPE]
        )
    charset = _CHARSET.search(content_type)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise HttpError(415, "A graph is sent in UTF-8.")
    return form


def _parts(body: bytes, boundary: bytes) -> Iterator[Document]:
    """The parts of a body (RFC 7578 and RFC 2046, section 5.1.1), whose lines may also end without CR."""
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|$)", body)
    ends = pieces[1::2]
    if len(ends) > _MOST_PARTS or b"--" not in ends:
        raise HttpError(400, f"The body has no end, or more than {_MOST_PARTS:,} parts.")
    for end, piece in zip(ends, pieces[2::2], strict=True):
        if end:
            return
        head = _HEAD_END.search(piece)
        kind = _TYPE.search(piece, 0, head.start()) if head else None
        if not head or not kind:
            raise HttpError(415, "A part of the body has no Content-Type.")
        yield Document(format_of(kind[1].decode("latin-1")), piece[head.end() :])
