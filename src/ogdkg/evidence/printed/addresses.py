"""The addresses that a text prints: of the web, of mailboxes, of telephones, in Markdown or bare."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from html import unescape
from urllib.parse import unquote

SCHEMES = ("http", "https", "ftp", "ftps", "mailto", "tel", "urn", "doi")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BROKEN = re.compile(r"(?<=[/._?&=@-])\n[ \t>]*(?=\S)|\n[ \t>]*(?=[/_?&=@])")  # at the end of a line
_WEB = re.compile(r"\b(?:https?|ftps?)://[^\s<>\"`|^{}\[\]]{1,2000}", re.I)
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,9}[^\W_]{2,63}")
_HOST = re.compile(
    r"(?<![\w@/.:-])(?:[\w-]{1,63}\.){1,9}[^\W\d_]{2,24}(?![\w@-])(?:/[^\s<>\"`|^{}\[\]]{0,2000})?"
)
_DESTINATION = re.compile(r"\]\s?\(\s?<?([^\s()<>]{1,2000})")
_TELEPHONE = re.compile(r"\+?\(?\d[\d ()./\u00a0-]{5,30}\d")
_TRAILING = ".,;:!?'\"*_"


def addresses(text: str) -> list[str]:
    """Return the addresses that a text prints, as printed, each once.

    >>> addresses("see [it](https://a.example/x), or write to <me@a.example>.")
    ['https://a.example/x', 'me@a.example']
    """
    return list(dict.fromkeys(_addresses(_BROKEN.sub("", _ESCAPED.sub(r"\1", unescape(text))))))


def _addresses(text: str) -> Iterator[str]:
    for match in _DESTINATION.finditer(text):
        yield match[1].removeprefix("mailto:")
    for match in _WEB.finditer(text):
        yield _trimmed(match[0])
    rest = _WEB.sub(" ", text).replace("mailto:", " ")
    for match in _MAILBOX.finditer(rest):
        yield match[0].lstrip("*_`'{")
    yield from (_trimmed(match[0]) for match in _HOST.finditer(_MAILBOX.sub(" ", rest)))


def _trimmed(address: str) -> str:
    """The address without the marks of the sentence around it."""
    while address and (
        address[-1] in _TRAILING or (address[-1] == ")" and address.count("(") < address.count(")"))
    ):
        address = address[:-1]
    return address


def is_among(address: str, printed: Container[tuple[str, str]]) -> bool:
    """Whether an address is one of those printed, as they are compared: some are without the scheme."""
    scheme, rest = as_compared(address)
    return (scheme, rest) in printed or ("", rest) in printed


def as_compared(address: str) -> tuple[str, str]:
    """Return the scheme of an address, if it has one, and the rest of it, as two are compared.

    Letter case counts as in RFC 3986, 6.2.2.1: in a host it does not.
    """
    scheme, colon, rest = address.partition(":")
    scheme = scheme.lower() if colon and scheme.lower() in SCHEMES else ""
    rest = (rest if scheme else address).removeprefix("//")
    if scheme == "mailto" or ("@" in rest and "/" not in rest):
        local, _, host = rest.partition("?")[0].rpartition("@")
        return "", f"{local}@{host.lower()}"
    host, slash, path = rest.partition("/")
    return scheme, host.lower() + (f"/{unquote(path)}" if slash and path else "")


def is_called(address: str, text: str) -> bool:
    """Whether a text prints a telephone number, with or without the code of its country."""
    digits = re.sub(r"\D", "", address.partition(";")[0])
    printed = (re.sub(r"\D", "", match[0]).lstrip("0") for match in _TELEPHONE.finditer(text))
    return any(number and digits.endswith(number) for number in printed)
