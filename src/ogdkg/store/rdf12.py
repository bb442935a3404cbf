"""Refuses RDF 1.2 (triple terms, reifiers, base directions) where it cannot be kept, at its place."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ogdkg.errors import InputError, Place
from ogdkg.lean import compile_later
from ogdkg.rdf.formats import LOSSLESS, Format

# What RDF 1.2 adds to Turtle and its kin; in a string it costs a closer look, and no more.
_MAYBE = compile_later(rb"<<|\{\||[\s>]~|@[A-Za-z0-9\-]+--(?:ltr|rtl)")
# Without which it finds nothing. An expression finds two bytes in a third of the time that `find` takes.
_SIGNS = (compile_later(rb"<<"), compile_later(rb"--(?:ltr|rtl)"), compile_later(rb"\{\|"))
_HINT = "Give the statement a node of its own; `ogdkg convert` reads RDF 1.2."


def refuse_newer(data: bytes | mmap.mmap, form: Format, file: str, base: str | None = None) -> None:
    """Raise InputError at the first construct of RDF 1.2 in a document of Turtle or its kin.

    A document with another fault passes, since its parser tells it.
    """
    if form not in LOSSLESS or not _may_be_newer(data) or not any(map(is_newer, _quads(data, form, base))):
        return
    from ogdkg.syntax.reader import Reader  # only for such a document
    from ogdkg.syntax.source import Source

    reader = Reader(Source(data, file), form.name, base)
    reader.names.refuses_newer = True
    for _ in reader:
        pass
    raise refused(file)


def _may_be_newer(data: bytes | mmap.mmap) -> bool:
    """Whether a closer look is worth while; finding a sign takes a tenth of its time."""
    has_sign = data.find(b"~") >= 0 or any(sign.search(data) for sign in _SIGNS)
    return has_sign and _MAYBE.search(data) is not None


def only_older(quads: Iterable[ox.Quad], file: str) -> Iterator[ox.Quad]:
    """Yield quads; InputError at one that only RDF 1.2 has."""
    for quad in quads:
        if is_newer(quad):
            raise refused(file)
        yield quad


def refused(file: str) -> InputError:
    """Return the error for a file that holds RDF 1.2, where its place is not known."""
    message = "The file has a triple term or a base direction (RDF 1.2), which this command does not read."
    return InputError(message, place=Place(file), hint=_HINT)


def _quads(data: bytes | mmap.mmap, form: Format, base: str | None) -> Iterator[ox.Quad]:
    format = ox.RdfFormat.from_media_type(form.media_type)
    try:
        yield from ox.parse(bytes(data), format, base_iri=base)
    except (SyntaxError, MemoryError):
        return


def is_newer(quad: ox.Quad) -> bool:
    """Whether only RDF 1.2 has a quad."""
    value = quad.object
    return isinstance(value, ox.Triple) or (isinstance(value, ox.Literal) and value.direction is not None)
