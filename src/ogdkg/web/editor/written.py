"""What the address of the query page says: a query, and which part of its answer is shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlencode

from ogdkg.catalogue.header import Header, parse_header
from ogdkg.sparql.traits import traits
from ogdkg.web.http.request import only

PATH = "/query"
QUERY = "query"
_FIELDS = ("sort", "page", "view", "by", "find")
_LONGEST = 4_000  # letters of a field beside the query


class Written:
    """A query that somebody wrote, in the place of a stored one.

    Args:
        given: The fields of the address.
        base: The address of the server, without a slash at the end.

    Attributes:
        text: The query; empty where none is given.
        base: The address of the server.
        values: What stored queries have as values; none here.
    """

    def __init__(self, given: Mapping[str, list[str]], base: str) -> None:
        # A form sends the ends of lines as CR LF; a place in the text counts the lines that were written.
        self.text = (only(given, QUERY) or "").replace("\r\n", "\n")
        self._given, self.base = given, base
        self.values: dict[str, list[str]] = {}

    @property
    def query(self) -> Written:
        """Itself, where a question has its stored query."""
        return self

    @cached_property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE; empty where there is none."""
        return traits(self.text).form or ""

    @cached_property
    def header(self) -> Header:
        """The header of a query without one."""
        return parse_header("", QUERY)

    @staticmethod
    def name(field: str) -> str:
        """Return what a field is called."""
        return field

    def field(self, name: str) -> str:
        """Return the value of a field, the last that is given; empty if there is none."""
        return (self._given.get(name) or [""])[-1][:_LONGEST]

    def fields(self, *without: str) -> list[tuple[str, str]]:
        """Return the query and the fields, as a form hides them."""
        own = [(name, self.field(name)) for name in _FIELDS if name not in without]
        return [(QUERY, self.text), *((name, text) for name, text in own if text)]

    def address(self, suffix: str = "", **changes: str) -> str:
        """Return the address of the query.

        Args:
            suffix: `.csv` and the like, for the whole answer.
            changes: New values of fields; the others stay, but for the page, which begins anew.
        """
        pairs = [(QUERY, self.text)]
        if not suffix:
            own = {name: self.field(name) for name in _FIELDS if name != "page"} | changes
            pairs += [(name, text) for name, text in own.items() if text]
        return f"{self.base}{PATH}{suffix}?{urlencode(pairs, errors='replace')}"
