"""Whose word on the client is taken, by RFC 7239 and by the X-Forwarded-* headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import UsageError
from ogdkg.web.http.proxies import Front, Proxies, checked_prefix


@pytest.mark.parametrize(
    ("allowed", "peer", "headers", "front"),
    [
        ((), "10.0.0.1", {"x-forwarded-for": "1.2.3.4"}, Front("10.0.0.1")),
        (("10.0.0.1",), "10.0.0.1", {}, Front("10.0.0.1")),
        (("10.0.0.1",), "10.0.0.2", {"x-forwarded-for": "1.2.3.4"}, Front("10.0.0.2")),
        (("10.0.0.1",), "10.0.0.1", {"x-forwarded-for": "1.2.3.4"}, Front("1.2.3.4")),
        # What the client wrote stands before what the proxy added.
        (("10.0.0.0/8",), "10.0.0.1", {"x-forwarded-for": "6.6.6.6, 1.2.3.4"}, Front("1.2.3.4")),
        (("10.0.0.0/8",), "10.0.0.1", {"x-forwarded-for": "6.6.6.6, 1.2.3.4, 10.9.9.9"}, Front("1.2.3.4")),
        (("*",), "10.0.0.1", {"x-forwarded-for": "1.2.3.4, 5.6.7.8"}, Front("1.2.3.4")),
        (
            ("10.0.0.0/8",),
            "10.0.0.1",
            {"x-forwarded-for": "1.2.3.4, 10.0.0.9", "x-forwarded-proto": "https, http"},
            Front("1.2.3.4", "https"),
        ),
        (
            ("10.0.0.0/8",),
            "10.0.0.1",
            {"x-forwarded-for": "6.6.6.6, 1.2.3.4", "x-forwarded-host": "evil.example, good.example"},
            Front("1.2.3.4", None, "good.example"),
        ),
        (
            ("::1",),
            "::1",
            {"forwarded": 'for="[2001:db8::7]:4711";proto=https;host=a.example'},
            Front("2001:db8::7", "https", "a.example"),
        ),
        (
            ("::ffff:10.0.0.1", "10.0.0.1"),
            "::ffff:10.0.0.1",
            {"x-forwarded-for": "1.2.3.4:80"},
            Front("1.2.3.4"),
        ),
        (
            ("10.0.0.1",),
            "10.0.0.1",
            {"forwarded": "for=1.1.1.1, for=_hidden;proto=https", "x-forwarded-for": "9.9.9.9"},
            Front("_hidden", "https"),
        ),
        (("10.0.0.1",), "10.0.0.1", {"x-forwarded-proto": "javascript"}, Front("10.0.0.1")),
        (("10.0.0.1",), "10.0.0.1", {"x-forwarded-prefix": "/a/b/"}, Front("10.0.0.1", None, None, "/a/b")),
        (("10.0.0.1",), "10.0.0.1", {"x-forwarded-prefix": "//evil.example"}, Front("10.0.0.1")),
    ],
)
def test_only_an_allowed_proxy_is_believed(
    allowed: tuple[str, ...], peer: str, headers: dict[str, str], front: Front
) -> None:
    assert Proxies(allowed).front(peer, headers) == front


@given(st.dictionaries(st.sampled_from(["forwarded", "x-forwarded-for", "x-forwarded-prefix"]), st.text()))
def test_whatever_a_proxy_says_there_is_a_client(headers: dict[str, str]) -> None:
    front = Proxies(("10.0.0.1",)).front("10.0.0.1", headers)
    assert front.client


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(UsageError, match="is not the address of a proxy"):
        Proxies(("example.org",))
    with pytest.raises(UsageError, match="no path"):
        checked_prefix("/a b")
    assert (checked_prefix("a/"), checked_prefix("/")) == ("/a", "")
