"""Blank nodes that Turtle may write in brackets: one mention, one graph and no cycle; and whole lists."""

from __future__ import annotations

import pytest

from ogdkg.rdf.statements import split
from ogdkg.rdf.terms import RDF
from ogdkg.render.rdf.nesting import FIRST, NIL, REST, Nesting


def _nesting(*lines: str) -> Nesting:
    """Of lines in which `first`, `rest` and `nil` stand for the vocabulary of lists."""
    short = {"first": FIRST, "rest": REST, "nil": NIL}
    return Nesting([split(" ".join(short.get(word, word) for word in f"{line} .".split())) for line in lines])


@pytest.mark.parametrize(
    ("lines", "inside", "empty", "unmentioned"),
    [
        (["<urn:s> <urn:p> _:a", '_:a <urn:q> "1"'], {"_:a"}, set(), set()),
        (["<urn:s> <urn:p> _:a"], set(), {"_:a"}, set()),
        (['_:a <urn:q> "1"'], set(), set(), {"_:a"}),
        (["<urn:s> <urn:p> _:a", "<urn:t> <urn:p> _:a", '_:a <urn:q> "1"'], set(), set(), set()),
        (["<urn:s> <urn:p> _:a <urn:g>", '_:a <urn:q> "1" <urn:h>'], set(), set(), set()),
        (["<urn:s> <urn:p> _:g", "<urn:s> <urn:p> <urn:o> _:g"], set(), set(), set()),  # names a graph
        (["_:a <urn:p> _:b", "_:b <urn:p> _:a"], set(), set(), set()),
        (["_:a <urn:p> _:a"], set(), set(), set()),
        # what hangs on a cycle may still be nested
        (["_:a <urn:p> _:b", "_:b <urn:p> _:a", "_:b <urn:q> _:c", '_:c <urn:r> "1"'], {"_:c"}, set(), set()),
    ],
)
def test_which_nodes_need_no_label(
    lines: list[str], inside: set[str], empty: set[str], unmentioned: set[str]
) -> None:
    found = _nesting(*lines)
    assert (set(found.inside), found.empty, found.unmentioned) == (inside, empty, unmentioned)


LIST = ("<urn:s> <urn:p> _:a", '_:a first "1"', "_:a rest _:b", "_:b first <urn:x>", "_:b rest nil")


def test_a_list_gives_its_items() -> None:
    found = _nesting(*LIST)
    assert found.items("_:a") == ['"1"', "<urn:x>"]
    assert found.unspoken(map(split, [])) == {FIRST, REST, NIL}


@pytest.mark.parametrize(
    "more",
    ['_:b <urn:q> "more"', '_:b first "a second"', "<urn:t> <urn:p> _:b", "_:b rest _:c"],
)
def test_what_is_no_plain_list_is_none(more: str) -> None:
    assert _nesting(*LIST, more).items("_:a") is None


def test_a_list_without_an_end_is_none() -> None:
    assert _nesting(*LIST[:-1]).items("_:a") is None
    assert _nesting(*LIST[:-1], "_:b rest _:a").items("_:a") is None


def test_the_vocabulary_of_lists_is_spoken_where_one_is_not_in_brackets() -> None:
    odd = f'<urn:s> <{RDF}first> "1" .'
    assert _nesting(*LIST).unspoken([split(odd)]) == {NIL}
    assert _nesting("<urn:s> <urn:p> <urn:o>").unspoken([]) == {NIL}
