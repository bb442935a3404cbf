"""Turns pages of the server into pages of a site: links lead to files, what needs a server is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import NamedTuple

from ogdkg.web.editor.written import PATH as QUERY
from ogdkg.web.questions.asked import PATH as ASK
from ogdkg.web.site.layout import Layout, start_of

_FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"[^>]*>.*?</form>\n?', re.DOTALL)
_ANCHOR = re.compile(
    r'<a (?P<before>[^>]*?)href="(?P<address>/[^"]*)"(?P<after>[^>]*)>(?P<inside>.*?)</a>', re.DOTALL
)
_LINK = re.compile(r'<link [^>]*?href="(/[^"]*)"[^>]*>\n')
_ATTRIBUTE = re.compile(r' (href|src|action|data-terms)="(/[^"]*)"')
_SUGGEST = re.compile(r' data-suggest="(/[^"]*)"')
_ITEM = re.compile(r"<li>\s*</li>\n?")
_HEAD = '<meta charset="utf-8">\n'
_SCRIPT = "<script src="
_HTML = '<html lang="en"'
_SEEN = "\0"  # before an attribute that is rewritten already; no page holds one
_OF_QUERY = "<textarea "  # what the form of the editor has, and no other of its page
_OF_DATA = ' type="'  # an anchor that names the media type of a file


class Written(NamedTuple):
    """A page of a site, and the addresses that it leads to."""

    text: str
    addresses: list[str]


class Rewriter:
    """Makes pages of a site.

    Args:
        layout: The files of the site.
        base: The address of the site, without a slash at the end; empty where it is not known.
        policies: The policy of its pages, and of those with a further script
            (https://www.w3.org/TR/CSP3/#meta-element).
        script: The script of pages of a site, as an address of the server.
        has_engine: Whether a browser answers questions, so that their forms stay.
        is_kept: Whether a browser keeps pages for when it has no network.
    """

    def __init__(
        self,
        layout: Layout,
        base: str,
        policies: tuple[str, str],
        script: str,
        *,
        has_engine: bool,
        is_kept: bool,
    ) -> None:
        self._layout, self._base, self._policies, self._script = layout, base, policies, script
        self._has_engine, self._is_kept = has_engine, is_kept

    def page(self, text: str, file: str, tag: str = "", start: str | None = None) -> Written:
        """Return a page as its file has it.

        Args:
            text: The page of the server, whose links begin with `/`.
            file: Its file.
            tag: A further script, as HTML.
            start: The way to the root of the site; by default from where the file is.
        """
        found: dict[str, None] = {}
        start = start_of(file) if start is None else start

        def link(written: str) -> str | None:
            target, address = self._layout.linked(written, start)
            if target is not None:
                found[address] = None
            return target

        text = _FORM.sub(self._form, text)
        text = _LINK.sub(lambda each: each[0] if self._layout.file(_bare(each[1])) else "", text)
        text = _ANCHOR.sub(lambda each: _anchor(each, link), text)
        text = _SUGGEST.sub(
            lambda each: f' data-suggest="{start or "./"}"' if each[1] == "/suggest" else "", text
        )
        text = _ATTRIBUTE.sub(lambda each: f' {each[1]}="{link(each[2]) or start}"', text)
        text = _ITEM.sub("", text.replace(_SEEN, ""))
        head, script = self._head(file, self._policies[bool(tag)]), link(self._script)
        text = text.replace(_HEAD, _HEAD + head, 1)
        text = text.replace(_SCRIPT, f'<script src="{script}" defer></script>\n{tag}{_SCRIPT}', 1)
        if self._is_kept:
            text = text.replace(_HTML, f"{_HTML} data-offline", 1)
        return Written(text, [*found])

    def _head(self, file: str, allowed: str) -> str:
        policy = f'<meta http-equiv="content-security-policy" content="{escape(allowed)}">\n'
        if not self._base or file == "404.html":
            return policy
        return f'{policy}<link rel="canonical" href="{escape(self.full(file))}">\n'

    def full(self, file: str) -> str:
        """Return the full address of a file."""
        from urllib.parse import quote  # few sites know where they stand

        return f"{self._base}/{quote(file) if file != 'index.html' else ''}"

    def feed(self, text: str) -> str:
        """Return a feed, whose full addresses of the server lead to files of the site."""
        start = f"{self._base}/"
        return re.sub(
            rf'{re.escape(self._base)}(/[^"<\s]*)',
            lambda each: self._layout.link(unescape(each[1]), start) or start,
            text,
        )

    def _form(self, form: re.Match[str]) -> str:
        """A form stays where somebody takes what it sends; the editor's examples come by script."""
        action = unescape(form[1])
        is_asked = action.startswith(f"{ASK}/") or (action == QUERY and _OF_QUERY in form[0])
        return form[0] if action == "/search" or (self._has_engine and is_asked) else ""


def _bare(address: str) -> str:
    return unescape(address).partition("#")[0]


def _anchor(anchor: re.Match[str], link: Callable[[str], str | None]) -> str:
    """An anchor; its text alone where it leads to nothing, and nothing where that would name a file."""
    before, address, after, inside = anchor.groups()
    target = link(address)
    if target is not None:
        return f'<a {before}{_SEEN}href="{target}"{after}>{inside}</a>'
    return "" if _OF_DATA in f" {before}{after}" else inside
