"""The web API over a socket: stored queries as plain JSON and as files, refusals, the OpenAPI document."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from tests.conftest import ROOT, Run
from tests.web.conftest import Answer, Server, serving

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.project.project import find_project
from ogdkg.rdf.formats import FOR_RDF

NEPAL = "/api/initiatives-in-country?country=Nepal"
QUERIES = list(Catalogue(find_project(ROOT)))


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


@pytest.fixture(scope="module")
def document(own: Server) -> dict[str, Any]:
    answer = own.ask("/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    described: dict[str, Any] = json.loads(answer.body)
    return described


def _json(answer: Answer, status: int = 200) -> Any:
    assert answer.status == status, answer.body
    kind = "application/json" if status == 200 else "application/problem+json"
    assert answer.headers["content-type"] == kind
    return json.loads(answer.body)


def _links(answer: Answer) -> dict[str, str]:
    """The addresses of the Link header by relation, without the host."""
    found = re.findall(r'<http://[^/>]*([^>]*)>; rel="([a-z-]+)"', answer.headers["link"])
    return {relation: address for address, relation in found}


def _example(query: StoredQuery) -> str:
    """The path of a query with the examples of what it needs."""
    given = [(each.name, each.example) for each in query.parameters if not each.is_optional]
    return f"/api/{query.name}" + (f"?{urlencode(given)}" if given else "")


# -- answers -------------------------------------------------------------------------


def test_rows_are_plain_objects_with_names_and_addresses(own: Server) -> None:
    body = _json(own.ask(NEPAL))
    assert body["query"] == "initiatives-in-country"
    assert body["parameters"] == {"country": "Nepal"}
    row = next(
        row for row in body["results"] if row["initiative"]["label"] == "Open Data for Resilience Initiative"
    )
    assert row["country"]["id"] == "https://w3id.org/ogdkg/id/country/npl"
    assert row["country"]["label"] == "Nepal"
    assert own.ask(row["country"]["url"].removeprefix(own.url)).status == 303
    assert "countryLabel" not in row
    assert "citations" not in row


@pytest.mark.parametrize("country", ["NPL", "npl", "country:npl", "https://w3id.org/ogdkg/id/country/npl"])
def test_a_thing_may_be_given_by_any_of_its_names(own: Server, country: str) -> None:
    named = _json(own.ask(f"/api/initiatives-in-country?country={quote(country)}"))
    assert named["results"] == _json(own.ask(NEPAL))["results"]


def test_numbers_are_numbers(own: Server) -> None:
    row = _json(own.ask("/api/themes"))["results"][0]
    assert [type(value) for name, value in row.items() if name != "theme"].count(int) == 1


def test_each_row_can_say_where_it_comes_from(own: Server) -> None:
    rows = _json(own.ask(f"{NEPAL}&cite"))["results"]
    sources = [source for row in rows for source in row["citations"]]
    assert all(row["citations"] for row in rows)
    assert {"L68", "L133"} <= {source["label"] for source in sources}
    assert all(len(source.get("quote", "").split()) <= 8 for source in sources)
    assert own.ask(sources[0]["url"].removeprefix(own.url)).status == 303


def test_files_are_those_of_the_command_line(own: Server, ogdkg: Run) -> None:
    for suffix, name in (("csv", "csv"), ("tsv", "tsv"), ("srj", "json"), ("srx", "xml")):
        typed = ogdkg("query", "initiatives-in-country", "--country", "Nepal", "-f", name, cwd=ROOT).stdout
        body = own.ask(NEPAL.replace("?", f".{suffix}?")).body.decode()
        assert body.replace("\r\n", "\n") == typed.replace("\r\n", "\n")
        assert own.ask(f"{NEPAL}&format={suffix}").body.decode() == body
    cited = ogdkg(
        "query", "initiatives-in-country", "--country", "Nepal", "-f", "csv", "--cite", cwd=ROOT
    ).stdout
    body = own.ask(NEPAL.replace("?", ".csv?") + "&cite=true").body.decode()
    assert list(csv.reader(io.StringIO(body))) == list(csv.reader(io.StringIO(cited)))


def test_the_format_is_what_the_client_accepts(own: Server) -> None:
    for accept, found in (
        ("*/*", "application/json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("text/csv;q=0.9, text/html;q=0.5", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
    ):
        assert own.ask(NEPAL, accept=accept).headers["content-type"] == found
    assert own.ask(NEPAL, accept="image/png").status == 406
    assert own.ask(NEPAL.replace("?", ".ttl?")).status == 404


def test_statements_are_rdf(own: Server) -> None:
    query = next(each for each in QUERIES if each.form == "CONSTRUCT")
    for form in FOR_RDF:
        answer = own.ask(f"/api/{query.name}.{form.extensions[0]}")
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(form.media_type)


def test_an_answer_comes_in_pages(own: Server) -> None:
    whole = _json(own.ask(NEPAL))
    found, path, pages = [], f"{NEPAL}&limit=5", 0
    while path:
        answer = own.ask(path)
        body = _json(answer)
        assert body["total"] == whole["total"] == int(answer.headers["x-total-count"])
        found += body["results"]
        links = _links(answer)
        path, pages = links.get("next", ""), pages + 1
    assert found == whole["results"]
    assert pages == -(-len(found) // 5)
    assert links["first"].endswith("limit=5&offset=0")
    assert "prev" in links
    assert _json(own.ask(links["last"]))["results"] == found[-(len(found) % 5 or 5) :]


def test_a_page_of_a_file_keeps_format_and_sources(own: Server) -> None:
    answer = own.ask("/api/initiatives-in-country.csv?country=Nepal&cite=true&limit=2")
    rows = list(csv.reader(io.StringIO(answer.body.decode())))
    assert len(rows) == 3
    assert rows[0][-2:] == ["cited", "citedLabel"]
    following = own.ask(_links(answer)["next"])
    assert following.headers["content-type"].startswith("text/csv")
    assert next(csv.reader(io.StringIO(following.body.decode()))) == rows[0]


def test_an_answer_is_kept_until_the_graph_changes(own: Server) -> None:
    tag = own.ask(NEPAL).headers["etag"]
    assert own.ask(NEPAL, if_none_match=tag).status == 304
    assert own.ask(f"{NEPAL}&cite", if_none_match=tag).status == 200


def test_personal_mailboxes_are_left_out(own: Server) -> None:
    body = own.ask("/api/contacts?limit=10000").body.decode()
    assert "opengovdata@worldbank.org" in body
    assert not re.search(r"mailto:[a-z]+\.?[a-z]*\d?@(?!worldbank)", body.replace("@worldbank", "")), body


# -- refusals ------------------------------------------------------------------------


def test_an_unknown_value_is_refused_with_the_nearest(own: Server) -> None:
    problem = _json(own.ask("/api/initiatives-in-country?country=Nepl"), 422)
    assert problem["faults"][0]["parameter"] == "country"
    near = problem["faults"][0]["near"][0]
    assert near["label"] == "Nepal"
    assert _json(own.ask(near["address"].removeprefix(own.url)))["parameters"] == {"country": "Nepal"}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("", "country"),
        ("country=Nepal&contry=Nepal", "contry"),
        ("country=Nepal&country=India", "country"),
        ("country=Nepal&role=", "role"),
        ("country=Nepal&limit=0", "limit"),
        ("country=Nepal&limit=10001", "limit"),
        ("country=Nepal&limit=1&limit=2", "limit"),
        ("country=Nepal&offset=-1", "offset"),
        ("country=Nepal&offset=%D9%A1", "offset"),
        ("country=Nepal&cite=perhaps", "cite"),
        ("country=Nepal&format=pdf", "format"),
    ],
)
def test_a_wrong_field_is_refused_by_name(own: Server, fields: str, name: str) -> None:
    problem = _json(own.ask(f"/api/initiatives-in-country?{fields}"), 422)
    assert [fault["parameter"] for fault in problem["faults"]] == [name]
    assert name in problem["detail"]


def test_an_unknown_query_is_refused_with_the_nearest(own: Server) -> None:
    problem = _json(own.ask("/api/initatives"), 404)
    assert "initiatives" in [each["name"] for each in problem["near"]]
    assert all("/api/" in each["address"] for each in problem["near"])


def test_it_can_only_be_read(own: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = own.ask(NEPAL, method=method)
        assert answer.status == 405
        assert "GET" in answer.headers["allow"]
    assert own.ask(NEPAL, method="HEAD").body == b""


# -- completion ------------------------------------------------------------------------


def test_a_value_is_completed_by_its_beginning(own: Server) -> None:
    found = _json(own.ask("/api/initiatives-in-country/country?q=ne"))["values"]
    assert found[0] == {"value": "Nepal", "label": "Nepal"}
    assert all("ne" in each["label"].casefold() for each in found)
    assert _json(own.ask("/api/initiatives-in-country/country?q=zzz"))["values"] == []
    problem = _json(own.ask("/api/initiatives-in-country/contry?q=ne"), 404)
    assert "country" in problem["hint"]


# -- what it says of itself --------------------------------------------------------------


def test_the_document_is_valid_and_whole(document: dict[str, Any]) -> None:
    validate(document)
    assert set(document["paths"]) == {f"/api/{query.name}" for query in QUERIES}
    for query in QUERIES:
        own = document["paths"][f"/api/{query.name}"]["get"]["parameters"]
        described = {each["name"]: each for each in own if "name" in each}
        assert list(described) == [each.name for each in query.parameters]
        for each in query.parameters:
            assert described[each.name]["required"] == (not each.is_optional)
            assert ("example" in described[each.name]) == bool(each.example or any(each.default))


def test_every_resource_has_its_values_or_completes_them(own: Server, document: dict[str, Any]) -> None:
    resources = [(query, each) for query in QUERIES for each in query.parameters if each.is_resource]
    assert resources
    for query, parameter in resources:
        parameters = document["paths"][f"/api/{query.name}"]["get"]["parameters"]
        described = next(each for each in parameters if each.get("name") == parameter.name)
        assert described["x-completions"].startswith(f"{own.url}/api/{query.name}/{parameter.name}?q=")
        offered = _json(own.ask(f"/api/{query.name}/{parameter.name}"))
        if offered["total"] <= 5_000:
            assert "enum" in json.dumps(_resolved(document, described["schema"]))


def _resolved(document: dict[str, Any], schema: Any) -> Any:
    """A schema with the lists of values in place."""
    if isinstance(schema, dict) and "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if isinstance(schema, dict):
        return {name: _resolved(document, each) for name, each in schema.items()}
    return [_resolved(document, each) for each in schema] if isinstance(schema, list) else schema


def test_every_query_answers_as_the_document_says(own: Server, document: dict[str, Any]) -> None:
    resource: Resource[Any] = Resource(document, DRAFT202012)
    registry = Registry().with_resource("urn:api", resource)
    for query in QUERIES:
        answer = own.ask(_example(query), accept="application/json")
        assert answer.status == 200, (query.name, answer.body)
        media_type = answer.headers["content-type"]
        pointer = (
            f"paths/~1api~1{query.name}/get/responses/200/content/{media_type.replace('/', '~1')}/schema"
        )
        reference = {"$ref": f"urn:api#/{pointer}"}
        Draft202012Validator(reference, registry=registry).validate(json.loads(answer.body))


def test_the_list_leads_to_every_query(own: Server) -> None:
    answer = own.ask("/api")
    listed = _json(answer)["queries"]
    assert [each["name"] for each in listed] == [query.name for query in QUERIES]
    assert _links(answer)["service-desc"] == "/openapi.json"


def test_the_page_lets_people_try_it(own: Server) -> None:
    browser = "text/html,*/*;q=0.8"
    listed = own.ask("/api", accept=browser).body.decode()
    assert all(f"/api/{query.name}" in listed for query in QUERIES)
    form = own.ask("/api/initiatives-in-country", accept=browser).body.decode()
    assert "Try the example" in form
    assert "curl" not in form
    # As a browser sends it, with the fields that nobody filled in.
    sent = own.ask(f"{NEPAL}&role=&initiative=&format=&limit=1&cite=true", accept=browser).body.decode()
    assert "200 OK" in sent
    assert "&quot;total&quot;: 13" in sent or "&#34;total&#34;: 13" in sent
    wrong = own.ask("/api/initiatives-in-country?country=%3Cb%3E", accept=browser)
    assert wrong.status == 200
    assert "422" in wrong.body.decode()
    assert "<b>" not in wrong.body.decode()


def test_a_pattern_means_the_same_to_json_schema(document: dict[str, Any]) -> None:
    """A dot stands for every character here, but not for the end of a line in ECMAScript."""
    described = document["paths"]["/api/mentions"]["get"]["parameters"][0]
    assert re.search(described["schema"]["pattern"], "two\nlines")
    assert not re.search(described["schema"]["pattern"], "")
