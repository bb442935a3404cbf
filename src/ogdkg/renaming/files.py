"""The files of a project that name IRIs which move: each as it is, and as it would be."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, OgdkgError, Place
from ogdkg.files.atomic import stamp
from ogdkg.files.globs import is_inside
from ogdkg.files.names import shown_path
from ogdkg.files.text import read_text, reading
from ogdkg.graph.graph import Graph
from ogdkg.project.project import CONFIG, Project
from ogdkg.rdf.formats import FOR_RDF, LOSSLESS, Format, by_extension, is_packed
from ogdkg.rdf.terms import SH, SKOS, Iri, Triple
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.texts import Texts
from ogdkg.renaming.turtle import Turtle, edited
from ogdkg.renaming.working import Work, worked
from ogdkg.store.codec import quad_of, raw_quads
from ogdkg.syntax.formatter import FORMATS, FormattedFile
from ogdkg.syntax.layout import layout
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source, from_file

_TAIL = re.compile(r"[0-9A-Za-z]*$")
_NAMESPACE = re.compile(rb":\s*<([^<>\s]*)>")
_LEFT_OUT = ("node_modules", "__pycache__")
_COMMAND = "the command"
_BY_HAND = "Change it by hand, and run the command again."


class Edited(NamedTuple):
    """The files that change.

    Attributes:
        rdf: Those with statements.
        others: Queries, questions, mappings and settings.
    """

    rdf: list[FormattedFile]
    others: list[FormattedFile]

    @property
    def all(self) -> list[FormattedFile]:
        """All files that change."""
        return [*self.rdf, *self.others]


def _without(document: Turtle, removed: frozenset[Triple]) -> Source:
    """A document without some statements; InputError if they cannot be taken out in place."""
    source, form, base, *_ = document
    if not removed:
        return source
    left = worked(bytes(source.data), form, source.name, base, Work({}, removed, ()), _BY_HAND)
    return Source(left, source.name)


def _doubled(document: Turtle, moves: Moves) -> frozenset[Triple]:
    """The statements of a document that would only say again of a thing what it says already."""
    if not moves.exact or not _may_name(bytes(document.source.data), moves):
        return frozenset()
    quads = {each.quad for each in Reader(document.source, document.form.name, document.base)}
    again: dict[Triple, bool] = {}
    for quad in quads:
        moved = moves.quad(quad)
        if moved.subject == quad.subject and moved.object != quad.object:
            triple = quad.triple
            again[triple] = again.get(triple, True) and moved in quads  # in each of its graphs
    return frozenset(triple for triple, is_again in again.items() if is_again)


class ProjectFiles:
    """The files of a project in which IRIs are named.

    Args:
        graph: The graph of the project.
    """

    def __init__(self, graph: Graph) -> None:
        self._project = graph.project
        sources = [source.path for source in graph.whole.files]
        self.rdf = list(dict.fromkeys((*sources, *self._project.files(self._project.patterns))))

    def edited(self, moves: Moves, without: frozenset[Triple] = frozenset()) -> Edited:
        """Return the files that change.

        Args:
            moves: What becomes of IRIs.
            without: Statements to take out before.

        Raises:
            InputError: A file that names such an IRI cannot be edited in place.
        """
        texts = Texts(moves, self._project.prefixes)
        rdf = [found for path in self.rdf if (found := self._rdf(path, moves, without))]
        others = [
            found
            for path, edit in self._others(texts)
            if (found := _edited_text(path, edit)) and self._is_ours(path)
        ]
        return Edited(rdf, others)

    # -- statements ------------------------------------------------------------

    def _rdf(self, path: Path, moves: Moves, without: frozenset[Triple]) -> FormattedFile | None:
        form = by_extension(path, FOR_RDF)
        if form is None or form not in LOSSLESS:
            self._refuse_if_named(path, moves)
            return None
        with reading(shown_path(path)):
            now, read = stamp(path), time.time_ns()
        source = Source(bytes(from_file(path).data), shown_path(path))
        named = {each.subject.value: "" for each in without if isinstance(each.subject, Iri)}
        if not _may_name(bytes(source.data), replace(moves, exact={**named, **moves.exact})):
            return None
        kept = _without(self.turtle(path, source, form), without)
        with suppress(OgdkgError):  # what is said twice is no fault
            kept = _without(self.turtle(path, kept, form), _doubled(self.turtle(path, kept, form), moves))
        after = edited(self.turtle(path, kept, form), moves)
        if after == source.data or not self._is_ours(path):
            return None
        if is_packed(path):
            raise _not_edited(path, "is packed", "Unpack it, and run the command again.")
        after = laid_out(bytes(source.data), after, source.name, form)
        return FormattedFile(path, bytes(source.data), after, now, read, _COMMAND)

    def turtle(self, path: Path, source: Source, form: Format) -> Turtle:
        """Return a document to edit."""
        return Turtle(
            source, form, path.resolve().as_uri(), self._declared(), {"skos": SKOS, **self._project.prefixes}
        )

    def _declared(self) -> dict[str, str]:
        """The prefixes that shapes declare for their queries (SHACL, 5.2.1)."""
        if not hasattr(self, "_of_shapes"):
            self._of_shapes = dict(_declared_in(self._project))
        return self._of_shapes

    def _refuse_if_named(self, path: Path, moves: Moves) -> None:
        """Raise InputError if a file that is not edited in place names an IRI that moves."""
        form = by_extension(path, FOR_RDF)
        if form is None:
            return
        for raw in raw_quads(path, contexts=self._project.context_files):
            quad = quad_of(raw)
            if moves.quad(quad) != quad:
                hint = "Make Turtle of it with `ogdkg convert`, or change it by hand first."
                raise _not_edited(path, f"names what changes, and is {form.name}", hint)

    def _is_ours(self, path: Path) -> bool:
        """Whether a file may be written; raises InputError if it may not."""
        if not is_inside(self._project.root, path) or path.is_symlink():
            raise _not_edited(path, "is outside the project's folder, or a link", "Change it by hand first.")
        return True

    # -- all others --------------------------------------------------------------

    def _others(self, texts: Texts) -> Iterator[tuple[Path, Callable[[str], str]]]:
        project = self._project
        yield project.root / CONFIG, texts.settings
        queries = project.files(["queries/**/*.rq"]) if project.queries.is_dir() else []
        for path in dict.fromkeys((*queries, *project.rule_files)):
            yield path, texts.query
        for path in project.files(["queries/questions/*.yaml"]):
            yield path, texts.question
        contexts = [project.file(project.context)] if project.context else []
        for path in dict.fromkeys((*contexts, *project.context_files.values())):
            if path.is_file():
                yield path, texts.context
        for path in _mappings(project):
            yield path, texts.mapping


def laid_out(before: bytes, after: bytes, name: str, form: Format) -> bytes:
    """Return a changed document in canonical form, if it was in that form before.

    Args:
        before: The document before the change.
        after: The changed document.
        name: Its name, for an error.
        form: Its format; one that has no canonical form here stays as it is.
    """
    if form not in FORMATS:
        return after
    try:
        was = layout(Source(before, name), form).encode()
    except OgdkgError:
        return after
    return layout(Source(after, name), form).encode() if was == before else after


def _edited_text(path: Path, edit: Callable[[str], str]) -> FormattedFile | None:
    with reading(shown_path(path)):
        now, read, before = stamp(path), time.time_ns(), path.read_bytes()
    text = read_text(path, shown_path(path))
    after = edit(text)
    return FormattedFile(path, before, after.encode(), now, read, _COMMAND) if after != text else None


def _not_edited(path: Path, why: str, hint: str) -> InputError:
    return InputError(
        f"This file {why}: it is not edited in place.", place=Place(shown_path(path)), hint=hint
    )


def _may_name(data: bytes, moves: Moves) -> bool:
    """Whether a document may name an IRI that moves; where it spells IRIs in unusual ways, it may."""
    if moves.namespace or b"\\u" in data or b"\\U" in data:
        return True
    namespaces = set(_NAMESPACE.findall(data))
    for iri in moves.exact:
        tail = _TAIL.search(iri)
        end = tail[0].encode() if tail else b""
        if end in data:
            return True
        begin = iri.encode()
        if any(begin.startswith(each) and len(each) > len(begin) - len(end) for each in namespaces):
            return True
    return False


def _declared_in(project: Project) -> Iterator[tuple[str, str]]:
    for path in project.files(project.shapes):
        form = by_extension(path, LOSSLESS)
        if form is None:
            continue
        said: dict[object, dict[str, str]] = {}
        for each in Reader(from_file(path), form.name, path.resolve().as_uri()):
            if each.predicate.value in (SH + "prefix", SH + "namespace"):
                said.setdefault(each.subject, {})[each.predicate.value] = getattr(each.object, "value", "")
        for pair in said.values():
            if len(pair) == 2:
                yield pair[SH + "prefix"], pair[SH + "namespace"]


def _mappings(project: Project) -> Iterator[Path]:
    """The mappings of tables, which no settings name."""
    for folder, folders, names in os.walk(project.root):
        folders[:] = sorted(each for each in folders if each[0] != "." and each not in _LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(".toml") and name != CONFIG and not path.is_symlink() and _is_mapping(path):
                yield path


def _is_mapping(path: Path) -> bool:
    import tomllib  # few projects have one

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data.get("output"), dict) and bool({"template", "property"} & set(data))
