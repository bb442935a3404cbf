"""The properties that name a thing, and the one rule that chooses its label among its names."""

from __future__ import annotations

from ogdkg.rdf.terms import RDFS, SKOS

_DCTERMS = "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_SCHEMA = "https://schema.org/"

LABELS = (SKOS + "prefLabel", RDFS + "label", _SCHEMA + "name", _FOAF + "name", _DCTERMS + "title")
ALIASES = (SKOS + "altLabel", SKOS + "notation", SKOS + "hiddenLabel")
NAMES = (*LABELS, *ALIASES)
DESCRIPTIONS = (
    _DCTERMS + "description",
    SKOS + "definition",
    SKOS + "scopeNote",
    RDFS + "comment",
    _SCHEMA + "description",
)
PROPERTY_RANKS = {iri: rank for rank, iri in enumerate(NAMES)}
ALIAS_RANK = len(LABELS)  # of the first property that gives an alias and no label
LabelRank = tuple[bool, bool, int, str, str]  # the name itself is the last part


def label_rank(name: str, property_rank: int, language: str) -> LabelRank:
    """How well a name serves as the label of its thing; the least rank is the label.

    A label comes before an alias; then a name in English or without a language before one in another
    language; then the order of the properties decides; then the language tag, none first; then the alphabet.

    Args:
        name: The text of the name.
        property_rank: The rank of the property that gives it, from `PROPERTY_RANKS`.
        language: Its language tag, or an empty string.
    """
    return property_rank >= ALIAS_RANK, not is_english(language), property_rank, language, name


def is_english(language: str) -> bool:
    """Whether a text may be taken for English: by its tag, or because it has none."""
    return language in ("", "en")


def iri_list(iris: tuple[str, ...]) -> str:
    """IRIs as the values of a SPARQL VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)
