"""Queries that reach outside, that end an engine's process, and patterns that never end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib.plugins.sparql.evaluate
from rdflib.plugins.sparql import prepareQuery

from ogdkg import open_graph
from ogdkg.errors import InputError, LimitError
from ogdkg.sparql.guard import LONGEST, refuse_foreign, refuse_unsafe
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.pattern import fits, is_valid
from ogdkg.store.rdflib import RdflibStore
from tests.conftest import Run

if TYPE_CHECKING:
    from tests.projects import Make
    from tests.servers.listening import Listener

U, G = "<http://listener/>", "{ ?x ?y ?z }"
ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in "SERVICE")
# Each asks the listener, by one engine or the other, where nothing stops it.
OUTSIDE = {
    "plain": f"SELECT * {{ SERVICE {U} {G} }}",
    "lower case, without blanks": f"SELECT * {{ service{U}{G} }}",
    "silent": f"SELECT * {{ SERVICE SILENT {U} {G} }}",
    "two keywords in one word": f"SELECT * {{ SERVICESILENT{U}{G} }}",
    "a boolean before it": f"SELECT * {{ ?s ?p trueSERVICE{U}{G} }}",
    "a number before it": f"SELECT * {{ ?s ?p 1SERVICE{U}{G} }}",
    "an empty prefix": f"PREFIX :{U} SELECT * {{ SERVICE:{G} }}",
    "a local name": f"PREFIX :{U} SELECT * {{ SERVICE:x{G} }}",
    "a prefix": f"PREFIX e:{U} SELECT * {{ SERVICEe:{G} }}",
    "silent and a prefix": f"PREFIX e:{U} SELECT * {{ SERVICESILENTe:x # c\n {G} }}",
    "a prefix of that name": f"PREFIX service: <urn:> PREFIX :{U} SELECT * {{ service:x{G} }}",
    "a variable": f"SELECT * {{ BIND({U} AS ?u) SERVICE ?u {G} }}",
    "an unbound variable": f"SELECT * {{ OPTIONAL {{ SERVICE ?u {G} }} }}",
    "a computed address": (
        f"SELECT * {{ BIND(IRI(CONCAT('http://listener/', 'secret')) AS ?u) SERVICE ?u {G} }}"
    ),
    "within EXISTS": f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE {U} {G} }} }}",
    "within MINUS": f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE {U} {G} }} }}",
    "within LATERAL": f"SELECT * {{ ?s ?p ?o LATERAL {{ SERVICE {U} {G} }} }}",
    "within a subquery": f"SELECT * {{ {{ SELECT * {{ SERVICE {U} {G} }} }} }}",
    "within GRAPH": f"SELECT * {{ GRAPH ?g {{ SERVICE {U} {G} }} }}",
    "within UNION": f"SELECT * {{ {{ }} UNION {{ SERVICE {U} {G} }} }}",
    "after a carriage return": f"SELECT * {{ # comment\rSERVICE {U} {G} }}",
    "an escape": f"SELECT * {{ \\u0053ERVICE {U} {G} }}",
    "a long escape": f"SELECT * {{ \\U00000053ERVICE {U} {G} }}",
    "an escape as rdflib alone reads it": f"SELECT * {{ \\u00000053ERVICE {U} {G} }}",
    "every letter escaped": f"SELECT * {{ {ESCAPED} {U} {G} }}",
    "an escaped end of a comment": f"SELECT * {{ # \\u000A SERVICE {U} {G}\n }}",
    "an escaped end of a string": f'SELECT * {{ ?s ?p "x\\u0022 . SERVICE {U} {G} # "\n }}',
    "a comparison that looks like an IRI": f"SELECT * {{ ?s ?p ?o FILTER(?o<2)SERVICE?g#>\n{G} }}",
    "the same, in one word": f"PREFIX :{U} SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICESILENT:x#>\n{G} }}",
    "a comparison and a comment": f'SELECT * {{ ?s ?p ?o FILTER(1<2#> """\n)SERVICE {U} {G} #"""\n }}',
    "a comparison and a string": f"SELECT * {{ ?s ?p ?o FILTER(?o<'x>')SERVICE {U} {G} #'\n }}",
    "a group's comparison": f"SELECT * {{ ?s ?p ?o FILTER(EXISTS{{}}<2#> '''\n)SERVICE {U} {G} #'''\n }}",
    "FROM": f"SELECT * FROM {U} {{ ?s ?p ?o }}",
    "FROM in one word": f"SELECT * FROMNAMED{U} {{ ?s ?p ?o }}",
    "FROM NAMED": f"SELECT * FROM NAMED {U} {{ GRAPH ?g {G} }}",
    "FROM a file": "SELECT * FROM <file:///etc/hostname> { ?s ?p ?o }",
    "an escaped FROM": f"SELECT * \\u0046ROM {U} {{ ?s ?p ?o }}",
    "LOAD": f"LOAD {U}",
}
# What may look like it and is none of it.
INSIDE = (
    "SELECT * { ?s ?p 'SERVICE <http://x>' } # SERVICE",
    "PREFIX service: <urn:FROM#> SELECT * { ?service service:FROM ?from . ?from service:load <urn:load> }",
    "SELECT * { ?s ?p ?o FILTER(?o < 2 && ?o>0 && 1<?o) }",
    "SELECT * { VALUES (?a ?b) { (<urn:x#a> <urn:it's#b>) (<urn:(a)#> UNDEF) } }",
    "SELECT * { ?s ?p <urn:it's#(a)> . <urn:a#b> ?p ?o FILTER(?o IN (<urn:x#a>, <urn:it's>)) }",
    'SELECT * { ?s ?p "caf\\u00E9" }',
)
ENGINES = ("oxigraph", "rdflib")
COMMANDS = (("query", "look"), ("stats",), ("search", "secret"), ("sparql", "ASK {}"), ("validate",))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", OUTSIDE.values(), ids=OUTSIDE)
def test_no_query_reaches_outside(engine: str, text: str, listener: Listener) -> None:
    store = EmbeddedStore() if engine == "oxigraph" else RdflibStore()
    with pytest.raises(InputError) as caught:
        store.query(text.replace("http://listener/", listener.url), name="q.rq")
    assert caught.value.exit_code == 3
    assert str(caught.value.place).startswith("q.rq")


