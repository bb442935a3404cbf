"""The changes between two versions as objects: what `ogdkg diff` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import takewhile
from pathlib import Path
from typing import Any, overload

from ogdkg.api.notebook import list_html
from ogdkg.api.views import View
from ogdkg.diff.compare import difference
from ogdkg.diff.lines import Lines, Readings
from ogdkg.diff.model import Difference
from ogdkg.diff.repository import Repository, Revision
from ogdkg.diff.revisions import File, Revisions, Version, version, working_tree
from ogdkg.errors import UnknownNameError
from ogdkg.project.project import Project
from ogdkg.render.views.changes import as_json, as_markdown, as_text, change_lines
from ogdkg.text.escape import one_line

_LIMITS = ("breaking", "additive", "any")


class ChangedThing:
    """The changes of one thing.

    Attributes:
        iri: Its IRI; None for a blank node.
        name: Its label or IRI.
        kind: `added`, `removed` or `changed`.
        changes: Its changes, each with `kind`, `path`, `before`, `after` and `impact` (breaking, additive or
            editorial); a value has its file, line and column.
        lines: Its changes in words.
    """

    def __init__(self, whole: dict[str, Any], lines: Sequence[str]) -> None:
        self.iri, self.kind, self.changes = whole["iri"], whole["kind"], whole["changes"]
        self.name: str = whole["label"] or whole["iri"] or "a blank node"
        self.lines, self._whole = tuple(lines), whole

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, as `ogdkg diff -f json` writes it."""
        return dict(self._whole)

    def __repr__(self) -> str:
        return one_line(f"<{self.name}: {self.kind}, {len(self.changes)} changes>")


class Changes(View, Sequence[ChangedThing]):
    """The things that two versions differ in; empty if in none."""

    def __init__(self, found: Difference) -> None:
        self._found = found
        self._whole: dict[str, Any] = json.loads("".join(as_json(found)))
        lines = map(list, change_lines(found))
        self._things = [ChangedThing(*each) for each in zip(self._whole["things"], lines, strict=True)]

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> ChangedThing: ...

    @overload
    def __getitem__(self, place: slice) -> list[ChangedThing]: ...

    def __getitem__(self, place: int | slice) -> ChangedThing | list[ChangedThing]:
        return self._things[place]

    def fails(self, fail_on: str = "any") -> bool:
        """Whether a change is as grave as `fail_on`, or graver: then the command's exit code is 1.

        Args:
            fail_on: `breaking`, `additive`, or `any`.

        Raises:
            UsageError: There is no such gravity.
        """
        if fail_on not in _LIMITS:
            raise UnknownNameError("gravity", fail_on, _LIMITS, see=f"Choose one of: {', '.join(_LIMITS)}.")
        return self._found.fails(fail_on)

    def to_dict(self) -> dict[str, Any]:
        """Return the changes as plain values."""
        return dict(self._whole)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the changes of each thing as plain values."""
        return [each.to_dict() for each in self]

    def to_markdown(self) -> str:
        """Return the changes as Markdown, for a pull request."""
        return "".join(as_markdown(self._found))

    def _text(self) -> Iterable[str]:
        return as_text(self._found)

    def __repr__(self) -> str:
        return f"<{len(self)} changed things>"

    def _repr_html_(self) -> str:
        entries = ((each.name, line) for each in self for line in each.lines)
        return list_html(("Thing", "Change"), entries, repr(self)[1:-1])


class History:
    """Compares revisions of a project; what several of them have in common is read once."""

    def __init__(self, project: Project) -> None:
        self._project, self._revisions = project, Revisions(project.root)
        self._known: Readings = {}

    def version(self, revision: Revision, patterns: tuple[str, ...]) -> Version:
        """Return the files of a revision that fit a pattern."""
        return self._revisions.version(revision.commit, patterns)

    def lines(self, files: Iterable[File]) -> closing[Lines]:
        """Return what files of a revision state, as lines of N-Quads for a `with` block."""
        return closing(Lines(files, self._project.context_files, self._known))

    def compared(self, before: Revision, after: Revision) -> Changes:
        """Compare two revisions, as `compared` does."""
        patterns = self._project.patterns
        return _changes(
            self._project, self.version(before, patterns), self.version(after, patterns), self._known
        )


def compared(project: Project, before: str, after: str | None) -> Changes:
    """Compare two versions, as `Graph.diff` says."""
    folder, patterns = (Path(), ()) if project.packaged else (project.root, project.patterns)
    old = version(before, folder, patterns)
    new = version(after, folder, patterns) if after else working_tree(folder, patterns)
    return _changes(project, old, new)


def _changes(project: Project, old: Version, new: Version, known: Readings | None = None) -> Changes:
    passages = [each for layer in project.layers if (each := layer.passage_metadata_graph)]
    return Changes(difference(old, new, project.context_files, passages, project.languages, known))


def recent_revisions(project: Project, most: int) -> list[Revision]:
    """Return the last git revisions that changed a file of a project, the newest first.

    `History` tells in words what has changed between two of them.

    Args:
        project: The project; its folder is in a git repository.
        most: How many at most.

    Raises:
        UsageError: There is no repository, or git is not installed.
    """
    paths = dict.fromkeys(map(_fixed_part, project.patterns))
    return Repository(project.root).revisions(list(paths) or ["."], most)


def _fixed_part(pattern: str) -> str:
    """The path before the first wildcard of a pattern.

    >>> _fixed_part("data/*.ttl"), _fixed_part("*.ttl"), _fixed_part("a/b.ttl")
    ('data', '.', 'a/b.ttl')
    """
    parts = pattern.split("/")
    fixed = list(takewhile(lambda part: not set(part) & set("*?[{"), parts))
    return "/".join(fixed) or "."
