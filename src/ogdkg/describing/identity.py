"""What something new is called in files, and which things there are that it may be already."""

from __future__ import annotations

import re
from typing import NamedTuple

from ogdkg.drafting.draft import Naming
from ogdkg.errors import UsageError
from ogdkg.rdf.terms import Iri, Literal, expand, is_iri
from ogdkg.reconciling.likeness import compared
from ogdkg.sheets.template import Sheets
from ogdkg.text.slips import quoted

_NEAR = 80.0  # likeness of names, of 100, from which two things may be one
_MOST_COMPARED = 8
_NUMBER = re.compile(r"[0-9]+")


class Known(NamedTuple):
    """Things of the class that something new may be.

    Attributes:
        same: Those with the same name.
        near: Those with a name that is much like it.
    """

    same: tuple[Iri, ...] = ()
    near: tuple[Iri, ...] = ()


class Identity:
    """Names something new of a class.

    Args:
        sheets: The forms of the project.
        of: The class.
    """

    def __init__(self, sheets: Sheets, of: Iri) -> None:
        self._sheets, self._of = sheets, of
        self.naming = Naming(sheets.graph)
        self._names = sheets.forms.names.among(sheets.forms.things_of(of))

    def proposed(self, name: str) -> Iri:
        """Return a new IRI like those of other things of the class."""
        return self.naming.iri(self._of, name)

    def chosen(self, text: str) -> Iri:
        """Return the IRI that somebody writes: a whole one, a name with a prefix, or its end.

        Raises:
            UsageError: It is none, or something has it already.
        """
        iri = expand(text, self._sheets.graph.project.prefixes)
        if iri is None and is_iri(text) and "://" in text:
            iri = Iri(text)
        if iri is None:
            like = self.proposed("x").value
            iri = Iri(f"{like[: like.rindex('x')]}{text}")
        if not text or not is_iri(iri.value):
            hint = "Write letters, digits and hyphens, such as a-new-name."
            raise UsageError(f"{quoted(text)} cannot be the end of an IRI.", hint=hint)
        if self._sheets.citations.statements_about(iri) or self._sheets.citations.links_to(iri):
            label = self._sheets.forms.names.label(iri)
            named = f": {label}" if label else ""
            hint = "Choose another one, or change what there is with --edit."
            raise UsageError(f"{self._sheets.short(iri)} is there already{named}.", hint=hint)
        return iri

    def known(self, names: list[Literal]) -> Known:
        """Return the things that something with these names may be."""
        same: dict[Iri, None] = {}
        near: dict[Iri, None] = {}
        for name in names:
            for each in self._names.candidates(name.value):
                is_same = self._is_named(each, name.value)
                (same if is_same else near)[each] = None
            for each in self._names.suggested(name.value, _MOST_COMPARED):
                if _is_near(name.value, self._names.labels[each]):
                    near[each] = None
        return Known(tuple(same), tuple(each for each in near if each not in same))

    def _is_named(self, thing: Iri, name: str) -> bool:
        """Whether a thing has this very name, but for capitals and spaces."""
        bearers = self._names.bearers.get(" ".join(name.split()).casefold(), {})
        return bearers.get(thing) == 0


def _is_near(one: str, other: str) -> bool:
    """Whether two names are much alike; those of a series, which differ in a number, are not."""
    if _NUMBER.findall(one) != _NUMBER.findall(other):
        return False
    return compared(one, other, lambda _: 1.0).score >= _NEAR
