"""Counting from columns gives the engine's answers: random graphs, and queries of the kind and beside it.

https://www.w3.org/TR/sparql11-query/#aggregates and https://www.w3.org/TR/sparql11-query/#aggregateAlgebra
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ogdkg.errors import InputError
from ogdkg.rdf.formats import CSV
from ogdkg.rdf.terms import Iri, Row
from ogdkg.render.views.results import write_rows
from ogdkg.store import column_terms as module
from ogdkg.store.base import Rows, expect_rows
from ogdkg.store.columns import columns_of
from ogdkg.store.counted import counted
from ogdkg.store.embedded import EmbeddedStore

EX = "https://example.org/"
PREFIXES = {"ex": EX, "xsd": "http://www.w3.org/2001/XMLSchema#"}
_SUBJECTS = [f"ex:s{n}" for n in range(4)] + ["_:b1", "_:b2", f"<{EX}{'long' * 80}>"]
_PREDICATES = ["ex:p", "ex:q", "ex:r", "a"]
_LITERALS = [
    '"1"', '"01"^^xsd:integer', '"1"^^xsd:integer', '"1.0"^^xsd:decimal', '"1"^^xsd:int', '"1"@en', '"1"@EN',
    '"true"^^xsd:boolean', '"x y . <z>"', '"x \\" _:b <y>"@en--rtl', '"2020-01-01T00:00:00Z"^^xsd:dateTime',
    '"a"^^ex:p', '"1e0"^^xsd:double', '"NaN"^^xsd:double', f'"{"long " * 60}"', f'"{"long " * 60}"@en',
    '"\\\\"', '"\\n"', '"\\\\\\""', '"\\t \\" \\u0007 é"@fr',
]  # fmt: skip
_TRIPLE_TERMS = [
    "<<( ex:s1 ex:p ex:s2 )>>",
    '<<( ex:s1 ex:p "a b" )>>',
    "<<( _:b1 ex:q <<( ex:s1 a ex:s1 )>> )>>",
]
_OBJECTS = _SUBJECTS + _LITERALS + _TRIPLE_TERMS
_GRAPHS = ["", "ex:g1", "ex:g2", "_:g3"]

_quads = st.lists(st.tuples(*map(st.sampled_from, (_SUBJECTS, _PREDICATES, _OBJECTS, _GRAPHS))), max_size=30)


def _store(quads: list[tuple[str, str, str, str]], *, union: bool) -> EmbeddedStore:
    lines = "".join(
        f"GRAPH {graph} {{ {subject} {predicate} {value} }}\n"
        if graph
        else f"{subject} {predicate} {value} .\n"
        for subject, predicate, value, graph in quads
    )
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    store = EmbeddedStore()
    store.engine.extend(ox.parse((head + lines).encode(), format=ox.RdfFormat.TRIG))
    if union:
        store.engine.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


_variables = st.sampled_from(["?s", "?p", "?o", "?x", "?g", "$o"])
_counts = st.builds(
    "{}({}{})".format,
    st.sampled_from(["COUNT", "count", "COUNT", "COUNT", "SUM"]),
    st.sampled_from(["", "DISTINCT ", "distinct "]),
    st.sampled_from(["?s", "?o", "?x", "?p", "?g", "*"]),
)
_objects = st.one_of(_variables, st.sampled_from(["ex:s1", '"1"', "01", "1.0", "true", '"1"@en', "ex:none"]))
_patterns = st.one_of(
    st.builds("?s {} {}".format, st.sampled_from(["?p", "ex:p", "ex:q", "a"]), _objects),
    st.builds(
        "?s {} ?o ; {} {}".format,
        st.sampled_from(["ex:p", "a", "ex:q"]),
        st.sampled_from(["ex:p", "ex:q/ex:p", "^ex:q", "ex:r", "ex:p*", "ex:p|ex:q", "a"]),
        st.sampled_from(["?x", "?x", "ex:s1", "?o", "[]"]),
    ),
    st.sampled_from(
        ["[] a ?o", "?s ex:p ?o . ?o ex:q ?x . ?x a ?p", "?s ex:p ?o . ?x ex:q ?p", "?s ex:p ?o, ?x"]
    ),
)
_wheres = st.one_of(
    _patterns,
    _patterns,
    st.builds("GRAPH {} {{ {} }}".format, st.sampled_from(["?g", "ex:g1", "ex:none"]), _patterns),
    st.builds("{} FILTER(?o != 1)".format, _patterns),
    st.builds("{} . OPTIONAL {{ ?s ex:q ?x }}".format, _patterns),
)


@st.composite
def _queries(draw: st.DrawFn) -> str:
    keys = draw(st.lists(st.sampled_from(["?s", "?p", "?o", "?x", "?g"]), max_size=2, unique=True))
    counts = draw(st.lists(_counts, max_size=2))
    shown = [*keys, *(f"({each} AS ?n{n})" for n, each in enumerate(counts))]
    if counts and draw(st.booleans()):
        shown.append(f"({counts[0]} * 2 + 1 AS ?m)")
    group = f"GROUP BY {' '.join(keys)}" if keys and draw(st.integers(0, 5)) else ""
    distinct = "DISTINCT" if not draw(st.integers(0, 3)) or not (group or counts) else ""
    text = f"SELECT {distinct} {' '.join(shown) or '?s'} {{ {draw(_wheres)} }} {group}"
    if counts and not draw(st.integers(0, 3)):
        text += f" HAVING ({counts[0]} > 1)"
    order = draw(
        st.lists(
            st.sampled_from([*keys, "?n0", "DESC(?n0)", *(f"DESC({each})" for each in counts)]),
            max_size=2,
        )
    )
    if order:
        text += f" ORDER BY {' '.join(order)}"
    return text + draw(
        st.sampled_from(["", "", " LIMIT 2", " OFFSET 1", " LIMIT 3 OFFSET 1", " LIMIT 0", " nonsense"])
    )


# Patterns that are counted, each with its variables.
_COUNTED = [
    ("?s ?p ?o", "?s ?p ?o"), ("[] ?p ?o", "?p ?o"), ("?s ?p 1", "?s ?p"),
    (f'?s ?p "{"long " * 60}"', "?s ?p"),
    ("?s ex:p ?o", "?s ?o"),
    ("?s a ex:s1", "?s"), ("?s ex:p 01", "?s"), ('?s ex:q "1"', "?s"), ("?s ex:none ?o", "?s ?o"),
    ("GRAPH ?g { ?s ?p ?o }", "?g ?s ?p ?o"), ("GRAPH ex:g1 { ?s ?p ?o }", "?s ?p ?o"),
    ("GRAPH ?g { ?s a ?o }", "?g ?s ?o"), ("GRAPH ?g { ?s ex:p 1 }", "?g ?s"),
    ("GRAPH ?g { [] ?p [] }", "?g ?p"),
    ("?s a ?o ; ex:p ?x", "?s ?o ?x"), ("?s a ex:s1 ; ex:p ?x ; ex:q ?o", "?s ?x ?o"),
    ("?s ex:p/ex:q ?o", "?s ?o"), ("?s ^ex:p ?o . ?o ex:q ?x", "?s ?o ?x"),
    ("?s ^(ex:p/ex:q) ?o ; a ?x", "?s ?o ?x"),
    ("?s ex:p ?o . ?o ex:q ?x . ?x a [] . ?s ex:r []", "?s ?o ?x"), ("?s ex:p [ ex:q ?o ]", "?s ?o"),
]  # fmt: skip


_CONDITIONS = [
    "FILTER(?k != ex:p)", "FILTER isIRI(?k)", "FILTER(?k = 1 || ?k != ex:g1)", "FILTER REGEX(STR(?k), 's')",
    "FILTER(?k IN (ex:p, ex:s1, 1.0, ex:g1))", "FILTER(?k > 0)",
]  # fmt: skip


@st.composite
def _counting(draw: st.DrawFn) -> str:
    where, variables = draw(st.sampled_from(_COUNTED))
    names = variables.split()
    keys = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    counted_ones = [f"COUNT({each})" for each in [*names, "*"]]
    counted_ones += [f"COUNT(DISTINCT {each})" for each in names]
    counts = draw(st.lists(st.sampled_from(counted_ones), max_size=2, min_size=0 if keys else 1))
    shown = [*keys, *(f"({each} AS ?n{n})" for n, each in enumerate(counts))]
    shown += draw(st.sampled_from([[], [], [f"({counts[0]} * 100 / 7 AS ?m)"] if counts else []]))
    if keys and not draw(st.integers(0, 3)):
        condition = draw(st.sampled_from(_CONDITIONS)).replace("?k", keys[0])
        where = where[:-1] + f" {condition} }}" if where.endswith("}") else f"{where} {condition}"
    begin = "SELECT" if counts else "SELECT DISTINCT"
    text = f"{begin} {' '.join(draw(st.permutations(shown)))} WHERE {{ {where} }}"
    text += f" GROUP BY {' '.join(keys)}" if keys and (counts or draw(st.booleans())) else ""
    if counts and not draw(st.integers(0, 3)):
        text += f" HAVING ({counts[0]} > 1) ({counts[-1]} < 7)"
    ways = [*keys, *(f"DESC({each})" for each in [*keys, *counts])]
    order = draw(st.lists(st.sampled_from(ways), max_size=2))
    text += f" ORDER BY {' '.join(order)}" if order else ""
    return text + draw(st.sampled_from(["", "", "", " LIMIT 2", " OFFSET 1", " LIMIT 3 OFFSET 1"]))


def _answer(store: EmbeddedStore, query: str) -> Rows | None:
    """The engine's rows; None where it refuses the query."""
    try:
        return expect_rows(store.query(query, prefixes=PREFIXES))
    except InputError:
        return None


