"""The table of rooms in docs/architecture.md, made from the packages' docstrings and imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT
from tests.test_architecture import MODULES, ROOMS, SOURCE, _imports, _name, _room

PAGE = ROOT / "docs" / "architecture.md"
_TABLE = re.compile(r"(?<=<!-- rooms -->\n).*?(?=<!-- end -->)", re.DOTALL)


def table() -> str:
    """The rooms from the top down: what each is for, where to start reading, and the rooms it stands on."""
    lines = ["| room | what it is for | start at | stands on |", "|---|---|---|---|"]
    return "\n".join([*lines, *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    imports = arrows()
    for room in reversed(ROOMS):
        path = SOURCE / room.replace(".", "/")
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        purpose = " ".join(text.partition("\n\n")[0].split()).rstrip(".")
        start = re.search(r"Start reading at `([^`]+)`", text)
        start_at = f"`{start[1]}`" if start else ""
        through = {far for near in imports[room] for far in _reached(near, imports)}
        below = ", ".join(f"`{each}`" for each in ROOMS if each in imports[room] - through)
        yield f"| `{room}` | {purpose} | {start_at} | {below} |"


def _reached(room: str, imports: dict[str, set[str]]) -> set[str]:
    """The rooms below a room, at any depth."""
    return imports[room].union(*(_reached(each, imports) for each in imports[room]))


def arrows() -> dict[str, set[str]]:
    """The rooms that each room imports."""
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for path in MODULES:
        room = _room(_name(path))
        if room:
            there = {
                _room(each.removeprefix("ogdkg.")) for each in _imports(path) if each.startswith("ogdkg.")
            }
            found[room] |= there - {room, ""}
    return found


def written(page: Path = PAGE) -> str:
    """The page with the table as it is now."""
    return _TABLE.sub(lambda _: table(), page.read_text(encoding="utf-8"))


def write() -> None:
    """Write the table into the page."""
    PAGE.write_text(written(), encoding="utf-8")
