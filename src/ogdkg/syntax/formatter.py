"""Turtle and TriG files as they are and as they would be in canonical form (`ogdkg fmt`)."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.atomic import UNSURE, stamp
from ogdkg.files.text import reading
from ogdkg.lean import NamedTuple
from ogdkg.rdf import formats
from ogdkg.syntax.grammar import IRI, NAME, STRING
from ogdkg.syntax.layout import canonical
from ogdkg.syntax.source import Source, from_file

FORMATS = (formats.TURTLE, formats.TRIG)
_CRLF = b"\r\n"
# What may hold a quotation mark or a number sign is taken whole, so that a string is known where it begins.
_LINE_END = rb"(?:" + STRING + rb")|#[^\r\n]*+|" + IRI + rb"|" + NAME + rb"|" + _CRLF


class FormattedFile(NamedTuple):
    """A file as it is and as it would be; `stamp` and `read`: which it was, and when.

    `command`: what to run again if it is another file by now.
    """

    path: Path
    before: bytes
    after: bytes
    stamp: list[int]
    read: int
    command: str = "ogdkg fmt"

    @property
    def is_canonical(self) -> bool:
        """Whether the file is formatted already."""
        return self.before == self.after

    def check(self) -> None:
        """Raise InputError where the file is not to be replaced: it is another by now, or has two names."""
        place = Place(str(self.path))
        if not self._is_same():
            raise InputError(
                "The file changed meanwhile and was not written.",
                place=place,
                hint=f"Run `{self.command}` again.",
            )
        if self.path.stat().st_nlink > 1:
            hint = "Copy it into a file of its own first, or change both by hand."
            message = "Another name of it (a hard link) would keep the old text."
            raise InputError(message, place=place, hint=hint)

    def _is_same(self) -> bool:
        """Whether nobody wrote it since; times so young that a second change may not show prove nothing."""
        try:
            if stamp(self.path) != self.stamp:
                return False
            is_sure = max(self.stamp[1:3]) < self.read - UNSURE
            return is_sure or bytes(from_file(self.path).data) == self.before
        except (OSError, InputError):
            return False


def laid_out(path: Path) -> FormattedFile:
    """One file in canonical form; InputError where it cannot be read."""
    form = formats.by_extension(path, FORMATS)
    assert form  # `files` gives no others
    with reading(path):
        is_plain, before, read = path.is_file(), stamp(path), time.time_ns()
        data = path.read_bytes() if is_plain else b""
    if not is_plain:
        raise InputError("This is not a regular file.", place=Place(str(path)))
    return FormattedFile(path, data, bytes(canonical(Source(data, str(path)), form)), before, read)


def with_unix_line_ends(text: bytes) -> bytes:
    """Return well-formed Turtle or TriG with LF for each CRLF but those in literals, whose value they are.

    >>> with_unix_line_ends(b"<a> <b> '''c\\r\\nd''' .\\r\\n")
    b"<a> <b> '''c\\r\\nd''' .\\n"
    """
    if _CRLF not in text:
        return text
    return re.sub(_LINE_END, lambda found: b"\n" if found[0] == _CRLF else found[0], text)


def files(paths: Iterable[Path], passed: Callable[[Path], None] = lambda path: None) -> list[Path]:
    """The files given, and those below the folders given; errors where one has no canonical form.

    `passed` is told of the links below folders, which are passed over: what they lead to is laid out where it
    lies, and may be none of the folder's owner.

    Raises:
        InputError: There is no such file.
        UsageError: A file that is named has no canonical form, or is packed.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = (file for file in sorted(path.rglob("*")) if _has_canonical_form(file))
            for file in (file for file in below if not _is_hidden(file.relative_to(path))):
                if file.is_symlink():
                    passed(file)
                elif file.is_file():
                    found.append(file)
        elif not os.path.lexists(path):
            raise InputError("There is no such file or folder.", place=Place(str(path)))
        elif formats.is_packed(path):
            hint = "Unpack it, give it its canonical form, and pack it again."
            raise UsageError(f"{path} is packed, and is not written in place.", hint=hint)
        elif formats.by_extension(path, FORMATS) is None:
            hint = f"It can be given to: {', '.join(form.name for form in FORMATS)} files."
            raise UsageError(f"{path} has no canonical form.", hint=hint)
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _has_canonical_form(path: Path) -> bool:
    return not formats.is_packed(path) and formats.by_extension(path, FORMATS, found=True) is not None


def _is_hidden(path: Path) -> bool:
    """Whether it, or a folder above it, is none of the author's own: `.git`, `.venv`."""
    return any(part.startswith(".") for part in path.parts)
