"""Reads and writes files whose names end in .gz, .bz2, .xz or .zst; a limit holds against bombs."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.files.text import reading
from ogdkg.rdf.formats import is_packed

if TYPE_CHECKING:
    from collections.abc import Iterator

RATIO, FREE = 250, 2**26  # the most bytes per packed byte, beyond so many bytes
_PIECE = 2**20
_HEAD = 16  # bytes that tell a kind of packing
_KINDS = {  # the name of each kind, and how it begins
    ".gz": ("gzip", b"\x1f\x8b"), ".bz2": ("bzip2", b"BZh"), ".xz": ("xz", b"\xfd7zXZ\0"),
    ".zst": ("zstd", b"\x28\xb5\x2f\xfd"),
}  # fmt: skip
_XZ_MEMORY = 2**28  # bytes, for the dictionary of a .xz file


def opened(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a file for reading, unpacked if its name says that it is packed.

    Raises:
        InputError: It cannot be opened or, on reading, unpacked.
        LimitError: On reading, it unpacks to far more than its size.
    """
    with reading(path):
        file = Path(path).open("rb")  # noqa: SIM115  # the caller closes it
    return unpacking(file, str(path))


def unpacking(file: IO[bytes], name: str) -> IO[bytes]:
    """Return what a file holds, unpacked if its name says that it is packed; errors as of `opened`."""
    return cast(IO[bytes], io.BufferedReader(_Unpacked(file, name), _PIECE)) if is_packed(name) else file


def unpacked(path: str | os.PathLike[str]) -> bytes:
    """Read a whole file, unpacked if its name says that it is packed.

    Raises:
        InputError: It cannot be read.
        LimitError: It takes more than half of the machine's memory.
    """
    with opened(path) as source, reading(path):
        return source.read() if not is_packed(str(path)) else _whole(source, path)


def unpacked_bytes(data: bytes, name: str) -> bytes:
    """Return the content of a file that is in memory already; errors as of `unpacked`."""
    return _whole(unpacking(io.BytesIO(data), name), name) if is_packed(name) else data


def _whole(source: IO[bytes], path: str | os.PathLike[str]) -> bytes:
    whole, most = io.BytesIO(), most_unpacked()
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


@contextmanager
def packing(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Yield a stream that packs into a file as its name says, the same bytes on every run."""
    kind = PurePath(name).suffix.lower()
    if not is_packed(name):
        yield file
    elif kind == ".gz":
        import gzip  # takes 3 ms, and few files need it

        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream:
            yield cast(IO[bytes], stream)
    else:
        module = _module(kind, name)
        make = {".bz2": "BZ2File", ".xz": "LZMAFile", ".zst": "ZstdFile"}[kind]
        with getattr(module, make)(file, "wb") as stream:
            yield stream


def _module(kind: str, name: str) -> Any:
    """The library for a kind of packing; InputError where this Python has none."""
    import importlib

    for module in {".bz2": ("bz2",), ".xz": ("lzma",)}.get(kind, ("compression.zstd", "backports.zstd")):
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    hint = "Install it with: pip install backports.zstd" if kind == ".zst" else "Pack it as .gz instead."
    raise InputError(f"This Python has no library for {kind} files.", place=Place(name), hint=hint)


class _Decompressor(Protocol):
    """What the decompressors of Python's libraries have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _decompressor(kind: str, name: str) -> tuple[Callable[[], _Decompressor], tuple[type[Exception], ...]]:
    """What makes a decompressor, and what it raises."""
    if kind == ".gz":
        import zlib

        return lambda: _Gzip(zlib.decompressobj(wbits=31)), (zlib.error,)
    module = _module(kind, name)
    if kind == ".bz2":
        return module.BZ2Decompressor, (OSError, EOFError)
    if kind == ".xz":
        return lambda: module.LZMADecompressor(memlimit=_XZ_MEMORY), (module.LZMAError, EOFError)
    return module.ZstdDecompressor, (module.ZstdError, EOFError)


class _Gzip:
    """zlib's decompressor with the face of the others."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self.eof

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return bytes(self._inner.decompress(self._inner.unconsumed_tail + data, max_length))


class _Unpacked(io.RawIOBase):
    """The content of a packed file, of one stream or of several one after another."""

    def __init__(self, packed: IO[bytes], name: str) -> None:
        super().__init__()
        self._packed, self._name = packed, name
        self._taken = self._given = 0  # bytes
        self._head = b""
        self._kind = PurePath(name).suffix.lower()
        self._make, self._errors = _decompressor(self._kind, name)
        self._stream, self._rest = self._make(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # all that BufferedReader gives
        try:
            data = self._next(len(buffer))
        except self._errors as error:
            raise self._unpackable() from error
        self._given += len(data)
        if self._given > FREE and self._given > RATIO * self._taken:
            raise _too_large(self._name, f"more than {RATIO} times its size")
        buffer[: len(data)] = data
        return len(data)

    def _next(self, most: int) -> bytes:
        """The next bytes, at most so many; none at the end."""
        while True:
            if self._stream.eof:
                self._rest = (self._stream.unused_data or self._take()).lstrip(b"\0")  # padding
                if not self._rest:
                    return b""
                self._stream = self._make()
            if self._stream.needs_input and not self._rest:
                self._rest = self._take()
                if not self._rest:
                    raise self._broken("it ends too early")
            piece, self._rest = self._rest, b""
            if data := self._stream.decompress(piece, most):
                return data

    def _take(self) -> bytes:
        with reading(self._name):
            data = self._packed.read(_PIECE)
        self._head = self._head or data[:_HEAD]
        self._taken += len(data)
        return data

    def _unpackable(self) -> InputError:
        """Return the error for bytes that a decompressor refuses."""
        from ogdkg.text.slips import binary_of  # only for a broken file

        own, begin = _KINDS[self._kind]
        if self._head.startswith(begin):
            return self._broken("its packed data are damaged")
        if other := binary_of(self._head):
            found = other.message.removeprefix("This is ").rstrip(".")
            hint = f"Name it as what it is. {other.hint}"
            return self._broken(f"it is {found}, not packed with {own} as its name says", hint)
        hint = f"Take {self._kind} off its name."
        return self._broken(f"it is not packed with {own}, as its name says", hint)

    def _broken(self, reason: str, hint: str = "Download it again, or pack it anew.") -> InputError:
        return InputError(f"The file cannot be read: {reason}.", place=Place(self._name), hint=hint)

    def close(self) -> None:
        if not self.closed:
            self._packed.close()
        super().close()


def _too_large(path: str | os.PathLike[str], what: str) -> LimitError:
    hint = "If you trust the file, decompress it first, or pipe it in."
    return LimitError(f"The file decompresses to {what}.", place=Place(str(path)), hint=hint)
