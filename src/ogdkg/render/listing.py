"""The catalogue for a person: topic by topic, each query with what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ogdkg.catalogue.catalogue import StoredQuery


def write_listing(topics: Mapping[str, Sequence[StoredQuery]]) -> Iterator[str]:
    """Lines of text; the names of needed options stand beside the query's."""
    width = max((len(_call(query)) for queries in topics.values() for query in queries), default=0)
    for number, (topic, queries) in enumerate(topics.items()):
        yield ("\n" if number else "") + f"{topic or 'other'}\n"
        for query in queries:
            yield f"  {_call(query):<{width}}  {query.header.summary}".rstrip() + "\n"
    if topics:
        yield "\nogdkg query NAME --help explains one, with an example.\n"
    else:
        yield "There are no stored queries here: queries/<topic>/<name>.rq would be one.\n"


def _call(query: StoredQuery) -> str:
    needed = [f"--{each.name}" for each in query.parameters if each.required and not each.default]
    return " ".join([query.name, *needed])
