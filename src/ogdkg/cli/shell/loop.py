"""The shell: reads statements, lets the process that holds the graph answer them, and goes on."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Sequence
from typing import NoReturn

from ogdkg.cli.asking import is_asking
from ogdkg.cli.main import COMMANDS, failed, main
from ogdkg.cli.messages import print_line
from ogdkg.cli.session import Session, keep_with
from ogdkg.cli.shell.kept import Kept
from ogdkg.cli.shell.prompt import Given, Piped, Plain, Rich, Source
from ogdkg.cli.shell.settings import EXITS, ON_OFF, READING, SETTINGS, help_lines
from ogdkg.cli.shell.statements import Statement, Statements, words_of
from ogdkg.cli.shell.worker import Inline, Worker
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError, nearest
from ogdkg.graph.graph import GraphOptions
from ogdkg.lean import NamedTuple
from ogdkg.project.project import Project
from ogdkg.sandbox.child import can_fork
from ogdkg.sandbox.clock import ask_for_grace

_OF_ROWS = ("query", "sparql", "search")  # which take the format of the shell
_ALSO_JSON = ("show", "why", "coverage", "stats")
_INTERRUPTED = 130
_CHOOSING = ("-f", "--format", "-o", "--output", "--print", "--help", "-h")


class Opening(NamedTuple):
    """What the shell is opened with.

    Attributes:
        project: The project.
        folder: What `-C` names.
        session: The options before a command's name.
        before: What stands before each command's name.
        options: How graphs are opened.
        questions: What is asked, rather than what stdin says.
    """

    project: Project
    folder: str | None
    session: Session
    before: tuple[str, ...]
    options: GraphOptions
    questions: tuple[str, ...] = ()


class Shell:
    """One shell, which reads from a terminal, or from a file or pipe."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._is_asking = not opening.questions and is_asking()
        self._format, self._timer = "", False
        self._kept = Kept(opening.folder, trust=opening.session.trust, defaults=opening.options)
        kind = Worker if can_fork() else Inline
        self._worker = kind(self._kept, self._run, _offers, prepares=self._is_asking)

    def run(self) -> int:
        """Answer until the end of the input; return the exit code: of a pipe the worst, of a person 0."""
        if self._is_asking:
            ask_for_grace(math.inf)  # Ctrl-C ends a question, not the shell
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for ending in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(ending, _leave)  # so that the prompt gives the terminal back as it was
        self._worker.start()
        try:
            return self._loop(self._source())
        finally:
            self._worker.close()

    def _source(self) -> Source:
        if self._opening.questions:
            return Given(self._opening.questions)
        if not self._is_asking:
            return Piped()
        name = self._opening.project.name
        try:
            return Rich(name, self._worker.offers)
        except ImportError:
            hint = "For completion and history: pip install 'ogdkg[shell]'."
            self._opening.session.say(hint)
            return Plain(name)

    def _loop(self, source: Source) -> int:
        statements, worst = Statements(), 0
        while True:
            try:
                lines = source.lines(statements.is_open)
            except KeyboardInterrupt:
                statements.end()
                continue
            except EOFError:
                break
            for line in lines:
                for statement in statements.add(line):
                    if statement.text in EXITS and not statement.is_query:
                        return 0 if self._is_asking else worst
                    worst = max(worst, self._answer(statement))
        for statement in statements.end():
            worst = max(worst, self._answer(statement))
        return 0 if self._is_asking else worst

    def _answer(self, statement: Statement) -> int:
        """Answer a statement; return its exit code."""
        try:
            words = self._words(statement)
        except OgdkgError as error:
            return failed(error, verbose=False)
        if not words:
            return 0
        ended = self._worker.run(words)
        if ended.error:
            failed(ended.error, verbose=False)
        if ended.code == _INTERRUPTED and self._is_asking:
            print_line("", err=True)  # after ^C
            print_line("Stopped.", err=True)
        elif self._timer:
            print_line(f"({ended.seconds:.3f} s)", err=True)
        return ended.code

    def _words(self, statement: Statement) -> list[str]:
        """Return the words of the command that answers a statement; none where that is done already.

        Raises:
            UsageError: There is no such command, or it is not for the shell.
        """
        before = self._opening.before
        if statement.is_query:
            return [*before, "sparql", *self._formatted("sparql", []), "--", statement.text]
        words = words_of(statement.text)
        words = words[1:] if words[:1] == ["ogdkg"] else words
        name = words[0] if words else ""
        if name in ("help", ".help") and len(words) > 1:
            return [*before, *([] if words[1] in READING else ["query"]), *words[1:], "--help"]
        if name.startswith(".") or name == "help" or not name:
            self._set(words)
            return []
        if name in COMMANDS and name not in READING:
            hint = f"Outside the shell: ogdkg {name}"
            raise UsageError(f"{name!r} is for the command line: it does more than read.", hint=hint)
        if name not in READING:
            words.insert(0, "query")
        place = 2 if words[0] == "query" else 1
        return [*before, *words[:place], *self._formatted(words[0], words[place:]), *words[place:]]

    def _formatted(self, command: str, words: Sequence[str]) -> list[str]:
        """Return the option for the format of the shell, where a command takes it and its words name none."""
        takes = self._format and (command in _OF_ROWS or (command in _ALSO_JSON and self._format == "json"))
        is_chosen = any(word.partition("=")[0] in _CHOOSING or word[:2] in ("-f", "-o") for word in words)
        return ["-f", self._format] if takes and not is_chosen else []

    def _set(self, words: Sequence[str]) -> None:
        """Do what a command of the shell itself says."""
        name, *values = [".help" if word == "help" else word for word in words] or [""]
        if name not in SETTINGS:
            raise UnknownNameError("command", name, SETTINGS, see="`.help` lists all.")
        taken = SETTINGS[name].values
        if len(values) > 1 or (values and values[0] not in taken):
            hint = f"It takes one of: {', '.join(taken)}." if taken else None
            raise UsageError(f"{name} does not take {' '.join(values)!r}.", hint=hint)
        if name == ".help":
            for line in help_lines():
                print_line(line)
        elif name == ".format":
            self._format = self._told(name, values, self._format or "table")
            self._format = "" if self._format == "table" else self._format
        elif name == ".timer":
            self._timer = self._told(name, values, ON_OFF[not self._timer]) == ON_OFF[0]

    @staticmethod
    def _told(name: str, values: Sequence[str], now: str) -> str:
        """Return the value that is given; without one, tell what it is now."""
        if not values:
            print_line(f"{name} {now}")
        return values[0] if values else now

    def _run(self, words: Sequence[str]) -> int:
        """Run a command in the process that holds the graph."""
        self._kept.look()
        keep_with(self._kept)
        if not self._is_asking and not self._opening.questions:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the input is the shell's
        try:
            self._check_name(words[len(self._opening.before) :])
        except OgdkgError as error:
            return failed(error, verbose=False)
        return main(words)

    def _check_name(self, words: Sequence[str]) -> None:
        """Raise UnknownNameError for what is no query but nearly a command."""
        name = words[1] if words[:1] == ["query"] and len(words) > 1 else "-"
        if nearest(name, READING) and name not in self._kept.catalogue(self._kept.main_graph().project).paths:
            see = "`.help` lists the commands, and `query` the stored queries."
            raise UnknownNameError("command or query", name, READING, see=see)


def _leave(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _offers(kept: Kept, text: str) -> list[list[str]]:
    from ogdkg.cli.shell.offers import offers  # only a terminal completes

    keep_with(kept)
    return offers(kept, text)
