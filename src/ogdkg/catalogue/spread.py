"""A parameter that stands for any of several things, as a region does for its countries.

The variable stays in the query, and each group that uses it holds it to these things: by FILTER, where its
triples bind it, since rdflib reads triples anew for each value of VALUES; else by VALUES. So the query need
not foresee it, and a filter or BIND in a nested group sees it as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from ogdkg.rdf.terms import Term, to_ntriples
from ogdkg.sparql.tokens import Token, significant_tokens


class _Group:
    """A group of a query: where it opens, what it is in, whether it is in a test (EXISTS or MINUS)."""

    def __init__(self, opens: int, around: _Group | None, *, tests: bool) -> None:
        self.opens, self.around = opens, around
        self.tests: bool = tests or (around is not None and around.tests)
        self.uses = self.binds = False  # the variable; in triples
        self.depth = 0  # of parentheses


def spread(text: str, variable: str, terms: Iterable[Term]) -> str:
    """Return a query that holds a variable to some terms.

    Args:
        text: The query.
        variable: The variable, without its question mark.
        terms: What it may be.
    """
    among = [to_ntriples(term) for term in terms]
    values = f" VALUES ?{variable} {{ {' '.join(among)} }}"
    filtered = f" FILTER(?{variable} IN ({', '.join(among)}))"
    parts, done = [], 0
    for group in _holding(significant_tokens(text), variable):
        parts += [text[done : group.opens], filtered if group.binds else values]
        done = group.opens
    return "".join((*parts, text[done:]))


def _holding(query: list[Token], variable: str) -> list[_Group]:
    """Return the groups in which the variable is to be held to the terms.

    What a test uses is held around it; only what nothing else uses is held in the test itself, where it means
    none of all the terms.
    """
    groups = [group for group in _groups(query, variable) if group.uses]
    return [group for group in groups if not group.tests] or groups


def _groups(query: list[Token], variable: str) -> list[_Group]:
    """Return the groups in the order in which they open."""
    found: list[_Group] = []
    here: _Group | None = None
    for index, token in enumerate(query):
        if token.kind == "sign" and token.text == "{":
            tests = index > 0 and query[index - 1].is_word("EXISTS", "MINUS")
            here = _Group(token.start + 1, here, tests=tests)
            found.append(here)
        elif here is None:
            continue
        elif token.kind == "sign" and token.text == "}":
            here = here.around
        elif token.kind == "sign" and token.text in ("(", ")"):
            here.depth += 1 if token.text == "(" else -1
        elif token.kind == "variable" and token.text[1:] == variable:
            here.uses = True
            here.binds = here.binds or here.depth == 0
    return found
