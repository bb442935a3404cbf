"""The classes of an ontology as a picture: boxes with their properties, and arrows between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from ogdkg.rdf.terms import OWL, RDF, RDFS, XSD, Iri
from ogdkg.web.ontology.layers import Box, Layout, laid_out
from ogdkg.web.ontology.vocabulary import CLASS, DOMAINS, PROPERTY, RANGES, Group, Vocabulary
from ogdkg.web.ontology.words import Wording

_MOST = 32  # boxes of a picture that can be read
_MOST_ARROWS = 24  # of properties
_FEW = 3  # pairs of classes that one property ties
_MOST_TIES = 400  # lines of the table
_MOST_ROWS = 6  # properties of a box
_MOST_LETTERS = 28  # of a line in a box
_LETTER = 7.7  # width of a letter, and more than most have
_LINE, _HEAD, _PAD = 18, 26, 12
_SUBCLASS = RDFS + "subClassOf"


class Row(NamedTuple):
    """A line of a box: a property and what its value is."""

    text: str
    whole: str
    address: str
    y: float


class Drawn(NamedTuple):
    """A box of the picture."""

    text: str
    whole: str
    address: str
    x: float
    y: float
    width: float
    height: float
    rows: list[Row]
    is_own: bool


class Arrow(NamedTuple):
    """An arrow: its way as an SVG path, whether it leads to a wider class, and what it says."""

    way: str
    is_wider: bool
    says: str


class Tie(NamedTuple):
    """What the picture shows, as a line of a table."""

    one: tuple[str, str]
    says: str
    says_address: str
    other: tuple[str, str]


class Picture(NamedTuple):
    """A picture, and the same as a table; `left_out` classes have no box."""

    width: float
    height: float
    boxes: list[Drawn]
    arrows: list[Arrow]
    ties: list[Tie]
    left_out: int


def picture(vocabulary: Vocabulary, wording: Wording, group: Group | None = None) -> Picture | None:
    """Draw the classes of an ontology, or of all that the graph describes; None where few are tied."""
    own = dict.fromkeys(_own(vocabulary, group))
    wider = [(each, above) for each in own for above in _wider(vocabulary, each)]
    links = list(_links(vocabulary, own))
    arrows_of = _drawn_links(links, own)
    degree = Counter(end for pair in wider for end in pair)
    degree.update(end for one, _, other in arrows_of for end in (one, other))
    degree.update(end for one, _, other in links for end in (one, other) if end in own)
    tied = sorted((each for each in degree), key=lambda each: (each not in own, -degree[each], each.value))
    shown = dict.fromkeys(tied[:_MOST])
    if len(shown) < 2:
        return None
    rows = _rows(vocabulary, links, shown)
    names = {each: vocabulary.name(each).value for each in shown}
    boxes = [_box(each, names[each], rows.get(each, [])) for each in sorted(shown, key=lambda e: e.value)]
    down = [(above.value, each.value) for each, above in wider] + [
        (a.value, b.value) for a, _, b in arrows_of
    ]
    layout = laid_out(boxes, down)
    sizes = {box.name: box for box in boxes}
    drawn = [
        _drawn(
            each, names[each], sizes[each.value], layout.places[each.value], rows.get(each, []), wording, own
        )
        for each in shown
    ]
    arrows = list(_arrows(vocabulary, layout, wider, links))
    ties = _ties(wording, wider, links, shown)
    left_out = sum(each not in shown for each in degree)
    return Picture(layout.width, layout.height, drawn, arrows, ties, left_out)


def _arrows(
    vocabulary: Vocabulary,
    layout: Layout,
    wider: list[tuple[Iri, Iri]],
    links: list[tuple[Iri, Iri, Iri]],
) -> Iterator[Arrow]:
    by_pair: dict[tuple[str, str], list[str]] = {}
    for one, property_, other in links:
        if (one.value, other.value) in layout.ways:
            by_pair.setdefault((one.value, other.value), []).append(vocabulary.name(property_).value)
    widening = {(above.value, each.value) for each, above in wider}
    for pair, way in layout.ways.items():
        if pair in widening:
            yield Arrow(_curve(way[::-1]), True, "a kind of")
        else:
            yield Arrow(_curve(way), False, ", ".join(by_pair.get(pair, [])))


def _ties(
    wording: Wording,
    wider: list[tuple[Iri, Iri]],
    links: list[tuple[Iri, Iri, Iri]],
    shown: Container[Iri],
) -> list[Tie]:
    """The lines of the table: all that ties the classes that have boxes."""
    kinds = [pair for pair in wider if pair[0] in shown][:_MOST_TIES]
    said = [each for each in links if each[0] in shown or each[2] in shown][: _MOST_TIES - len(kinds)]
    ties = [_tie(wording, each, "is a kind of", "", above) for each, above in kinds]
    for one, each, other in said:
        link = wording.link(each)
        ties.append(_tie(wording, one, link.text, link.address, other))
    return sorted(ties)


def _own(vocabulary: Vocabulary, group: Group | None) -> list[Iri]:
    groups = (
        [group] if group else [each for each in vocabulary.groups if each.is_described] or vocabulary.groups
    )
    terms = [term for each in groups for term in each.terms if vocabulary.facts.about(term)]
    return [term for term in terms if vocabulary.kinds[term] == CLASS and not vocabulary.is_deprecated(term)]


def _drawn_links(links: list[tuple[Iri, Iri, Iri]], own: Container[Iri]) -> list[tuple[Iri, Iri, Iri]]:
    """The properties that get an arrow: of many only those that tie two classes of the ontology.

    Those that tie many classes to many say little by arrows; all stand in the boxes and in the table.
    """
    if len({(one, other) for one, _, other in links}) <= _MOST_ARROWS:
        return links
    pairs = Counter(term for _, term, _ in links)
    inside = [each for each in links if each[0] in own and each[2] in own and pairs[each[1]] <= _FEW]
    return inside if len({(one, other) for one, _, other in inside}) <= 2 * _MOST_ARROWS else []


def _wider(vocabulary: Vocabulary, term: Iri) -> Iterator[Iri]:
    for each in vocabulary.facts.values(term, _SUBCLASS):
        if isinstance(each, Iri) and each.value not in _EVERYTHING and each != term:
            yield each


def _links(vocabulary: Vocabulary, own: Container[Iri]) -> Iterator[tuple[Iri, Iri, Iri]]:
    """The properties that tie two classes, of which one is the ontology's own."""
    for term in vocabulary.of_kind(PROPERTY):
        if vocabulary.is_deprecated(term):
            continue
        ones, others = (_ends(vocabulary, term, by) for by in (DOMAINS, RANGES))
        for one in ones:
            for other in others:
                if one in own or other in own:
                    yield one, term, other


