"""A query over literals of many kinds, which the engine cannot sort as it compares them, is answered."""

from __future__ import annotations

import random
import sys
from functools import partial

import pyoxigraph as ox
import pytest

from ogdkg.errors import PanicError
from ogdkg.rdf.terms import Literal
from ogdkg.sparql.kinds import sorted_by_kind
from ogdkg.store.base import Result, Rows
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.limit import run_plain_with_timeout, run_with_timeout
from tests.conftest import TREES, Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process can be forked here")

XSD = "http://www.w3.org/2001/XMLSchema#"


def _mixed(number: int, most: int = 400) -> str:
    """Numbers and strings, of which 9 < 10 < "8a" < 9, in an order that Rust finds out."""
    place = number * 7919 % most
    return (str(place), f'"{place}"', f'"{place}a"')[number % 3]


def _query(order: str, columns: str = "?x") -> str:
    return f"SELECT {columns} {{ VALUES ?x {{ {' '.join(map(_mixed, range(400)))} }} }} {order}"


SORTED = _query("ORDER BY ?x")


def _values(result: Result) -> list[str]:
    assert isinstance(result, Rows)
    return [row[0].value for row in result.rows if isinstance(row[0], Literal)]


def test_the_engine_ends_the_process_and_the_parent_is_told_why() -> None:
    with pytest.raises(PanicError, match=r"sort values of such different kinds\.\n.*STR\(\?x\)") as caught:
        run_plain_with_timeout(lambda: len(list(ox.Store().query(SORTED))), 60)
    assert caught.value.is_of_order and "memory" not in str(caught.value)


@pytest.mark.parametrize(
    ("order", "is_of"),
    [
        ("ORDER BY ?x", slice(None)),
        ("ORDER BY ASC(?x) LIMIT 5 OFFSET 3", slice(3, 8)),
        ("order by (?x) # one more\n LIMIT 7", slice(7)),
        ("ORDER BY COALESCE(?x, 1) STR(?x)", slice(None)),
    ],
)
def test_it_is_answered_all_the_same(order: str, is_of: slice) -> None:
    found = _values(run_with_timeout(partial(EmbeddedStore().query, _query(order)), 60))
    numbers = sorted((_mixed(n) for n in range(400) if n % 3 == 0), key=int)
    strings = sorted(_mixed(n).strip('"') for n in range(400) if n % 3)
    assert found == [*numbers, *strings][is_of]


def test_descending_and_within_a_part_of_the_query() -> None:
    store = EmbeddedStore()
    descending = _values(store.query(sorted_by_kind(_query("ORDER BY desc(?x)"))))
    assert descending == _values(store.query(sorted_by_kind(SORTED)))[::-1]
    within = f"ASK {{ {{ {_query('ORDER BY ?x LIMIT 400')} }} FILTER(?x = 3) }}"
    assert run_with_timeout(partial(EmbeddedStore().query, within), 60) is True


def test_the_command_answers_it(ogdkg: Run) -> None:
    done = ogdkg("sparql", SORTED, "--format", "csv")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 401
    assert done.stderr == ""


KINDS = (
    lambda r: f'"200{r.randrange(5)}-0{r.randrange(1, 9)}-01{r.choice(["", "Z"])}"^^<{XSD}date>',
    lambda r: f'"200{r.randrange(5)}-0{r.randrange(1, 9)}"^^<{XSD}gYearMonth>',
    lambda r: f'"200{r.randrange(5)}{r.choice(["", "-14:00"])}"^^<{XSD}gYear>',
    lambda r: f'"200{r.randrange(5)}-01-01T00:00:00{r.choice(["", "+14:00"])}"^^<{XSD}dateTime>',
    lambda r: f'"P{r.randrange(1, 70)}{r.choice("MD")}"^^<{XSD}duration>',
    lambda r: f'"{r.choice(["NaN", "INF", "7.5"])}"^^<{XSD}double>',
    lambda r: f'"{r.randrange(99)}{r.choice(["", "x"])}"^^<{XSD}integer>',
    lambda r: f"{r.random() * 99:.2f}",
    lambda r: f'"{r.randrange(99)}{r.choice("ab")}"{r.choice(["", "@en", "@fr"])}',
    lambda r: f"<urn:{r.randrange(99)}>",
    lambda r: f'"{r.randrange(99)}"^^<urn:datatype>',
    lambda r: "UNDEF",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_every_mixture_can_be_sorted_by_kind(seed: int) -> None:
    chance = random.Random(seed)
    values = " ".join(chance.choice(KINDS)(chance) for _ in range(600))
    text = sorted_by_kind(f"SELECT ?x {{ VALUES ?x {{ {values} }} }} ORDER BY DESC(?x)")
    assert run_plain_with_timeout(lambda: len(list(ox.Store().query(text))), 60) == 600


def test_other_parts_of_a_query_stay_as_they_are() -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?order ?by } # ORDER BY ?x\nGROUP BY ?s"
    assert sorted_by_kind(text) == text
    exists = "SELECT ?s { ?s ?p ?o } ORDER BY EXISTS { ?s a ?o }"
    assert sorted_by_kind(exists) == exists


def test_a_project_is_asked_so_too(ogdkg: Run) -> None:
    done = ogdkg("sparql", f"{SORTED.removesuffix(' ORDER BY ?x')} ORDER BY ?x LIMIT 1", cwd=TREES)
    assert (done.returncode, done.stdout.split()[-1]) == (0, "0")
