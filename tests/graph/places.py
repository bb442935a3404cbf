"""Writes data/reference/country-labels.ttl and regions.ttl: countries, their names and regions.

Run `python -m tests.graph.places CODES NAMES CONTAINMENT`, then format both files with `ogdkg fmt`. The
arguments are `country-codes.csv` of the Datahub's country-codes, the folder `main` of CLDR's
cldr-localenames-full, and `territoryContainment.json` of its cldr-core. A country or region whose place in
M49 the second source does not confirm stops it.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from tests.conftest import ROOT

from ogdkg.search.folding import letters

REFERENCE = ROOT / "data" / "reference"
LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish"}
SKOS = "http://www.w3.org/2004/02/skos/core#"
HEAD = """\
# {what}
# Made by tests/graph/places.py of the sources that sources.ttl describes: source:un-m49 (regions, codes,
# official names), source:cldr-names. Hidden labels are ours, as are English labels that differ from CLDR's.
"""
LABELS = {  # English, where this graph does not call a country as CLDR does
    "atg": "Antigua and Barbuda",
    "bih": "Bosnia and Herzegovina",
    "civ": "Côte d'Ivoire",
    "cod": "Democratic Republic of the Congo",
    "cog": "Republic of the Congo",
    "cpv": "Cabo Verde",
    "kgz": "Kyrgyz Republic",
    "kna": "Saint Kitts and Nevis",
    "kor": "Republic of Korea",
    "lca": "Saint Lucia",
    "mmr": "Myanmar",
    "pse": "Palestine",
    "stp": "Sao Tome and Principe",
    "tto": "Trinidad and Tobago",
    "vct": "Saint Vincent and the Grenadines",
    "vnm": "Viet Nam",
}
NOT_THEIRS = {"É.-U."}  # would be what "EU" finds
OTHERS = {("cog", "es"): "República del Congo"}  # CLDR's "Congo" is the other one's name as well
# Names that people type and neither source has: found, but nowhere shown. By country or region, and language.
OURS: dict[str, dict[str, list[str]]] = {
    "are": {"en": ["UAE", "Emirates"], "fr": ["EAU"], "es": ["EAU"]},
    "bfa": {"en": ["Upper Volta"], "fr": ["Haute-Volta"], "es": ["Alto Volta"]},
    "bhs": {"en": ["The Bahamas"]},
    "bih": {"en": ["BiH"], "fr": ["Bosnie"]},
    "blr": {"en": ["Byelorussia", "White Russia"]},
    "bol": {"en": ["Plurinational State of Bolivia"]},
    "caf": {"en": ["CAR"], "fr": ["Centrafrique", "RCA"], "es": ["RCA"]},
    "chn": {"en": ["PRC"]},
    "cod": {
        "en": [
            "Democratic Republic of Congo",
            "Congo",
            "Congo-Kinshasa",
            "Congo, Dem. Rep.",
            "DR Congo",
            "DRC",
            "Zaire",
        ],
        "fr": ["Congo", "RD Congo", "RDC", "Zaïre"],
        "es": ["Congo", "RD Congo", "RDC"],
    },
    "cog": {
        "en": ["Republic of Congo", "Congo", "Congo-Brazzaville", "Congo, Rep."],
        "fr": ["Congo"],
        "es": ["Congo", "Congo-Brazzaville"],
    },
    "cpv": {"en": ["Cape Verde Islands"]},
    "dom": {"fr": ["Rép. dominicaine"]},
    "egy": {"en": ["Egypt, Arab Rep."]},
    "fsm": {"en": ["Micronesia, Fed. Sts.", "FSM"]},
    "gbr": {"en": ["Great Britain", "Britain"], "fr": ["Grande-Bretagne"], "es": ["Gran Bretaña"]},
    "gmb": {"en": ["The Gambia"]},
    "irn": {"en": ["Iran, Islamic Rep.", "Persia"]},
    "khm": {"en": ["Kampuchea"]},
    "kgz": {"fr": ["Kirghizie"], "es": ["Kirguizistán"]},
    "kna": {"en": ["St. Kitts"]},
    "kor": {"en": ["Korea", "Korea, Rep.", "South Korea"], "fr": ["Corée"], "es": ["Corea"]},
    "lao": {"en": ["Lao PDR", "Lao"]},
    "lka": {"en": ["Ceylon"], "fr": ["Ceylan"], "es": ["Ceilán"]},
    "mda": {"en": ["Moldavia"]},
    "mkd": {
        "en": ["Macedonia, FYR", "Macedonia", "FYR Macedonia", "FYROM"],
        "fr": ["Macédoine"],
        "es": ["Macedonia"],
    },
    "mmr": {"en": ["Burma"], "fr": ["Birmanie"], "es": ["Birmania"]},
    "nld": {"en": ["Holland", "The Netherlands"], "fr": ["Hollande"], "es": ["Holanda"]},
    "phl": {"en": ["The Philippines"]},
    "png": {"en": ["PNG"], "fr": ["PNG"], "es": ["PNG"]},
    "prk": {"en": ["DPRK", "Korea, Dem. People's Rep."]},
    "pse": {"en": ["West Bank and Gaza"], "fr": ["Cisjordanie et Gaza"], "es": ["Cisjordania y Gaza"]},
    "rus": {"en": ["Russian Fed."]},
    "rwa": {"en": ["Ruanda"]},
    "sau": {"en": ["KSA"]},
    "slv": {"en": ["Salvador"]},
    "som": {"en": ["Somalia, Fed. Rep."]},
    "stp": {"en": ["São Tomé"]},
    "swz": {"en": ["eSwatini"]},
    "tha": {"en": ["Siam"]},
    "tls": {"en": ["Timor"]},
    "tto": {"en": ["Trinidad"]},
    "tur": {"es": ["Türkiye"]},
    "tza": {"en": ["Tanganyika"]},
    "usa": {"en": ["US", "USA", "America"], "fr": ["USA"], "es": ["EUA", "EEUU"]},
    "vat": {"en": ["Vatican"]},
    "ven": {"en": ["Venezuela, RB"]},
    "yem": {"en": ["Yemen, Rep.", "Republic of Yemen"]},
    "zwe": {"en": ["Rhodesia"]},
    "northern-africa": {"fr": ["Afrique du Nord"], "es": ["Norte de África", "África del Norte"]},
    "eastern-africa": {"fr": ["Afrique de l\u2019Est"], "es": ["África del Este"]},
    "western-africa": {"fr": ["Afrique de l\u2019Ouest"], "es": ["África del Oeste"]},
    "latin-america-and-the-caribbean": {
        "fr": ["Amérique latine et Caraïbes", "Amérique latine et les Caraïbes"],
        "es": ["América Latina y el Caribe", "América Latina"],
    },
    "central-america": {"es": ["América Central"]},
    "south-america": {"es": ["América del Sur", "Suramérica"]},
    "south-eastern-asia": {"es": ["Asia sudoriental"]},
    "southern-asia": {"fr": ["Asie méridionale"], "es": ["Asia del Sur"]},
}


class Region(NamedTuple):
    """A region of M49: its code, the slug of its IRI, its English name there, and what it is part of."""

    code: str
    slug: str
    name: str
    within: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()


REGIONS = [
    Region("001", "world", "World", ours=("Earth",)),
    Region("002", "africa", "Africa", ("001",)),
    Region("015", "northern-africa", "Northern Africa", ("002",), ("North Africa",)),
    Region("202", "sub-saharan-africa", "Sub-Saharan Africa", ("002",), ("SSA", "Subsaharan Africa")),
    Region("014", "eastern-africa", "Eastern Africa", ("202",), ("East Africa",)),
    Region("017", "middle-africa", "Middle Africa", ("202",), ("Central Africa",)),
    Region("018", "southern-africa", "Southern Africa", ("202",)),
    Region("011", "western-africa", "Western Africa", ("202",), ("West Africa",)),
    Region("019", "americas", "Americas", ("001",), ("America and the Caribbean", "The Americas")),
    Region("003", "north-america", "North America", ("019",)),
    Region("021", "northern-america", "Northern America", ("003", "019")),
    Region(
        "419",
        "latin-america-and-the-caribbean",
        "Latin America and the Caribbean",
        ("019",),
        ("LAC", "LATAM"),
    ),
    Region("029", "caribbean", "Caribbean", ("003", "419"), ("The Caribbean", "West Indies")),
    Region("013", "central-america", "Central America", ("003", "419")),
    Region("005", "south-america", "South America", ("419",)),
    Region("142", "asia", "Asia", ("001",)),
    Region("143", "central-asia", "Central Asia", ("142",)),
    Region("030", "eastern-asia", "Eastern Asia", ("142",), ("East Asia",)),
    Region("035", "south-eastern-asia", "South-eastern Asia", ("142",), ("South East Asia", "SE Asia")),
    Region("034", "southern-asia", "Southern Asia", ("142",), ("South Asia",)),
    Region("145", "western-asia", "Western Asia", ("142",), ("West Asia",)),
    Region("150", "europe", "Europe", ("001",)),
    Region("151", "eastern-europe", "Eastern Europe", ("150",), ("East Europe",)),
    Region("154", "northern-europe", "Northern Europe", ("150",), ("North Europe",)),
    Region("039", "southern-europe", "Southern Europe", ("150",), ("South Europe",)),
    Region("155", "western-europe", "Western Europe", ("150",), ("West Europe",)),
    Region("009", "oceania", "Oceania", ("001",), ("Pacific",)),
    Region("053", "australia-and-new-zealand", "Australia and New Zealand", ("009",)),
    Region("054", "melanesia", "Melanesia", ("009",)),
    Region("057", "micronesia", "Micronesia", ("009",)),
    Region("061", "polynesia", "Polynesia", ("009",)),
]
BY_CODE = {region.code: region for region in REGIONS}


class Names:
    """The labels, other names and our own names of a thing; each name once, whatever its accents."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels = labels
        self.others: list[tuple[str, str]] = []
        self.hidden: list[tuple[str, str]] = []
        self._known = {letters(label) for label in labels.values()}

    def add(self, kept: list[tuple[str, str]], language: str, names: Iterable[str]) -> None:
        for name in names:
            if name and name not in NOT_THEIRS and letters(name) not in self._known:
                self._known.add(letters(name))
                kept.append((name, language))

    def lines(self, skip: Iterable[str] = ()) -> Iterator[str]:
        yield from (
            f"skos:prefLabel {said(text, tag)}" for tag, text in self.labels.items() if tag not in skip
        )
        yield from (f"skos:altLabel {said(*name)}" for name in self.others)
        yield from (f"skos:hiddenLabel {said(*name)}" for name in self.hidden)


