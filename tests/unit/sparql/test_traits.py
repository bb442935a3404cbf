"""What a server must know of a query, whether its text tells it or only its tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.sparql.tokens import has_relative, query_type, significant_tokens
from ogdkg.sparql.traits import CHANGING, Traits, traits

PLAIN = "SELECT ?p ?o { <http://e.example/a> ?p ?o FILTER (?o < 5) }"
WORDS = ("SELECT", "ask", "Construct", "DESCRIBE", "PREFIX ", "BASE ", "FROM", "NOW()", "rand()", "SELECT:")
TERMS = ("<a>", "<http://e.example/a>", "<http:a", "e:", ":", "x", "9", " ?s ?p ?o ", "# c\n", "'''")
PARTS = st.sampled_from([*"{}()<>?.:;#'\"-_*=^é \n\\", *WORDS, *TERMS])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLAIN, Traits("SELECT", has_relative=False, is_changing=False, chooses=False)),
        ("PREFIX e: <http://e.example/> ASK{}", Traits("ASK", False, False, False)),
        ("BASE <http://e.example/> DESCRIBE <a>", Traits("DESCRIBE", True, False, False)),
        ("select:a ASK {}", Traits("ASK", False, False, False)),
        ("# SELECT\nASK { }", Traits("ASK", False, False, False)),
        ("SELECT (now() AS ?t) {}", Traits("SELECT", False, True, False)),
        ("SELECT (N\\u004FW() AS ?t) {}", Traits("SELECT", False, True, False)),
        ("SELECT * FROM <http://e.example/g> {}", Traits("SELECT", False, False, True)),
        ("SELECT * { ?s ?p 'NOW FROM <a>' }", Traits("SELECT", False, False, False)),
        ("nonsense", Traits(None, False, False, False)),
        ("SELECT * { ?s ?p 'b" + "x" * 5_000 + "' }", Traits("SELECT", False, False, False)),
    ],
)
def test_what_matters_of_a_query(text: str, expected: Traits) -> None:
    assert traits(text) == expected


@given(st.lists(PARTS, max_size=12).map("".join))
def test_the_text_tells_what_its_tokens_tell(text: str) -> None:
    query = significant_tokens(text)
    found = traits(text)
    assert (found.form, found.has_relative) == (query_type(query), has_relative(query))
    assert found.is_changing == any(token.is_word(*CHANGING) for token in query)
    assert found.chooses == any(token.is_word("FROM") for token in query)
