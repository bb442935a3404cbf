"""What every new project has beside its graph: how it is checked, and where to begin."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ogdkg import __version__
from ogdkg.config.schema import json_schema
from ogdkg.project.keys import SEVERITIES, TOML
from ogdkg.scaffold.toml import SCHEMA_NAME

_IGNORED = """# What tools leave behind.
.venv/
__pycache__/
public/
.DS_Store
*.swp
*~
"""
_HOOKS = """# Checks before each commit, once `pre-commit install` has run (https://pre-commit.com).
# They use the ogdkg of the environment that you commit from.
repos:
  - repo: local
    hooks:
      - id: ogdkg-fmt
        name: ogdkg fmt
        entry: ogdkg -q fmt --check {folders}
        language: system
        pass_filenames: false
        files: \\.(ttl|trig)$
      - id: ogdkg-validate
        name: ogdkg validate
        entry: ogdkg -q validate
        language: system
        pass_filenames: false
        files: \\.(ttl|trig|nt|nq|rdf|owl|jsonld|rq|toml)$
      - id: ogdkg-test
        name: ogdkg test
        entry: ogdkg -q test
        language: system
        pass_filenames: false
        files: \\.(ttl|trig|nt|nq|rdf|owl|jsonld|rq|toml|yaml)$
"""
_WORKFLOW = """# Checks of every push and pull request, on GitHub.
name: check
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {{ python-version: "3.12" }}
      - run: pip install "ogdkg=={version}"   # or however you install ogdkg
      - run: ogdkg fmt --check {folders}
      - run: ogdkg validate -f github
      - run: ogdkg test
{more}"""


def surroundings(folders: Sequence[str], more: Sequence[str] = ()) -> dict[str, str]:
    """Return the files beside the graph, by name.

    Args:
        folders: What `ogdkg fmt` checks.
        more: Further commands that check it.
    """
    listed = " ".join(folders)
    steps = "".join(f"      - run: {command}\n" for command in more)
    return {
        ".gitignore": _IGNORED,
        ".pre-commit-config.yaml": _HOOKS.format(folders=listed),
        ".github/workflows/check.yml": _WORKFLOW.format(version=__version__, folders=listed, more=steps),
        SCHEMA_NAME: json.dumps(json_schema(TOML, "ogdkg.toml", SEVERITIES), indent=2, ensure_ascii=False)
        + "\n",
    }
