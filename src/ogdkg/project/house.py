"""The house rules of a project (`[validate]`), and the terms of its passages (`[evidence]`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import UnknownNameError
from ogdkg.lean import NamedTuple
from ogdkg.project.keys import HOUSE_RULES as RULES
from ogdkg.project.keys import OFF as OFF
from ogdkg.project.keys import SEVERITIES, TOML
from ogdkg.project.tables import read_prefixes
from ogdkg.rdf.terms import OA, Iri, expand, is_iri

OGD = "https://w3id.org/ogdkg/ns#"
_DEFAULTS = {name: default for name, (default, _) in RULES.items()}


class PassageTerms(NamedTuple):
    """The terms that describe a passage: ours are one case.

    Attributes:
        passage: Its class.
        reading: The class of what names a graph and is derived from a passage.
        first_line: The property of its first line.
        last_line: The property of its last line.
        hash: The property of the SHA-256 of its text, and of a source's bytes.
        confidence: The property of how sure a reading is.
        source: The property that leads to its document.
        fragment: The property of a few of its words; None for `oa:exact` of a selector.
    """

    passage: Iri = Iri(OGD + "Passage")
    reading: Iri = Iri(OGD + "Reading")
    first_line: Iri = Iri(OGD + "startLine")
    last_line: Iri = Iri(OGD + "endLine")
    hash: Iri = Iri(OGD + "textHash")
    confidence: Iri = Iri(OGD + "confidence")
    source: Iri = Iri(OA + "hasSource")
    fragment: Iri | None = None


class House(NamedTuple):
    """What a project asks of itself beyond its shapes, and how it speaks of its passages.

    Attributes:
        rules: The severity of each house rule, or `off`.
        passages: The terms that describe a passage.
        example: The name of a thing and one of its properties, for the examples of `--help`.
    """

    rules: Mapping[str, str] = _DEFAULTS
    passages: PassageTerms = PassageTerms()
    example: tuple[str, ...] = ()


def read_house(document: ConfigFile) -> House:
    """Read `[validate]` and `[evidence]`; InputError with the line of an invalid or unknown key."""
    return House(_rules(document), _passage_terms(document), document.texts("project", "example"))


def _rules(document: ConfigFile) -> dict[str, str]:
    """Return the severity of each house rule: `rules` is a list of names, or a table of severities by name.

    Raises:
        InputError: With the line of a rule or a severity that does not exist.
    """
    document.keys(TOML.keys("validate"), "validate")
    chosen = dict(_DEFAULTS)
    at = ("validate", "rules")
    if isinstance(document.get(*at), dict):
        for name in document.table(*at):
            _check(document, "house rule", name, RULES, *at, name)
            _check(document, "severity", document.text(*at, name), SEVERITIES, *at, name)
            chosen[name] = document.text(*at, name)
        return chosen
    for index, name in enumerate(document.texts(*at)):
        _check(document, "house rule", name, RULES, *at, index)
        chosen[name] = RULES[name][1]
    return chosen


def _check(
    document: ConfigFile, what: str, name: str, known: Mapping[str, object] | tuple[str, ...], *at: str | int
) -> None:
    if name not in known:
        hint = UnknownNameError(what, name, known).hint or f"There are: {', '.join(known)}."
        raise document.error(f"There is no {what} {name!r}.", *at, hint=hint)


def _passage_terms(document: ConfigFile) -> PassageTerms:
    """Return the terms of passages that `[evidence]` names by CURIE or IRI; ours for the others."""
    names = {name.replace("_", "-"): name for name in PassageTerms._fields}
    document.keys(TOML.keys("evidence"), "evidence")
    prefixes = read_prefixes(document)
    found: dict[str, Any] = {}
    for key, name in names.items():
        if text := document.text("evidence", key):
            is_whole = is_iri(text) and ("://" in text or text.startswith("urn:"))  # no prefix misspelt
            found[name] = expand(text, prefixes) or (Iri(text) if is_whole else None)
            if found[name] is None:
                hint = "Declare its prefix under [prefixes], or write the whole IRI."
                raise document.error(f"{text!r} is no CURIE and no IRI.", "evidence", key, hint=hint)
    return PassageTerms()._replace(**found)