def _compare_texts(store: EmbeddedStore, query: str, rows: list[Row]) -> None:
    """Compare the CSV of a query that is counted with that of its rows."""
    found = counted(query, PREFIXES, columns_of(store.engine), store.engine)
    assert isinstance(found, Rows)
    written = "".join(write_rows(found, CSV))
    assert written == "".join(write_rows(Rows(found.variables, iter(rows)), CSV))


@settings(max_examples=200, deadline=None)
@given(_quads, st.one_of(_counting(), _counting(), _queries()), st.booleans())
def test_answers_are_the_engines(quads: list[Any], query: str, union: bool) -> None:
    store = _store(quads, union=union)
    expected = _answer(store, query)
    found = counted(query, PREFIXES, columns_of(store.engine), store.engine)
    event("counted" if isinstance(found, Rows) else found)
    if isinstance(found, Rows):
        assert expected is not None, "the engine refuses it"
        assert found.variables == expected.variables
        ours, theirs = list(found.rows), list(expected.rows)
        assert Counter(ours) == Counter(theirs)
        _compare_texts(store, query, ours)
        places = _ordering(query, found.variables)
        assert [[row[place] for place in places] for row in ours] == [
            [row[place] for place in places] for row in theirs
        ]


def _ordering(query: str, variables: tuple[str, ...]) -> list[int]:
    """The columns by which a query orders its rows, as far as they are shown; further ones do not matter."""
    shown = dict(re.findall(r"\((\S+(?: \?\w)?\)) AS \?(n\d)\)", query))
    found = []
    order = query.partition(" ORDER BY ")[2]
    for condition in re.findall(r"DESC\((.+?\)?)\)(?= |$)|(\S+)", order.partition(" LIMIT")[0]):
        text = "".join(condition)
        name = shown.get(text, text.lstrip("?"))
        if name not in variables:
            break
        found.append(variables.index(name))
    return found