@pytest.mark.parametrize("text", INSIDE)
def test_what_only_looks_so_is_answered(text: str) -> None:
    for store in (EmbeddedStore(), RdflibStore()):
        store.query(text)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "condition",
    [
        "BIND(IRI(CONCAT('http://listener/?v=', STR(?o))) AS ?u) FILTER EXISTS { SERVICE ?u { ?x ?y ?z } }",
        "SERVICESILENT<http://listener/>{?x ?y ?z}",
        "FILTER(STRSTARTS(STR(?o), 's')) \\u0053ERVICE <http://listener/> { ?x ?y ?z }",
    ],
)
def test_no_rule_reaches_outside(engine: str, condition: str, project: Make, listener: Listener) -> None:
    rule = f"CONSTRUCT {{ }} WHERE {{\n?s ?p ?o {condition} }}".replace("http://listener/", listener.url)
    graph = open_graph(project(rule=rule), engine=engine)
    with pytest.raises(InputError) as caught:
        graph.sparql("ASK { ?s ?p ?o }")
    assert caught.value.place is not None
    assert caught.value.place.file.endswith("draw.rq")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_of_a_strangers_project_does(
    command: tuple[str, ...], project: Make, listener: Listener, ogdkg: Run
) -> None:
    rule = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o SERVICESILENT<{listener.url}>{G} }}"
    folder = project(rule=rule, query="SELECT ?s { ?s ?p ?o }")
    (folder / "shapes.ttl").write_text("")
    shapes = ("--shapes", "shapes.ttl") if command == ("validate",) else ()
    done = ogdkg(*command, *shapes, cwd=folder)
    assert done.returncode == 3
    assert "draw.rq:1:41: A query may not use SERVICE" in done.stderr


@pytest.mark.parametrize("engine", ENGINES)
def test_no_stored_query_does(engine: str, project: Make, listener: Listener, ogdkg: Run) -> None:
    folder = project(query=f"#+ summary: Look.\nSELECT ?s {{ ?s ?p ?o\nSERVICESILENT<{listener.url}>{G} }}")
    done = ogdkg("query", "look", cwd=folder, OGDKG_ENGINE=engine)
    assert done.returncode == 3
    assert "look.rq:3:1: A query may not use SERVICE" in done.stderr


