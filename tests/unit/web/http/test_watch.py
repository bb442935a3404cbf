"""The log, the figures, and how patient a worker is."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from ogdkg.web.app import App
from ogdkg.web.http import journal, request, watch
from ogdkg.web.http.journal import Journal
from ogdkg.web.http.metrics import Metrics
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import Request
from ogdkg.web.http.settings import Settings
from ogdkg.web.http.watch import WatchedSend, may_see_figures

STATUS = {"version": 'a"b', "since": 12.5, "error": "", "reads": 2, "failures": 1}


def test_a_reader_that_stalls_holds_no_request_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_MOST_LINES", 200)
    reading, writing = os.pipe()
    log = Journal(writing)
    begun = time.monotonic()
    for number in range(2_000):
        log.note({"number": number, "path": "x" * 100})
    assert time.monotonic() - begun < 2
    assert log.dropped > 0
    os.close(reading)
    log.close()
    os.close(writing)


def test_lines_are_whole_and_in_order() -> None:
    reading, writing = os.pipe()
    log = Journal(writing)
    for number in range(100):
        log.note({"number": number, "path": 'a\n"\x1b\u2028é'})
    log.close()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(100))
    assert all(line.isascii() and b"\x1b" not in line for line in lines)


def test_figures_are_summed_over_workers_and_never_fall(tmp_path: Path) -> None:
    (tmp_path / "figures-999999999.json").write_text(  # a worker that has ended
        json.dumps([["ogdkg_response_bytes_total", [["route", "sparql"]], 5], ["ogdkg_workers", [], 1]])
    )
    figures = Metrics(tmp_path)
    figures.seen("sparql", 200, 10, 0.02)
    figures.seen("sparql", 504, 0, 2.0)
    figures.seen("store", 200, 7, 99.0, "client")
    text = figures.text({"ogdkg_workers": 1}, STATUS)
    lines = text.splitlines()
    assert 'ogdkg_response_bytes_total{route="sparql"} 15' in lines
    assert 'ogdkg_requests_total{route="sparql",status="504"} 1' in lines
    assert 'ogdkg_queries_ended_total{reason="time"} 1' in lines
    assert 'ogdkg_queries_ended_total{reason="client"} 1' in lines
    assert 'ogdkg_request_seconds_bucket{route="sparql",le="0.025"} 1' in lines
    assert 'ogdkg_request_seconds_bucket{route="store",le="10.0"} 0' in lines
    assert 'ogdkg_request_seconds_count{route="store"} 1' in lines
    assert 'ogdkg_graph_info{version="a\\"b"} 1' in lines
    assert "ogdkg_workers 1" in lines
    assert all(line.startswith("#") or line.rpartition(" ")[2] for line in lines)
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def _scope(**headers: str) -> dict[str, object]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"method": "POST", "path": "/sparql", "headers": pairs, "query_string": b"", "client": ("::1", 1)}


def test_a_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "_BODY_SECONDS", 0.1)

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.04)
        return {"type": "http.request", "body": b" ", "more_body": True}

    with pytest.raises(HttpError) as caught:
        asyncio.run(Request(_scope(), receive).body())
    assert caught.value.status == 408


def test_a_client_that_reads_slowly_is_left_sooner_while_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_SHORT", 0.1)
    monkeypatch.setattr(watch, "_LONG", 0.3)

    async def send(message: object) -> None:
        await asyncio.sleep(0.2)

    async def run() -> tuple[bool, bool]:
        told = WatchedSend(send)
        await told({"type": "http.response.start", "status": 200})
        return told.is_too_slow(is_wanted=True), told.is_too_slow(is_wanted=False)

    assert asyncio.run(run()) == (True, False)


@pytest.mark.parametrize(
    ("client", "headers", "is_public", "may"),
    [
        ("127.0.0.1", {}, False, True),
        ("::1", {}, False, True),
        ("192.0.2.1", {}, False, False),
        ("192.0.2.1", {}, True, True),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, False, False),  # of a proxy that is not believed
        ("127.0.0.1", {"via": "1.1 varnish"}, False, False),
        ("127.0.0.1", {"forwarded": "for=1.2.3.4"}, True, True),
    ],
)
def test_figures_are_for_this_machine(
    client: str, headers: dict[str, str], is_public: bool, may: bool
) -> None:
    async def receive() -> dict[str, object]:
        return {}

    asked = Request({**_scope(**headers), "client": (client, 1)}, receive)
    assert may_see_figures(asked, Settings(public_metrics=is_public)) is may


def test_a_bug_ends_no_more_than_its_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        told.append(message)

    async def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the program")

    async def run() -> None:
        app = App(Settings(status=tmp_path / "status.json", log=False))
        monkeypatch.setattr(app, "_route", broken)
        await app({**_scope(host="a"), "type": "http"}, receive, send)

    asyncio.run(run())
    assert told[0]["status"] == 500
    assert json.loads(str(told[1]["body"], "utf-8"))["detail"] == "This is a bug of the server."  # type: ignore[arg-type]
