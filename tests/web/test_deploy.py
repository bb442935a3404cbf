"""The files of docs/deploy: their options are those of the command, and systemd accepts the unit."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import ROOT

from ogdkg.cli.commands.serve import command

FILES = sorted((ROOT / "docs" / "deploy").iterdir())
PAGES = [ROOT / "docs" / "deploy.md", ROOT / "docs" / "serving.md", ROOT / "docs" / "pages.md"]


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=lambda path: path.name)
def test_an_option_is_one_of_the_command(path: Path) -> None:
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:ogdkg (?:-C \S+ )?(?:--trust )?serve|ENTRYPOINT|CMD) (.*)", text)
    options = re.findall(r"--[a-z][a-z-]+", " ".join(named))
    assert [option for option in options if option not in known | {"--interval", "--timeout"}] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = (ROOT / "docs" / "deploy" / "ogdkg.service").read_text(encoding="utf-8")
    unit = re.sub(r"(?<=ExecStart=)\S+", "/bin/true", unit)  # the program need not be installed
    (tmp_path / "ogdkg.service").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "ogdkg.service"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
