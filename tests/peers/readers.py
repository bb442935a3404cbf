"""Independent readers of what we export: `python -m tests.peers.readers` prints which of them reads which
format of the graph back whole.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
from tests.projects import copy_own_project

from ogdkg.project.project import read_project

ROOT = Path(__file__).resolve().parent.parent.parent
JENA = ROOT / "tests" / "bench" / "jena.sh"
FORMATS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld", "compacted")
WITHOUT_GRAPHS = ("turtle", "ntriples", "rdfxml")
READ = "whole"
# Literals that stores and libraries like to rewrite, odd terms, blank nodes and a list.
ODD = """@prefix ex: <http://odd.example/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:g { ex:s a ex:C ; ex:p 007, 7, "1.50"^^xsd:decimal, "5"^^xsd:positiveInteger, "yes"^^xsd:boolean,
  "1.5E0"^^xsd:double, "2020-01-01T00:00:00+00:00"^^xsd:dateTime, "x"^^ex:own, "a\\n\\"b\\\\"@en, "a\\tb", "",
  "\\u00e9\\U0001D4B3<&>'", <urn:isbn:1>, [ ex:q ( 1 "two" [ ex:q 3 ] ) ], _:shared .
  ex:t ex:p _:shared . _:shared ex:q "both" . }
ex:h { ex:s ex:p 007 . <http://odd.example/é> ex:p "é" . }
"""


class UnreadError(Exception):
    """A reader that refuses a document, or cannot read its format."""


def by_pyoxigraph(path: Path, form: str) -> ox.Dataset:
    media = {"turtle": "text/turtle", "trig": "application/trig", "ntriples": "application/n-triples"}
    media |= {"nquads": "application/n-quads", "rdfxml": "application/rdf+xml"}
    return _canonical(
        ox.parse(path.read_bytes(), ox.RdfFormat.from_media_type(media.get(form, "application/ld+json")))
    )


def by_rdflib(path: Path, form: str) -> ox.Dataset:
    """In a process of its own: how rdflib treats literals is a switch for a whole process."""
    names = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld", "compacted": "json-ld"}
    program = (
        "import sys, rdflib; rdflib.NORMALIZE_LITERALS = False; data = rdflib.Dataset(); "
        "data.parse(sys.argv[1], format=sys.argv[2]); "
        "sys.stdout.buffer.write(data.serialize(format='nquads', encoding='utf-8'))"
    )
    return _said_by(sys.executable, "-W", "ignore", "-c", program, path, names.get(form, form))


def by_pyld(path: Path, form: str) -> ox.Dataset:
    """It rewrites every xsd:double, even one in quotes, as 1.5E0: the odd ones are written so."""
    from pyld import jsonld

    if form not in ("jsonld", "compacted"):
        raise UnreadError("reads JSON-LD alone")
    quads = jsonld.to_rdf(json.loads(path.read_text()), {"format": "application/n-quads"})
    return _canonical(ox.parse(quads, ox.RdfFormat.N_QUADS))


def by_riot(path: Path, form: str) -> ox.Dataset:
    if form == "compacted":
        raise UnreadError("Debian's jars lack what reads JSON-LD 1.1")
    syntax = {"jsonld": "jsonld10"}.get(form, form)
    return _said_by(JENA, "riot", "--nocheck", f"--syntax={syntax}", "--output=nquads", path)


def by_rapper(path: Path, form: str) -> ox.Dataset:
    if form in ("jsonld", "compacted"):
        raise UnreadError("knows no JSON-LD")
    return _said_by("rapper", "-q", "-i", form, "-o", "nquads", path, "http://base.example/")


READERS: dict[str, Callable[[Path, str], ox.Dataset]] = {
    "PyLD": by_pyld,
    "rdflib": by_rdflib,
    "pyoxigraph": by_pyoxigraph,
    "riot": by_riot,
    "rapper": by_rapper,
}


def is_installed(reader: str) -> bool:
    if reader == "riot":
        return bool(shutil.which("java")) and Path("/usr/share/java/jena-cmds.jar").exists()
    return reader != "rapper" or bool(shutil.which("rapper"))


def project_in(folder: Path) -> Path:
    """A copy of our graph's project, with a file of what is odd."""
    copy_own_project(folder)
    (folder / "data" / "initiatives" / "odd.trig").write_text(ODD, encoding="utf-8")
    return folder


def export(folder: Path, form: str) -> Path:
    """The file of a project's export in a format."""
    path = folder / f"graph.{form}"
    command = [sys.executable, "-m", "ogdkg", "-q", "-C", folder, "export", "-f", form, "-o", path]
    subprocess.run(command, check=True)
    return path


def sources(folder: Path, form: str) -> ox.Dataset:
    """What the project's files say, of what an export holds, as a format can hold it."""
    project = read_project(folder)
    quads: list[ox.Quad] = []
    left_out = (*project.leave_out, *project.never_exported)
    for source in project.sources(layer for layer in project.layers if layer.name not in left_out):
        target = ox.NamedNode(source.graph.value) if source.graph else ox.DefaultGraph()
        for quad in ox.parse(path=source.path, rename_blank_nodes=True):
            graph = target if quad.graph_name == ox.DefaultGraph() else quad.graph_name
            quads.append(ox.Quad(*quad.triple, *([] if form in WITHOUT_GRAPHS else [graph])))
    return _canonical(quads)


def outcome(reader: str, path: Path, form: str, expected: ox.Dataset) -> str:
    """What a reader makes of a file: `whole`, or why not."""
    try:
        read = READERS[reader](path, form)
    except UnreadError as error:
        return str(error)
    return READ if read == expected else "not the same graph"


def _said_by(*command: str | Path) -> ox.Dataset:
    """What a command prints as N-Quads."""
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode and (not done.stdout or b"ERROR" in done.stderr):  # riot counts warnings as failure
        raise UnreadError(done.stderr.decode().strip().splitlines()[-1])
    return _canonical(ox.parse(done.stdout, ox.RdfFormat.N_QUADS))


def _canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def main() -> None:
    """Print the matrix as Markdown."""
    readers = [reader for reader in READERS if is_installed(reader)]
    print("| | " + " | ".join(readers) + " |")
    print("|---" * (len(readers) + 1) + "|")
    with tempfile.TemporaryDirectory() as name:
        folder = project_in(Path(name))
        for form in FORMATS:
            path, expected = export(folder, form), sources(folder, form)
            cells = (outcome(reader, path, form, expected) for reader in readers)
            print(f"| {form} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
