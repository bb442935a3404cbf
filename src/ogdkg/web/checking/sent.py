"""What is sent to be checked: a form of a page, or a document with its media type."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from ogdkg.errors import UsageError
from ogdkg.rdf.beginnings import format_of_text
from ogdkg.rdf.formats import FOR_RDF, Format, by_extension, by_name
from ogdkg.text.escape import one_line
from ogdkg.validation.sent import TEXT
from ogdkg.web.http.multipart import MULTIPART, parts_of
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import FORM

MOST_TEXT = 1_000_000  # bytes of what is checked
_BROWSERS = ("text/plain", "application/octet-stream", "")  # what a client says that knows no better
_LONGEST_NAME = 100
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")


class Sent(NamedTuple):
    """What is to be checked.

    Attributes:
        data: The text.
        format: Its format.
        name: What it is called.
        is_file: Whether it was a file, and no text of a form.
        chosen: The name of the format that was chosen; empty where it was found out.
        beside: Whether to check it together with the graph.
    """

    data: bytes
    format: Format
    name: str = TEXT
    is_file: bool = False
    chosen: str = ""
    beside: bool = False


def sent_in(content_type: str, body: bytes, given: dict[str, list[str]]) -> Sent:
    """Return what a request sends.

    Args:
        content_type: The header.
        body: The body.
        given: The fields of the address: `with=graph`.

    Raises:
        HttpError: There is nothing to check, it is packed or too large, or no format is called so.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        sent = _of_form(content_type, body)
    elif media_type == FORM:
        sent = _of_fields(body)
    else:
        form = next((each for each in FOR_RDF if each.media_type == media_type), None)
        if form is None and media_type not in _BROWSERS:
            accepted = [each.media_type for each in FOR_RDF]
            raise HttpError(415, f"{media_type[:100]} is not a format of RDF.", accepted=accepted)
        sent = Sent(body, form or format_of_text(body))
    if len(sent.data) > MOST_TEXT:
        raise HttpError(413, f"The text is larger than {MOST_TEXT:,} bytes.")
    if sent.data.startswith(_PACKED):
        raise HttpError(415, "The file is packed: unpack it first.")
    if not sent.data.strip():
        raise HttpError(400, "There is nothing to check: paste a text, or choose a file.")
    return sent._replace(beside=sent.beside or "graph" in given.get("with", ()))


def _of_form(content_type: str, body: bytes) -> Sent:
    fields: dict[str, bytes] = {}
    file, name = b"", ""
    for part in parts_of(content_type, body):
        if part.name == "file" or (part.file and not file):
            file, name = part.data, part.file
        else:
            fields[part.name] = part.data
    return _sent(fields, file, name)


def _of_fields(body: bytes) -> Sent:
    pairs = (pair.partition(b"=") for pair in body.split(b"&"))
    return _sent({unquote_to_bytes(k).decode("utf-8", "replace"): _decoded(v) for k, _, v in pairs}, b"", "")


def _decoded(value: bytes) -> bytes:
    return unquote_to_bytes(value.replace(b"+", b" "))


def _sent(fields: dict[str, bytes], file: bytes, name: str) -> Sent:
    """A file that was chosen counts, else the text."""
    data = file or fields.get("text", b"")
    chosen = fields.get("format", b"").decode("utf-8", "replace").strip()
    called = one_line(PurePosixPath(name.replace("\\", "/")).name)[:_LONGEST_NAME] if file else ""
    told = by_extension(called, FOR_RDF) if called else None
    form = _named(chosen) if chosen else told or format_of_text(data)
    beside = fields.get("with", b"") == b"graph"
    return Sent(data, form, called or TEXT, bool(file), chosen, beside)


def _named(name: str) -> Format:
    try:
        return by_name(name, FOR_RDF)
    except UsageError as error:
        raise HttpError(400, error.message, hint=error.hint or "") from None
