"""What to say of a prefixed name that stands for no IRI."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.errors import InputError, UnknownNameError, UnknownPrefixError
from ogdkg.rdf.namespaces import WELL_KNOWN
from ogdkg.syntax.source import Source
from ogdkg.text.slips import first_slip, quoted

_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"]*|(?:urn|mailto):[^\s<>\"]+")


def undeclared(source: Source, raw: bytes, at: int, prefix: str, declared: Mapping[str, str]) -> InputError:
    """Return the error for a name whose prefix is not declared."""
    if found := first_slip(raw.decode()):
        before, slip = found
        return source.error(at + len(raw.decode()[:before].encode()), slip.message, slip.hint)
    rest = bytes(source.data[at : at + 500]).decode(errors="ignore")
    if address := _ADDRESS.match(rest):
        shown = address[0].rstrip(".,;)]}")
        return source.error(at, "This address stands without < and >.", f"Write <{shown}>")
    known = WELL_KNOWN.get(prefix)
    near = None if known else UnknownNameError("prefix", prefix, declared).hint
    hint = near or f"Declare it above: @prefix {prefix}: <{known or '…'}> ."
    return UnknownPrefixError(prefix, source.place(at), hint)


def not_a_name(source: Source, raw: bytes, at: int) -> InputError:
    """Return the error for a name with a character that names may not hold."""
    text = raw.decode()
    if found := first_slip(text):
        before, slip = found
        return source.error(at + len(text[:before].encode()), slip.message, slip.hint)
    message = f"{quoted(text)} holds a character that names may not hold."
    return source.error(at, message, "Write the whole IRI between < and >.")
