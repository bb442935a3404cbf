"""Writes the benchmark graph: `python tests/bench/generate.py 100000 FILE [--graphs] [--seed 1] [--rate
0.002]`.

As many triples as asked for, but never fewer than some 2,500, in our model: initiatives with participations,
engagements, claims and the passages that state them. Few countries and organisations stand in many of them,
and many in few; labels come in six languages, texts hold brackets and quotes. With --graphs each initiative's
facts stand in the graph of their passage (TriG), without it there is one graph (Turtle). A share of all
triples (--rate) breaks a constraint of shapes.ttl on purpose. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TextIO

PREFIXES = {
    "b": "https://example.org/bench#",
    "c": "https://w3id.org/ogdkg/concept/",
    "cv": "http://data.europa.eu/m8g/",
    "d": "https://example.org/bench/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "g": "https://w3id.org/ogdkg/graph/",
    "oa": "http://www.w3.org/ns/oa#",
    "ogd": "https://w3id.org/ogdkg/ns#",
    "org": "http://www.w3.org/ns/org#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
WORDS = (
    "open", "data", "budget", "mining", "road", "health", "water", "school", "risk", "map", "survey", "tiger",
    "land", "court", "tax", "vote", "harvest", "port", "energy", "forest", "census", "transport",
)  # fmt: skip
LANGUAGES = {
    "fr": "Données ouvertes",
    "es": "Datos abiertos",
    "ne": "खुला तथ्याङ्क",
    "ar": "بيانات",
    "de": "Länder",
}
# What can be broken, each a name that a line below looks for.
FLAWS = (
    "tool", "label", "language", "literal", "description", "length", "kind", "page", "participation", "role",
    "participant", "country", "delivered", "counted", "engaged", "date", "until", "event", "closed", "value",
    "unit", "line", "exact", "next",
)  # fmt: skip
TRIPLES_EACH = 60  # of an initiative, in the mean
SOUND = 20  # the first ones break nothing, so that questions may ask of them
COUNTRIES, ROLES, THEMES, STATUSES, COMPARATORS = 200, 8, 12, 3, 4


class Block:
    """Statements as text, counted."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.triples = 0

    def add(self, subject: str, *pairs: str) -> None:
        """A subject with pairs of a property and a value; an empty one is left out."""
        said = [pair for pair in pairs if pair]
        if said:
            self.lines.append(f"{subject} {' ; '.join(said)} .")
            self.triples += len(said)


