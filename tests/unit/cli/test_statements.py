"""Where statements end that are typed line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.cli.shell.statements import Statement, Statements, words_of
from ogdkg.errors import UsageError

QUERY = "SELECT * { ?s ?p ?o }"
CASES = [
    ("", []),
    ("# a comment\n  #+ another", []),
    ("show BOOST", ["show BOOST"]),
    ("  show BOOST ;  ", ["show BOOST"]),
    ("a\nb", ["a", "b"]),
    (QUERY, None),
    (f"{QUERY};", [QUERY]),
    (f"{QUERY} ; show x", [QUERY, "show x"]),
    (f"{QUERY};{QUERY};", [QUERY, QUERY]),
    (f"{QUERY}\n", [QUERY]),
    (f"{QUERY}\nLIMIT 5\n", [f"{QUERY}\nLIMIT 5"]),
    ("PREFIX a: <b:;>\n", None),
    ("PREFIX a: <b:;>\n\nASK {}\n", ["PREFIX a: <b:;>\n\nASK {}"]),
    ("SELECT *\n{ ?s ?p ?o ;\n\n ?q ?r };", ["SELECT *\n{ ?s ?p ?o ;\n\n ?q ?r }"]),
    ("SELECT * {\n\n", ["SELECT * {"]),
    ('ASK { ?s ?p ";}" };', ['ASK { ?s ?p ";}" }']),
    ('ASK { ?s ?p """a\n\n\n;}""" };', ['ASK { ?s ?p """a\n\n\n;}""" }']),
    ("ASK { ?s ?p '''a\\'''';};", ["ASK { ?s ?p '''a\\'''';}"]),
    ("ASK { ?s ?p ?o # };\n};", ["ASK { ?s ?p ?o # };\n}"]),
    ("ASK { ?s <a#b;> ?o };", ["ASK { ?s <a#b;> ?o }"]),
    ("CONSTRUCT { ?s ?p ?o }\n", None),
    ("CONSTRUCT { ?s ?p ?o }\n\nWHERE { ?s ?p ?o }\n", ["CONSTRUCT { ?s ?p ?o }\n\nWHERE { ?s ?p ?o }"]),
    ("CONSTRUCT WHERE { ?s ?p ?o }\n", ["CONSTRUCT WHERE { ?s ?p ?o }"]),
    ("describe <a:b>\n", ["describe <a:b>"]),
    ("DESCRIBE\n", None),
    ("select-me --x 1", ["select-me --x 1"]),
    ("Ask\t{}\n", ["Ask\t{}"]),
    ("show ask", ["show ask"]),
    ("INSERT DATA { <a:a> <a:b> 1 }\n", ["INSERT DATA { <a:a> <a:b> 1 }"]),
]


def read(text: str) -> tuple[list[Statement], bool]:
    statements = Statements()
    found = [each for line in text.split("\n") for each in statements.add(line)]
    return found, statements.is_open


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_statement_ends_where_it_is_whole(text: str, expected: list[str] | None) -> None:
    """None: it goes on."""
    found, is_open = read(text)
    assert ([each.text for each in found], is_open) == (expected or [], expected is None)
    assert all(each.is_query != each.text.startswith(("show", "a", "b", "select-")) for each in found)


@given(st.text(alphabet="SELECT ASK{}();\"'<>#\\\n?a:.", max_size=60))
def test_nothing_that_is_typed_gets_lost(text: str) -> None:
    """But comments between statements, blanks and what ends a statement."""
    statements = Statements()
    found = [each for line in f"SELECT {text}".split("\n") for each in statements.add(line)]
    found += statements.end()
    told = "".join(each.text for each in found if each.is_query)
    assert "".join(told.split()).replace(";", "") in "".join(f"SELECT {text}".split()).replace(";", "")
    assert not statements.is_open


def test_many_lines_take_no_more_than_they_are_long() -> None:
    statements = Statements()
    for _ in range(20_000):
        assert statements.add("SELECT { ;") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a 'b c' d\\ e", ["a", "b c", "d e"]),
        ('show "Côte d\'Ivoire"', ["show", "Côte d'Ivoire"]),
        ("a # b", ["a", "#", "b"]),
    ],
)
def test_words_are_quoted_as_in_a_shell(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize("text", ["show 'a", 'x "', "a\\", "a\0b"])
def test_words_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        words_of(text)
