"""The user's own folders, as text: `project.user_settings` and `files.atomic` have them as paths."""

from __future__ import annotations

import os
import stat


def base_folder(variable: str, default: str) -> str:
    """Return a base folder; a relative one is ignored, as the XDG specification demands."""
    folder = os.environ.get(variable, "")
    if os.path.isabs(folder):  # noqa: PTH117  # `pathlib` takes 4 ms
        return folder
    home = os.path.expanduser("~")  # noqa: PTH111  # as above
    return f"{home}/{default}" if os.path.isabs(home) else "/nonexistent"  # noqa: PTH117  # a user without a home


def cache_folder() -> str:
    """Return the folder for what can be made anew."""
    return base_folder("XDG_CACHE_HOME", ".cache") + "/ogdkg"


def check_own(path: str | os.PathLike[str]) -> None:
    """Check that nobody but the user can have written what a folder holds.

    Raises:
        PermissionError: It is a link, or others own it or can write into it.
        NotADirectoryError: It is no folder.
        OSError: It is missing, or cannot be looked at.
    """
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        raise PermissionError(f"{path} is a link")
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{path} is not a folder")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise PermissionError(f"{path} is another user's")
    if os.name == "posix" and status.st_mode & 0o022:
        raise PermissionError(f"others can write {path}; to prevent it: chmod go-w")
