"""Examples in `--help` that are made from the project's own things."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ogdkg.errors import OgdkgError
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import RDF, Iri, Literal, local_name
from ogdkg.text.escape import one_line

if TYPE_CHECKING:
    from ogdkg.project.project import Project
    from ogdkg.rdf.terms import Quad

_LOOKED_AT, _FILES = 5_000, 10  # quads, and files that they are from
# What stands in a help text for something of the project, and the word for it where there is none.
_HOLES = {
    "{thing}": "NAME",
    "{property}": "PROPERTY",
    "{word}": "WORD",
    "{layer}": "LAYER",
    "{query}": "NAME",
}


def filled(text: str, find: Callable[[], Project]) -> str:
    """Return a help text with its holes filled; see `cli.options.ExampleCommand`."""
    try:
        project = find()
        found = {hole: _filling(project, hole) for hole in _HOLES if hole in text}
    except (OgdkgError, OSError):  # a project that cannot be read has help nevertheless
        found = {}
    for hole, word in _HOLES.items():
        text = text.replace(hole, shlex.quote(one_line(found.get(hole) or word)))
    return text


def has_passages(find: Callable[[], Project]) -> bool:
    """Whether a project cites passages, by its ogdkg.toml; one that cannot be read may."""
    try:
        project = find()
    except (OgdkgError, OSError):
        return True
    is_told = project.source or project.house.passages != type(project.house.passages)()
    return bool(is_told or any(layer.passage_metadata_graph for layer in project.layers))


def _filling(project: Project, hole: str) -> str | None:
    """What stands in a hole; None where the project has nothing of the kind."""
    if hole == "{layer}":
        return project.layers[0].name if project.layers else None
    if hole == "{query}":
        from ogdkg.catalogue.catalogue import Catalogue  # few help texts need it

        return next((name for name in Catalogue(project).paths if not name.startswith("-")), None)
    thing, of = (*example_of(project), "", "")[:2]
    return {"{thing}": thing, "{property}": of, "{word}": thing.partition(" ")[0].lower()}[hole] or None


def example_of(project: Project) -> tuple[str, ...]:
    """Return the name of a thing and a property of it, as ogdkg.toml or the first data files have them."""
    if project.house.example:
        return project.house.example
    from ogdkg.store.codec import read_quads  # only help needs it, in a project that names no example

    quads: list[Quad] = []
    for source in project.sources()[:_FILES]:
        room = _LOOKED_AT - len(quads)
        quads += islice(read_quads(source.path, contexts=dict(source.contexts)), max(room, 0))
    return _first(quads)


def _first(quads: Sequence[Quad]) -> tuple[str, ...]:
    """The first label of a thing with another property, and that; else any label."""
    labels = [quad for quad in quads if quad.predicate.value in LABELS and isinstance(quad.object, Literal)]
    said: dict[object, Iri] = {}
    for quad in quads:
        if quad.predicate.value not in (*LABELS, RDF + "type"):
            said.setdefault(quad.subject, quad.predicate)
    for quad in (*(each for each in labels if each.subject in said), *labels):
        return quad.object.value, local_name(said.get(quad.subject, quad.predicate).value)  # type: ignore[union-attr]
    named = next((quad for quad in quads if isinstance(quad.subject, Iri)), None)
    return (named.subject.value, local_name(named.predicate.value)) if named else ()  # type: ignore[union-attr]
