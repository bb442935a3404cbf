"""The options of `ogdkg serve`: what its help tells, and the settings that they make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from ogdkg.cli.commands.serve import command
from ogdkg.cli.serving import _GROUPS
from ogdkg.cli.session import Session
from ogdkg.web.http.settings import Settings
from tests.projects import make_small


def test_help_is_in_groups_of_eighty_columns() -> None:
    told = CliRunner().invoke(command, ["--help"], terminal_width=80).output
    titles = [line for line in told.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [f"{title}:" for title in (*_GROUPS, "Other options")]
    assert max(map(len, told.splitlines())) <= 80
    assert "[default: 60]" not in told  # that of other commands
    for param in command.params:
        if isinstance(param, click.Option):
            assert told.count(f" {param.opts[0]}") >= 1


@pytest.mark.parametrize(
    ("given", "seconds"), [((), 10.0), (("--timeout", "60"), 60.0), (("--timeout", "2.5"), 2.5)]
)
def test_the_time_limit_is_that_of_servers_or_the_users(
    given: tuple[str, ...], seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Settings] = []

    def serve(opened: Any, settings: Settings, tell: Any) -> None:
        found.append(settings)

    monkeypatch.setattr("ogdkg.web.server.serve", serve)
    arguments = ["-C", str(make_small(tmp_path)), *given]
    done = CliRunner().invoke(command, arguments, obj=Session(), catch_exceptions=False)
    assert (done.exit_code, found[0].seconds, found[0].processes) == (0, seconds, 4)
