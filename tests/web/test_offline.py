"""Questions of a site without a server: the same answers in the browser's modules as by the command line."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import IN_CI, ROOT, Run
from tests.offline import Case, Node, asking, graphs_of, need_engine, write_assets
from tests.projects import make_small, our_graph

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.row_provenance import COLUMNS, cite_rows
from ogdkg.exchange.export import withheld
from ogdkg.rdf import formats
from ogdkg.rdf.terms import csv_text
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows, Triples
from ogdkg.web.offline.assets import SitePages, assets
from ogdkg.web.questions.files import ROWS, write_result
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.rows import PAGE

pytestmark = pytest.mark.slow  # a site of our graph is made
FIXTURES = ROOT / "tests" / "fixtures"
PROJECTS = {"ours": ROOT, **{name: FIXTURES / name for name in ("maps", "devices", "trees")}}
_MOST = 8 if IN_CI else 2  # ways to fill in a form that are tried
_EACH = 1 if IN_CI else 5  # of so many queries, one is traced: that takes Python a second


class Site:
    """A site of a project, the graphs that it was made of, and what answers on it."""

    def __init__(self, name: str, folder: Path, graphs: QueriedGraphs, node: Node) -> None:
        self.name, self.folder, self.graphs, self.node = name, folder, graphs, node

    def cases(self) -> Iterator[Case]:
        """Yield each stored query with nothing, its examples, and values that are offered."""
        for query in self.graphs.graph.catalogue.readable():
            ways = [list(self._values(query, each)) for each in query.parameters]
            for values in itertools.islice(itertools.product(*ways), _MOST):
                given = zip(query.parameters, values, strict=True)
                yield Case(query.name, {parameter.name: texts for parameter, texts in given if texts})

    def _values(self, query: StoredQuery, parameter: Parameter) -> Iterator[list[str]]:
        resolver = NameResolver(self.graphs.graph_of(query))
        if parameter.is_optional:
            yield []
        if parameter.example:
            yield [parameter.example]
        offered = [value for value, _ in resolver.offered(query, parameter)] if parameter.is_resource else []
        if offered:
            yield offered[-2:] if parameter.multivalued else [offered[len(offered) // 2]]


@contextmanager
def _site(name: str, project: Path, folder: Path) -> Iterator[Site]:
    need_engine()
    graphs = graphs_of(project)
    write_assets(graphs, folder)
    with asking(folder) as node:
        yield Site(name, folder, graphs, node)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with _site("ours", ROOT, tmp_path_factory.mktemp("ours")) as site:
        yield site


@pytest.fixture(params=PROJECTS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "ours":
        yield request.getfixturevalue("ours")
        return
    with _site(request.param, PROJECTS[request.param], tmp_path) as made:
        yield made


def _expected(graphs: QueriedGraphs, case: Case) -> dict[str, str] | None:
    """What the command line writes, by format; None where it refuses."""
    query = graphs.graph.catalogue.get(case.name)
    try:
        result = graphs.result(NameResolver(graphs.graph_of(query)), case.as_asked(query))
        rows = list(result.rows) if isinstance(result, Rows) else []
    except OgdkgError:
        return None
    if isinstance(result, Triples):
        return {"nt": _written(result, formats.NTRIPLES)}
    if isinstance(result, bool):
        return {suffix: _written(result, ROWS[suffix]) for suffix in ("json", "csv")}
    return {suffix: _written(Rows(result.variables, iter(rows)), form) for suffix, form in ROWS.items()}


def _written(result: Any, form: formats.Format) -> str:
    parts = write_result(result, form, {})
    return "".join(part if isinstance(part, str) else part.decode() for part in parts)


def _alike(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether files are the same, byte for byte; triples in any order, which is the engine's own."""
    if "nt" in one and "nt" in other:
        return sorted(one["nt"].splitlines()) == sorted(other["nt"].splitlines())
    return one == other


def test_every_stored_query_has_the_same_answer(site: Site) -> None:
    """In every format, with the same terms in the same order."""
    cases = list(site.cases())
    assert {case.name for case in cases} == set(site.graphs.graph.catalogue.paths)
    wrong: list[Any] = []
    for case, answer in zip(cases, site.node.cases(cases), strict=True):
        expected = _expected(site.graphs, case)
        if expected is None:
            wrong += [] if answer.get("faults") else [(case, "is refused", answer)]
        elif not _alike(expected, answer.get("files") or {}):
            wrong.append((case, expected, answer))
    assert not wrong


