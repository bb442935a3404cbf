"""What the things of a class are called together: as settings say, else the plural of an English label."""

from __future__ import annotations

import re
from itertools import islice

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.web.pages.described import Resources
from ogdkg.web.pages.standard_names import is_plain, plain_name

_MOST = 100  # labels of a class that are looked at
_IRREGULAR = {"person": "people", "child": "children", "datum": "data", "criterion": "criteria"}
_SAME = ("series", "species", "data", "media", "news", "people", "software", "information")
# A word in the middle ends what is counted: "kinds of tool", "point of contact".
_HEAD = re.compile(r"(?P<head>.*?)(?P<rest> (?:of|for|in|with|at|to|by|from|on|that|which)\b.*)?", re.DOTALL)


class Plurals:
    """Knows what to call the things of a class.

    Args:
        citations: The names of the graph.
        resources: Finds the labels of a class, with their languages.
    """

    def __init__(self, citations: Citations, resources: Resources) -> None:
        self._citations, self._resources = citations, resources
        pages = citations.graph.project.pages
        self._given = {of: name for names in (pages.numbers, pages.plurals) for name, of in names.items()}

    def of(self, kind: Iri) -> str:
        """Return what the things of a class are called."""
        label = plain_name(self._citations, kind)
        if kind in self._given:
            return self._given[kind]
        return plural(label) if self._is_english(kind, label) else label

    def _is_english(self, kind: Iri, label: str) -> bool:
        """Whether a label of the class is marked as English."""
        if is_plain(self._citations, kind):
            return True
        if not self._resources.is_near:
            return False
        return any(
            isinstance(quad.object, Literal)
            and quad.object.value == label
            and quad.object.language.lower().partition("-")[0] == "en"
            for name in LABELS
            for quad in islice(self._resources.matching(kind, Iri(name)), _MOST)
        )


def plural(text: str) -> str:
    """Return the plural of an English noun phrase.

    >>> [plural(each) for each in ("initiative", "country", "day", "class", "media type", "series")]
    ['initiatives', 'countries', 'days', 'classes', 'media types', 'series']
    >>> plural("point of contact"), plural("Ontology"), plural("Role in 2013")
    ('points of contact', 'Ontologies', 'Roles in 2013')
    """
    found = _HEAD.fullmatch(text)
    head, rest = (found["head"], found["rest"] or "") if found else (text, "")
    before, space, word = head.rpartition(" ")
    return f"{before}{space}{_plural(word)}{rest}"


def _plural(word: str) -> str:
    lower = word.lower()
    if not word[-1:].isalpha() or lower in _SAME:
        return word
    if lower in _IRREGULAR:
        return word[0] + _IRREGULAR[lower][1:]
    if re.search(r"[^aeiou]y$", lower):
        return f"{word[:-1]}ies"
    if lower.endswith("sis"):
        return f"{word[:-2]}es"
    return f"{word}es" if re.search(r"(?:s|x|z|ch|sh)$", lower) else f"{word}s"
