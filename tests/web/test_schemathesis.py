"""schemathesis tries the web API of the fixture project in all its phases, by its OpenAPI document."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import ROOT, need
from tests.web.conftest import Server

SCHEMATHESIS = ROOT / ".ogdkg" / "peers" / "schemathesis" / "bin" / "schemathesis"
EXAMPLES = 10  # of an operation in each phase; `schemathesis run URL/openapi.json` tries more


def test_schemathesis_finds_nothing(server: Server, tmp_path: Path) -> None:
    need(SCHEMATHESIS.exists(), "schemathesis", "tests/peers/schemathesis.sh")
    done = subprocess.run(
        [SCHEMATHESIS, "run", f"{server.url}/openapi.json", f"--max-examples={EXAMPLES}", "--no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    assert "No issues found" in done.stdout, done.stdout
