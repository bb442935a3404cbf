"""What `ogdkg validate` remembers of its runs, by its options and files."""

from __future__ import annotations

import time
from typing import Any

from ogdkg.answer_cache.dependencies import unsure
from ogdkg.cli.session import Session
from ogdkg.errors import OgdkgError
from ogdkg.project.cache_files import Digests
from ogdkg.project.project import Project, find_project
from ogdkg.validation.outcome_cache import DOCUMENTS, SHAPES, Asked, Outcome, fingerprint, recalled, remember

# What does more than judge files, so that nothing of it is remembered.
_DOES_MORE = ("report", "fix", "write_baseline", "endpoint", "no_cache", "changed")
_NO_MATTER = ("output", "timeout", "project")  # an outcome is the same; the project is told by its files
_STDIN = "-"


def project_of(session: Session, files: tuple[str, ...], options: dict[str, Any]) -> Project | None:
    """Return the project whose own files are added to those that are given, if there is one."""
    if files and options["shapes"]:
        return None
    return find_project(options["project"] or session.project, trust=session.trust)


class Memory:
    """What is remembered of one validation.

    Args:
        session: The options before the command's name.
        files: The data files that are given.
        options: All that bears on the outcome, by the names of the options.
    """

    def __init__(self, session: Session, files: tuple[str, ...], options: dict[str, Any]) -> None:
        self._session, self._files, self._options = session, files, options
        self._asked: Asked | None = None
        self._mark: str | None = None
        self._digests = Digests()  # of the bytes, whatever was known before

    def told_again(self) -> Outcome | None:
        """Return what is remembered, after its messages are told again; None if there is nothing."""
        self._asked = self._to_remember()
        self._mark = fingerprint(self._asked, self._digests) if self._asked else None
        outcome = recalled(self._mark) if self._mark else None
        if outcome is not None:
            self._mark = None  # there is nothing to keep
            for message, level in outcome.said:
                self._session.say(message, level=level)
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(outcome.at))
            self._session.say(f"Remembered from {when}, as nothing has changed; --no-cache judges anew.")
        else:
            unsure()  # the next answer says that it is remembered
        return outcome

    def keep(self, outcome: Outcome) -> None:
        """Keep an outcome, unless a file has changed while it was judged, or by being written."""
        if self._asked and self._mark and self._mark == fingerprint(self._asked, self._digests.again()):
            remember(self._mark, outcome)

    def _to_remember(self) -> Asked | None:
        """What the outcome depends on; None if it is not to be remembered."""
        options = self._options
        given = {
            "data": self._files,
            SHAPES: options["shapes"],
            "ontology": options["ontology"],
            DOCUMENTS: options["source"],
            "contexts": [str(path) for path in options["contexts"].values()],
            "baseline": [options["baseline"]] if options["baseline"] else [],
        }
        is_stdin = any(_STDIN in names for names in given.values())
        if is_stdin or any(options[name] for name in _DOES_MORE):
            return None
        try:
            project = project_of(self._session, self._files, options)
        except OgdkgError:  # the validation tells it
            return None
        telling = {name: value for name, value in options.items() if name not in _NO_MATTER}
        return Asked(project, given, telling)
