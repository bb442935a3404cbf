"""The same question for other clients: SPARQL, curl, Python, and the command line."""

from __future__ import annotations

import keyword
import shlex
from typing import NamedTuple

from ogdkg.web.questions.asked import Asked


class Elsewhere(NamedTuple):
    """A way to ask the same: what it is called, and what to type."""

    name: str
    text: str


def elsewhere(asked: Asked, suffix: str) -> list[Elsewhere]:
    """Return how to ask a question otherwise.

    Args:
        asked: The question, with the full address of the server.
        suffix: The format that `curl` asks for, such as `.csv`.
    """
    return [
        Elsewhere("Command line", _command_line(asked)),
        Elsewhere("Python", _python(asked)),
        Elsewhere("curl", f"curl {shlex.quote(asked.address(suffix))}"),
    ]


def without_header(text: str) -> str:
    """Return the text of a query without the header that it begins with."""
    lines = text.splitlines(keepends=True)
    while lines and (lines[0].startswith("#+") or not lines[0].strip()):
        del lines[0]
    return "".join(lines).rstrip() + "\n"


def _command_line(asked: Asked) -> str:
    options = [f" --{name} {shlex.quote(text)}" for name, text in asked.pairs]
    return f"ogdkg query {shlex.quote(asked.query.name)}{''.join(options)}"


def _python(asked: Asked) -> str:
    given = [
        f"{name}_={value!r}" if keyword.iskeyword(name) else f"{name}={value!r}"
        for name, value in asked.arguments.items()
    ]
    call = ", ".join([repr(asked.query.name), *given])
    return f"from ogdkg import open_graph\nopen_graph().query({call})"
