"""How an IRI is written in the place of another: as a name if that was one, else between angle brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.syntax.iri import is_absolute, resolve
from ogdkg.syntax.names import is_name

_PLAIN = re.compile(r"[A-Za-z0-9_:]|%[0-9A-Fa-f]{2}")
_SIGNS = "_~.-!$&'()*+,;=/?#@%"


def local_part(text: str) -> str | None:
    r"""Return the end of an IRI as Turtle and SPARQL write it after a prefix; None if they cannot.

    Turtle, 6.5 (PN_LOCAL): full stops may stand within, hyphens but at the beginning; other signs take a
    backslash.

    >>> local_part("v1.2-b"), local_part("bank#quote."), local_part("%41/b"), local_part("a[1]")
    ('v1.2-b', 'bank\\#quote\\.', '%41\\/b', None)
    """
    parts, at = [], 0
    while at < len(text):
        sign, plain = text[at], _PLAIN.match(text, at)
        is_within = at > 0 and (sign == "-" or (sign == "." and at < len(text) - 1))
        if plain or is_within:
            parts.append(plain[0] if plain else sign)
        elif sign.isascii():
            if sign not in _SIGNS:
                return None
            parts.append("\\" + sign)
        elif is_name(sign) or (at and is_name("a" + sign)):
            parts.append(sign)
        else:
            return None
        at += len(parts[-1]) if plain else 1
    return "".join(parts)


def as_name(iri: str, prefixes: Mapping[str, str], own: str | None = None) -> str | None:
    """Return the name of an IRI: one without escapes, by its own prefix, by the longest namespace.

    Args:
        iri: The IRI.
        prefixes: The prefixes in force.
        own: The prefix to keep, where that can be.
    """
    found = [
        ("\\" in local, prefix != own, -len(namespace), f"{prefix}:{local}")
        for prefix, namespace in prefixes.items()
        if namespace and iri.startswith(namespace)
        and (local := local_part(iri[len(namespace) :])) is not None
    ]  # fmt: skip
    return min(found)[-1] if found else None


def respelled(raw: str, iri: str, prefixes: Mapping[str, str], base: str | None = None) -> str:
    """Return an IRI as it is written in the place of another.

    Args:
        raw: How the other is written: `<…>`, or a name.
        iri: The IRI.
        prefixes: The prefixes in force.
        base: The base in force.
    """
    if not raw.startswith("<"):
        return as_name(iri, prefixes, raw.partition(":")[0]) or f"<{iri}>"
    if base and not is_absolute(raw[1:-1]):
        folder = base[: base.rfind("/") + 1]
        reference = iri[len(folder) :] if folder and iri.startswith(folder) else iri
        if not is_absolute(reference) and resolve(reference, base) == iri:
            return f"<{reference}>"
    return f"<{iri}>"
