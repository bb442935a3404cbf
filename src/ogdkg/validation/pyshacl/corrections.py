"""Where pySHACL errs against the specification: each mistake mended at its one place, when the worker starts.

Written for the version that is installed; `tests/unit/validation/pyshacl/test_corrections.py` holds each, and
docs/validation.md lists them.
"""

from __future__ import annotations

from typing import Any

from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper


def apply() -> None:
    """Put the corrections in place, for the whole process."""
    SPARQLQueryHelper.check_invalid_sparql = _allowed  # type: ignore[method-assign]


def _allowed(*_: Any, **__: Any) -> bool:
    """Appendix A of SHACL, by expressions over the whole text: a word in a string or a comment counts.

    `core.queries` has refused, by tokens, what is not allowed.
    """
    return True
