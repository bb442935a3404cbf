"""The folder that an import writes into: each name stays below it, and only files of ours are replaced."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.globs import is_inside, matches
from ogdkg.files.names import LONGEST, encoded, quoted, shown
from ogdkg.files.text import reading
from ogdkg.importing.mapping import TableMapping
from ogdkg.importing.values import UnfitError
from ogdkg.project.project import Layer, Project

MARK = "# Written by `ogdkg import`: change the list or its mapping, not this file."
_MAGIC = set("*?[")


def layer_of(project: Project, mapping: TableMapping) -> Layer:
    """The layer that a mapping fills; UsageError where it has no graph for each file."""
    layer = project.layer(mapping.layer)
    if not layer.files or "{stem}" not in (layer.graph or ""):
        hint = "In ogdkg.toml, give it `files` and a `graph` with {stem}."
        raise UsageError(f"The layer {mapping.layer!r} has no graph for each file.", hint=hint)
    return layer


def folder_of(project: Project, mapping: TableMapping) -> Path:
    """Where the layer has its files; InputError where that is outside and the project is not trusted."""
    folder, _, _ = layer_of(project, mapping).files[0].rpartition("/")
    if _MAGIC & set(folder):
        hint = "Let its first pattern name one folder, such as data/facts/*.ttl; or give one with -o."
        raise UsageError(f"The layer {mapping.layer!r} has no folder of its own.", hint=hint)
    return project.file(folder)


def file_name(stem: str) -> str:
    """The name of a source's file: one part of a path, whatever the stem; UnfitError if it is too long."""
    name = encoded(stem)
    name = f"{quoted(name[0]) if name[:1] == '.' else name[:1]}{name[1:]}.ttl"
    if len(os.fsencode(name)) > LONGEST:
        raise UnfitError(f"makes a file name of more than {LONGEST} bytes: {name[:60]}…")
    return name


def check_targets(folder: Path, names: Iterable[str]) -> None:
    """InputError for the first file that would not lie in the folder, or would replace one not of ours."""
    for name in names:
        path = folder / name
        place = Place(shown(path))
        if not is_inside(folder, path.parent):
            raise InputError("A link leads out of the folder that is written.", place=place)
        if path.is_symlink():
            raise InputError("A link stands where a file is to be written.", place=place, hint="Remove it.")
        if path.exists() and not is_ours(path):
            hint = "Move it away, or let the mapping name its files otherwise."
            raise InputError("`ogdkg import` has not written this file.", place=place, hint=hint)


def left_over(folder: Path, files: Mapping[str, object]) -> list[Path]:
    """The files of ours in a folder that are not among those given."""
    found = (match.path for match in matches(folder, "**/*.ttl") if not match.is_outside)
    return [
        path
        for path in found
        if path.relative_to(folder).as_posix() not in files and not path.is_symlink() and is_ours(path)
    ]


def is_ours(path: Path) -> bool:
    """Whether a file begins with the mark."""
    if not path.is_file():
        return False
    with reading(shown(path)), path.open("rb") as file:
        return file.readline(len(MARK) + 2).rstrip(b"\r\n") == MARK.encode()
