"""The body of a request that writes a graph: one RDF document, or several as multipart/form-data."""

from __future__ import annotations

import re
from typing import NamedTuple

from ogdkg.rdf.formats import FOR_RDF, Format
from ogdkg.web.http.multipart import MULTIPART, Part, parts_of
from ogdkg.web.http.problems import HttpError

_BY_TYPE = {form.media_type: form for form in FOR_RDF}
_CHARSET = re.compile(r"""charset="?([^\s;"]+)""", re.IGNORECASE)


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
    if content_type.partition(";")[0].strip().lower() != MULTIPART:
        return [Document(format_of(content_type), body)]
    parts = [_document(part) for part in parts_of(content_type, body)]
    if not parts:
        raise HttpError(400, "The body has no parts.")
    return parts


def _document(part: Part) -> Document:
    if not part.content_type:
        raise HttpError(415, "A part of the body has no Content-Type.")
    return Document(format_of(part.content_type), part.data)


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
