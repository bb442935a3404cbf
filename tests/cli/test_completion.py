"""Completion in the shells themselves: what stands on the line after a tab, and what is shown beside it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import TREES, Run, need

from ogdkg.cli.completion import SHELLS, split_line

START = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
}
# Values as only labels are; the last is a command for a shell that forgets to quote.
LABELS = ("Côte d'Ivoire", "Data: open, free", 'A "quoted" $HOME', "back\\slash", "x;touch${IFS}RAN")
HEADER = "#+ summary: The things of that name.\n#+ params:\n#+   thing: {values: things, label: a thing}\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labels")
    (folder / "queries").mkdir()
    (folder / "bin").mkdir()
    prefixes = '[prefixes]\nrdfs = "http://www.w3.org/2000/01/rdf-schema#"\nt = "urn:t:"\n'
    (folder / "ogdkg.toml").write_text(
        f'[project]\nname = "labels"\n[[layer]]\nname = "l"\nfiles = ["l.ttl"]\n{prefixes}'
    )
    quoted = (label.replace("\\", "\\\\").replace('"', '\\"') for label in LABELS)
    things = "".join(f'<urn:t:{place}> rdfs:label "{label}" .\n' for place, label in enumerate(quoted))
    (folder / "l.ttl").write_text("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n" + things)
    (folder / "queries" / "named.rq").write_text(HEADER + "SELECT ?l { ?_thing_iri rdfs:label ?l }")
    (folder / "queries" / "things.rq").write_text("SELECT ?t { ?t rdfs:label ?l }")
    call = folder / "bin" / "ogdkg"
    call.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ogdkg "$@"\n')
    call.chmod(0o755)
    return folder


def _needs(shell: str) -> None:
    need(shutil.which(shell), shell, "tests/peers/publishing.sh")


def _environment(project: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")}
    path = f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "LC_ALL": "C.UTF-8", "TERM": "dumb", "HOME": str(project)}


class Terminal:
    """A shell on a terminal, which completes `ogdkg`."""

    def __init__(self, shell: str, project: Path) -> None:
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(project)
            os.execvpe(START[shell][0], START[shell], _environment(project))
        first = {"bash": "", "zsh": "autoload -U compinit && compinit -u -D; bindkey -e; "}[shell]
        self._type(f"stty cols 200; {first}eval \"$(ogdkg completion {shell})\"; PS1=REA''DY\n", "READY")

    def typed(self, keys: str) -> str:
        """What is shown while `keys` are typed, and run."""
        return self._type(f"{keys}\x05; echo EN''D\n", r"END\r+\n[\s\S]*READY")

    def words(self, line: str) -> list[str]:
        """The words of a line once it is completed, as the shell itself takes them."""
        return re.findall(r"(?m)^\[(.*)\]\r*$", self.typed(f"{line}\t\x01printf '[%s]\\n' "))

    def close(self) -> None:
        """End the shell."""
        os.close(self.terminal)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)

    def _type(self, keys: str, mark: str) -> str:
        os.write(self.terminal, keys.encode())
        shown, end = b"", time.monotonic() + 30
        while not re.search(mark.encode(), shown):
            assert time.monotonic() < end, shown
            if select.select([self.terminal], [], [], 1)[0]:
                shown += os.read(self.terminal, 65536)
        return shown.decode(errors="replace")


@pytest.fixture(scope="module", params=START)
def terminal(request: pytest.FixtureRequest, project: Path) -> Iterator[Terminal]:
    _needs(request.param)
    made = Terminal(request.param, project)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "last"),
    [
        ("--thing C", LABELS[0]),
        ("--thing 'C", LABELS[0]),
        ('--thing "Côte d', LABELS[0]),
        ("--thing Data:", LABELS[1]),
        ("--thing Data:\\ o", LABELS[1]),
        ("--thing=côte\\ d", f"--thing={LABELS[0]}"),
        ("--thing A", LABELS[2]),
        ("--thing ba", LABELS[3]),
        ("--thing x", LABELS[4]),
    ],
)
def test_a_shell_completes_a_value_to_one_word(
    terminal: Terminal, typed: str, last: str, project: Path
) -> None:
    before = ["ogdkg", "query", "named"] + ["--thing"] * (not typed.startswith("--thing="))
    assert terminal.words(f"ogdkg query named {typed}") == [*before, last]
    assert not (project / "RAN").exists()


def test_a_shell_shows_descriptions(terminal: Terminal) -> None:
    assert "Search by keyword" in terminal.typed("ogdkg s\t\t\x15true")
    assert "The things of that name" in terminal.typed("ogdkg query \t\t\x15true")


def test_fish_completes_and_shows_descriptions(project: Path) -> None:
    _needs("fish")
    asked = ["query named --thing C", "query named --thing=C", "query named --thing Da", "query na", "st"]
    lines = "\n".join(f"complete -C '{each}'; echo END" for each in (f"ogdkg {line}" for line in asked))
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"ogdkg completion fish | source\n{lines}"],
        cwd=project, env=_environment(project), capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    told = [part.strip("\n") for part in done.stdout.split("END\n")]
    assert done.stderr == ""
    assert told[:3] == [LABELS[0], f"--thing={LABELS[0]}", LABELS[1]]
    assert told[3] == "named\tThe things of that name."
    assert told[4].startswith("stats\t")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_in_order(shell: str, ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    _needs(shell)
    (tmp_path / "script").write_text(done.stdout)
    subprocess.run([shell, "-n", tmp_path / "script"], check=True, timeout=60)


def test_another_shell_is_refused(ogdkg: Run) -> None:
    done = ogdkg("completion", "fsh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'fish' or 'zsh'?" in done.stderr


@pytest.mark.parametrize(
    ("line", "words", "quote", "cut"),
    [
        ("", [""], "", 0),
        ("a ", ["a", ""], "", 0),
        ("a 'b c", ["a", "b c"], "'", 0),
        ('a --x="b \\" c', ["a", '--x=b " c'], '"', 4),
        ("a b:c", ["a", "b:c"], "", 2),
        ("a b\\:c", ["a", "b:c"], "", 0),
        ("a b\\", ["a", "b"], "", 0),
        ("a '' \"\"", ["a", "", ""], "", 0),
        ('"a\\b"', ["a\\b"], "", 0),
    ],
)
def test_a_line_is_split_as_a_shell_does(line: str, words: list[str], quote: str, cut: int) -> None:
    split = split_line(line, ":=")
    assert [word.text for word in split] == words
    assert (split[-1].quote, split[-1].cut) == (quote, cut)


def test_a_list_leaves_what_was_typed(ogdkg: Run, tmp_path: Path) -> None:
    """What all have in common stays as it is, though each goes on with what is escaped."""
    done = ogdkg(
        cwd=TREES, _OGDKG_COMPLETE="bash_complete", COMP_WORDS="ogdkg s", COMP_TYPE="9", COLUMNS="60"
    )
    lines = done.stdout.splitlines()
    assert len(lines) > 3
    assert all(line.startswith("plain,s") and len(line) <= 66 for line in lines)
