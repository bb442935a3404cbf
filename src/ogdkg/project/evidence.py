"""Which values of a passage's statements its document must bear out (`[evidence]`)."""

from __future__ import annotations

from ogdkg.config.config_file import ConfigFile
from ogdkg.lean import NamedTuple
from ogdkg.project.tables import read_properties


class Evidence(NamedTuple):
    """Which values of a passage's statements its document must bear out (`[evidence]`).

    Attributes:
        values: The properties whose values must stand in the words of the passage; None for every
            number, date and mailbox.
        positions: The properties whose values say which item of its list the passage is.
    """

    values: tuple[str, ...] | None = None
    positions: tuple[str, ...] = ()


def read_evidence(document: ConfigFile) -> Evidence:
    """Read the keys of `[evidence]` about values; `house` reads the others, and refuses unknown ones."""
    is_given = document.get("evidence", "values") is not None
    values = read_properties(document, "evidence", "values")
    return Evidence(values if is_given else None, read_properties(document, "evidence", "positions"))
