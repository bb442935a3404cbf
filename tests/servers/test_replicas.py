"""Replicas that fail in every way: a read goes on with another one, soon, and no secret is told."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.servers.replicas import QUERY, fleet_at, says
from tests.servers.serving import Handler, Hostile, Serve, serving

from ogdkg.errors import StoreError
from ogdkg.project.endpoint import Endpoint
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.remote.fleet import Fleet
from ogdkg.remote.protocol import RemoteStore
from ogdkg.store.base import Rows

Say = Callable[[Handler], None]
OTHER = json.dumps([4, "c", "read", 4])


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is waited for as long as it must be, but in shorter seconds."""
    monkeypatch.setattr("ogdkg.remote.fleet._PROBE", 1.5)
    monkeypatch.setattr("ogdkg.remote.fleet.WATCHED", 0.7)
    monkeypatch.setattr("ogdkg.remote.http.WATCHED", 0.7)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def _silent(handler: Handler) -> None:
    handler.connection.settimeout(15)
    handler.connection.recv(1)  # until the other side hangs up


def _answers(body: bytes = b"", status: int = 200, **headers: str) -> Say:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(body, status, given)


def _port(fleet: Fleet) -> int:
    """The port of who answers."""
    result = fleet.query(QUERY)
    assert isinstance(result, Rows)
    ((value,),) = result.rows
    assert isinstance(value, Literal)
    return int(value.value)


def _first(fleet: Fleet, server: Hostile) -> None:
    """Let a server be the first to be read, as chance may have it."""
    if not fleet._up:
        fleet._choose()
    fleet._up.sort(key=lambda each: each.store.given.url != server.url)


