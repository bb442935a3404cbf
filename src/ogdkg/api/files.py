"""Files that the Python API writes: each replaced at once or not at all, packed as its name says."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from ogdkg.errors import InputError
from ogdkg.files.names import shown_path
from ogdkg.rdf.formats import is_packed


def written(pieces: Iterable[str | bytes], path: str | Path | None) -> str:
    """Return pieces of text as one; with a path, write it into that file too.

    Raises:
        InputError: The file cannot be written.
    """
    data = b"".join(
        piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace") for piece in pieces
    )
    if path is not None:
        write(data, Path(path))
    return data.decode()


def write(data: bytes, path: Path, below: Path | None = None) -> None:
    """Write data into a file; `below` is the folder that a generated name must not leave.

    Raises:
        InputError: The file cannot be written.
    """
    from ogdkg.files.atomic import replaced  # most answers are not written
    from ogdkg.files.packed import packing

    try:
        with ExitStack() as stack:
            out = stack.enter_context(replaced(path, below=below))
            if is_packed(path):
                out = stack.enter_context(packing(out, str(path)))
            out.write(data)
    except OSError as error:
        raise InputError(f"{shown_path(path)} cannot be written: {error.strerror}.") from error