def said(text: str, language: str) -> str:
    return f"{json.dumps(text, ensure_ascii=False)}@{language}"


def plain(name: str) -> str:
    """A name of the UN's list without its article and its mark of an observer."""
    name = re.sub(r" \((the|le|la|les|l'|l\u2019|el|los|las)\)", "", name.rstrip("* "))
    return re.sub(r"^(the|la|le|les|el|los|las) |^l['\u2019]", "", name)


def territories(folder: Path) -> dict[str, dict[str, str]]:
    """The names of territories by language, from CLDR: `CI`, and `CI-alt-variant` for another name."""
    names = {}
    for language in LANGUAGES:
        read = json.loads((folder / language / "territories.json").read_text("utf-8"))
        names[language] = read["main"][language]["localeDisplayNames"]["territories"]
    return names


def country_names(row: dict[str, str], cldr: dict[str, dict[str, str]]) -> Names:
    slug, code = row["ISO3166-1-Alpha-3"].lower(), row["ISO3166-1-Alpha-2"]
    labels = {tag: OTHERS.get((slug, tag), cldr[tag][code]) for tag in LANGUAGES}
    names = Names(labels | {"en": LABELS.get(slug, labels["en"])})
    for tag, language in LANGUAGES.items():
        alternative = [
            text for key, text in cldr[tag].items() if key == code or key.startswith(f"{code}-alt-")
        ]
        official = [
            row[f"UNTERM {language} Short"],
            row[f"official_name_{tag}"],
            row[f"UNTERM {language} Formal"],
        ]
        names.add(names.others, tag, [*alternative, *map(plain, official)])
        names.add(names.hidden, tag, OURS.get(slug, {}).get(tag, ()))
    return names