def test_the_algebra_is_looked_at_whatever_the_text_says() -> None:
    """Should the guard miss a text, what rdflib has made of it tells."""
    for text in (
        "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE ?u { } } }",
        "SELECT * { { SELECT * { OPTIONAL { SERVICE <urn:x> { } } } } }",
        "ASK { ?s ?p ?o FILTER(IF(EXISTS { GRAPH ?g { SERVICE <urn:x> { } } }, 1, 2)) }",
        "ASK { ?s ?p ?o FILTER NOT EXISTS { ?s ?p ?q FILTER(EXISTS { SERVICE ?x { } }) } }",
        "CONSTRUCT { } FROM <urn:x> { }",
        "DESCRIBE ?s FROM NAMED <urn:x> { ?s ?p ?o }",
    ):
        with pytest.raises(InputError):
            refuse_foreign(prepareQuery(text).algebra)
    assert callable(rdflib.plugins.sparql.evaluate.evalServiceQuery)  # as it was: other users' too


# Each ends pyoxigraph's process at some length, on a stack of 8 MiB by 20,000 at the latest.
DEEP = {
    "groups": lambda n: "SELECT * " + "{" * n + "}" * n,
    "groups that nobody closes": lambda n: "SELECT * " + "{" * n,
    "parentheses": lambda n: f"SELECT * {{ ?s ?p ?o FILTER({'(' * n}?o{')' * n}) }}",
    "parentheses in what looks like an IRI": lambda n: (
        f"SELECT * {{ ?s ?p ?o FILTER(1<{'(' * n}1#>\n{')' * n}) }}"
    ),
    "parentheses behind a comment": lambda n: (
        f"SELECT * {{ ?s ?p ?o FILTER(1<2#> '''\n+{'(' * n}1{')' * n}) #'''\n }}"
    ),
    "functions": lambda n: f"SELECT * {{ ?s ?p ?o FILTER({'IF(1,1,' * n}?o{')' * n}) }}",
    "own functions": lambda n: f"SELECT * {{ ?s ?p ?o FILTER({'<urn:f>(' * n}?o{')' * n}) }}",
    "EXISTS": lambda n: f"SELECT * {{ ?s ?p ?o {'FILTER EXISTS {' * n}{'}' * n} }}",
    "OPTIONAL": lambda n: f"SELECT * {{ ?s ?p ?o {'OPTIONAL {' * n}{'}' * n} }}",
    "subqueries": lambda n: f"SELECT * {{ {'{SELECT * {' * n}{'}}' * n} }}",
    "paths": lambda n: f"SELECT * {{ ?s {'(' * n}<urn:p>{')*' * n} ?o }}",
    "triple terms": lambda n: f"SELECT * {{ ?s ?p {'<<( ?s ?p ' * n}?o{')>>' * n} }}",
    "reified triples": lambda n: f"CONSTRUCT {{ ?s ?p {'<< ?s ?p ' * n}?o{'>>' * n} }} {{ }}",
    "reified triples without blanks": lambda n: f"CONSTRUCT {{ ?s ?p {'<<' * n}?s ?p ?o{'>>' * n} }} {{ }}",
    "triple terms as data": lambda n: f"SELECT * {{ VALUES ?x {{ {'<<( <s:> <p:> ' * n}1{')>>' * n} }} }}",
    "annotations": lambda n: f"SELECT * {{ ?s ?p ?o {'{| ?s ?p ?o ' * n}{'|}' * n} }}",
    "lists": lambda n: f"SELECT * {{ ?s ?p {'(' * n}1{')' * n} }}",
    "blank nodes": lambda n: f"SELECT * {{ ?s ?p {'[?p ' * n}1{']' * n} }}",
    "not": lambda n: f"SELECT * {{ ?s ?p ?o FILTER({'!' * n}?o) }}",
    "or": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(?o{'||?o' * n}) }}",
    "and": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(?o{'&&?o' * n}) }}",
    "sums": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(?o{'+?o' * n}) }}",
    "sums of numbers": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(?o{'+1' * n}) }}",
    "sums in what looks like an IRI": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(1<1{'+1' * n}>\n2) }}",
    "products": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(?o{'*?o' * n}) }}",
    "sequences": lambda n: f"SELECT * {{ ?s <urn:p>{'/<urn:p>' * n} ?o }}",
    "alternatives": lambda n: f"SELECT * {{ ?s <urn:p>{'|<urn:p>' * n} ?o }}",
    "UNION": lambda n: f"SELECT * {{ {{}} {'UNION {}' * n} }}",
    "MINUS": lambda n: f"SELECT * {{ ?s ?p ?o {'MINUS {?s ?p ?o}' * n} }}",
    "LATERAL": lambda n: f"SELECT * {{ ?s ?p ?o {'LATERAL {?s ?p ?o}' * n} }}",
    "BIND": lambda n: f"SELECT * {{ {''.join(f'BIND(1 AS ?x{i})' for i in range(n))} }}",
    "FILTER": lambda n: f"SELECT * {{ ?s ?p ?o {'FILTER(?o)' * n} }}",
    "expressions": lambda n: f"SELECT {''.join(f'(1 AS ?x{i})' for i in range(n))} {{ }}",
    "orders": lambda n: f"SELECT * {{ ?s ?p ?o }} ORDER BY {'(?o+1)' * n}",
    "things described": lambda n: f"DESCRIBE {'<urn:p> ' * n}",
    "things described by name": lambda n: f"PREFIX : <urn:> DESCRIBE {':p ' * n}",
    "sums, each in the first of the next": lambda n: (
        f"SELECT * {{ ?s ?p ?o FILTER({'(' * 90}1{('+1' * (n // 90) + ')') * 90}) }}"
    ),
}


