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
        return f"{shown(self.path)}:{self.line}" if self.line else shown(self.path)


Stage = Sequence[Sequence[Sequence[RuleQuery]]]  # as `store.base.Stage`
Program = Sequence[Stage]
