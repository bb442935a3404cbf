"""The shell: questions one after another, from a pipe and at a terminal, of one process that goes on."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import sys
import time
from pathlib import Path

import pexpect
import pytest
from tests.conftest import TREES, Run
from tests.terminals import plain

from ogdkg.cli.session import keep_with
from ogdkg.cli.shell.history import Kept as History
from ogdkg.cli.shell.kept import Kept
from ogdkg.cli.shell.offers import offers
from ogdkg.graph.graph import GraphOptions


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return shutil.copytree(TREES, tmp_path / "trees")


def test_a_pipe_is_answered_as_the_command_line_answers(ogdkg: Run) -> None:
    asked = {
        "trees-in --garden 'Harbour Park'": ("query", "trees-in", "--garden", "Harbour Park"),
        "query trees -f csv": ("query", "trees", "-f", "csv"),
        "ogdkg show Lime": ("show", "Lime"),
        'why "Lime"': ("why", "Lime"),
        "search ginko;": ("search", "ginko"),
        "SELECT ?s {\n  ?s a ns:Tree\n\n}\n": ("sparql", "SELECT ?s {\n  ?s a ns:Tree\n\n}"),
    }
    together = ogdkg("shell", stdin="\n".join(asked))
    alone = [ogdkg(*words) for words in asked.values()]
    assert together.stdout == "".join(each.stdout for each in alone)
    assert together.stderr == "".join(each.stderr for each in alone)
    assert together.returncode == 0


def test_the_exit_code_is_the_worst_and_the_shell_goes_on(ogdkg: Run) -> None:
    lines = [
        "trees --limit 1",
        "tree",
        "show 'Lime",
        "SELECT * { ?s };",
        "ASK {}",
        "",
        "rename a b",
        ".frmat",
        "\0",
    ]
    done = ogdkg("shell", stdin="\n".join(lines))
    assert done.returncode == 3
    assert done.stdout.count("\n") == 4 and done.stdout.endswith("true\n")
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    expected = [
        "There is no query 'tree'.",
        "A quotation mark is not closed",
        "query:1:16: ",
        "'rename' is for the command li",
        "There is no command '.frmat'.",
        "The line has a NUL character, ",
    ]
    assert len(errors) == len(expected)
    for error, begin in zip(errors, expected, strict=True):
        assert error.startswith(f"Error: {begin}")
    assert ogdkg("shell", stdin="trees\n").returncode == ogdkg("shell", stdin="").returncode == 0


def test_settings_hold_for_what_names_none(ogdkg: Run) -> None:
    said = ogdkg(
        "shell", stdin=".format csv\ntrees --limit 1\ntrees --limit 1 -f json\nshow Lime\n.format\nexit\nx"
    )
    assert said.stdout.startswith("tree,treeLabel") and '"head"' in said.stdout and "\nLime" in said.stdout
    assert said.stdout.endswith(".format csv\n") and not said.stderr and said.returncode == 0
    timed = ogdkg("shell", stdin=".timer on\nASK {};").stderr
    assert timed.startswith("(0.") and timed.endswith(" s)\n")
    assert "no command or query 'shwo'" in (said := ogdkg("shell", "shwo Lime").stderr) and "'show'" in said
    wrong = ogdkg("shell", stdin=".timer perhaps")
    assert wrong.returncode == 2 and "It takes one of: on, off." in wrong.stderr
    helped = ogdkg("shell", stdin="help\nhelp trees").stdout
    assert ".timer" in helped and "Usage: ogdkg query trees" in helped


def test_options_of_the_shell_hold_for_each_question(ogdkg: Run) -> None:
    asked = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o };"
    whole, few = (ogdkg("shell", *words, stdin=asked).stdout for words in ((), ("--layer", "source")))
    assert whole != few == ogdkg("sparql", asked[:-1], "--layer", "source").stdout
    slow = ogdkg("shell", "--timeout", "0.000001", stdin=asked)
    assert slow.returncode == 3 and "longer than 1e-06 seconds" in slow.stderr
    assert ogdkg("shell", "-C", "nowhere", stdin="").returncode == 2


def test_what_is_on_stdin_is_the_shells(ogdkg: Run) -> None:
    said = ogdkg("shell", stdin="sparql -i -\nASK {};")
    assert said.stdout == "true\n" and said.returncode == 3


def test_a_question_that_crashes_or_never_ends_leaves_the_shell(ogdkg: Run, project: Path) -> None:
    endless = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
    said = ogdkg(
        "shell", "--timeout", "1", stdin=f"SELECT (COUNT(*) AS ?n) {{ {endless} }};\nASK {{}};", cwd=project
    )
    assert said.stdout == "true\n" and "longer than 1 second" in said.stderr and said.returncode == 3


class Terminal:
    """A terminal of 80 columns with the shell in it."""

    def __init__(self, project: Path, *words: str, **variables: str) -> None:
        unset = ("COLUMNS", "LINES", "NO_COLOR")
        env = {name: value for name, value in os.environ.items() if "OGDKG" not in name and name not in unset}
        self.state = project / "state"
        told = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "PAGER": "cat", "PYTHONUTF8": "1"}
        self._process = pexpect.spawn(
            sys.executable, ["-m", "ogdkg", "shell", *words], cwd=project, dimensions=(24, 80),
            env={**env, **told, "XDG_STATE_HOME": str(self.state), **variables}, encoding="utf-8", timeout=60,
        )  # fmt: skip
        self.sees("trees>")

    def types(self, text: str, *seen: str) -> str:
        """Type, and return all that the terminal is sent until it has shown some texts one after another."""
        self._process.send(text)
        return "".join(map(self.sees, seen))

    def sees(self, text: str) -> str:
        self._process.expect_exact(text)
        return plain(f"{self._process.before}{self._process.after}")

    def leaves(self) -> int:
        self._process.send("\x04")
        self._process.expect(pexpect.EOF)
        self._process.close()
        return int(self._process.exitstatus)


def test_a_terminal_completes_asks_and_remembers(project: Path) -> None:
    shown = Terminal(project)
    shown.types("tre\t", "trees-in", "Which trees")
    shown.types("\x03", "trees>")
    shown.types("trees-in --gar\t", "den")
    shown.types('"Har\t', "bour Park")
    shown.types("\r", "Ginkgo", "Lime", "trees>")
    shown.types("show Gin\t\r", "Ginkgo", "trees>")
    shown.types("SELECT ?s {\r", "...>")
    shown.types("?s a ns:Tr\t", "ee")
    shown.types("\r} LIMIT 1\r", "...>")
    shown.types("\r", "id/tree/", "trees>")
    shown.types(" ASK {};\r", "true", "trees>")
    shown.types("show Oak --endpoint https://me:mine@example.org/\r", "Error", "trees>")
    assert shown.leaves() == 0
    file = shown.state / "ogdkg" / "history"
    kept = file.read_text()
    assert "Harbour Park" in kept and "SELECT ?s" in kept and "mine" not in kept and "ASK" not in kept
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = Terminal(project)
    again.types("\x1b[A", "LIMIT 1")
    again.types("\x03", "trees>")
    assert again.leaves() == 0


def test_ctrl_c_stops_a_question_and_what_is_being_typed(project: Path) -> None:
    shown = Terminal(project)
    endless = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
    shown.types(f"SELECT (COUNT(*) AS ?n) {{ {endless} }};\r", "};")
    time.sleep(1)
    shown.types("\x03", "Stopped.", "trees>")
    shown.types("SELECT ?s {\r", "...>")
    shown.types("\x03", "trees>")
    shown.types("ASK {};\r", "true", "trees>")
    assert shown.leaves() == 0


def test_files_that_change_are_read_anew(project: Path) -> None:
    shown = Terminal(project)
    shown.types("trees --count\r", "3     3", "trees>")
    file = project / "data" / "reference.ttl"
    text = file.read_text()
    file.write_text(text + "tree:new a ns:Tree .\n")
    shown.types("ASK { tree:new a ns:Tree };\r", "true", "trees>")
    file.write_text(text + "tree:new a ns:Tree")
    shown.types("ASK { tree:oak a ns:Tree };\r", "Error: ", "reference.ttl", "trees>")
    (project / "queries" / "nothing.rq").write_text("#+ summary: x\nASK {}\n")
    file.write_text(text)
    shown.types("nothing\r", "true", "trees>")
    assert shown.leaves() == 0


def test_a_process_that_ends_is_started_anew(project: Path) -> None:
    shown = Terminal(project)
    shown.types("ASK {};\r", "true", "trees>")
    for process in children_of(children_of(shown._process.pid)[0]):
        os.kill(process, signal.SIGSEGV)
    shown.types("ASK {};\r", "Error: ", "trees>")
    shown.types("ASK {};\r", "true", "trees>")
    assert shown.leaves() == 0


def test_without_the_library_there_is_a_plain_prompt(project: Path) -> None:
    (project / "prompt_toolkit.py").write_text("raise ImportError")
    shown = Terminal(project, PYTHONPATH=str(project), TERM="dumb")
    shown.types("trees --count\r", "3     3", "trees>")
    shown.types("SELECT ?s {\r", "...> ")
    shown.types("\x03", "trees>")
    shown.types("ASK {};\r", "true", "trees>")
    assert shown.leaves() == 0


def test_no_colour_is_used_where_none_is_wanted(project: Path) -> None:
    shown = Terminal(project, NO_COLOR="1")
    said = shown.types("tre\t", "trees-in", "Which trees")
    assert not re.search(r"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|38|48|9[0-7])[;m]", said)


def children_of(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(number) for number in told.split()]


def test_history_is_kept_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("ogdkg.cli.shell.history._MOST", 5)
    history = History()
    for number in range(20):
        assert history.add(f"show {number}\n# é")
    assert history.read() == [f"show {number}\n# é" for number in range(15, 20)] == History().read()
    assert len((tmp_path / "ogdkg" / "history").read_bytes().splitlines()) == 5
    assert not any(
        map(history.add, (" show x", "", "sparql --endpoint http://u:p@h/", "my password", "a" * 70_000))
    )
    (tmp_path / "ogdkg" / "history").write_bytes(b'"a"\n{"b": 1}\nnot json\n"c')
    assert History().read() == ["a"]
    (tmp_path / "ogdkg").chmod(0o777)
    assert History().read() == []


def offered(project: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("ogdkg.cli.session._keepers", [])
    kept = Kept(str(project), trust=False, defaults=GraphOptions(cache=True, timeout=60))
    keep_with(kept)
    monkeypatch.chdir(project)
    return [offer[0] for offer in offers(kept, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "trees "),
        ("sh", "show "),
        (".fo", ".format "),
        (".format c", "csv "),
        ("help tr", "trees-in "),
        ("trees-in --", "--garden "),
        ("trees-in --garden H", '"Harbour Park" '),
        ("trees-in --garden 'Harbour P", '"Harbour Park" '),
        ("trees -f m", "markdown "),
        ("ogdkg query tree", "trees "),
        ("show Gink", "Ginkgo "),
        ("why park", '"Harbour Park" '),
        ("SELECT ?tree { ?tr", "?tree"),
        ("SELECT ?tree {\n ?tree ns:stan", "ns:standsIn"),
        ("SELECT * { ?s a ns:Tr", "ns:Tree"),
        ("select * { ?s gar", "garden:"),
        ("SELECT * { filt", "FILTER"),
    ],
)
def test_what_could_come_next_is_offered(text: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert expected in offered(TREES, text, monkeypatch)


def test_no_name_is_offered_that_commands_a_terminal(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, named = project / "data" / "reference.ttl", "<http://www.w3.org/2000/01/rdf-schema#label>"
    evil = f'tree:x {named} "Evil\\u001B]0;x\\u0007" . tree:y {named} "Evil twin" .\n'
    file.write_text(file.read_text() + evil)
    assert offered(project, "show Evi", monkeypatch) == ['"Evil twin" ']
