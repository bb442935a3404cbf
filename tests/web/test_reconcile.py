"""The reconciliation service over a socket: names, suggestions, previews, data extension, refusals."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.conftest import ROOT
from tests.web.conftest import Answer, Server, serving

from ogdkg.project.project import find_project
from ogdkg.rdf.terms import expand

FORM = "application/x-www-form-urlencoded"
TABLE = Path(__file__).with_name("reconciliation.csv")
RESULTS = "application/sparql-results+json"
PERSONS = """
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
SELECT DISTINCT ?x {
  ?x ogd:mailboxKind <https://w3id.org/ogdkg/concept/mailbox-kind/personal-mailbox> FILTER(ISIRI(?x))
}
"""
PREFIXES = find_project(ROOT).prefixes


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


def _iri(short: str) -> str:
    iri = expand(short, PREFIXES)
    assert iri
    return iri.value


def _json(answer: Answer) -> Any:
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def _sent(own: Server, **fields: object) -> Answer:
    given = {name: each if isinstance(each, str) else json.dumps(each) for name, each in fields.items()}
    return own.ask("/reconcile", urlencode(given).encode(), content_type=FORM)


def _found(own: Server, name: str, **more: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _json(_sent(own, queries={"q": {"query": name, **more}}))["q"]["result"]
    return found


# -- names ---------------------------------------------------------------------------


def test_a_hundred_names_find_the_right_thing_and_no_wrong_one_is_sure(own: Server) -> None:
    """The table is made by hand: names as people write them, and names of what is not here."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    failed, wrong, sure = [], [], 0
    for start in range(0, len(rows), 50):
        some = rows[start : start + 50]
        queries = {
            str(place): {"query": row["name"]} | ({"type": row["type"]} if row["type"] else {})
            for place, row in enumerate(some)
        }
        answers = _json(_sent(own, queries=queries))
        for place, row in enumerate(some):
            found = answers[str(place)]["result"]
            wanted = _iri(row["thing"]) if row["thing"] else None
            if wanted and [each["id"] for each in found[:1]] != [wanted]:
                failed.append(row["name"])
            matched = [each["id"] for each in found if each["match"]]
            sure += bool(matched)
            if matched not in ([], [wanted]):
                wrong.append(row["name"])
    named = sum(bool(row["thing"]) for row in rows)
    print(f"{named - len(failed)} of {named} right first, {sure} sure; failed: {failed}")
    assert named >= 100
    assert len(rows) - named >= 15
    assert len(failed) <= named - 95, failed
    assert wrong == []
    assert sure >= 30


def test_a_candidate_says_what_its_score_is_made_of(own: Server) -> None:
    first, second = _found(own, "Ivory Cost", type="schema:Country", limit=2)[0], _found(own, "World Bank")[1]
    assert first["id"] == _iri("country:civ")
    assert first["name"] == "Côte d'Ivoire"
    assert first["type"] == [{"id": "https://schema.org/Country", "name": "country"}]
    assert first["match"] is False
    features = {each["id"]: each["value"] for each in first["features"]}
    assert features == {"name": first["score"], "same_name": False, "type": True}
    assert 80 < first["score"] < 95
    assert first["description"] == "also called Ivory Coast"
    assert not second["match"]


def test_a_name_of_several_things_is_not_sure_until_the_kind_tells_them_apart(own: Server) -> None:
    several = _found(own, "OCR")
    assert [each["score"] for each in several[:2]] == [100, 100]
    assert not any(each["match"] for each in several)
    one = _found(own, "OCR", type="http://www.w3.org/ns/org#Organization")[0]
    assert one["match"]
    assert one["id"] == _iri("agent:office-of-the-company-registrar")


def test_types_are_classes_with_what_is_narrower(own: Server) -> None:
    for given in ("org:Organization", "organisation", _iri("org:Organization"), ["org:Organization"]):
        found = _found(own, "World Bank", type=given, limit=50)
        assert found[0]["id"] == _iri("agent:world-bank")  # of a narrower class
        assert not any(each["id"].startswith(_iri("tool:")) for each in found)
    assert _found(own, "World Bank", type="http://example.org/None") == []
    assert _found(own, "World Bank", type="schema:Country", type_strict="should")[0]["name"] == "World Bank"