@pytest.mark.parametrize("text", [make(10_000) for make in DEEP.values()], ids=DEEP)
def test_no_query_ends_the_process(text: str) -> None:
    with pytest.raises(InputError) as caught:
        EmbeddedStore().query(text)
    assert "too deep" in caught.value.message or "two ways" in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.line == 1


@pytest.mark.parametrize("make", DEEP.values(), ids=DEEP)
def test_what_a_person_may_write_is_answered(make: object) -> None:
    """A tenth of what is refused, or of what ends a process, and more than anybody writes."""
    text = make(12)  # type: ignore[operator]
    try:
        refuse_unsafe(text)
    except LimitError:
        raise
    except InputError as error:
        assert "two ways" in error.message


def test_long_lists_of_values_are_no_depth() -> None:
    many = range(20_000)
    for text in (
        f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, many))} }} }}",
        f"SELECT * {{ VALUES (?x ?y) {{ {' '.join(f'({n} -1)' for n in many)} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER(?o IN ({','.join(f'-{n}' for n in many)})) }}",
        f"SELECT * {{ ?s ?p ?o }} VALUES ?o {{ {' '.join(f'<urn:x/{n}#(a)>' for n in many)} }}",
    ):
        EmbeddedStore().query(text)


def test_a_text_without_end_is_refused_by_its_length() -> None:
    with pytest.raises(LimitError, match="characters"):
        EmbeddedStore().query("#" * (LONGEST + 1))


def test_rdflib_tells_its_depth_in_the_same_words(ogdkg: Run) -> None:
    """It goes less deep than the guard allows; in a process whose limit no library has raised."""
    done = ogdkg("sparql", "--engine", "rdflib", DEEP["parentheses"](60))
    assert (done.returncode, "too deep" in done.stderr) == (3, True)


@pytest.mark.parametrize("timeout", ["0", "60"])
def test_a_deep_query_is_one_sentence(timeout: str, tmp_path: Path, ogdkg: Run) -> None:
    (tmp_path / "deep.rq").write_text("ASK {\n FILTER" + "(" * 20_000 + ")" * 20_000 + "}")
    done = ogdkg("sparql", "--timeout", timeout, "-i", tmp_path / "deep.rq")
    assert done.returncode == 3
    assert "deep.rq:2:" in done.stderr
    assert "The query is too deep" in done.stderr


def test_a_deep_rule_and_a_deep_stored_query_are_one_sentence(project: Make, ogdkg: Run) -> None:
    deep = DEEP["functions"](5_000)
    folder = project(rule="CONSTRUCT { ?s ?p ?o } WHERE { " + deep.removeprefix("SELECT * {"))
    done = ogdkg("stats", cwd=folder)
    assert (done.returncode, "rules/draw.rq:1:" in done.stderr) == (3, True)
    (folder / "rules" / "draw.rq").unlink()
    (folder / "queries" / "look.rq").write_text(deep)
    done = ogdkg("query", "look", cwd=folder)
    assert (done.returncode, "queries/look.rq:1:" in done.stderr) == (3, True)


