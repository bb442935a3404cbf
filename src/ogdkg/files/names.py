"""Names of files as a message shows them, and as a part of an IRI. A name may be any bytes but a slash."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from ogdkg.rdf.terms import is_iri
from ogdkg.text.escape import visible

LONGEST = 200  # bytes of a name: file systems take 255, and a temporary one adds to it
_IN_IRI = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]*")


def openable(path: Path) -> str:
    """The name of a file from the working folder where that is shorter, to open it by."""
    absolute = str(path)
    relative = os.path.relpath(path)
    return relative if len(relative) < len(absolute) else absolute


def shown(path: Path) -> str:
    """A path as a message names it: from the working folder where that is shorter, all of it printable."""
    return printable(openable(path))


def printable(name: str) -> str:
    """A file's name as text: bytes that are not UTF-8, line ends and other control characters as escapes."""
    return visible(re.sub("[\udc80-\udcff]", _byte, name))


def _byte(match: re.Match[str]) -> str:
    """A byte that is not UTF-8 (PEP 383), as Python writes it in a text."""
    return f"\\x{ord(match[0]) - 0xDC00:02x}"


def folded(name: str) -> str:
    """What two names share that are one file to a system that is blind to case or to how accents are made."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def encoded(name: str) -> str:
    """A file's name as a part of an IRI: what is not allowed there is percent-encoded.

    RFC 3987: what `isegment` allows but `%`, so that two names never share an IRI, and what cannot be seen.
    """
    if _IN_IRI.fullmatch(name):
        return name
    return "".join(char if _IN_IRI.fullmatch(char) or _is_seen(char) else quoted(char) for char in name)


def quoted(char: str) -> str:
    """The bytes of a character, each percent-encoded (RFC 3986, section 2.1)."""
    return "".join(f"%{byte:02X}" for byte in os.fsencode(char))


def _is_seen(char: str) -> bool:
    return not char.isascii() and char.isprintable() and is_iri(f"urn:{char}")
