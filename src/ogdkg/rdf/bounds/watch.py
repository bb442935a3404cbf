"""The base of the passes over documents: each sees every byte once, in pieces, before the parser does."""

from __future__ import annotations

from ogdkg.errors import LimitError, Place

PIECE = 2**20  # bytes seen at a time
LONGEST_NAMESPACE = 2_000  # bytes: each short name stands for that many


class Watch:
    """Sees a document piece by piece, and raises LimitError, with the line, where it asks too much."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.line = 1  # of the first byte that has not been looked at
        self.rest = b""  # what could not be told without the next piece

    def see(self, data: bytes) -> None:
        """Look at the next piece; here, at nothing."""

    def done(self, data: bytes, rest: bytes) -> None:
        """Note that all of the data has been looked at but for its end, which waits for the next piece."""
        self.line += data.count(b"\n") - rest.count(b"\n")
        self.rest = rest

    def limit(self, message: str, hint: str, newlines: int) -> LimitError:
        """The error for a place that comes after so many line ends of what is looked at."""
        return LimitError(message, place=Place(self.file, self.line + newlines), hint=hint)
