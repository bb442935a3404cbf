"""The view in schema.org's terms: what its vocabulary and the documentation of rich results ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyld import jsonld
from rdflib import SDO
from tests.conftest import ROOT, Run
from tests.projects import copy_own_project

VIEW = ("-q", "export", "--construct", "schema-org", "-f", "compacted", "--context")
CONTEXT = "ontology/schema-org.jsonld"
PEOPLE = re.compile("Jensen|ljensen2|contact/boost")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")

THINGS = {"Thing"}
BODIES = {"Organization", "Person"}
# By our own reading of https://schema.org/version/30.0: what each type is, and of each property where it may
# stand and what it may have. Text, URL and Date are plain strings.
WIDER = {
    "Claim": "CreativeWork",
    "ContactPoint": "Thing",
    "Country": "Place",
    "CreativeWork": "Thing",
    "DataDownload": "MediaObject",
    "Dataset": "CreativeWork",
    "Event": "Thing",
    "MediaObject": "CreativeWork",
    "Organization": "Thing",
    "Place": "Thing",
    "Project": "Organization",
    "PropertyValue": "Thing",
    "Service": "Thing",
    "SoftwareApplication": "CreativeWork",
}
PROPERTIES = {
    "about": ({"CreativeWork", "Event"}, THINGS),
    "alternateName": (THINGS, {"Text"}),
    "appearance": ({"Claim"}, {"CreativeWork"}),
    "areaServed": ({"Organization", "Service", "ContactPoint"}, {"Place"}),
    "contactPoint": (BODIES, {"ContactPoint"}),
    "contentUrl": ({"MediaObject"}, {"URL"}),
    "contributor": ({"CreativeWork", "Event"}, BODIES),
    "creator": ({"CreativeWork"}, BODIES),
    "dateModified": ({"CreativeWork"}, {"Date"}),
    "datePublished": ({"CreativeWork"}, {"Date"}),
    "description": (THINGS, {"Text"}),
    "distribution": ({"Dataset"}, {"DataDownload"}),
    "email": ({*BODIES, "ContactPoint"}, {"Text"}),
    "encodingFormat": ({"CreativeWork"}, {"Text"}),
    "funder": ({"CreativeWork", "Event", *BODIES}, BODIES),
    "identifier": (THINGS, {"PropertyValue"}),
    "keywords": ({"CreativeWork"}, {"Text"}),
    "license": ({"CreativeWork"}, {"URL"}),
    "location": ({"Event", "Organization"}, {"Place"}),
    "member": ({"Organization"}, BODIES),
    "name": (THINGS, {"Text"}),
    "parentOrganization": ({"Organization"}, {"Organization"}),
    "propertyID": ({"PropertyValue"}, {"Text"}),
    "provider": ({"Service", "CreativeWork"}, BODIES),
    "publisher": ({"CreativeWork"}, BODIES),
    "sameAs": (THINGS, {"URL"}),
    "sponsor": ({"CreativeWork", "Event", *BODIES}, BODIES),
    "startDate": ({"Event"}, {"Date"}),
    "url": (THINGS, {"URL"}),
    "value": ({"PropertyValue"}, {"Text"}),
    "version": ({"CreativeWork"}, {"Text"}),
}


class Use(NamedTuple):
    """A value of a property, and the node that has it."""

    node: dict[str, Any]
    key: str
    value: Any


def uses(nodes: list[dict[str, Any]]) -> Iterator[Use]:
    for node in nodes:
        for key, values in node.items():
            if key[0] != "@":
                for value in values if isinstance(values, list) else [values]:
                    yield Use(node, key, value)


def wider(kind: str) -> set[str]:
    return {kind, *(wider(WIDER[kind]) if kind in WIDER else ())}


def fits(value: Any, ranges: set[str], kinds: dict[str, str]) -> bool:
    if isinstance(value, dict):
        return set(value) == {"@id"} and bool(wider(kinds[value["@id"]]) & ranges)
    is_url = bool(re.match("https?://", value))
    is_date = bool(DATE.fullmatch(value))
    return ("URL" in ranges and is_url) or ("Date" in ranges and is_date) or ("Text" in ranges and not is_url)


@pytest.fixture(scope="module")
def view(ogdkg: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ogdkg(*VIEW, CONTEXT, cwd=ROOT).stdout)
    return document


def test_the_vocabulary_has_all_that_the_table_says() -> None:
    for term in (*WIDER, *PROPERTIES):
        assert SDO[term]  # a closed namespace: an unknown term warns, which is an error here


def test_each_property_stands_where_the_vocabulary_has_it(view: dict[str, Any]) -> None:
    nodes = view["@graph"]
    kinds = {node["@id"]: node["@type"] for node in nodes}
    found = list(uses(nodes))
    assert [use for use in found if not wider(use.node["@type"]) & PROPERTIES[use.key][0]] == []
    assert [use for use in found if not fits(use.value, PROPERTIES[use.key][1], kinds)] == []
    assert set(kinds.values()) >= {
        "Project",
        "Organization",
        "Service",
        "SoftwareApplication",
        "Claim",
        "Country",
    }
    assert {node["@id"] for node in nodes if "name" not in node and node["@type"] != "PropertyValue"} == set()


def test_one_dataset_is_offered_and_whole(view: dict[str, Any]) -> None:
    nodes = {node["@id"]: node for node in view["@graph"]}
    [dataset] = [node for node in nodes.values() if node["@type"] == "Dataset"]
    assert {"license", "creator", "url", "keywords", "version", "datePublished"} <= set(dataset)
    assert 50 <= len(dataset["description"]) <= 5000  # what Google's dataset search accepts
    files = [nodes[one["@id"]] for one in dataset["distribution"]]
    assert {file["encodingFormat"] for file in files} == {
        "application/trig",
        "text/turtle",
        "application/ld+json",
    }
    assert all(file["contentUrl"].startswith("https://") for file in files)


def test_texts_are_plain_and_the_context_an_address(view: dict[str, Any]) -> None:
    assert view["@context"] == "https://schema.org"
    nodes = {node["@id"].rpartition("/id/")[2]: node for node in view["@graph"]}
    assert nodes["initiative/boost"]["name"] == "BOOST"
    assert nodes["country/npl#alpha3-NPL"]["value"] == "NPL"
    assert "https://ror.org/037s24f05" in nodes["org/clemson-university"]["sameAs"]


def test_a_second_language_changes_nothing(ogdkg: Run, tmp_path: Path, view: dict[str, Any]) -> None:
    project = tmp_path / "p"
    copy_own_project(project)
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    extra = f'<https://w3id.org/ogdkg/id/country/npl> <{label}> "Népal"@fr .\n'
    (project / "data/reference/fr.ttl").write_text(extra, "utf-8")
    assert json.loads(ogdkg(*VIEW, "https://schema.org", cwd=project).stdout) == view


def test_no_person_is_in_it_unless_wanted(ogdkg: Run, view: dict[str, Any]) -> None:
    assert PEOPLE.search(json.dumps(view))
    assert not PEOPLE.search(ogdkg(*VIEW, CONTEXT, "--without-personal", cwd=ROOT).stdout)


def test_our_reader_knows_the_address(ogdkg: Run, tmp_path: Path, view: dict[str, Any]) -> None:
    """With the file that [contexts] names the view is read as PyLD reads it with the context included."""
    path = tmp_path / "view.jsonld"
    path.write_text(json.dumps(view), "utf-8")
    read = ogdkg(
        "convert",
        path,
        tmp_path / "view.nq",
        "--context",
        f"https://schema.org={ROOT / CONTEXT}",
        cwd=tmp_path,
    )
    assert read.returncode == 0, read.stderr
    included = {**view, **json.loads((ROOT / CONTEXT).read_text("utf-8"))}
    other = jsonld.to_rdf(included, {"format": "application/n-quads"})
    assert set((tmp_path / "view.nq").read_text("utf-8").splitlines()) == set(other.splitlines())


def test_an_unknown_address_is_refused(ogdkg: Run) -> None:
    done = ogdkg("export", "-f", "compacted", "--context", "https://far.example/c.jsonld", cwd=ROOT)
    assert done.returncode == 2
    assert "[contexts]" in done.stderr