def test_stored_queries_cite_the_same(site: Site) -> None:
    """The rows of a page, as the server marks them: the same sources in the same order, and notes."""
    cases = [*{each.name: each for each in site.cases() if len(each.given) <= 1}.values()]
    cases = cases[::_EACH] if site.name == "ours" else cases
    citations = cache(Citations)
    wrong, traced = [], 0
    for case, answer in zip(cases, site.node.cases(cases, cite=True), strict=True):
        query = site.graphs.graph.catalogue.get(case.name)
        graph = site.graphs.graph_of(query)
        resolver = NameResolver(graph)
        if not answer.get("cited"):
            continue
        asked = case.as_asked(query)
        result = site.graphs.result(resolver, asked)
        assert isinstance(result, Rows)
        rows = Rows(result.variables, itertools.islice(result.rows, PAGE))
        expected, notes = [], None
        try:
            found = cite_rows(citations(graph), resolver.bind_all(query, asked.arguments), rows)
            place = found.rows.variables.index(COLUMNS[0])
            expected, notes = [csv_text(row[place]).split() for row in found.rows.rows], found.notes
        except OgdkgError:
            pass  # nor does the browser trace it
        traced += len(expected)
        if (answer["cited"].get("of") or []) != expected or notes not in (None, answer["cited"]["notes"]):
            wrong.append((case, expected, notes, answer["cited"]))
    assert not wrong
    assert traced


COUNTRIES = (
    *("NPL", "nepal", "country:npl", "npl", "<https://w3id.org/ogdkg/id/country/npl>"),
    *("Korea, Republic of", "Côte d'Ivoire", "cote divoire", "Africa"),
)


def test_names_are_resolved_as_by_the_command_line(ogdkg: Run, ours: Site) -> None:
    """By label, code, CURIE, slug, IRI, or the region around: whatever case and accents."""
    cases = [Case("initiatives-in-country", {"country": [each]}) for each in COUNTRIES]
    answers = ours.node.cases(cases)
    for case, answer in zip(cases, answers, strict=True):
        assert answer["files"] == _expected(ours.graphs, case), case
    done = ogdkg("query", "initiatives-in-country", "--country", "Africa", "-f", "csv", cwd=ROOT)
    assert answers[-1]["files"]["csv"].splitlines() == done.stdout.splitlines()


@pytest.mark.parametrize(
    ("given", "message", "near"),
    [
        ({"country": ["Nepl"]}, "Nothing to choose here is named “Nepl”.", "Nepal"),
        ({"country": ["Nepal", "India"]}, "Give one value.", None),
        ({"contry": ["Nepal"]}, "There is no field “contry”.", None),
        ({"country": ["Nepal"], "role": ["Nepal"]}, "Nothing to choose here is named “Nepal”.", None),
    ],
)
def test_what_is_wrong_is_told(
    ours: Site, given: dict[str, list[str]], message: str, near: str | None
) -> None:
    [answer] = ours.node.cases([Case("initiatives-in-country", given)])
    assert message in [fault["message"] for fault in answer["faults"]]
    assert near is None or near in [label for _, label in answer["faults"][0]["near"]]
    assert not answer.get("files")


def test_no_personal_word_is_in_the_files(ours: Site) -> None:
    """Mailboxes of people are left out, as in all that is served."""
    hidden = {str(each.object) for each in withheld(our_graph()) if "@" in str(each.object)}
    assert hidden
    files = sorted((ours.folder / "_ogdkg").rglob("*.gz"))
    assert len(files) > 100
    for path in files:
        text = gzip.decompress(path.read_bytes()).decode(errors="replace")
        assert [each for each in hidden if each in text] == [], path


def test_the_same_graph_has_the_same_files() -> None:
    need_engine(by_node=False)
    first, second = (dict(assets(SitePages(graphs_of(PROJECTS["trees"])))) for _ in range(2))
    assert first == second


def test_a_query_of_ones_own(ours: Site) -> None:
    """With the prefixes of the project, and the columns of `*` in the order of the query."""
    texts = [
        "SELECT * { ?thing a ogd:Initiative ; skos:prefLabel ?name } ORDER BY ?thing LIMIT 5",
        "ASK { ?x a ogd:Initiative }",
        "SELECT ('ogd: # <' AS ?a) (COUNT(*) AS ?n) { ?x a ogd:Tool }",
        "prefix ogd: <urn:other:>\nselect * { ?x a ogd:Tool }",
        "# SELECT\nASK { ?x a <urn:SELECT> }",
        "SELECT ?constructor ?__proto__ { VALUES ?__proto__ { 1 } OPTIONAL { ?constructor a <urn:none> } }",
    ]
    found = ours.node.texts([{"sparql": text} for text in texts])
    for text, answer in zip(texts, found, strict=True):
        assert answer["files"]["csv"] == _written(ours.graphs.graph.sparql(text), formats.CSV)
    [wrong] = ours.node.texts([{"sparql": "SELECT * {\n ?x ogd:p }"}])
    assert "error at 2:" in wrong["fault"]


