"""A server goes on while its files change: no request is lost, and a broken file leaves what was served."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.projects import make_small
from tests.web.conftest import Server, serving

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
WITHIN = 30  # seconds on a busy machine


def _number(server: Server) -> int:
    answer = server.ask(server.query(COUNT), Accept="text/csv")
    assert answer.status == 200, answer.body
    return int(answer.body.split()[1])


def _ready(server: Server) -> tuple[int, str]:
    answer = server.ask("/ready")
    return answer.status, json.loads(answer.body)["error"]


def _until(condition: object) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_changed_file_is_read_without_a_lost_request(tmp_path: Path) -> None:
    data = make_small(tmp_path) / "data.ttl"
    with serving(tmp_path) as server:
        before = _number(server)
        tag = server.ask(server.query(COUNT)).headers["etag"]
        seen, is_over = set(), threading.Event()

        def ask() -> None:
            while not is_over.is_set():
                seen.add(_number(server))

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        data.write_text(data.read_text() + "<urn:new> <urn:p> 1 .\n")
        _until(lambda: _number(server) == before + 1)
        is_over.set()
        for thread in threads:
            thread.join()
        assert seen <= {before, before + 1}
        assert server.ask(server.query(COUNT)).headers["etag"] != tag
        assert _ready(server) == (200, "")


def test_a_broken_file_leaves_what_was_served(tmp_path: Path) -> None:
    data = make_small(tmp_path) / "data.ttl"
    whole = data.read_text()
    with serving(tmp_path) as server:
        before = _number(server)
        data.write_text(whole + "<urn:new> <urn:p> .\n")
        _until(lambda: _ready(server)[0] == 503)
        assert "data.ttl:2" in _ready(server)[1]
        assert _number(server) == before
        assert server.ask("/health").status == 200
        data.write_text(whole + "<urn:new> <urn:p> 2 .\n")
        _until(lambda: _ready(server)[0] == 200)
        assert _number(server) == before + 1


def test_a_project_that_cannot_be_read_is_not_served(tmp_path: Path, ogdkg: object) -> None:
    (make_small(tmp_path) / "data.ttl").write_text("<urn:a> <urn:p> .")
    done = ogdkg("serve", "--port", "0", cwd=tmp_path)  # type: ignore[operator]
    assert (done.returncode, "data.ttl:1" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--host", "0.0.0.0"), 2, "--public"),
        (("--port", "70000"), 2, "--port"),
        (("--host", "192.0.2.1", "--public"), 4, "cannot be listened to"),
    ],
)
def test_an_option_that_does_not_fit(
    options: tuple[str, ...], code: int, said: str, tmp_path: Path, ogdkg: object
) -> None:
    done = ogdkg("serve", *options, cwd=make_small(tmp_path))  # type: ignore[operator]
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_a_server_ends_with_all_its_processes(tmp_path: Path) -> None:
    shutil.copy(ROOT / "README.md", tmp_path)
    with serving(make_small(tmp_path)) as server:
        assert _number(server) > 0
        process = server.process
    assert process.returncode is not None
    found = [each for each in Path("/proc").glob("[0-9]*/environ") if _is_of(each, tmp_path)]
    assert found == []


def _is_of(environ: Path, folder: Path) -> bool:
    """Whether a process works in a folder."""
    try:
        return (environ.parent / "cwd").resolve() == folder.resolve() and environ.parent.name != "self"
    except OSError:
        return False
