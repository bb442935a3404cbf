"""What the process of pyshacl tells of shapes that it cannot use."""

from __future__ import annotations

from typing import Any

from pyparsing import ParseException


class AtNodeError(Exception):
    """What is wrong with a node of the shapes."""

    def __init__(self, reason: str, node: Any) -> None:
        super().__init__(reason, node)
        self.reason = reason
        self.node = node


class UnrunnableQueryError(Exception):
    """A query of the shapes, with the prefixes and the path put in, that is not run, and why."""

    def __init__(self, reason: Exception, query: str) -> None:
        super().__init__(reason, query)
        self.reason = reason
        self.query = query


class UnreadableQueryError(Exception):
    """A query that cannot be read, by its number, and why; `start` is where its author's text begins."""

    def __init__(self, reason: Exception, number: int, start: int) -> None:
        super().__init__(reason, number, start)
        self.reason = reason
        self.number = number
        # rdflib's parser says where; whatever else goes wrong is about the whole query
        self.offset = max(reason.loc - start, 0) if isinstance(reason, ParseException) else None
