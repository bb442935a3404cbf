"""Who owns a project, and whether the user trusts it to reach outside its folder.

A project may come from somebody else even if the user owns its files. So, whoever owns it, an untrusted
project reads nothing outside its folder and queries no server of its own choice. The owner decides whether an
`ogdkg.toml` is used at all: one that another user put above the working folder is not, as with git's
safe.directory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.answer_cache.dependencies import note_owner
from ogdkg.errors import InputError, Place, UsageError

if TYPE_CHECKING:
    from ogdkg.project.addresses import Origin

ORIGINS = "OGDKG_ORIGINS"  # the variable that lists servers, separated by commas


def is_own(file: Path) -> bool:
    """Return whether the `ogdkg.toml` and its folder belong to the user, or to root.

    For root, the caller of sudo and the owner of the working folder count as well: in a container, a checkout
    often belongs to a user outside it.
    """
    if not hasattr(os, "geteuid"):
        return True
    note_owner(file.parent)
    try:
        owners = {file.lstat().st_uid, file.stat().st_uid, file.parent.stat().st_uid}
    except OSError:
        return False
    return owners <= {0, os.geteuid()} or (os.geteuid() == 0 and owners <= {0, *_owners_trusted_by_root()})


def _owners_trusted_by_root() -> set[int]:
    caller = os.environ.get("SUDO_UID", "")
    owners = {int(caller)} if caller.isascii() and caller.isdigit() and len(caller) < 12 else set[int]()
    note_owner(os.curdir)
    try:
        return owners | {Path.cwd().stat().st_uid}
    except OSError:
        return owners


def is_listed(root: Path) -> bool:
    """Return whether the user's settings list the project as trusted."""
    from ogdkg.project.user_settings import user_settings  # few projects reach outside

    return root.resolve() in user_settings().projects


def listed_origins() -> frozenset[Origin]:
    """Return the origins that the user trusts, by OGDKG_ORIGINS and by the settings.

    Raises:
        UsageError: The variable lists something else.
        InputError: The settings list something else.
    """
    from ogdkg.project.addresses import origin_of  # as above: few projects name a server
    from ogdkg.project.user_settings import FILE, config_folder, user_settings

    named = [origin.strip() for origin in os.environ.get(ORIGINS, "").split(",")]
    if not all(_is_origin(origin) for origin in named if origin):
        raise UsageError(f"{ORIGINS} must list origins such as https://host, separated by commas.")
    in_settings = user_settings().origins
    if not all(map(_is_origin, in_settings)):
        place = Place(str(config_folder() / FILE))
        raise InputError("`origins` under [trust] must be written as https://host.", place=place)
    return frozenset(origin_of(origin) for origin in (*named, *in_settings) if origin)


def _is_origin(text: str) -> bool:
    """Whether a text is an address without anything after its host and port."""
    from ogdkg.project.addresses import address_fault  # as above

    return address_fault(text) is None and re.fullmatch(r"\w+://[^/?#]+/?", text) is not None


def distrust(message: str, root: Path, reaches: Sequence[str], place: Place | None = None) -> InputError:
    """Return the error for an untrusted project.

    Args:
        message: What is refused.
        root: The project's folder.
        reaches: What else the project would do.
        place: The place of the refused value.
    """
    from ogdkg.project.user_settings import FILE, config_folder  # as above

    allow = [
        "If you trust it, give --trust, or add its folder to your settings for good:",
        f"in {config_folder() / FILE}, under [trust]: projects = [{_quoted(root)}]",
    ]
    return InputError(message, place=place, hint="\n".join([*reaches, *allow]))


def _quoted(root: Path) -> str:
    """Return a path as a TOML string, with double quotes only if necessary."""
    text = str(root)
    if "'" in text or not text.isprintable():
        return '"' + "".join(_escaped(char) for char in text) + '"'
    return f"'{text}'"


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isprintable() else f"\\u{ord(char):04X}"
