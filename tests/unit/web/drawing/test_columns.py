"""The picture in columns: no name lies upon another, whatever is linked, and it is the same each time."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import examples

from ogdkg.web.drawing.columns import MOST, ROW, Link, Thing, arranged

HEADINGS = ["a", "b", "c"]


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[list[Thing], list[Link]]:
    count = draw(st.integers(1, 20))
    columns = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    things = [Thing(str(at), f"thing {at % 7}", f"/{at}", column) for at, column in enumerate(columns)]
    ends = st.integers(0, count)  # also one that is not there
    pairs = draw(st.lists(st.tuples(ends, ends, st.booleans()), max_size=30))
    return things, [Link(str(one), str(other), "to", by_rule) for one, other, by_rule in pairs]


@given(_graphs())
@examples(60)
def test_no_name_lies_upon_another(graph: tuple[list[Thing], list[Link]]) -> None:
    things, links = graph
    picture = arranged(things, links, HEADINGS)
    linked = {key for link in links if link.one != link.other for key in (link.one, link.other)}
    drawn = [name.thing.key for column in picture.columns for name in column.names]
    assert len(drawn) == len(set(drawn))
    assert set(drawn) <= linked & {thing.key for thing in things}
    for column in picture.columns:
        heights = [name.y for name in column.names]
        assert all(below - above >= ROW for above, below in pairwise(heights))
        assert all(ROW <= height <= picture.height - 8 for height in heights)


def test_it_is_the_same_whatever_the_order() -> None:
    things = [Thing(str(at), f"thing {at}", f"/{at}", at % 3) for at in range(30)]
    links = [Link(str(at), str((at * 7 + 1) % 30), "to") for at in range(30)]
    first = arranged(things, links, HEADINGS)
    shuffled = things[:]
    random.Random(1).shuffle(shuffled)
    assert arranged(shuffled, links, HEADINGS) == first


def test_lines_that_need_not_cross_do_not() -> None:
    things = [
        Thing(f"{side}{at}", f"{side}{at}", "", column) for column, side in enumerate("ab") for at in range(6)
    ]
    links = [Link(f"a{at}", f"b{5 - at}", "to") for at in range(6)]
    left, right = arranged(things, links, ["a", "b"]).columns
    partners = [5 - int(name.thing.key[1:]) for name in left.names]
    assert [int(name.thing.key[1:]) for name in right.names] == partners
    assert [name.y for name in left.names] == [name.y for name in right.names]


def test_of_many_those_with_most_links_are_drawn() -> None:
    things = [Thing(str(at), str(at), "", at % 3) for at in range(400)]
    links = [Link(str(at), str(other), "to") for at in range(400) for other in range(min(at, 3))]
    picture = arranged(things, links, HEADINGS)
    drawn = {name.thing.key for column in picture.columns for name in column.names}
    assert {"0", "1", "2"} <= drawn
    assert len(drawn) == MOST
    assert sum(column.left_out for column in picture.columns) == 400 - MOST


def test_what_rules_make_of_two_links_is_not_drawn_across_names() -> None:
    things = [Thing("a", "a", "", 0), Thing("b", "b", "", 1), Thing("c", "c", "", 2)]
    steps = [Link("a", "b", "to"), Link("b", "c", "to")]
    for link, count in ((Link("a", "c", "to", True), 2), (Link("a", "c", "to"), 3)):
        columns = arranged(things, [*steps, link], HEADINGS).columns
        assert sum(len(name.lines) for column in columns for name in column.names) == count


def test_a_long_name_ends_before_the_next_column() -> None:
    things = [Thing("a", "x" * 5_000, "", 0), Thing("b", "界" * 5_000, "", 1)]
    left, right = arranged(things, [Link("a", "b", "to")], ["a", "b"]).columns
    assert left.names[0].text == "x" * 55 + "…"
    assert right.names[0].text == "界" * 27 + "…"