CUT = _answers(b'{"head": {"vars": ["o"]}, "results": {"bindings": [', Content_Length="500")
FAULTS = {
    "cut": CUT,
    "cut, without a length": lambda handler: handler.raw(b"HTTP/1.1 200 OK\r\n\r\n{"),
    "closed": lambda handler: handler.raw(b""),
    "a balancer without a server": _answers(b"<html>503", 503, Content_Type="text/html"),
    "busy for long": _answers(b"", 503, Retry_After="30"),
    "a gateway": _answers(b"<html>502", 502, Content_Type="text/html"),
    "a page": _answers(b"<html>hello", Content_Type="text/html"),
    "a fault": _answers(b"oops", 500),
    "not there": _answers(b"no", 404),
    "refused": _answers(b"no", 403),
    "half of a row": _answers(b'{"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type"'),
    "other columns": _answers(b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_read_goes_on_with_another_one_at_once(serve: Serve, tmp_path: Path, fault: str) -> None:
    bad, good = serve(says(then=FAULTS[fault])), serve(says())
    fleet = fleet_at(tmp_path, [bad, good])
    _first(fleet, bad)
    begin = time.monotonic()
    assert _port(fleet) == good.server_port
    assert time.monotonic() - begin < 2.5  # a server that is busy is not waited for
    assert len([asked for asked in bad.seen if "urn:b" in asked.query]) == 1


@pytest.mark.parametrize("fault", [_answers(b"oops", 500), CUT])
def test_what_fails_everywhere_is_asked_once_of_each(serve: Serve, tmp_path: Path, fault: Say) -> None:
    servers = [serve(says(then=fault)) for _ in range(3)]
    with pytest.raises(StoreError, match=r"answers 500: oops|broke off|does not parse"):
        fleet_at(tmp_path, servers).query(QUERY)
    assert [len([asked for asked in each.seen if "urn:b" in asked.query]) for each in servers] == [1, 1, 1]


def test_the_last_one_is_waited_for_while_it_is_busy(serve: Serve, tmp_path: Path) -> None:
    turns, ok = iter([_answers(b"", 503)]), says()
    dead, busy = serve(_answers(b"", 503)), serve(ok)
    busy.say = lambda handler: (next(turns, ok) if "urn:b" in handler.asked.query else ok)(handler)
    assert _port(fleet_at(tmp_path, [dead, busy])) == busy.server_port


def test_nobody_waits_for_one_that_is_silent_where_others_tell_enough(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ogdkg.remote.fleet._PROBE", 10.0)
    servers = [serve(_silent), serve(says()), serve(says())]
    fleet = fleet_at(tmp_path, servers)
    begin = time.monotonic()
    assert _port(fleet) in {server.server_port for server in servers[1:]}
    assert time.monotonic() - begin < 5


def test_one_that_was_silent_is_waited_for_only_once(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two, each may alone hold a newer version."""
    monkeypatch.setattr("ogdkg.remote.fleet._FRESH", 0.0)
    silent, good = serve(_silent), serve(says())
    fleet = fleet_at(tmp_path, [silent, good], timeout=3)
    assert _port(fleet) == good.server_port
    fleet.begin()
    begin = time.monotonic()
    assert _port(fleet) == good.server_port
    assert time.monotonic() - begin < 1.2
    silent.say = says()
    found = set()
    for _ in range(30):
        fleet.begin()
        found.add(_port(fleet))
    assert found == {silent.server_port, good.server_port}  # it is back


def test_one_that_hangs_in_the_middle_is_left(serve: Serve, tmp_path: Path) -> None:
    bad, good = serve(says()), serve(says())
    fleet = fleet_at(tmp_path, [bad, good])
    _first(fleet, bad)
    assert _port(fleet) == bad.server_port
    bad.say = _silent
    begin = time.monotonic()
    assert _port(fleet) == good.server_port
    assert time.monotonic() - begin < 6  # and not the 20 seconds of the time limit


def test_one_that_only_takes_long_is_not_left(serve: Serve, tmp_path: Path) -> None:
    slow, other = serve(says(1.8)), serve(says())
    fleet = fleet_at(tmp_path, [slow, other])
    _first(fleet, slow)
    assert _port(fleet) == slow.server_port
    assert not [asked for asked in other.seen if "urn:b" in asked.query]


def test_a_query_that_is_too_slow_everywhere_ends_at_its_limit(serve: Serve, tmp_path: Path) -> None:
    fleet = fleet_at(tmp_path, [serve(says(then=_silent)) for _ in range(3)], timeout=1)
    begin = time.monotonic()
    with pytest.raises(StoreError, match="within 1 seconds"):
        fleet.query(QUERY)
    assert time.monotonic() - begin < 4


def test_one_with_an_old_or_a_changed_version_is_not_read(serve: Serve, tmp_path: Path) -> None:
    stale, good, going = serve(says(version=OTHER)), serve(says()), serve(says())
    fleet = fleet_at(tmp_path, [stale, good, going])
    _first(fleet, going)
    later = says(version=json.dumps([9, "z", "writing", 9]))

    def answer_and_change(handler: Handler) -> None:
        going.say = later
        says()(handler)

    going.say = says(then=answer_and_change)
    assert _port(fleet) == good.server_port
    assert not [asked for asked in stale.seen if "urn:b" in asked.query]


def test_nothing_is_asked_past_the_version(serve: Serve, tmp_path: Path) -> None:
    """Neither by a method of one server that this one does not know."""
    stale, good = serve(says(version=OTHER)), serve(says())
    fleet = fleet_at(tmp_path, [stale, good])
    result = RemoteStore.query(fleet, QUERY)
    assert isinstance(result, Rows)
    assert [*result.rows] == [(Literal(str(good.server_port)),)]
    assert not [asked for asked in stale.seen if "urn:b" in asked.query]


def test_one_that_is_slow_to_say_that_a_newer_version_is_read_is_heard(serve: Serve, tmp_path: Path) -> None:
    """Another command may have read it there, and none may read an older one after that."""
    newer = [7, "f", "whole", 7, 5]
    slow, whole, old = serve(says()), serve(says(version=json.dumps(newer))), serve(says())
    said = says(version=json.dumps([*newer[:2], "read", *newer[3:]]))

    def late(handler: Handler) -> None:
        time.sleep(0.4 if "urn:ogdkg:version" in handler.asked.query else 0)
        said(handler)

    slow.say = late
    for _ in range(3):
        assert _port(fleet_at(tmp_path, [slow, whole, old])) != old.server_port


def test_a_redirect_is_not_followed_and_tells_nobody_the_token(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, good = serve(says()), serve(says())
    bad = serve(_answers(b"", 307, Location=stranger.url))
    monkeypatch.setenv("OGDKG_TOKEN", "very-secret")
    monkeypatch.setenv("OGDKG_ORIGINS", f"{bad.origin},{good.origin}")
    for _ in range(3):
        assert _port(fleet_at(tmp_path, [bad, good])) == good.server_port
    assert stranger.seen == []


def test_each_host_gets_its_own_password(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a netrc file: neither is told to the other, nor to one that it does not name."""

    def asks(handler: Handler) -> None:
        if not handler.asked.headers["Authorization"]:
            return handler.answer(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'})
        return says()(handler)

    servers = [serve(asks), serve(asks), serve(says())]
    (tmp_path / "netrc").write_text(
        "machine 127.0.0.1 login a password aaaa\nmachine localhost login b password bbbb\n"
    )
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    hosts = ["127.0.0.1", "localhost", "127.0.0.2"]
    urls = [server.url.replace("127.0.0.1", host) for server, host in zip(servers, hosts, strict=True)]
    monkeypatch.setenv("OGDKG_ORIGINS", ",".join(url.removesuffix("/sparql") for url in urls))
    fleet = fleet_at(tmp_path, servers[:2])
    text = (tmp_path / "ogdkg.toml").read_text().replace(servers[1].url, urls[1])
    (tmp_path / "ogdkg.toml").write_text(text)
    project = read_project(tmp_path, trust=True)
    fleet = Fleet(project.endpoint("fleet"), project.manifest, 20)
    assert not any(each.error for each in fleet.replicas())
    sent = [{asked.headers["Authorization"] for asked in server.seen} - {None} for server in servers]
    assert sent == [{"Basic YTphYWFh"}, {"Basic YjpiYmJi"}, set()]


@pytest.fixture
def named(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> tuple[Hostile, Fleet]:
    """A server with a name that has two addresses, of which it has the second."""
    server, real = serve(says()), socket.getaddrinfo

    def found(host: str, port: int, *rest: object, **more: object) -> list[object]:
        hosts = ["127.0.0.3", "127.0.0.1"] if host == "graph.example" else [host]
        return [each for name in hosts for each in real(name, port, *rest, **more)]  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    url = server.url.replace("127.0.0.1", "graph.example")
    return server, Fleet(Endpoint(url, replicas=(Endpoint(url),)), Iri("urn:manifest"), 20)


def test_a_name_with_a_dead_address_is_one_that_answers(named: tuple[Hostile, Fleet]) -> None:
    server, fleet = named
    assert _port(fleet) == server.server_port


def test_a_name_with_an_address_that_nobody_reaches_is_one_that_answers(
    named: tuple[Hostile, Fleet],
) -> None:
    server, fleet = named
    fleet._probes = [RemoteStore(each, Iri("urn:manifest"), 5) for each in fleet.given.replicas]
    with ExitStack() as stack:
        hole = stack.enter_context(socket.socket())
        hole.bind(("127.0.0.3", server.server_port))
        hole.listen(0)
        for _ in range(4):  # until nobody is let in
            full = stack.enter_context(socket.socket())
            full.setblocking(False)
            full.connect_ex(hole.getsockname())
        assert [each.error for each in fleet.replicas()] == [None]
