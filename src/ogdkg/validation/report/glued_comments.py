"""Comments that begin right behind a prefixed name, as where somebody wrote `passage:x#quote` for an IRI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from pyoxigraph import RdfFormat

from ogdkg.errors import InputError
from ogdkg.syntax.complaints import glued, is_glued
from ogdkg.syntax.grammar import tokens
from ogdkg.syntax.source import Source as Text
from ogdkg.syntax.source import from_file
from ogdkg.validation.core.results import Finding, Severity
from ogdkg.validation.data.reading import Source

RULE = "GluedComment"
LARGEST = 16 * 2**20  # bytes of a file that is looked over
_MAYBE = re.compile(rb":[\w.\-%\\:\x80-\xff]*+#")  # fast, and seldom found but in such a name
_FORMATS = (RdfFormat.TURTLE, RdfFormat.TRIG)


def glued_comments(sources: Iterable[Source]) -> Iterator[Finding]:
    """Yield a warning for each name that a comment ends."""
    for source in sources:
        text = _text(source)
        if text is None or not _MAYBE.search(text.data, text.start):
            continue
        for name, comment in pairwise(tokens(text)):
            if is_glued(name, comment):
                message, hint = glued(name, comment, "behind it")
                place = text.place(comment.offset)
                yield Finding(RULE, Severity.WARNING, message, place=place, hint=hint)


def _text(source: Source) -> Text | None:
    """The text of a source in Turtle or TriG that stands in a file of moderate size."""
    if source.format not in _FORMATS or not source.is_file or source.is_converted:
        return None
    try:
        if source.content is not None:
            return Text(source.content, source.name) if len(source.content) <= LARGEST else None
        path = Path(source.name)
        return from_file(path) if path.stat().st_size <= LARGEST else None
    except (OSError, InputError):  # which reading it has told
        return None
