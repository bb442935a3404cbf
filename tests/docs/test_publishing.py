"""The workflow that docs/publishing.md offers: it is one, and it runs commands that there are."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, Run

WORKFLOW = ROOT / "docs" / "publishing" / "pages.yml"
PAGE = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
_KEYS = {"name", "on", "permissions", "concurrency", "env", "defaults", "jobs", "run-name"}
_OF_JOB = {"name", "needs", "if", "permissions", "runs-on", "environment", "env", "steps", "timeout-minutes"}
_OF_STEP = {"id", "if", "name", "uses", "run", "with", "env", "shell", "working-directory"}


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    # YAML 1.1 reads `on` as true, which hosts do not.
    found: dict[str, Any] = yaml.load(WORKFLOW.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


def test_the_workflow_has_known_keys(workflow: dict[str, Any]) -> None:
    assert workflow.keys() <= _KEYS and {"on", "jobs"} <= workflow.keys()
    for job in workflow["jobs"].values():
        assert job.keys() <= _OF_JOB and {"runs-on", "steps"} <= job.keys()
        for step in job["steps"]:
            assert step.keys() <= _OF_STEP and len(step.keys() & {"uses", "run"}) == 1, step
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@v\d+", step.get("uses", "a/b@v1")), step


def test_the_workflow_may_do_what_it_does(workflow: dict[str, Any]) -> None:
    """What is published is what was built, by a job that may."""
    assert workflow["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    (job,) = workflow["jobs"].values()
    steps = {step["uses"].partition("@")[0]: step for step in job["steps"] if "uses" in step}
    (build,) = (step["run"] for step in job["steps"] if step.get("run", "").startswith("ogdkg site"))
    assert shlex.split(build)[2] == steps["actions/upload-pages-artifact"]["with"]["path"]
    assert steps["actions/deploy-pages"]["id"] in job["environment"]["url"]
    for found in re.findall(r"\$\{\{(.*?)\}\}", WORKFLOW.read_text(encoding="utf-8")):
        assert re.fullmatch(r" (?:github|steps)(?:\.[\w-]+)+ ", found), found


def test_its_commands_are_there(ogdkg: Run, workflow: dict[str, Any]) -> None:
    (job,) = workflow["jobs"].values()
    commands = [shlex.split(step["run"]) for step in job["steps"] if step.get("run", "").startswith("ogdkg ")]
    assert [each[1] for each in commands] == ["validate", "test", "site"]
    for command in commands:
        told = ogdkg(command[1], "--help").stdout
        for option in (each for each in command if each.startswith("-")):
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", told), option


def test_the_state_of_a_build_goes_to_no_host() -> None:
    copied = [line for line in PAGE.splitlines() if re.search(r"\brsync -|\baws s3 sync\b", line)]
    assert len(copied) == 2
    assert all("--exclude" in line and ".ogdkg-site" in line and "--delete" in line for line in copied)