MISTAKES = {
    "SELECT * {\n ?x foo:bar ?y }": (2, 5, "The prefix foo: is not declared."),
    'PREFIX foo: <urn:f:> SELECT * { ?x foo:a "bar:" ; <urn:x:y> ?y ; baz:c _:b }': (
        1,
        66,
        "The prefix baz:",
    ),
    "# SELECT\nSELEC * { }": (2, 1, "A query begins with SELECT"),
    "PREFIX x: <urn:x>\nINSERT DATA { <a:a> <a:b> <a:c> }": (2, 1, "This is an update"),
    "SELECT * { ?x a ogd:Tool . FILTER(?x > }": (1, 40, "Here ) is missing."),
    "SELECT * {\n ?x a ogd:Tool": (1, 10, "This { is not closed."),
    "SELECT * { ?x a ogd:Tool } }": (1, 28, "This } closes nothing."),
    "SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }": (1, 1, "neither bound nor grouped"),
    "SELECT * { ?x ogd:name '🌳' } LIMIT x": (1, 36, "The query does not parse."),
    "SELECT * {} LIMIT x": (1, 19, "The query does not parse."),
    "SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }": (1, 41, "does not say where"),
}


def test_what_is_wrong_with_a_query_is_told_at_its_place(ours: Site) -> None:
    """Columns count code points, and the declarations that are added for a query count nothing."""
    answers = ours.node.texts([{"sparql": text} for text in MISTAKES])
    found = {text: answer["told"] for text, answer in zip(MISTAKES, answers, strict=True)}
    assert {text: (each["line"], each["column"]) for text, each in found.items()} == {
        text: place[:2] for text, place in MISTAKES.items()
    }
    for text, (*_, words) in MISTAKES.items():
        assert words in found[text]["what"]


STRANGE = """#+ summary: "Which?"
#+ params:
#+   word: {example: a}
#+   day: {example: "2016"}
SELECT ?x ?word ?day { ?x a <urn:T> BIND(?_word_literal AS ?word) BIND(?_day_date AS ?day) }
"""
WORDS = ('"', "\\", "a\nb", "a\tb\x07", "'''", "} UNION {", "<urn:hole0:0:0>", "é", "\x7f", "$&", "🌳")


@pytest.fixture
def look(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A site of a small graph with the query `look`."""
    (tmp_path / "project").mkdir()
    project = make_small(tmp_path / "project", query=getattr(request, "param", STRANGE))
    with _site("small", project, tmp_path / "site") as site:
        yield site


def test_a_value_stays_a_value(look: Site) -> None:
    """Whatever it holds, it is one term, and every format writes it as the command line does."""
    cases = [Case("look", {"word": [word], "day": ["2016-02"]}) for word in WORDS]
    for case, answer in zip(cases, look.node.cases(cases), strict=True):
        query = look.graphs.graph.catalogue.get("look")
        result = look.graphs.result(NameResolver(look.graphs.graph_of(query)), case.as_asked(query))
        assert isinstance(result, Rows)
        rows = list(result.rows)
        for suffix in ("csv", "json", "tsv"):
            expected = _written(Rows(result.variables, iter(rows)), ROWS[suffix])
            assert answer["files"][suffix] == expected, case
        assert "2016-02-29" in answer["files"]["csv"]


def test_a_day_that_is_none_is_refused(look: Site) -> None:
    days = ["2016-02-30", "16", "2016-13", "x"]
    found = look.node.cases([Case("look", {"word": ["a"], "day": [day]}) for day in days])
    assert [[fault["parameter"] for fault in each["faults"]] for each in found] == [["day"]] * 4


MANY = " ".join(f"?x <urn:p{number}> ?__p{chr(97 + number)}_iri ." for number in range(9))


@pytest.mark.parametrize("look", [f"SELECT ?x {{ {MANY} }}"], indirect=True)
def test_a_question_with_too_many_ways_is_told_of(look: Site) -> None:
    [answer] = look.node.cases([Case("look", {})])
    assert answer["fault"] == "it has too many fields that may be left out"
