"""The IRIs of what is imported stay when a value is corrected or a page moves; old ones have successors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import DCTERMS, Graph, URIRef
from tests.conftest import ROOT, Run
from tests.projects import copy_own_project

OURS = "https://w3id.org/ogdkg/id/"
BY_ROW = re.compile(rf"{OURS}(claim|engagement|milestone|participation|statement|version)/e\d{{4}}")
EXPORTED = ("export", "--layer", "enrichment", "--layer", "reference", "--layer", "source", "-f", "ntriples")


@pytest.fixture(scope="module")
def retired() -> Graph:
    return Graph().parse(ROOT / "data/retired.ttl")


def test_what_has_a_row_is_named_by_it(ogdkg: Run) -> None:
    graph = Graph().parse(data=ogdkg("export", "--layer", "enrichment", "-f", "ntriples", cwd=ROOT).stdout)
    rows = set(graph.subject_objects(DCTERMS.identifier)) | set(
        graph.subject_objects(URIRef("https://w3id.org/ogdkg/ns#row"))
    )
    named = {node: str(row) for node, row in rows if not str(node).startswith(f"{OURS}document/")}
    assert len(named) > 800
    assert [node for node, row in named.items() if not str(node).endswith(f"/{row.lower()}")] == []
    assert all(BY_ROW.fullmatch(str(node)) for node in named)


def test_an_iri_given_up_leads_to_one_in_use(ogdkg: Run, retired: Graph) -> None:
    used = set(Graph().parse(data=ogdkg(*EXPORTED, cwd=ROOT).stdout).subjects())
    old, new = set(retired.subjects()), set(retired.objects())
    assert len(retired) == len(old)  # one successor each
    assert new <= used
    assert not old & used
    assert set(retired.predicates()) == {DCTERMS.isReplacedBy}


def test_a_corrected_list_keeps_every_iri(ogdkg: Run, tmp_path: Path) -> None:
    columns = "id,subject,property,value,value_type,note,source_title,source_url,source_date,confidence"
    given = "E9001,EITI,formed,2003-06-17,date,,A page,https://a.example/x,2017,secondary"
    corrected = "E9001,EITI,formed,2003-06-18,date,,A page,https://b.example/moved,2017,secondary"
    found = []
    for number, row in enumerate((given, corrected)):
        project = tmp_path / str(number)
        copy_own_project(project)
        for file in (project / "data/enrichment").rglob("*.ttl"):
            file.unlink()
        (project / "list.csv").write_text(f"{columns}\n{row}\n", "utf-8")
        done = ogdkg("import", "list.csv", "--mapping", "data/enrichment/mapping.toml", cwd=project)
        assert done.returncode == 0, done.stderr
        text = "".join(path.read_text("utf-8") for path in (project / "data/enrichment").glob("*.ttl"))
        found.append(set(re.findall(r"(?:claim|milestone|statement):[a-z0-9-]+", text)))
    assert found[0] == found[1] == {"milestone:e9001"}
