"""What is published, as others check it: the release, the pages of man, the hooks and the action.

tests/peers/publishing.sh installs what checks.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from tests.conftest import ROOT, need

BIN = ROOT / ".ogdkg" / "peers" / "publishing" / "bin"
SCHEMAS = ROOT / ".ogdkg" / "peers" / "schemas"
RELEASED = ("src", "data", "ontology", "queries", "man", "tools")
DATA = "@prefix ex: <http://e/> .\nex:a a ex:T ;\n  ex:p 1 .\n"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .
ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .
"""


def _tool(name: str) -> str:
    """Where a tool is, or a skipped test with how to get it."""
    found = BIN / name if (BIN / name).exists() else shutil.which(name)
    need(found, name, "tests/peers/publishing.sh")
    return str(found)


def _run(*command: str | Path, cwd: Path = ROOT, code: int = 0, **variables: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _repository(folder: Path) -> None:
    _run("git", "init", "-q", cwd=folder)
    _run("git", "add", "-A", cwd=folder)
    _run("git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "All", cwd=folder)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of its own with what a release is made of, as it stands here."""
    folder = tmp_path_factory.mktemp("source") / "ogdkg"
    folder.mkdir()
    for name in RELEASED:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    for path in (*ROOT.glob("*.*"), *ROOT.glob(".*"), *ROOT.glob("LICENSE*")):
        if path.is_file() and path.name != ".git":
            shutil.copyfile(path, folder / path.name)
    _repository(folder)
    return folder


@pytest.fixture(scope="module")
def release(source: Path) -> Path:
    """What tools/release.sh makes."""
    _tool("twine")
    (source / ".ogdkg" / "peers").mkdir(parents=True)
    (source / ".ogdkg" / "peers" / "publishing").symlink_to(BIN.parent)
    (source / "tests").mkdir()
    shutil.copyfile(ROOT / "tests" / "requirements.lock", source / "tests" / "requirements.lock")
    _repository(source)
    _run("tools/release.sh", cwd=source, PYTHON=sys.executable)
    return source / "dist"


def test_a_release_is_checked_and_told_by_its_sums(release: Path) -> None:
    assert "OK" in _run("sha256sum", "-c", "ogdkg-SHA256SUMS", cwd=release)
    assert len(list(release.glob("ogdkg-*"))) == 4


def test_only_a_commit_is_released(release: Path) -> None:
    changed = release.parent / "CHANGELOG.md"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "a release is of a commit" in _run("tools/release.sh", cwd=release.parent, code=1)


def test_the_bill_of_materials_is_valid_and_whole(release: Path) -> None:
    program = (
        "import sys\nfrom cyclonedx.schema import SchemaVersion\n"
        "from cyclonedx.validation.json import JsonStrictValidator\n"
        "print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))"
    )
    file = release / "ogdkg-sbom.cdx.json"
    assert _run(BIN / "python", "-c", program, file).strip() == "None"
    bill = json.loads(file.read_text(encoding="utf-8"))
    named = {each["name"]: each for each in bill["components"]}
    assert {"click", "pyoxigraph", "rdflib", "granian", "jinja2", "mcp"} <= set(named)
    assert not {"pytest", "ruff", "hatchling"} & set(named)
    assert all(each["externalReferences"][0]["hashes"] for each in named.values())
    assert all(each.get("licenses") for each in named.values())
    refs = {each["bom-ref"] for each in named.values()}
    assert {ref for each in bill["dependencies"] for ref in each["dependsOn"]} == refs
    [wheel] = release.glob("*.whl")
    again = _run(sys.executable, ROOT / "tools" / "sbom.py", wheel, SOURCE_DATE_EPOCH="1")
    assert json.loads(again)["components"] == bill["components"]


def test_the_citation_is_valid() -> None:
    schema = SCHEMAS / "citation.json"
    need(schema.exists(), "the schema of the format", "tests/peers/schemas.sh")
    validator = Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    cited = yaml.load((ROOT / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    assert [error.message for error in validator.iter_errors(cited)] == []
    assert list(validator.iter_errors({**cited, "titel": "misspelt"}))


def test_roff_takes_every_page_of_man() -> None:
    pages = sorted((ROOT / "man").glob("*.1"))
    for page in pages:
        assert _run(_tool("groff"), "-man", "-Tutf8", "-ww", "-z", page) == "", page.name
    shown = _run(_tool("man"), "-l", pages[1], MANWIDTH="80", MAN_KEEP_FORMATTING="", PAGER="cat")
    assert "SYNOPSIS\n       ogdkg" in shown and "--help" in shown
    plain = _run(_tool("groff"), "-man", "-Tutf8", "-P-cbou", ROOT / "man" / "ogdkg-query.1")
    assert re.search(r"-f, --format FORMAT", plain)
    assert not re.search("[\u2010\u2011\u2212]", plain), "a dash that cannot be pasted"


def test_the_hooks_work_in_any_repository(source: Path, tmp_path: Path) -> None:
    """By pre-commit, which installs them; what they need is taken from here."""
    _run(_tool("pre-commit"), "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    revision = _run("git", "rev-parse", "HEAD", cwd=source).strip()
    args = ["data", "--shapes", "shapes.ttl"]
    hooks = [{"id": "ogdkg-fmt", "files": "^data/"}, {"id": "ogdkg-validate", "args": args}]
    config = {"repos": [{"repo": str(source), "rev": revision, "hooks": hooks}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    _repository(tmp_path)
    variables = {
        "PRE_COMMIT_HOME": str(tmp_path / ".home"),
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
    }
    variables["PYTHONPATH"] = sysconfig.get_path("purelib")
    said = _run(_tool("pre-commit"), "run", "--all-files", cwd=tmp_path, code=1, **variables)
    assert "files were modified by this hook" in said
    assert "data/a.ttl:" in said and "[MinCount]" in said
    (tmp_path / "data" / "a.ttl").write_text((tmp_path / "data" / "a.ttl").read_text() + "ex:a ex:q 1 .\n")
    _run("git", "add", "-A", cwd=tmp_path)
    said = _run(_tool("pre-commit"), "run", "ogdkg-validate", cwd=tmp_path, **variables)
    assert "Passed" in said


def test_without_a_graph_of_its_own_no_repository_passes(action: dict[str, Any], tmp_path: Path) -> None:
    """Outside a project, ogdkg reads the graph that comes with it: a job must not pass for that one."""
    (tmp_path / "data.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    for inputs in ({}, {"shapes": "shapes.ttl"}):
        assert "There is no graph project" in _step(action, "Validate", inputs, tmp_path, 2)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [entry] = [each["entry"] for each in hooks if each["id"] == "ogdkg-validate"]
    said = _run(sys.executable, "-m", *shlex.split(entry), cwd=tmp_path, code=2)
    assert "There is no graph project" in said


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return told


def test_the_action_is_valid() -> None:
    schema = ("--builtin-schema", "vendor.github-actions")
    _run(_tool("check-jsonschema"), *schema, ROOT / "action.yml")


def _step(action: dict[str, Any], name: str, inputs: dict[str, str], folder: Path, code: int) -> str:
    """Run a step of the action as a runner does: inputs reach its script by variables alone."""
    [step] = [each for each in action["runs"]["steps"] if each.get("name") == name]
    assert "${{" not in step["run"], "an input would be run"
    given = {each: told["default"] for each, told in action["inputs"].items()} | inputs
    words = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], text)
        for name, text in step["env"].items()
    }
    (folder / "ogdkg" / "bin").mkdir(parents=True, exist_ok=True)
    call = folder / "ogdkg" / "bin" / "ogdkg"
    call.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ogdkg "$@"\n')
    call.chmod(0o755)
    bash = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
    return _run(*bash, cwd=folder / given["folder"], code=code, RUNNER_TEMP=str(folder), **words)


def test_the_action_validates_any_repository(action: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a file.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    inputs = {"files": "a file.ttl\n", "shapes": "shapes.ttl\n"}
    assert "::error file=a file.ttl,line=2" in _step(action, "Validate", inputs, tmp_path, 1)
    _step(action, "Validate", {**inputs, "fail-on": "never"}, tmp_path, 0)
    assert (
        "there is no file"
        in _step(action, "Validate", {**inputs, "files": "$(touch RAN)"}, tmp_path, 2).lower()
    )
    assert not (tmp_path / "RAN").exists()
    _step(action, "Validate", {"folder": str(ROOT / "tests" / "fixtures" / "devices")}, tmp_path, 0)
    _step(action, "Check the form of the files", {"format": "a file.ttl"}, tmp_path, 1)
    assert {step["shell"] for step in action["runs"]["steps"] if "run" in step} == {"bash"}
