"""What the person, and not the project, decides: the folders for settings and caches, and whom to trust.

The settings stand in `ogdkg/config.toml` in the user's configuration folder (XDG Base Directory):

    [trust]
    projects = ["/home/me/work/graph"]           # projects whose files, endpoints and rules may reach outside
    origins = ["https://sparql.example.org"]     # servers that get OGDKG_TOKEN, OGDKG_USER and OGDKG_PASSWORD
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from ogdkg.config.config_file import read_toml
from ogdkg.files.atomic import own_folder
from ogdkg.files.text import check_not_writable, reading

FILE = "config.toml"


class UserSettings(NamedTuple):
    """What the user's configuration says; empty where there is none."""

    projects: tuple[Path, ...] = ()
    origins: tuple[str, ...] = ()


def user_settings() -> UserSettings:
    """The user's configuration; InputError where it is broken, or where others can write it."""
    path = config_folder() / FILE
    with reading(path):
        try:
            check_not_writable(path, "these settings")
        except (FileNotFoundError, NotADirectoryError):
            return UserSettings()
    document = read_toml(path, str(path))
    document.keys(("trust",))
    document.keys(("projects", "origins"), "trust")
    projects = tuple(Path(each).expanduser().resolve() for each in document.texts("trust", "projects"))
    return UserSettings(projects, document.texts("trust", "origins"))


def config_folder() -> Path:
    """The folder of the user's settings of ogdkg, which need not be there."""
    return _base("XDG_CONFIG_HOME", ".config") / "ogdkg"


def cache_folder() -> Path:
    """The folder of what ogdkg keeps between runs and may be deleted at any time; it need not be there."""
    return _base("XDG_CACHE_HOME", ".cache") / "ogdkg"


def make_cache_folder() -> Path:
    """The cache folder, made where it is missing; PermissionError where others can write it."""
    cache_folder().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own_folder(cache_folder())


def _base(variable: str, default: str) -> Path:
    """A base folder; a relative one is ignored, as the XDG specification demands."""
    given = Path(os.environ.get(variable, ""))
    if given.is_absolute():
        return given
    try:
        return Path.home() / default
    except RuntimeError:  # a user without a home
        return Path("/nonexistent")
