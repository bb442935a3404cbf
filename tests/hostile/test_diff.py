"""Files made to be slow to compare: four times as much takes about four times as long, not sixteen."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from ogdkg.diff.compare import difference
from ogdkg.diff.revisions import File, Version
from ogdkg.rdf.formats import TRIG
from ogdkg.rdf.terms import Namespaces, compact
from ogdkg.render.views.changes import as_json, as_markdown, as_text
from ogdkg.syntax.source import Source

P = "@prefix e: <http://e/> .\n"
Sides = Callable[[int], tuple[str, str]]


def joined(n: int, one: Callable[[int], str], by: str = "\n") -> str:
    return by.join(map(one, range(n)))


def values(n: int, one: Callable[[int], str]) -> str:
    return f"{P}e:s e:p {joined(n, one, ',' + chr(10))} ."


def added(one: Callable[[int], str], by: str = "\n") -> Sides:
    return lambda n: (P, P + joined(n, one, by))


SHARED = "_:b {} .\n{}"


def shared(n: int, more: int) -> str:
    said = joined(n, lambda i: f"e:p{i} {i + more * (i % 2)}", " ;\n")
    return P + SHARED.format(said, joined(n, lambda i: f"e:s{i} e:k _:b ."))


SHAPES: dict[str, Sides] = {
    "new properties of one thing": lambda n: (P, f"{P}e:s {joined(n, lambda i: f'e:p{i} {i}', ';')} ."),
    "properties gone": lambda n: (f"{P}e:s {joined(n, lambda i: f'e:p{i} {i}', ';')} .", P),
    "values of one property changed": lambda n: (
        values(n, lambda i: f'"a{i}"'),
        values(n, lambda i: f'"b{i}"'),
    ),
    "values moved to another graph": lambda n: (
        f"{P}e:g {{ {values(n, str)[len(P) :]} }}",
        f"{P}e:h {{ {values(n, str)[len(P) :]} }}",
    ),
    "a graph for each value": added(lambda i: f"e:g{i} {{ e:s e:p {i} }}"),
    "a language for each value": added(lambda i: f'e:s e:p "a"@x-{i:05} .'),
    "many things": added(lambda i: f"e:s{i} e:p {i} ."),
    "many things on one line": added(lambda i: f"e:s{i} e:p {i} .", " "),
    "comments first": lambda n: (P, P + "# a\n" * n + joined(n, lambda i: f"e:s{i} e:p {i} .")),
    "a prefix for each thing": lambda n: (
        P,
        joined(n, lambda i: f"@prefix p{i}: <http://e/{i}/> .")
        + joined(n, lambda i: f"p{i}:s p{i}:p p{i}:o ."),
    ),
    "prefixes between things": added(lambda i: f'PREFIX p{i}: <http://e/{i}/> p{i}:s p{i}:p "a" .'),
    "one prefix declared again and again": added(lambda i: f'@prefix p: <http://e/{i}/> . p:s p:p "a" .'),
    "prefixes for one namespace": lambda n: (
        P,
        joined(n, lambda i: f"@prefix p{i}: <http://e/> .") + P + joined(n, lambda i: f"e:s{i} e:p {i} ."),
    ),
    "blank nodes changed": lambda n: (
        values(n, lambda i: f"[ e:q {i} ]"),
        values(n, lambda i: f"[ e:q {i + n} ]"),
    ),
    "blank nodes alike": lambda n: (values(n, lambda i: "[ e:q 1 ]"), values(n, lambda i: "[ e:q 2 ]")),
    "blank nodes of their own": lambda n: (
        P + joined(n, lambda i: f"[] e:q {i} ."),
        P + joined(n, lambda i: f"[] e:q {i + n} ."),
    ),
    "a blank node for each property": lambda n: (
        f"{P}e:s {joined(n, lambda i: f'e:p{i} [ e:q 1 ]', ';')} .",
        f"{P}e:s {joined(n, lambda i: f'e:p{i} [ e:q 1 ; e:r 2 ]', ';')} .",
    ),
    "a large blank node that many share": lambda n: (P, shared(n, 0)),
    "a large blank node that many share changed": lambda n: (shared(n, 0), shared(n, 1)),
    "a list turned around": lambda n: (
        f"{P}e:s e:l ( {joined(n, str, ' ')} ) .",
        f"{P}e:s e:l ( {joined(n, lambda i: str(n - i), ' ')} ) .",
    ),
    "blank nodes in a circle": lambda n: (
        P + joined(n, lambda i: f"_:b{i} e:n _:b{(i + 1) % n} ."),
        P + joined(n, lambda i: f"_:b{i} e:m _:b{(i + 1) % n} ."),
    ),
    "changes deeper and deeper": lambda n: (
        f"{P}e:s {'e:a 1 ; e:p [ ' * n} e:z 1 {']' * n} .",
        f"{P}e:s {'e:a 2 ; e:p [ ' * n} e:z 2 {']' * n} .",
    ),
}


def compared(before: str, after: str, name: str = "a") -> int:
    """Compare two texts, and show what differs in each form; how long the report is."""
    old, new = (
        Version(side, (File(name, TRIG, text.encode()),))
        for side, text in zip("ab", (before, after), strict=True)
    )
    found = difference(old, new)
    return sum(len(part) for view in (as_text, as_markdown, as_json) for part in view(found))


def work(run: Callable[[], object]) -> int:
    """How many functions are called, ours and Python's: the same number on a busy machine."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_as_much_is_about_four_times_the_work(shape: str) -> None:
    few, many = (150, 600) if "deeper" in shape else (60, 240)
    compared(*SHAPES[shape](2))  # what is compiled or imported once
    less, more = (work(lambda n=n: compared(*SHAPES[shape](n))) for n in (few, many))
    assert more < 7 * less, f"{less:,} calls for {few}, {more:,} for {many}"


