"""The rows of the table: what is run, by which tool, with the exact command. Runs nothing."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.bench import export, startup, validation
from tests.bench.peers import HERE, Peers
from tests.bench.questions import PLAIN

US = "ogdkg"
_OURS = (sys.executable, "-m", "ogdkg", "-q")
_ASKED = PLAIN["star"]
_COPY = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
_ASK = f"for row in store.query('''{_ASKED}'''): print(*row)"
_RDFLIB = f"""import rdflib
graph = rdflib.Graph()
graph.parse("g.ttl")
for row in graph.query('''{_ASKED}'''): print(*row)"""
_FINDING = ("validate", "fmt", "diff")  # which end with 1, for there are violations and differences
# What would take many minutes is run up to so many triples only.
_MOST = {"rdflib": 200_000, "pyshacl": 100_000, "oxigraph": 1_000_000, "pyoxigraph on disk": 1_000_000}


class Job(NamedTuple):
    """A tool's part of a row.

    Attributes:
        row: What is measured.
        tool: Which tool.
        command: The words of the command line.
        answer: Makes outputs of different tools comparable.
        before: A command that is run first and not measured.
        is_again: Whether this command was asked before of the same files, so that ogdkg remembers its answer.
    """

    row: str
    tool: str
    command: tuple[str, ...]
    answer: Callable[[bytes], object] | None = None
    before: tuple[str, ...] = ()
    is_again: bool = False

    @property
    def ends(self) -> tuple[int, ...]:
        """The exit statuses of a run that has done its work."""
        return (0, 1) if self.row.removeprefix("start: ").partition(",")[0] in _FINDING else (0,)

    @property
    def shown(self) -> str:
        """The command as one types it, without this machine's paths."""
        line = shlex.join(self.command).replace(sys.executable, "python").replace(str(HERE), "tests/bench")
        return " ".join(line.split())


def cold_starts(peers: Peers, own: Path) -> Iterator[Job]:
    """Each command on our own graph, and what starting Python and the engine takes alone."""
    for each in startup.STARTS:
        variables = ("env", *(f"{name}={value}" for name, value in each.variables)) if each.variables else ()
        yield Job(f"start: {each.name}", each.peer, (sys.executable, "-c", each.peer))
        yield from _anew_and_again(each.name, (*variables, sys.executable, *each.arguments))
    verbs = {
        "sparql": ("SELECT * { ?s a ogd:Initiative }",),
        "cite": ("OPN",),
        "stats": (),
        "test": (),
        "export": ("-f", "trig"),
        "fmt": ("--check", "data", "ontology"),
        "diff": ("data", "data"),
    }
    for verb, arguments in verbs.items():
        yield from _anew_and_again(verb, (*_OURS, verb, *arguments))
    yield Job("start: validate, judging all", US, (*_OURS, "validate", "--no-cache"))
    data = [str(path.relative_to(own)) for path in sorted((own / "data" / "initiatives").glob("*.trig"))]
    ask = "SELECT * { GRAPH ?g { ?s a <https://w3id.org/ogdkg/ns#Initiative> } }"
    if "Jena" in peers.have:
        files = [f"--data={path}" for path in data]
        yield Job("start: sparql", "Jena", ("sh", f"{HERE}/jena.sh", "arq", *files, ask))


def _anew_and_again(name: str, command: tuple[str, ...]) -> Iterator[Job]:
    for is_again in (False, True):
        yield Job(f"start: {name}", f"{US}, again" if is_again else US, command, is_again=is_again)


def work(peers: Peers, size: int) -> Iterator[Job]:
    """Whole processes over a generated graph, in its folder."""
    for job in (*_loads(peers), *_exports(peers), *_edits(), *_validations(peers), *_searches()):
        if size <= _MOST.get(job.tool, size):
            yield job


