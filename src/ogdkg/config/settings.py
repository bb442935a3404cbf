"""The keys that a configuration file may have: one table, which readers, documentation and editors share.

A reader asks a `Settings` which keys a table takes, so a key without a row here is unknown.
"""

from __future__ import annotations

from ogdkg.lean import NamedTuple

Key = tuple[str | int, ...]  # a path of keys, and of indexes of lists, from the top of a document

TEXT = "text"
TEXTS = "list of texts"
TEXT_OR_TEXTS = "text, or list of texts"
FLAG = "true or false"
NUMBER = "whole number"
VALUE = "any single value"
TABLE = "table of texts"
VALUES = "table of values"
ROWS = "list of rows"
TABLES = "list of tables"
RULES = "list of texts, or table of severities"


class Setting(NamedTuple):
    """One key.

    Attributes:
        key: The key, as it is written.
        kind: The kind of its value, one of those above.
        meaning: What it says, in a phrase.
        example: A value, as it is written.
        default: What holds without it; empty for nothing.
        choices: The values that it may have; empty for any.
        is_required: Whether the file is in error without it.
    """

    key: str
    kind: str
    meaning: str
    example: str
    default: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False


class Table(NamedTuple):
    """A table of keys.

    Attributes:
        name: Its path: `project`, `pages.map`, `things.*` for one with a name of your own; empty for the top.
        meaning: What it is for, in a sentence.
        settings: Its keys; none where every key is your own.
        is_repeated: Whether there may be several, each with `[[name]]` above it.
        own: An example of keys of your own, where it takes them: a line as it is written.
    """

    name: str
    meaning: str
    settings: tuple[Setting, ...] = ()
    is_repeated: bool = False
    own: str = ""


class Settings(NamedTuple):
    """The tables of one kind of file."""

    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """The table with a name, which there must be."""
        return next(table for table in self.tables if table.name == name)

    def keys(self, name: str = "") -> tuple[str, ...]:
        """The keys that a table takes: those of its rows, and the tables below it."""
        begin = f"{name}." if name else ""
        own = (setting.key for table in self.tables if table.name == name for setting in table.settings)
        below = (
            table.name.removeprefix(begin).partition(".")[0]
            for table in self.tables
            if table.name.startswith(begin)
        )
        return tuple(dict.fromkeys((*own, *(part for part in below if part not in ("", "*")))))
