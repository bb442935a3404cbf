"""What errors say of options of the command line, in the words of the Python API."""

from __future__ import annotations

import re
from typing import TypeVar

from ogdkg.errors import OgdkgError

E = TypeVar("E", bound=OgdkgError)
_SAID = {
    "`ogdkg query` lists them": "`graph.queries` lists them",
    "use --layer all": "open the graph without `layers`",
    "--timeout or OGDKG_TIMEOUT": "`open_graph(timeout=…)`",
    "--trust": "`open_graph(trust=True)`",
    "--no-cache": "`open_graph(cache=False)`",
    "-C DIR": "`open_graph(DIR)`",
    "--layer": "`layers`",
    "--lang": "`languages`",
    "--class": "`class_`",
}
_ANY = re.compile(
    "|".join(map(re.escape, _SAID))
    + r"|`ogdkg [^`]*`|(?<![\w'-])--([a-z]+(?:-[a-z]+)*)|(?<![\w-])-f (?=[a-z])"  # a command stays
)
_PARAMETER = re.compile(r"^--([a-z]\w*):")  # whose value is wrong


def in_python(error: E) -> E:
    """Put what an error says and advises in the words of Python: `--since` is `since=`."""
    error.message = _ANY.sub(_worded, _PARAMETER.sub(r"\1:", error.message))
    if error.hint:
        error.hint = _ANY.sub(_worded, error.hint)
    return error


def place_text(file: str | None, line: int | None) -> str:
    """Return a place in a file for a table, as far as it is known."""
    return ":".join(str(part) for part in (file, line) if part is not None)


def _worded(match: re.Match[str]) -> str:
    if match[1]:
        return f"{match[1].replace('-', '_')}="
    return "the format " if match[0] == "-f " else _SAID.get(match[0], match[0])
