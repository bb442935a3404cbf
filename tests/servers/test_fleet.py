"""Replicas: written one after another, read as one, killed at each step; nothing is lost, nothing mixed."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.servers.replicas import CONFIG, QUERY, VERSION, Box, fleet_at, says
from tests.servers.running import Running, need_server
from tests.servers.serving import Hostile, Serve, serving

from ogdkg import Graph
from ogdkg.cli.main import main
from ogdkg.errors import OgdkgError, StoreError, UsageError
from ogdkg.exchange.fleet import plan_fleet, push_fleet
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.remote.fleet import Fleet, store_at
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import pull
from ogdkg.store.base import Rows

GRAPHS = ("g1", "g2", "g3")
ASK = "SELECT ?o {{ GRAPH <https://e.example/{}> {{ ?s <https://e.example/is> ?o }} }}"


class Three:
    """A project and its three servers."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.boxes = [Box(root / f"box{number}") for number in range(3)]
        (root / "data").mkdir()
        urls = json.dumps([box.url for box in self.boxes])
        (root / "ogdkg.toml").write_text(CONFIG.format(urls=urls))

    def write(self, version: int) -> None:
        said = "".join(f"e:{name} {{ e:a e:is {version} . [] e:says {version} }}\n" for name in GRAPHS)
        (self.root / "data" / "all.trig").write_text(f"@prefix e: <https://e.example/> .\n{said}")

    def graph(self) -> Graph:
        project = read_project(self.root, trust=True)
        return Graph(project, GraphOptions(timeout=20, endpoint=project.endpoint("fleet")))

    def fleet(self) -> Fleet:
        store = self.graph().remote
        assert isinstance(store, Fleet)
        return store

    def push(self) -> None:
        graph = self.graph()
        push_fleet(graph, self.fleet())

    def read(self) -> int:
        """The version that a command reads, which asks for several things."""
        fleet = self.fleet()
        found = {_value(fleet, name) for name in GRAPHS}
        found |= {int(line.rpartition('"^^')[0].rpartition('"')[2]) for line in pull(fleet)}
        assert len(found) == 1, f"mixed: {found}"
        return found.pop()


def _value(store: RemoteStore, name: str) -> int:
    result = store.query(ASK.format(name))
    assert isinstance(result, Rows)
    ((value,),) = result.rows
    assert isinstance(value, Literal)
    return int(value.value)


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Three]:
    need_server("oxigraph")
    found = Three(tmp_path)
    monkeypatch.setenv("OGDKG_ORIGINS", ",".join(box.url.removesuffix("/query") for box in found.boxes))
    yield found
    for box in found.boxes:
        box.kill()


def _writes(monkeypatch: pytest.MonkeyPatch, hook: Callable[[int], None]) -> None:
    """Call a hook before each request that writes, with its number."""
    number = 0
    for name in ("put", "update", "post", "delete"):
        real = getattr(RemoteStore, name)

        def work(self: RemoteStore, *arguments: object, real: Callable[..., None] = real) -> None:
            nonlocal number
            number += 1
            hook(number)
            real(self, *arguments)

        monkeypatch.setattr(RemoteStore, name, work)


def test_a_push_reaches_all_and_one_that_was_away_is_brought_up_to_date(
    three: Three, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str, code: int = 0) -> str:
        assert main(["-C", str(three.root), *words, "--endpoint", "fleet"]) == code
        return "".join(capsys.readouterr())

    three.write(1)
    assert "No replica that answers holds a whole version" in run("sparql", "ASK {}", code=4)
    assert run("push", "--dry-run").count("would be written") == 3
    assert run("push").count("4 graphs with 10 triples written") == 3
    assert three.read() == 1
    three.boxes[1].kill()
    three.write(2)
    told = run("push")
    assert told.count(" written, ") == 2 and "There is no connection" in told
    assert three.read() == 2
    three.boxes[1].start()
    assert three.read() == 2  # not the version of the one that was away
    assert [line.split()[-4:-2] for line in run("ping").splitlines()[1:]] == [
        ["read", "yes"],
        ["read", "no"],
        ["read", "yes"],
    ]
    told = run("push")
    assert told.count("holds this version already") == 2 and told.count(" written, ") == 1
    assert [each["read"] for each in json.loads(run("ping", "-f", "json"))] == ["yes"] * 3
    for box in three.boxes[:2]:
        box.kill()
    assert "Only 1 of 3 replicas answer" in run("sparql", "ASK {}")
    assert run("sparql", ASK.format("g1")).count("2") >= 1
    three.write(3)
    assert "Only 1 of 3 replicas answer, and 2 must" in run("push", code=4)
    assert three.read() == 2


