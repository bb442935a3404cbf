"""The files that pages need, each at an address that changes with its content, so that browsers keep it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parents[1] / "templates"
_BUILT = Path(__file__).parents[1] / "built"  # by tools/editor/build.sh; what is not there is not offered
_KEPT = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=3600"
FOLDER = "/assets/"


class Asset(NamedTuple):
    """A file that a worker sends by itself."""

    media_type: str
    body: bytes
    cache: str = _SHORTLY


def _tag(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=5).hexdigest()


@lru_cache(maxsize=64)
def packed(body: bytes) -> bytes:
    """Return a file as it is sent to whoever takes gzip: the same bytes each time."""
    return gzip.compress(body, 9, mtime=0)


_PATHS = sorted(path for folder in (_FOLDER, _BUILT) for path in folder.glob("*") if path.is_file())
# What a page is made by, besides the graph: the entity tags of pages change with it.
EDITION = _tag(b"".join(path.read_bytes() for path in _PATHS))
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FILES = {path.name: path.read_bytes() for path in _PATHS if path.suffix in _TYPES}
_TAGS = {name: _tag(body) for name, body in _FILES.items()}  # once: each page names some


def has_asset(name: str) -> bool:
    """Whether there is a file of a name: one that is built may not be."""
    return name in _FILES


def address(name: str) -> str:
    """Return the path of a style sheet, a script or a drawing, by the name of its file."""
    stem, _, suffix = name.rpartition(".")
    return f"{FOLDER}{stem}.{_TAGS[name]}.{suffix}"


ASSETS: Mapping[str, Asset] = {
    **{address(name): Asset(_TYPES[Path(name).suffix], body, _KEPT) for name, body in _FILES.items()},
    f"{FOLDER}ogdkg.css": Asset(_TYPES[".css"], _FILES["ogdkg.css"]),
}
