"""Where something new goes: the file with most of its kind, or one of its own where each thing has one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ogdkg.drafting.draft import home_of
from ogdkg.drafting.stating import Stated
from ogdkg.drafting.values import slug
from ogdkg.errors import UsageError
from ogdkg.evidence.passage_draft import PassageDraft
from ogdkg.files.globs import is_inside, is_match
from ogdkg.files.names import shown_path
from ogdkg.project.project import Project
from ogdkg.rdf import formats
from ogdkg.rdf.formats import LOSSLESS, Format, by_extension, is_packed
from ogdkg.rdf.terms import Iri, local_name
from ogdkg.sheets.contents import TYPE, DataFile, said_of
from ogdkg.sheets.operation import may_grow
from ogdkg.sheets.template import Sheets

_WITH_GRAPHS = (formats.TRIG, formats.NQUADS)


class Home(NamedTuple):
    """A file that takes something new, and its format."""

    path: Path
    form: Format


def home(sheets: Sheets, of: Iri, iri: Iri, stated: Stated, file: str | None) -> Home:
    """Return where something new goes.

    Args:
        sheets: The forms of the project.
        of: Its class.
        iri: Its IRI.
        stated: What states it.
        file: The file that somebody chose.

    Raises:
        UsageError: The file cannot take it.
    """
    project = sheets.graph.project
    path = (project.root / file if not Path(file).is_file() else Path(file)) if file else None
    path = path or _found(sheets, of, iri, stated)
    form = None if is_packed(path) else by_extension(path, LOSSLESS)
    if form is None or not is_inside(project.root, path) or path.is_symlink() or path.is_dir():
        hint = "Name a Turtle or TriG file of the project with --in."
        raise UsageError(f"{shown_path(path)} cannot take something new.", hint=hint)
    if stated.passage and form not in _WITH_GRAPHS:
        hint = "Name a TriG file with --in, or leave the passage out."
        raise UsageError(f"{shown_path(path)} has no named graphs, which passages need.", hint=hint)
    if file:
        _check_is_read(project, path)
    return Home(path, form)


def _check_is_read(project: Project, path: Path) -> None:
    """Raise UsageError unless a layer of the project has the file, or will have it."""
    name = path.resolve().relative_to(project.root.resolve()).as_posix()
    patterns = [each for layer in project.layers for each in layer.files]
    if not any(is_match(each, name) for each in patterns):
        hint = f"Its layers read {', '.join(patterns[:6])}."
        raise UsageError(f"No layer of the project reads {shown_path(path)}.", hint=hint)


def _found(sheets: Sheets, of: Iri, iri: Iri, stated: Stated) -> Path:
    project, end = sheets.graph.project, local_name(iri.value)
    has_passage = stated.passage is not None
    if has_passage and not isinstance(stated.passage, PassageDraft):
        kind = _Kind(_of_passage(sheets, stated), Counter())
    else:
        kind = _kind(sheets, of, has_passage=has_passage)
    if kind.apart * 2 > kind.described.total():
        first = kind.described.most_common(1)[0][0].path
        apart = first.with_name(f"{end}{first.suffix}")
        if not apart.exists():
            return apart
    named = Counter({file: n for file, n in kind.mentioned.items() if _is_named(sheets, of, iri, file)})
    for counted in (named, kind.described):
        if counted:
            return counted.most_common(1)[0][0].path
    kind_of_thing = slug(local_name(of.value)) or end
    return project.root / home_of(sheets.graph, of, kind_of_thing, has_passage=has_passage).file


class _Kind(NamedTuple):
    """Where the things of a class are.

    Attributes:
        described: How many things each file says the class of.
        mentioned: How many things each file says anything of.
        apart: How many things have a file that is named as they are.
    """

    described: Counter[DataFile]
    mentioned: Counter[DataFile]
    apart: int = 0


def _kind(sheets: Sheets, of: Iri, *, has_passage: bool) -> _Kind:
    """Where the things of a class are, in files that may take another."""
    described, mentioned, apart = Counter[DataFile](), Counter[DataFile](), 0
    for thing, files in sheets.said(of).files.items():
        for file, predicates in files.items():
            fits = file.has_passages and file.is_editable if has_passage else may_grow(file)
            if fits and is_inside(sheets.graph.project.root, file.path):
                mentioned[file] += 1
                described[file] += TYPE in predicates
                apart += TYPE in predicates and slug(file.path.stem) == slug(local_name(thing.value))
    return _Kind(+described, mentioned, apart)


def _is_named(sheets: Sheets, of: Iri, iri: Iri, file: DataFile) -> bool:
    """Whether a file is named by a class, or by the prefix of its things, as `towns.ttl` is by `town:`."""
    stem = slug(file.path.stem)
    prefix = sheets.short(iri).partition(":")[0]
    names = {slug(sheets.forms.label_in(of)), slug(local_name(of.value)), slug(prefix)}
    return any(stem in (each, f"{each}s", f"{each}es", f"{each[:-1]}ies") for each in names if each)


def _of_passage(sheets: Sheets, stated: Stated) -> Counter[DataFile]:
    """The file that describes a passage."""
    passage = Iri(stated.described.iri) if stated.described else Iri("")
    files = [each for each in sheets.files if each.has_passages and each.is_editable]
    return Counter(said_of(sheets.graph, files, [passage]).files[passage].keys())
