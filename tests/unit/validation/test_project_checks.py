"""What SHACL cannot see, on a small project that gets each of it wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT

from ogdkg.project.project import read_project
from ogdkg.validation.core.results import Finding, Report, Severity
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.project import project_inputs
from ogdkg.validation.pyshacl.client import PyShaclProcess

FACTS = """PREFIX : <https://small.example/>
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
:graph\\/passages { :p1 a ogd:Passage . }
:p1 { :a a :Thing ; :likes :b . :b a :Thing }
:p2 { :a :likes :nobody ; :has [ :size 1 ] . }
:p1 { :a <http://foreign.example/term> 2 . }
:a :likes :a .
:graph\\/passages { :b :likes :a . }
"""
FILES = {
    "ogdkg.toml": """
[project]
name = "small"
things = "https://small.example/"
[[layer]]
name = "source"
files = ["data/*.trig"]
passages = "https://small.example/graph/passages"
[[layer]]
name = "derived"
rules = ["queries/rules/*.rq"]
graph = "https://small.example/graph/derived"
[shapes]
files = ["shapes.ttl"]
ontology = ["ontology.ttl"]
[validate]
rules = ["blank-node", "graph-name", "undeclared"]
""",
    "data/facts.trig": FACTS,
    "data/more/facts.TRIG": "junk",
    "ontology.ttl": """PREFIX : <https://small.example/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
:Thing a owl:Class . :likes a owl:ObjectProperty . :has a owl:ObjectProperty . :liked a owl:ObjectProperty .
:size a owl:DatatypeProperty . ogd:Passage a owl:Class .
""",
    "shapes.ttl": """PREFIX : <https://small.example/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
:S a sh:NodeShape ; sh:targetClass :Thing ; sh:property :Unliked .
:Unliked a sh:PropertyShape ; sh:path :liked ; sh:maxCount 0 ; sh:severity sh:Info .
:Idle a sh:NodeShape ; sh:targetClass :Nothing ; sh:nodeKind sh:IRI .
""",
    "queries/rules/liked.rq": """PREFIX : <https://small.example/>
CONSTRUCT { ?b :liked ?a } WHERE { ?a :likes ?b }
""",
    "queries/checks/big.rq": """#+ summary: What is too big?
#+ tags: [checks, warning]
SELECT ?thing ?size WHERE { ?thing <http://foreign.example/term> ?size }
""",
}


@pytest.fixture(scope="module")
def report(pyshacl: PyShaclProcess, tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("small")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    inputs = project_inputs(read_project(folder), Inputs([], []))
    return Validator(pyshacl, Options(unused=True)).run(inputs)


EXPECTED = {
    ("BlankNode", Severity.VIOLATION, "facts.trig", 5),
    ("GraphName", Severity.VIOLATION, "facts.trig", 5),
    ("Undefined", Severity.VIOLATION, "facts.trig", 5),
    ("Undeclared", Severity.VIOLATION, "facts.trig", 6),
    ("Uncited", Severity.VIOLATION, "facts.trig", 7),
    ("Uncited", Severity.VIOLATION, "facts.trig", 8),
    ("Unread", Severity.WARNING, "facts.TRIG", None),
    ("big", Severity.WARNING, "facts.trig", 6),
    ("MaxCount", Severity.INFO, "facts.trig", 4),
}


def test_each_check_finds_its_fault_at_its_line(report: Report) -> None:
    found = set()
    for each in report.findings:
        file, line, _ = each.place or ("", None, None)
        found.add((each.rule, each.severity, Path(file).name, line))
    assert found == EXPECTED


def test_a_property_at_fault_is_what_the_place_points_at(report: Report) -> None:
    (finding,) = (finding for finding in report.findings if finding.rule == "Undeclared")
    assert finding.place and finding.place.column == FACTS.splitlines()[5].index("<http") + 1


def test_a_misspelt_name_is_met_with_the_nearest(pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    misspelt = FACTS.replace(":a :likes :nobody", ":a :lieks :paul ; :likes <https://small.example/Poul>")
    for name, text in {
        **FILES,
        "data/facts.trig": misspelt + ":p1 { :paula :likes :b . :a ogd:Pasage 1 }",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = Validator(pyshacl, Options()).run(project_inputs(read_project(tmp_path), Inputs([], [])))
    hints = {finding.message.split()[2]: finding.hint or "" for finding in found.findings}
    assert "Did you mean :likes?" in hints[":lieks"]
    assert "Did you mean :paula?" in hints[":paul"]


def test_a_finding_in_a_passage_names_it(report: Report) -> None:
    (finding,) = (finding for finding in report.findings if finding.rule == "Undeclared")
    assert finding.passage and finding.passage.value == "https://small.example/p1"


def test_what_no_shape_looks_at_is_listed(report: Report) -> None:
    assert "shape without focus nodes: :Idle" in report.unused
    assert "property that no shape looks at: :has" in report.unused
    assert "class that no shape looks at: ogd:Passage" in report.unused


def test_values_that_do_not_stand_in_their_passage_are_findings(
    pyshacl: PyShaclProcess, tmp_path: Path
) -> None:
    """As `ogdkg test --source` finds them, at their own line, though another graph has the same triple."""

    def findings(rule: str) -> list[Finding]:
        inputs = project_inputs(read_project(gardens), Inputs([], []))
        return [each for each in Validator(pyshacl, Options()).run(inputs).findings if each.rule == rule]

    gardens = shutil.copytree(ROOT / "docs" / "example" / "gardens", tmp_path / "gardens")
    data = gardens / "data" / "list.trig"
    data.write_text(data.read_text().replace("1921", "1912", 1))
    found = findings("ValueNotPrinted")
    assert [(each.message, each.severity, each.path) for each in found] == [
        ("1912 does not stand in L2; there is: 1921", Severity.VIOLATION, "ns:planted")
    ]
    assert found[0].place and (found[0].place.line, found[0].place.column) == (46, 16)
    assert found[0].excerpt == "    ns:planted 1912 ." and found[0].passage
    (gardens / "list.txt").write_text("Another text.\n")
    [changed] = findings("Evidence")
    assert "no source with these bytes" in changed.message and "reanchor" in (changed.hint or "")
