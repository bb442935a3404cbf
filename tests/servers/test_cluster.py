"""A sample of `python -m tests.bench.fleet`: replicas behind HAProxy are killed at steps."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import pytest
from tests.conftest import need
from tests.servers.cluster import HAPROXY, PUSH, SETTINGS, Cluster, Step
from tests.servers.running import INSTALL, need_server

KINDS_HERE = ("oxigraph", "oxigraph", "oxigraph")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    need(HAPROXY.exists(), "HAProxy", INSTALL)
    need_server("oxigraph")
    with pytest.MonkeyPatch.context() as patch:
        found = Cluster(tmp_path_factory.mktemp("cluster"), KINDS_HERE)
        for name, value in found.env.items():
            patch.setenv(name, value)
        found.write()
        assert found.push() == 0, (found.root / "push.out").read_text()
        yield found
        found.close()


@pytest.fixture(scope="module")
def steps(cluster: Cluster) -> list[Step]:
    return cluster.steps()


def test_haproxy_accepts_the_settings() -> None:
    need(HAPROXY.exists(), "HAProxy", INSTALL)
    done = subprocess.run([HAPROXY, "-c", "-f", SETTINGS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("what", "at", "kills_push", "code"),
    [
        ("ask what it is (2)", 1, False, 0),
        ("write g1", 0, False, 0),
        ("list a graph", 1, True, -9),
        ('say "read"', 1, False, 0),
    ],
)
def test_a_kill_at_a_step_loses_and_mixes_nothing(
    cluster: Cluster, steps: list[Step], what: str, at: int, kills_push: bool, code: int
) -> None:
    step = [each for each in steps if str(each) == f"{each.replica}: {what}"][at]
    cluster.write()
    with cluster.readers() as seen:
        assert cluster.push_killing(step, PUSH if kills_push else step.replica) == code
        assert cluster.read() in (cluster.version - 1, cluster.version)
        if not kills_push:
            cluster.boxes[cluster.names.index(step.replica)].start()
        assert cluster.read() == cluster.version or code
        assert cluster.push() == 0
        assert cluster.is_whole()
        assert cluster.read() == cluster.version
        end = time.monotonic() + 20
        while not seen()["command: whole"] and time.monotonic() < end:
            time.sleep(0.05)
    # No server of ours runs here, so that the reader of these gets no answer.
    assert set(seen()) <= {"command: whole", "command: changed", "web: an error"}


def test_readers_get_answers_while_replicas_and_our_servers_are_killed(cluster: Cluster) -> None:
    for number in range(2):
        cluster.serve(number)
    end = time.monotonic() + 20
    while cluster.read_web() is None and time.monotonic() < end:
        time.sleep(0.1)  # until HAProxy knows them
    time.sleep(1.5)
    for number in range(40):
        box = cluster.boxes[number // 20]
        if number % 20 == 5:
            box.kill()
        if number == 20:
            cluster.workers[0].kill()
            cluster.workers[0].wait()
        assert cluster.read_web() == cluster.version
        if number % 20 == 15:
            box.start()
    cluster.write()
    assert cluster.push() == 0
    found = [cluster.read_web() for _ in range(5)]  # no error, although they read the version before
    assert set(found) == {cluster.version}
