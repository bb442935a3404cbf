"""What a file in Turtle writes of terms: IRIs, language tags and escapes, where no parser has to look."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from ogdkg.syntax.rows import LOCAL

# IRIs that need no closer look (RFC 3987): those of a host without a port, or without a host.
_is_plain = re.compile(
    r"<[A-Za-z][A-Za-z0-9+.\-]*+:(?://[A-Za-z0-9.\-]++(?=[/#?>])|(?!//))[A-Za-z0-9_.~!$&'()*+,;=:@/?\-]*+"
    r"(?:\#[A-Za-z0-9_.~\-/]*+)?+>"
).fullmatch
_is_host = re.compile(r"[^:]+://[^/?#]*+").fullmatch
_is_local = re.compile(rf"[{LOCAL}]*+").fullmatch
_ESCAPED = re.compile(r"\\(?:u(.{4})|U(.{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class OddError(Exception):
    """A term that only a parser can tell; never leaves the room."""


def namespace(written: str) -> str:
    """A namespace that names may be put behind without a look at what comes out; OddError for others."""
    if not is_iri(f"<{written}>") or _is_host(written):
        raise OddError
    return written


def is_iri(written: str) -> bool:
    """Whether what stands in `<>` is an absolute IRI."""
    if not _is_plain(written):
        try:
            NamedNode(written[1:-1])
        except ValueError:
            return False
    return True


def are_names(space: str, begin: str) -> bool:
    """Whether a name of a namespace may stand for what begins so."""
    return begin.startswith(space) and _is_local(begin[len(space) :]) is not None


def language_of(written: str) -> str:
    """A language tag as the engine has it; OddError for one that it refuses, or that has a direction."""
    try:
        found = Literal("", language=written).language
    except ValueError:
        found = None
    if not found or "--" in written:
        raise OddError
    return found


def unescaped(written: str) -> str:
    """A literal in one pair of quotes, without escapes."""
    end = written.rindex('"')
    quotes = 3 if written.startswith('"""') else 1
    form = _ESCAPED.sub(_character, written[quotes : end + 1 - quotes])
    return f'"{form}"{written[end + 1 :]}'


def _character(escape: re.Match[str]) -> str:
    if escape[3]:
        return _CHARACTERS.get(escape[3], escape[3])
    return chr(int(escape[1] or escape[2], 16))
