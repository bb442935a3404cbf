"""What answers questions in the browser of whoever reads a site, where that is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.web.offline import assets
from ogdkg.web.questions.graphs import QueriedGraphs

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; worker-src 'self'; manifest-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class Engine(NamedTuple):
    """The engine: its files, the scripts of pages that use it, and the policy under which it runs.

    Attributes:
        files: Yields its files, from the graphs that questions read, and what finds the page at an address.
        question_tag: Returns the script of a question, for a page with a way to the root of the site.
        editor_tag: Returns the script of the page for queries of one's own.
        policy: What its pages allow.
    """

    files: Callable[[QueriedGraphs, Callable[[str], str]], Iterator[tuple[str, bytes]]]
    question_tag: Callable[[StoredQuery, str], str]
    editor_tag: Callable[[str], str]
    policy: str


def built_engine() -> Engine | None:
    """Return the engine, if it is built."""
    if not assets.is_built():
        return None
    return Engine(_files, assets.question_tag, assets.editor_tag, assets.POLICY)


def _files(graphs: QueriedGraphs, page_of: Callable[[str], str]) -> Iterator[tuple[str, bytes]]:
    yield from assets.assets(assets.SitePages(graphs, page_of))
