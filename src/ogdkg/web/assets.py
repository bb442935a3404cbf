"""The files that pages need, each at an address that changes with its content, so that browsers keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "templates"
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


# What a page is made by, besides the graph: the entity tags of pages change with it.
EDITION = _tag(b"".join(path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.is_file()))
_style = (_FOLDER / "ogdkg.css").read_bytes()
STYLE = f"{FOLDER}ogdkg.{_tag(_style)}.css"
_questions_style = (_FOLDER / "questions.css").read_bytes()
QUESTIONS_STYLE = f"{FOLDER}questions.{_tag(_questions_style)}.css"
ASSETS: Mapping[str, Asset] = {
    STYLE: Asset("text/css; charset=utf-8", _style, _KEPT),
    QUESTIONS_STYLE: Asset("text/css; charset=utf-8", _questions_style, _KEPT),
    f"{FOLDER}ogdkg.css": Asset("text/css; charset=utf-8", _style),
}
