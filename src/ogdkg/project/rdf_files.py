"""The RDF files that lie in folders, whether or not a layer of a project reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ogdkg.files.globs import matches
from ogdkg.lean import compile_later
from ogdkg.project.project import Project
from ogdkg.rdf.formats import FOR_RDF, LOSSLESS, by_extension

_NOT_A_FOLDER = compile_later(r"[*?\[/]|^\.")  # what names no folder of the project's own


def rdf_files_in(folder: Path) -> list[Path]:
    """Return every RDF file below a folder, sorted."""
    return sorted(
        each for each in folder.rglob("*") if each.is_file() and by_extension(each, FOR_RDF, found=True)
    )


def in_data_folders(project: Project) -> Iterator[Path]:
    """Yield each file in Turtle or a format like it below the folders that the layers name."""
    patterns = (Path(pattern).parts for layer in project.layers for pattern in layer.files)
    folders = {parts[0] for parts in patterns if len(parts) > 1 and not _NOT_A_FOLDER.search(parts[0])}
    for folder in sorted(folders - {"/", ".."}):
        for path, is_outside in matches(project.root, f"{folder}/**/*", follow=project.trusted):
            is_ignored = is_outside and not project.trusted  # nobody wrote this pattern: a link is no fault
            if by_extension(path, LOSSLESS, found=True) and not is_ignored:
                yield path
