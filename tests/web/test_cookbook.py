"""The lines of docs/web-api.md, run against a server as somebody would who copies them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT, need
from tests.web.conftest import Server, serving

PAGE = (ROOT / "docs" / "web-api.md").read_text(encoding="utf-8")
BLOCKS = [
    (language, text)
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    if language != "json"
]
# How to run a text of each language, and what it stands in.
COMMANDS = {
    "sh": ["sh", "-euc"],
    "python": [sys.executable, "-c"],
    "r": ["Rscript", "-e"],
    "js": ["node", "--input-type=module", "-e"],
}


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "text"), BLOCKS, ids=[f"{language}-{place}" for place, (language, _) in enumerate(BLOCKS)]
)
def test_a_line_of_the_cookbook_runs(own: Server, tmp_path: Path, language: str, text: str) -> None:
    need(shutil.which(COMMANDS[language][0]), COMMANDS[language][0], "tests/peers/r.sh")
    command = [*COMMANDS[language], text.replace("http://127.0.0.1:8000", own.url)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    written = done.stdout + "".join(path.read_text() for path in tmp_path.iterdir())
    assert "Traceback" not in done.stderr
    assert re.search(r"Resilience|Nepal|\d|@worldbank", written), written


def test_the_cookbook_speaks_four_languages() -> None:
    assert {language for language, _ in BLOCKS} == set(COMMANDS)
