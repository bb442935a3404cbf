"""grlc loads every query file unchanged, and sees the parameters that we see."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, TREES, need

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.project.project import read_project

PYTHON = ROOT / ".ogdkg" / "peers" / "grlc" / "bin" / "python"
FORMS = {
    "SELECT": "SelectQuery",
    "CONSTRUCT": "ConstructQuery",
    "ASK": "AskQuery",
    "DESCRIBE": "DescribeQuery",
}
UNREAD = ("ASK", "DESCRIBE")  # grlc looks for parameters in SELECT and CONSTRUCT alone


@pytest.fixture(scope="module", params=[ROOT, TREES], ids=["ours", "trees"])
def both(request: pytest.FixtureRequest) -> list[tuple[StoredQuery, dict[str, Any]]]:
    """Each query of the catalogue, with what grlc makes of its file."""
    need(PYTHON.exists(), "grlc", "tests/peers/grlc.sh")
    project = read_project(request.param)
    script = Path(__file__).with_name("read_by_grlc.py")
    done = subprocess.run([PYTHON, script, project.queries], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    catalogue = Catalogue(project)
    queries = {path.relative_to(project.queries).as_posix(): name for name, path in catalogue.paths.items()}
    assert queries.keys() <= read.keys()
    return [(catalogue.get(name), read[path]) for path, name in queries.items()]


def test_grlc_reads_every_query_as_we_do(both: list[tuple[StoredQuery, dict[str, Any]]]) -> None:
    for query, read in both:
        assert read["type"] == FORMS[query.form], query.name
        assert " ".join(read["summary"].split()) == query.header.summary
        assert tuple(read["tags"]) == query.header.tags


def test_grlc_infers_the_same_parameters(both: list[tuple[StoredQuery, dict[str, Any]]]) -> None:
    for query, read in both:
        ours = {each.name: (f"?{each.variable}", each.required) for each in query.parameters}
        seen = {name: (each["original"], each["required"]) for name, each in read["parameters"].items()}
        assert seen == ({} if query.form in UNREAD else ours), query.name
        defaults = {each.name: each.default for each in query.parameters if each.default}
        theirs = {
            name: (str(each["default"]),) for name, each in read["parameters"].items() if "default" in each
        }
        assert theirs == defaults, query.name
