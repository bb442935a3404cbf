"""Large files that are read by their rows have the terms, triples and blank nodes that an engine reads."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, RdfFormat
from tests.conftest import examples
from tests.unit.syntax.documents import turtle

from ogdkg.syntax.rows import Row
from ogdkg.syntax.rows import rows as cut
from ogdkg.validation import graphs
from ogdkg.validation.data import reading, rows
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.data.term_texts import Texts
from ogdkg.validation.operation import Inputs

HEAD = (
    "@prefix : <http://e/> . # a comment\n@prefix e: <http://e/a#> .\nPREFIX a: <urn:x:>\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
# What rows take by themselves.
REGULAR = (
    ":a", "e:b.c", "a:1", "<http://e/a>", "<http://e/%7Ex?q=1#f>", "<mailto:a@b.c>", "_:a", "_:b-2", '"x"',
    '""', '"x"@en', '"x"@EN-gb', '"01"^^xsd:int', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"x"^^:t',
    '"x"^^xsd:string', "1", "01", "-1.50", "+.5", "1e5", "true", '"true"^^xsd:boolean', '"a\\"b\\\\"',
    '"a\\u00e9\\U0001F600\\n"', '"aé😀\\t"', '"""a"b\n.\n"""', '"""x"""@en', '"#[;,."', '"."', "[ :p 1 ]",
    "[ :p [ :q 1 ; :r 2 ] ; :r 3 ]", "[ :p 1 , [ :q 2 ] , [ :q 3 ] ; ]", "[\n:p\t[ a :a ] ]",
)  # fmt: skip
# What the engine writes anew.
OTHERS = (
    "[]", "[ ]", "( 1 [ :p 2 ] )", "'x'", "'''x'''", ":é", "<b>", ":a\\,b", "1.e3", '"x"^^ :t', "[:p[:q 1]]",
    "<http://e/é>", "[ :p [ :q 1 ] # ]\n ]", "[ :p [ :q 1 ] # [\n ; # ]\n ]",
)  # fmt: skip


def graph_of(source: Source, by_rows: bool) -> tuple[ColumnGraph, dict[str, str], list[str]]:
    """The graph of a source that counts as large, its prefixes, and its blank nodes in order."""
    cache, prefixes = QuadCache(), dict[str, str]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "LARGE_BYTES", 0)
        if not by_rows:
            patched.setattr(graphs, "is_large", lambda _: False)
        graph = graphs.data_graph(Inputs([source], []), prefixes, cache, columns=True)
    assert isinstance(graph, ColumnGraph)
    return graph, prefixes, [each.value for each in cache.nodes(source).values()]


def triples_of(graph: ColumnGraph, nodes: list[str]) -> Counter[tuple[str, ...]]:
    """The triples, nodes named by their order, which the lines of findings hang on."""
    order = {f"_:{label}": f"_:{number}" for number, label in enumerate(nodes)}
    texts = ([str(each) for each in triple] for triple in graph.triples())
    return Counter(tuple(order.get(each, each) for each in triple) for triple in texts)


def assert_same(text: str, form: RdfFormat = RdfFormat.TURTLE, piece: int = 30) -> None:
    """Both readings of a text are the same, cut anywhere."""
    source = Source("a.ttl", form, text.encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rows, "PIECE", piece)
        patched.setattr(rows, "FEW", 10**6)
        graph, prefixes, nodes = graph_of(source, by_rows=True)
    expected, of_engine, all_nodes = graph_of(source, by_rows=False)
    assert len(nodes) == len(all_nodes)
    assert triples_of(graph, nodes) == triples_of(expected, all_nodes)
    assert prefixes == of_engine


@examples(200)
@given(turtle(), st.integers(20, 200))
def test_any_turtle_is_read_alike(text: str, piece: int) -> None:
    assert_same(text, piece=piece)


@examples(200)
@given(st.data())
def test_what_programs_write_is_read_alike(data: st.DataObject) -> None:
    value = st.sampled_from((*REGULAR, *OTHERS) if data.draw(st.booleans()) else REGULAR)
    gap = st.sampled_from((" ", "\n", "\r\n  ", " # a ; comment .\n "))
    lines = []
    for _ in range(data.draw(st.integers(1, 6))):
        objects = data.draw(st.lists(value, min_size=1, max_size=4))
        mark = data.draw(st.sampled_from((" ;\n  :p ", " , ", ";e:q ", " ; # x\n a ")))
        subject = data.draw(st.sampled_from((":s", "_:a", "<http://e/a#b>", "e:b")))
        end = data.draw(st.sampled_from((" .\n", ".\n", " ;\n.\n", " .\r\n", " . ")))
        lines.append(f"{subject} :p{data.draw(gap)}{mark.join(objects)}{end}")
    assert_same(
        HEAD + data.draw(st.sampled_from(("", "\n# .\n"))).join(lines), piece=data.draw(st.integers(9, 400))
    )


