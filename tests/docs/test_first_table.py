"""docs/first-table.md: its files and commands, in the order of the page, make the graph that it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "first-table.md"
_BLOCK = re.compile(r"(?:`(?P<file>[^`\n]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


@pytest.mark.skipif(sys.platform == "win32", reason="The commands are those of a POSIX shell.")
def test_the_way_from_a_table_to_a_graph_leads_there(tmp_path: Path) -> None:
    script, expected = ["set -u"], []
    for block in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["kind"] == "sh":
            script.append(block["text"])
        elif block["kind"] == "text":
            expected.append(block["text"])
        else:
            assert block["file"], f"which file is it: {block['text'][:60]!r}"
            script.append(f"cat > {block['file']} <<'END OF FILE'\n{block['text']}END OF FILE\n")
    script += ["ogdkg fmt --check data ontology && echo all is well"]
    command = tmp_path / "bin" / "ogdkg"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ogdkg "$@"\n')
    command.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")}
    env |= {"PATH": f"{command.parent}{os.pathsep}{env['PATH']}", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["sh"], input="\n".join(script).encode(), cwd=tmp_path, env=env, timeout=300, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = done.stdout.decode()
    assert len(expected) == 4
    for text in expected:
        assert text in said, said
    assert "violation" not in said and "Valid: nothing found in" in said and said.endswith("all is well\n"), (
        said
    )
