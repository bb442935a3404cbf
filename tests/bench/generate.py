"""Writes the benchmark graph: `python tests/bench/generate.py 100000 FILE [--graphs] [--seed 1] [--rate
0.002]`.

About as many triples as asked for, in our model: initiatives with participations, engagements, claims and the
passages that state them. With --graphs each initiative's facts stand in the graph of their passage (TriG),
without it there is one graph (Turtle). A share of all triples breaks a constraint of shapes.ttl on purpose.
The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

PREFIXES = {
    "b": "https://example.org/bench#",
    "d": "https://example.org/bench/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "ogd": "https://w3id.org/ogdkg/ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
WORDS = (
    "open", "data", "budget", "mining", "road", "health", "water", "school", "risk", "map", "survey", "tiger",
    "land", "court", "tax", "vote",
)  # fmt: skip
# What can be broken, each a name that a line below looks for.
FLAWS = (
    "tool", "label", "language", "literal", "description", "length", "kind", "page", "participation", "role",
    "participant", "country", "delivered", "counted", "engaged", "date", "until", "event", "closed", "value",
    "unit", "line", "exact", "next",
)  # fmt: skip
TRIPLES_EACH = 51


def blocks(triples: int, seed: int, rate: float) -> Iterator[tuple[str, list[str]]]:
    """Passage and statements, one initiative after another."""
    chance = random.Random(seed)
    flaw_rate = rate * TRIPLES_EACH
    for number in range(max(1, triples // TRIPLES_EACH)):
        flaw = chance.choice(FLAWS) if chance.random() < flaw_rate else ""
        yield f"d:passage{number}", list(_initiative(number, flaw, chance))


def shared() -> list[str]:
    """What all initiatives refer to."""
    lines = [f'd:country{n} a schema:Country ; skos:prefLabel "Country {n}"@en .' for n in range(200)]
    lines += [f'd:role{n} a b:Role ; skos:prefLabel "role {n}"@en .' for n in range(8)]
    lines += [f'd:org{n} a schema:Organization ; skos:prefLabel "Organisation {n}"@en .' for n in range(300)]
    return [*lines, "b:Role rdfs:subClassOf skos:Concept .", "b:Programme rdfs:subClassOf ogd:Initiative ."]


def _initiative(n: int, flaw: str, chance: random.Random) -> Iterator[str]:
    name = " ".join(chance.sample(WORDS, 3))
    me = f"d:initiative{n}"
    kind = "b:Programme" if n % 10 == 0 else "ogd:Initiative"
    yield f"{me} a {kind}{', ogd:Tool' if flaw == 'tool' else ''} ."
    label = {
        "label": "",
        "literal": f'skos:prefLabel "{name} {n}" ;',
        "language": f'skos:prefLabel "{name}"@en, "{name} {n}"@en ;',
    }.get(flaw, f'skos:prefLabel "{name} {n}"@en ;')
    about = f"{name} " * (12 if flaw == "length" else 2)
    second = ', "second"@en' if flaw == "description" else ""
    page = f"https://example.org/{n}" + ("!," if flaw == "page" else "")
    part = "" if flaw == "participation" else f"ogd:hasParticipation d:part{n}a, d:part{n}b ;"
    yield (
        f'{me} {label} dcterms:description "{about}{n}"@en{second} ; '
        f'skos:altLabel "{name} i"@en, "{name} ii"@en ; '
        f"ogd:kind d:kind{9 if flaw == 'kind' else n % 5} ; foaf:page <{page}> ; {part} "
        f"ogd:hasEngagement d:eng{n}a, d:eng{n}b, d:eng{n}c ; "
        f"dcterms:subject d:theme{n % 9}, d:theme{n % 7} ; "
        f"b:statedCountry d:country{n % 200 if flaw != 'counted' else (n + 77) % 200} ."
    )
    for letter in "ab":
        broken = flaw if letter == "a" else ""
        role = "" if broken == "role" else f"b:role d:role{n % 8} ;"
        whom = "" if broken == "participant" else f"b:participant d:org{(n * 7 + ord(letter)) % 300} ;"
        yield f"d:part{n}{letter} a ogd:Participation ; {role} {whom} dcterms:source d:source ."
    for place, letter in enumerate("abc"):
        yield _engagement(n, place, letter, flaw)
    yield from _claim(n, flaw)
    yield from _passage(n, flaw, name)


def _engagement(n: int, place: int, letter: str, flaw: str) -> str:
    broken = flaw if letter == "a" else ""
    country = f"d:country{(n + place) % 200}" if broken != "country" else "d:org1"
    where = f"ogd:inCountry {country}{', d:country199, d:country198' if broken == 'engaged' else ''} ;"
    status = 0 if flaw == "delivered" else (n + place) % 3
    event = f"ogd:throughEvent d:event{n % 50} ;" if status == 1 and broken != "event" else ""
    if broken == "event":
        status = 1
    start = '"2020-01-15"' if broken == "date" else f'"20{n % 9 + 10}-0{place + 1}-15"^^xsd:date'
    end = '"2001-01-01"^^xsd:date' if broken == "until" else '"2024-05-01"^^xsd:date'
    return (
        f"d:eng{n}{letter} a ogd:CountryEngagement ; {where} ogd:engagementStatus d:status{status} ; "
        f"{event} b:from {start} ; b:until {end} ."
    )


def _claim(n: int, flaw: str) -> Iterator[str]:
    value = '"many"' if flaw == "value" else n % 100 - (1000 if n % 2 and flaw == "value" else 0)
    extra = "b:stray d:org3 ;" if flaw == "closed" else ""
    unit = '"Länder"@de' if flaw == "unit" else '"countries"@en'
    yield (
        f"d:claim{n} a ogd:QuantityClaim ; schema:value {value} ; {extra} schema:unitText {unit} ; "
        f"schema:observationAbout d:initiative{n} ."
    )


def _passage(n: int, flaw: str, name: str) -> Iterator[str]:
    first = n % 1000
    last = first - 3 if flaw == "line" else first + 1
    quote = "x" if flaw == "exact" else name
    following = n if flaw == "next" else n + 1
    yield (
        f'd:passage{n} a ogd:Passage ; ogd:startLine {first} ; ogd:endLine {last} ; b:exact "{quote}" ; '
        f"b:next d:passage{following} ."
    )


def write(out: TextIO, triples: int, *, graphs: bool, seed: int = 1, rate: float = 0.002) -> None:
    """The graph as TriG or Turtle."""
    out.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    out.write("\n".join(["d:reference {", *shared(), "}"] if graphs else shared()) + "\n")
    for passage, lines in blocks(triples, seed, rate):
        out.write("\n".join([f"{passage} {{", *lines, "}"] if graphs else lines) + "\n")


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
