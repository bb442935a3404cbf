"""The HTML of pages, of a server and of sites, as html-validate reads it, which knows the standard."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.test_pages import PATHS
from tests.conftest import ROOT, Run, need
from tests.web.conftest import FIXTURES, Server

VALIDATOR = ROOT / ".ogdkg" / "browser" / "node_modules" / ".bin" / "html-validate"
RULES = Path(__file__).with_name("markup.json")
FAMILIES = (  # of our graph, beside those that tests look at
    "/id/country/fra.html",
    "/id/engagement/e0122.html",
    "/id/org/foundation-center.html",
    "/id/source/odb.html",
    "/concept/topic.html",
    "/shapes.html",
    "/no/such/thing",
)


@pytest.fixture(scope="module", autouse=True)
def validator() -> None:
    """Skip where it is not installed; in CI, that is a failure."""
    need(VALIDATOR.exists() and shutil.which("node"), "html-validate", "tests/browser/axe.sh")


def findings(folder: Path, *files: Path) -> str:
    """What is wrong with the pages of a folder, or with some, a line each."""
    named = files or sorted(folder.rglob("*.html"))
    assert named
    done = subprocess.run(
        [VALIDATOR, "--config", RULES, "-f", "text", *named], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    return done.stdout.replace(f"{folder}/", "")


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html>\n<html lang="en"><head><title>x</title></head>\n<body><b><p></p></b></body></html>\n'
    )
    assert "page.html:3:" in findings(tmp_path)


def test_the_pages_of_our_server(ours: Server, tmp_path: Path) -> None:
    for number, path in enumerate((*PATHS, *FAMILIES)):
        name = "".join(letter if letter.isalnum() else "-" for letter in path)[:60]
        (tmp_path / f"{number}{name}.html").write_bytes(ours.ask(path, accept="text/html").body)
    assert findings(tmp_path) == ""


@pytest.mark.parametrize("name", ["maps", "devices"])
def test_the_pages_of_a_site(ogdkg: Run, tmp_path: Path, name: str) -> None:
    done = ogdkg("site", tmp_path, "--offline", "--base", "https://data.example.org", cwd=FIXTURES / name)
    assert done.returncode == 0, done.stderr
    assert findings(tmp_path) == ""
