"""Whose a project is, and whether the person trusts it to reach outside its folder.

A project that somebody sent lies in our own files, so owning it says nothing of who wrote it: whoever owns
it, it reads nothing outside its folder and asks no server of its own choice, unless the person trusts it. The
owner counts for which `ogdkg.toml` is taken at all: one that another user put above the working folder is
not, as git has it (safe.directory).
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.project.addresses import Origin, address_fault, origin_of
from ogdkg.project.user_settings import FILE, config_folder, user_settings

ORIGINS = "OGDKG_ORIGINS"  # the variable that lists servers, separated by commas


def is_own(file: Path) -> bool:
    """Whether a project is the person's: its `ogdkg.toml` and its folder belong to him, or to root.

    For root, so does what belongs to whoever called sudo, and to the owner of the working folder: in a
    container the files of a checkout have the number of a user outside it.
    """
    if not hasattr(os, "geteuid"):
        return True
    try:
        owners = {file.lstat().st_uid, file.stat().st_uid, file.parent.stat().st_uid}
    except OSError:
        return False
    return owners <= {0, os.geteuid()} or (os.geteuid() == 0 and owners <= {0, *_meant_by_root()})


def _meant_by_root() -> set[int]:
    caller = os.environ.get("SUDO_UID", "")
    owners = {int(caller)} if caller.isascii() and caller.isdigit() and len(caller) < 12 else set[int]()
    try:
        return owners | {Path.cwd().stat().st_uid}
    except OSError:
        return owners


def is_listed(root: Path) -> bool:
    """Whether the person's settings name the project as trusted."""
    return root.resolve() in user_settings().projects


def listed_origins() -> frozenset[Origin]:
    """The servers that the person trusts, by OGDKG_ORIGINS and by the settings; an error for no origin."""
    named = [each.strip() for each in os.environ.get(ORIGINS, "").split(",")]
    if not all(_is_origin(each) for each in named if each):
        raise UsageError(f"{ORIGINS} lists origins such as https://host, separated by commas.")
    kept = user_settings().origins
    if not all(map(_is_origin, kept)):
        place = Place(str(config_folder() / FILE))
        raise InputError("`origins` under [trust] are written as https://host.", place=place)
    return frozenset(origin_of(each) for each in (*named, *kept) if each)


def _is_origin(text: str) -> bool:
    """Whether a text is an address without anything after its host and port."""
    return address_fault(text) is None and re.fullmatch(r"\w+://[^/?#]+/?", text) is not None


def distrust(message: str, root: Path, reaches: Sequence[str], place: Place | None = None) -> InputError:
    """The error that asks for trust: what is refused, what else the project would do, and how to allow it."""
    allow = [
        "If you trust it, give --trust, or add its folder to your settings for good:",
        f"in {config_folder() / FILE}, under [trust]: projects = [{_quoted(root)}]",
    ]
    return InputError(message, place=place, hint="\n".join([*reaches, *allow]))


def _quoted(root: Path) -> str:
    """A path as TOML writes it, in basic quotation marks where it must."""
    text = str(root)
    if "'" in text or not text.isprintable():
        return '"' + "".join(_escaped(char) for char in text) + '"'
    return f"'{text}'"


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isprintable() else f"\\u{ord(char):04X}"
