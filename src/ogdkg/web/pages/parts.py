"""What pages are full of, as HTML: a text with its language, a value with its sources, a list of facts.

These stand on a page by the hundred, so they are written here rather than in a template, which takes several
times as long. As in templates, every text goes through `one_line` and is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from ogdkg.text.escape import one_line
from ogdkg.web.pages.displayed_values import Property, Shown, Source
from ogdkg.web.pages.surroundings import Note

_LONG = 600  # letters of a text that is folded
_OF_LONG = 200  # of these, how many are shown at once
_OF_RECORD = 8  # values of a property of a record
_MOST = 100  # values that are folded


@lru_cache(maxsize=8_192)  # the same names, addresses and words stand on most pages
def _escaped(text: str) -> str:
    return str(escape(one_line(text)))


@lru_cache(maxsize=64)
def menu(
    entries: tuple[tuple[str, str, str], ...],
    base: str,
    here: str,
    current: str,
    begin: str = "",
    end: str = "",
) -> Markup:
    """Return links to the main pages.

    Args:
        entries: A key, a name and a path each.
        base: The address of the server.
        here: The key of the entry that a page belongs to.
        current: What this entry is to it (https://www.w3.org/TR/wai-aria-1.2/#aria-current).
        begin: What stands before each link, as HTML.
        end: What stands after each.
    """
    links = (
        f'<a href="{_escaped(base)}{_escaped(path)}"{mark if key == here else ""}>{_escaped(name)}</a>'
        for mark in (f' aria-current="{_escaped(current)}"',)
        for key, name, path in entries
    )
    return Markup("".join(f"{begin}{each}{end}" for each in links))


def told(value: Shown) -> Markup:
    """Return a text with its language."""
    return Markup(_told(value))


def linked(value: Shown) -> Markup:
    """Return a text that leads to what it names."""
    return Markup(_linked(value))


def marks(sources: Iterable[Source], more: int = 0) -> Markup:
    """Return the marks of sources, each of which opens what there is to say of it."""
    return Markup(_marks(sources, more))


def note(each: Note) -> Markup:
    """Return a note."""
    return Markup(_note(each))


def facts(properties: Iterable[Property], dated: bool = False) -> Markup:
    """Return properties with their values, each value after its date if they are dated."""
    return Markup(f'<dl class="facts">\n{"".join(_fact(each, dated=dated) for each in properties)}</dl>')


def _told(value: Shown) -> str:
    language = f' lang="{_escaped(value.language)}" dir="auto"' if value.language else ""
    return f"<bdi{language}>{_escaped(value.text)}</bdi>"


def _linked(value: Shown) -> str:
    if not value.address:
        return _told(value)
    rel = ' rel="external nofollow noreferrer"' if value.is_outside else ""
    return f'<a href="{_escaped(value.address)}"{rel}>{_told(value)}</a>'


def _marks(sources: Iterable[Source], more: int) -> str:
    return "".join(map(_mark, sources)) + _and_more(more)


@lru_cache(maxsize=1_024)  # a page cites few sources, again and again
def _mark(source: Source) -> str:
    name, mark = _escaped(source.name), _escaped(source.mark)
    parts = [
        f' <details class="c{"" if source.is_passage else " x"}" name="c">'
        f'<summary aria-label="Source {mark}: {name}">{mark}</summary><div class="n"><b>',
        f'<a href="{_escaped(source.line)}">{name}</a>' if source.line else name,
        "</b>",
        f" <time>{_escaped(source.date)}</time>" if source.date else "",
        f'<q dir="auto">{_escaped(source.words)}</q>' if source.words else "<br>",
        f"{_escaped(source.confidence)} · " if source.confidence else "",
        f'<a href="{_escaped(source.address)}">About this source</a>' if source.address else "",
        "</div></details>",
    ]
    return "".join(parts)


def _links(sources: Iterable[Source], more: int) -> str:
    """The marks of sources as links to the list of all, where there are many values."""
    return "".join(map(_link, sources)) + _and_more(more)


def _link(source: Source) -> str:
    kind, mark = "" if source.is_passage else " x", _escaped(source.mark)
    return f' <a class="m{kind}" href="#source-{mark}" aria-label="Source {mark}">{mark}</a>'


def _and_more(number: int) -> str:
    return f' <span class="ref">and {number} more</span>' if number else ""


def _record(value: Shown, *, short: bool) -> str:
    """The properties of a value in place of its name."""
    return "".join(
        f'<span class="cell">{_told(each) if short and place else _linked(each)}</span>'
        for place, of in enumerate(value.properties)
        for each in (of.values + of.more)[:_OF_RECORD]
    )


def _value(value: Shown, *, short: bool = False) -> str:
    """A value with its sources, and with its own properties below it."""
    if value.is_record:
        text = _record(value, short=short)
    elif len(value.text) > _LONG:
        begin = _escaped(value.text[:_OF_LONG])
        text = f'<details class="more long"><summary>{begin}…</summary>{_linked(value)}</details>'
    else:
        text = _linked(value)
    tag = f' <span class="tag">{_escaped(value.tag)}</span>' if value.tag else ""
    cited = (_links if short else _marks)(value.sources, value.more_sources)
    below = "" if value.is_record else _below(value.properties, short=short)
    return f"{text}{tag}{cited}\n{below}"


def _below(properties: Sequence[Property], *, short: bool) -> str:
    if not properties:
        return ""
    items = []
    for each in properties:
        values = "".join(f'<div class="own">{_value(value, short=short)}</div>' for value in each.values)
        more = f' <span class="small">and {len(each.more)} more</span>' if each.more else ""
        items.append(f'<li><span class="small">{_escaped(each.name)}</span> {values}{more}</li>\n')
    return f'<ul class="sub">{"".join(items)}</ul>\n'


def _note(each: Note) -> str:
    language = f' lang="{_escaped(each.language)}"' if each.language else ""
    text = f'<bdi{language} dir="auto">{_escaped(each.text)}</bdi>'
    return f'<p class="note"><b>{_escaped(each.heading)}</b> {text}</p>'


def _fact(each: Property, *, dated: bool) -> str:
    name = f"<bdi>{_escaped(each.name)}</bdi>"
    if each.address:
        name = f'<a class="quiet" href="{_escaped(each.address)}">{name}</a>'
    parts = [f"<div><dt>{name}</dt>\n"]
    for value in each.values:
        when = f"<time>{_escaped(value.date)}</time>" if value.date else "undated"
        parts.append(_item("dd", _value(value), when if dated else ""))
    if each.more:
        parts.append(_folded(each.more, dated=dated))
    if each.notes:
        parts.append(f'<dd class="aside">{"".join(map(_note, each.notes))}</dd>\n')
    return "".join((*parts, "</div>\n"))


def _item(tag: str, text: str, when: str) -> str:
    if not when:
        return f"<{tag}>{text}</{tag}>\n"
    return f'<{tag} class="dated"><span class="when">{when}</span><div>{text}</div></{tag}>\n'


def _folded(values: Sequence[Shown], *, dated: bool) -> str:
    """The values that are not shown at once."""
    items = [
        _item("li", _value(each, short=True), _escaped(each.date or "undated") if dated else "")
        for each in values[:_MOST]
    ]
    if len(values) > _MOST:
        items.append(f'<li class="small">and {len(values) - _MOST} more, in the other formats</li>\n')
    begin = f'<dd><details class="more"><summary>{len(values)} more</summary>'
    kind = "" if dated else ' class="many"'
    return f"{begin}<ul{kind}>\n{''.join(items)}</ul></details></dd>\n"