def _ends(vocabulary: Vocabulary, term: Iri, by: tuple[str, ...]) -> list[Iri]:
    """The classes at one end of a property."""
    named = (each for value in vocabulary.facts.values(term, *by) for each in vocabulary.named(value))
    return [
        each
        for each in dict.fromkeys(named)
        if each.value not in _EVERYTHING
        and not each.value.startswith((XSD, RDF))
        and vocabulary.kinds.get(each) in (CLASS, None)
    ]


_EVERYTHING = {
    OWL + "Thing",
    RDFS + "Resource",
    RDFS + "Literal",
}


def _rows(
    vocabulary: Vocabulary, links: list[tuple[Iri, Iri, Iri]], shown: dict[Iri, None]
) -> dict[Iri, list[tuple[str, str, Iri]]]:
    """The lines of the boxes: a text, the whole text, and the property."""
    found: dict[Iri, dict[Iri, list[str]]] = {}
    for one, term, other in links:
        if one in shown:
            found.setdefault(one, {}).setdefault(term, []).append(vocabulary.name(other).value)
    rows = {}
    for one, terms in found.items():
        lines = [
            (
                _row_text(vocabulary.name(term).value, others),
                _whole_row(vocabulary.name(term).value, others),
                term,
            )
            for term, others in terms.items()
        ]
        rows[one] = sorted(lines)[:_MOST_ROWS]
        if len(lines) > _MOST_ROWS:
            rows[one].append((f"and {len(lines) - _MOST_ROWS} more", "", one))
    return rows


def _row_text(name: str, others: list[str]) -> str:
    return f"{name} → {others[0]}" if len(others) == 1 else f"{name} → {len(others)} classes"


def _whole_row(name: str, others: list[str]) -> str:
    return f"{name} → {' or '.join(others)}"


def _box(term: Iri, name: str, rows: list[tuple[str, str, Iri]]) -> Box:
    longest = max(len(_cut(name)) * 1.08, *(len(_cut(text)) for text, _, _ in rows), 8)
    height = _HEAD + (len(rows) * _LINE + 8 if rows else 4)
    return Box(term.value, round(longest * _LETTER) + 2 * _PAD, height)


def _drawn(
    term: Iri, name: str, box: Box, place: tuple[float, float], rows: list[tuple[str, str, Iri]],
    wording: Wording, own: Container[Iri],
) -> Drawn:  # fmt: skip
    lines = [
        Row(_cut(text), whole or text, wording.link(each).address, place[1] + _HEAD + _LINE * (index + 1) - 1)
        for index, (text, whole, each) in enumerate(rows)
    ]
    address = wording.link(term).address
    return Drawn(_cut(name), name, address, *place, box.width, box.height, lines, term in own)


def _tie(wording: Wording, one: Iri, says: str, address: str, other: Iri) -> Tie:
    ends = [(wording.link(each).text, wording.link(each).address) for each in (one, other)]
    return Tie(ends[0], says, address, ends[1])


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _curve(points: list[tuple[float, float]]) -> str:
    """A smooth way through points, straight up and down at each."""
    (x, y), *others = points
    parts = [f"M{x:g} {y:g}"]
    for to_x, to_y in others:
        middle = (y + to_y) / 2
        parts.append(f"C{x:g} {middle:g} {to_x:g} {middle:g} {to_x:g} {to_y:g}")
        x, y = to_x, to_y
    return "".join(parts)
