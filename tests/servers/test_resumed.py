"""A validation on a server that ended early goes on where it was, and anew where anything is another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.servers.conftest import Start, _pushed, at
from tests.servers.running import Running
from tests.servers.serving import Command, command
from tests.servers.test_validate import JUDGED, findings_in

from ogdkg.errors import StoreError
from ogdkg.validation.in_place import operation
from ogdkg.validation.in_place.in_place import InPlace

AGAIN = "not judged again"
UNITS = 4  # of the shapes, before the end comes
SHAPES = (
    """@prefix : <https://judged.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:P a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :name ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path :age ; sh:minInclusive 0 ] , [ sh:path ( :address :street ) ; sh:minLength 3 ] ,
    [ sh:path :mail ; sh:nodeKind sh:IRI ] , [ sh:path :label ; sh:uniqueLang true ] ; sh:sparql [
    sh:message "{$this} is old: {?age}." ; sh:select """
    + """
        '''SELECT $this ?age WHERE { $this <https://judged.example/age> ?age FILTER(?age > 100) }''' ] .
"""
)
# The command line in a process that is killed in the middle of its work.
KILLED = f"""
import os, signal, sys
from ogdkg.cli.main import main
from ogdkg.validation.in_place import operation
from ogdkg.validation.in_place.in_place import InPlace
operation.MOST_FETCHED = 0
judge = InPlace._judge
def judged(self, number, unit):
    if number == {UNITS}:
        os.kill(os.getpid(), signal.SIGKILL)
    judge(self, number, unit)
InPlace._judge = judged
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def pushed(server_name: str, start: Start) -> Running:
    """A server of its own, as its graph is changed."""
    return _pushed(start(server_name, "resumed"), JUDGED)


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pushed: Running
) -> Command:
    monkeypatch.setattr(operation, "MOST_FETCHED", 0)
    for key, value in {"XDG_CACHE_HOME": str(tmp_path / "cache"), **pushed.env}.items():
        monkeypatch.setenv(key, value)
    return command(capsys, monkeypatch)


@pytest.fixture
def words(tmp_path: Path, pushed: Running) -> list[str]:
    """The command line, with shapes that find a good deal in little time."""
    (tmp_path / "s.ttl").write_text(SHAPES)
    given = ["--shapes", str(tmp_path / "s.ttl"), "--endpoint", pushed.url]
    return ["-C", str(JUDGED), "validate", "-f", "json", "--fail-on", "never", *given]


def _interrupted(run: Command, words: list[str]) -> str:
    """What is said where the server goes away in the middle."""
    judge = InPlace._judge

    def judged(self: InPlace, number: int, unit: object) -> None:
        if number == UNITS:
            raise StoreError("The server has gone.")
        judge(self, number, unit)  # type: ignore[arg-type]  # passed on

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InPlace, "_judge", judged)
        done = run(*words)
    assert done.code == 4
    return done.err


def _said(run: Command, words: list[str]) -> str:
    done = run(*words)
    assert done.code == 0, done.err
    return done.err


def test_a_killed_run_goes_on(words: list[str], run: Command) -> None:
    line = [sys.executable, "-c", KILLED, *words]
    killed = subprocess.run(line, env=dict(os.environ), capture_output=True, text=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    goes_on = run(*words)
    assert AGAIN in goes_on.err
    anew = run(*words)
    assert AGAIN not in anew.err  # as the run before came to its end
    assert findings_in(goes_on.out) == findings_in(anew.out)
    assert len(findings_in(anew.out)) > 10


@pytest.mark.parametrize("server_name", ["oxigraph"], indirect=True)
def test_what_was_judged_holds_for_one_graph_and_one_text_of_the_shapes(
    words: list[str], pushed: Running, run: Command, tmp_path: Path
) -> None:
    assert "it goes on where it was" in _interrupted(run, words)
    remote = at(pushed, JUDGED).remote
    (graph,) = remote.default_graphs() or ()
    pattern = f"GRAPH <{graph.value}> {{ <https://judged.example/new> a <https://judged.example/Person> }}"
    remote.update(f"INSERT DATA {{ {pattern} }}")
    assert AGAIN not in _said(run, words)
    remote.update(f"DELETE DATA {{ {pattern} }}")
    _interrupted(run, words)
    (tmp_path / "s.ttl").write_text(f"{SHAPES} :P sh:name 'P' .")
    assert AGAIN not in _said(run, words)
    _interrupted(run, words)
    assert AGAIN not in _said(run, [*words, "--no-cache"])
    assert AGAIN in _said(run, words)
