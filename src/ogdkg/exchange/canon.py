"""A document in canonical form: RDF Dataset Canonicalization, RDFC-1.0. Needs no project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from ogdkg.errors import InputError, Place
from ogdkg.rdf.formats import Format
from ogdkg.store.limit import run_plain_with_timeout
from ogdkg.store.rdf12 import only_older
from ogdkg.store.stream import Document, canonical_lines

_LEAST, _QUADS_A_SECOND = 0.7, 20_000  # seconds for any document, and what a slow machine does in one more


def canon(
    data: IO[bytes],
    name: str,
    form: Format,
    base: str | None = None,
    contexts: Mapping[str, Path] | None = None,
    *,
    algorithm: str = "sha256",
    seconds: float | None = None,
) -> list[str]:
    """Return a document's quads as the sorted lines of canonical N-Quads (RDFC-1.0, 4.4 and 5).

    Args:
        data: The document.
        name: Its name in error messages.
        form: Its format.
        base: Its base IRI.
        contexts: The files that hold the contexts of JSON-LD at other addresses.
        algorithm: The hash, `sha256` or `sha384`.
        seconds: The time limit; by default one that grows with the document, as work does unless its blank
            nodes are made to be told apart by trying out all orders (RDFC-1.0, 7.1).

    Raises:
        InputError: It does not parse, or its blank nodes cannot be told apart in time.
    """
    quads = set(only_older(Document(data, form, name, base, contexts=contexts), name))
    limit = _LEAST + len(quads) / _QUADS_A_SECOND if seconds is None else seconds
    try:
        lines: list[str] = run_plain_with_timeout(lambda: canonical_lines(quads, algorithm), limit)
    except InputError as error:
        message = f"Its blank nodes cannot be told apart within {limit:.3g} seconds."
        hint = "Give them IRIs, or allow more with --timeout."
        raise InputError(message, place=Place(name), hint=hint) from error
    return lines
