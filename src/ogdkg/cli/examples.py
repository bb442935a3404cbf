"""Examples in `--help` that are made from the project's own things."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING

from ogdkg.errors import OgdkgError
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import Iri, Literal, local_name

if TYPE_CHECKING:
    from ogdkg.project.project import Project
    from ogdkg.rdf.terms import Quad

_LOOKED_AT = 5_000  # quads of the first file
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
        text = text.replace(hole, shlex.quote(found.get(hole) or word))
    return text


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
    """Return the name of a thing and one of its properties, as ogdkg.toml or the first data file has them."""
    if project.house.example:
        return project.house.example
    from ogdkg.store.codec import read_quads  # only help needs it, in a project that names no example

    for source in project.sources()[:1]:
        quads = list(islice(read_quads(source.path, contexts=dict(source.contexts)), _LOOKED_AT))
        return _first(quads)
    return ()


def _first(quads: Iterable[Quad]) -> tuple[str, ...]:
    """The first label, and another property of what has it."""
    quads = list(quads)
    for quad in quads:
        if quad.predicate.value in LABELS and isinstance(quad.object, Literal):
            others = (each.predicate for each in quads if each.subject == quad.subject)
            other = next((each for each in others if each.value not in LABELS), quad.predicate)
            return quad.object.value, local_name(other.value)
    named = next((quad for quad in quads if isinstance(quad.subject, Iri)), None)
    return (named.subject.value, local_name(named.predicate.value)) if named else ()  # type: ignore[union-attr]
