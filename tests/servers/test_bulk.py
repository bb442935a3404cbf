"""Files for bulk loaders, loaded by the command that the export prints, then adopted by `push --adopt`."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.conftest import TREES, Run
from tests.servers.conftest import at
from tests.servers.running import OXIGRAPH, Running, need_server, running


def _loaded(shell: str, folder: Path, **variables: str) -> str:
    path = f"{OXIGRAPH.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ec", shell],
        cwd=folder,
        env={**os.environ, **variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _asked(ogdkg: Run, server: Running, project: Path, *words: str) -> str:
    done = ogdkg(*words, "--endpoint", server.url, cwd=project, **server.env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def commands(request: pytest.FixtureRequest, ogdkg: Run, tmp_path: Path) -> list[str]:
    """The lines that load the fixture project's graph into a server."""
    name = request.param
    need_server(name)
    words = (
        "export",
        "--shards",
        "3",
        "--layer",
        "all",
        "--loader",
        name,
        "-o",
        str(tmp_path / "it's shards"),
    )
    done = ogdkg(*words)
    assert done.returncode == 0, done.stderr
    assert "Not tried" not in done.stdout
    return done.stdout.splitlines()


@pytest.mark.parametrize("commands", ["oxigraph"], indirect=True)
def test_oxigraph_loads_the_files_and_push_adopts_them(
    commands: list[str], ogdkg: Run, tmp_path: Path
) -> None:
    _loaded("\n".join(commands).replace("STORE", "data"), tmp_path)
    with running("oxigraph", tmp_path) as server:
        told = _asked(ogdkg, server, TREES, "push", "--adopt", "--dry-run")
        assert re.search(r"^\d+ graphs with \d+ triples adopted$", told, re.MULTILINE)
        assert "nothing" in _asked(ogdkg, server, TREES, "ping")
        removed = "DELETE WHERE { GRAPH <https://trees.example/id/passage/oak> { ?s ?p ?o } }"
        at(server, TREES).remote.update(removed)
        told = _asked(ogdkg, server, TREES, "push", "--adopt").splitlines()
        assert told[0].endswith(" triples adopted") and told[1].startswith("2 graphs with ")
        assert _asked(ogdkg, server, TREES, "push").startswith("0 graphs with 0 triples written")


@pytest.mark.parametrize("commands", ["virtuoso"], indirect=True)
def test_virtuoso_loads_the_files_and_push_adopts_them(
    commands: list[str], ogdkg: Run, tmp_path: Path
) -> None:
    with running("virtuoso", tmp_path) as server:
        sql = re.search(r"\[Parameters\][^[]*ServerPort = (\S+)", (tmp_path / "virtuoso.ini").read_text())
        assert sql
        _loaded("\n".join(commands).replace("1111", sql[1]), tmp_path, OGDKG_PASSWORD="dba")
        told = _asked(ogdkg, server, TREES, "push", "--adopt").splitlines()
        assert re.match(r"8 graphs with \d+ triples adopted", told[0])
        assert told[1].startswith("1 graphs with ")  # the merged copy, which no file holds
        assert _asked(ogdkg, server, TREES, "push").startswith("0 graphs with 0 triples written")