def country_lines(row: dict[str, str], cldr: dict[str, dict[str, str]], *, by_hand: bool) -> str:
    """What a country is called, and where it is; of one in countries.ttl that file says the rest."""
    slug = row["ISO3166-1-Alpha-3"].lower()
    lines = list(country_names(row, cldr).lines(skip=["en"] if by_hand else ()))
    if not by_hand:
        codes = {"alpha2": row["ISO3166-1-Alpha-2"], "alpha3": slug.upper(), "m49": row["M49"].zfill(3)}
        lines = [
            "a schema:Country",
            *lines,
            *(f'skos:notation "{code}"^^ogd:{kind}' for kind, code in codes.items()),
        ]
    lines += [
        f"schema:containedInPlace region:{BY_CODE[region_of(row)].slug}",
        "dcterms:source source:un-m49, source:cldr-names",
    ]
    return f"\ncountry:{slug} " + " ; ".join(lines) + " ."


def region_of(row: dict[str, str]) -> str:
    """The code of the smallest region of a country."""
    return (row["Intermediate Region Code"] or row["Sub-region Code"] or row["Region Code"]).zfill(3)


def region_lines(region: Region, cldr: dict[str, dict[str, str]]) -> str:
    names = Names({"en": region.name} | {tag: capital(cldr[tag][region.code]) for tag in ("fr", "es")})
    names.add(names.others, "en", [capital(cldr["en"][region.code])])
    names.add(names.hidden, "en", region.ours)
    for tag in ("fr", "es"):
        names.add(names.hidden, tag, OURS.get(region.slug, {}).get(tag, ()))
    lines = ["a schema:Place", *names.lines(), f'skos:notation "{region.code}"^^ogd:m49']
    lines += [f"schema:containedInPlace region:{BY_CODE[code].slug}" for code in region.within]
    return (
        f"\nregion:{region.slug} "
        + " ; ".join([*lines, "dcterms:source source:un-m49, source:cldr-names"])
        + " ."
    )


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def check(rows: list[dict[str, str]], containment: dict[str, list[str]]) -> None:
    """Compare each region's parts with those of CLDR."""
    for region in REGIONS[1:]:
        for parent in region.within:
            if region.code not in containment[parent]:
                raise SystemExit(f"CLDR does not have {region.name} in {BY_CODE[parent].name}.")
    for row in rows:
        if row["ISO3166-1-Alpha-2"] not in containment[region_of(row)]:
            raise SystemExit(
                f"CLDR does not have {row['official_name_en']} in {BY_CODE[region_of(row)].name}."
            )
        parents = [row["Sub-region Code"].zfill(3), row["Region Code"].zfill(3)]
        if not set(parents) <= {region_of(row), *wholes(region_of(row))}:
            raise SystemExit(f"{row['official_name_en']} is not in {parents}.")


