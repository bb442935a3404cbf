"""The README and the pages beside it tell the truth: their examples are run, their output is compared.

`python tests/test_readme.py` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.export import export
from ogdkg.terms import Iri

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
_CONSOLE = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
_SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def _examples() -> list[tuple[str, str]]:
    texts = (page.read_text("utf-8") for page in PAGES)
    return [(match["command"], match["output"]) for text in texts for match in _CONSOLE.finditer(text)]


def _run(command: str) -> str:
    """What a command prints, on either stream, as a reader at the project's root sees it."""
    program, *arguments = shlex.split(command)
    assert program == "ogdkg"
    env = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")}
    env |= {"COLUMNS": "110", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "ogdkg", *arguments],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.stdout.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("command", "output"), _examples(), ids=[command for command, _ in _examples()])
def test_an_example_prints_what_the_page_shows(command: str, output: str) -> None:
    assert _run(command) == output, "python tests/test_readme.py writes the outputs anew"


_CODES = {
    f"{page.name} {n}": code
    for page in PAGES
    for n, code in enumerate(_PYTHON.findall(page.read_text("utf-8")))
}


@pytest.mark.parametrize("name", _CODES)
def test_a_python_example_runs(name: str) -> None:
    code = _CODES[name]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "mailto:" in done.stdout.decode()  # each asks for a mailbox


def test_its_figures_are_those_of_the_graph() -> None:
    figures = r"\* ([\d,]+) triples in an export [^;]*; (\d+) of them are facts that (\d+) passages state"
    found = re.search(figures, README.read_text("utf-8").replace("\n", " "))
    assert found
    graph = open_graph(ROOT, layers=["source"])
    passages = {quad.graph for quad in graph.store.quads()} - {Iri("https://w3id.org/ogdkg/graph/passages")}
    facts = {
        quad.triple
        for quad in graph.store.quads()
        if quad.graph in passages and not quad.predicate.value.endswith(("#type", "prefLabel"))
    }
    triples = {quad.triple for quad in export(open_graph(ROOT))}
    assert found.groups() == (f"{len(triples):,}", str(len(facts)), str(len(passages)))


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = (block for block in _SHELL.findall(README.read_text("utf-8")) if "pytest" in block)
    assert command.strip() in (ROOT / ".ci" / "run").read_text("utf-8")


def _rewrite() -> None:
    def renewed(match: re.Match[str]) -> str:
        return f"```console\n$ {match['command']}\n{_run(match['command'])}```"

    for page in PAGES:
        page.write_text(_CONSOLE.sub(renewed, page.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _rewrite()
