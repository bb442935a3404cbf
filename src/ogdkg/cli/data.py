"""Options of commands that read files in place of a project."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ogdkg.answer_cache.dependencies import unsure
from ogdkg.errors import UsageError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.formats import FOR_RDF, by_name

if TYPE_CHECKING:
    from ogdkg.project.project import Project, Source

_OF_PROJECTS = {"layer": "--layer", "endpoint": "--endpoint", "project": "--project"}


class DataOptions(NamedTuple):
    """The files that a command reads in place of a project, and what is told of them."""

    files: tuple[Path, ...]
    unnamed: str | None
    base: str | None
    contexts: dict[str, Path]

    @classmethod
    def taken(cls, options: dict[str, Any], files: Sequence[Path] = ()) -> DataOptions:
        """Take the options out of those of a command; `files` are further ones."""
        unsure()  # one of them may be standard input
        data, unnamed = options.pop("data"), options.pop("unnamed")
        return cls((*data, *files), unnamed, options.pop("base"), options.pop("contexts") or {})

    def sources(self, options: dict[str, Any], *, query_on_stdin: bool = False) -> tuple[Source, ...]:
        """Return the files, of which one may be standard input.

        Args:
            options: Those of the command, among which none may be of a project.
            query_on_stdin: Whether the query has taken standard input.

        Raises:
            UsageError: An option is for a project, or two things are to come from stdin.
        """
        from ogdkg.project.loose import loose_sources  # a project has no such files
        from ogdkg.rdf.terms import parse_iri

        if wrong := next((name for key, name in _OF_PROJECTS.items() if options.get(key)), None):
            raise UsageError(f"{wrong} is for a project.", hint="Leave it out, or the files.")
        form = by_name(self.unnamed, FOR_RDF) if self.unnamed else None
        streams = [str(path) for path in self.files].count("-")
        if streams + query_on_stdin > 1:
            raise UsageError("Only one thing can come from stdin.", hint="Name a file for the other.")
        return loose_sources(
            self.files,
            form=form,
            base=self.base and parse_iri(self.base).value,
            contexts=self.contexts,
            stdin=sys.stdin.buffer.read() if streams else None,
        )

    def need_files(self, option: str) -> None:
        """Raise UsageError for an option that is given without files."""
        if not self.files:
            raise UsageError(f"{option} is for files.", hint="Name them with --data FILE, or leave it out.")

    def refuse_alone(self) -> None:
        """Raise UsageError for what is told of files where there are none."""
        for option, value in (("--context", self.contexts), ("--from", self.unnamed)):
            if value:
                self.need_files(option)


def asked_of_files(project: Project, options: dict[str, Any]) -> Project:
    """Return the project with the files that are given in place of its layers.

    Its stored queries, prefixes and languages stay.
    """
    options.pop("project", None)  # it names the project of the query
    given = given_project(options)
    options["no_cache"] = True
    return project._replace(
        title=given.title,
        layers=given.layers,
        prefixes={**given.prefixes, **project.prefixes},
        default_layers=(),
        beside_layers=(),
        loose=given.loose,
    )


def given_project(options: dict[str, Any]) -> Project:
    """Return the files that are given as a project, and take what is told of them out of the options."""
    data = DataOptions.taken(options)
    for option, value in (("--context", data.contexts), ("--from", data.unnamed), ("--base", data.base)):
        if value:
            data.need_files(option)
    from ogdkg.graph.loose import project_of

    return project_of(data.sources(options))


def context_files(given: Sequence[str]) -> dict[str, Path]:
    """The file of each address that `--context` names.

    Raises:
        UsageError: It is not written as URL=FILE.
    """
    contexts = {}
    for text in given:
        address, equals, file = text.rpartition("=")
        if not equals or not address or not file:
            hint = "For example: --context https://schema.org/=schemaorg.jsonld"
            raise UsageError(f"--context takes URL=FILE, not {text!r}.", hint=hint)
        contexts[address] = Path(file)
    return contexts
