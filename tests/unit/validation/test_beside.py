"""Rules and checks in a process beside the validation: the report, or the error, is that of one process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat
from tests.unit.validation.test_project_checks import FILES

from ogdkg.cli.main import main
from ogdkg.validation.beside import Beside
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.graphs import data_graph
from ogdkg.validation.operation import Inputs

BROKEN = ":a :likes"
EDITS = {
    "nothing": {},
    "data": {"data/facts.trig": BROKEN},
    "data and shapes": {"data/facts.trig": BROKEN, "shapes.ttl": BROKEN},
    "shapes": {"shapes.ttl": BROKEN},
    "ontology and data": {"ontology.ttl": BROKEN, "data/other.trig": BROKEN, "data/facts.trig": BROKEN},
    "ill-formed shapes": {"shapes.ttl": FILES["shapes.ttl"] + ":Idle <http://www.w3.org/ns/shacl#and> 5 ."},
    "rule": {"queries/rules/liked.rq": "CONSTRUCT { ?b :liked ?a } WHERE { ?a :likes ?b"},
    "no rule": {"queries/rules/liked.rq": "SELECT * { ?s ?p ?o }"},
    "no rule, and broken shapes": {"queries/rules/liked.rq": "ASK {}", "shapes.ttl": BROKEN},
    "check": {"queries/checks/big.rq": "#+ tags: [checks]\nSELECT ?thing WHERE { ?thing"},
    "check of all layers": {
        "queries/checks/all.rq": "#+ summary: All.\n#+ layers: [all]\nSELECT ?s { ?s a ?class }"
    },
    "RDF 1.2": {"data/facts.trig": 'VERSION "1.2"\n<< <urn:a> <urn:b> <urn:c> >> <urn:d> <urn:e> .'},
}
ENDLESS = (
    f"{{ {' '.join(f'?s{n} ?p{n} ?o{n} .' for n in range(12))} FILTER(CONCAT(STR(?s0), STR(?s11)) = '') }}"
)


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """What `ogdkg validate` tells of the project with some files replaced."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def run(edit: dict[str, str], *options: str) -> tuple[int, str, str]:
        for name, text in {**FILES, **edit}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["ogdkg", "validate", "--no-cache", *options])
        return main(), *capfd.readouterr()

    return run


@pytest.mark.parametrize("options", [(), ("-f", "json", "--focus", "https://small.example/a")], ids=str)
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_told_is_what_one_process_tells(
    told: Callable[..., tuple[int, str, str]],
    edit: dict[str, str],
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = told(edit, *options)
    monkeypatch.setattr(Beside, "suits", staticmethod(lambda graph: False))
    assert beside == told(edit, *options)
    assert beside[1] or beside[2]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            {"queries/rules/liked.rq": f"CONSTRUCT {{ ?s1 ?p1 ?o1 }} {ENDLESS}"},
            "queries/rules/liked.rq: The rules",
        ),
        ({"queries/checks/big.rq": f"#+ summary: Big.\nSELECT (COUNT(*) AS ?n) {ENDLESS}"}, "The query"),
    ],
    ids=["rule", "check"],
)
def test_a_limit_is_told_as_that_of_one_process(
    told: Callable[..., tuple[int, str, str]],
    edit: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = told(edit, "--timeout", "2")
    assert beside[0] == 3 and f"Error: {said} took longer than 2 seconds" in beside[2]
    monkeypatch.setattr(Beside, "suits", staticmethod(lambda graph: False))
    assert beside == told(edit, "--timeout", "2")


def test_files_are_read_while_rules_run() -> None:
    """What a process beside is still at is asked for once all files are read."""
    asked = list[str]()

    class Late(Source):
        @property
        def content(self) -> bytes:  # type: ignore[override]  # which nobody sets
            asked.append(",".join(sorted(prefixes)))
            return b"<http://e/a> <http://e/p> <http://e/b> ."

    late = object.__new__(Late)
    parts = {"name": "layer", "format": RdfFormat.N_QUADS, "is_file": False, "original": None}
    for part, value in {**parts, "is_ground": False, "size": None}.items():
        object.__setattr__(late, part, value)
    files = [Source(f"{name}.ttl", RdfFormat.TURTLE, f"PREFIX {name}: <http://e/>".encode()) for name in "ab"]
    prefixes = dict[str, str]()
    graph = data_graph(Inputs([*files, late], []), prefixes, QuadCache(), columns=True, for_queries=True)
    assert len(graph) == 1
    assert {*asked} == {"a,b"}
