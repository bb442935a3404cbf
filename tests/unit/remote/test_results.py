"""Responses are parsed whole before any of them is used."""

from __future__ import annotations

import io

import pytest

from ogdkg.remote import results
from ogdkg.remote.results import Limits, read_lines

LINES = ['<urn:a> <urn:b> "one\u2028two\x85three\u2029four" .', "<urn:a> <urn:b> <urn:c> ."]


@pytest.mark.parametrize("held", [results._SPOOLED, 10])
def test_a_line_ends_where_n_triples_end_it(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    """Not at other characters that part lines for Python (N-Triples 1.1, section 2), in memory or on disk."""
    monkeypatch.setattr(results, "_SPOOLED", held)
    body = io.BytesIO("".join(f"{line}\n" for line in LINES).encode())
    assert list(read_lines(body, "application/n-triples", Limits())) == LINES
    assert body.closed
