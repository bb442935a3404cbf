"""Prints trees in canonical form; the order of subjects, spellings and comments are kept."""

from __future__ import annotations

from collections.abc import Iterable

from ogdkg.rdf.terms import RDF, RDFS, SKOS
from ogdkg.syntax.tree import (
    CLOSING,
    NOTED,
    Directive,
    Document,
    Item,
    Pair,
    Part,
    Sentence,
    Value,
)

WIDTH = 110
# Part of the canonical layout: no matter which label a report would choose.
FIRST = {RDF + "type": 0, SKOS + "prefLabel": 1, RDFS + "label": 2}
_BREAKABLE = ("[", "(", "{|", NOTED)

Lines = list[str]


def print_document(parts: Iterable[Part], below: Iterable[str]) -> bytearray:
    """Return the text of parts in their order, and of the comments below them; their own text is used up.

    Lines have at most 110 columns where spellings allow it.
    """
    whole = bytearray()
    for part in parts:
        whole += as_text(lines_above(part.above, 0))
        if isinstance(part, Directive):
            whole += as_text([directive_line(part)])
        elif len(part.text) <= len(whole):
            whole += part.text
        else:  # no second copy of a large file
            part.text[:0] = whole
            whole, part.text = part.text, bytearray()
    whole += as_text(lines_above(below, 0))
    strip_blank_lines(whole, 0)
    while whole[:1] == b"\n":
        del whole[:1]
    return whole


def as_text(lines: Iterable[str]) -> bytes:
    """Lines as bytes, each with its line feed."""
    return "".join([f"{line}\n" for line in lines]).encode()


def strip_blank_lines(text: bytearray, begin: int) -> None:
    """Take away the blank lines that a text ends with, but for what stands before an offset."""
    while len(text) > begin and text.endswith(b"\n\n"):
        del text[-1:]


# -- directives -----------------------------------------------------------------


def directives_in_order(tree: Document) -> list[Part]:
    """The parts, with each run of prefixes sorted, and those that no name uses left out."""
    ordered: list[Part] = []
    run: list[Directive] = []
    for part in tree.parts:
        if isinstance(part, Directive) and part.prefix is not None:
            run.append(part)
            continue
        ordered += _sorted_run(run, tree.used, part)
        run = []
        ordered.append(part)
    end = Item(tree.below)
    ordered += _sorted_run(run, tree.used, end)
    tree.below = end.above
    return ordered


def _sorted_run(run: list[Directive], used: set[str], following: Item) -> list[Directive]:
    """A run in order; what stands above the first stays there, and no comment of one left out is lost."""
    if not run:
        return []
    heading, run[0].above = run[0].above, []
    for part in run:
        part.above = [line for line in part.above if line]
    kept = {part.prefix or "": part for part in run if part.prefix in used}
    dropped = [part for part in run if kept.get(part.prefix or "") is not part]
    lost = [line for part in dropped for line in part.above + part.beside]
    ordered = [kept[prefix] for prefix in sorted(kept)]
    first = ordered[0] if ordered else following
    first.above = [*heading, *lost, *first.above]
    if ordered and not isinstance(following, Directive) and following.above[:1] != [""]:
        following.above.insert(0, "")
    return ordered


def directive_line(part: Directive) -> str:
    """A directive as SPARQL writes it, without a full stop."""
    name = part.word if part.prefix is None else f"{part.word} {part.prefix}:"
    return beside(f"{name} {part.iri}", part.beside)


def lines_above(above: Iterable[str], indent: int) -> Lines:
    """Comments on lines of their own, and blank lines."""
    return [" " * indent + line if line else "" for line in above]


def beside(text: str, comments: Iterable[str]) -> str:
    """A line with the comments that stand beside it."""
    return " ".join([text, *comments])


# -- sentences ------------------------------------------------------------------


def sentence_lines(sentence: Sentence, indent: int) -> Lines:
    """Subject and first predicate on one line, the others below it; comments before the stop come last."""
    if not sentence.below:
        return _stopped(sentence, indent, " .")
    inner = indent + 2
    return [*_stopped(sentence, indent, ""), *lines_above(sentence.below, inner), " " * inner + "."]


def _stopped(sentence: Sentence, indent: int, stop: str) -> Lines:
    lines = _value(sentence.subject, indent, indent)
    lines[0] = " " * indent + lines[0]
    pairs = _in_order(sentence.pairs)
    if not pairs:
        return [*lines[:-1], beside(lines[-1] + stop, sentence.beside)]
    if _comments(pairs[0].above):
        return lines + _predicate_objects(pairs, indent + 2, stop)
    written = _predicate_objects(pairs, indent + 2, stop, len(lines[-1]) + 1)
    return [*lines[:-1], f"{lines[-1]} {written[0]}", *written[1:]]


