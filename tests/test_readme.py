"""README.md and the pages of docs/ are true: their examples are run, and the output is compared.

`python tests/test_readme.py` writes the outputs anew. An example that speaks to `localhost:7878` runs against
an Oxigraph server that holds the graph; tests/servers/install.sh installs it, else such examples are skipped.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.exchange.export import export
from ogdkg.rdf.terms import Iri

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
SERVER = "localhost:7878"  # what the pages call the server
_CONSOLE = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
_SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}


def _examples() -> dict[str, tuple[str, str]]:
    """The console examples by page and command; one that stands on two pages with one output is run once."""
    found: dict[tuple[str, str], str] = {}
    for page, text in _TEXTS.items():
        for match in _CONSOLE.finditer(text):
            found.setdefault((match["command"], match["output"]), page)
    return {f"{page}: {command}": (command, output) for (command, output), page in found.items()}


def _run(command: str, server: str = "") -> str:
    """What a command prints, on either stream, to a reader at the project's root."""
    from tests import standby  # which `python tests/test_readme.py` does not find any earlier

    program, *arguments = shlex.split(command.replace(SERVER, server or SERVER))
    assert program == "ogdkg"
    env = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")}
    env |= {"COLUMNS": "110", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    text = standby.run(arguments, ROOT, env, merged=True).stdout.decode().replace("\r\n", "\n")
    return _same_on_every_run(text.replace(server, SERVER)) if server else text


def _same_on_every_run(text: str) -> str:
    """What is said, without the time that a server took, its version, and what happens to be remembered."""
    text = re.sub(r"Remembered(?: from|:) [^\n]+\n", "", text)
    return re.sub(r"(answered in +)\d+ ms", r"\g<1>5 ms", re.sub(r"(Oxigraph/\d+\.\d+)[\d.]*", r"\1", text))


def _server(stack: ExitStack) -> str:
    """The host and port of an Oxigraph server that holds our graph."""
    from tests.servers.running import need_server, running

    need_server("oxigraph")
    url = stack.enter_context(running("oxigraph")).url
    _run(f"ogdkg push --endpoint {url}")
    return url.split("/")[2]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ExitStack() as stack:
        yield _server(stack)


@pytest.mark.parametrize("name", _examples())
def test_an_example_prints_what_the_page_shows(name: str, request: pytest.FixtureRequest) -> None:
    command, output = _examples()[name]
    address = request.getfixturevalue("server") if SERVER in command else ""
    assert _run(command, address) == output, "python tests/test_readme.py writes the outputs anew"


_CODES = {
    f"{page} {n}": code
    for page, text in _TEXTS.items()
    if page != "docs/web-api.md"  # which needs a server: tests/web/test_cookbook.py
    for n, code in enumerate(_PYTHON.findall(text))
}


@pytest.mark.parametrize("name", _CODES)
def test_a_python_example_runs_and_prints_something(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODES[name]], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.strip()


def test_shell_lines_name_commands_and_options_that_exist() -> None:
    """Lines that are not run, such as `ogdkg push …`: a renamed option must not stay behind in them."""
    unknown = []
    for page, text in _TEXTS.items():
        lines = (line for block in _SHELL.findall(text) for line in block.splitlines())
        for line in (line for line in lines if re.match(r"(\.venv/bin/)?ogdkg ", line)):
            words = shlex.split(line.replace("…", " "), comments=True)[1:]
            command = next((word for word in words if (ROOT / f"docs/commands/{word}.md").exists()), None)
            reference = _TEXTS.get(f"docs/commands/{command}.md", "")
            options = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
            of_queries = command == "query"  # a stored query has parameters of its own
            known = set(re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", reference)) | {"-C", "-v", "-q"}
            if command is None or (not of_queries and options - known):
                unknown.append(f"{page}: {line}")
    assert unknown == []


def test_its_figures_are_those_of_the_graph() -> None:
    figures = r"([\d,]+) triples in an export [^;]*; (\d+) of them are facts that (\d+) readings state"
    found = re.search(figures, _TEXTS["docs/model.md"].replace("\n", " "))
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
    (command,) = (block for block in _SHELL.findall(_TEXTS["README.md"]) if "pytest" in block)
    assert command.strip() in (ROOT / ".ci" / "run").read_text("utf-8")


def _rewrite() -> None:
    sys.path.append(str(ROOT))
    from tests.servers.running import OXIGRAPH

    with ExitStack() as stack:
        address = _server(stack) if OXIGRAPH.exists() else ""

        def renewed(match: re.Match[str]) -> str:
            if SERVER in match["command"] and not address:
                return match[0]
            return f"```console\n$ {match['command']}\n{_run(match['command'], address)}```"

        for page in PAGES:
            page.write_text(_CONSOLE.sub(renewed, page.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _rewrite()
