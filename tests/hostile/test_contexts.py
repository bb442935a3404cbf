"""JSON-LD whose contexts are made to cost minutes: refused before the engine sees it, whoever reads it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogdkg import open_graph
from ogdkg.errors import LimitError
from ogdkg.rdf import formats
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.bounds.jsonld import JsonLdWatch
from ogdkg.store.stream import Document
from tests.conftest import Run

E = "http://e/"


def _terms(number: int, **more: Any) -> dict[str, Any]:
    return {f"t{n}": f"{E}{n}" for n in range(number)} | more


def _scoped(name: str, context: Any) -> dict[str, Any]:
    return {name: {"@id": E + name, "@context": context}}


def _nodes(number: int, **more: Any) -> list[Any]:
    return [{"@id": f"{E}s{n}", **more} for n in range(number)]


INNER = {name: value for n in range(200) for name, value in _scoped(f"u{n}", {}).items()}
SLOW: dict[str, Callable[[], Any]] = {
    "contexts in a wide one": lambda: {
        "@context": _terms(9_000),
        "@graph": _nodes(9_000, **{"@context": {}}),
    },
    "nulls in a wide one": lambda: {"@context": _terms(9_000), "@graph": _nodes(9_000, **{"@context": None})},
    "contexts before the wide one": lambda: {
        "@graph": _nodes(9_000, **{"@context": {}}),
        "@context": _terms(9_000),
    },
    "a term's own": lambda: {"@context": _scoped("p", _terms(2_000)), "@graph": _nodes(2_000, p={"t1": "x"})},
    "a term's own, of literals": lambda: {
        "@context": _scoped("p", [_terms(2_000)]),
        "@id": E,
        "p": ["x"] * 2_000,
    },
    "a small one of a term, in a wide one": lambda: {
        "@context": _terms(4_000, **_scoped("p", {})),
        "@graph": _nodes(4_000, p={"t1": "x"}),
    },
    "a type's own": lambda: {
        "@context": _scoped("T", _terms(2_000)),
        "@graph": _nodes(300, **{"@type": ["T"] * 10}),
    },
    "in one another": lambda: {"@context": _scoped("p", INNER), "@id": E, "p": ["x"] * 2_000},
    "a term's own, null": lambda: {
        "@context": _terms(8_000, **_scoped("p", None)),
        "@id": E,
        "p": ["x"] * 8_000,
    },
    "of very many terms": lambda: {
        "@context": {name: value for n in range(5_000) for name, value in _scoped(f"u{n}", {}).items()},
        "@id": E,
    },
}


@pytest.mark.parametrize("name", SLOW)
def test_what_contexts_cost_is_told_before_an_engine_sees_it(name: str) -> None:
    data = json.dumps(SLOW[name](), indent=0).encode().replace(b'"@context"', b'"\\u0040context"')
    began = time.monotonic()
    with pytest.raises(LimitError, match="would take too long to apply") as found:
        checked(data, formats.JSONLD.media_type, "slow")
    assert time.monotonic() - began < 5
    assert found.value.hint
    assert found.value.place
    assert found.value.place.line


def test_the_cost_is_the_same_in_pieces() -> None:
    inner = {**_scoped("q", {}), **_scoped("r", None), **_terms(5)}
    document = {"@context": _terms(30, **_scoped("p", [inner, {}])), "@graph": _nodes(20, p={"@context": {}})}
    for data in (json.dumps(document).encode(), json.dumps(document, indent=1).encode()[:3_000]):
        costs = set()
        for size in (1, 7, 4_096, 2**20):
            watch = JsonLdWatch("f")
            for begin in range(0, len(data), size):
                watch.see(data[begin : begin + size])
            costs.add(round(watch._cost.microseconds, 3))
        assert len(costs) == 1
        assert costs != {0.0}


FAST: dict[str, tuple[Callable[[], Any], int]] = {
    "a wide context of many nodes": (
        lambda: {"@context": _terms(2_000), "@graph": _nodes(9_000, t1="x")},
        9_000,
    ),
    "records with contexts": (
        lambda: [{"@context": _terms(9), "@id": f"x:{n}", "t1": "x"} for n in range(9_000)],
        9_000,
    ),
    "a few types with contexts": (
        lambda: {
            "@context": _terms(100, **_scoped("T", _terms(10)), **_scoped("U", {"@protected": True})),
            "@graph": _nodes(5_000, **{"@type": "T", "t1": "a text of some words"}),
        },
        10_000,
    ),
    "the word as a text": (lambda: {"@id": E, f"{E}p": ["@context", "x", {"@value": "@context"}]}, 2),
}


@pytest.mark.parametrize("name", FAST)
def test_usual_contexts_are_read(name: str) -> None:
    document, number = FAST[name]
    data = json.dumps(document()).encode()
    assert len(set(Document(data, formats.JSONLD, "fast"))) == number


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["*.jsonld"]\n')
    (tmp_path / "slow.jsonld").write_text(json.dumps(SLOW["in one another"]()))
    return tmp_path


@pytest.mark.parametrize("command", ["convert", "validate", "diff", "sparql"])
def test_no_command_reads_on(command: str, project: Path, ogdkg: Run) -> None:
    (project / "empty.ttl").touch()
    (project / "s.ttl").write_text("<urn:S> a <http://www.w3.org/ns/shacl#NodeShape> .")
    arguments = {
        "convert": ["slow.jsonld", "out.ttl"],
        "validate": ["slow.jsonld", "--shapes", "s.ttl"],
        "diff": ["empty.ttl", "slow.jsonld"],
        "sparql": ["ASK { ?s ?p ?o }"],
    }
    done = ogdkg(command, *arguments[command], cwd=project)
    assert done.returncode == 3, done.stderr
    assert "slow.jsonld:1: The contexts of the document would take too long" in done.stderr
    assert not (project / "out.ttl").exists()


def test_nor_does_the_library(project: Path) -> None:
    with pytest.raises(LimitError, match="would take too long"):
        open_graph(project).sparql("ASK { ?s ?p ?o }")
    (project / "slow.jsonld").write_text('{"http://e/p":' * 5_000 + "1" + "}" * 5_000)
    with pytest.raises(LimitError, match="500 deep"):
        open_graph(project).sparql("ASK { ?s ?p ?o }")