def _in_order(pairs: Iterable[Pair]) -> list[Pair]:
    """`a` first, then labels, then as they stand; a predicate that stands twice gathers all its objects."""
    by_iri: dict[str, Pair] = {}
    for pair in pairs:
        gathered = by_iri.setdefault(pair.iri, Pair(verb=pair.verb, iri=pair.iri))
        gathered.above += pair.above
        gathered.objects += pair.objects
    return sorted(by_iri.values(), key=lambda pair: FIRST.get(pair.iri, len(FIRST)))


def _predicate_objects(pairs: list[Pair], indent: int, end: str, column: int | None = None) -> Lines:
    """Predicates and objects, one predicate a line; the first goes on at a column, where one is given."""
    lines: Lines = []
    for pair in pairs:
        goes_on = column is not None and pair is pairs[0]
        own = _pair(pair, indent, column if goes_on and column else indent)
        own[-1] = beside(own[-1] + (end if pair is pairs[-1] else " ;"), pair.objects[-1].beside)
        own[0] = own[0] if goes_on else " " * indent + own[0]
        lines += lines_above(_comments(pair.above), indent) + own
    return lines


def _pair(pair: Pair, indent: int, column: int) -> Lines:
    """A predicate and its objects: on one line, or as brackets that open on it, or each object on its own."""
    *others, last = pair.objects
    can_share = not _comments(last.above) and not any(_comments(o.above) or o.beside for o in others)
    flat = [_inline(value, with_beside=value is last) for value in pair.objects]
    line = f"{pair.verb} {', '.join(text or '' for text in flat)}"
    if can_share and None not in flat and column + len(line) + 2 <= WIDTH:
        return [line]
    if can_share and (not others or all(value.text in ("[", "(") for value in pair.objects)):
        return _chained(pair, indent, column)
    lines = [pair.verb]
    for value in pair.objects:
        own = _value(value, indent + 2, indent + 2)
        own[0] = " " * (indent + 2) + own[0]
        if value is not last:
            own[-1] = beside(own[-1] + ",", value.beside)
        lines += lines_above(_comments(value.above), indent + 2) + own
    return lines


def _chained(pair: Pair, indent: int, column: int) -> Lines:
    """Objects one after another, each opening on the line where the one before it closes."""
    lines = [pair.verb]
    for value in pair.objects:
        own = _value(value, indent, column + len(lines[-1]) + 1)
        lines[-1] += ("," if value is not pair.objects[0] else "") + " " + own[0]
        lines += own[1:]
    return lines


# -- values ---------------------------------------------------------------------


def _value(value: Value, indent: int, column: int) -> Lines:
    """A term, or brackets on one line where they fit from a column on, else on several."""
    flat = _inline(value, with_beside=True)
    has_parts = bool(value.items or value.text in CLOSING)
    is_short = flat is not None and (value.text not in _BREAKABLE or column + len(flat) + 2 <= WIDTH)
    if not has_parts or is_short:
        return [flat or value.text]
    if value.text == NOTED:
        return _noted(value, indent, column)
    if value.text == "~":  # whose node stands below, with a comment between
        return [f"~ {_inline(value.items[0])}"]
    lines = [
        beside(value.text, value.opening),
        *_predicate_objects(_in_order(value.pairs), indent + 2, ""),
    ]
    lines += _items(value.items, indent + 2)
    lines += lines_above(_comments(value.below), indent + 2)
    return [*lines, " " * indent + CLOSING[value.text]]


def _noted(value: Value, indent: int, column: int) -> Lines:
    """A value, and each of its annotations on a line of its own."""
    first, *notes = value.items
    own = _value(first, indent, column)
    own[-1] = beside(own[-1], first.beside)
    return own + _items(notes, indent + 2)


def _items(items: Iterable[Value], indent: int) -> Lines:
    lines: Lines = []
    for item in items:
        own = _value(item, indent, indent)
        own[0] = " " * indent + own[0]
        own[-1] = beside(own[-1], item.beside)
        lines += lines_above(_comments(item.above), indent) + own
    return lines


def _inline(value: Value, *, with_beside: bool = False) -> str | None:
    """A value on one line; None where a comment or a line break in a string forbids that."""
    if (value.beside and not with_beside) or value.opening or _comments(value.below) or "\n" in value.text:
        return None
    if not value.items and value.text not in CLOSING:
        return value.text
    inside = [_inline_pair(pair) for pair in _in_order(value.pairs)]
    inside += [None if _comments(item.above) else _inline(item) for item in value.items]
    if not inside:
        return value.text + CLOSING[value.text]
    if None in inside:
        return None
    whole = (" ; " if value.pairs else " ").join(text or "" for text in inside)
    if value.text == NOTED:
        return whole
    return " ".join(filter(None, (value.text, whole, CLOSING.get(value.text))))


def _inline_pair(pair: Pair) -> str | None:
    objects = [None if _comments(value.above) else _inline(value) for value in pair.objects]
    if None in objects or _comments(pair.above):
        return None
    return f"{pair.verb} {', '.join(text or '' for text in objects)}"


def _comments(above: Iterable[str]) -> Lines:
    """What stands above, without the blank lines."""
    return [line for line in above if line]
