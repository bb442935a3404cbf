"""The sources are typed, tidy, and in canonical form."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

CHECKS = {
    "mypy": ["mypy"],
    "ruff check (mend with: ruff check --fix src tests)": ["ruff", "check", "src", "tests"],
    "ruff format (mend with: ruff format src tests)": ["ruff", "format", "--check", "src", "tests"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_static(check: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *CHECKS[check]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
