"""Documents nested or swollen in each way that a format knows, given to each command that reads documents.

`python -m tests.hostile.nesting` runs all of them and prints a table; `test_files.py` runs a part. A command
may refuse a document with a sentence (exit 3), or read it: it may not end by a signal, call it a bug (70),
take more memory than `MEMORY`, or more time than `SECONDS`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

MEMORY, SECONDS = 1_500 * 2**20, 60
DEPTHS = (10, 100, 1_000, 2_000, 5_000, 20_000, 100_000)
COMMANDS = ("convert", "validate", "diff", "fmt", "sparql", "export")
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
_S = "<http://e/s> <http://e/p>"


class Construct(NamedTuple):
    """A way to nest in a format: `made` gives the document of a depth."""

    suffix: str
    name: str
    made: Callable[[int], str]


def _nested(
    suffix: str, name: str, before: str, opened: str, inner: str, closed: str, after: str
) -> Construct:
    return Construct(suffix, name, lambda n: before + opened * n + inner + closed * n + after)


def _xml(name: str, opened: str, inner: str, closed: str, before: str = "", after: str = "") -> Construct:
    head = f"<rdf:RDF {_RDF}>{before}"
    return _nested("rdf", name, head, opened, inner, closed, f"{after}</rdf:RDF>")


def _joined(part: str, number: int) -> str:
    return "".join(part.format(i, i) for i in range(number))


_LITERAL = '<rdf:Description><e:p rdf:parseType="Literal">'
CONSTRUCTS = (
    _nested("ttl", "brackets", _S, " [ <http://e/p>", " 1", " ]", " ."),
    _nested("ttl", "lists", _S, " (", " 1", " )", " ."),
    _nested("ttl", "triple terms", _S, f" <<( {_S}", " 1", " )>>", " ."),
    _nested("ttl", "triple terms, comments between", _S, f" <<(#c\n{_S} # \"\n", " 1", " )>>", " ."),
    _nested("ttl", "reified triples", "", f"<< {_S} ", "1", " >>", " <http://e/p> 1 ."),
    _nested("ttl", "annotations", f"{_S} 1 ", "{| <http://e/p> 1 ", "", "|}", " ."),
    Construct("ttl", "prefixes", lambda n: _joined("@prefix p{}: <http://e/{}/> .\n", n) + "p1:a p1:b 1 ."),
    _nested("trig", "graph of brackets", "<http://e/g> {" + _S, " [ <http://e/p>", " 1", " ]", " . }"),
    _nested("nt", "triple terms", _S, f" <<( {_S}", ' "1"', " )>>", " .\n"),
    _nested("nq", "triple terms", _S, f" <<( {_S}", ' "1"', " )>>", " <http://e/g> .\n"),
    _xml("descriptions", "<rdf:Description><e:p>", "<rdf:Description/>", "</e:p></rdf:Description>"),
    _xml("resources", '<e:p rdf:parseType="Resource">', "", "</e:p>", "<rdf:Description>",
         "</rdf:Description>"),
    _xml("collections", '<e:p rdf:parseType="Collection"><rdf:Description>', "", "</rdf:Description></e:p>",
         "<rdf:Description>", "</rdf:Description>"),
    _xml("literal", "<e:a>", "x", "</e:a>", _LITERAL, "</e:p></rdf:Description>"),
    Construct("rdf", "attributes", lambda n: f"<rdf:RDF {_RDF}><rdf:Description"
              + _joined(' e:a{}="{}"', n) + "/></rdf:RDF>"),
    Construct("rdf", "namespaces in literals", lambda n: f"<rdf:RDF {_RDF}><rdf:Description"
              + _joined(' xmlns:n{}="http://e/{}"', n) + '><e:p rdf:parseType="Literal">' + "<e:a/>" * n
              + "</e:p></rdf:Description></rdf:RDF>"),
    _nested("jsonld", "objects", "", '{"http://e/p":', '"x"', "}", ""),
    _nested("jsonld", "arrays", '{"@id":"http://e/s","http://e/p":', "[", "1", "]", "}"),
    _nested("jsonld", "lists", '{"@id":"http://e/s","http://e/p":', '{"@list":[', "1", "]}", "}"),
    _nested("jsonld", "graphs", "", '{"@graph":[', '{"@id":"http://e/s","http://e/p":1}', "]}", ""),
    _nested("jsonld", "reversed", "", '{"@reverse":{"http://e/p":', '{"@id":"http://e/o"}', "}}", ""),
    _nested("jsonld", "JSON literal", '{"@context":{"p":{"@id":"http://e/p","@type":"@json"}},"@id":"http://e/s","p":',
            "[", "1", "]", "}"),
    _nested("jsonld", "scoped contexts", '{"@context":', '{"p":{"@id":"http://e/p","@context":', "{}", "}}",
            ',"@id":"http://e/s","http://e/p":1}'),
    _nested("jsonld", "contexts in objects", "", '{"@context":{"q":"http://e/q"},"http://e/p":', '"x"', "}",
            ""),
)  # fmt: skip


class Outcome(NamedTuple):
    """What a command came to: its exit code (negative for a signal), seconds, and the end of what it said."""

    code: int
    seconds: float
    said: str

    @property
    def is_fine(self) -> bool:
        is_told = self.code != 3 or (self.said.count("\n") <= 4 and "enough memory" not in self.said)
        return self.code in (0, 1, 3, 4) and is_told


def cases(depths: tuple[int, ...] = DEPTHS) -> Iterator[tuple[Construct, int, str]]:
    """Every construct at every depth, for each command that reads its format."""
    for construct in CONSTRUCTS:
        for depth in depths:
            for command in COMMANDS:
                if command != "fmt" or construct.suffix in ("ttl", "trig"):
                    yield construct, depth, command


def run(construct: Construct, depth: int, command: str, folder: Path) -> Outcome:
    """Run a command on a document in a fresh folder, within the bounds of memory and time."""
    project = Path(tempfile.mkdtemp(dir=folder))
    name = f"d.{construct.suffix}"
    (project / name).write_text(construct.made(depth), encoding="utf-8")
    (project / "empty.ttl").write_text("")
    (project / "ogdkg.toml").write_text(f'[project]\nname = "n"\n[[layer]]\nname = "a"\nfiles = ["{name}"]\n')
    (project / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ."
    )
    target = "out.ttl" if construct.suffix == "nq" else "out.nq"
    arguments = {
        "convert": ["convert", name, target],
        "validate": ["validate", name, "--shapes", "shapes.ttl"],
        "diff": ["diff", "empty.ttl", name],
        "fmt": ["fmt", "--check", name],
        "sparql": ["sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--no-cache"],
        "export": ["export", "-f", "nquads", "-o", "out.nq"],
    }[command]
    return ogdkg(arguments, project)


def ogdkg(arguments: list[str], folder: Path) -> Outcome:
    """Run the command line in a folder, within the bounds of memory and time."""
    start = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ogdkg", *arguments],
            cwd=folder, capture_output=True, timeout=SECONDS, check=False, preexec_fn=_bounded,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(124, time.monotonic() - start, "took too long")
    return Outcome(done.returncode, time.monotonic() - start, done.stderr.decode(errors="replace")[-400:])


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Print a line for each construct, depth and command."""
    total = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for construct, depth, command in cases(tuple(map(int, sys.argv[1:])) or DEPTHS):
            found = run(construct, depth, command, Path(folder))
            total, bad = total + 1, bad + (not found.is_fine)
            sign = " " if found.is_fine else "!"
            first = found.said.strip().partition("\n")[0]
            what = f"{sign} {construct.suffix:7}{construct.name:32}{depth:>7} {command:9}"
            print(f"{what}{found.code:>4} {found.seconds:5.1f} s  {first[:80]}", flush=True)
    print(f"{total} cases, {bad} of them not fine")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
