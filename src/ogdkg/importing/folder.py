"""The output folder of an import: no file leaves it, and only imported files are replaced."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.globs import is_inside, matches
from ogdkg.files.names import LONGEST, encoded, quoted, shown_path
from ogdkg.files.text import reading
from ogdkg.importing.mapping import TableMapping
from ogdkg.importing.values import UnfitError
from ogdkg.project.project import Layer, Project

MARK = "# Written by `ogdkg import`: change the list or its mapping, not this file."
_MAGIC = set("*?[")


def layer_of(project: Project, mapping: TableMapping) -> Layer:
    """Return the layer of a mapping.

    Raises:
        UsageError: The layer has no named graph per file.
    """
    layer = project.layer(mapping.layer)
    if not layer.files or "{stem}" not in (layer.graph or ""):
        hint = "In ogdkg.toml, give it `files` and a `graph` with {stem}."
        raise UsageError(f"The layer {mapping.layer!r} has no named graph per file.", hint=hint)
    return layer


def folder_of(project: Project, mapping: TableMapping) -> Path:
    """Return the folder of the layer's files.

    Raises:
        InputError: It is outside the project, which is not trusted.
        UsageError: The layer's first pattern names no single folder.
    """
    folder, _, _ = layer_of(project, mapping).files[0].rpartition("/")
    if _MAGIC & set(folder):
        hint = "Let its first pattern name one folder, such as data/facts/*.ttl; or give one with -o."
        raise UsageError(f"The layer {mapping.layer!r} has no folder of its own.", hint=hint)
    return project.file(folder)


def file_name(stem: str) -> str:
    """Return the file name of a source, safe for any stem; raise UnfitError if it is too long."""
    name = encoded(stem)
    name = f"{quoted(name[0]) if name[:1] == '.' else name[:1]}{name[1:]}.ttl"
    if len(os.fsencode(name)) > LONGEST:
        raise UnfitError(f"makes a file name of more than {LONGEST} bytes: {name[:60]}…")
    return name


def check_targets(folder: Path, names: Iterable[str]) -> None:
    """Raise InputError for the first file outside the folder, or that would replace one not imported."""
    for name in names:
        path = folder / name
        place = Place(shown_path(path))
        if not is_inside(folder, path.parent):
            raise InputError("A link leads outside the output folder.", place=place)
        if path.is_symlink():
            raise InputError("The output file is a link.", place=place, hint="Remove it.")
        if path.exists() and not is_imported(path):
            hint = "Move it, or change the file names in the mapping."
            raise InputError("This file was not written by `ogdkg import`.", place=place, hint=hint)


def left_over(folder: Path, files: Mapping[str, object]) -> list[Path]:
    """Return the imported files in a folder that are not in `files`."""
    found = (match.path for match in matches(folder, "**/*.ttl") if not match.is_outside)
    return [
        path
        for path in found
        if path.relative_to(folder).as_posix() not in files and not path.is_symlink() and is_imported(path)
    ]


def is_imported(path: Path) -> bool:
    """Whether a file starts with the mark of an import."""
    if not path.is_file():
        return False
    with reading(shown_path(path)), path.open("rb") as file:
        return file.readline(len(MARK) + 2).rstrip(b"\r\n") == MARK.encode()
