"""How far a store surely keeps the literals of a Turtle text as they are written, told by the text alone.

The text is read in strides, from one typed literal, number or prefix to the next (Turtle 1.1, 6.5). Whatever
would need a closer look is a doubt: an escape where it matters, an unknown token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ogdkg.rdf.terms import is_iri
from ogdkg.syntax.source import Data
from ogdkg.validation.core.vocabulary import XSD
from ogdkg.validation.data.graph import is_canonical

_LOCAL = rb"(?:[\w:\x80-\xff]|%[\dA-Fa-f]{2}|\\.)(?:[\w:\-.\x80-\xff]++|%[\dA-Fa-f]{2}|\\.)*+"
_STRIDE = re.compile(
    rb"""(?: [\s;,()\[\]{}]++ | \.(?!\d)
    | (?:_|[A-Za-z\x80-\xff][\w\-.\x80-\xff]*+)?+:(?:LOCAL)?+
    | "(?!"")(?:[^"\\\n\r]++|\\.)*+" | '(?!'')(?:[^'\\\n\r]++|\\.)*+'
    | \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    | <[^<>"{}|^`\\\x00-\x20]*+>
    | @(?!prefix|base)[A-Za-z]++(?:-[A-Za-z0-9]++)*+
    | (?:[aA]|true|false)(?![\w\-:\x80-\xff]|\.\d)
    | @?[bB][aA][sS][eE](?=\s) | \#[^\n\r]*+ ){0,10000}+
    (?: \^\^<(?P<iri>[^<>"{}|^`\\\x00-\x20]*+)>
    | \^\^(?P<name>[\w\-.]*+:[\w\-]*+)(?![\w\-:%\\\x80-\xff]|\.[\w\-.:%\\\x80-\xff])
    | (?P<number>[+\-]?(?:\d++(?:\.\d++)?|\.\d++)(?:\.?[eE][+\-]?\d++)?)
    | @?[pP][rR][eE][fF][iI][xX]\s++(?P<prefix>[\w\-.]*+):\s*+<(?P<space>[^<>"{}|^`\\\x00-\x20]*+)>
    | )""".replace(b"LOCAL", _LOCAL),
    re.VERBOSE | re.DOTALL,
)
DOUBT = "\t"  # which is canonical only where every form is
MAX_FORM_BYTES = 64  # bytes: no form is longer of which a store is sure to keep only some


def canonical_until(text: Data, namespaces: dict[str, str]) -> Iterator[int]:
    """The end of each stride, all before it kept; the last is the end of the text unless there is a doubt.

    `namespaces` gets the prefixes, as they are written.
    """
    datatypes: dict[bytes, str | None] = {}
    end = 0
    while (found := _STRIDE.match(text, end)) and (found.end() > end or end == len(text)):
        kind, end = found.lastgroup, found.end()
        if kind == "number":
            form = found[kind].decode(errors="replace")
            if not is_canonical(form, _of_number(form)):
                return
        elif kind == "space":
            prefix, namespace = (found[name].decode(errors="replace") for name in ("prefix", "space"))
            namespaces[prefix] = namespace
            datatypes.clear()
        elif kind is not None:
            written = found[kind]
            if written not in datatypes:
                datatypes[written] = _datatype(kind, written.decode(errors="replace"), namespaces)
            datatype = datatypes[written]
            form = _form(text, found.start(kind) - 2 - (kind == "iri"))
            if datatype is None or not is_canonical(form, datatype):
                return
        yield end
        if end == len(text):
            return


def _form(text: Data, end: int) -> str:
    """What stands in the quotes that end at an offset; `DOUBT` where it is long, empty or has an escape."""
    quote = text[end - 1 : end]
    begin = text.rfind(quote, max(0, end - MAX_FORM_BYTES), end - 1)
    form = text[begin + 1 : end - 1]
    if begin < 0 or not form or b"\\" in text[max(0, begin - 1) : end - 1]:
        return DOUBT
    return form.decode(errors="replace")


def _of_number(written: str) -> str:
    kind = "double" if "e" in written.lower() else "decimal" if "." in written else "integer"
    return XSD[kind].value


def _datatype(kind: str, written: str, namespaces: dict[str, str]) -> str | None:
    if kind == "name":
        prefix, _, local = written.partition(":")
        written = namespaces.get(prefix, "") + local
    return written if is_iri(written) else None
