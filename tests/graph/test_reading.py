"""How the document is read: its names find their things, and what it names as an example is marked as one."""

from __future__ import annotations

import re

import pytest
from tests.cli.test_coverage import DOCUMENT
from tests.projects import our_citations

from ogdkg.evidence.show import resolve_name
from ogdkg.rdf.terms import Iri
from ogdkg.store.base import Rows

THINGS = "https://w3id.org/ogdkg/id/"
PRINTED = {
    "World Bank Global Tiger Initiative": "initiative:gti",
    "Clemson": "agent:clemson-university",
    "The Open Aid Partnership": "initiative:oap",
    "The Open Landscape Partnership Platform": "initiative:olpp",
    "e-Services system": "tool:company-e-services",
    "automated database": "tool:company-filing-system",
    "digital filing system": "tool:company-filing-system",
    "26-digit template": "method:boost-template",
    "public spending database": "dataset:boost-database",
    "cyber-infrastructure": "tool:opn-cyberinfrastructure",
    "document library": "dataset:gti-document-library",
    "Open Data platform": "tool:tiger-platform",
    "gender-based violence hackathon": "event:nepal-gbv-hackathon",
    "other Bank units": "agent:other-bank-units",
    "Global maps": "tool:gafsp-global-maps",
    "data storage, management and sharing": "service:transport-data-custody",
}


@pytest.mark.parametrize("name", PRINTED)
def test_a_name_as_printed_finds_its_thing(name: str) -> None:
    citations = our_citations()
    assert citations.short(resolve_name(citations, name)) == PRINTED[name]


LISTED = """
SELECT ?start ?end ?listing {
  ?reading ogd:listing ?listing ; prov:wasDerivedFrom/oa:hasSelector ?position .
  ?position oa:start ?start ; oa:end ?end .
}
"""
WORDS = {
    "examples": re.compile(r"such\s+as|e\.g\.|examples\s+include"),
    "some": re.compile(r"(?<!examples )\binclud(?:e|ing)\b"),
}
BEFORE = 25  # code points between the word and what it introduces


@pytest.mark.skipif(DOCUMENT is None, reason="the source document is not there")
@pytest.mark.parametrize("listing", WORDS)
def test_what_is_named_as_an_example_is_marked_as_one(listing: str) -> None:
    assert DOCUMENT
    rows = our_citations().graph.sparql(LISTED)
    assert isinstance(rows, Rows)
    spans = [
        (int(start.value), int(end.value))
        for start, end, kind in rows.rows
        if isinstance(kind, Iri) and kind.value.endswith(f"/{listing}") and start and end
    ]
    said = [found.start() for found in WORDS[listing].finditer(DOCUMENT.read_text("utf-8"))]
    assert len(said) == {"examples": 7, "some": 5}[listing]
    assert not [place for place in said if not any(start - BEFORE <= place < end for start, end in spans)]
    assert not [span for span in spans if not any(span[0] - 700 <= place < span[1] for place in said)]


def test_an_aim_does_not_contribute_to_itself() -> None:
    chain = our_citations().graph.sparql("ASK { ?aim ogd:contributesTo+ ?aim }")
    assert chain is False


def test_each_end_is_reached_from_an_initiative() -> None:
    """Else no query by initiative would tell it."""
    missing = our_citations().graph.sparql(
        "SELECT ?end { ?means ogd:contributesTo ?end FILTER NOT EXISTS { ?whole ogd:encompasses ?end } }"
    )
    assert isinstance(missing, Rows)
    assert list(missing.rows) == []


ENTRIES = """
SELECT DISTINCT ?entry ?line {
  ?entry a ogd:Initiative .
  ?passage dcterms:subject ?entry ; ogd:startLine ?line .
  ?reading prov:wasDerivedFrom ?passage .
  GRAPH ?reading { ?thing ?property ?value }
  ?thing skos:prefLabel ?label . ?property rdfs:label ?name
}
"""


def test_a_profile_goes_on_to_the_end_of_its_entry() -> None:
    graph = our_citations().graph
    rows = graph.sparql(ENTRIES)
    assert isinstance(rows, Rows)
    lines: dict[str, set[str]] = {}
    for entry, line in rows.rows:
        assert isinstance(entry, Iri) and line
        lines.setdefault(entry.value, set()).add(line.value)
    assert len(lines) == 13 and {"118", "119", "120", "121"} <= lines[f"{THINGS}initiative/opn"]
    for entry, printed in lines.items():
        profile = graph.query("initiative-profile", initiative=entry)
        assert isinstance(profile, Rows)
        told = {row[-1].value for row in profile.rows if row[-1]}
        assert printed <= told, entry
