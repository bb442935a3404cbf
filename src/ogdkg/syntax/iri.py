"""Relative IRI references resolved against a base, by RFC 3986, section 5.2 (strict)."""

from __future__ import annotations

import re

# RFC 3986, appendix B.
_PARTS = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Parts = tuple[str | None, str | None, str, str | None, str | None]


def is_absolute(reference: str) -> bool:
    """Return whether a reference begins with a scheme.

    >>> is_absolute("urn:x"), is_absolute("x/y:z")
    (True, False)
    """
    return _SCHEME.match(reference) is not None


def resolve(reference: str, base: str) -> str:
    """Resolve a reference against a base; an absolute one is left alone (Turtle, 6.3).

    >>> resolve("../g", "http://a/b/c/d;p?q")
    'http://a/b/g'
    >>> resolve("?y", "http://a/b/c/d;p?q")
    'http://a/b/c/d;p?y'
    """
    scheme, authority, path, query, fragment = split(reference)
    if scheme is not None:
        return reference
    base_scheme, base_authority, base_path, base_query, _ = split(base)
    if authority is not None:
        return _join((base_scheme, authority, remove_dot_segments(path), query, fragment))
    if not path:
        query = base_query if query is None else query
        return _join((base_scheme, base_authority, base_path, query, fragment))
    path = path if path.startswith("/") else _merge(path, base_authority, base_path)
    return _join((base_scheme, base_authority, remove_dot_segments(path), query, fragment))


def split(reference: str) -> Parts:
    """Return scheme, authority, path, query and fragment; None for a missing part."""
    match = _PARTS.fullmatch(reference)
    assert match is not None, "every part of the pattern is optional"
    scheme, authority, path, query, fragment = match.groups()
    return scheme, authority, path or "", query, fragment


def remove_dot_segments(path: str) -> str:
    """Return a path without `.` and `..` segments (RFC 3986, 5.2.4).

    >>> remove_dot_segments("/a/b/c/./../../g")
    '/a/g'
    """
    kept: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        if segment == ".." and len(kept) > (1 if path.startswith("/") else 0):
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
        if segment in (".", "..") and number == len(segments) - 1:
            kept.append("")
    return "/".join(kept)


def _merge(path: str, authority: str | None, base_path: str) -> str:
    """Replace the last segment of the base's path by the reference's path (RFC 3986, 5.2.3)."""
    if authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _join(parts: Parts) -> str:
    """Join the parts again (RFC 3986, 5.3)."""
    scheme, authority, path, query, fragment = parts
    text = "" if scheme is None else scheme + ":"
    text += "" if authority is None else "//" + authority
    text += path
    text += "" if query is None else "?" + query
    return text + ("" if fragment is None else "#" + fragment)
