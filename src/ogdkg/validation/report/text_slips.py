"""Slips in files that parse: a `#` that began a comment, and characters in IRIs that nobody sees.

Both are well-formed, so no reader refuses them, and both make another graph than the one that was meant.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from ogdkg.errors import InputError
from ogdkg.rdf.bounds.door import BOM
from ogdkg.validation.core.results import Finding, Severity
from ogdkg.validation.data.reading import Source

if TYPE_CHECKING:
    from ogdkg.syntax.grammar import Token
    from ogdkg.syntax.source import Source as Text

GLUED, HIDDEN = "GluedComment", "HiddenCharacter"
LARGEST = 16 * 2**20  # bytes of a file that is looked over
# What is seldom found but in such a slip, and fast: the tokens are read only then.
_MAYBE_GLUED = re.compile(rb":[\w.\-%\x80-\xff]*+(?:\\.[\w.\-%\x80-\xff]*+)*+#")  # from the last colon
_MAYBE_HIDDEN = re.compile(
    rb"<[^\x00-\x20<>\"{}|^`\\]*?(?:\xc2[\xa0\xad]|\xe2\x80[\x80-\x8f\xaa-\xaf]|\xe2\x81[\x9f-\xaf]|\xe3\x80\x80|\xef\xbb\xbf)"
)
_FORMATS = (RdfFormat.TURTLE, RdfFormat.TRIG)


def text_slips(sources: Iterable[Source]) -> Iterator[Finding]:
    """Yield a warning for each name that a comment ends, and each IRI with a hidden character."""
    for source in sources:
        text = _bytes(source)
        if text is not None and _may_have_slips(text.removeprefix(BOM)):
            yield from _slips(source, text)


def _may_have_slips(text: bytes) -> bool:
    return bool(_MAYBE_GLUED.search(text) or (not text.isascii() and _MAYBE_HIDDEN.search(text)))


def _slips(source: Source, data: bytes) -> Iterator[Finding]:
    from ogdkg.syntax.complaints import glued, is_glued  # few files may have a slip
    from ogdkg.syntax.grammar import Token, tokens
    from ogdkg.syntax.source import Source as Text

    try:
        text = Text(data, source.name)
    except InputError:  # which reading it has told
        return
    for before, token in pairwise(chain([Token("end", "", 0)], tokens(text))):
        if is_glued(before, token):
            message, hint = glued(before, token, "behind it")
            place = text.place(token.offset)
            yield Finding(GLUED, Severity.WARNING, message, place=place, hint=hint)
        elif token.kind == "iri" and not token.text.isascii():
            yield from _hidden(token, text)


def _hidden(token: Token, text: Text) -> Iterator[Finding]:
    """RFC 3987 lets an IRI hold a no-break space; no address has one."""
    from ogdkg.text.slips import is_hidden, slip_of

    at = next((at for at, sign in enumerate(token.text) if is_hidden(sign)), None)
    slip = slip_of(token.text[at]) if at is not None else None
    if slip:
        place = text.place(token.offset + len(token.text[:at].encode()))
        message = f"{slip.message[:-1]}, in an IRI."
        yield Finding(HIDDEN, Severity.WARNING, message, place=place, hint="Take it out of the IRI.")


def _bytes(source: Source) -> bytes | None:
    """The text of a source in Turtle or TriG that stands in a file of moderate size."""
    if source.format not in _FORMATS or not source.is_file or source.is_converted:
        return None
    if source.content is not None:
        return source.content if len(source.content) <= LARGEST else None
    try:
        with open(source.name, "rb") as file:  # noqa: PTH123  # there are many, and a Path takes as long
            return file.read() if os.fstat(file.fileno()).st_size <= LARGEST else None
    except OSError:  # which reading it has told
        return None
