"""The tables of keys in docs/project.md, and the JSON Schema of `ogdkg.toml`, from those of the readers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ogdkg.acceptance.keys import QUESTION
from ogdkg.catalogue.keys import HEADER
from ogdkg.config.schema import json_schema
from ogdkg.config.settings import Setting, Settings, Table
from ogdkg.importing.keys import MAPPING
from ogdkg.project.keys import SEVERITIES, TOML

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "project.md"
SCHEMA = ROOT / "src" / "ogdkg" / "project" / "ogdkg.schema.json"
KINDS = {"ogdkg.toml": TOML, "header": HEADER, "question": QUESTION, "mapping": MAPPING}


def tables(settings: Settings, *, is_toml: bool) -> str:
    """The keys of a kind of file, a table each."""
    return "\n".join(line for table in settings.tables for line in _table(table, is_toml=is_toml))


def _table(table: Table, *, is_toml: bool) -> Iterator[str]:
    if table.name:
        yield f"### {_heading(table, is_toml=is_toml)}\n"
    yield table.meaning
    if table.own:
        keys = "All other keys are your own" if table.settings else "The keys are your own"
        yield f"{keys}: `{table.own}`"
    if table.settings:
        yield "\n| key | value | example | default |\n|---|---|---|---|"
        yield from map(_row, table.settings)
    yield ""


def _heading(table: Table, *, is_toml: bool) -> str:
    name = table.name.replace("*", "NAME")
    if not is_toml:
        return f"`{name}`"
    return f"`[[{name}]]`" if table.is_repeated else f"`[{name}]`"


def _row(setting: Setting) -> str:
    choices = f"; among {', '.join(f'`{each}`' for each in setting.choices)}" if setting.choices else ""
    default = "required" if setting.is_required else _default(setting.default)
    return (
        f"| `{setting.key}` | {setting.kind}: {setting.meaning}{choices} | `{setting.example}` | {default} |"
    )


def _default(text: str) -> str:
    """A value is code, as the file would have it; words are words."""
    return f"`{text}`" if re.fullmatch(r"\[.*\]|\d+|true|false", text) else text


def written() -> str:
    """The page with the tables as they are now."""
    text = PAGE.read_text(encoding="utf-8")
    for kind, settings in KINDS.items():
        mark = re.escape(f"<!-- keys: {kind} -->\n")
        made = tables(settings, is_toml=settings in (TOML, MAPPING))
        text = re.sub(
            rf"({mark}).*?(?=<!-- end -->)",
            lambda found, made=made: found[1] + "\n" + made + "\n",
            text,
            flags=re.DOTALL,
        )
    return text


def schema() -> str:
    """The JSON Schema of `ogdkg.toml`."""
    return json.dumps(json_schema(TOML, "ogdkg.toml", SEVERITIES), indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write the tables into the page, and the schema into the package."""
    PAGE.write_text(written(), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
