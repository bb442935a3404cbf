"""Our nanopublications, verified by the library of those who defined them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import ROOT, Run, need

PYTHON = ROOT / ".ogdkg" / "peers" / "nanopub" / "bin" / "python"
BASE = "https://w3id.org/ogdkg/np/"
STEP = 12  # each of so many is verified: all of them agree, but take a minute


def _verified(lines: str) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).with_name("read_by_nanopub.py")
    return subprocess.run(
        [PYTHON, script, BASE], input=lines, capture_output=True, text=True, timeout=200, check=False
    )


def test_nanopub_verifies_each(ogdkg: Run, tmp_path: Path) -> None:
    need(PYTHON.exists(), "nanopub", "tests/peers/nanopub.sh")
    target = tmp_path / "all.trig"
    exported = ogdkg("export", "-f", "nanopub", "-o", str(target), cwd=ROOT)
    converted = ogdkg("convert", str(target), "-f", "nquads")
    assert (exported.returncode, converted.returncode) == (0, 0), exported.stderr + converted.stderr
    by_code: dict[str, list[str]] = {}
    for line in converted.stdout.splitlines(keepends=True):
        by_code.setdefault(line.rpartition(f"<{BASE}")[2].partition("#")[0], []).append(line)
    some = sorted(by_code)[::STEP]
    assert len(some) > 20
    done = _verified("".join("".join(by_code[code]) for code in some))
    assert done.stdout.split() == some, done.stderr
    changed = by_code[some[0]][:-1]
    assert _verified("".join(changed)).returncode, "a statement is missing, and nothing was said"
