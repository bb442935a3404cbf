"""The files that pages need, each at an address that changes with its content, so that browsers keep it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parents[1] / "templates"
_KEPT = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=3600"
FOLDER = "/assets/"


class Asset(NamedTuple):
    """A file that a worker sends by itself."""

    media_type: str
    body: bytes
    cache: str = _SHORTLY

    @property
    def packed(self) -> bytes:
        """The body as gzip has it."""
        return _packed(self.body)


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _tag(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=5).hexdigest()


# What a page is made by, besides the graph: the entity tags of pages change with it.
EDITION = _tag(b"".join(path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.is_file()))
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FILES = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}


def address(name: str) -> str:
    """Return the path of a style sheet, a script or a drawing, by its file's name in `templates`."""
    stem, _, suffix = name.rpartition(".")
    return f"{FOLDER}{stem}.{_tag(_FILES[name])}.{suffix}"


ASSETS: Mapping[str, Asset] = {
    **{address(name): Asset(_TYPES[Path(name).suffix], body, _KEPT) for name, body in _FILES.items()},
    f"{FOLDER}ogdkg.css": Asset(_TYPES[".css"], _FILES["ogdkg.css"]),
}
