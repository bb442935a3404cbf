"""What the caller says of a file that belongs to no project."""

from __future__ import annotations

from ogdkg.lean import NamedTuple
from ogdkg.rdf.formats import Format


class Overrides(NamedTuple):
    """What a file's name and bytes on disk do not tell.

    Attributes:
        form: Its format, where its name tells none.
        base: The IRI that relative ones are relative to, unless the file declares another.
        content: What it holds, where that came from a stream.
    """

    form: Format | None = None
    base: str | None = None
    content: bytes | None = None
