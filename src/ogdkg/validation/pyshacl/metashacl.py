"""Remembers which shapes were found well-formed or without a slip, so that the same are not looked at again.

Only the good outcome is kept, as a hash of what was read, in a file of the user's cache folder. A file that
is missing, or cannot be read or written, costs time and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ogdkg import __version__
from ogdkg.errors import InputError
from ogdkg.files.atomic import check_own, replaced
from ogdkg.files.text import read_text
from ogdkg.project.user_settings import cache_folder, make_cache_folder
from ogdkg.validation.data.reading import Source

try:
    from _blake2 import blake2b  # `hashlib` takes 4 ms for OpenSSL
except ImportError:
    from hashlib import blake2b

MAX_HASHES = 200  # hashes


def cache_file() -> Path:
    """Where the hashes are."""
    return cache_folder() / "well-formed"


def fingerprint(sources: Sequence[Source], looked_for: object = None) -> str | None:
    """A hash of what the sources hold, in this version of ours; none for what cannot be read twice.

    The name of a file is the base of its IRIs, and so belongs to what it holds.

    Args:
        sources: The shapes.
        looked_for: What the checks depend on beside them.
    """
    found = blake2b(repr((__version__, looked_for)).encode(), digest_size=32)
    for source in sources:
        path = Path(source.name)
        if source.content is None and not path.is_file():
            return None
        text = path.read_bytes() if source.content is None else source.content
        for part in (os.fsencode(path.resolve()), source.format.media_type.encode(), text):
            found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def is_checked(mark: str | None) -> bool:
    """Whether shapes of this mark, which has their fingerprint, were found to be good before."""
    return mark is not None and mark in _hashes()


def remember_checked(mark: str | None) -> None:
    """Keep the mark, and the newest of the others."""
    if mark is None:
        return
    with suppress(OSError):
        file = make_cache_folder() / cache_file().name
        with replaced(file, below=file.parent) as out:
            out.write("".join(f"{each}\n" for each in [*_hashes(), mark][-MAX_HASHES:]).encode())


def _hashes() -> list[str]:
    try:
        check_own(cache_folder())
        return read_text(cache_file(), "well-formed").split()
    except (OSError, InputError):
        return []
