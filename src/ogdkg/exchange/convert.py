"""An RDF document written in another format, every literal as it came. Needs no project, checks no shapes."""

from __future__ import annotations

from typing import IO

from ogdkg.errors import UsageError
from ogdkg.rdf.formats import FOR_RDF, Format, by_extension, by_name, plain_name
from ogdkg.store.stream import Document, transcode


def convert(
    data: IO[bytes], name: str, forms: tuple[Format, Format], base: str | None, out: IO[bytes]
) -> bool:
    """Write what is read, from the first format into the second; True where graphs were lost on the way."""
    return transcode(Document(data, forms[0], name, base), forms[1], out)


def form_of(path: str, given: str | None) -> Format:
    """The format that is named, else the one that a file's name tells, `.gz` aside."""
    if given:
        return by_name(given, FOR_RDF)
    found = by_extension(plain_name(path), FOR_RDF)
    if found is None:
        names = ", ".join(form.name for form in FOR_RDF)
        what = "Standard input and output have" if path == "-" else f"{path} has"
        raise UsageError(
            f"{what} no format by name.", hint=f"Name it: --from, --format, with one of {names}."
        )
    return found