ENDLESS = (
    "(a+)+",
    "(a|aa)+",
    "(a|a?)+",
    "(.*a){30}",
    "(a?){40}a{40}",
    "([a-z]+)*",
    "(a*)*b",
    "((a{1,9}){1,9}){1,9}",
)


@pytest.mark.parametrize("pattern", ENDLESS)
def test_every_pattern_is_told_in_time(pattern: str) -> None:
    assert not fits(pattern, "a" * 60 + "!")


@pytest.mark.parametrize("pattern", [r"(a+)\1+", "(?=a+)a+", "(?:a{1000}){1000}", "a" * 300 + "(?<!b)"])
def test_a_pattern_that_cannot_be_told_in_time_is_said_so(pattern: str) -> None:
    assert not is_valid(pattern)


def test_a_querys_pattern_ends_in_the_list_in_help_and_on_a_value(project: Make, ogdkg: Run) -> None:
    bad = "#+ params:\n#+   x: {pattern: '(a+)+$', example: 'AAA'}\nSELECT ?s { ?s ?p ?_x_literal }"
    folder = project(query=bad.replace("AAA", "a" * 45 + "!"))
    done = ogdkg("query", cwd=folder)
    assert done.returncode == 3
    assert "queries/look.rq:2" in done.stderr
    (folder / "queries" / "look.rq").write_text(bad.replace("AAA", "aaa"))
    assert ogdkg("query", "look", "--help", cwd=folder).returncode == 0
    done = ogdkg("query", "look", "--x", "a" * 45 + "!", cwd=folder)
    assert (done.returncode, "does not have the required form" in done.stderr) == (2, True)


# -- what rdflib takes for an IRI or a number --------------------------------------------


MADE = "http://a>\\u001b]0;PWNED\\u0007\\n::stop-commands::x"
MAKING = {
    "an IRI": f'?s <urn:p> ?o BIND(IRI("{MADE}") AS ?x)',
    "no absolute one": '?s <urn:p> ?o BIND(IRI("http://a b") AS ?x)',
    "a datatype": f'?s <urn:p> ?o BIND(STRDT("1", IRI("{MADE}")) AS ?x)',
}
ODD = """<urn:s> <urn:p> "z"^^<http://www.w3.org/2001/XMLSchema#integer> ,
"2020-99-99"^^<http://www.w3.org/2001/XMLSchema#date> , "\\u001b]0;PWNED\\n::stop-commands::x"^^<urn:t> ,
"\\u001b]0;PWNED\\n::stop-commands::x"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
"""


@pytest.mark.parametrize("made", MAKING)
@pytest.mark.parametrize("form", ["rule", "CONSTRUCT", "SELECT"])
def test_what_is_no_iri_is_refused(tmp_path: Path, ogdkg: Run, made: str, form: str) -> None:
    (tmp_path / "a.ttl").write_text('<urn:s> <urn:p> "x" .\n')
    layers = '[[layer]]\nname = "d"\nfiles = ["a.ttl"]\n'
    text = f"CONSTRUCT {{ <urn:s> <urn:q> ?x }} {{ {MAKING[made]} }}"
    if form == "rule":
        layers += '[[layer]]\nname = "r"\nrules = ["r.rq"]\ngraph = "urn:g"\n'
        (tmp_path / "r.rq").write_text(text)
    (tmp_path / "ogdkg.toml").write_text(layers)
    asked = text if form == "CONSTRUCT" else f"SELECT ?x {{ {MAKING[made]} }}"
    words = ("stats",) if form == "rule" else ("sparql", asked)
    done = ogdkg(*words, "--engine", "rdflib", cwd=tmp_path)
    assert done.returncode == 3 and "which is not an absolute IRI" in done.stderr
    assert not re.search("[\x1b\x07]|^ *::|Traceback", done.stdout + done.stderr, re.MULTILINE)


def test_odd_literals_are_no_words_of_ours(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(ODD)
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "d"\nfiles = ["a.ttl"]\n')
    words = ["-m", "ogdkg", "stats", "--engine", "rdflib", "-C", str(tmp_path)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    text = f"from ogdkg import open_graph; print(len(open_graph({str(tmp_path)!r}).to_rdflib()))"
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("4\n", "")
