"""Addresses of servers: equal origins are equal (RFC 6454, section 4), and messages repeat no secret."""

from __future__ import annotations

import pytest

from ogdkg.project.addresses import Origin, address_fault, origin_of, shown_address


@pytest.mark.parametrize(
    ("address", "origin", "is_private"),
    [
        ("http://localhost/sparql", "http://localhost", True),
        ("HTTP://LocalHost:80/", "http://localhost", True),
        ("http://127.1.2.3:7878/sparql?x=1", "http://127.1.2.3:7878", True),
        ("http://[0:0:0:0:0:0:0:1]:7878/", "http://[::1]:7878", True),
        ("http://192.0.2.1/", "http://192.0.2.1", False),
        ("https://E.Example.:443", "https://e.example", True),
        ("http://e.example:8080", "http://e.example:8080", False),
        ("https://bücher.example/", "https://xn--bcher-kva.example", True),
        ("http://me:s3cret@e.example/", "http://e.example", False),
    ],
)
def test_an_origin_has_one_form(address: str, origin: str, is_private: bool) -> None:
    found = origin_of(address)
    assert (str(found), found.is_private) == (origin, is_private)
    assert origin_of(str(found)) == found


def test_the_port_belongs_to_the_scheme() -> None:
    assert origin_of("http://e.example:443") != origin_of("https://e.example")
    assert origin_of("https://e.example") == Origin("https", "e.example", 443)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "e.example",
        "ftp://e.example/",
        "file:///etc/passwd",
        "http://",
        "http://e.example:0/",
        "http://e.example:99999/",
        "http://-e.example/",
        "http://e..example/",
        "http://e example/",
        "http://e.example\\@other.example/",
        "http://e.example/\n",
        "http://[::1%eth0]/",
        "http://[::1/",
        f"http://{'a' * 64}.example/",
        "http://\ud800.example/",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        origin_of(address)
    assert address_fault(address) is not None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:s3cret@e.example/sparql?key=s#t", "https://e.example/sparql"),
        ("https://e.example/sparql", "https://e.example/sparql"),
        ("me:s3cret@e.example/x", "e.example/x"),
    ],
)
def test_messages_show_no_secret(address: str, shown: str) -> None:
    assert shown_address(address) == shown
    assert "s3cret" not in (address_fault(address) or "")


def test_a_password_in_an_address_is_told_where_to_go() -> None:
    assert "OGDKG_PASSWORD" in (address_fault("https://me:s3cret@e.example/") or "")
    assert address_fault("https://e.example/") is None
