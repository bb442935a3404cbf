"""A layer of reasoning: derived, explained down to the lines, judged, left out, and refused where it errs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

from ogdkg import open_graph
from ogdkg.errors import LimitError
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.reasoning import engine

_AXIOMS = """
ns:standsIn rdfs:domain ns:Plant ; owl:inverseOf ns:grows .
ns:Plant a owl:Class ; rdfs:label "plant"@en ; owl:disjointWith ns:Garden .
ns:grows a owl:ObjectProperty ; rdfs:label "grows"@en .
"""
_LAYER = """[[layer]]
name = "inferred"
reasoning = "owlrl"
graph = "https://gardens.example/graph/inferred"

[export]
leave-out = ["inferred"]

[prefixes]"""


@pytest.fixture
def gardens(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(ROOT / "docs" / "example" / "gardens", tmp_path / "gardens"))
    with (folder / "ontology" / "gardens.ttl").open("a", encoding="utf-8") as file:
        file.write(_AXIOMS)
    _edit(folder / "ogdkg.toml", "[prefixes]", _LAYER)
    return folder


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_why_leads_from_what_follows_to_the_line(ogdkg: Run, gardens: Path) -> None:
    assert ogdkg("why", "Harbour Park", "grows", "Lime", cwd=gardens).stdout == (
        "Harbour Park · grows · Lime\n"
        "  inferred  graph:inferred\n"
        "    by prp-inv1 of OWL 2 RL: an inverse property holds in the other direction\n"
        "    from stands in · inverseOf · grows  [ontology]\n"
        "    from Lime · stands in · Harbour Park  [L2]\n"
    )


def test_why_tells_the_steps_behind_a_premise(ogdkg: Run, gardens: Path) -> None:
    _edit(gardens / "ontology" / "gardens.ttl", "ns:grows a", "ns:grows rdfs:range ns:Thirsty ; a")
    said = json.loads(ogdkg("why", "Lime", "type", "Thirsty", "-f", "json", cwd=gardens).stdout)
    [first, second] = said["statements"][0]["rules"]
    assert first["file"] == "prp-rng of OWL 2 RL"
    assert "concludes" not in first
    assert second["concludes"]["property"]["label"] == "grows"
    assert second["file"] == "prp-inv1 of OWL 2 RL"


def test_queries_cite_what_it_follows_from_and_exports_leave_it_out(ogdkg: Run, gardens: Path) -> None:
    rows = ogdkg("sparql", "SELECT ?t { ?g ns:grows ?t }", "--cite", "-f", "csv", cwd=gardens).stdout
    assert [row.rpartition(",")[2] for row in rows.split()[1:]] or "L1; inferred" in rows
    assert rows.count("passage/harbour") == 2
    assert (
        "ns#grows> <https://gardens.example/tree" not in ogdkg("export", "-f", "nquads", cwd=gardens).stdout
    )
    assert ogdkg("export", "-f", "nquads", "--layer", "inferred", cwd=gardens).stdout.count("ns#grows>") == 3


def test_validate_judges_what_follows_and_finds_contradictions(ogdkg: Run, gardens: Path) -> None:
    assert ogdkg("validate", cwd=gardens).returncode == 0
    _edit(
        gardens / "data" / "names.ttl",
        "garden:abbey a ns:Garden",
        "garden:abbey ns:standsIn tree:oak ; a ns:Garden",
    )
    found = ogdkg("validate", "-f", "json", cwd=gardens)
    assert found.returncode == 1
    [finding] = [each for each in json.loads(found.stdout)["findings"] if each["rule"] == "Contradiction"]
    cause = "cax-dw of OWL 2 RL: it is an instance of two disjoint classes"
    premises = (
        "ns:Plant owl:disjointWith ns:Garden; garden:abbey rdf:type ns:Plant; garden:abbey rdf:type ns:Garden"
    )
    assert finding["message"] == f"The statements contradict each other ({cause}): {premises}."
    assert finding["file"].endswith("names.ttl")
    assert finding["line"]
    with (gardens / "ogdkg.toml").open("a", encoding="utf-8") as file:
        file.write('[validate.rules]\ncontradiction = "off"\n')
    assert "Contradiction" not in ogdkg("validate", "-f", "json", cwd=gardens).stdout


def test_nothing_is_asked_of_blank_nodes_that_only_a_file_knows(ogdkg: Run, gardens: Path) -> None:
    with (gardens / "data" / "names.ttl").open("a", encoding="utf-8") as file:
        file.write("[] ns:standsIn garden:abbey ; ns:planted 1900 .\n")
    (gardens / "ontology" / "shapes" / "plants.ttl").write_text(
        "PREFIX ns: <https://gardens.example/ns#>\nPREFIX sh: <http://www.w3.org/ns/shacl#>\n"
        "ns:P a sh:NodeShape ; sh:targetClass ns:Plant ;"
        " sh:property [ sh:path ns:standsIn ; sh:minCount 1 ] .\n"
    )
    done = ogdkg("validate", cwd=gardens)
    assert (done.returncode, "too few" in done.stdout) == (0, False), done.stdout


def test_a_change_is_reasoned_about_anew(ogdkg: Run, gardens: Path) -> None:
    ask = ("sparql", "SELECT ?t { ?t a ns:Plant }", "-f", "csv")
    for _ in range(3):  # read, read and kept, taken from what is kept
        assert len(ogdkg(*ask, cwd=gardens).stdout.split()) == 4
    _edit(gardens / "ontology" / "gardens.ttl", "rdfs:domain ns:Plant ;", "")
    assert len(ogdkg(*ask, cwd=gardens).stdout.split()) == 1


def test_both_engines(gardens: Path) -> None:
    def followed(name: str) -> set[Triple]:
        quads = open_graph(gardens, engine=name).store.quads()
        return {quad.triple for quad in quads if quad.graph == Iri("https://gardens.example/graph/inferred")}

    assert followed("oxigraph") == followed("rdflib") != set()


def test_too_much_follows(gardens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST", 2)
    with pytest.raises(LimitError, match="More than 2 statements follow") as failed:
        open_graph(gardens).show("Lime")
    assert "`reads`" in str(failed.value.hint)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"owlrl"', '"owl-dl"', "'owl-dl' is no way to reason: write 'rdfs' or 'owlrl'."),
        ('reasoning = "owlrl"', 'reasoning = "owlrl"\nfiles = ["x.ttl"]', "has no files or rules of its own"),
        ('graph = "https://gardens.example/graph/inferred"', "", "A layer of rules needs a graph"),
    ],
)
def test_a_layer_that_is_wrong(ogdkg: Run, gardens: Path, old: str, new: str, message: str) -> None:
    _edit(gardens / "ogdkg.toml", old, new)
    failed = ogdkg("stats", cwd=gardens)
    assert failed.returncode == 3
    assert message in failed.stderr
    assert "ogdkg.toml:" in failed.stderr
