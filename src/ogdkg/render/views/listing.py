"""Writes the catalogue of stored queries by topic, as text or as a Markdown page."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from urllib.parse import quote

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.text.escape import markdown, markdown_code, markdown_fence, one_line


def write_listing(
    topics: Mapping[str, Sequence[StoredQuery]], broken: Collection[str] = (), width: int | None = None
) -> Iterator[str]:
    """Yield lines of text; options follow a query's name, and a mark the names of those that are `broken`.

    Options that are not required stand in brackets.

    Args:
        topics: The queries by topic.
        broken: The names of those that do not parse.
        width: The columns of the terminal; a summary that does not fit goes on below.
    """
    column = max((len(_call(query)) for queries in topics.values() for query in queries), default=0)
    if width:
        column = min(column, width * 2 // 5)
    for number, (topic, queries) in enumerate(topics.items()):
        yield ("\n" if number else "") + f"{one_line(topic) or 'other'}\n"
        for query in queries:
            mark = "(does not parse) " if query.name in broken else ""
            yield from _entry(_call(query), mark + one_line(query.header.summary), column, width)
    if topics:
        yield "\nogdkg query NAME --help explains one, with an example.\n"
    else:
        yield "There are no stored queries here: queries/<topic>/<name>.rq would be one.\n"


def _entry(call: str, summary: str, column: int, width: int | None) -> Iterator[str]:
    head, margin = f"  {call:<{column}}  ", " " * (column + 4)
    if not width:
        yield (head + summary).rstrip() + "\n"
        return
    from ogdkg.render.views.table import wrap  # only a terminal wants it

    if len(call) > column:
        yield from (line + "\n" for line in wrap(f"  {call}", width, "    "))
        head = margin
    for part in wrap(summary, max(width - len(margin), 20)):
        yield (head + part).rstrip() + "\n"
        head = margin


def write_page(topics: Mapping[str, Sequence[StoredQuery]]) -> Iterator[str]:
    """Yield a Markdown page: the name, summary, parameters and an example of each query."""
    yield "# Stored queries\n\n"
    yield "Made by `ogdkg query -f markdown -o queries/README.md` from the headers of the queries.\n"
    for topic, queries in topics.items():
        yield f"\n## {markdown(topic) or 'other'}\n"
        for query in queries:
            yield from _section(query)


def _section(query: StoredQuery) -> Iterator[str]:
    file = quote(f"{query.topic}/{query.name}.rq".removeprefix("/"), errors="replace")
    yield f"\n### [{markdown(query.name)}]({file})\n\n{markdown(query.header.summary)}\n"
    if query.header.description:
        yield f"\n{markdown(' '.join(query.header.description.split()))}\n"
    if query.parameters:
        yield "\n| option | type | what | example |\n|---|---|---|---|\n"
        yield from (_option_row(each) for each in query.parameters)
    call = f"ogdkg query {shlex.quote(query.name)}{_example(query.parameters)}"
    yield "\n" + markdown_fence(call, "sh")


def _option_row(parameter: Parameter) -> str:
    need = "optional" if parameter.is_optional else "needed"
    kind = "thing" if parameter.is_resource else parameter.kind
    what = markdown(parameter.label), markdown(parameter.example)
    return f"| {markdown_code(f'--{parameter.name}')} | {kind}, {need} | {' | '.join(what)} |\n"


def _example(parameters: Sequence[Parameter]) -> str:
    """Return the first option with its example, and all required ones."""
    shown = [each for each in parameters if each.example and (each.required or each is parameters[0])]
    return "".join(f" --{each.name} {shlex.quote(each.example)}" for each in shown)


def _call(query: StoredQuery) -> str:
    ordered = sorted(query.parameters, key=lambda each: each.is_optional)
    options = [f"[--{each.name}]" if each.is_optional else f"--{each.name}" for each in ordered]
    return one_line(" ".join([query.name, *options]))
