"""Drafts a new passage from words of a document: lines, position, hash and fragment (`ogdkg passage`).

`passages` reads and checks those that the graph already describes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, count

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.documents import SourceText
from ogdkg.evidence.passages import MOST_WORDS, Passage, folded, text_hash
from ogdkg.evidence.show import resolve_name
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri, expand, is_iri, local_name
from ogdkg.search.folding import letters
from ogdkg.text.plurals import counted

_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
_MOST_LINES = 20  # that a message names


class PassageRequest(NamedTuple):
    """What an editor specifies of a passage.

    Attributes:
        words: Its text; `…` stands for any text in between.
        line: The line on which it begins, if the words occur more than once.
        fragment: The words to quote; by default the first ones.
        name: The end of its IRI, a CURIE or an IRI; by default made from the fragment.
        about: The name of the resource it is about.
        confidence: The name of its confidence; by default the one most passages have.
    """

    words: str
    line: int | None = None
    fragment: str | None = None
    name: str | None = None
    about: str | None = None
    confidence: str | None = None


class PassageDraft(NamedTuple):
    """A passage, the resource it is about, and the graph that describes it."""

    passage: Passage
    about: Iri | None
    graph: Iri | None


def draft_passage(citations: Citations, source: SourceText, wanted: PassageRequest) -> PassageDraft:
    """Draft a passage; its namespace, its confidence, and whether it has a reading follow the others.

    Args:
        citations: The citations of the graph.
        source: The document.
        wanted: What the editor specifies.

    Raises:
        InputError: The document does not contain the words.
        UsageError: It contains them more than once, or a name or the fragment does not fit.
    """
    start, end = _place(source, wanted)
    text = source.text[start:end]
    fragment = _fragment(text, wanted.fragment)
    iri = _iri(citations, wanted.name or "-".join(re.findall(r"\w+", fragment.lower())[:4]))
    passage = Passage(
        iri=iri,
        source=source.iri,
        lines=(_line(source.text, start), _line(source.text, end - 1)),
        position=(start, end),
        exact=fragment,
        text_hash=text_hash(text),
        confidence=_confidence(citations, wanted.confidence),
        reading=_reading(citations, iri),
    )
    layers = citations.graph.project.layers
    graph = next((layer.passage_metadata_graph for layer in layers if layer.passage_metadata_graph), None)
    about = resolve_name(citations, wanted.about) if wanted.about else None
    return PassageDraft(passage, about, graph)


def _place(source: SourceText, wanted: PassageRequest) -> tuple[int, int]:
    """Return where the words are, ignoring differences in white space; `…` matches as little as possible."""
    parts = [part.split() for part in _GAP.split(wanted.words.strip())]
    if not all(parts):
        raise UsageError(
            "The passage must begin and end with words.", hint="Put … between words, not around them."
        )
    spans = list(_spans([_pattern(part) for part in parts], source.text))
    lines = _lines(source.text, [start for start, _ in spans])
    chosen = [span for span, line in zip(spans, lines, strict=True) if wanted.line in (None, line)]
    if not spans:
        hint = _with_other_signs(source, wanted.words) or _longest_match(source, wanted.words)
        raise InputError(
            "The document does not contain these words.", place=Place(str(source.path)), hint=hint
        )
    if len(chosen) != 1:
        numbers = list(map(str, dict.fromkeys(lines)))
        listed = ", ".join([*numbers[:_MOST_LINES], *(["…"] if len(numbers) > _MOST_LINES else [])])
        on = f"the lines {listed}" if len(numbers) > 1 else f"line {listed}"
        message = f"The document contains these words {counted(len(spans), 'time')}, on {on}."
        is_told = any(lines.count(each) == 1 for each in lines)
        hint = "Give more words, or one of the lines with --line." if is_told else "Give more words."
        raise UsageError(message, hint=hint)
    return chosen[0]


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words)))


def _spans(parts: Sequence[re.Pattern[str]], text: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts stand one after another, each as early as possible.

    One pattern for all would try each place of each part with each of the others.
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
    """Return the lines of ascending places, reading the text once."""
    found, line, before = [], 1, 0
    for place in places:
        line, before = line + text.count("\n", before, place), place
        found.append(line)
    return found


def _with_other_signs(source: SourceText, text: str) -> str | None:
    """Return a hint with the line on which the document has some words in other signs, of which some are not
    seen: soft hyphens, ligatures, curly quotes."""
    wanted = letters(text)
    place = letters(source.text).find(wanted) if wanted else -1
    if place < 0:
        return None
    ends = accumulate(len(letters(line)) for line in source.text.split("\n"))
    number = next(number for number, end in enumerate(ends, start=1) if place < end)
    return (
        f"Line {number} has them with other signs, such as a curly quote, a ligature or a soft hyphen: copy "
        "them from there."
    )


def _longest_match(source: SourceText, text: str) -> str:
    """Return a hint with the longest beginning of some words that the document contains."""
    words = text.split()
    number = bisect_left(
        range(1, len(words)), True, key=lambda n: not _pattern(words[:n]).search(source.text)
    )
    if number and (match := _pattern(words[:number]).search(source.text)):
        line = _line(source.text, match.start())
        return f"It contains them as far as {words[number - 1]!r}, on line {line}."
    return "Copy them from the document; white space does not matter."


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _fragment(text: str, given: str | None) -> str:
    """Return the words to quote: those given, else the first ones of the passage."""
    words = (given or text).split()
    if given and (len(words) > MOST_WORDS or folded(given) not in folded(text)):
        hint = f"Choose at most {MOST_WORDS} consecutive words of the passage."
        raise UsageError(f"{given!r} cannot be its fragment.", hint=hint)
    return " ".join(words[:MOST_WORDS])


def _iri(citations: Citations, name: str) -> str:
    given = expand(name, citations.prefixes) or (Iri(name) if is_iri(name) else None)
    namespace = _commonest(each.iri.removesuffix(local_name(each.iri)) for each in citations.passages.all)
    if namespace is None and (own := citations.graph.project.resource_namespace):
        namespace = f"{own}passage/"  # the first
    if given is None and namespace is None:
        hint = "Give its IRI or CURIE with --name."
        raise UsageError("There is no other passage whose namespace this one could use.", hint=hint)
    iri = given.value if given else f"{namespace}{name}"
    if not is_iri(iri):
        raise UsageError(f"{name!r} cannot end an IRI.", hint="Use lower-case letters, digits and hyphens.")
    if iri in citations.passages:
        raise UsageError(
            f"The passage {citations.short(Iri(iri))} exists already.", hint="Choose another --name."
        )
    if citations.statements_about(Iri(iri)):
        message = f"{citations.short(Iri(iri))} is in use: {citations.label(Iri(iri))}."
        raise UsageError(message, hint="Choose another --name.")
    return iri


def _reading(citations: Citations, iri: str) -> str | None:
    """Return the IRI of a reading, named like its passage; None if the other passages have no readings."""
    readings = (each.graph for each in citations.passages.readings)
    namespace = _commonest(each.removesuffix(local_name(each)) for each in readings)
    name, taken = local_name(iri), citations.passages
    numbered = (f"{namespace}{name}{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(each for each in numbered if each not in taken) if namespace else None


def _confidence(citations: Citations, given: str | None) -> str | None:
    if given:
        return resolve_name(citations, given).value
    described = (*citations.passages.readings, *citations.passages.all)
    return _commonest(each.confidence for each in described if each.confidence)


def _commonest(texts: Iterable[str]) -> str | None:
    return next((text for text, _ in Counter(texts).most_common(1)), None)
