"""Writes two versions of a text as a unified diff."""

from __future__ import annotations

import difflib

from ogdkg.text.escape import one_line


def unified_diff(name: str, before: bytes, after: bytes) -> str:
    """Return a unified diff; line ends are those of the texts.

    >>> print(unified_diff("a.ttl", b"a\\nb\\n", b"a\\n"), end="")
    --- a.ttl
    +++ a.ttl
    @@ -1,2 +1 @@
     a
    -b
    """
    name = one_line(name)
    lines = difflib.unified_diff(_lines(before), _lines(after), name, name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: bytes) -> list[str]:
    """Split at LF only: a long string may contain any other separator."""
    found = text.decode().split("\n")
    return [line + "\n" for line in found[:-1]] + [line for line in found[-1:] if line]
