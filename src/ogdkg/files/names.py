"""The names of existing files in messages and in IRIs. A name may be any bytes without a slash."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ogdkg.lean import compile_later
from ogdkg.rdf.terms import is_iri
from ogdkg.text.escape import visible

LONGEST = 200  # bytes of a name: file systems take 255, and a temporary one adds to it
_IN_IRI = compile_later(r"[A-Za-z0-9._~!$&'()*+,;=:@-]*")


def openable(path: Path) -> str:
    """Return a path relative to the working folder if that is shorter; it can be opened."""
    absolute, here = str(path), f"{os.getcwd()}/"  # noqa: PTH109  # a text
    if absolute.startswith(here) and "/.." not in absolute:  # `relpath` takes many times as long
        return absolute[len(here) :]
    relative = os.path.relpath(path)
    return relative if len(relative) < len(absolute) else absolute


def shown_path(path: Path) -> str:
    """Return a path for a message: relative to the working folder if that is shorter, and printable."""
    return printable(openable(path))


def printable(name: str) -> str:
    """Return a file name with bytes that are not UTF-8, line ends and control characters escaped."""
    return name if name.isprintable() else visible(re.sub("[\udc80-\udcff]", _byte, name))


def _byte(match: re.Match[str]) -> str:
    """Return a byte that is not UTF-8 (PEP 383) as a Python escape."""
    return f"\\x{ord(match[0]) - 0xDC00:02x}"


def folded(name: str) -> str:
    """Fold case and accents, so that names of one file on some file systems compare equal."""
    import unicodedata  # a library of its own, and few names are compared

    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def encoded(name: str) -> str:
    """Percent-encode a file name for use as a segment of an IRI.

    Characters that RFC 3987 allows in an `isegment` are kept, except invisible ones and `%`, so that no two
    names share an IRI.
    """
    if _IN_IRI.fullmatch(name):
        return name
    return "".join(char if _IN_IRI.fullmatch(char) or _is_visible(char) else quoted(char) for char in name)


def quoted(char: str) -> str:
    """Percent-encode the bytes of a character (RFC 3986, section 2.1)."""
    return "".join(f"%{byte:02X}" for byte in os.fsencode(char))


def _is_visible(char: str) -> bool:
    return not char.isascii() and char.isprintable() and is_iri(f"urn:{char}")
