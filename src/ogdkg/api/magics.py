"""Magics for IPython and Jupyter: `%load_ext ogdkg` gives `%%sparql` and `%%ogdkg`, with answers that cite.

IPython calls `load` with its session; nothing here imports it.
"""

from __future__ import annotations

import inspect
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ogdkg.api.answers import ResultTable
from ogdkg.api.graph import Graph, open_graph
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError

_SPARQL = """Ask the graph in SPARQL, and show the answer with its citations.

    %%sparql [-C DIR | --graph NAME] [--to NAME] [--limit N] [--no-cite]
    SELECT … WHERE { … }

On one line: %sparql [OPTION]... SELECT … WHERE { … }

-C DIR        the project in a folder (default: as of ogdkg.open_graph())
--graph NAME  the graph in a variable
--to NAME     keep the answer in a variable
--limit N     show at most N rows
--no-cite     leave the citations out
"""
_OGDKG = """Run a stored query or another command, and show the answer with its citations.

    %ogdkg [-C DIR | --graph NAME] [--to NAME] [--limit N] [--no-cite] COMMAND …

COMMAND is `query NAME --parameter VALUE`, `search WORD …`, `show THING [FACTS]`,
`why THING [PROPERTY [VALUE]]`, `cite [THING]`, `validate`, `stats`, `test`, `diff BEFORE [AFTER]`
or `sparql QUERY`. As a cell, the command may take several lines. The options are those of %sparql.
"""
_COMMANDS = ("query", "sparql", "search", "show", "why", "cite", "validate", "stats", "test", "diff")
_OPTIONS = ("-C", "--project", "--graph", "--to", "--limit", "--no-cite")
_OPTION = re.compile(
    r"""\s*(?:(?P<name>-C|--project|--graph|--to|--limit)(?:=|\s+)(?P<value>"[^"]*"|'[^']*'|[^\s'"-]\S*)"""
    r"|(?P<flag>--no-cite))(?=\s|$)"
)


class _Options(NamedTuple):
    """What stands before a query: whose graph, which variable takes the answer, how much is shown."""

    project: str | None = None
    graph: str | None = None
    to: str | None = None
    limit: int | None = None
    cite: bool = True


