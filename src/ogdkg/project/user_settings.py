"""The settings of the user, not of the project: what to trust, and the folders for settings and caches.

They are in `ogdkg/config.toml` in the user's configuration folder (XDG Base Directory):

    [trust]
    projects = ["/home/me/work/graph"]           # projects whose files, endpoints and rules may reach outside
    origins = ["https://sparql.example.org"]     # servers that get OGDKG_TOKEN, OGDKG_USER and OGDKG_PASSWORD
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from ogdkg.config.config_file import read_toml
from ogdkg.errors import InputError, Place

FILE = "config.toml"


class UserSettings(NamedTuple):
    """The user's settings; empty if there is no file."""

    projects: tuple[Path, ...] = ()
    origins: tuple[str, ...] = ()


def user_settings() -> UserSettings:
    """Read the user's settings; InputError if they are invalid, or if others can write them."""
    path = config_folder() / FILE
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return UserSettings()
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    if hasattr(os, "getuid") and (status.st_uid not in (os.getuid(), 0) or status.st_mode & 0o022):
        hint = f"To prevent it: chmod go-w {path}"
        raise InputError("Others can write these settings.", place=Place(str(path)), hint=hint)
    document = read_toml(path, str(path))
    document.keys(("trust",))
    document.keys(("projects", "origins"), "trust")
    projects = tuple(Path(folder).expanduser().resolve() for folder in document.texts("trust", "projects"))
    return UserSettings(projects, document.texts("trust", "origins"))


def config_folder() -> Path:
    """Return the folder of the user's settings, which may not exist."""
    return _base("XDG_CONFIG_HOME", ".config") / "ogdkg"


def cache_folder() -> Path:
    """Return the cache folder, which may not exist and may be deleted at any time."""
    return _base("XDG_CACHE_HOME", ".cache") / "ogdkg"


def _base(variable: str, default: str) -> Path:
    """Return a base folder; a relative one is ignored, as the XDG specification demands."""
    folder = Path(os.environ.get(variable, ""))
    if folder.is_absolute():
        return folder
    try:
        return Path.home() / default
    except RuntimeError:  # a user without a home
        return Path("/nonexistent")
