"""The settings of the user, not of the project: what to trust, and the folders for what is kept.

They are in `ogdkg/config.toml` in the user's configuration folder (XDG Base Directory):

    [trust]
    projects = ["/home/me/work/graph"]           # projects whose files, endpoints and rules may reach outside
    origins = ["https://sparql.example.org"]     # servers that get OGDKG_TOKEN, OGDKG_USER and OGDKG_PASSWORD
"""

from __future__ import annotations

import stat
from pathlib import Path

from ogdkg.answer_cache import folders
from ogdkg.answer_cache.dependencies import note
from ogdkg.answer_cache.folders import base_folder
from ogdkg.config.config_file import ConfigFile, read_toml
from ogdkg.errors import InputError, Place
from ogdkg.files.text import check_not_writable, reading
from ogdkg.lean import NamedTuple

FILE = "config.toml"


class UserSettings(NamedTuple):
    """The user's settings; empty if there is no file."""

    projects: tuple[Path, ...] = ()
    origins: tuple[str, ...] = ()


def user_settings() -> UserSettings:
    """Read the user's settings; InputError if they are invalid, or if others can write them."""
    path = config_folder() / FILE
    note(path.parent)
    note(path)
    with reading(path):
        try:
            for each in (path.parent, path):  # whoever can write the folder can put another file there
                _check_no_link(each)
                check_not_writable(each, "these settings")
        except (FileNotFoundError, NotADirectoryError):
            return UserSettings()
    document = read_toml(path, str(path))
    document.keys(("trust",))
    document.keys(("projects", "origins"), "trust")
    projects = tuple(_project(document, index) for index in range(len(document.texts("trust", "projects"))))
    return UserSettings(projects, document.texts("trust", "origins"))


def _check_no_link(path: Path) -> None:
    """Raise InputError for a link, which may lead to text that somebody else wrote."""
    if stat.S_ISLNK(path.lstat().st_mode):
        hint = "Put the settings themselves there."
        raise InputError("The settings are a link.", place=Place(str(path)), hint=hint)


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
    """Return the folder of the user's settings, which may not exist."""
    return Path(base_folder("XDG_CONFIG_HOME", ".config"), "ogdkg")


def cache_folder() -> Path:
    """Return the cache folder, which may not exist and may be deleted at any time."""
    return Path(folders.cache_folder())


def make_state_folder() -> Path:
    """The folder of what is kept of a user's doings, made where it is missing; PermissionError as below."""
    from ogdkg.files.atomic import own_folder  # only the shell keeps such

    folder = Path(base_folder("XDG_STATE_HOME", ".local/state"), "ogdkg")
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own_folder(folder)


def make_cache_folder() -> Path:
    """The cache folder, made where it is missing; PermissionError where others can write it."""
    from ogdkg.files.atomic import own_folder  # only a large graph is kept

    cache_folder().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own_folder(cache_folder())