def wholes(code: str) -> set[str]:
    return {code for parent in BY_CODE[code].within for code in (parent, *wholes(parent))}


def read_containment(path: Path) -> dict[str, list[str]]:
    read = json.loads(path.read_text("utf-8"))["supplemental"]["territoryContainment"]
    parts: dict[str, list[str]] = {}
    for code, content in read.items():
        parts.setdefault(code.partition("-")[0], []).extend(content["_contains"])
    return parts


def described(path: Path) -> set[str]:
    """The countries that a file calls so."""
    return {
        quad.subject.value.rpartition("/")[2]
        for quad in ox.parse(path=str(path))
        if quad.object.value == "https://schema.org/Country"
    }


def write(name: str, what: str, prefixes: Iterable[str], blocks: Iterable[str]) -> None:
    known = tomllib.loads((ROOT / "ogdkg.toml").read_text("utf-8"))["prefixes"]
    lines = [
        HEAD.format(what=what).rstrip(),
        *(f"PREFIX {each}: <{known[each]}>" for each in prefixes),
        *blocks,
    ]
    (REFERENCE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(codes: Path, names: Path, containment: Path) -> None:
    with codes.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["is_independent"] == "Yes" or row["ISO3166-1-Alpha-3"] == "PSE"
        ]
    rows.sort(key=lambda row: row["ISO3166-1-Alpha-3"])
    cldr = territories(names)
    check(rows, read_containment(containment))
    shared = ("dcterms", "ogd", "region", "schema", "skos", "source")
    by_hand = described(REFERENCE / "countries.ttl")
    blocks = (country_lines(row, cldr, by_hand=row["ISO3166-1-Alpha-3"].lower() in by_hand) for row in rows)
    write(
        "country-labels.ttl",
        "The countries of the world: codes, names and regions.",
        ("country", *shared),
        blocks,
    )
    regions = (region_lines(region, cldr) for region in REGIONS)
    write(
        "regions.ttl",
        "The regions of the United Nations' standard M49, and what each is part of.",
        shared,
        regions,
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
