"""The JSON Schema of a configuration file, by which editors complete and check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ogdkg.config.settings import (
    FLAG,
    NUMBER,
    ROWS,
    RULES,
    TABLE,
    TABLES,
    TEXT,
    TEXT_OR_TEXTS,
    TEXTS,
    VALUE,
    VALUES,
    Setting,
    Settings,
    Table,
)

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_TYPES: Mapping[str, Schema] = {
    TEXT: _TEXT,
    TEXTS: _TEXTS,
    TEXT_OR_TEXTS: {"anyOf": [_TEXT, _TEXTS]},
    FLAG: {"type": "boolean"},
    NUMBER: {"type": "integer", "minimum": 1},
    VALUE: {"type": ["string", "number", "boolean"]},
    TABLE: {"type": "object", "additionalProperties": _TEXT},
    VALUES: {"type": "object"},
    ROWS: {"type": "array", "items": {"type": "array"}},
    TABLES: {"type": "array", "items": {"type": "object"}},
}


def json_schema(settings: Settings, title: str, severities: Sequence[str] = ()) -> Schema:
    """Return the JSON Schema (draft 7, which editors of TOML know) of a kind of file.

    Args:
        settings: Its keys.
        title: What the file is called.
        severities: The severities that a table of house rules may give.
    """
    top = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return top | _table(settings, "", severities)


def _table(settings: Settings, name: str, severities: Sequence[str]) -> Schema:
    """The schema of a table: its own keys, and the tables below it."""
    own = next((table for table in settings.tables if table.name == name), Table(name, ""))
    properties: Schema = {each.key: _setting(each, severities) for each in own.settings}
    for key in settings.keys(name):
        if key not in properties:
            properties[key] = _table(settings, f"{name}.{key}" if name else key, severities)
    named = f"{name}.*" if name else "*"  # tables under names of one's own
    has_names = any(table.name == named for table in settings.tables)
    schema: Schema = {"type": "object"}
    if own.meaning:
        schema["description"] = own.meaning
    if properties:
        schema["properties"] = properties
    schema["additionalProperties"] = _table(settings, named, severities) if has_names else _others(own)
    if required := [each.key for each in own.settings if each.is_required]:
        schema["required"] = required
    return {"type": "array", "items": schema} if own.is_repeated else schema


def _others(table: Table) -> Schema | bool:
    return _TEXT if table.own else False


def _setting(setting: Setting, severities: Sequence[str]) -> Schema:
    told = {"description": setting.meaning[:1].upper() + setting.meaning[1:] + "."}
    if setting.kind == RULES:
        names = list(setting.choices)
        by_name = {
            "additionalProperties": False,
            "properties": {each: {"enum": [*severities]} for each in names},
        }
        return told | {"anyOf": [{"type": "array", "items": {"enum": names}}, {"type": "object"} | by_name]}
    schema = told | _TYPES[setting.kind]
    return schema | {"enum": list(setting.choices)} if setting.choices else schema