def test_killed_at_each_step_of_a_push_nothing_is_lost_and_nothing_mixed(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    three.write(0)
    three.push()
    steps: list[int] = []
    dying: list[tuple[int, Box]] = []

    version = 0

    def hook(number: int) -> None:
        steps.append(number)
        if dying and len(steps) == dying[0][0]:
            dying.pop(0)[1].kill()
        if number % 3 == 0:
            assert three.read() in (version - 1, version)

    _writes(monkeypatch, hook)
    for version, at in enumerate((1, 6, 12, 20), 1):
        box = three.boxes[at % 3]
        three.write(version)
        steps.clear()
        dying[:] = [(at, box)]
        three.push()
        assert three.read() == version
        if not dying:
            box.start()
        assert three.read() == version
        dying.clear()
        three.push()
        assert [replica.holds and replica.holds.state for replica in three.fleet().replicas()] == ["read"] * 3
        assert len({replica.holds and replica.holds.key for replica in three.fleet().replicas()}) == 1


class _Gone(BaseException):
    """The power fails."""


def test_a_push_that_is_cut_off_anywhere_leaves_readers_a_whole_version(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    three.write(0)
    three.push()
    left = 1000

    def hook(number: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Gone

    _writes(monkeypatch, hook)
    for version, after in enumerate((0, 3, 9, 10, 11, 19, 22, 27), 1):
        three.write(version)
        left = after
        with pytest.raises(_Gone):
            three.push()
        left = 1000
        assert three.read() in (version - 1, version)
        three.push()
        assert three.read() == version


def test_readers_meanwhile_see_one_version_each(three: Three) -> None:
    """Readers in threads, pushes, and a server that comes and goes."""
    three.write(1)
    three.push()
    ended = threading.Event()
    seen: Counter[int] = Counter()
    faults: list[str] = []

    def read() -> None:
        last = 0
        while not ended.is_set():
            try:
                found = three.read()
            except StoreError as error:  # its version is nowhere any longer: never a part of another
                if "were changed while" not in error.message:
                    faults.append(error.message)
            except AssertionError as error:
                faults.append(str(error))
            else:
                seen[found] += 1
                if found < last:
                    faults.append(f"{found} after {last}")
                last = found

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(2, 6):
        three.write(version)
        box = three.boxes[version % 3]
        box.kill()
        three.push()
        box.start()
        three.push()
    ended.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert sum(seen.values()) > 10


def test_a_command_goes_on_while_each_server_dies_in_turn(three: Three) -> None:
    three.write(1)
    three.push()
    fleet = three.fleet()
    for number in range(60):
        box = three.boxes[number // 20 % 3]
        if number % 20 == 3:
            box.kill()
        assert _value(fleet, GRAPHS[number % 3]) == 1
        if number % 20 == 15:
            box.start()
    fleet = three.fleet()
    fleet.names()
    three.write(2)
    three.push()  # all are changed under a command that has read something
    with pytest.raises(StoreError, match="were changed while this command read them"):
        fleet.get(Iri("https://e.example/g1"))
    assert _value(fleet, "g1") == 2  # the next one


def test_parts_of_a_graph_come_from_one_replica(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    three.write(1)
    three.push()
    fleet = three.fleet()
    for member in fleet.members:
        member.__dict__["server"] = member.server._replace(most_triples=1)
    asked: list[RemoteStore] = []
    real = RemoteStore._send

    def send(self: RemoteStore, text: str, *rest: object, **more: object) -> object:
        if "OFFSET" in text:
            asked.append(self)
            if len(asked) == 2:
                raise StoreError("It is gone.")
        return real(self, text, *rest, **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(RemoteStore, "_send", send)
    assert len(fleet.get(Iri("https://e.example/g1"), 2)) == 2
    assert asked[0] is asked[1] and asked[2] is not asked[1] and len({*map(id, asked[2:])}) == 1


# Simulated servers.


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def _rate(root: Path, servers: list[Hostile], readers: int = 4, each: int = 2) -> float:
    fleets = [fleet_at(root, servers) for _ in range(readers)]
    for number, fleet in enumerate(fleets):  # as processes spread: each to another one
        fleet._choose()
        _ = fleet.push_manifest
        fleet._up.sort(key=lambda replica: replica.store.given.url)
        fleet._up = fleet._up[number % len(servers) :] + fleet._up[: number % len(servers)]
    threads = [
        threading.Thread(target=lambda fleet=fleet: [fleet.query(QUERY) for _ in range(each)])
        for fleet in fleets
    ]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return readers * each / (time.monotonic() - begin)


def test_more_replicas_answer_more(serve: Serve, tmp_path: Path) -> None:
    rates = [_rate(tmp_path, [serve(says(0.25)) for _ in range(number)]) for number in (1, 2, 3)]
    print([f"{rate:.0f} reads a second" for rate in rates])
    assert rates[1] > 1.3 * rates[0] and rates[2] > 1.5 * rates[0]


def test_a_token_goes_to_listed_origins_alone(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = [serve(says()) for _ in range(3)]
    monkeypatch.setenv("OGDKG_TOKEN", "very-secret")
    monkeypatch.setenv("OGDKG_ORIGINS", servers[0].origin)
    fleet = fleet_at(tmp_path, servers)
    for _ in range(6):
        fleet.query(QUERY)
        fleet._up = fleet._up[1:]
    told = [{asked.headers.get("Authorization") for asked in server.seen} for server in servers]
    assert told == [{"Bearer very-secret"}, {None}, {None}]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<urn:a> <urn:b> 1 .")
    project = read_project(tmp_path, trust=True)
    graph = Graph(project, GraphOptions(endpoint=project.endpoint("fleet")))
    with pytest.raises(UsageError, match="Nothing is written to"):
        push_fleet(graph, fleet)
    assert not [asked for server in servers for asked in server.seen if asked.method != "GET"]


def test_replicas_without_a_version_or_with_another_are_not_read(serve: Serve, tmp_path: Path) -> None:
    newer = json.dumps([6, "e", "whole", 6])
    writing = json.dumps([7, "f", "writing", 7])
    servers = [serve(says(version=version)) for version in ("", newer, VERSION, writing, "no JSON", "[1, 2]")]
    for _ in range(4):
        result = fleet_at(tmp_path, servers).query(QUERY)
        assert isinstance(result, Rows) and next(result.rows) == (Literal(str(servers[2].server_port)),)
    with pytest.raises(UsageError, match="Only `ogdkg push` writes to replicas"):
        fleet_at(tmp_path, servers).update("CLEAR ALL")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("urls = []", "needs an address"),
        ('urls = ["http://a.example/q"]\nurl = "http://a.example/q"', "'url' does not go with 'urls'"),
        ('url = "http://a.example/q"\nmin-replicas = 1', "'min-replicas' does not go with 'url'"),
        ('urls = ["http://a.example/q", "http://a.example/q"]', "names a server twice"),
        ('urls = ["http://a.example/q", "ftp://b.example"]', "http"),
        ('urls = ["http://a.example/q"]\nmin-replicas = 2', "from 1 to 1"),
        ('urls = ["http://a.example/q"]\nmin-replicas = true', "from 1 to 1"),
        (
            'urls = ["http://a.example/q", "http://b.example/q"]\nupdates = ["http://a.example/u"]',
            "for each replica",
        ),
    ],
)
def test_replicas_are_described_or_refused(tmp_path: Path, lines: str, said: str) -> None:
    (tmp_path / "ogdkg.toml").write_text(f'[[endpoint]]\nname = "x"\n{lines}\n')
    with pytest.raises(OgdkgError, match=said):
        read_project(tmp_path)


def test_plans_need_no_version(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<urn:a> <urn:b> 1 .")
    servers = [serve(says(version="")) for _ in range(2)]
    fleet = fleet_at(tmp_path, servers)
    project = read_project(tmp_path, trust=True)
    done = plan_fleet(Graph(project, GraphOptions(endpoint=project.endpoint("fleet"))), fleet)
    assert [each.plan is not None and len(each.plan.changed) for each in done] == [1, 1]


def test_servers_of_two_products_are_a_fleet_too(
    start: Callable[..., Running], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = [start(name, "writing") for name in ("virtuoso", "oxigraph")]
    for key, value in servers[0].env.items():
        monkeypatch.setenv(key, value)
    urls = [server.url for server in servers]
    monkeypatch.setenv("OGDKG_ORIGINS", ",".join(url.rpartition("/")[0] for url in urls))
    (tmp_path / "ogdkg.toml").write_text(CONFIG.format(urls=json.dumps(urls)))
    (tmp_path / "data").mkdir()
    project = read_project(tmp_path, trust=True)
    graph = Graph(project, GraphOptions(timeout=20, endpoint=project.endpoint("fleet")))
    try:
        for version in (1, 2):
            text = f"@prefix e: <https://e.example/> . e:g1 {{ e:a e:is {version} }}"
            (tmp_path / "data" / "all.trig").write_text(text)
            fleet = store_at(project.endpoint("fleet"), project.manifest, 20)
            assert isinstance(fleet, Fleet)
            assert not [each.error for each in push_fleet(graph, fleet) if each.error]
            assert [each.holds and each.holds.state for each in fleet.replicas()] == ["read", "read"]
            for member in fleet.members:
                assert _value(member, "g1") == version
            assert _value(fleet, "g1") == version
    finally:
        for member in fleet.members:
            for name in member.push_manifest.graphs if member.push_manifest else ():
                if name:
                    member.delete(name)
            member.update(f"DROP SILENT GRAPH <{project.manifest}>")
