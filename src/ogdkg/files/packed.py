"""Reads files with names in `.gz` decompressed, with a limit against decompression bombs."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path
from typing import IO, cast

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.files.text import reading
from ogdkg.rdf.formats import PACKED

RATIO, FREE = 250, 2**26  # the most bytes per compressed byte, beyond so many bytes
_PIECE = 2**20


def opened(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a file for reading, decompressed if its name ends in `.gz`.

    Raises:
        InputError: It cannot be opened or, on reading, decompressed.
        LimitError: On reading, it decompresses to far more than its size.
    """
    with reading(path):
        file = Path(path).open("rb")  # noqa: SIM115  # the caller closes it
    if not str(path).endswith(PACKED):
        return file
    return cast(IO[bytes], io.BufferedReader(_Unpacked(file, str(path)), _PIECE))


def unpacked(path: str | os.PathLike[str]) -> bytes:
    """Read a whole file, decompressed if its name ends in `.gz`.

    Raises:
        InputError: It cannot be read.
        LimitError: It takes more than half of the machine's memory.
    """
    whole, most = io.BytesIO(), most_unpacked()
    with opened(path) as source, reading(path):
        while data := source.read(_PIECE):
            whole.write(data)
            if whole.tell() > most:
                raise _too_large(path, f"more than {most >> 20:,} MiB, half of this machine's memory")
    return whole.getvalue()


def most_unpacked() -> int:
    """Return half of the machine's memory in bytes; 2 GiB if that is unknown."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):  # not on every system
        return 2**31


class _Unpacked(io.RawIOBase):
    def __init__(self, packed: IO[bytes], name: str) -> None:
        super().__init__()
        import gzip  # takes 3 ms, and few files need it

        self._packed, self._name, self._size = packed, name, 0
        self._source = gzip.GzipFile(fileobj=packed, mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # all that BufferedReader gives
        try:
            data = self._source.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"The file cannot be read: {reason}."
            raise InputError(message, place=Place(self._name), hint="Compress it again.") from error
        self._size += len(data)
        if self._size > FREE and self._size > RATIO * self._packed.tell():
            raise _too_large(self._name, f"more than {RATIO} times its size")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._packed.close()
        super().close()


def _too_large(path: str | os.PathLike[str], what: str) -> LimitError:
    hint = "If you trust the file, decompress it first, or pipe it in."
    return LimitError(f"The file decompresses to {what}.", place=Place(str(path)), hint=hint)