def test_properties_raise_and_lower_a_score(own: Server) -> None:
    def asked(value: object) -> dict[str, Any]:
        return _found(own, "Nepal", properties=[{"pid": "schema:containedInPlace", "v": value}])[0]

    for right in ("Southern Asia", "southern asia", {"id": _iri("region:southern-asia"), "name": "x"}):
        found = asked(right)
        assert (found["id"], found["score"], found["match"]) == (_iri("country:npl"), 100, True)
    wrong = asked("Northern Europe")
    assert wrong["score"] < 80
    assert not wrong["match"]
    region = [{"pid": "contained in place", "v": [{"id": "region:southern-asia"}]}]
    only_values = _json(_sent(own, queries={"q": {"properties": region, "limit": 20}}))["q"]["result"]
    assert _iri("country:npl") in {each["id"] for each in only_values}
    assert not any(each["match"] for each in only_values)


def test_an_identifier_is_a_name(own: Server) -> None:
    for given in ("country:npl", _iri("country:npl")):
        first = _found(own, given)[0]
        assert (first["id"], first["score"], first["match"]) == (_iri("country:npl"), 100, True)


def test_queries_are_read_by_get_and_one_alone_as_version_0_1_has_it(own: Server) -> None:
    queries = {"q0": {"query": "Nepal", "limit": 1}, "é": {"query": "Peru", "limit": 1}}
    got = _json(own.ask(f"/reconcile?queries={quote(json.dumps(queries))}"))
    assert list(got) == ["q0", "é"]
    assert got == _json(_sent(own, queries=queries))
    for single in ("Nepal", json.dumps({"query": "Nepal"})):
        assert _json(own.ask(f"/reconcile?query={quote(single)}"))["result"][0]["name"] == "Nepal"


