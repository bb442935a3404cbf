"""What the process of pyshacl tells of shapes that it cannot use."""

from __future__ import annotations

from typing import Any


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
