"""What a shape is called in a sentence, and which inner shapes a result is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pyoxigraph import BlankNode

from ogdkg.validation.core.paths import form_at
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.report.names import DisplayNames

MAX_LISTED = 4  # shapes, or parameters of one
MAX_NESTED = 2  # shapes within one another
MAX_MEMBER_CHARACTERS = 50  # characters of the description of one among several
MAX_CHARACTERS = 120  # characters of a description
NO_PATH = "[ ]"
_SINGLE = {
    SH.NodeConstraintComponent: SH.node,
    SH.NotConstraintComponent: SH["not"],
    SH.QualifiedMinCountConstraintComponent: SH.qualifiedValueShape,
    SH.QualifiedMaxCountConstraintComponent: SH.qualifiedValueShape,
}
_LISTED = {
    SH.AndConstraintComponent: SH["and"],
    SH.OrConstraintComponent: SH["or"],
    SH.XoneConstraintComponent: SH.xone,
}
_UNTOLD = (RDF.type, SH.message, SH.severity, SH.name, SH.description, SH.order, SH.group, SH.deactivated)


class ShapeNames:
    """Names the shapes of one shapes graph."""

    def __init__(self, shapes: Shapes, names: DisplayNames) -> None:
        self.shapes = shapes
        self.names = names
        self._below: dict[Term, set[Term]] = {}

    def of(self, shape: Term) -> str:
        """The short form of a shape's IRI; of one without a name, where it stands."""
        if not isinstance(shape, BlankNode):
            return self.names.short(shape)
        above = self._above.get(shape)
        trail = [shape]
        while isinstance(above, BlankNode) and above not in trail:
            trail.append(above)
            above = self._above.get(above)
        steps = [path for each in trail if (path := self.shapes.value(each, SH.path)) is not None]
        if above is None or isinstance(above, BlankNode) or not steps:
            return self.described(shape)
        said = " of ".join(path_text(step, self.shapes, self.names) for step in steps)
        return f"{said} of {self.names.short(above)}"

    def described(self, shape: Term) -> str:
        """The short form of a shape's IRI; of one without a name, its parameters."""
        text = (
            self._parameters(shape, MAX_NESTED) if isinstance(shape, BlankNode) else self.names.short(shape)
        )
        return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 4]} … ]"

    def _parameters(self, node: Term, depth: int) -> str:
        said = self.shapes.about.get(node, {})
        told = [each for each in said if each not in _UNTOLD]
        told.sort(key=lambda each: (each != SH.path, str(each)))
        parts = []
        for parameter in told[:MAX_LISTED]:
            values = ", ".join(self._value(each, depth) for each in said[parameter][:MAX_LISTED])
            parts.append(f"{self.names.short(parameter)} {values}")
        return f"[ {' ; '.join(parts)} ]" if parts else "[ ]"

    def _value(self, value: Term, depth: int) -> str:
        if not isinstance(value, BlankNode):
            return self.names.short(value)
        path = path_text(value, self.shapes, self.names)
        if path != NO_PATH and not self.shapes.values(value, RDF.first):
            return path
        if not depth:
            return "[ … ]"
        if self.shapes.values(value, RDF.first):
            items = self.shapes.items(value)
            shown = " ".join(self._value(each, depth - 1) for each in items[:MAX_LISTED])
            return f"( {shown}{' …' * (len(items) > MAX_LISTED)} )"
        return self._parameters(value, depth - 1)

    def as_member(self, shape: Term, members: Sequence[Term]) -> str:
        """What an inner shape is called among the others: by its number if its description is long."""
        text = self.described(shape)
        is_long = isinstance(shape, BlankNode) and len(text) > MAX_MEMBER_CHARACTERS
        return f"alternative {members.index(shape) + 1}" if is_long and len(members) > 1 else text

    def listed(self, shapes: Sequence[Term], members: Sequence[Term], word: str = "and") -> str:
        """Some of the inner shapes in a sentence."""
        names = [self.as_member(each, members) for each in shapes[:MAX_LISTED]]
        if len(shapes) > MAX_LISTED:
            return f"{', '.join(names)} {word} {len(shapes) - MAX_LISTED} more"
        *others, last = names
        return f"{', '.join(others)} {word} {last}" if others else last

    def members(self, result: Result) -> list[Term]:
        """The inner shapes that a result is about: of the constraint, or the list of it, that failed."""
        if parameter := _SINGLE.get(result.component):
            found: list[Term] = self.shapes.values(result.shape, parameter)
            failed = [each for each in found if self._details(result, each)]
            return failed or found
        heads = (
            self.shapes.values(result.shape, _LISTED[result.component]) if result.component in _LISTED else []
        )
        lists = [self.shapes.items(head) for head in heads]
        return max(lists, key=lambda members: self._fit(result, members), default=[])

    def _fit(self, result: Result, members: list[Term]) -> tuple[int, bool]:
        """How well a result, with its details, can come from a list of shapes."""
        failed = sum(1 for each in members if self._details(result, each))
        could_fail = {
            SH.AndConstraintComponent: failed > 0,
            SH.OrConstraintComponent: failed == len(members),
            SH.XoneConstraintComponent: len(members) - failed != 1,
        }
        owned = sum(1 for detail in result.details if self.owner(detail, members) is not None)
        return owned, could_fail[result.component]

    def failed(self, result: Result, members: Sequence[Term]) -> list[Term]:
        """Those of the inner shapes that the value does not conform to."""
        return [each for each in members if self._details(result, each)]

    def _details(self, result: Result, member: Term) -> bool:
        return any(detail.shape in self.below(member) for detail in result.details)

    def owner(self, detail: Result, members: Sequence[Term]) -> Term | None:
        """The inner shape that a detail belongs to."""
        return next((each for each in members if detail.shape in self.below(each)), None)

    def below(self, shape: Term) -> set[Term]:
        """The shape, and those whose results count as its own: its property shapes."""
        if shape not in self._below:
            found, waiting = {shape}, [shape]
            while waiting:
                new = [each for each in self.shapes.values(waiting.pop(), SH.property) if each not in found]
                found.update(new)
                waiting.extend(new)
            self._below[shape] = found
        return self._below[shape]

    @cached_property
    def _above(self) -> dict[Term, Term]:
        """For each shape without a name, the first shape that refers to it."""
        return {
            each: shape
            for shape in reversed(self.shapes.nodes)
            for each in self.shapes.references(shape)
            if isinstance(each, BlankNode)
        }


def path_text(path: Term, shapes: Shapes, names: DisplayNames) -> str:
    """A path as SPARQL writes it, https://www.w3.org/TR/shacl/#property-paths."""
    if not isinstance(path, BlankNode):
        return names.short(path)
    form = form_at(shapes, path)
    if form is None:
        return NO_PATH
    parts = [path_text(part, shapes, names) for part in form.parts]
    if form.sign == "^":
        return f"^{parts[0]}"
    return f"({form.sign.join(parts)})" if form.sign in "/|" else f"({parts[0]}){form.sign}"
