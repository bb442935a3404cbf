"""A patch that `patch` applies, whatever ends the lines."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogdkg.render.views import patch as patches
from ogdkg.render.views.patch import unified_diff

LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "d\u2028e\n", "\x0c\n", "-- x\n"]), max_size=8)
TEXTS = st.builds(lambda lines, end: "".join(lines) + end, LINES, st.sampled_from(["", "", "no end"]))


@pytest.mark.parametrize("short", [0, 4, 2000])  # lines that difflib compares
@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch here")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS)
def test_patch_makes_the_one_of_the_other(short: int, before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(before.encode())
    with patch.object(patches, "_SHORT", short):
        told = "".join(unified_diff("a.ttl", before.encode(), after.encode()))
    assert (told == "") is (before == after)
    if told:
        command = ["patch", "--quiet", "--binary", "--force", str(file)]
        subprocess.run(command, input=told.encode(), check=True, capture_output=True)
        assert (file.read_bytes() if file.exists() else b"") == after.encode()


def test_a_name_stays_on_its_line() -> None:
    assert list(unified_diff("a\nb", b"x\n", b"y\n"))[2].startswith("@@")


def test_what_is_common_is_found_in_long_texts_too() -> None:
    before = "".join(f"line {n}\n" for n in range(5000))
    after = before.replace("line 17\n", "").replace("line 4000\n", "line 4000\nmore\n")
    told = "".join(unified_diff("a", before.encode(), after.encode())).splitlines()
    assert [line for line in told[2:] if line[0] in "+-"] == ["-line 17", "+more"]
    assert [line for line in told if line.startswith("@@")] == ["@@ -15,7 +15,6 @@", "@@ -3999,6 +3998,7 @@"]


def test_the_time_grows_with_the_text_alone() -> None:
    """Each line is laid out as two, the first of which many share: what took difflib minutes."""
    before = "".join(f"ex:a{n} a ex:C ; ex:p {n} .\n" for n in range(30_000))
    after = "".join(f"ex:a{n} a ex:C ;\n  ex:p {n % 50} .\n\n" for n in range(30_000))
    begin = time.process_time()
    told = "".join(unified_diff("a", before.encode(), after.encode()))
    assert told.count("\n-") > 29_000 and time.process_time() - begin < 5
