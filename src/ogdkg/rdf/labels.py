"""The properties whose values are texts, and the one rule that chooses among texts in several languages.

A reader's languages are in the order of preference; English comes after them, then a text without a language,
then the other languages by their tags. A range such as `pt` takes `pt-BR` too (RFC 4647, section 3.3.1), and
`pt-BR` falls back to `pt` (section 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable

from ogdkg.rdf.terms import DCAT, DCTERMS, FOAF, RDFS, SCHEMA, SKOS

LABELS = (SKOS + "prefLabel", RDFS + "label", SCHEMA + "name", FOAF + "name", DCTERMS + "title")
ALIASES = (SKOS + "altLabel", SKOS + "notation", SKOS + "hiddenLabel")
NAMES = (*LABELS, *ALIASES)
DESCRIPTIONS = (
    DCTERMS + "description",
    SKOS + "definition",
    SKOS + "scopeNote",
    RDFS + "comment",
    SCHEMA + "description",
)
# What a stored query prints in one language: names, descriptions, and other texts for people.
TEXTS = (
    *LABELS,
    SKOS + "altLabel",
    SKOS + "hiddenLabel",
    *DESCRIPTIONS,
    *(SKOS + name for name in ("note", "example", "historyNote", "editorialNote", "changeNote")),
    *(DCTERMS + name for name in ("alternative", "abstract", "bibliographicCitation")),
    *(SCHEMA + name for name in ("alternateName", "unitText", "abstract", "keywords")),
    DCAT + "keyword",
)
PROPERTY_RANKS = {iri: rank for rank, iri in enumerate(NAMES)}
ALIAS_RANK = len(LABELS)  # of the first property that gives an alias and no label
LabelRank = tuple[bool, int, int, str, str]  # the name itself is the last part
Languages = tuple[str, ...]  # ranges of language tags in lower case, the preferred one first
ENGLISH: Languages = ("en",)


def languages_of(tags: Iterable[str]) -> Languages:
    """Return the languages to look for: each tag with its shorter forms, and English at the end.

    >>> languages_of(["pt-BR", "fr"])
    ('pt-br', 'pt', 'fr', 'en')
    """
    found: dict[str, None] = {}
    for tag in tags:
        parts = tag.lower().split("-")
        found |= dict.fromkeys("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return tuple(dict.fromkeys((*found, *ENGLISH)))


def language_rank(tag: str, languages: Languages = ENGLISH) -> int:
    """How well a text with a language tag, or with an empty one, serves a reader; the least is best."""
    tag = tag.lower()
    for place, wanted in enumerate(languages):
        if tag == wanted or tag.startswith(f"{wanted}-"):
            return place
    return len(languages) + bool(tag)


def language_key(tag: str, languages: Languages = ENGLISH) -> tuple[int, str]:
    """The order of languages, without ties: `catalogue.languages` writes the same in SPARQL."""
    return language_rank(tag, languages), tag


def label_rank(name: str, property_rank: int, language: str, languages: Languages = ENGLISH) -> LabelRank:
    """How well a name serves as the label of its thing; the least rank is the label.

    A label comes before an alias; then the language decides; then the order of the properties; then the
    language tag, and the alphabet.

    Args:
        name: The text of the name.
        property_rank: The rank of the property that gives it, from `PROPERTY_RANKS`.
        language: Its language tag, or an empty string.
        languages: The reader's languages, from `languages_of`.
    """
    is_alias = property_rank >= ALIAS_RANK
    return is_alias, language_rank(language, languages), property_rank, language, name


def iri_list(iris: tuple[str, ...]) -> str:
    """IRIs as the values of a SPARQL VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)
