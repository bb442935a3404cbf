"""The display order of properties: `sh:name`, `sh:group` and `sh:order` of a project's property shapes.

https://www.w3.org/TR/shacl/#nonValidation
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogdkg.lean import NamedTuple
from ogdkg.project.project import Project
from ogdkg.rdf.labels import language_key
from ogdkg.rdf.lists import members
from ogdkg.rdf.property_paths import PathForm, form_of
from ogdkg.rdf.terms import RDFS, SH, Iri, Literal, Subject, Term, TripleTerm
from ogdkg.store.codec import read_quads

_PAIR = 2  # properties of a sequence that can be shown: to a thing, and to its text


class Step(NamedTuple):
    """A property, followed forwards or, if `inverse`, from object to subject."""

    predicate: Iri
    inverse: bool = False


class DisplayedProperty(NamedTuple):
    """How shapes display a property.

    Attributes:
        steps: The properties it stands for, several for an alternative path.
        text: The properties that give the text of a value, those of a sequence path after its first.
        name: Its name.
        group: The label of its group.
        order: Its sort key.
        spelled: Its name in every language, in lower case, and so that of its group.
    """

    steps: tuple[Step, ...]
    name: str
    group: str
    order: tuple[float, str, float, str]
    text: tuple[Iri, ...] = ()
    spelled: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


class _Shapes:
    """The triples of the shapes files, by subject and predicate."""

    def __init__(self, project: Project) -> None:
        self._languages = project.languages
        self._objects: dict[Subject, dict[str, list[Term]]] = {}
        for number, path in enumerate(project.files(project.shapes_display)):
            for quad in read_quads(path, blank_prefix=f"f{number}"):
                objects = self._objects.setdefault(quad.subject, {})
                objects.setdefault(quad.predicate.value, []).append(quad.object)

    def grouped(self) -> Iterator[Subject]:
        return (
            node
            for node, objects in self._objects.items()
            if SH + "group" in objects and SH + "path" in objects
        )

    def values(self, node: Term | None, predicate: str) -> list[Term]:
        if node is None or isinstance(node, Literal | TripleTerm):
            return []
        return self._objects.get(node, {}).get(predicate, [])

    def one(self, node: Term | None, predicate: str) -> Term | None:
        return next(iter(self.values(node, predicate)), None)

    def literal(self, node: Term | None, predicate: str) -> str:
        """Return a text, in the language that the project prefers."""
        texts = [each for each in self.values(node, predicate) if isinstance(each, Literal)]
        return (
            min(texts, key=lambda each: language_key(each.language, self._languages)).value if texts else ""
        )

    def spelled(self, node: Term | None, predicate: str) -> frozenset[str]:
        """Return a text in every language, in lower case."""
        texts = self.values(node, predicate)
        return frozenset(each.value.casefold() for each in texts if isinstance(each, Literal))

    def number(self, node: Term | None, predicate: str) -> float:
        try:
            return float(self.literal(node, predicate))
        except ValueError:
            return float("inf")  # without an order, it comes last

    def steps(self, path: Term | None) -> tuple[Step, ...]:
        """Return the first steps of a property path; none for a path that cannot be displayed.

        Each part is read once, as a path that is no tree has no end.
        """
        found: dict[Step, None] = {}
        seen: set[Term] = set()
        waiting = [path]
        while waiting:
            part = waiting.pop()
            if part is None or part in seen:
                continue
            seen.add(part)
            sign, parts = self._form(part)
            if sign == "|":
                waiting += parts[::-1]
            elif sign == "/" and len(parts) == _PAIR:
                waiting.append(parts[0])
            elif sign in ("", "^"):
                found |= {Step(each, sign == "^"): None for each in parts if isinstance(each, Iri)}
        return tuple(found)

    def text(self, path: Term | None) -> tuple[Iri, ...]:
        """Return the second properties of pairs: they give the text of what the first ones find."""
        form = self._form(path)
        forms = map(self._form, form.parts) if form.sign == "|" else [form]
        seconds = (parts[1] for sign, parts in forms if sign == "/" and len(parts) == _PAIR)
        return tuple(each for each in seconds if isinstance(each, Iri))

    def _form(self, path: Term | None) -> PathForm:
        return form_of(_Paths(self), path) or PathForm("", ())


class _Paths(NamedTuple):
    """Shapes as paths are read from them."""

    shapes: _Shapes

    def is_iri(self, node: Term | None) -> bool:
        return isinstance(node, Iri)

    def values(self, node: Term | None, name: str) -> Sequence[Term]:
        return self.shapes.values(node, SH + name)

    def items(self, node: Term | None) -> Sequence[Term]:
        return [*members(node, self.shapes.values)]


class Display:
    """The properties that shapes display, by group and by step, by their places in the order of all."""

    def __init__(self, shown: Sequence[DisplayedProperty]) -> None:
        self.shown = shown
        self.by_step: dict[Step, list[int]] = {}
        self.groups: dict[str, list[int]] = {}
        for number, each in enumerate(shown):
            self.groups.setdefault(each.group, []).append(number)
            for step in each.steps:
                self.by_step.setdefault(step, []).append(number)


def shown_properties(project: Project) -> Sequence[DisplayedProperty]:
    """Return the properties that the project's shapes group, in display order; none without such shapes."""
    shapes = _Shapes(project)
    properties = (_shown(shapes, node) for node in shapes.grouped())
    return sorted((shown for shown in properties if shown.steps), key=lambda shown: shown.order)


def _shown(shapes: _Shapes, node: Subject) -> DisplayedProperty:
    group = shapes.one(node, SH + "group")
    title = shapes.literal(group, RDFS + "label") or (group.value if isinstance(group, Iri) else "")
    name = shapes.literal(node, SH + "name")
    order = shapes.number(group, SH + "order"), title, shapes.number(node, SH + "order"), name
    path = shapes.one(node, SH + "path")
    spelled = shapes.spelled(node, SH + "name"), shapes.spelled(group, RDFS + "label")
    return DisplayedProperty(shapes.steps(path), name, title, order, shapes.text(path), spelled)