@pytest.mark.parametrize(
    "shape", ["a prefix for each thing", "prefixes between things", "changes deeper and deeper"]
)
def test_four_times_as_much_takes_about_four_times_the_memory(shape: str) -> None:
    peaks = []
    for n in (200, 800):
        sides = SHAPES[shape](n)
        tracemalloc.start()
        compared(*sides)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 8 * peaks[0]


def test_places_on_one_long_line_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from_its_start: list[int] = []
    count = Source._line_and_column

    def counted(source: Source, offset: int) -> tuple[int, int]:
        from_its_start.append(offset)
        return count(source, offset)

    monkeypatch.setattr(Source, "_line_and_column", counted)
    source = Source("é ".encode() * 400_000, "a")
    places = [source.place(offset) for offset in range(0, 1_200_000, 60)]
    assert len(from_its_start) <= 1
    assert [(place.line, place.column) for place in places] == [(1, 1 + 40 * i) for i in range(20_000)]
    assert source.place(3) == ("a", 1, 3)  # backwards, too


def test_a_revision_of_many_files_is_compared_by_file() -> None:
    def many(n: int, value: int) -> tuple[File, ...]:
        return tuple(File(f"{i}.ttl", TRIG, f"<x:{i}> <x:p> {value} .".encode()) for i in range(n))

    def run(n: int) -> int:
        found = difference(Version("a", many(n, 1)), Version("b", many(n, 2)))
        assert len(found.things) == n
        return sum(map(len, as_text(found)))

    run(2)
    less, more = work(lambda: run(60)), work(lambda: run(240))
    assert more < 7 * less


@pytest.mark.parametrize(
    "iri", ["http://e/a", "http://e/a/b", "http://e/a#b", "http://e/", "http://f/x", "x:", ""]
)
def test_iris_are_shortened_as_before(iri: str) -> None:
    prefixes = {"z": "http://e/", "e": "http://e/", "a": "http://e/a", "h": "http://e/a#", "n": "", "x": "x:"}
    assert Namespaces(prefixes).compact(iri) == compact(iri, prefixes)