# How the values of a property are: one of each thing, one thing of each, both, or several.
_USES = ("one", "inverse", "both", "many")
_TREES = [
    ("?a ex:p ?b . ?b ex:q ?c", "?a ?b ?c"),
    ("?a ex:p ?b . ?b ex:q ?c . ?c ex:r ?d", "?a ?b ?c ?d"),
    ("?a ex:p ?b ; ex:q ?c ; ex:r ?d", "?a ?b ?c ?d"),
    ("?a ex:p ?b . ?b ex:q ?c . ?c ex:r ?d . ?b a ?e", "?a ?b ?c ?d ?e"),
    ("?a ex:p ?b . ?c ex:q ?b . ?c ex:r ?d . ?d a ex:s1", "?a ?b ?c ?d"),
    ("?a ex:p ?b . ?c ex:q ?b . ?c ex:r ?d . ?d a ?e . ?a a ?f", "?a ?b ?c ?d ?e ?f"),
]


def _used(use: str, predicate: str, gaps: int) -> list[tuple[str, str, str, str]]:
    """Statements of twelve things; of those without a remainder by `gaps` none."""
    pairs = [(n, n * 5 % 12 if use == "both" else n * n % 7) for n in range(12) if n % gaps or gaps == 1]
    pairs += [(n, (n + 5) % 12) for n in range(0, 12, 2)] if use == "many" else []
    ordered = [pair[::-1] for pair in pairs] if use == "inverse" else pairs
    return [(f"ex:s{one}", predicate, f"ex:s{other}", "") for one, other in ordered]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_TREES), st.data())