# Sentences of one form each, but for their terms: `{}`.
FORMS = (
    "{} a {} ;\n  :p {} , {} ; :q {} ;\r\n:r {} ;; e:q [ :p {} ; :q [ a {} ] , {} ; ] ; :q {} .",
    "{} :p [ :p [ :q {} ; :r {} ] ; :r {} ] ; :q [ :q {} ] ; :r {} , {} , {}, {} ; .",
)


ALIKE = (
    (":a", "e:b.c", "a:1", ":s"), ("<http://e/a>", "<http://e/a#b.c>"), ("1", "01", "-1.50", "+.5", "1e5"),
    ('"x"', '""', '"x"@en', '"01"^^xsd:int', '"x"^^:t', '"a\\"b\\\\"', '"é\\n"', '"x .\\n:s :p 1 ."'),
    ("true", "false"),
)  # fmt: skip


@examples(200)
@given(st.data())
def test_sentences_of_one_form_are_read_alike(data: st.DataObject) -> None:
    random = data.draw(st.randoms(use_true_random=False))
    forms = [(form, [random.choice(ALIKE) for _ in range(form.count("{}") - 1)]) for form in FORMS]
    lines = []
    for _ in range(random.randrange(10, 60)):
        form, kinds = random.choice(forms)
        terms = [random.choice(kind) for kind in kinds]
        if random.random() < 0.1:
            terms[random.randrange(len(terms))] = random.choice((*REGULAR, *OTHERS))
        between = random.choice(("\n", "\n", "\n", "\n\n", " # .\n", "\n# x\n", "\n:s :p 1 , 'x' .\n", " "))
        lines.append(
            form.format(random.choice((":s", ":s", "e:b.c", "_:a", "<http://e/a#b>")), *terms) + between
        )
    assert_same(HEAD + "".join(lines), piece=random.randrange(400, 1000))


def test_a_sentence_of_a_known_form_is_one_match(monkeypatch: pytest.MonkeyPatch) -> None:
    cut_up: list[str] = []

    def watched(text: str, *, lines: bool = False) -> list[Row] | None:
        if not lines:
            cut_up.append(text)
        return cut(text, lines=lines)

    monkeypatch.setattr(rows, "rows", watched)
    terms = (":a", ":B", '"x"', "1", '"é"@en', '"1"^^xsd:int', "2.50", ":c", "true", '"y"', "<http://e/>")
    first, second = (form.format(*terms[: form.count("{}")]) + "\n" for form in FORMS)
    odd = ":odd :p 'x' .\n"
    assert_same(HEAD + (first + second) * 500 + odd + (first + second) * 500, piece=2**12)
    assert (
        len("".join(cut_up)) < 3 * 2**12
    )  # the piece that teaches the forms, and what stands about the odd one
    assert any(each.startswith(odd) for each in cut_up)


