"""What a thing is called in other languages than that of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ogdkg.evidence.citations import Citation, Statement
from ogdkg.evidence.show import Value
from ogdkg.rdf.labels import LABELS, Languages, language_rank
from ogdkg.rdf.terms import DCTERMS, SCHEMA, SKOS, Iri, Literal, Term
from ogdkg.text.languages import direction_of, language_name
from ogdkg.web.pages.displayed_values import Shown

_NAMING = (*LABELS, SKOS + "altLabel", SCHEMA + "alternateName", DCTERMS + "alternative")


class InLanguage(NamedTuple):
    """The names in a language.

    Attributes:
        language: What the language is called.
        tag: Its tag.
        direction: Its base direction: `ltr` or `rtl`.
        labels: The labels.
        alternatives: The alternative labels.
    """

    language: str
    tag: str
    direction: str
    labels: list[Shown]
    alternatives: list[Shown]


def _is_in_another(predicate: Iri, value: Term, language: str) -> bool:
    if not isinstance(value, Literal) or predicate.value not in _NAMING:
        return False
    return value.language.lower() not in ("", language.lower())


def without_names(predicate: Iri, values: Iterable[Value], language: str) -> list[Value]:
    """Return the values of a property but for what names a thing in another language than this one."""
    return [each for each in values if not _is_in_another(predicate, each.term, language)]


def in_other_languages(
    about: Iterable[Statement],
    language: str,
    languages: Languages,
    shown: Callable[[Term, str, Iterable[Citation]], Shown],
) -> list[InLanguage]:
    """Return the names of a thing in other languages: the reader's first, the others in alphabetical order.

    Args:
        about: What is said of the thing.
        language: The tag of the language that its page names it in; empty for none.
        languages: The reader's languages.
        shown: Returns a value, of this text and with these citations, as a page shows it.
    """
    found: dict[str, InLanguage] = {}
    for each in about:
        value = each.triple.object
        if not isinstance(value, Literal) or not _is_in_another(each.triple.predicate, value, language):
            continue
        tag = value.language
        direction = value.direction or direction_of(tag)
        names = found.setdefault(tag.lower(), InLanguage(language_name(tag), tag, direction, [], []))
        kind = names.labels if each.triple.predicate.value in LABELS else names.alternatives
        if all(value.value != other.text for other in (*names.labels, *names.alternatives)):
            kind.append(shown(value, value.value, each.citations))
    return sorted(
        found.values(), key=lambda each: (language_rank(each.tag, languages), each.language.casefold())
    )
