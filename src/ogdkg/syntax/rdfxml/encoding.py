"""Finds the encoding of an XML document, and turns its bytes into UTF-8 (XML 1.0, 4.3.3 and appendix F)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from ogdkg.errors import InputError, Place, check_is_text

# The first bytes of a document, the longer ones first: byte order marks, and `<` or `<?` without one.
_SIGNATURES = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"), (codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)  # fmt: skip
_DECLARED = re.compile(r"""<\?xml\s[^<>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._\-]*)["']""")
_HEAD = 1_024  # bytes that hold the XML declaration
# Codecs of Python that are no character encodings of documents; one of them takes quadratic time.
_NO_ENCODINGS = (
    "idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "mbcs", "oem",
)  # fmt: skip
_ALIASES = {"iso-10646-ucs-2": "utf-16", "ucs-2": "utf-16", "iso-10646-ucs-4": "utf-32", "ucs-4": "utf-32"}
_BOM = "\ufeff"


def in_utf8(pieces: Iterable[bytes], file: str) -> Iterator[bytes]:
    """Yield a document in UTF-8, without its byte order mark.

    Raises:
        InputError: The encoding that the document declares is unknown, or is not the one that it is in,
            or it has two byte order marks.
    """
    rest = iter(pieces)
    head = b""
    for piece in rest:
        head += piece
        if len(head) >= _HEAD:
            break
    name = _encoding(head, file)
    if head.startswith(codecs.BOM_UTF8 * 2):  # a parser would pass over the second, too
        check_is_text(head, file)
    if name == "utf-8":
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from rest
    else:
        yield from _decoded(chain([head], rest), name, file)


def _encoding(head: bytes, file: str) -> str:
    """Return Python's name of the encoding of a document that begins with these bytes."""
    seen = next((name for signature, name in _SIGNATURES if head.startswith(signature)), None)
    start = head[:_HEAD].decode(seen or "latin-1", "replace").removeprefix(_BOM)
    found = _DECLARED.match(start)
    if found is None:
        return seen or "utf-8"
    name = _known(found[1], file)
    if seen and seen.startswith(name):
        return seen
    again = head[: 4 * len("<?xml") + 4].decode(name, "replace").removeprefix(_BOM)
    if not again.startswith("<?xml"):
        message = f"The file declares the encoding {found[1]}, but is not in it."
        raise InputError(
            message, place=Place(file, 1, 1), hint="Correct its first line, or save it as UTF-8."
        )
    return seen if seen and seen.startswith("utf") else name


def _known(name: str, file: str) -> str:
    try:
        codec = codecs.lookup(_ALIASES.get(name.lower(), name))
    except LookupError:
        codec = None
    if codec is None or codec.name.replace("_", "-") in _NO_ENCODINGS or not _is_text(codec):
        message = f"The file declares the encoding {name}, which is unknown."
        raise InputError(message, place=Place(file, 1, 1), hint="Save the file as UTF-8.")
    return codec.name


def _is_text(codec: codecs.CodecInfo) -> bool:
    """Return whether a codec makes text of bytes, as `hex` and `zip` do not."""
    return getattr(codec, "_is_text_encoding", True)


def _decoded(pieces: Iterable[bytes], name: str, file: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)("strict")
    line, column, is_first = 1, 1, True
    for piece in chain(pieces, [None]):
        try:
            text = decoder.decode(piece or b"", final=piece is None)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(name, "replace")
            line, column = _after(before, line, column)
            message = f"The bytes here are not {name.upper()}, which the file declares as its encoding."
            hint = "Correct the encoding in the first line, or save the file as UTF-8."
            raise InputError(message, place=Place(file, line, column), hint=hint) from error
        if is_first and text:
            text, is_first = text.removeprefix(_BOM), False
        line, column = _after(text, line, column)
        yield text.encode("utf-8", "replace")  # a lone surrogate cannot be decoded


def _after(text: str, line: int, column: int) -> tuple[int, int]:
    """Return the place after a text that begins at a place."""
    newlines = text.count("\n")
    return line + newlines, len(text) - text.rfind("\n") if newlines else column + len(text)
