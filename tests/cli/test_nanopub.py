"""`ogdkg export -f nanopub`: each cited graph with its provenance, under a trusty URI."""

from __future__ import annotations

import hashlib
import shutil
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import ROOT, TREES, Run

from ogdkg.exchange.trusty import artifact_code

NP = "http://www.nanopub.org/nschema#"
IDS = "https://w3id.org/ogdkg/id/"
BASE = "https://w3id.org/ogdkg/np/"
PROV = "http://www.w3.org/ns/prov#"
PARTS = {"Head", "assertion", "provenance", "pubinfo"}
Nanopubs = dict[str, list[ox.Quad]]


def by_nanopub(text: str) -> Nanopubs:
    """The quads of each nanopublication, by the part of its IRI after the base."""
    found: Nanopubs = {}
    for quad in ox.parse(text, ox.RdfFormat.TRIG):
        name = quad.graph_name.value
        assert name.startswith(BASE)
        found.setdefault(name.removeprefix(BASE).partition("#")[0], []).append(quad)
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Nanopubs:
    from ogdkg.cli.main import main

    target = tmp_path_factory.mktemp("np") / "np.trig"
    assert main(["-q", "-C", str(ROOT), "export", "-f", "nanopub", "-o", str(target)]) == 0
    return by_nanopub(target.read_text())


def of(nanopubs: Nanopubs, graph: str) -> tuple[str, list[ox.Quad]]:
    """The nanopublication of a named graph of ours."""
    specialized = ox.NamedNode(f"{PROV}specializationOf"), ox.NamedNode(f"https://w3id.org/ogdkg/{graph}")
    return next(
        (code, quads)
        for code, quads in nanopubs.items()
        if any((quad.predicate, quad.object) == specialized for quad in quads)
    )


def code_of(code: str, quads: Iterable[ox.Quad]) -> str:
    """The code by the words of the specification (http://trustyuri.net/spec/v1), not by our module."""

    def order(quad: ox.Quad) -> tuple[object, ...]:
        nodes = [each.value.replace(code, " ") for each in (quad.graph_name, quad.subject, quad.predicate)]
        end = quad.object
        if isinstance(end, ox.Literal):
            datatype = "" if end.language else end.datatype.value
            return (*nodes, 1, end.value, datatype, end.language or "")
        return (*nodes, 0, end.value.replace(code, " "))

    text = ""
    for quad in sorted(quads, key=order):
        end = order(quad)[4]
        if isinstance(quad.object, ox.Literal):
            mark = f"@{quad.object.language}" if quad.object.language else f"^{quad.object.datatype.value}"
            end = f"{mark} " + quad.object.value.replace("\\", "\\\\").replace("\n", "\\n")
        text += "\n".join(map(str, (*order(quad)[:3], end))) + "\n"
    return "RA" + b64encode(hashlib.sha256(text.encode()).digest(), b"-_").decode()[:43]


