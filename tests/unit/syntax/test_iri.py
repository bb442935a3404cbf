"""The examples of RFC 3986, section 5.4."""

from __future__ import annotations

import pytest

from ogdkg.syntax.iri import is_absolute, resolve

EXAMPLES = """
g:h g:h | g http://a/b/c/g | ./g http://a/b/c/g | g/ http://a/b/c/g/ | /g http://a/g | //g http://g
?y http://a/b/c/d;p?y | g?y http://a/b/c/g?y | #s http://a/b/c/d;p?q#s | g#s http://a/b/c/g#s
g?y#s http://a/b/c/g?y#s | ;x http://a/b/c/;x | g;x http://a/b/c/g;x | g;x?y#s http://a/b/c/g;x?y#s
. http://a/b/c/ | ./ http://a/b/c/ | .. http://a/b/ | ../ http://a/b/ | ../g http://a/b/g
../.. http://a/ | ../../ http://a/ | ../../g http://a/g
../../../g http://a/g | ../../../../g http://a/g | /./g http://a/g | /../g http://a/g | g. http://a/b/c/g.
.g http://a/b/c/.g | g.. http://a/b/c/g.. | ..g http://a/b/c/..g | ./../g http://a/b/g
./g/. http://a/b/c/g/ | g/./h http://a/b/c/g/h | g/../h http://a/b/c/h | g;x=1/./y http://a/b/c/g;x=1/y
g;x=1/../y http://a/b/c/y | g?y/./x http://a/b/c/g?y/./x | g?y/../x http://a/b/c/g?y/../x
g#s/./x http://a/b/c/g#s/./x | g#s/../x http://a/b/c/g#s/../x | http:g http:g
"""
CASES = [tuple(example.split()) for line in EXAMPLES.strip().splitlines() for example in line.split("|")]


def test_all_examples_are_here() -> None:
    assert len(CASES) == 41


@pytest.mark.parametrize(("reference", "expected"), CASES)
def test_example(reference: str, expected: str) -> None:
    assert resolve(reference, "http://a/b/c/d;p?q") == expected


def test_an_empty_reference_is_the_base_without_its_fragment() -> None:
    assert resolve("", "http://a/b?q#f") == "http://a/b?q"


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        ("http://a", "g", "http://a/g"),
        ("http://a?q", "g", "http://a/g"),
        ("urn:a:b", "#c", "urn:a:b#c"),
        ("file:///a/b", "c", "file:///a/c"),
        ("http://a/b/", "", "http://a/b/"),
        ("http://a/b", "//h/../x", "http://h/x"),
    ],
)
def test_unusual_bases(base: str, reference: str, expected: str) -> None:
    assert resolve(reference, base) == expected


def test_scheme() -> None:
    assert (
        is_absolute("a+b-c.1:x")
        and not is_absolute("1a:x")
        and not is_absolute("//a:b")
        and not is_absolute("")
    )
