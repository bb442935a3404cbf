"""Checks the arguments of a call by the schema of its tool, in the words of whoever made the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogdkg.errors import nearest
from ogdkg.web.assistant.listing import TOOLS
from ogdkg.web.assistant.tool_answers import Answer, refusal

_TYPES: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "string": ("a text", str),
    "integer": ("a whole number", int),
    "boolean": ("true or false", bool),
    "object": ("an object", dict),
}


def checked(name: str, arguments: Mapping[str, Any]) -> dict[str, Any] | Answer:
    """Return the arguments of a call with their defaults, or what is wrong with them.

    Args:
        name: The name of a tool that there is.
        arguments: What was given; null is as good as nothing.
    """
    takes = TOOLS[name].takes
    known: Mapping[str, Any] = takes["properties"]
    given = {key: value for key, value in arguments.items() if value is not None}
    for key in given:
        if key not in known:
            near = nearest(key[:100], known, 3) or list(known)
            return refusal(f"{name} has no argument {key[:100]!r}.", near=near)
    for key in takes["required"]:
        if key not in given or given[key] == "":
            return refusal(f"{name} needs the argument {key!r}.", near=[key])
    for key, value in given.items():
        if fault := _fault(known[key], value):
            return refusal(f"{key} takes {fault}.")
    usual = {key: each["default"] for key, each in known.items() if "default" in each}
    return {**usual, **{key: value for key, value in given.items() if value != ""}}


def _fault(schema: Mapping[str, Any], value: Any) -> str:
    """What a value should be that it is not; empty if it is right."""
    words, kind = _TYPES[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return words
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        return f"at most {schema['maxLength']:,} characters"
    least, most = schema.get("minimum", 0), schema.get("maximum", 0)
    if isinstance(value, int) and "minimum" in schema and not least <= value <= most:
        return f"a whole number from {least} to {most:,}"
    return ""
