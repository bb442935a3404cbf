"""Replaces files of a project: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from ogdkg.cli.options import Session
from ogdkg.cli.output import check_outputs, opened_output
from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.importing.folder import is_imported
from ogdkg.project.project import Project
from ogdkg.syntax.formatter import FormattedFile


def check_writable(project: Project) -> None:
    """Check that the files of a project may be written; UsageError for those inside the package."""
    if project.packaged:
        raise UsageError("The graph inside the package is read-only.", hint="Name your project with -C.")


def replace_files(session: Session, graph: Graph, files: Sequence[FormattedFile]) -> None:
    """Replace all files, or none: each is complete beside the old one before the first is replaced.

    They are replaced in their order. Only a process that is killed meanwhile leaves some as they were.

    Raises:
        InputError: A file cannot be written, or is another by now.
        UsageError: The graph is that of the package.
    """
    project = graph.project
    if files:
        check_writable(project)
    check_outputs((file.path for file in files), project.root)
    try:
        with ExitStack() as stack:
            for file in reversed(files):  # what is opened last is replaced first
                check = partial(_check, file)
                out = stack.enter_context(opened_output(str(file.path), below=project.root, check=check))
                out.write(file.after)
            for file in files:
                _check(file)
    except BaseException:
        _restore(files, project.root)
        raise
    for file in files:
        session.say(f"Wrote {shown_path(file.path)}")


def mention_imported(session: Session, files: Sequence[FormattedFile]) -> None:
    """Tell of files that the next import of their table would write as they were."""
    count = sum(is_imported(file.path) for file in files)
    if count:
        session.say(f"Written by `ogdkg import`: {count} of the files. Change their tables too.")


def _check(file: FormattedFile) -> None:
    """Raise InputError unless a file is what it was, or a new one is still not there."""
    if file.stamp:
        file.check()
    elif file.path.exists():
        place = Place(shown_path(file.path))
        raise InputError(
            "The file was made in the meantime, and was not overwritten.", place=place, hint="Run it again."
        )


def _restore(files: Sequence[FormattedFile], root: Path) -> None:
    """Put back what was replaced before another file could not be."""
    for file in files:
        with suppress(FileNotFoundError):
            if file.path.read_bytes() == file.after != file.before:
                if not file.stamp:
                    file.path.unlink()
                    continue
                with opened_output(str(file.path), below=root) as out:
                    out.write(file.before)
