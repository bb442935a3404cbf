"""What a parser raises for a document becomes an error with its place; only broken documents need it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.files.names import shown_path
from ogdkg.rdf.formats import LOSSLESS, NQUADS, NTRIPLES, Format, by_extension

if TYPE_CHECKING:
    from ogdkg.project.overrides import Overrides
    from ogdkg.syntax.source import Source

_SPAN = re.compile(r"^.*? at (?:line \d+|between)[^:]*: ")


def fault(
    error: SyntaxError | MemoryError,
    path: Path,
    base: str | None = None,
    *,
    overrides: Overrides | None = None,
) -> InputError:
    """Return the error for a file that does not parse, from our own reader, which knows what it expected.

    The engine's message is used if our reader accepts the file, or does not read its format.
    """
    if isinstance(error, MemoryError):
        return syntax_error(error, shown_path(path))
    base, form = (overrides.base, overrides.form) if overrides else (base, by_extension(path, LOSSLESS))
    if form not in LOSSLESS:
        return syntax_error(error, shown_path(path))
    document: Path | Source = path
    if overrides and overrides.content is not None:
        from ogdkg.syntax.source import Source  # as in `fault_of`

        document = Source(overrides.content, shown_path(path))
    return fault_of(error, document, form, base)


def fault_of(
    error: SyntaxError | MemoryError, document: Path | Source, form: Format, base: str | None = None
) -> InputError:
    """Return the error for a document in a format of our own reader, as of `fault`."""
    from ogdkg.syntax import read  # only for a broken file

    name = shown_path(document) if isinstance(document, Path) else document.name
    if form in (NTRIPLES, NQUADS) and "No scheme found" in str(error):  # which our reader resolves
        message, place = "This IRI is relative, which none in this format is.", Place(name)
        if isinstance(error, SyntaxError):
            place = Place(name, error.lineno, error.offset)
        return InputError(message, place=place, hint="Write it whole.")
    try:
        for _ in read(document, form.name, base):
            pass
    except InputError as found:
        found.place = Place(name, found.place and found.place.line, found.place and found.place.column)
        return found
    return syntax_error(error, name)


def syntax_error(error: SyntaxError | MemoryError, file: str) -> InputError:
    """Return the error for what the engine's parser raised: a syntax error, or a full buffer."""
    if isinstance(error, MemoryError):
        if "buffer" not in str(error):  # the memory of the machine, not of the parser
            hint = "Try it with less data at a time."
            return LimitError("There is not enough memory to read the file.", place=Place(file), hint=hint)
        message = "One term of the document is larger than 16 MiB."
        return LimitError(message, place=Place(file), hint="Keep such data elsewhere, and link to it.")
    from ogdkg.text.slips import refused_iri  # only for a broken file

    place = Place(file, error.lineno, error.offset)
    if "No scheme found" in str(error):
        hint = "Declare a base in the file, or convert it with --base."
        return InputError("This IRI is relative, and there is no base.", place=place, hint=hint)
    if slip := refused_iri(message_of(error)):
        return InputError(slip.message, place=place, hint=slip.hint)
    return InputError(
        f"The file does not parse: {message_of(error)}.", place=place, hint="Fix the file there."
    )


def message_of(error: SyntaxError) -> str:
    """Return what the engine says, without the place that it says first, and without a full stop."""
    return _SPAN.sub("", str(error.args[0])).rstrip(".")
