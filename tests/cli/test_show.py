"""`ogdkg show`: on a project without shapes, and on our own graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run
from tests.projects import our_citations, our_graph

from ogdkg import Graph
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.property_groups import Step, shown_properties
from ogdkg.evidence.show import profile, show
from ogdkg.rdf.terms import Iri
from ogdkg.render.views.footnotes import Look
from ogdkg.render.views.show import profile_text

GINKGO = """\
Ginkgo
tree:ginkgo · Tree

  prefLabel  Ginkgo  [reference]
  altLabel   Maidenhair  [reference]
  type       Tree  [reference]
  comesFrom  Nepal  [L2–3]
  neighbour  Lime  [derived]
  planted    1921  [L2]
  standsIn   Harbour Park  [L2, L2–3]
"""  # noqa: RUF001  # a range of lines is written with a dash


def test_without_shapes_properties_come_by_label(trees: Graph) -> None:
    citations = Citations(trees)
    assert "".join(profile_text(show(citations, "Ginkgo"), citations)) == GINKGO


def test_links_lead_back(ogdkg: Run) -> None:
    text = ogdkg("show", "Harbour Park").stdout
    assert "Links to it\n  ← standsIn  Ginkgo  [L2, L2" in text
    assert "Ada Gray  [L3]" in text


def test_a_narrow_terminal_folds_lines_and_keeps_the_citation_last(trees: Graph) -> None:
    citations = Citations(trees)
    lines = "".join(profile_text(show(citations, "Ginkgo"), citations, Look(38))).splitlines()
    assert max(map(len, lines)) <= 38
    assert lines[-1].endswith("]")


def test_an_ambiguous_name_lists_its_meanings(ogdkg: Run) -> None:
    done = ogdkg("show", "The Green")
    assert done.returncode == 2
    assert "  garden:abbey  Abbey Garden (Garden)\n" in done.stderr
    assert "  garden:harbour  Harbour Park (Garden)\n" in done.stderr


def test_short_forms_list_what_they_may_mean(ogdkg: Run) -> None:
    done = ogdkg("show", "OCR", cwd=ROOT)
    assert done.returncode == 2
    assert "  agent:office-of-the-company-registrar  Office of the Company Registrar (formal" in done.stderr
    assert "  initiative:company-registries  Data on Company Registries (initiative)" in done.stderr
    for name, meanings in (
        ("EITI", ("World Bank EITI team", "EITI Standard", "EITI member countries")),
        ("BOOST", ("BOOST platform", "BOOST public spending database")),
    ):
        shown = ogdkg("show", name, "--all", cwd=ROOT).stdout
        others = shown.partition("Other things of that name, or with it in theirs\n")[2]
        assert all(f"  {meaning} (" in others for meaning in meanings)
    assert "Other things" not in ogdkg("show", "World Bank EITI team", cwd=ROOT).stdout


def test_a_long_list_of_meanings_is_cut(trees: Graph) -> None:
    citations = Citations(trees)
    found = show(citations, "Ginkgo")._replace(others=tuple(citations.names.labels)[:1] * 20)
    assert "".join(profile_text(found, citations)).endswith("  … 5 more: ogdkg search Ginkgo\n")


def test_a_thing_without_a_name_goes_by_its_iri(ogdkg: Run) -> None:
    assert "  textHash" in ogdkg("show", "https://trees.example/id/source/list").stdout
    assert ogdkg("show", "passage:oak").stdout.startswith("passage:oak\npassage:oak · Passage\n")
    done = ogdkg("show", "tree:birch")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no thing 'tree:birch'" in done.stderr


def test_json_has_every_citation(ogdkg: Run, tmp_path: Path) -> None:
    assert ogdkg("show", "Ginkgo", "-o", tmp_path / "ginkgo.json").returncode == 0
    shown = json.loads((tmp_path / "ginkgo.json").read_text())
    assert (shown["name"], shown["kinds"]) == ("Ginkgo", ["Tree"])
    [stands] = [each for each in shown["groups"][0]["properties"] if each["name"] == "standsIn"]
    [value] = stands["values"]
    assert (value["iri"], value["label"]) == ("https://trees.example/id/garden/harbour", "Harbour Park")
    assert [each["lines"] for each in value["citations"]] == [[2, 2], [2, 3]]
    assert value["citations"][0]["fragment"] == "planted in the Harbour Park"


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "initiatives").glob("*.trig")), ids=lambda p: p.stem)
def test_all_that_is_said_of_an_initiative_is_shown(path: Path) -> None:
    citations = our_citations()
    thing = Iri(f"https://w3id.org/ogdkg/id/initiative/{path.stem}")
    groups = profile(citations, thing).groups
    shown = {
        (step.predicate, value.term)
        for group in groups
        for line in group.lines
        for step in line.steps
        for value in line.values
    }
    said = {(each.triple.predicate, each.triple.object) for each in citations.statements_about(thing)}
    assert said <= shown
    assert [group.name for group in groups][:2] == ["Names", "Kind and theme"]
    assert all(value.citations for group in groups for line in group.lines for value in line.values)


def test_shapes_give_order_names_and_paths_back() -> None:
    found = {shown.name: shown for shown in shown_properties(our_graph().project)}
    assert found["name"].group == "Names"
    assert next(iter(found)) == "name"
    assert found["contact of"].steps == (Step(Iri("http://www.w3.org/ns/dcat#contactPoint"), inverse=True),)
    assert [step.inverse for step in found["offered by"].steps] == [True, True]
