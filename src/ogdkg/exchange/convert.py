"""Converts an RDF document to another format, literals unchanged. Needs no project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from ogdkg.errors import Place, UsageError
from ogdkg.rdf.formats import FOR_RDF, Format, by_extension, by_name, unknown_format
from ogdkg.store.stream import Document, Nested, transcode


def convert(
    data: IO[bytes],
    name: str,
    forms: tuple[Format, Format],
    base: str | None,
    out: IO[bytes],
    contexts: Mapping[str, Path] | None = None,
    nested: Nested | None = None,
) -> bool:
    """Convert a document.

    Args:
        data: The document.
        name: Its name in error messages.
        forms: The formats of input and output.
        base: The base IRI of the input.
        out: Where the output is written.
        contexts: The files that hold the contexts of JSON-LD at other addresses.
        nested: Writes Turtle and TriG with blank nodes in brackets.

    Returns:
        Whether the names of graphs were lost, as the output format has none.
    """
    return transcode(Document(data, forms[0], name, base, contexts=contexts), forms[1], out, nested)


def format_of(path: str, name: str | None) -> Format:
    """Return the named format, else the one of a file's extension (before it was packed).

    Raises:
        UsageError: The name or the extension is of no RDF format.
    """
    if name:
        return by_name(name, FOR_RDF)
    form = by_extension(path, FOR_RDF)
    if form is None:
        names = ", ".join(form.name for form in FOR_RDF)
        hint = f"Use --from or --format with one of {names}."
        if path == "-":
            raise UsageError("The format of stdin or stdout is unknown.", hint=hint)
        message, hint = unknown_format(path, hint)
        raise UsageError(message, place=Place(path), hint=hint)
    return form
