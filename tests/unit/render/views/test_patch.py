"""A patch that `patch` applies, whatever ends the lines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogdkg.render.views.patch import unified_diff

LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "d\u2028e\n", "\x0c\n", "-- x\n"]), max_size=8)
TEXTS = st.builds(lambda lines, end: "".join(lines) + end, LINES, st.sampled_from(["", "", "no end"]))


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS)
def test_patch_makes_the_one_of_the_other(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(before.encode())
    told = unified_diff("a.ttl", before.encode(), after.encode())
    assert (told == "") is (before == after)
    if told:
        command = ["patch", "--quiet", "--binary", "--force", str(file)]
        subprocess.run(command, input=told.encode(), check=True, capture_output=True)
        assert (file.read_bytes() if file.exists() else b"") == after.encode()


def test_a_name_stays_on_its_line() -> None:
    assert unified_diff("a\nb", b"x\n", b"y\n").splitlines()[2].startswith("@@")
