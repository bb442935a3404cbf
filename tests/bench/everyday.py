"""Writes contracts as offices write them: `python tests/bench/everyday.py 100000 FILE [--rate 0.04]`.

The literals are such as stores spell otherwise: money with two places, times with an offset or fractions of a
second, `xsd:int`, `"1"^^xsd:boolean`, `@EN`, long texts; contacts are blank nodes. Half of the contracts have
such literals, the others have canonical ones. A share of all contracts (--rate) breaks a constraint of
everyday-shapes.ttl on purpose. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TextIO

HEAD = """@prefix e: <https://example.org/everyday#> .
@prefix c: <https://example.org/contract/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TRIPLES_EACH = 19
WORDS = (
    "supply", "works", "road", "water", "school", "clinic", "survey", "audit", "bridge", "repair", "energy",
    "port", "training", "software",
)  # fmt: skip
# What is wrong, and the value then; of those without, in `contract`.
FLAWS = {
    "amount": "-5.50",
    "currency": '"eur"',
    "signed": '"2020-13-01T00:00:00Z"^^xsd:dateTime',
    "until": '"2010-01-01T00:00:00+00:00"^^xsd:dateTime',
    "bids": '"900"^^xsd:int',
    "open": '"yes"',
    "title": '"One"@en , "Another"@en',
    "share": '"1.40"^^xsd:decimal',
    "buyer": "c:nobody",
    "contact": "",
    "mail": "",
    "item": "",
}


def _money(rng: random.Random, as_written: bool) -> str:
    amount = rng.randrange(1_000, 9_000_000)
    return (
        f'"{amount}.{rng.randrange(10)}0"^^xsd:decimal' if as_written else f"{amount}.{rng.randrange(1, 10)}"
    )


def _time(rng: random.Random, year: int, as_written: bool) -> str:
    day = f"{year}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:30:00"
    tail = rng.choice(("+00:00", ".000Z", "+05:45", ".5Z")) if as_written else "Z"
    return f'"{day}{tail}"^^xsd:dateTime'


def _item(rng: random.Random, flaw: str | None, as_written: bool) -> str:
    cost = "-1" if flaw == "item" else _money(rng, as_written)
    return f"[ a e:Item ; e:cost {cost} ; e:count {rng.randrange(1, 9)} ]"


def _contact(number: int, flaw: str | None) -> str:
    mail = "nobody" if flaw == "mail" else f"office{number % 97}@example.org"
    return f'[ a e:Contact ; e:mail "{mail}" ; e:phone "+977-1-{number % 9000:04}" ]'


def contract(rng: random.Random, number: int, flaw: str | None) -> str:
    """Return the statements of one contract; `flaw` names what is wrong with it."""
    as_written = number % 2 == 0
    words = " ".join(rng.choices(WORDS, k=rng.randrange(3, 60)))
    tag = "EN" if as_written else "en"
    values = {
        "a": "e:Contract",
        "reference": f'"C-{number:07}"',
        "title": f'"{words[:40]} {number}"@{tag}',
        "description": f'"{words}"',
        "amount": _money(rng, as_written),
        "currency": f'"{rng.choice(("EUR", "USD", "NPR"))}"',
        "signed": _time(rng, 2015, as_written),
        "until": _time(rng, 2021, as_written),
        "bids": f'"{rng.randrange(1, 40)}"^^xsd:int',
        "open": '"1"^^xsd:boolean' if as_written else "true",
        "paid": f'"2022-0{rng.randrange(1, 9)}-11"^^xsd:date' if number % 3 else _time(rng, 2022, as_written),
        "share": f'"0.{rng.randrange(1, 10)}0"^^xsd:decimal',
        "buyer": f"c:office{number % 97}",
        "contact": _contact(number, flaw),
        "item": " , ".join(_item(rng, flaw, as_written) for _ in range(number % 2 + 1)),
    }
    values |= {name: FLAWS[name] for name in (flaw,) if name and FLAWS[name]}
    if flaw == "contact":
        del values["contact"]
    lines = (f"{name if name == 'a' else f'e:{name}'} {value}" for name, value in values.items())
    return f"c:n{number} " + " ;\n  ".join(lines) + " .\n"


def write(triples: int, out: TextIO, *, seed: int = 1, rate: float = 0.04) -> int:
    """Write about so many triples; return the number of contracts that break a constraint."""
    rng, faulty = random.Random(seed), 0
    out.write(HEAD)
    for number in range(97):
        out.write(f'c:office{number} a e:Office ; e:name "Office {number}"@en .\n')
    for number in range(max(10, triples // TRIPLES_EACH)):
        flaw = tuple(FLAWS)[faulty % len(FLAWS)] if rng.random() < rate else None
        faulty += flaw is not None
        out.write(contract(rng, number, flaw))
    return faulty


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("triples", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.04)
    asked = parser.parse_args()
    with asked.file.open("w", encoding="utf-8") as out:
        faulty = write(asked.triples, out, seed=asked.seed, rate=asked.rate)
    print(f"{faulty} faulty contracts")


if __name__ == "__main__":
    main()