def test_pairs_along_properties_of_one_and_of_many_values_are_the_engines(
    tree: tuple[str, str], data: st.DataObject
) -> None:
    where, names = tree
    uses = [
        _used(data.draw(st.sampled_from(_USES)), predicate, data.draw(st.sampled_from([1, 3])))
        for predicate in _PREDICATES
    ]
    store = _store([quad for use in uses for quad in use], union=False)
    one, other = data.draw(st.permutations(names.split()))[:2]
    query = f"SELECT {one} {other} (COUNT(*) AS ?n) {{ {where} }} GROUP BY {one} {other}"
    found, expected = counted(query, PREFIXES, columns_of(store.engine), store.engine), _answer(store, query)
    assert expected is not None
    if isinstance(found, Rows):
        assert Counter(found.rows) == Counter(expected.rows)
    else:
        assert found == "few statements match one of its patterns"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o > 1) } GROUP BY ?p", "it tells of variables"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o > 1) }", "it has FILTER"),
        ("SELECT (SUM(?o) AS ?n) { ?s ex:p ?o }", "it counts nothing"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s LIMIT 1", "its LIMIT or OFFSET chooses among"),
        ("SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY (STR(?o) AS ?t)", "it groups by an expression"),
        ("SELECT (COUNT(*) AS ?n) { ex:s1 ?p ?o }", "it asks about one thing"),
        ("BASE <https://example.org/> SELECT (COUNT(*) AS ?n) { ?s <p> ?o }", "it has a relative IRI"),
        ("SELECT (COUNT(*) AS ?n) FROM ex:g1 { ?s ?p ?o }", "it is of another form"),
        ("SELECT (COUNT(*) AS ?n) { ?s ex:p ?o . ?x ex:q ?y }", "its patterns are no tree"),
        ("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s { ?s ?p ?o } }", "it has SELECT"),
    ],
)
def test_others_say_why_the_engine_answers(query: str, reason: str) -> None:
    store = _store([("ex:s1", "ex:p", "ex:s2", ""), ("ex:s2", "ex:q", "ex:s1", "")], union=True)
    found = counted(query, PREFIXES, columns_of(store.engine), store.engine)
    assert isinstance(found, str) and found.startswith(reason)


def test_the_number_of_distinct_things_is_told_by_the_columns_alone() -> None:
    store = _store([(f"ex:s{n}", "ex:p", f"ex:o{n % 3}", "ex:g1") for n in range(9)], union=True)
    store.columns = lambda _: columns_of(store.engine)
    assert store.why_not_counted("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }", {}) == ""
    [row] = expect_rows(store.query("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }")).rows
    assert str(getattr(row[0], "value", "")) == "3"


@pytest.mark.parametrize(
    "end", ["", "LIMIT 1", "LIMIT 2", "LIMIT 3 OFFSET 1", "LIMIT 2 OFFSET 2", "LIMIT 9", "LIMIT 0"]
)
@pytest.mark.parametrize(
    "order", ["DESC(?n)", "DESC(?n) ?o", "?n DESC(?o)", "DESC(?t) ?o", "DESC(?n * 2) ?o"]
)
@pytest.mark.parametrize("having", ["", "HAVING (COUNT(*) < 80)"])
def test_the_most_frequent_of_many_are_the_engines(end: str, order: str, having: str) -> None:
    values = [40, 90, 40, 90, 1, 1, 70]  # how often each is there: some alike
    quads = [
        (f"ex:s{n}", "ex:p", f"ex:o{place}", "") for place, number in enumerate(values) for n in range(number)
    ]
    quads += [(f"ex:s{n}", "ex:q", f"ex:s{n}", "") for n in range(9)]
    store = _store(quads, union=True)
    select = "SELECT ?o (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?t)"
    query = f"{select} {{ ?s ?p ?o }} GROUP BY ?o {having} ORDER BY {order} {end}"
    found, expected = counted(query, PREFIXES, columns_of(store.engine), store.engine), _answer(store, query)
    assert expected
    theirs = list(expected.rows)
    if isinstance(found, Rows):
        ours = list(found.rows)
        assert (ours == theirs) if "o" in order else (Counter(ours) == Counter(theirs))
    else:
        assert found.startswith("its LIMIT or OFFSET chooses among"), found
        assert end


LONG = [f'"{n} {"long " * 60}"@en' for n in range(3)] + [f"<{EX}{'long' * 80}>"]


