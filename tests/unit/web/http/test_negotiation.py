"""Accept headers, by https://www.rfc-editor.org/rfc/rfc9110#name-accept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.web.http.negotiation import ROWS, TRIPLES, accepts_gzip, chosen, parse_accept


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("text/turtle;q=0.3, application/n-triples;q=0.301", "application/n-triples"),
        ("text/*, text/turtle;q=0", "text/plain"),
        ("*/*;q=0.2, application/*;q=0.3, application/ld+json;q=0.1", "application/n-triples"),
        ("APPLICATION/N-TRIPLES", "application/n-triples"),
        ("application/n-triples ; Q=1.0", "application/n-triples"),
        ('text/turtle;a="b";q=0.1, application/ld+json;q=0.2', "application/ld+json"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("*/*;q=0", None),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/turtle"),  # Java's own client
        ("text/turtle;q=0.30000, application/n-triples;q=.3001", "application/n-triples"),
        ("text/turtle;q=.0, application/n-triples;q=0.", None),
        ("turtle", None),
    ],
)
def test_the_most_specific_range_decides(accept: str | None, expected: str | None) -> None:
    choice = chosen(accept, TRIPLES)
    assert (choice and choice.media_type) == expected


@given(st.text(max_size=300))
def test_no_header_is_too_strange(header: str) -> None:
    for offered in (ROWS, TRIPLES):
        choice = chosen(header, offered)
        assert choice is None or choice in offered
    accepts_gzip(header)


@given(
    st.lists(st.tuples(st.sampled_from([each.media_type for each in ROWS]), st.integers(0, 1000)), min_size=1)
)
def test_the_best_quality_wins(wanted: list[tuple[str, int]]) -> None:
    """As long as no media type stands twice, for which the standard has no rule."""
    qualities = dict(wanted)
    header = ", ".join(f"{name};q={quality / 1000:.3f}" for name, quality in qualities.items())
    choice = chosen(header, ROWS)
    best = max(qualities.values())
    assert (choice is None) == (best == 0)
    assert choice is None or qualities[choice.media_type] == best


def test_a_long_header_takes_no_time() -> None:
    assert len(parse_accept("a/b," * 100_000)) <= 64


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ("gzip", True),
        ("x-gzip", True),
        ("deflate, br", False),
        ("gzip;q=0", False),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("gzip;q=0.1, *;q=0", True),
    ],
)
def test_gzip_is_sent_to_whoever_takes_it(header: str | None, expected: bool) -> None:
    assert accepts_gzip(header) is expected
