"""The request of a query or an update: the one that SPARQLWrapper itself would send."""

from __future__ import annotations

import pytest
from SPARQLWrapper import POST, SPARQLWrapper

from ogdkg.remote.protocol import _request

QUERY = "SELECT * { ?s ?p 'é & + / #' }"


@pytest.mark.parametrize(("kind", "method"), [("SELECT", "GET"), ("SELECT", POST), ("INSERT", POST)])
def test_a_request_is_that_of_sparqlwrapper(kind: str, method: str) -> None:
    wrapper = SPARQLWrapper("http://e/query", updateEndpoint="http://e/update")
    wrapper.setOnlyConneg(True)  # else it adds fields of its own
    wrapper.setQuery(QUERY)
    wrapper.queryType = kind
    wrapper.setMethod(method)
    for graph in ("http://e/a?b=c", "http://e/ü"):
        wrapper.addParameter("default-graph-uri", graph)
    expected = wrapper._createRequest()
    made = _request(wrapper, ("text/csv",))
    assert (made.method, made.url, made.body) == (expected.get_method(), expected.full_url, expected.data)
    assert made.headers.get("Content-Type") == expected.get_header("Content-type")
    assert made.accept == ("text/csv",)