def shared(organisations: int) -> Block:
    """What all initiatives refer to."""
    block = Block()
    for n in range(COUNTRIES):
        code = "".join(chr(65 + n // 26**place % 26) for place in (2, 1, 0))
        block.add(
            f"d:country{n}",
            "a schema:Country",
            f'skos:prefLabel "Country {n}"@en',
            f'skos:notation "{code}"^^ogd:alpha3',
        )
    for scheme, number in (
        ("role", ROLES),
        ("theme", THEMES),
        ("engagement-status", STATUSES),
        ("comparator", COMPARATORS),
    ):
        for n in range(number):
            kind = "b:Role" if scheme == "role" else "skos:Concept"
            block.add(
                f"d:{scheme}{n}",
                f"a {kind}",
                f'skos:prefLabel "{scheme} {n}"@en',
                f"skos:inScheme c:{scheme}",
            )
    for n in range(organisations):
        part = f"org:subOrganizationOf d:org{n // 7}" if n % 3 == 1 else ""
        block.add(
            f"d:org{n}",
            "a org:FormalOrganization",
            f'skos:prefLabel "Organisation {n}"@en',
            part,
            f"schema:location d:country{n % COUNTRIES}",
        )
    block.add("b:Role", "rdfs:subClassOf skos:Concept")
    block.add("b:Programme", "rdfs:subClassOf ogd:Initiative")
    return block


class Initiatives:
    """Makes one initiative after another, by a seed."""

    def __init__(self, seed: int, organisations: int) -> None:
        self._chance = random.Random(seed)
        self._organisations = organisations

    def flaw(self, rate: float) -> str:
        """What to break in the next initiative, if anything; `rate`: of all triples."""
        return self._chance.choice(FLAWS) if self._chance.random() < rate * TRIPLES_EACH else ""

    def facts(self, n: int, flaw: str) -> Block:
        """What the passage of an initiative states."""
        chance, block, me = self._chance, Block(), f"d:initiative{n}"
        name = " ".join(chance.sample(WORDS, 3))
        participations, engagements = self._many(8), self._many(10)
        countries = [self._skewed(COUNTRIES - 2) for _ in range(engagements)]
        label = {
            "label": "",
            "literal": f'skos:prefLabel "{name} {n}"',
            "language": f'skos:prefLabel "{name}"@en, "{name} {n}"@en',
        }.get(flaw, f'skos:prefLabel "{name} {n}"@en')
        block.add(
            me,
            f"a {'b:Programme' if n % 10 == 0 else 'ogd:Initiative'}",
            "a ogd:Tool" if flaw == "tool" else "",
        )
        block.add(me, label)
        about = (f"{name} " * (12 if flaw == "length" else 2)) + f'(no. {n}, \\"{name}\\" [{n % 9}])'
        block.add(
            me,
            f'dcterms:description "{about}"@en' + (', "second"@en' if flaw == "description" else ""),
            f"schema:position {n + 1}",
            f'ogd:abbreviation "{"".join(word[0] for word in name.split()).upper()}{n}"@en' if n % 3 else "",
            f"ogd:kind d:kind{9 if flaw == 'kind' else n % 5}",
            f"foaf:page <https://example.org/{n}{'!,' if flaw == 'page' else ''}>"
            if n % 4 or flaw == "page"
            else "",
            f"b:statedCountry d:country{COUNTRIES - 1 if flaw == 'counted' else countries[0]}",
        )
        for language in chance.sample(list(LANGUAGES), self._many(3)):
            block.add(me, f'skos:altLabel "{LANGUAGES[language]} {n}"@{language}')
        for theme in {self._skewed(THEMES), n % THEMES}:
            block.add(me, f"dcterms:subject d:theme{theme}")
        for place in range(0 if flaw == "participation" else participations):
            self._participation(block, me, f"d:part{n}p{place}", "" if place else flaw)
        for place, country in enumerate(countries):
            self._engagement(block, n, place, country, "" if place else flaw)
        self._claim(block, n, flaw)
        return block

    def passage(self, n: int, flaw: str) -> Block:
        """The description of the passage that states an initiative, and of its reading."""
        block, first = Block(), n % 1000
        quote = "x" if flaw == "exact" else f"stated on line {first}"
        block.add(
            f"d:passage{n}",
            "a ogd:Passage",
            f"ogd:startLine {first}",
            f"ogd:endLine {first - 3 if flaw == 'line' else first + 1}",
            f'b:exact "{quote}"',
            f"b:next d:passage{n if flaw == 'next' else n + 1}",
            f"dcterms:subject d:initiative{n}",
        )
        block.add(f"d:reading{n}", "a ogd:Reading", f"prov:wasDerivedFrom d:passage{n}")
        return block

    def _participation(self, block: Block, me: str, part: str, flaw: str) -> None:
        role, agent = self._skewed(ROLES), self._skewed(self._organisations)
        block.add(me, f"ogd:hasParticipation {part}")
        block.add(
            part,
            "a ogd:Participation",
            "" if flaw == "role" else f"cv:role d:role{role}",
            "" if flaw == "participant" else f"cv:hasParticipant d:org{agent}",
            "dcterms:source d:source",
        )

    def _engagement(self, block: Block, n: int, place: int, country: int, flaw: str) -> None:
        me, status = f"d:eng{n}e{place}", (n + place) % 2 + 1 if place else n % 3
        status = 1 if flaw == "event" else status
        where = "d:org1" if flaw == "country" else f"d:country{country}"
        start = '"2020-01-15"' if flaw == "date" else f'"20{n % 9 + 10}-0{place % 9 + 1}-15"^^xsd:date'
        end = "2001-01-01" if flaw == "until" else "2024-05-01"
        block.add(f"d:initiative{n}", f"ogd:hasEngagement {me}")
        block.add(
            me,
            "a ogd:CountryEngagement",
            f"ogd:inCountry {where}",
            *(
                (f"ogd:inCountry d:country{COUNTRIES - 2}", f"ogd:inCountry d:country{COUNTRIES - 1}")
                if flaw == "engaged"
                else ()
            ),
            f"ogd:engagementStatus d:engagement-status{status}",
            f"b:from {start}",
            f'b:until "{end}"^^xsd:date',
            f"ogd:throughEvent d:event{n % 50}" if status == 1 and flaw != "event" else "",
        )
        if flaw == "delivered":  # two more of the status that is allowed twice
            for more in ("x", "y", "z"):
                block.add(f"d:initiative{n}", f"ogd:hasEngagement {me}{more}")
                block.add(
                    f"{me}{more}", f"ogd:inCountry {where}", "ogd:engagementStatus d:engagement-status0"
                )

    def _claim(self, block: Block, n: int, flaw: str) -> None:
        value = '"many"' if flaw == "value" else str(int(self._chance.paretovariate(1)) % 10**6)
        block.add(
            f"d:claim{n}",
            "a ogd:QuantityClaim",
            f"schema:value {value}",
            "b:stray d:org3" if flaw == "closed" else "",
            'schema:unitText "Länder"@de' if flaw == "unit" else 'schema:unitText "countries"@en',
            f"ogd:comparator d:comparator{n % COMPARATORS}",
            f"schema:observationAbout d:initiative{n}",
        )

    def _many(self, most: int) -> int:
        """How many of something: mostly few, seldom many."""
        return min(most, int(self._chance.paretovariate(1.2)))

    def _skewed(self, number: int) -> int:
        """One of so many, the first ones far more often."""
        return int(number * self._chance.random() ** 3)


def write(out: TextIO, triples: int, *, graphs: bool, seed: int = 1, rate: float = 0.002) -> None:
    """The graph as TriG or Turtle."""
    organisations = max(300, triples // 500)
    initiatives, common = Initiatives(seed, organisations), shared(organisations)
    out.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    _write(out, common, "g:reference" if graphs else "")
    done, n = common.triples, 0
    while done < triples or n < SOUND:
        flaw = initiatives.flaw(rate) if n >= SOUND else ""
        facts, passage = initiatives.facts(n, flaw), initiatives.passage(n, flaw)
        _write(out, passage, "g:passages" if graphs else "")
        _write(out, facts, f"d:reading{n}" if graphs else "")
        done += facts.triples + passage.triples
        n += 1


def _write(out: TextIO, block: Block, graph: str) -> None:
    text = "\n".join(block.lines)
    out.write(f"{graph} {{\n{text}\n}}\n" if graph else f"{text}\n")


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("triples", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--graphs", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.002)
    asked = parser.parse_args()
    with asked.file.open("w", encoding="utf-8") as out:
        write(out, asked.triples, graphs=asked.graphs, seed=asked.seed, rate=asked.rate)


if __name__ == "__main__":
    main()
