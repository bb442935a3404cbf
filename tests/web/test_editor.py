"""The query page over HTTP: a query as it was written, its answer or what is wrong with it, and its terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from tests.conftest import TREES
from tests.web.conftest import Answer, Server, serving

BROWSER = "text/html"
TREES_QUERY = "SELECT ?tree ?treeLabel { ?tree a ex:Tree ; rdfs:label ?treeLabel } ORDER BY ?treeLabel"


@pytest.fixture(scope="module")
def short() -> Iterator[Server]:
    """A server whose queries end soon."""
    with serving(TREES, "--timeout", "3") as running:
        yield running


def _asked(server: Server, text: str, suffix: str = "", **fields: str) -> Answer:
    return server.ask(f"/query{suffix}?{urlencode({'query': text, **fields})}", Accept=BROWSER)


def _page(server: Server, text: str, **fields: str) -> str:
    answer = _asked(server, text, **fields)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def _fault(page: str) -> str:
    found = re.search(r'<div class="fault" role="alert".*?</div>', page, re.DOTALL)
    assert found
    return unescape(re.sub("<[^>]+>", "", found[0]))


def test_a_form_sends_a_query_and_the_address_holds_it(short: Server) -> None:
    page = _page(short, TREES_QUERY)
    assert '<form class="query" action="/query"' in page
    assert TREES_QUERY in unescape(page)
    assert "rows</h2>" in page
