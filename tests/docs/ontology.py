"""docs/ontology.md: its counts and scores, and docs/images/ontology.svg, made from the ontology's files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ontology.md"
PICTURE = ROOT / "docs" / "images" / "ontology.svg"
OGD = "https://w3id.org/ogdkg/ns#"
SCHEMA = Namespace("https://schema.org/")
ENDS = ((RDFS.domain, SCHEMA.domainIncludes), (RDFS.range, SCHEMA.rangeIncludes))
PROPERTIES = {
    "object": OWL.ObjectProperty,
    "datatype": OWL.DatatypeProperty,
    "annotation": OWL.AnnotationProperty,
}
COLUMNS, WIDTH, LINE, GAP = 3, 300, 17, 14
STYLE = """
text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2933 }
.name { font: 600 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
.dim { fill: #697783 }
.card { fill: #ffffff; stroke: #c5ccd3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9ee }
  .dim { fill: #a3b1be }
  .card { fill: #1e2832; stroke: #46535f }
}
"""


def _read(name: str) -> Graph:
    return Graph().parse(ROOT / "ontology" / name)


own, profile = _read("ogdkg.ttl"), _read("external.ttl")


def counts() -> dict[str, int]:
    """How many terms of each kind there are, and what the rubrics count."""
    ours = {kind: _of_kind(own, term) for kind, term in PROPERTIES.items()}
    classes, foreign = _of_kind(own, OWL.Class), _of_kind(profile, OWL.Class)
    return {
        "classes": len(classes),
        **{kind: len(terms) for kind, terms in ours.items()},
        "notations": len(_of_kind(own, RDFS.Datatype)),
        "foreign classes": len(foreign),
        "foreign properties": len({each for kind in PROPERTIES.values() for each in _of_kind(profile, kind)}),
        "idle": len(foreign - _in_axioms()),
        "disjoint": len(list(own.subject_objects(OWL.disjointWith))),
    }


def _of_kind(graph: Graph, kind: URIRef) -> set[Node]:
    return set(graph.subjects(RDF.type, kind))


def _in_axioms() -> set[Node]:
    """The classes that an axiom of the two files names."""
    relations = (RDFS.subClassOf, OWL.disjointWith, *(term for end in ENDS for term in end))
    pairs = {pair for graph in (own, profile) for each in relations for pair in graph.subject_objects(each)}
    return {term for pair in pairs for term in pair}


def written() -> str:
    """The page with its counts and scores as they are now."""
    text = PAGE.read_text("utf-8")
    for pattern, made in _parts(text, counts()):
        text, found = re.subn(pattern, lambda _, made=made: made, text)  # type: ignore[misc]
        assert found == 1, f"docs/ontology.md has no {pattern!r}"
    return text


def _parts(text: str, count: dict[str, int]) -> Iterator[tuple[str, str]]:
    terms = (
        f"{count['classes']} classes, {count['object']} object, {count['datatype']} datatype and "
        f"{count['annotation']} annotation property, and {count['notations']} datatypes for notations"
    )
    yield (
        r"\d+ classes, \d+ object, \d+ datatype and \d+ annotation property, and \d+ datatypes for notations",
        terms,
    )
    others = (count["foreign classes"], count["foreign properties"])
    yield (
        r"\d+ classes and \d+ properties of other vocabularies",
        "{} classes and {} properties of other vocabularies".format(*others),
    )
    yield r"\d+ foreign classes occur in no axiom", f"{count['idle']} foreign classes occur in no axiom"
    yield r"\d+ axioms, all on", f"{count['disjoint']} axioms, all on"
    yield r"the \d+ datatypes mark", f"the {count['notations']} datatypes mark"
    pitfalls = re.findall(r"^\| (P\d\d) [^|]*\| (\w+) \| ([^|]*) \|", text, re.M)
    found = [(importance, code) for code, importance, verdict in pitfalls if verdict == "found"]
    yield (
        r"(?s)\*\*Score: \d+ of \d+ pitfalls.*?\*\*",
        f"**Score: {len(pitfalls) - len(found)} of {len(pitfalls)} pitfalls absent or not applicable. "
        f"Found: {', '.join(_by_importance(found))}.**",
    )
    checks = re.findall(r"^\| [FAIR] · [^|]*\| ([^|]*) \|", text, re.M)
    passed, failed = checks.count("pass"), checks.count("fail")
    offline = len(checks) - passed - failed
    yield (
        r"\*\*Score: \d+ pass, \d+ fails \(OM3\), \d+ cannot be run offline; \d+ of the \d+",
        f"**Score: {passed} pass, {failed} fails (OM3), {offline} cannot be run offline; "
        f"{passed} of the {passed + failed}",
    )


def _by_importance(found: list[tuple[str, str]]) -> Iterator[str]:
    for importance in ("critical", "important", "minor"):
        codes = [code for each, code in found if each == importance]
        yield f"{len(codes) or 'no'} {importance}{' (' + ', '.join(codes) + ')' if codes else ''}"


def drawing() -> str:
    """The classes as cards: what each is a kind of, and its properties with their values' classes."""
    heights = [0] * COLUMNS
    cards = []
    for term in sorted(_of_kind(own, OWL.Class), key=lambda each: (-len(_lines(each)), _short(each))):
        column = heights.index(min(heights))
        cards.append(_card(term, GAP + column * (WIDTH + GAP), GAP + heights[column]))
        heights[column] += _height(term) + GAP
    size = f"0 0 {COLUMNS * (WIDTH + GAP) + GAP} {max(heights) + GAP}"
    title = "<title>The classes of the ontology and their properties</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img">'
    return "\n".join([head, title, f"<style>{STYLE}</style>", *cards, "</svg>", ""])


def _short(term: Node) -> str:
    return str(term).replace("#", "/").rpartition("/")[2]


def _lines(term: Node) -> list[str]:
    """The properties that a class is the domain of."""
    properties = {each for key in ENDS[0] for each in own.subjects(key, term)}
    return sorted(f"{_short(each)} → {_values(each)}" for each in properties)


def _values(term: Node) -> str:
    kinds = sorted({_short(each) for key in ENDS[1] for each in own.objects(term, key)})
    return kinds[0] + (" …" if len(kinds) > 1 else "") if kinds else "any"


def _height(term: Node) -> int:
    return 44 + LINE * len(_lines(term)) + (8 if _lines(term) else 0)


def _card(term: Node, x: int, y: int) -> str:
    above = ", ".join(sorted(_short(each) for each in own.objects(term, RDFS.subClassOf)))
    parts = [
        f'<rect class="card" x="{x}" y="{y}" width="{WIDTH}" height="{_height(term)}" rx="8"/>',
        f'<text class="name" x="{x + 12}" y="{y + 20}">{escape(_short(term))}</text>',
        f'<text class="dim" x="{x + 12}" y="{y + 36}">{escape("a " + above if above else "")}</text>',
    ]
    for number, line in enumerate(_lines(term)):
        parts.append(f'<text x="{x + 12}" y="{y + 58 + number * LINE}">{escape(line)}</text>')
    return "\n".join(parts)


def write() -> None:
    """Write the counts into the page, and draw the picture anew."""
    PAGE.write_text(written(), "utf-8")
    PICTURE.write_text(drawing(), "utf-8")
