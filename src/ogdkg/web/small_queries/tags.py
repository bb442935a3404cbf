"""What the entity tags of a query's answers depend on: the order of rows is another where a worker answers.

Whoever has one of the two answers needs neither again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def version_of_process(ask: Mapping[str, Any], base: str | None) -> str:
    """Return what an answer of an answering process depends on, besides the graph.

    Args:
        ask: The query.
        base: What its relative IRIs are relative to; None where it has none.
    """
    return repr((ask["text"], ask.get("default"), ask.get("named"), base))


def version_of_worker(ask: Mapping[str, Any]) -> str:
    """Return what an answer of a worker depends on, besides the graph."""
    return f"at once {ask['text']}"