@pytest.mark.parametrize("select", ["?o (COUNT(*) AS ?n)", "?o ?p (COUNT(?s) * 2 AS ?n)"])
@pytest.mark.parametrize("end", ["", "HAVING (COUNT(*) > 1)", "ORDER BY DESC(?n)"])
def test_long_texts_are_the_engines_own(select: str, end: str) -> None:
    """Columns have digests of them, and no text: it comes from the store, of a blank node's statement too."""
    quads = [(f"ex:s{n}", f"ex:p{n % 2}", value, "") for n in range(4) for value in LONG[: n + 1]]
    store = _store([*quads, ("_:b", "ex:p1", '"1"', ""), ("_:b", "ex:p1", f'"{"x" * 400}"', "")], union=True)
    query = f"SELECT {select} {{ ?s ?p ?o }} GROUP BY ?o ?p {end}"
    found, expected = counted(query, PREFIXES, columns_of(store.engine), store.engine), _answer(store, query)
    assert isinstance(found, Rows) and expected is not None
    ours = list(found.rows)
    assert Counter(ours) == Counter(expected.rows)
    _compare_texts(store, query, ours)


def test_many_long_texts_and_those_of_named_graphs_alone_are_left_to_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = _store([("ex:s", "ex:p", LONG[0], "ex:g1"), ("ex:s", "ex:p", LONG[1], "")], union=False)
    columns = columns_of(store.engine)
    query = "SELECT ?o (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?o"
    assert counted(query, PREFIXES, columns, store.engine) == "it shows long texts of named graphs"
    monkeypatch.setattr(module, "_MOST_LONG", 0)
    query = "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o"
    assert counted(query, PREFIXES, columns, store.engine) == "it shows many long texts"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x (COUNT(*) AS ?n) { ?s ex:p ?o . ?o ex:q ?x } GROUP BY ?x",
        f"SELECT (COUNT(*) AS ?n) {{ ?s ex:p {LONG[-1]} }}",
        "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ex:p/ex:q ?o }",
    ],
)
def test_long_names_join(query: str) -> None:
    quads = [(f"ex:s{n}", "ex:p", end, "") for n in range(5) for end in (LONG[-1], f"ex:s{n}")]
    quads += [(end, "ex:q", f"ex:x{n}", "") for n in range(5) for end in (LONG[-1], f"ex:s{n}")]
    store = _store(quads, union=True)
    found, expected = counted(query, PREFIXES, columns_of(store.engine), store.engine), _answer(store, query)
    assert isinstance(found, Rows) and expected is not None
    assert Counter(found.rows) == Counter(expected.rows)


def _held(kind: type) -> int:
    """How many objects of a class there are."""
    return sum(type(each) is kind for each in gc.get_objects())


def test_rows_of_very_many_groups_are_made_as_they_are_read() -> None:
    many = 140_000
    store = EmbeddedStore()
    p = ox.NamedNode("urn:p")
    numbers = range(many)
    store.engine.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:{n}"), p, ox.NamedNode(f"urn:o{n % 3}"), ox.DefaultGraph())
        for n in numbers
    )
    query = "SELECT DISTINCT ?s ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ?o"
    held = _held(Iri)
    found = counted(query, {}, columns_of(store.engine), store.engine)
    assert isinstance(found, Rows)
    first = next(found.rows)
    assert _held(Iri) - held <= 2 * module.TOGETHER
    assert {(str(s), str(o), str(n)) for s, o, n in [first, *found.rows]} == {
        (f"urn:{n}", f"urn:o{n % 3}", "1") for n in numbers
    }


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
        "SELECT ?o (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?t) { ?s ?p ?o } GROUP BY ?o",
        "SELECT DISTINCT ?o ?s { ?s ex:p ?o }",
        "SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o ORDER BY ?n",
        "SELECT DISTINCT ?s { ?s ex:q ?o } ORDER BY DESC(?s)",
        "SELECT ?g ?s ?o (COUNT(?p) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ?s ?o",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY DESC(?g)",
    ],
)
def test_terms_made_many_at_a_time_are_the_engines(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terms of all kinds in many blocks, whose numbers lie near one another or far apart."""
    monkeypatch.setattr(module, "TOGETHER", 16)
    kinds = [*_LITERALS, *_TRIPLE_TERMS, *LONG, "_:b{}", "ex:o{}", '"{} \\" {}"@fr', '"{}"', '"<{}>"']
    quads = [
        (f"ex:s{n * 37 % 199}", "ex:p", value.replace("{}", str(n * 53 % 97)), f"ex:g{n % 3}")
        for n in range(150)
        for value in kinds
    ]
    quads += [(f"ex:s{n}", "ex:q", f"ex:s{n * 61 % 300}", "") for n in range(300)]
    store = _store(quads, union=True)
    found, expected = counted(query, PREFIXES, columns_of(store.engine), store.engine), _answer(store, query)
    assert isinstance(found, Rows) and expected is not None
    ours, theirs = list(found.rows), list(expected.rows)
    assert Counter(ours) == Counter(theirs)
    _compare_texts(store, query, ours)
    assert "DESC" not in query or ours == theirs