def _loads(peers: Peers) -> Iterator[Job]:
    first, second, making = "load and first answer", "second answer", "make a store on disk"
    yield Job(first, US, (*_OURS, "sparql", _ASKED, "-f", "tsv", "--no-cache"), _lines)
    if "pyoxigraph" in peers.have:
        raw = _raw("", "load")
        yield Job(first, "pyoxigraph", (peers.python, "-c", raw + _ASK), _lines)
    if "rdflib" in peers.have:
        yield Job(first, "rdflib", (peers.python, "-c", _RDFLIB), _lines)
    if "Jena" in peers.have:
        yield Job(
            first, "Jena", ("sh", f"{HERE}/jena.sh", "arq", "--data=g.ttl", "--results=TSV", _ASKED), _lines
        )
        yield Job("parse", "Jena", ("sh", f"{HERE}/jena.sh", "riot", "--count", "g.ttl"))
        yield Job("parse", US, (*_OURS, "convert", "g.ttl", "c.nt"))
    yield Job(making, US, (*_OURS, "load", "--rebuild"))
    away = ("rm", "-rf", "raw")
    if "pyoxigraph" in peers.have:
        raw = _raw('"raw"', "bulk_load")
        yield Job(making, "pyoxigraph on disk", (peers.python, "-c", raw), before=away)
    if "oxigraph" in peers.have:
        command = peers.command("oxigraph")
        load = (command, "load", "--location", "ox", "--file", "g.ttl")
        yield Job(making, "oxigraph", load, before=("rm", "-rf", "ox"))
        ask = (command, "query", "--location", "ox", "--results-format", "tsv", "--query", _ASKED)
        yield Job(second, "oxigraph", ask, _lines)
    yield Job(second, US, (*_OURS, "sparql", _ASKED, "-f", "tsv"), _lines)
    stored = ("query", "initiatives-in-country", "--country", "Country 9", "-f", "csv")
    yield Job("second answer, a stored query", US, (*_OURS, *stored), _lines)
    yield Job("stats, second time", US, (*_OURS, "stats"))


# The rows and tools that the peers' commands of export.py stand for.
_OF_EXPORT = {
    "pyoxigraph, load + dump": ("export -f nquads", "pyoxigraph"),
    "rdflib, Turtle": ("export -f turtle", "rdflib"),
    "rdflib, JSON-LD": ("export -f jsonld", "rdflib"),
    "riot, Turtle": ("export -f turtle", "Jena"),
    "pyoxigraph, load both": ("diff", "pyoxigraph"),
    "ogdkg, diff, 1 % changed": ("diff", US),
}


def _exports(peers: Peers) -> Iterator[Job]:
    for form in export.FORMATS:
        yield Job(f"export -f {form}", US, tuple(export.EXPORTS[f"ogdkg, {form}"]))
    for name, command in {**export.PEERS, **export.DIFF}.items():
        row, tool = _OF_EXPORT[name]
        if tool == US:
            yield Job(row, tool, tuple(command))
        elif tool in peers.have:
            yield Job(row, tool, tuple(peers.python if word == sys.executable else word for word in command))


def _edits() -> Iterator[Job]:
    yield Job("fmt", US, (*_OURS, "fmt", "--check", "g.ttl"))


def _validations(peers: Peers) -> Iterator[Job]:
    for tool in validation.TOOLS:
        if tool in (US, *peers.have):
            python = sys.executable if tool == US else peers.python
            command = validation.command(tool, python, "g.ttl", str(HERE / "shapes.ttl"))
            yield Job("validate", tool, tuple(command), validation.count)


def _searches() -> Iterator[Job]:
    yield Job("search", US, (*_OURS, "search", "harvest tiger vote", "-f", "csv"))


def _raw(place: str, load: str) -> str:
    """pyoxigraph by itself, making the same merged copy."""
    lines = ("import pyoxigraph as ox", f"store = ox.Store({place})", f'store.{load}(path="data/g.trig")')
    return "\n".join((*lines, f'store.update("{_COPY}")', ""))


def _lines(out: bytes) -> list[str]:
    """The rows of an answer without its head, terms without their signs, in order of the alphabet."""
    rows = [line for line in out.decode().splitlines() if "example.org" in line or '"' in line]
    plain = (row.translate(str.maketrans("\t", " ", '<>"\\\\')).replace("@en", "") for row in rows)
    return sorted(
        " ".join(row.replace("^^http://www.w3.org/2001/XMLSchema#integer", "").split()) for row in plain
    )