@examples(100)
@given(
    st.lists(
        st.tuples(*[st.sampled_from(("<s:a>", "_:a", "_:b", '"x.\\n"@EN', '"1"^^<s:d>', "<s:é>"))] * 2),
        max_size=9,
    )
)
def test_n_triples_are_read_alike(pairs: list[tuple[str, str]]) -> None:
    lines = [f"{one} <s:p> {other} .\n" for one, other in pairs if one[0] != '"']
    assert_same("# first\n" + " # .\n\n".join(lines), RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("value", REGULAR)
def test_what_programs_write_needs_no_engine(value: str) -> None:
    assert cut(f":s :p {value} ; :q {value} , {value} .\n:t a {value}.") is not None


@pytest.mark.parametrize(
    "text",
    [
        ":a :b", ":a :b :c", ":a :b :c :d .", "a a a .", ":a a .", ":a :b , :c .", ":a :b [ , :c ] .",
        ":a :b [ :c ] .",
        ":a :b ; :c .", ":a :b 1 ] .", ":a :b [ :c 1 .", ":a :b [ :c 1 ; :d [ :e 1 ] .",
        ":a :b [ :c 1 . :d :e 2 ] .", ':a :b "x\n" .', ':a :b "\\x" .', ':a :b "\\uD800" .', ":a :b 1x .",
        ':a :b "x"@12 .', ':a :b "x"@abcdefghijk .', ":a :b x:y .", ":a :b <http://e/{x}> .",
        ":a :b <http://e/ x> .",
        ":a :b true1 .", ':a :b """x"" .', ":a :b :c . . ", ": a: :b :c .", ":a :b <http://e/%4> .",
        ":a :b <http://e:x/> .", ':a :b "x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .',
        '_:a "x" :c .', '"x" :b :c .', ":a _:b :c .", ":a :b [ :c 1 ] ] .", ":a\u00a0:b :c .",
        ":a :b :c .\x00",
        "@prefix h: <http://h:> . :a :b h:x .", ":a :b 1 ;; , 2 .", "] :a :b :c .",
    ],
)  # fmt: skip
def test_what_is_wrong_is_left_to_the_engine(text: str) -> None:
    """Beside a thousand good statements, too."""
    alike = ':x :y 1 , 2 , 3 ; :z "a" , "b" , "c"@en , :d .\n'
    for around in ("", ":x :y 1 .\n" * 1000, alike * 1000):
        source = Source("a.ttl", RdfFormat.TURTLE, f"{HEAD}{around}{text}\n{around}".encode())
        assert not rows.Rows(source, "n", Texts()).read()


def test_a_term_that_the_engine_cannot_hold_is_left_to_it() -> None:
    source = Source("a.ttl", RdfFormat.TURTLE, f'<x:s> <x:p> ( "{"a" * 17_000_000}" ) .'.encode())
    assert not rows.Rows(source, "n", Texts()).read()


@examples(200)
@given(st.text(st.sampled_from(":a.;,[]\"\\#\n <>@prefix_1-'()e^"), max_size=40))
def test_whatever_rows_take_the_engine_takes(text: str) -> None:
    source = Source("a.ttl", RdfFormat.TURTLE, (HEAD + text).encode())
    if rows.Rows(source, "n", Texts()).read():
        assert_same(HEAD + text)


def test_terms_and_texts_are_of_one_another() -> None:
    source = Source("a.ttl", RdfFormat.TURTLE, f"{HEAD}:s :p {' , '.join(REGULAR)} .".encode())
    texts = Texts()
    triples = list(graph_of(source, by_rows=False)[0].triples())
    assert len(triples) >= len(REGULAR)
    for triple in triples:
        for term in triple:
            assert texts[texts.number(term)] == term
            assert texts.known(term) == texts.number(term)


def merged(sources: list[Source], large: set[int]) -> ColumnGraph:
    """The graph of sources, some of which count as large."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(graphs, "is_large", lambda source: sources.index(source) in large)
        graph = graphs.data_graph(Inputs(sources, []), {}, QuadCache(), columns=True)
    assert isinstance(graph, ColumnGraph)
    return graph


def without_labels(graph: ColumnGraph) -> Counter[tuple[str, ...]]:
    """The triples, without what blank nodes are called."""
    texts = (map(str, triple) for triple in graph.triples())
    return Counter(tuple("_" if each[:2] == "_:" else each for each in triple) for triple in texts)


def test_several_files_are_one_graph() -> None:
    """Large or small, in any order, with a prefix that means something else in another file."""
    texts = [
        HEAD + ':s :p "1"^^xsd:int , _:a . _:a :q :s .',
        HEAD.replace("http://e/>", "http://f/>") + "<http://e/s> <http://e/p> 1 , _:a . _:a :q [ :r _:a ] .",
        HEAD + ":s :p 1 , _:b . _:b :q _:a .",
    ]
    sources = [Source(f"{n}.ttl", RdfFormat.TURTLE, text.encode()) for n, text in enumerate(texts)]
    expected = without_labels(merged(sources, set()))
    for large in ({0}, {1}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}):
        graph = merged(sources, large)
        nodes = {each for triple in graph.triples() for each in triple if isinstance(each, BlankNode)}
        one = graph.copy()
        one.add(list(graph.triples()))
        assert len(nodes) == 5
        assert len(one) == len(graph) == 9
        assert without_labels(graph) == expected


@examples(100)
@given(
    st.lists(st.lists(st.sampled_from((*REGULAR, *OTHERS)), min_size=1, max_size=8), min_size=1, max_size=4),
    st.sets(st.integers(0, 3)),
)
def test_a_term_has_one_number_in_all_files(files: list[list[str]], large: set[int]) -> None:
    texts = (f"{HEAD}:s :p {' , '.join(values)} .".encode() for values in files)
    sources = [Source(f"{n}.ttl", RdfFormat.TURTLE, text) for n, text in enumerate(texts)]
    graph = merged(sources, large)
    terms = [term for triple in graph.triples() for term in triple]
    assert without_labels(graph) == without_labels(merged(sources, set()))
    assert all(graph.terms[graph.number(term)] == term for term in terms)
    assert len({graph.known(term) for term in terms}) == len(set(terms))


def test_what_is_irregular_here_and_there_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """In every piece a sentence that the engine has to write anew."""
    monkeypatch.setattr(rows, "PIECE", 2**12)
    monkeypatch.setattr(rows, "FEW", 1)
    text = HEAD + (':s a :t ; :p "x" , "y"@en ; :q 1 , 2 .\n' * 50 + ":odd :p ( 1 ) , 'x' , <b> .\n") * 40
    assert rows.Rows(Source("a.ttl", RdfFormat.TURTLE, text.encode()), "n", Texts()).read()


def test_it_is_known_how_a_literal_writes_its_tag() -> None:
    texts = Texts()
    text = f'{HEAD}:s :p "x"@en , "y"@EN , "z"@en , "z"@EN , "\\u0061"@EN , """b"""@EN .'
    assert rows.Rows(Source("a.ttl", RdfFormat.TURTLE, text.encode()), "n", texts).read()
    assert texts.writes_tag(Literal("x", language="en"))
    for other in "yzab":
        assert not texts.writes_tag(Literal(other, language="en"))
