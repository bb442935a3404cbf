"""Statements as they are typed: a command takes a line, and SPARQL as many as it needs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ogdkg.errors import UsageError
from ogdkg.lean import NamedTuple

_BEGIN = re.compile(r"(?:SELECT|ASK|CONSTRUCT|DESCRIBE|PREFIX|BASE|INSERT|DELETE)(?![\w:.-])", re.IGNORECASE)
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE"))
# What may stand in a line of SPARQL, as far as it matters where a query ends.
_PIECE = re.compile(
    r"""(?P<comment>\#.*) | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>) | (?P<long>\"{3}|'{3})
    | (?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+') | (?P<opening>[({\[]) | (?P<closing>[)}\]])
    | (?P<end>;) | (?P<word>[A-Za-z_](?:[\w:.-]|\\.)*+) | (?P<space>\s++) | (?P<other>\\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_ENDS = {
    quote: re.compile(rf"(?:[^{quote[0]}\\]|\\.|{quote[0]}(?!{quote[1:]}))*+{quote}")
    for quote in ('"""', "'''")
}


class Statement(NamedTuple):
    """What is typed: the words of a command, or a query."""

    text: str
    is_query: bool = False


class Statements:
    """Collects lines until they are statements.

    A query ends with `;` outside all brackets, or with an empty line once it is whole; two empty lines end it
    in any case. A line with `#` before a statement is a comment.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._query = _Query()

    @property
    def is_open(self) -> bool:
        """Whether a query has begun that has not ended."""
        return bool(self._lines)

    def add(self, line: str) -> list[Statement]:
        """Take a line without its end, and return the statements that end there."""
        found: list[Statement] = []
        if self._lines and not line.strip():
            return self._after_empty(line)
        while line.strip():
            if not self._lines and not _BEGIN.match(line.lstrip()):
                return [*found, *_command(line.strip())]
            end = self._query.read(line)
            self._lines.append(line if end is None else line[:end])
            if end is None:
                break
            found += self.end()
            line = line[end + 1 :]
        return found

    def end(self) -> list[Statement]:
        """Return the query that has begun, as nothing more of it comes."""
        text = "\n".join(self._lines).strip()
        self._lines, self._query = [], _Query()
        return [Statement(text, is_query=True)] if text else []

    def _after_empty(self, line: str) -> list[Statement]:
        is_second = not self._lines[-1].strip()
        if not self._query.quote and (self._query.is_whole or is_second):
            return self.end()
        self._query.read(line)
        self._lines.append(line)
        return []


class _Query:
    """How far a query has come, line by line."""

    def __init__(self) -> None:
        self.quote = ""  # of the text over several lines that is open
        self._depth = self._groups = 0
        self._form = self._after_form = ""

    @property
    def is_whole(self) -> bool:
        """Whether a query may end here."""
        if self._depth > 0 or self.quote or not self._after_form:
            return False
        has_template = self._form == "CONSTRUCT" and self._after_form == "{"
        return self._form == "DESCRIBE" or self._groups > has_template

    def read(self, line: str) -> int | None:
        """Go on over a line; return the place of the `;` that ends the query, if there is one."""
        at = 0
        while at < len(line):
            if self.quote:
                closed = _ENDS[self.quote].match(line, at)
                if closed is None:
                    return None
                self.quote, at = "", closed.end()
                continue
            piece = _PIECE.match(line, at)
            assert piece is not None  # `other` takes any character
            at = piece.end()
            if self._is_end(piece.lastgroup or "", piece.group()):
                return piece.start()
        return None

    def _is_end(self, kind: str, text: str) -> bool:
        if kind in ("comment", "space"):
            return False
        if self._form and not self._after_form:
            self._after_form = text
        if kind == "long":
            self.quote = text
        elif kind == "opening":
            self._depth += 1
        elif kind == "closing":
            self._depth -= 1
            self._groups += self._depth == 0 and text == "}"
        elif kind == "word" and not self._form and text.upper() in _FORMS:
            self._form = text.upper()
        return kind == "end" and self._depth <= 0


def _command(line: str) -> Iterator[Statement]:
    """Yield the command of a line, which may end with `;` as a query does; nothing for a comment."""
    if line.endswith(";") and not line.endswith("\\;"):
        line = line.rstrip("; \t")
    if line and not line.startswith("#"):
        yield Statement(line)


def words_of(text: str) -> list[str]:
    """Return the words of a command, quoted as in a shell of POSIX.

    Raises:
        UsageError: A quotation mark is not closed, or there is a character that no command line can have.
    """
    if "\0" in text:
        raise UsageError("The line has a NUL character, which no command takes.")
    try:
        return shlex.split(text)
    except ValueError as error:
        hint = "Close it, or write \\ before one that is meant as such."
        raise UsageError("A quotation mark is not closed.", hint=hint) from error
