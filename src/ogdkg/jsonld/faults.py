"""What the algorithms of JSON-LD find wrong, before its place is known."""

from __future__ import annotations

from typing import Any


class JsonLdError(Exception):
    """An error that ends the algorithms, at an object of the document or of a context.

    Attributes:
        message: What is wrong, in one sentence.
        holder: The object that it is in, by identity.
        key: The key in that object; None for the object as a whole.
        hint: What to do about it.
    """

    def __init__(self, message: str, holder: Any = None, key: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.holder, self.key, self.hint = message, holder, key, hint


def brief(value: Any) -> str:
    """A value of a document for a message, as JSON has it, in short.

    >>> brief({"a": 1})
    'an object'
    """
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, str):
        return '"' + (value if len(value) <= 80 else value[:77] + "…") + '"'
    return {None: "null", True: "true", False: "false"}.get(value, str(value)[:80])