def test_limits_are_capped(own: Server) -> None:
    assert len(_found(own, "World Bank", limit=3)) == 3
    assert len(_found(own, "World Bank", limit=10**9)) <= 50
    assert _json(own.ask("/reconcile"))["batchSize"] == 50
    many = _sent(own, queries={f"q{n}": {"query": "x"} for n in range(51)})
    assert many.status == 413


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        ("{", "queries takes JSON."),
        ("NaN", "queries takes JSON."),
        ("[" * 100_000, "queries takes JSON."),
        ('[{"query": "x"}]', "queries takes a JSON object"),
        ('{"q": 1}', "The query 'q' is no JSON object."),
        ('{"q": {}}', "The query 'q' has neither query nor properties."),
        ('{"q": {"query": 1}}', "query takes a text"),
        ('{"q": {"query": "x", "limit": 0}}', "limit takes a number from 1"),
        ('{"q": {"query": "x", "limit": true}}', "limit takes a number from 1"),
        ('{"q": {"query": "x", "type": 7}}', "type takes the identifier"),
        ('{"q": {"query": "x", "properties": [{"v": 1}]}}', "has a pid and a v"),
        ('{"q": {"query": "x", "properties": [{"pid": "p", "v": null}]}}', "a value is a text"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(own: Server, queries: str, said: str) -> None:
    answer = _sent(own, queries=queries)
    problem = json.loads(answer.body)
    assert answer.status == 400
    assert said in problem["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_what_strangers_type_ends_in_time(own: Server) -> None:
    for name in (
        "a" * 100_000,
        "a b " * 20_000,
        "(" * 5_000,
        "\x00\ud7ff\u202e",
        "中文",
        "🐅",
        "'\"><script>",
    ):
        assert isinstance(_found(own, name), list)


def test_there_is_no_jsonp_and_any_page_may_ask(own: Server) -> None:
    answer = own.ask("/reconcile?callback=run")
    assert _json(answer)["versions"] == ["0.1", "0.2"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (
        own.ask("/reconcile", method="OPTIONS").headers["access-control-allow-methods"]
        == "GET, HEAD, POST, OPTIONS"
    )
    assert own.ask("/reconcile", b"{}", content_type="text/plain").status == 415
    assert own.ask("/reconcile/nothing").status == 404


# -- suggestions, previews, extension --------------------------------------------------


def test_suggestions_begin_as_what_is_typed(own: Server) -> None:
    entities = _json(own.ask("/reconcile/suggest/entity?prefix=nep"))["result"]
    assert entities[0] == {
        "id": _iri("country:npl"),
        "name": "Nepal",
        "description": "country",
        "notable": [{"id": "https://schema.org/Country", "name": "country"}],
    }
    assert _json(own.ask("/reconcile/suggest/entity?prefix=nep&cursor=1"))["result"][:9] == entities[1:10]
    assert _json(own.ask("/reconcile/suggest/entity?prefix=Nepall"))["result"][0]["name"] == "Nepal"
    only = _json(own.ask("/reconcile/suggest/entity?prefix=nep&type=ogd:Initiative"))["result"]
    assert {each["notable"][0]["name"] for each in only} == {"initiative"}
    kinds = _json(own.ask("/reconcile/suggest/type?prefix=org"))["result"]
    assert kinds[0] == {"id": _iri("org:Organization"), "name": "organisation"}
    properties = _json(own.ask("/reconcile/suggest/property?prefix=contained"))["result"]
    assert "https://schema.org/containedInPlace" in {each["id"] for each in properties}
    assert own.ask("/reconcile/suggest/entity?prefix=a&cursor=-1").status == 400


def test_a_flyout_holds_text_alone(own: Server) -> None:
    found = _json(own.ask("/reconcile/flyout/entity?id=country:npl"))
    assert found == {"id": "country:npl", "html": "<p><b>Nepal</b></p><p>country</p>"}
    assert "organisation" in _json(own.ask("/reconcile/flyout/type?id=org:Organization"))["html"]
    assert own.ask("/reconcile/flyout/entity?id=%3Cscript%3E").status == 404


def test_a_preview_may_stand_in_a_frame_and_has_no_script(own: Server) -> None:
    answer = own.ask(f"/reconcile/preview?id={quote(_iri('country:npl'), safe='')}")
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "x-frame-options" not in answer.headers
    assert b"<script" not in answer.body
    assert "Népal" in answer.body.decode()
    page = own.ask("/reconcile", accept="text/html")
    assert page.headers["x-frame-options"] == "DENY"
    assert own.ask("/reconcile/preview?id=nothing").status == 404


def test_data_are_extended_with_the_values_of_properties(own: Server) -> None:
    settings = {"limit": "1", "lang": "fr"}
    names = ("schema:containedInPlace", "skos:prefLabel", "nothing")
    query = {
        "ids": [_iri("country:npl"), "nothing"],
        "properties": [{"id": name, "settings": settings} for name in names],
    }
    found = _json(_sent(own, extend=query))
    assert [each["name"] for each in found["meta"]] == ["contained in place", "preferred label", "nothing"]
    assert found["rows"]["nothing"] == {name: [] for name in names}
    assert found["rows"][_iri("country:npl")] == {
        "schema:containedInPlace": [{"id": _iri("region:southern-asia"), "name": "Southern Asia"}],
        "skos:prefLabel": [{"str": "Népal"}],
        "nothing": [],
    }
    claims = {"ids": [_iri("initiative:gafsp")], "properties": [{"id": "schema:startDate"}]}
    (value,) = _json(_sent(own, extend=claims))["rows"][_iri("initiative:gafsp")].values()
    assert all(set(each) <= {"str", "date", "id", "name"} for each in value)
    assert _sent(own, extend={"ids": 1, "properties": []}).status == 400
    assert _sent(own, extend={"ids": ["x"] * 501, "properties": []}).status == 413


def test_numbers_and_days_are_such(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(
        "@prefix : <http://e.org/> . @prefix x: <http://www.w3.org/2001/XMLSchema#> .\n"
        ':a a :C ; <http://www.w3.org/2000/01/rdf-schema#label> "Oak" ; :n 5, 2.5, "1e3"^^x:double, true ; '
        ':d "2020-02-03"^^x:date, "2020"^^x:gYear, "x"^^x:date, "NaN"^^x:double ; '
        ":see <http://o.org/>, :b .\n"
        ':b a :C ; <http://www.w3.org/2000/01/rdf-schema#label> "Elm" .\n',
        encoding="utf-8",
    )
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "own"\nfiles = ["data.ttl"]\n', encoding="utf-8")
    with serving(tmp_path) as server:
        manifest = _json(server.ask("/reconcile"))
        assert [each["id"] for each in manifest["defaultTypes"]] == ["http://e.org/C"]
        assert _found(server, "OAK")[0]["id"] == "http://e.org/a"
        names = ("n", "d", "see")
        query = {"ids": ["http://e.org/a"], "properties": [{"id": f"http://e.org/{name}"} for name in names]}
        rows = _json(_sent(server, extend=query))["rows"]["http://e.org/a"]
        assert {json.dumps(each) for each in rows["http://e.org/n"]} == {
            '{"int": 5}', '{"float": 2.5}', '{"float": 1000.0}', '{"str": "true"}',
        }  # fmt: skip
        assert {json.dumps(each) for each in rows["http://e.org/d"]} == {
            '{"date": "2020-02-03T00:00:00"}', '{"str": "2020"}', '{"str": "x"}', '{"str": "NaN"}',
        }  # fmt: skip
        assert {json.dumps(each) for each in rows["http://e.org/see"]} == {
            '{"str": "http://o.org/"}', '{"id": "http://e.org/b", "name": "Elm"}',
        }  # fmt: skip


# -- for people ----------------------------------------------------------------------


def test_people_paste_names_on_a_page(own: Server) -> None:
    empty = own.ask("/reconcile", accept="text/html").body.decode()
    assert "Paste names from a list of yours" in empty
    assert f"{own.url}/reconcile" in empty
    body = urlencode({"names": "Nepal\n<b>Wrold Bank\n\nqqqq", "type": ""}).encode()
    answer = own.ask("/reconcile", body, accept="text/html", content_type=FORM)
    page = answer.body.decode()
    assert answer.headers["cache-control"] == "no-store"
    assert "1 of 3 is sure" in page
    assert "&lt;b&gt;Wrold Bank" in page
    assert "Nothing has a name like it." in page


def test_a_person_gets_a_page_for_what_is_wrong(own: Server) -> None:
    for path in ("/reconcile?queries=%7B", "/reconcile/nothing", "/reconcile/preview?id=x"):
        answer = own.ask(path, accept="text/html")
        assert answer.status in (400, 404)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    large = own.ask("/reconcile", b"names=" + b"a" * 1_200_000, accept="text/html", content_type=FORM)
    assert large.status == 413


def test_personal_data_are_left_out(own: Server) -> None:
    mailboxes = {"ids": [], "properties": [{"id": "vcard:hasEmail"}, {"id": "vcard:fn"}]}
    with serving(ROOT, "--with-personal") as open_one:
        rows = open_one.ask("/sparql?" + urlencode({"query": PERSONS, "format": "json"}), accept=RESULTS)
        persons = [row["x"]["value"] for row in json.loads(rows.body)["results"]["bindings"]]
        assert persons
        shown = _json(_sent(open_one, extend={**mailboxes, "ids": persons}))["rows"]
        assert any(values for row in shown.values() for values in row.values())
    hidden = _json(_sent(own, extend={**mailboxes, "ids": persons}))["rows"]
    assert not any(values for row in hidden.values() for values in row.values())
    for iri in persons:
        assert own.ask(f"/reconcile/preview?id={quote(iri, safe='')}").status == 404
        assert not any(each["match"] for each in _found(own, iri))
