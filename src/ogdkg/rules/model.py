"""Rules as values: their queries, and the order in which they run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ogdkg.files.names import shown


@dataclass(frozen=True, slots=True)
class RuleQuery:
    """One rule as a query.

    Attributes:
        path: The file that it stands in.
        text: The CONSTRUCT query.
        line: The line at which it stands in a file of several.
        summary: What the file says that it does.
    """

    path: Path
    text: str
    line: int | None = None
    summary: str = ""

    @property
    def name(self) -> str:
        """How messages call it: its file, and its line there."""
        return self.at(shown(self.path))

    def at(self, file: str) -> str:
        """Its file by another name, with its line."""
        return f"{file}:{self.line}" if self.line else file


Program = Sequence[Sequence[Sequence[Sequence[RuleQuery]]]]  # as `store.base.Stage`
