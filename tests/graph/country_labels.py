"""Writes data/reference/country-labels.ttl: names of countries from Unicode CLDR, and names that people type.

Run `python -m tests.graph.country_labels` where Babel is installed, which carries the names; then format it
with `ogdkg fmt`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pyoxigraph as ox
from tests.conftest import ROOT

FILE = ROOT / "data" / "reference" / "country-labels.ttl"
LANGUAGES = ("fr", "es")
SKOS = "http://www.w3.org/2004/02/skos/core#"
# By the alpha-3 code; not in CLDR, which has one name and at times a short one.
ALTERNATIVES = {
    "bol": ["Plurinational State of Bolivia"],
    "chn": ["People's Republic of China"],
    "civ": ["Ivory Coast"],
    "cod": ["DR Congo", "DRC", "Congo-Kinshasa", "Congo, Dem. Rep."],
    "cog": ["Congo-Brazzaville", "Congo, Rep."],
    "cze": ["Czech Republic"],
    "fsm": ["Federated States of Micronesia"],
    "gbr": ["UK", "Great Britain", "United Kingdom of Great Britain and Northern Ireland"],
    "gmb": ["The Gambia"],
    "kor": ["South Korea", "Korea, Rep."],
    "lao": ["Lao PDR", "Lao People's Democratic Republic"],
    "lca": ["St. Lucia"],
    "mda": ["Republic of Moldova"],
    "mkd": ["Macedonia"],
    "mmr": ["Burma"],
    "nld": ["Holland", "The Netherlands"],
    "phl": ["The Philippines"],
    "stp": ["São Tomé and Príncipe"],
    "tls": ["East Timor"],
    "tza": ["United Republic of Tanzania"],
    "usa": ["USA"],
    "vct": ["St. Vincent and the Grenadines"],
    "vnm": ["Vietnam"],
    "yem": ["Republic of Yemen"],
}
HIDDEN = {  # found, but nowhere shown: what is written otherwise, outdated, or may be another country
    "bfa": ["Upper Volta"],
    "caf": ["CAR"],
    "civ": ["Cote d'Ivoire"],
    "cod": ["Congo", "Zaire"],
    "cog": ["Congo"],
    "gbr": ["U.K.", "Britain"],
    "khm": ["Kampuchea"],
    "kor": ["Korea"],
    "lka": ["Ceylon"],
    "mkd": ["FYR Macedonia", "FYROM"],
    "png": ["PNG"],
    "rus": ["Russian Fed."],
    "sau": ["KSA"],
    "usa": ["US", "America"],
}


def countries() -> dict[str, str]:
    """The alpha-2 code of each country of the graph, by the last part of its IRI."""
    return {
        quad.subject.value.rpartition("/")[2]: quad.object.value
        for path in sorted((ROOT / "data").rglob("*.ttl"))
        if path != FILE
        for quad in ox.parse(path=str(path))
        if quad.predicate.value == SKOS + "notation" and quad.object.datatype.value.endswith("#alpha2")
    }


def lines() -> Iterator[str]:
    from babel import Locale, __version__

    prefixes = tomllib.loads((ROOT / "ogdkg.toml").read_text("utf-8"))["prefixes"]
    yield "# Names of countries in French and Spanish: Unicode CLDR (Unicode License v3), as in the library"
    yield f"# Babel {__version__}. Alternative and hidden labels in English: ours."
    yield "# Made by tests/graph/country_labels.py."
    yield from (f"PREFIX {name}: <{prefixes[name]}>" for name in ("country", "skos"))
    names = {language: Locale(language).territories for language in LANGUAGES}
    for slug, code in sorted(countries().items()):
        said = [f'skos:prefLabel "{names[language][code]}"@{language}' for language in LANGUAGES]
        said += [f'skos:altLabel "{name}"@en' for name in ALTERNATIVES.get(slug, ())]
        said += [f'skos:hiddenLabel "{name}"@en' for name in HIDDEN.get(slug, ())]
        yield f"\ncountry:{slug} " + " ; ".join(said) + " ."


if __name__ == "__main__":
    FILE.write_text("\n".join(lines()) + "\n", encoding="utf-8")
