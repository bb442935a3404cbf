"""What would be wrong in a project once files have changed, and is not wrong now."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place
from ogdkg.files.globs import is_inside
from ogdkg.files.names import shown_path
from ogdkg.project.project import CONFIG, Project, read_project
from ogdkg.renaming.moves import Moves
from ogdkg.render.reports.words import about, advised
from ogdkg.syntax.formatter import FormattedFile
from ogdkg.text.escape import one_line
from ogdkg.validation.core.results import Finding, Report, Severity
from ogdkg.validation.operation import Inputs, validate
from ogdkg.validation.project import project_inputs


class Fault(NamedTuple):
    """What would be found wrong, and how grave it is."""

    severity: Severity
    sentence: str


def new_faults(
    project: Project, rdf: Sequence[Path], changed: Sequence[FormattedFile], moves: Moves
) -> list[str]:
    """Return the violations that files would have and have not now, a sentence each.

    Args:
        project: The project.
        rdf: Its files with statements.
        changed: Those that change.
        moves: What becomes of IRIs.
    """
    return [each.sentence for each in new_findings(project, rdf, changed, moves, Severity.VIOLATION)]


def new_findings(
    project: Project,
    rdf: Sequence[Path],
    changed: Sequence[FormattedFile],
    moves: Moves,
    least: Severity = Severity.INFO,
) -> list[Fault]:
    """Return what would be found wrong in files and is not now.

    A copy of the project is validated, so that its rules run over what it would say. One that reads files
    outside its folder is not.

    Args:
        project: The project.
        rdf: Its files with statements.
        changed: Those that change.
        moves: What becomes of IRIs.
        least: The least severity that counts.
    """
    if not changed or not all(is_inside(project.root, each) for each in rdf):
        return []
    with tempfile.TemporaryDirectory(prefix="ogdkg-") as folder:
        try:
            after = _report(_copied(project, rdf, changed, Path(folder)))
        except InputError as error:
            error.place = _in_project(error.place, Path(folder), project.root)
            raise
    counted = [each for each in after.findings if each.severity >= least]
    if not counted:
        return []
    known = Counter(_key(each, moves) for each in _report(project).findings)
    # A deprecated thing keeps its statements: what was wrong is still wrong, with it or with its successor.
    moved = moves if moves.keeps_descriptions else Moves()
    found = []
    for each in counted:
        key = _key(each, moved)
        known[key] -= 1
        if known[key] < 0:
            what = about(after, each)
            sentence = f"{what}: {advised(each)}" if what else advised(each)
            found.append(Fault(each.severity, one_line(sentence)))
    return found


def _in_project(place: Place | None, folder: Path, root: Path) -> Place | None:
    """A place in the copy of a project as one in the project itself."""
    file = os.path.realpath(place.file) if place else ""
    if place is None or not is_inside(folder, Path(file)):
        return place
    return place._replace(file=shown_path(root / os.path.relpath(file, os.path.realpath(folder))))


def _report(project: Project) -> Report:
    return validate(project_inputs(project, Inputs((), ())))


def _key(finding: Finding, moves: Moves) -> tuple[str, str]:
    """What a finding is known by: its rule and its focus node. Labels of blank nodes tell nothing: they are
    numbered through the files, so that one more changes those of others."""
    if str(finding.focus).startswith("_:"):
        return finding.rule, ""
    focus = str(getattr(finding.focus, "value", ""))
    return finding.rule, moves.successor(focus) or focus


def _copied(project: Project, rdf: Iterable[Path], files: Iterable[FormattedFile], folder: Path) -> Project:
    """A copy of a project with its files as they would be."""
    changed = {each.path: each.after for each in files}
    others = [project.root / CONFIG, *project.rule_files, *project.context_files.values()]
    others += [project.file(name) for name in (project.context, project.source) if name]
    queries = project.files(["queries/**/*.rq"]) if project.queries.is_dir() else []
    for path in dict.fromkeys((*rdf, *others, *queries, *changed)):
        if not is_inside(project.root, path) or not (path.is_file() or path in changed):
            continue
        copy = folder / path.relative_to(project.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path in changed:
            copy.write_bytes(changed[path])
        else:
            shutil.copyfile(path, copy)
    return read_project(folder, trust=project.trust)
