"""Slips in files that parse: a `#` that began a comment, characters in IRIs that nobody sees, datatypes that
nobody defines.

All are well-formed, so no reader refuses them, and make another graph than the one that was meant.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from ogdkg.errors import InputError, Place
from ogdkg.rdf.bounds.door import BOM
from ogdkg.rdf.datatypes import unknown_datatype
from ogdkg.rdf.terms import RDF, XSD
from ogdkg.validation.core.results import Finding, Severity
from ogdkg.validation.data.reading import Source

if TYPE_CHECKING:
    from ogdkg.syntax.grammar import Token
    from ogdkg.syntax.source import Source as Text

GLUED, HIDDEN, UNKNOWN = "GluedComment", "HiddenCharacter", "UnknownDatatype"
LARGEST = 16 * 2**20  # bytes of a file that is looked over
# What is seldom found but in such a slip, and fast: the tokens are read only then.
_MAYBE_GLUED = re.compile(rb":[\w.\-%\x80-\xff]*+(?:\\.[\w.\-%\x80-\xff]*+)*+#")  # from the last colon
_MAYBE_HIDDEN = re.compile(
    rb"<[^\x00-\x20<>\"{}|^`\\]*?(?:\xc2[\xa0\xad]|\xe2\x80[\x80-\x8f\xaa-\xaf]|\xe2\x81[\x9f-\xaf]|\xe3\x80\x80|\xef\xbb\xbf)"
)
_DATATYPE = re.compile(rb"\^\^\s*+(?:<([^>]*+)>|([\w.-]*+):([\w-]*+))")
_STANDARD = re.compile(
    rb"prefix\s++([\w.-]*+):\s*+<(" + f"{re.escape(XSD)}|{re.escape(RDF)}".encode() + rb")>", re.I
)
_FORMATS = (RdfFormat.TURTLE, RdfFormat.TRIG)


def text_slips(sources: Iterable[Source]) -> Iterator[Finding]:
    """Yield a warning for each name that a comment ends, hidden character in an IRI, and unknown datatype."""
    for source in sources:
        text = _bytes(source)
        if text is None:
            continue
        unknown = _unknown_datatypes(text)
        if unknown or _may_have_slips(text.removeprefix(BOM)):
            yield from _slips(source, text, unknown)


def _may_have_slips(text: bytes) -> bool:
    return bool(_MAYBE_GLUED.search(text) or (not text.isascii() and _MAYBE_HIDDEN.search(text)))


def _unknown_datatypes(text: bytes) -> dict[bytes, tuple[str, str | None]]:
    """The datatypes of XSD and RDF that are none, as they are written, each as `unknown_datatype` has it."""
    namespaces = dict(_STANDARD.findall(text))
    found = {}
    for iri, prefix, name in set(_DATATYPE.findall(text)):
        whole = iri or namespaces.get(prefix, b"") + name
        if unknown := unknown_datatype(whole.decode("utf-8", "replace")):
            found[b"<" + iri + b">" if iri else prefix + b":" + name] = unknown
    return found


def _slips(source: Source, data: bytes, unknown: Mapping[bytes, tuple[str, str | None]]) -> Iterator[Finding]:
    from ogdkg.syntax.complaints import glued, is_glued  # few files may have a slip
    from ogdkg.syntax.grammar import LITERAL_PARTS, Token, tokens
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
        elif unknown and token.kind == "literal":
            parts = LITERAL_PARTS.fullmatch(token.text.encode())
            named = unknown.get(parts["datatype"]) if parts else None
            if named:
                yield _no_datatype(*named, text.place(token.offset))


def _no_datatype(name: str, near: str | None, place: Place) -> Finding:
    """At the literal, as what shapes find of it."""
    hint = f"Did you mean {near}?" if near else "Name one that the namespace has, or one of your own."
    return Finding(UNKNOWN, Severity.WARNING, f"There is no datatype {name}.", place=place, hint=hint)


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