class Magics:
    """The magics of one session of IPython, with the graphs that they have opened."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._graphs: dict[str | None, Graph] = {}

    def sparql(self, line: str, cell: str | None = None) -> Any:
        """Run `%sparql` or `%%sparql`.

        Args:
            line: Options, and in a magic of one line the query.
            cell: The query, in a magic of a cell.

        Raises:
            UsageError: There is no query, or an unknown option.
        """
        options, rest = _read_options(line)
        if cell is not None and rest:
            raise UsageError(
                f"There is no option {rest.split()[0]!r}.", hint="The query begins below the line."
            )
        text = rest if cell is None else cell
        if not text.strip():
            raise UsageError("There is no query.", hint="Write it after %sparql, or in a cell of %%sparql.")
        return self._shown(self._graph(options).sparql(text, name="query"), options)

    def ogdkg(self, line: str, cell: str | None = None) -> Any:
        """Run `%ogdkg` or `%%ogdkg`.

        Args:
            line: Options, the command, and its arguments.
            cell: Further arguments, in a magic of a cell.

        Raises:
            UsageError: There is no such command.
        """
        options, rest = _read_options(f"{line}\n{cell or ''}")
        name, _, rest = rest.partition(" ") if " " in rest.split("\n")[0] else rest.partition("\n")
        if name not in _COMMANDS:
            see = f"There are: {', '.join(_COMMANDS)}."
            raise UnknownNameError("command", name, _COMMANDS, see=see)
        graph = self._graph(options)
        return self._shown(
            graph.sparql(rest) if name == "sparql" else _run(graph, name, _words(rest)), options
        )

    def _graph(self, options: _Options) -> Graph:
        """Return the graph of a variable, else that of a folder, opened once."""
        if options.graph is None:
            if options.project not in self._graphs:
                self._graphs[options.project] = open_graph(options.project)
            return self._graphs[options.project]
        found = self._variables.get(options.graph)
        if not isinstance(found, Graph):
            known = [name for name, value in self._variables.items() if isinstance(value, Graph)]
            see = f"Write {options.graph} = ogdkg.open_graph(…) first."
            raise UnknownNameError("graph in a variable", options.graph, known, see=see)
        return found

    def _shown(self, answer: Any, options: _Options) -> Any:
        """Cite an answer, keep it in a variable if one is named, and return it to be shown."""
        if isinstance(answer, ResultTable):
            answer = answer if options.limit is None else answer[: options.limit]
            for reason in () if answer else answer.why_empty:
                print(reason, file=sys.stderr)
            answer = _cited(answer) if options.cite else answer
        if options.to:
            self._variables[options.to] = answer
        return answer


def load(shell: Any) -> None:
    """Register the magics with a session of IPython."""
    magics = Magics(shell.user_ns)
    for name, run, doc in (("sparql", magics.sparql, _SPARQL), ("ogdkg", magics.ogdkg, _OGDKG)):
        shell.register_magic_function(_magic(run, doc), "line_cell", name)


def _magic(run: Callable[..., Any], doc: str) -> Callable[..., Any]:
    """Return a magic whose errors are a sentence and what to do about it, no traceback."""

    def magic(line: str, cell: str | None = None) -> Any:
        try:
            return run(line, cell)
        except OgdkgError as error:
            said = [f"Error: {error}"]
            error._render_traceback_ = lambda *_: said  # type: ignore[attr-defined]  # IPython asks for it
            raise

    magic.__doc__ = doc
    magic._ipython_magic_no_var_expand = True  # type: ignore[attr-defined]  # braces are SPARQL's
    return magic


def _cited(answer: ResultTable) -> ResultTable:
    """Return an answer with its citations; without them, where it cannot be traced, and say why."""
    try:
        return answer.cited()
    except OgdkgError as error:
        print(f"Without citations: {error}", file=sys.stderr)
        return answer


def _read_options(line: str) -> tuple[_Options, str]:
    """Return the options that a line begins with, and the rest of it as it is."""
    found: dict[str, str] = {}
    place, cite = 0, True
    while option := _OPTION.match(line, place):
        place, cite = option.end(), cite and not option["flag"]
        if option["name"]:
            found[option["name"]] = option["value"].strip("'\"")
    rest = line[place:].strip()
    if rest.startswith("-"):
        word = rest.split()[0]
        if word in _OPTIONS:
            raise UsageError(f"{word} has no value.", hint=f"Write {word} and its value before the query.")
        raise UnknownNameError("option", word, _OPTIONS, see=f"There are: {', '.join(_OPTIONS)}.")
    project = found.get("-C", found.get("--project"))
    graph, to, limit = (found.get(name) for name in ("--graph", "--to", "--limit"))
    if graph and project:
        raise UsageError("--graph and -C cannot be used together.", hint="Leave one of the two out.")
    if to is not None and not to.isidentifier():
        raise UsageError(f"{to!r} is no name of a variable.", hint="Write it as --to rows.")
    return _Options(project, graph, to, None if limit is None else _number("limit", limit), cite), rest


def _run(graph: Graph, name: str, words: Sequence[str]) -> Any:
    """Run a command with the words after its name."""
    given, options = _split(words)
    if name == "query" and not given:
        return graph.queries
    if name == "search":
        given = [" ".join(given)]
    run: Callable[..., Any] = getattr(graph, name)
    arguments = {{"class": "class_"}.get(key, key.replace("-", "_")): value for key, value in options.items()}
    taken = inspect.signature(run).parameters
    for key, value in arguments.items():
        if (key in taken and type(taken[key].default) is int) or key in ("max_depth", "timeout"):
            arguments[key] = _number(key, value)
    try:
        inspect.signature(run).bind(*given, **arguments)
    except TypeError as error:
        raise UsageError(f"{name} does not take this: {error}.", hint=f"See ogdkg.Graph.{name}?") from error
    return run(*given, **arguments)


def _split(words: Sequence[str]) -> tuple[list[str], Mapping[str, Any]]:
    """Return the words that are no options, and the value of each option, several as a list."""
    given: list[str] = []
    options: dict[str, Any] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--"):
            given.append(word)
            continue
        name, is_set, value = word[2:].partition("=")
        if not is_set and (not left or left[0].startswith("--")):
            options[name] = True
            continue
        value = value if is_set else left.pop(0)
        before = options.get(name, [])
        options[name] = [*(before if isinstance(before, list) else [before]), value] if before else value
    return given, options


def _number(name: str, text: Any) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdecimal()):
        raise UsageError(f"--{name} takes a number, not {text!r}.")
    return int(text)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(
            "A quotation mark is not closed.", hint="Write a name of several words in two."
        ) from error
