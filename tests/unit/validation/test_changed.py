"""What a change can touch: judged anew, it has the findings of the whole; no other findings have changed."""

from __future__ import annotations

import random
from collections import Counter

from pyoxigraph import BlankNode, RdfFormat, Triple

from ogdkg.validation.changes.narrowing import Sources, narrowed
from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.judging.failing import Failing
from ogdkg.validation.judging.judge import Judge
from ogdkg.validation.prefilter.in_columns import judged_in_columns
from ogdkg.validation.pyshacl.client import PyShaclProcess

HEAD = """@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
NODES, PREDICATES, CLASSES = (":a", ":b", ":c", ":d", ":e"), (":p", ":q", ":r"), (":C", ":D", ":E")
PATHS = (
    *PREDICATES, "[ sh:inversePath :p ]", "( :p :q )", "( [ sh:inversePath :q ] :r )",
    "[ sh:alternativePath ( :p :r ) ]", "[ sh:zeroOrMorePath :p ]", "( :q [ sh:oneOrMorePath :r ] )",
    "[ sh:inversePath ( :p [ sh:zeroOrOnePath :q ] ) ]",
)  # fmt: skip
TARGETS = (
    "sh:targetClass :C", "sh:targetClass :D", "sh:targetNode :a , :b", "sh:targetSubjectsOf :p",
    "sh:targetObjectsOf :q", "sh:targetObjectsOf :r",
)  # fmt: skip
LEAVES = (
    "sh:class :C", "sh:class :D", "sh:nodeKind sh:IRI", "sh:equals :q", "sh:disjoint :r", "sh:in ( :a :b 1 )",
    "sh:closed true ; sh:ignoredProperties ( :p :q )", "sh:hasValue :a",
)  # fmt: skip
OF_PATHS = ("sh:minCount 1", "sh:minCount 2", "sh:maxCount 1", "sh:lessThan :r", *LEAVES[:6], LEAVES[7])
TRIED = 1_000
NEVER = Deadline(None)
NOBODY = PyShaclProcess()  # which is not asked, as all is judged in columns


def shape(rng: random.Random, depth: int) -> str:
    inner = (lambda: shape(rng, depth - 1)) if depth else (lambda: f"[ {rng.choice(LEAVES)} ]")
    nested = (
        f"sh:node [ sh:property {inner()} ]", f"sh:not {inner()}", f"sh:or ( {inner()} {inner()} )",
        f"sh:property {inner()}" if depth else f"sh:property [ sh:path :p ; {rng.choice(OF_PATHS)} ]",
    )  # fmt: skip
    asked = rng.choice((*OF_PATHS, *nested, f"sh:qualifiedValueShape {inner()} ; sh:qualifiedMinCount 1"))
    return f"[ sh:path {rng.choice(PATHS)} ; {asked} ]"


def shapes(rng: random.Random) -> list[str]:
    return [f":S{n} a sh:NodeShape ; {rng.choice(TARGETS)} ; sh:property {shape(rng, 1)} ." for n in range(3)]


def statement(rng: random.Random) -> str:
    match rng.randrange(8):
        case 0:
            return f"{rng.choice(NODES)} a {rng.choice(CLASSES)} ."
        case 1:
            return f"{rng.choice(CLASSES)} rdfs:subClassOf {rng.choice(CLASSES)} ."
        case 2:
            within = f"[ {rng.choice(PREDICATES)} {rng.choice(NODES)} , [ :q {rng.randrange(3)} ] ]"
            return f"{rng.choice(NODES)} {rng.choice(PREDICATES)} {within} ."
        case 3:
            return (
                f"_:{rng.choice('xy')} {rng.choice(PREDICATES)} {rng.choice((*NODES, '_:x', '_:y', '1'))} ."
            )
        case 4:
            return f"[ a {rng.choice(CLASSES)} ; {rng.choice(PREDICATES)} {rng.choice(NODES)} ] ."
        case _:
            return f"{rng.choice(NODES)} {rng.choice(PREDICATES)} {rng.choice((*NODES, '1', '2'))} ."


def changed(rng: random.Random, lines: list[str], new: list[str]) -> list[str]:
    kept = [line for line in lines if rng.random() > 0.1]
    return [*kept, *new]


class Version:
    """Data and shapes, as one version has them."""

    def __init__(self, data: list[str], shapes: list[str], scope: str) -> None:
        self.sources = Sources([self._source("data", data)], [self._source("shapes", shapes)], ())
        self.cache = QuadCache(scope)
        self.shapes = Shapes(self._triples(self.sources.shapes[0], QuadCache("shapes")))
        self.graph = ColumnGraph()
        self.graph.add(self._triples(self.sources.data[0], self.cache))

    @staticmethod
    def _source(name: str, lines: list[str]) -> Source:
        return Source(name, RdfFormat.TURTLE, (HEAD + "\n".join(lines)).encode())

    @staticmethod
    def _triples(source: Source, cache: QuadCache) -> list[Triple]:
        return [quad.triple for quad in cache.quads(source)]

    def verdicts(self) -> dict[tuple[str, Term], Counter[str]]:
        """The results of each shape and focus node of its."""
        failing, judge = Failing(self.graph, self.shapes, NEVER), Judge(self.graph, self.shapes, NEVER)
        return {
            (str(shape), node): Counter(as_text(each) for each in judge.results(shape, node))
            for shape in self.shapes.targeted
            for node in failing.target_terms(shape)
        }


def as_text(result: Result) -> str:
    """A result without the labels of blank nodes, which two versions do not share."""
    terms = (result.focus, result.value, result.path, result.shape, result.component)
    parts = ["_" if isinstance(each, BlankNode) else str(each) for each in terms]
    return " ".join((*parts, *sorted(map(as_text, result.details))))


def test_a_thousand_changes() -> None:
    fewer, differing = 0, 0
    for seed in range(TRIED):
        rng = random.Random(seed)
        data, asked = [statement(rng) for _ in range(rng.randrange(4, 18))], shapes(rng)
        later = changed(rng, data, [statement(rng) for _ in range(rng.randrange(3))])
        old = Version(data, asked, "before")
        new = Version(later, shapes(rng) if rng.random() < 0.1 else asked, "data")
        left = narrowed(old.sources, new.sources, new.shapes, new.graph, new.cache, NEVER)
        was, whole = old.verdicts(), new.verdicts()
        targets = Failing(new.graph, left.shapes, NEVER)
        judged = {
            (str(shape), node) for shape in left.shapes.targeted for node in targets.target_terms(shape)
        }
        assert judged <= whole.keys(), seed
        found = judged_in_columns(NOBODY, new.graph, left.shapes)
        assert Counter(map(as_text, found.results())) == sum(
            (whole[each] for each in judged), Counter[str]()
        ), seed
        for each, results in whole.items():
            if each not in judged and not isinstance(each[1], BlankNode):
                assert was.get(each) == results, (seed, each)
        fewer += len(judged) < len(whole)
        differing += any(was.get(each) != results for each, results in whole.items())
    assert fewer > TRIED / 4 and differing > TRIED / 4
