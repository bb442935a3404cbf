"""One thing has one label, whichever command shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg.rdf.labels import PROPERTY_RANKS, label_rank
from tests.conftest import Run

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://e/> .
"""
CASES = {
    "h": ('skos:prefLabel "Haus"@de ; rdfs:label "House"@en', "House"),
    "k": ('skos:prefLabel "Zeta plain", "Alpha english"@en', "Alpha english"),
    "p": ('skos:prefLabel "Nu", "Nom"@fr', "Nu"),
    "n": ('schema:name "Nom"@fr, "Name"@de', "Name"),
    "a": ('skos:altLabel "Alias" ; schema:name "Nombre"@es', "Nombre"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("labels")
    lines = "".join(f"e:{thing} a e:C ; {names} .\n" for thing, (names, _) in CASES.items())
    values = "".join(f"e:{thing} e:size 5 .\n" for thing in CASES)
    (made / "ogdkg.toml").write_text(
        '[project]\nname = "labels"\n[prefixes]\ne = "http://e/"\n'
        '[[layer]]\nname = "facts"\nfiles = ["new.ttl"]\ngraph = "http://e/graph"\n'
    )
    (made / "old.ttl").write_text(PREFIXES + lines)
    (made / "new.ttl").write_text(PREFIXES + lines + values)
    shapes = (
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:size ; sh:maxInclusive 3 ] .\n"
    )
    (made / "shapes.ttl").write_text(PREFIXES + shapes)
    return made


@pytest.mark.parametrize("thing", CASES)
def test_show_validate_and_diff_call_a_thing_by_one_name(folder: Path, ogdkg: Run, thing: str) -> None:
    label = CASES[thing][1]
    shown = ogdkg("show", f"e:{thing}", cwd=folder)
    assert shown.stdout.startswith(label + "\n"), shown
    validated = ogdkg("validate", "new.ttl", "--shapes", "shapes.ttl", cwd=folder)
    assert label in validated.stdout, validated.stdout
    changed = ogdkg("diff", "old.ttl", "new.ttl", cwd=folder)
    assert f"{label}: size added 5" in changed.stdout, changed.stdout


def test_the_properties_have_an_order() -> None:
    names = [("b", rank, language) for rank in PROPERTY_RANKS.values() for language in ("fr", "en", "")]
    ranked = sorted(names, key=lambda name: label_rank(*name))
    assert [language for _, rank, language in ranked if rank < 5] == ["en"] * 5 + [""] * 5 + ["fr"] * 5
    assert all(rank < 5 for _, rank, _ in ranked[:15])
