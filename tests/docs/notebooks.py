"""The notebook of the documentation: run in a kernel, and written with what it shows.

`python -m tests.docs.notebooks FILE` prints it as it is after a run, as JSON.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

TOUR = ROOT / "docs" / "notebooks" / "tour.ipynb"
_AT = re.compile(r" at 0x[0-9a-f]+")


def executed(notebook: dict[str, Any], *, errors: bool = False) -> dict[str, Any]:
    """Return a notebook after a run in a kernel of this Python, at the root of the project."""
    run = [sys.executable, "-W", "ignore", "-m", "tests.docs.notebooks", *(["--errors"] if errors else [])]
    with tempfile.TemporaryDirectory() as own:  # what IPython and Jupyter keep does not go into the home
        folders = ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
        env = {**os.environ, **dict.fromkeys(folders, own), "JUPYTER_PLATFORM_DIRS": "1"}
        given = json.dumps(notebook)
        done = subprocess.run(
            run, cwd=ROOT, env=env, input=given, capture_output=True, text=True, check=False, timeout=240
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shown(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return what each cell of code shows, without what differs from run to run."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [[_stable(output) for output in cell["outputs"]] for cell in cells]


def _stable(output: dict[str, Any]) -> dict[str, Any]:
    data = {key: _AT.sub("", "".join(text)) for key, text in output.get("data", {}).items()}
    text = "".join(output.get("text", ""))
    kept = {
        key: output[key] for key in ("output_type", "name", "ename", "evalue", "traceback") if key in output
    }
    return kept | ({"data": data} if data else {}) | ({"text": text} if text else {})


def cells_of(*sources: str) -> dict[str, Any]:
    """Return a notebook with these cells of code."""
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": source, "outputs": [],
         "execution_count": None}
        for number, source in enumerate(sources)
    ]  # fmt: skip
    return {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}


_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write() -> None:
    """Write the notebook anew with what its cells show."""
    text = json.loads(TOUR.read_text("utf-8"))
    done = executed(text)
    for cell in done["cells"]:
        cell["metadata"] = {}
    done["metadata"] = _METADATA
    if shown(done) != shown(text):
        TOUR.write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _main() -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.reads(sys.stdin.read(), as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors="--errors" in sys.argv[1:],
        resources={"metadata": {"path": str(Path.cwd())}},
    )  # fmt: skip
    client.execute()
    print(nbformat.writes(notebook))


if __name__ == "__main__":
    _main()