def test_each_reading_and_each_source_is_one_nanopublication(exported: Nanopubs) -> None:
    graphs = {
        quad.object.value
        for quads in exported.values()
        for quad in quads
        if quad.predicate.value == f"{PROV}specializationOf"
    }
    assert len(exported) == len(graphs) == 213 + 198
    assert sum(graph.startswith(f"{IDS}reading/") for graph in graphs) == 213
    for code, quads in exported.items():
        assert {quad.graph_name.value for quad in quads} == {f"{BASE}{code}#{part}" for part in PARTS}
        head = {
            (quad.subject.value, quad.predicate.value, quad.object.value)
            for quad in quads
            if quad.graph_name.value.endswith("#Head")
        }
        this = f"{BASE}{code}"
        assert head == {
            (this, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{NP}Nanopublication"),
            (this, f"{NP}hasAssertion", f"{this}#assertion"),
            (this, f"{NP}hasProvenance", f"{this}#provenance"),
            (this, f"{NP}hasPublicationInfo", f"{this}#pubinfo"),
        }


@pytest.mark.parametrize(
    "graph", ["id/reading/opn-owner", "id/reading/opn-gti-resources", "graph/enrichment-gti-council-85fb78"]
)
def test_a_nanopublication_is_verified(exported: Nanopubs, graph: str) -> None:
    code, quads = of(exported, graph)
    assert code_of(code, quads) == code
    changed = [quad for quad in quads if quad != quads[-1]]
    assert code_of(code, changed) != code


def test_a_library_verifies_them(exported: Nanopubs) -> None:
    nanopub = pytest.importorskip("nanopub", reason="pip install nanopub")
    rdflib = pytest.importorskip("rdflib")
    some = sorted(exported.items())[::12]  # all of them agree, but take it a minute
    assert some
    for code, quads in some:
        one = rdflib.ConjunctiveGraph()
        one.parse(data=ox.serialize(quads, format=ox.RdfFormat.N_QUADS), format="nquads")
        read = nanopub.Nanopub(rdf=one)
        assert read.is_valid
        nanopub.sign_utils.verify_trusty(one, f"{BASE}{code}", f"{BASE}{code}#")


def test_the_assertion_is_the_graph_and_the_provenance_its_passage(exported: Nanopubs) -> None:
    code, quads = of(exported, "id/reading/opn-gti-resources")
    parts = {part: [quad for quad in quads if quad.graph_name.value.endswith(f"#{part}")] for part in PARTS}
    stated = [quad for quad in ox.parse(path=str(ROOT / "data/initiatives/opn.trig"))
              if quad.graph_name == ox.NamedNode(f"{IDS}reading/opn-gti-resources")]  # fmt: skip
    assert {quad.triple for quad in parts["assertion"]} == {quad.triple for quad in stated}
    assertion, passage = ox.NamedNode(f"{BASE}{code}#assertion"), ox.NamedNode(f"{IDS}passage/opn-creator")
    said = {
        (quad.subject, quad.predicate.value.rpartition("#")[2]): quad.object for quad in parts["provenance"]
    }
    assert said[assertion, "wasDerivedFrom"] == passage
    assert said[assertion, "confidence"].value.endswith("/inferred")
    assert said[passage, "startLine"].value == "117"
    quote = ox.NamedNode(f"{passage.value}#quote")
    assert said[quote, "exact"] == ox.Literal("and also created")
    info = {quad.predicate.value.rpartition("/")[2]: quad.object for quad in parts["pubinfo"]}
    assert {quad.subject.value for quad in parts["pubinfo"]} == {f"{BASE}{code}"}
    assert info["creator"] == ox.NamedNode(f"{IDS}org/ogdkg-maintainers")
    assert info["created"].datatype.value.endswith("#dateTime")
    assert info["license"].value == "https://creativecommons.org/licenses/by/4.0/"


# Its code is that of the library nanopub 2.0.1: order, datatypes, languages, escapes, duplicates.
KNOWN = r"""
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> <http://e.org/z> .
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> "a" .
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> "a"@en .
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> "a"@de .
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> "two\nlines \\ \"é\" 😀" .
<http://e.org/ #G> <http://e.org/s> <http://e.org/p> <http://e.org/ #part> .
<http://e.org/ #g> <http://e.org/ > <http://e.org/p> "a" .
"""


def test_the_code_of_known_statements() -> None:
    statements = []
    for line in KNOWN.strip().splitlines():
        graph, subject, rest = line.split("> ", 2)
        predicate, obj = rest.removesuffix(" .").split("> ", 1)
        statements.append((f"{graph}>", f"{subject}>", f"{predicate}>", obj))
    assert artifact_code(statements) == "RAxrkt0fLuE4pZhO4d2OsszqIFuxz9SmnaGgyAvNQA51k"


def test_one_thing_comes_with_whole_nanopublications(ogdkg: Run, exported: Nanopubs) -> None:
    some = by_nanopub(ogdkg("export", "-f", "nanopub", "--thing", "Open Parks Network", cwd=ROOT).stdout)
    assert 10 < len(some) < len(exported)
    assert all(set(quads) == set(exported[code]) for code, quads in some.items())


def test_each_in_a_file_of_its_own(ogdkg: Run, tmp_path: Path, exported: Nanopubs) -> None:
    asked = ("--thing", "Global Tiger Initiative", "--each", "-o", str(tmp_path / "np"))
    done = ogdkg("export", "-f", "nanopub", *asked, cwd=ROOT)
    files = {path.stem: path for path in (tmp_path / "np").iterdir()}
    assert (done.returncode, done.stderr) == (0, f"{len(files)} files written.\n")
    for code, path in files.items():
        assert set(ox.parse(path=str(path))) == set(exported[code])


DATASET = """
<https://trees.example/trees> a <http://www.w3.org/ns/dcat#Dataset> ;
  <http://purl.org/dc/terms/title> "Trees" ; <http://purl.org/dc/terms/creator> <https://trees.example/us> .
"""


def test_a_passage_that_names_its_graph_and_a_blank_node(ogdkg: Run, tmp_path: Path) -> None:
    """In a project without readings; a blank node gets an IRI, as trusty URIs require (module RA)."""
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    reference, trees = copy / "data/reference.ttl", copy / "data/trees.trig"
    reference.write_text(reference.read_text() + DATASET)
    trees.write_text(trees.read_text() + 'passage:oak { tree:oak ns:bears [ ns:of "Acorn"@EN-gb ] . }')
    done = ogdkg("export", "-f", "nanopub", cwd=copy)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("a np:Nanopublication") == 4
    assert "_:" not in done.stdout and '"Acorn"@en-gb' in done.stdout
    assert ogdkg("export", "-f", "nanopub", cwd=copy).stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--each"], 2, "Use -o DIR/."),
        (["--construct", "x.rq"], 2, "Remove --construct."),
        (["--lang", "en"], 2, "Remove --lang."),
        ([], 3, "The graph describes no dataset to cite."),
    ],
)
def test_what_cannot_be_published_is_told(ogdkg: Run, arguments: list[str], code: int, told: str) -> None:
    done = ogdkg("export", "-f", "nanopub", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr


def test_graphs_without_a_source_are_no_nanopublications(ogdkg: Run) -> None:
    done = ogdkg("export", "-f", "nanopub", "--layer", "reference", cwd=ROOT)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No graph that would be exported states its source." in done.stderr
