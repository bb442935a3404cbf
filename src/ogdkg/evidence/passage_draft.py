"""A stretch of a document found by its words, described as a passage: lines, position, hash and fragment."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passages import MOST_WORDS, Passage, SourceText, folded
from ogdkg.evidence.show import resolve_name
from ogdkg.rdf.terms import Iri, Literal, expand, is_iri, local_name
from ogdkg.store.base import Rows

_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
_MOST_LINES = 20  # that a message names
_LANGUAGES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT (LANG(?text) AS ?language) { ?quote oa:exact ?text }
"""


class PassageRequest(NamedTuple):
    """What an editor says of a passage: its words (… for those left out), and what is not found out."""

    words: str
    line: int | None = None
    fragment: str | None = None
    name: str | None = None
    about: str | None = None
    confidence: str | None = None


class PassageDraft(NamedTuple):
    """A passage, the entry it belongs to, the language of its fragment, and the graph that describes it."""

    passage: Passage
    about: Iri | None
    language: str
    graph: Iri | None


def draft_passage(citations: Citations, source: SourceText, wanted: PassageRequest) -> PassageDraft:
    """The one stretch with the words wanted; InputError where there is none, UsageError where there are more.

    What all other passages have is taken from them: how their IRIs begin, their confidence, their language.
    """
    start, end = _place(source, wanted)
    text = source.text[start:end]
    fragment = _fragment(text, wanted.fragment)
    passage = Passage(
        iri=_iri(citations, wanted.name or "-".join(re.findall(r"\w+", fragment.lower())[:4])),
        source=source.iri,
        lines=(_line(source.text, start), _line(source.text, end - 1)),
        position=(start, end),
        exact=fragment,
        text_hash=hashlib.sha256(folded(text).encode()).hexdigest(),
        confidence=_confidence(citations, wanted.confidence),
    )
    layers = citations.graph.project.layers
    graph = next((layer.passage_metadata_graph for layer in layers if layer.passage_metadata_graph), None)
    about = resolve_name(citations, wanted.about) if wanted.about else None
    return PassageDraft(passage, about, _language(citations), graph)


def _place(source: SourceText, wanted: PassageRequest) -> tuple[int, int]:
    """Where the words stand, white space folded; `…` for as few characters as will do."""
    parts = [part.split() for part in _GAP.split(wanted.words.strip())]
    if not all(parts):
        raise UsageError("The passage begins and ends with words.", hint="Put … between them, not around.")
    found = list(_spans([_pattern(part) for part in parts], source.text))
    lines = _lines(source.text, [start for start, _ in found])
    chosen = [span for span, line in zip(found, lines, strict=True) if wanted.line in (None, line)]
    if not found:
        hint = _how_far(source, wanted.words)
        raise InputError("These words do not stand there.", place=Place(str(source.path)), hint=hint)
    if len(chosen) != 1:
        named = list(map(str, dict.fromkeys(lines)))
        listed = ", ".join([*named[:_MOST_LINES], *(["…"] if len(named) > _MOST_LINES else [])])
        message = f"These words stand there {len(found)} times, on the lines {listed}."
        raise UsageError(message, hint="Give more of them, or one of the lines with --line.")
    return chosen[0]


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words)))


def _spans(parts: Sequence[re.Pattern[str]], text: str) -> Iterator[tuple[int, int]]:
    """Where the parts stand one after another, each as early as can be.

    One pattern of all would try each place of each part with each of the others.
    """
    end = 0
    while True:
        start = None
        for part in parts:
            match = part.search(text, end)
            if match is None:
                return  # nor does it stand after a later place of those before it
            start, end = match.start() if start is None else start, match.end()
        if start is not None:
            yield start, end


def _lines(text: str, places: Iterable[int]) -> list[int]:
    """The lines of places that ascend: the text is read once."""
    found, line, before = [], 1, 0
    for place in places:
        line, before = line + text.count("\n", before, place), place
        found.append(line)
    return found


def _how_far(source: SourceText, words: str) -> str:
    """The longest beginning of some words that does stand in the document."""
    given = words.split()
    number = bisect_left(
        range(1, len(given)), True, key=lambda n: not _pattern(given[:n]).search(source.text)
    )
    if number and (match := _pattern(given[:number]).search(source.text)):
        return f"As far as {given[number - 1]!r} they do, on line {_line(source.text, match.start())}."
    return "Copy them from the document; white space does not matter."


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _fragment(text: str, given: str | None) -> str:
    """The words to quote: those given, else the first of the passage."""
    words = (given or text).split()
    if given and (len(words) > MOST_WORDS or folded(given) not in folded(text)):
        hint = f"Choose at most {MOST_WORDS} words that follow one another in the passage."
        raise UsageError(f"{given!r} cannot be its fragment.", hint=hint)
    return " ".join(words[:MOST_WORDS])


def _iri(citations: Citations, name: str) -> str:
    given = expand(name, citations.prefixes) or (Iri(name) if is_iri(name) else None)
    begin = _commonest(each.iri.removesuffix(local_name(each.iri)) for each in citations.passages.all)
    if given is None and begin is None:
        hint = "Give its IRI, or its CURIE, with --name."
        raise UsageError("There is no other passage to name this one after.", hint=hint)
    iri = given.value if given else f"{begin}{name}"
    if not is_iri(iri):
        raise UsageError(f"{name!r} cannot end an IRI.", hint="Join small letters and digits by hyphens.")
    if iri in citations.passages:
        raise UsageError(f"There is a passage {citations.short(Iri(iri))}.", hint="Give it another --name.")
    return iri


def _confidence(citations: Citations, given: str | None) -> str | None:
    if given:
        return resolve_name(citations, given).value
    return _commonest(each.confidence for each in citations.passages.all if each.confidence)


def _language(citations: Citations) -> str:
    answer = citations.graph.sparql(_LANGUAGES, name="languages")
    assert isinstance(answer, Rows)  # the query above is a SELECT
    return _commonest(row[0].value for row in answer.rows if isinstance(row[0], Literal)) or ""


def _commonest(texts: Iterable[str]) -> str | None:
    return next((text for text, _ in Counter(texts).most_common(1)), None)
