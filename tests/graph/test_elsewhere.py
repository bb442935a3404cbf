"""Facts from elsewhere: their layer can be dropped, each graph says where it is from, each row leads back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, SKOS, VOID, Graph, Namespace, URIRef
from tests.conftest import ROOT, Run
from tests.projects import copy_own_project, our_graph

from ogdkg import Graph as CitedGraph
from ogdkg import open_graph
from ogdkg.acceptance.questions import read_question, run_file
from ogdkg.catalogue.catalogue import Catalogue
from ogdkg.store.base import Rows, Triples

OGD = Namespace("https://w3id.org/ogdkg/ns#")
SCHEMA = Namespace("https://schema.org/")
ROWS = 889
OF_THE_PAGE = [query.name for query in Catalogue(open_graph(ROOT).project) if not query.layers]
QUESTIONS = sorted(ROOT.glob("queries/questions/*.yaml"))


@pytest.fixture(scope="module")
def whole() -> CitedGraph:
    return our_graph()


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> CitedGraph:
    """The project without the folder data/enrichment."""
    copy = tmp_path_factory.mktemp("without")
    copy_own_project(copy)
    shutil.rmtree(copy / "data" / "enrichment")
    return open_graph(copy)


def answer(graph: CitedGraph, name: str) -> object:
    query = graph.catalogue.get(name)
    result = graph.query(name, **{each.name: each.example for each in query.parameters})
    if isinstance(result, Rows):
        return result.variables, list(result.rows)
    return set(result.triples) if isinstance(result, Triples) else result


@pytest.mark.parametrize("name", OF_THE_PAGE)
def test_a_query_of_the_page_answers_alike_without_the_layer(
    whole: CitedGraph, without: CitedGraph, name: str
) -> None:
    assert answer(whole, name) == answer(without, name)


def test_the_questions_of_the_page_are_answered_without_the_layer(without: CitedGraph) -> None:
    asked = 0
    for path in QUESTIONS:
        question = read_question(path.read_text("utf-8"), path.name)
        if question.query in OF_THE_PAGE or question.layers == ("source",):
            asked += 1
            file = without.project.queries / "questions" / path.name
            assert run_file(without, file, second_check=False).passed, path.name
    assert asked >= 101


@pytest.mark.parametrize("layer", ["source", "reference", "editorial", "derived"])
def test_the_other_layers_are_the_same_without_it(whole: CitedGraph, without: CitedGraph, layer: str) -> None:
    one, other = (
        set(open_graph(graph.project.root, layers=[layer]).store.quads()) for graph in (whole, without)
    )
    assert one == other
    assert one


@pytest.mark.parametrize("arguments", [["show", "BOOST"], ["why", "BOOST", "page"], ["search", "tigers"]])
def test_a_command_answers_alike_of_the_layers_of_the_page(
    ogdkg: Run, without: CitedGraph, arguments: list[str]
) -> None:
    layers = [each for name in ("source", "reference", "derived") for each in ("--layer", name)]
    one = ogdkg(*arguments, *layers, cwd=ROOT)
    other = ogdkg(*arguments, *layers, cwd=without.project.root)
    assert (one.returncode, one.stdout) == (other.returncode, other.stdout) == (0, one.stdout)


def test_every_graph_says_where_it_is_from(layers: dict[str, Graph]) -> None:
    about = layers["about"]
    held = {f"enrichment-{path.stem}" for path in (ROOT / "data" / "enrichment").glob("*.ttl")}
    assert len(held) > 190
    for name in sorted(held):
        graph = URIRef(f"https://w3id.org/ogdkg/graph/{name}")
        assert {VOID.Dataset, PROV.Entity} <= set(about.objects(graph, RDF.type)), name
        of_graph = (DCTERMS.created, PROV.hadPrimarySource, PROV.wasAttributedTo, PROV.wasGeneratedBy)
        source = about.value(graph, PROV.hadPrimarySource)
        assert (source, RDF.type, FOAF.Document) in about, name
        of_source = (DCTERMS.title, DCTERMS.issued, SCHEMA.url, OGD.reliability)
        for node, own, others in ((graph, of_graph, of_source), (source, of_source, of_graph)):
            least = {said: said != DCTERMS.issued for said in (*own, SKOS.prefLabel)}
            for said, count in least.items():
                assert count <= len(list(about.objects(node, said))) <= 1, (name, said)
            assert not any((node, said, None) in about for said in others), name


def test_each_row_is_held_by_what_it_states_or_by_a_record(layers: dict[str, Graph]) -> None:
    rows = {str(row) for row in layers["enrichment"].objects(None, OGD.row)}
    assert len(rows) == ROWS
    assert {row[0] for row in rows} == {"E"}


def test_what_bears_a_row_names_its_source(layers: dict[str, Graph]) -> None:
    stated = layers["enrichment"]
    bearers = set(stated.subjects(OGD.row))
    assert bearers
    for node in bearers:
        sources = list(stated.objects(node, DCTERMS.source))
        assert sources, node
        assert all((source, RDF.type, FOAF.Document) in layers["about"] for source in sources)


def test_the_seven_countries_of_the_page_are_no_ones_else(layers: dict[str, Graph]) -> None:
    page, elsewhere = (
        set(layers[name].objects(None, OGD.engagementStatus)) for name in ("source", "enrichment")
    )
    assert (len(page), len(elsewhere)) == (4, 7)
    assert page.isdisjoint(elsewhere)
    assert not list(layers["enrichment"].triples((None, OWL.sameAs, None)))


def test_a_source_is_cited_by_title_site_and_date(ogdkg: Run) -> None:
    shown = ogdkg("show", "GeoNode", cwd=ROOT).stdout
    number = re.search(r"licence +https://spdx.org/licenses/GPL-3.0-or-later \[([0-9]+)\]", shown)
    assert number and f"[{number[1]}] GeoNode README, github.com" in shown
    whole = ogdkg("show", "GeoNode", "--all", cwd=ROOT).stdout
    assert "] GeoNode documentation, tag 5.0.0, github.com 2025-12-16" in whole
    told = ogdkg("why", "GeoNode", "licence", cwd=ROOT).stdout
    assert "source: https://github.com/GeoNode/geonode/blob/" in told
    assert "title: GeoNode README" in told


def test_a_layer_chosen_narrows_a_query(ogdkg: Run) -> None:
    asked = ("query", "initiatives-in-country", "--country", "Nepal", "-f", "csv")
    every = ogdkg(*asked, cwd=ROOT).stdout.splitlines()
    page = ogdkg(*asked, "--layer", "source", cwd=ROOT).stdout.splitlines()
    assert (len(every) > 12, len(page)) == (True, 3)
    assert every[:3] == page and all(",page," in line for line in page[1:])  # the page comes first
    assert all(",elsewhere," in line for line in every[3:])


def test_no_person_is_named_but_by_the_page(layers: dict[str, Graph]) -> None:
    vcard = "http://www.w3.org/2006/vcard/ns#"
    assert not [triple for triple in layers["enrichment"] if str(triple[1]).startswith(vcard)]


def test_the_mapping_is_where_the_documentation_says() -> None:
    assert Path(ROOT / "data" / "enrichment" / "mapping.toml").is_file()


def test_a_fact_from_elsewhere_is_cited_with_its_source(ogdkg: Run) -> None:
    told = ogdkg("cite", "BOOST", "state", cwd=ROOT).stdout
    assert "Stated by BOOST cross-country aggregation, github.com 2026-03-30." in told
    rows = ogdkg("query", "pages", "--cite", "-f", "csv", cwd=ROOT).stdout
    assert "EITI website README, github.com 2020-09-09" in rows


ANSWERED = {  # what once was answered by nothing, though the graph knew
    ("initiatives-in-country", "--country", "Kenya"): 6,
    ("initiatives-in-country", "--country", "Tanzania"): 5,
    ("countries", "--initiative", "BOOST"): 59,
    ("partners", "--role", "Funder"): 8,
    ("partners", "--thing", "InaSAFE"): 7,
    ("funding", "--thing", "OPN"): 3,
    ("quantities", "--initiative", "BOOST"): 8,
    ("quantities", "--initiative", "GTI"): 3,
    ("abbreviations", "--abbreviation", "gafsp"): 2,
    ("contacts", "--mailbox", "ljensen2@worldbank.org"): 1,
}


@pytest.mark.parametrize(("asked", "least"), ANSWERED.items(), ids=lambda value: str(value))
def test_what_the_graph_knows_is_found(whole: CitedGraph, asked: tuple[str, str, str], least: int) -> None:
    name, option, value = asked
    result = whole.query(name, **{option.removeprefix("--"): value})
    assert isinstance(result, Rows)
    assert len(list(result.rows)) >= least


def test_a_name_that_only_other_layers_bear_is_told_of(ogdkg: Run) -> None:
    asked = ("query", "countries", "--initiative", "Open Cities Africa", "--layer", "source")
    done = ogdkg(*asked, cwd=ROOT)
    assert done.returncode == 2
    assert "'Open Cities Africa' is known, but not in the queried layers: source" in done.stderr
    assert "To query all layers, use --layer all." in done.stderr
    done = ogdkg("query", "initiatives-in-country", "--country", "Kenyia", cwd=ROOT)
    assert "There is no country or region 'Kenyia'" in done.stderr


def test_a_query_without_rows_points_at_those_that_know_more(ogdkg: Run) -> None:
    done = ogdkg("query", "contacts", "--initiative", "Open Parks Network", cwd=ROOT)
    assert done.returncode == 0 and done.stdout.endswith("(no rows)\n")
    assert "See also `ogdkg query without-contact`." in done.stderr
    assert "`ogdkg query pages --initiative 'Open Parks Network'` has 2 rows." in done.stderr


def test_a_thing_of_which_nothing_is_known_is_no_unknown_name(ogdkg: Run) -> None:
    done = ogdkg("query", "milestones", "--thing", "Open Data in Health", cwd=ROOT)
    assert "'Open Data in Health' is known, but no milestone is known of it." in done.stderr
    done = ogdkg("query", "milestones", "--thing", "initiative:health", cwd=ROOT)
    assert "'initiative:health' is known, but no milestone is known of it." in done.stderr


def test_old_names_lead_to_the_new_ones(ogdkg: Run) -> None:
    for old, new in (
        ("in-country", "initiatives-in-country"),
        ("homepages", "pages"),
        ("event-dates", "events"),
    ):
        assert f"The query '{old}' is part of '{new}' now." in ogdkg("query", old, cwd=ROOT).stderr
    done = ogdkg("query", "quantities", "--about", "BOOST", cwd=ROOT)
    assert (done.returncode, "--about is named --thing now." in done.stderr) == (2, True)


def test_what_a_query_points_at_exists() -> None:
    catalogue = Catalogue(open_graph(ROOT).project)
    pointed = {name for query in catalogue for name in query.header.see}
    assert pointed and pointed <= {query.name for query in catalogue}


def test_a_date_of_another_form_is_refused(ogdkg: Run) -> None:
    done = ogdkg("query", "members", "--initiative", "EITI", "--on", "2017-4-1", cwd=ROOT)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--on: '2017-4-1' is not a date." in done.stderr and "2017-04-11" in done.stderr


def test_a_year_stands_for_its_end(ogdkg: Run) -> None:
    changes = ("query", "member-changes", "--initiative", "EITI", "-f", "csv")
    exact = ogdkg(*changes, "--from", "2017-04", "--to", "2022-11", cwd=ROOT).stdout
    assert exact.count("Implementing") == 12
    years = ogdkg(*changes, "--from", "2017", "--to", "2022", cwd=ROOT).stdout
    gone = {line for line in exact.splitlines() if line not in years.splitlines()}
    assert [line.split(",")[4] for line in gone] == ["United States"]  # had left by the end of 2017
    ends = ogdkg(*changes, "--from", "2017-12-31", "--to", "2022-12-31", cwd=ROOT).stdout
    assert years == ends
    members = ("query", "members", "--initiative", "EITI", "-f", "csv", "--on")
    assert ogdkg(*members, "2017", cwd=ROOT).stdout == ogdkg(*members, "2017-12-31", cwd=ROOT).stdout


@pytest.fixture(scope="module")
def elsewhere() -> Graph:
    graph = Graph()
    for path in ROOT.glob("data/enrichment/*.ttl"):
        graph.parse(path)
    return graph


LICENSED = {
    "dataset/openstreetmap-data": "ODbL-1.0",
    "tool/openstreetmap-web-site": "GPL-2.0",
    "tool/eiti-web-site": "GPL-3.0",
    "tool/boost-harmonisation-code": "MIT",
    "document/draft-open-data-readiness-assessment-tool": "CC-BY-3.0",
    "dataset/data-and-texts-of-the-open-data-for-resilience-index": "CC-BY-SA-4.0",
    "tool/open-data-for-resilience-index": "GPL-3.0",
}


def test_a_licence_is_of_the_part_that_its_row_speaks_of(elsewhere: Graph) -> None:
    things = "https://w3id.org/ogdkg/id/"
    for name, licence in LICENSED.items():
        found = set(elsewhere.objects(URIRef(things + name), DCTERMS.license))
        assert found == {URIRef(f"https://spdx.org/licenses/{licence}")}, name


@pytest.mark.parametrize("predicate", [DCTERMS.license, SCHEMA.codeRepository, SCHEMA.programmingLanguage])
def test_no_undertaking_has_what_only_a_work_can_have(elsewhere: Graph, predicate: URIRef) -> None:
    things = {str(thing).split("/")[-2] for thing in elsewhere.subjects(predicate)}
    assert things <= {"tool", "dataset", "document"}
    assert things


def test_what_has_ended_is_not_said_to_hold_at_a_later_date(elsewhere: Graph) -> None:
    ended = {
        thing
        for thing in elsewhere.subjects(RDF.type, OGD.Participation)
        if (thing, SCHEMA.endDate, None) in elsewhere
    }
    assert len(ended) == 1
    assert not [thing for thing in ended if (thing, DCTERMS.valid, None) in elsewhere]


def test_a_goal_is_a_number_of_an_aim(elsewhere: Graph) -> None:
    goals = [claim for claim, label in elsewhere.subject_objects(SKOS.prefLabel) if ", goal: " in label]
    aims = [elsewhere.value(claim, SCHEMA.observationAbout) for claim in goals]
    assert aims
    assert all((aim, RDF.type, OGD.Objective) in elsewhere for aim in aims)
    assert all((None, OGD.hasObjective, aim) in elsewhere for aim in aims)


def test_an_initiative_is_not_said_to_be_in_the_countries_that_support_it(elsewhere: Graph) -> None:
    roles = URIRef("https://w3id.org/ogdkg/concept/engagement-role/")
    supporters = [
        thing
        for role in ("donor", "supporting", "endorser", "member-government")
        for thing in elsewhere.subjects(OGD.engagementRole, roles + role)
    ]
    assert len(supporters) == 43
    for thing in supporters:
        country = elsewhere.value(thing, OGD.inCountry)
        label = str(elsewhere.value(thing, SKOS.prefLabel))
        assert " and " in label and f" in {str(country)[-3:]}" not in label
        assert " in " not in label.split(" (")[0]


FOLLOWS = {
    ("open-mapping-in-latin-america-and-the-caribbean-with-hot", "continues", "opendri"),
    ("oap", "buildsOn", "mapping-for-results-initiative"),
    ("sharedstreets", "resultOf", "open-transport-partnership"),
}


def test_which_followed_which_is_kept(elsewhere: Graph) -> None:
    found = {
        (str(later).split("/")[-1], name, str(earlier).split("/")[-1])
        for name in ("continues", "buildsOn", "resultOf")
        for later, earlier in elsewhere.subject_objects(OGD[name])
    }
    assert found == FOLLOWS


def test_who_takes_part_in_a_part_does_not_take_part_in_the_whole(elsewhere: Graph) -> None:
    parts = {
        "e0158": "tool/open-transport-platform-built-with-grab",
        "e0316": "org/gafsp-coordination-unit",
        "e0317": "initiative/gafsp-private-sector-window",
        "e0426": "tool/gafsp-map-of-ethiopia",
        "e0626": "service/boot-camps-of-the-world-bank-global-media-development-program",
    }
    things = "https://w3id.org/ogdkg/id/"
    for row, part in parts.items():
        owners = list(elsewhere.subjects(OGD.hasParticipation, URIRef(f"{things}participation/{row}")))
        assert owners == [URIRef(things + part)], row
