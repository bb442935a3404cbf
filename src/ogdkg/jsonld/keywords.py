"""The keywords of JSON-LD 1.1, and what has their form."""

from __future__ import annotations

import re

_ALL = """@base @container @context @direction @graph @id @import @included @index @json @language @list @nest
@none @prefix @propagate @protected @reverse @set @type @value @version @vocab"""
KEYWORDS = frozenset(re.split(r"\s", _ALL))
_FORM = re.compile(r"@[A-Za-z]+")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def has_keyword_form(text: str) -> bool:
    """Whether a text is reserved for keywords of the future (Syntax, 1.7), and so is ignored."""
    return text[:1] == "@" and _FORM.fullmatch(text) is not None


def is_absolute(text: str) -> bool:
    """Whether a text begins with a scheme."""
    return _ABSOLUTE.match(text) is not None


def is_node_name(text: object) -> bool:
    """Whether a value names a node: by an absolute IRI, or as a blank node."""
    return isinstance(text, str) and (text[:2] == "_:" or is_absolute(text))
