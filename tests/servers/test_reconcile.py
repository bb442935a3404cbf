"""`ogdkg reconcile` with services: ours, and those that misbehave."""

from __future__ import annotations

import csv
import io
import json
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run
from tests.servers.serving import Handler, Hostile, Say
from tests.web.conftest import serving

JSON = {"Content-Type": "application/json"}
MANIFEST = {
    "versions": ["0.2"],
    "name": "Trees",
    "identifierSpace": "http://things.example/",
    "schemaSpace": "http://things.example/schema",
    "batchSize": 2,
}
NAMES = ("Oak", "Elm", "Ash")


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text("n,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(NAMES)), encoding="utf-8")
    return path


@pytest.fixture
def service() -> Iterator[Hostile]:
    import threading

    with Hostile(("127.0.0.1", 0), Handler) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def _queries(handler: Handler) -> dict[str, dict[str, object]]:
    form = urllib.parse.parse_qs(handler.asked.body.decode())
    found: dict[str, dict[str, object]] = json.loads(form["queries"][0])
    return found


def _answering(result: object, manifest: object = MANIFEST) -> Say:
    """A service that has the same result for each name."""

    def say(handler: Handler) -> None:
        if handler.asked.method == "GET":
            handler.answer(json.dumps(manifest).encode(), headers=JSON)
        else:
            told = {key: {"result": result} for key in _queries(handler)}
            handler.answer(json.dumps(told).encode(), headers=JSON)

    return say


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_names_go_in_batches_and_identifiers_become_iris(ogdkg: Run, service: Hostile, names: Path) -> None:
    service.say = _answering(
        [
            {"id": "Q2", "name": "Low", "score": 20, "match": False},
            {"id": "Q1", "name": "High", "score": 90.5, "match": True},
        ]
    )
    done = ogdkg("reconcile", names, "--column", "name", "--with", service.url, "--type", "T", "--matches")
    assert done.returncode == 0, done.stderr
    assert [asked.method for asked in service.seen] == ["GET", "POST", "POST"]
    form = urllib.parse.parse_qs(service.seen[1].body.decode())
    assert json.loads(form["queries"][0])["q0"] == {"query": "Oak", "limit": 5, "type": "T"}
    rows = _rows(done.stdout)
    assert [row["name"] for row in rows] == list(NAMES)
    assert rows[0]["match"] == "http://things.example/Q1"
    assert rows[0]["match score"] == "90.5"
    assert rows[0]["match source"] == service.url
    assert rows[0]["match candidates"].endswith("http://things.example/Q2 (Low, 20)")
    assert done.stderr.strip().endswith("3 rows with 3 names: 3 accepted, 0 doubtful, 0 unmatched.")


def test_a_threshold_accepts_the_best_alone(ogdkg: Run, service: Hostile, names: Path) -> None:
    service.say = _answering([{"id": "a", "name": "A", "score": 95}, {"id": "b", "name": "B", "score": 94}])
    for score, state in (("95", "accepted"), ("95.5", "doubtful")):
        done = ogdkg("reconcile", names, "--column", "name", "--with", service.url, "--accept", score)
        assert {row["match state"] for row in _rows(done.stdout)} == {state}
    service.say = _answering([{"id": "a", "name": "A", "score": 95}, {"id": "b", "name": "B", "score": 95}])
    done = ogdkg("reconcile", names, "--column", "name", "--with", service.url, "--accept", "50")
    assert {row["match state"] for row in _rows(done.stdout)} == {"doubtful"}


def test_a_name_is_shown_without_control_characters(ogdkg: Run, service: Hostile, names: Path) -> None:
    service.say = _answering([{"id": "a", "name": "Bad\x1b[31m\r\n\tname\u202e", "score": 1}])
    done = ogdkg("reconcile", names, "--column", "name", "--with", service.url, "--ask", stdin="1\nq\n")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout + done.stderr
    assert [row["match state"] for row in _rows(done.stdout)] == ["accepted", "doubtful", "doubtful"]


def test_no_secret_goes_to_a_service(ogdkg: Run, service: Hostile, names: Path) -> None:
    service.say = _answering([])
    done = ogdkg("reconcile", names, "--column", "name", "--with", service.url, OGDKG_TOKEN="hidden")
    assert {row["match state"] for row in _rows(done.stdout)} == {"unmatched"}
    assert all("Authorization" not in asked.headers for asked in service.seen)


def _raw(body: bytes, kind: str = "application/json", status: int = 200) -> Say:
    return lambda handler: handler.answer(body, status, {"Content-Type": kind})


def _redirecting(handler: Handler) -> None:
    handler.answer(b"", 302, {"Location": "http://127.0.0.1:1/elsewhere", **JSON})


def _fewer(handler: Handler) -> None:
    if handler.asked.method == "GET":
        handler.answer(json.dumps(MANIFEST).encode(), headers=JSON)
    else:
        handler.answer(json.dumps({"q0": {"result": []}}).encode(), headers=JSON)


def _endless(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(30):
        handler.wfile.write(b" " * 2**20)


def _slow(handler: Handler) -> None:
    time.sleep(3)


@pytest.mark.parametrize(
    ("say", "said"),
    [
        (_raw(b"<html>", "text/html"), "The answer is of type text/html, not application/json"),
        (_raw(b"{"), "Its answer is not JSON."),
        (_raw(b"[" * 100_000), "Its answer is not JSON."),
        (_raw(b"\xff"), "Its answer is not JSON."),
        (_raw(b"[]"), "Its answer is no JSON object."),
        (_raw(b"{}"), "Its manifest has no name."),
        (_raw(b'{"versions": ["9"]}'), "It speaks the versions 9 of the API, and we speak 0.1 and 0.2."),
        (_raw(b"gone", "text/plain", 500), "The server answers 500: gone"),
        (_redirecting, "The server redirects (302) to: http://127.0.0.1:1/elsewhere"),
        (_fewer, "It answers for 1 of 2 names."),
        (_endless, "The answer is larger than 20 MB."),
        (_slow, "No whole answer within 1 seconds."),
        (_answering("no"), "Its answer for a name has no list of results."),
        (_answering([{"name": "x", "score": 1}]), "One of its candidates has no identifier."),
        (_answering([{"id": "", "name": "x", "score": 1}]), "makes no IRI"),
        (
            _answering([{"id": "x", "name": "x", "score": "1"}]),
            "The score of one of its candidates is not a number.",
        ),
        (_answering([{"id": "x"}], {**MANIFEST, "identifierSpace": "\n"}), "makes no IRI: x"),
    ],
)
def test_a_service_that_misbehaves_is_told_in_a_sentence(
    ogdkg: Run, service: Hostile, names: Path, say: Say, said: str, tmp_path: Path
) -> None:
    service.say = say
    output = tmp_path / "out.csv"
    limit = "1" if say is _slow else "20"
    done = ogdkg(
        "reconcile", names, "--column", "name", "--with", service.url, "--timeout", limit, "-o", output
    )
    assert done.returncode == 4, done.stderr
    assert said in done.stderr
    assert done.stderr.count("Error:") == 1
    assert not output.exists()


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://example.org/", "nothing", "http://u:secret@h/"]
)
def test_an_address_is_of_a_server(ogdkg: Run, names: Path, address: str) -> None:
    done = ogdkg("reconcile", names, "--column", "name", "--with", address)
    assert done.returncode == 2
    assert "secret" not in done.stderr


def test_our_own_service_offers_what_the_project_does(ogdkg: Run, tmp_path: Path) -> None:
    table = tmp_path / "names.tsv"
    table.write_text("name\nWrold Bank\nNepal\nqqqqq\n\nSocrata, Inc.\n", encoding="utf-8")
    here = ogdkg("reconcile", table, "--column", "name", "--matches", cwd=ROOT).stdout
    with serving(ROOT) as own:
        there = ogdkg(
            "reconcile", table, "--column", "name", "--matches", "--with", f"{own.url}/reconcile", cwd=ROOT
        ).stdout
        assert there.replace(f"{own.url}/reconcile", "https://w3id.org/ogdkg/") == here
    states = [line.split("\t")[4] for line in here.splitlines()[1:]]
    assert states == ["doubtful", "accepted", "unmatched", "accepted"]
