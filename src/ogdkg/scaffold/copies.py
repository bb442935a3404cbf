"""The data that a project is made around: read where they are, and copied into it in canonical form."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.names import shown_path
from ogdkg.files.packed import opened
from ogdkg.project.overrides import Overrides
from ogdkg.rdf.formats import (
    FOR_RDF,
    JSONLD,
    NQUADS,
    NTRIPLES,
    TRIG,
    TURTLE,
    Format,
    by_extension,
    is_packed,
    plain_name,
    unknown_format,
)
from ogdkg.render.rdf.writers import write_lines
from ogdkg.scaffold.plan import slug_of
from ogdkg.store.codec import raw_quads
from ogdkg.store.stream import Document, transcode
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import Source, from_file

_MOST_LAID_OUT = 16 << 20  # bytes: a larger file is copied as N-Triples or N-Quads, which need no layout
_MOST_FILES = 1000
_PIECE = 1 << 20  # bytes


class Given(NamedTuple):
    """A file of data.

    Attributes:
        path: Where it is.
        form: Its format.
        base: What its relative IRIs are relative to; None where it has none.
        contexts: The files of JSON-LD contexts at other addresses.
    """

    path: Path
    form: Format
    base: str | None
    contexts: tuple[tuple[str, Path], ...] = ()

    def quads(self) -> Iterator[Any]:
        """Read its quads."""
        return raw_quads(
            self.path, contexts=dict(self.contexts), newer=False, overrides=Overrides(self.form, self.base)
        )


def given_files(
    paths: Sequence[Path], base: str, contexts: Mapping[str, Path], form: Format | None = None
) -> list[Given]:
    """Return the files to make a project around.

    Args:
        paths: Files, and folders to search for RDF files.
        base: What the name of a file is put behind where it has relative IRIs.
        contexts: The files of JSON-LD contexts, by address.
        form: The format of files whose names tell none.

    Raises:
        UsageError: There is no such file, or there are too many.
        InputError: The name of a file tells no format, or a folder has no RDF file.
    """
    found: list[Given] = []
    for path in paths:
        for file in _files_at(path):
            its_form = by_extension(file, FOR_RDF) or form
            if its_form is None:
                message, hint = unknown_format(file, "Convert it first (`ogdkg convert`).")
                raise InputError(message, place=Place(shown_path(file)), hint=hint)
            own = f"{base}{slug_of(plain_name(file).stem) or 'file'}"
            found.append(_with_base(Given(file, its_form, None, tuple(contexts.items())), own))
    return found


def _files_at(path: Path) -> list[Path]:
    if not path.is_dir():
        if not path.exists():
            raise UsageError(f"There is no file {shown_path(path)}.", hint="Check its name.")
        if not path.is_file():  # it is read more than once, and a device has no end
            hint = "Put what it holds into a file first."
            raise InputError("This is not a regular file.", place=Place(shown_path(path)), hint=hint)
        return [path]
    below = (each for each in sorted(path.rglob("*")) if by_extension(each, FOR_RDF, found=True))
    plain = [
        each for each in below if each.is_file() and not each.is_symlink() and not _is_hidden(each, path)
    ]
    if not plain:
        raise InputError("The folder holds no RDF file.", place=Place(shown_path(path)))
    if len(plain) > _MOST_FILES:
        message = (
            f"{shown_path(path)} holds {len(plain)} RDF files, of which {_MOST_FILES} at most are taken."
        )
        raise UsageError(message, hint="Name fewer, or put them together.")
    return plain


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _with_base(given: Given, own: str) -> Given:
    """The file with a base if it does not parse without; its faults are told once it is looked at."""
    with suppress(InputError):
        for _ in given.quads():
            pass
        return given
    return given._replace(base=own)


def copies(files: Sequence[Given]) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    """Yield what each file is called in the project, and what it holds there."""
    taken: set[str] = set()
    for given in files:
        form = _copied_as(given)
        stem = slug_of(plain_name(given.path).stem) or "data"
        numbers = (f"{stem}-{number}" for number in range(2, len(files) + 2))
        name = next(each for each in (stem, *numbers) if each not in taken)
        taken.add(name)
        yield f"data/{name}.{form.extensions[0]}", _copied(given, form)


def _copied_as(given: Given) -> Format:
    """The format of the copy: laid out where that is done soon, else a line for each statement."""
    has_graphs = given.form.graphs or given.form == JSONLD
    if (
        given.path.stat().st_size > _MOST_LAID_OUT
        or is_packed(given.path)
        or given.form in (NTRIPLES, NQUADS)
    ):
        return NQUADS if has_graphs else NTRIPLES
    return TRIG if has_graphs else TURTLE


def _copied(given: Given, form: Format) -> bytes | Iterable[bytes]:
    if form in (NTRIPLES, NQUADS):
        return _lines(given, form)
    if given.form in (TURTLE, TRIG):
        source = from_file(given.path)
        if given.base:
            source = Source(f"BASE <{given.base}>\n".encode() + source.data[source.start :], source.name)
        return layout(source, form).encode()
    text = io.BytesIO()
    with opened(str(given.path)) as data:
        document = Document(data, given.form, str(given.path), given.base, contexts=dict(given.contexts))
        transcode(document, form, text, write_lines)
    return layout(Source(text.getvalue(), str(given.path)), form).encode()


def _lines(given: Given, form: Format) -> Iterator[bytes]:
    """The statements of a large file, some at a time."""
    import tempfile  # few files are so large

    with tempfile.TemporaryFile() as out:
        with opened(str(given.path)) as data:
            document = Document(data, given.form, str(given.path), given.base, contexts=dict(given.contexts))
            transcode(document, form, out)
        out.seek(0)
        while piece := out.read(_PIECE):
            yield piece
