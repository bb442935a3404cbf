"""Resources in Python: found by name, their properties as attributes, each value with its citations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ogdkg.api.locking import locked
from ogdkg.errors import UnknownNameError, nearest
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.show import Line, Profile, Value, profile, translated
from ogdkg.rdf.python_values import Value as PythonValue
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.text.escape import html, one_line


@dataclass(frozen=True)
class CitedValue:
    """A value of a property with its citations.

    Attributes:
        value: A `Resource`, a number, a boolean, a date, or text.
        text: The value as text; a resource by its label.
        citations: The named graphs that state the value, passages first.
        lines: The citations in short, such as `L12`.
        shown: The value as `ogdkg show` has it, with its details.
    """

    value: Resource | PythonValue
    text: str
    citations: tuple[Citation, ...] = field(repr=False)
    lines: str
    shown: Value = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, object]:
        """Return the value as `ogdkg show -f json` writes it, with its citations."""
        from ogdkg.render.views.show_json import value_json  # few ask for it

        return value_json(self.shown)


class Resource:
    """A resource of a graph.

    Its properties are attributes, named as `ogdkg show` names them, with `_` for a space. Each is a list of
    values: `resource.contact`, or in the plural `resource.contacts`. `dir(resource)` lists them.

    Attributes:
        iri: Its IRI.
        name: Its label, else its CURIE or IRI.
    """

    @locked
    def __init__(self, citations: Citations, iri: Iri, shown: Profile | None = None) -> None:
        """Wrap a resource; `shown` is what is known of it, by default all."""
        self._profile = shown
        self._citations = citations
        self.iri = iri.value
        self.name = citations.label(iri)

    @property
    @locked
    def profile(self) -> Profile:
        """Its properties in groups, as `ogdkg show` prints them."""
        if self._profile is None:
            self._profile = profile(self._citations, Iri(self.iri))
        return self._profile

    @property
    def kinds(self) -> tuple[str, ...]:
        """The labels of its classes."""
        return self.profile.kinds

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The named graphs that state something about it, passages first."""
        citations = {
            citation for line in self._lines for value in line.values for citation in value.citations
        }
        return tuple(sorted(citations, key=Citation.sort_key))

    def __getitem__(self, name: str) -> list[CitedValue]:
        """Return the values of a property.

        Args:
            name: The property as `ogdkg show` names it, in any language, or its CURIE.

        Raises:
            UnknownNameError: The resource has no such property.
        """
        lines = self._called(name)
        if not lines:
            names = [line.name for line in self._lines]
            raise UnknownNameError(
                f"property of {self.name}", name, names, see=f"It has: {', '.join(names)}."
            )
        return [self._cited_value(value) for line in lines for value in line.values]

    def __contains__(self, name: object) -> bool:
        """Return whether it has a property."""
        return isinstance(name, str) and bool(self._called(name))

    def get(self, name: str, default: list[CitedValue] | None = None) -> list[CitedValue]:
        """Return the values of a property, or something else if it has none.

        Args:
            name: The property as `ogdkg show` names it, in any language, or its CURIE.
            default: What to return else; an empty list by default.
        """
        try:
            return self[name]
        except UnknownNameError:
            return default or []

    def to_dict(self) -> dict[str, object]:
        """Return all that is said of it, with citations, as `ogdkg show -f json` writes it."""
        from ogdkg.render.views.show_json import profile_json  # few ask for it

        return profile_json(self.profile)

    __iter__ = None  # a thing is no sequence; without this, Python would count its properties from 0

    def __getattr__(self, name: str) -> list[CitedValue]:
        if name.startswith("_"):
            raise AttributeError(name)
        for singular in (name, name.removesuffix("s"), f"{name[:-3]}y" if name.endswith("ies") else name):
            if singular in self:
                return self[singular]
        near, known = nearest(name, self._properties), ", ".join(sorted(self._properties))
        meant = f". Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise AttributeError(one_line(f"{self.name} has no {name!r}; it has: {known}{meant}"))

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._properties]

    def __str__(self) -> str:
        return one_line(self.name)

    def __repr__(self) -> str:
        return one_line(f"<{self.name}: {self._citations.short(Iri(self.iri))}>")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resource) and self.iri == other.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    @locked
    def _repr_html_(self) -> str:
        """Return its profile as an HTML table, each value with its citations."""
        rows = "".join(
            f"<tr><th colspan='2' style='text-align: left'>{html(group.name)}</th></tr>"
            + "".join(map(self._row, group.lines))
            for group in self.profile.groups
        )
        kinds = html(", ".join(self.kinds))
        return f"<table><caption><b>{html(self.name)}</b> {kinds}</caption>{rows}</table>"

    @property
    def _lines(self) -> list[Line]:
        return [line for group in self.profile.groups for line in group.lines]

    @locked
    def _called(self, name: str) -> list[Line]:
        """The lines of a property by a name of it, here or in another language."""
        found = [line for line in self._lines if name in self._names(line)]
        if found:
            return found
        others = set(translated(self._citations, name))
        return [line for line in self._lines if line.name in others]

    def _names(self, line: Line) -> set[str]:
        """What a property may be called: its label, its CURIE, and each as a Python identifier."""
        names = {line.name}
        if len(line.steps) == 1 and not line.steps[0].inverse:
            names.add(self._citations.short(line.steps[0].predicate))
        return names | set(map(_attribute, names))

    @property
    def _properties(self) -> set[str]:
        return {_attribute(line.name) for line in self._lines}

    def _row(self, line: Line) -> str:
        cells = (
            f"{html(value.text)} <small>[{html(self._citations.words(value.citations))}]</small>"
            for value in line.values
        )
        return f"<tr><td>{html(line.name)}</td><td>{'<br>'.join(cells)}</td></tr>"

    @locked
    def _cited_value(self, value: Value) -> CitedValue:
        words = self._citations.words(value.citations)
        return CitedValue(self._python(value), value.text, value.citations, words, value)

    def _python(self, value: Value) -> Resource | PythonValue:
        term = value.term
        if isinstance(term, Iri):
            return Resource(self._citations, term)
        return python_value(term) if isinstance(term, Literal) else value.text


def _attribute(name: str) -> str:
    """Turn a property's name into a Python identifier."""
    letters = "".join(letter if letter.isalnum() else "_" for letter in name)
    return "_".join(filter(None, letters.split("_"))).lower()
