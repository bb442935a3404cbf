"""What the person, and not the project, decides: the folders for settings and caches, and whom to trust.

The settings stand in `ogdkg/config.toml` in the user's configuration folder (XDG Base Directory):

    [trust]
    projects = ["/home/me/work/graph"]           # projects whose files, endpoints and rules may reach outside
    origins = ["https://sparql.example.org"]     # servers that get OGDKG_TOKEN, OGDKG_USER and OGDKG_PASSWORD
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from ogdkg.config.config_file import ConfigFile, read_toml
from ogdkg.errors import InputError, Place

FILE = "config.toml"


class UserSettings(NamedTuple):
    """What the user's configuration says; empty where there is none."""

    projects: tuple[Path, ...] = ()
    origins: tuple[str, ...] = ()


def user_settings() -> UserSettings:
    """The user's configuration; InputError where it is broken, or where others can write it."""
    path = config_folder() / FILE
    try:
        path.lstat()
        for each in (path.parent, path):  # whoever can write the folder can put another file there
            _check_own(each, each.lstat())
    except (FileNotFoundError, NotADirectoryError):
        return UserSettings()
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", place=Place(str(path))) from error
    document = read_toml(path, str(path))
    document.keys(("trust",))
    document.keys(("projects", "origins"), "trust")
    projects = tuple(_project(document, index) for index in range(len(document.texts("trust", "projects"))))
    return UserSettings(projects, document.texts("trust", "origins"))


def _check_own(path: Path, status: os.stat_result) -> None:
    """Raise InputError for a link, which may lead to a stranger's text, and for what others can write."""
    if stat.S_ISLNK(status.st_mode):
        hint = "Put the settings themselves there."
        raise InputError("The settings are a link.", place=Place(str(path)), hint=hint)
    if hasattr(os, "getuid") and (status.st_uid not in (os.getuid(), 0) or status.st_mode & 0o022):
        hint = f"Make it yours alone: chmod go-w {path}"
        raise InputError("Others can write these settings.", place=Place(str(path)), hint=hint)


def _project(document: ConfigFile, index: int) -> Path:
    """A trusted folder; a relative one would be whichever the person stands in."""
    at = ("trust", "projects", index)
    try:
        path = Path(document.texts("trust", "projects")[index]).expanduser()
        if path.is_absolute():
            return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a user who is not there, or no name of a file
        pass
    raise document.error("A trusted project is the absolute path of its folder.", *at)


def config_folder() -> Path:
    """The folder of the user's settings of ogdkg, which need not be there."""
    return _base("XDG_CONFIG_HOME", ".config") / "ogdkg"


def cache_folder() -> Path:
    """The folder of what ogdkg keeps between runs and may be deleted at any time; it need not be there."""
    return _base("XDG_CACHE_HOME", ".cache") / "ogdkg"


def _base(variable: str, default: str) -> Path:
    """A base folder; a relative one is ignored, as the XDG specification demands."""
    given = Path(os.environ.get(variable, ""))
    if given.is_absolute():
        return given
    try:
        return Path.home() / default
    except RuntimeError:  # a user without a home
        return Path("/nonexistent")
