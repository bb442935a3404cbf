"""Statements added, removed and replaced in a document by position; comments and layout stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from ogdkg.errors import InputError, Place
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Blank, Iri, Term, Triple, TripleTerm, to_ntriples
from ogdkg.renaming.appending import Names
from ogdkg.renaming.edits import Edit, applied
from ogdkg.syntax.grammar import TOKEN
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source

_OPENING, _CLOSING = (b"[", b"(", b"{|", b"<<", b"<<("), (b"]", b")", b"|}", b">>", b")>>")
K = TypeVar("K", bound=Hashable)
_LINES = (formats.NTRIPLES, formats.NQUADS)


class Work(NamedTuple):
    """What is to be done to a document.

    Attributes:
        replaced: New values of statements.
        removed: Statements.
        added: Further values, of properties and things that the document has statements of.
    """

    replaced: Mapping[Triple, Term]
    removed: frozenset[Triple]
    added: Sequence[Triple]


class _Token(NamedTuple):
    raw: bytes
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.raw)


class _Document:
    """A document with its statements and tokens, by offset."""

    def __init__(self, data: bytes, form: Format, name: str, base: str) -> None:
        self.data, self.form, self.name, self.base = data, form, name, base
        reader = Reader(Source(data, name), form.name, base)
        self.statements = list(reader)
        self.names = Names(reader.names.prefixes, {}, {})
        self.tokens = list(_tokens(data))
        self.at = {token.start: index for index, token in enumerate(self.tokens)}

    def spelled(self, term: Term) -> str:
        """How a term is written here."""
        return to_ntriples(term) if self.form in _LINES else self.names.term(term)

    def with_edits(self, edits: Iterable[Edit]) -> _Document:
        """The document with edits made, read again."""
        in_bytes = [each._replace(text=each.text.encode().decode("latin-1")) for each in edits]
        data = applied(self.data.decode("latin-1"), in_bytes).encode("latin-1")
        return _Document(data, self.form, self.name, self.base) if in_bytes else self


def worked(data: bytes, form: Format, name: str, base: str, work: Work, hint: str) -> bytes:
    """Return a document with work done.

    Args:
        data: The document.
        form: Its format.
        name: What messages call it.
        base: What relative IRIs are relative to.
        work: What is to be done.
        hint: What to do where it cannot be done.

    Raises:
        InputError: It cannot be done in place.
    """
    document = before = _Document(data, form, name, base)
    try:
        document = document.with_edits(_replacements(document, work.replaced))
        waiting = set(work.removed)
        while waiting:
            edits = list(_removals(document, waiting))
            if not edits:
                break
            document = document.with_edits(edits)
        document = document.with_edits(_further_values(document, work.added))
        document = document.with_edits(_further_properties(document, work.added))
    except InputError:
        raise _not_in_place(name, hint) from None
    if not _says_what_it_should(before, document, work):
        raise _not_in_place(name, hint)
    return document.data


def _tokens(data: bytes) -> Iterator[_Token]:
    for match in TOKEN.finditer(data):
        kind = match.lastgroup or "end"
        if kind == "end":
            return
        if kind != "comment":
            yield _Token(match[kind], match.start(kind))


def _replacements(document: _Document, replaced: Mapping[Triple, Term]) -> Iterator[Edit]:
    for each in document.statements if replaced else ():
        if each.triple in replaced:
            token = document.tokens[document.at[each.object_offset]]
            yield Edit(token.start, token.end, document.spelled(replaced[each.triple]))


def _removals(document: _Document, removed: set[Triple]) -> Iterator[Edit]:
    """The removal of one value in each sentence; the others are found when the rest is read again."""
    done: set[int] = set()
    for each in document.statements:
        if each.triple in removed and each.subject_offset not in done:
            done.add(each.subject_offset)
            yield _with_comments(document, _removal(document, each))


def _with_comments(document: _Document, edit: Edit) -> Edit:
    """A removal that keeps the comments within, each on a line of its own: what they tell may be true yet."""
    inside = TOKEN.finditer(document.data, edit.start, edit.end)
    found = [each for each in inside if each.lastgroup == "comment"]
    if not found:
        return edit
    line = document.data[document.data.rfind(b"\n", 0, edit.start) + 1 : edit.start].decode()
    indent = line[: len(line) - len(line.lstrip())]
    comments = [each["comment"].decode().rstrip() for each in found]
    lead, between = " " if line.strip() else "", f"\n{indent}"
    return edit._replace(text=f"{lead}{between.join(comments)}{between}")


def _blanks_before(document: _Document, token: _Token) -> int:
    """Where the blanks before a token begin, or the token where it is the first of its line."""
    line = document.data[document.data.rfind(b"\n", 0, token.start) + 1 : token.start]
    return token.start - (len(line) - len(line.rstrip(b" \t")) if line.strip() else 0)


def _removal(document: _Document, statement: Statement) -> Edit:
    tokens, at = document.tokens, document.at[statement.object_offset]
    value, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if document.form in _LINES:
        return Edit(*_line(document.data, statement.subject_offset), "")
    if after.raw == b",":
        return Edit(value.start, tokens[at + 2].start, "")
    if before.raw == b",":
        return Edit(_blanks_before(document, before), value.end, "")
    verb = document.at[statement.predicate_offset]
    following = tokens[at + 2] if at + 2 < len(tokens) else after
    if after.raw == b";" and following.raw not in (b".", b"}", b";"):
        return Edit(tokens[verb].start, following.start, "")
    if tokens[verb - 1].raw == b";":
        return Edit(_blanks_before(document, tokens[verb - 1]), value.end, "")
    end = after.end if after.raw == b"." else value.end
    if after.raw == b";":
        end = following.end if following.raw == b"." else after.end
    begin = statement.subject_offset
    if document.data[end : end + 1] == b"\n" and document.data[:begin].rpartition(b"\n")[2].strip() == b"":
        begin, end = document.data.rfind(b"\n", 0, begin) + 1, end + 1
    return Edit(begin, end, "")


def _line(data: bytes, offset: int) -> tuple[int, int]:
    end = data.find(b"\n", offset)
    return data.rfind(b"\n", 0, offset) + 1, len(data) if end < 0 else end + 1


def _further_values(document: _Document, added: Sequence[Triple]) -> Iterator[Edit]:
    """Values of properties that a thing has here: after the last one."""
    last = _last(document, added, lambda each: (each.subject, each.predicate))
    for (subject, predicate), statement in last.items():
        values = [each.object for each in added if (each.subject, each.predicate) == (subject, predicate)]
        token = document.tokens[document.at[statement.object_offset]]
        yield Edit(token.end, token.end, _listed(document, statement, values))


def _listed(document: _Document, statement: Statement, values: Iterable[Term]) -> str:
    spelled = [document.spelled(each) for each in values]
    if document.form not in _LINES:
        return "".join(f", {each}" for each in spelled)
    begin = [document.spelled(each) for each in (statement.subject, statement.predicate)]
    graph = f" {document.spelled(statement.graph)}" if statement.graph else ""
    return "".join(f"{graph} .\n{' '.join((*begin, each))}" for each in spelled)


def _further_properties(document: _Document, added: Sequence[Triple]) -> Iterator[Edit]:
    """Properties that a thing does not have here: at the end of what is said of it."""
    has = {(each.subject, each.predicate) for each in document.statements}
    new = [each for each in added if (each.subject, each.predicate) not in has]
    last = _last(document, new, lambda each: each.subject)
    for subject, statement in last.items():
        pairs: dict[Iri, list[str]] = {}
        for each in new:
            if each.subject == subject:
                pairs.setdefault(each.predicate, []).append(document.spelled(each.object))
        if document.form in _LINES:
            begin, _ = _line(document.data, statement.subject_offset)
            graph = f" {document.spelled(statement.graph)}" if statement.graph else ""
            lines = (
                f"{document.spelled(subject)} {document.spelled(p)} {value}{graph} .\n"
                for p, values in pairs.items()
                for value in values
            )
            yield Edit(begin, begin, "".join(lines))
            continue
        end = _end_of_sentence(document, statement)
        text = " ;\n  ".join(f"{document.spelled(p)} {', '.join(values)}" for p, values in pairs.items())
        is_open = end.raw == b";"
        yield Edit(end.end, end.end, f"\n  {text}" if is_open else f" ;\n  {text}")


def _last(document: _Document, added: Sequence[Triple], key: Callable[[Triple], K]) -> dict[K, Statement]:
    """The last statement for each key of what is added, that a sentence of its own says."""
    wanted = {key(each) for each in added}
    found: dict[K, Statement] = {}
    for each in document.statements if wanted else ():
        is_plain = not isinstance(each.object, Blank | TripleTerm)
        if (of := key(each.triple)) in wanted and is_plain:
            found[of] = each
    return found


def _end_of_sentence(document: _Document, statement: Statement) -> _Token:
    """The last token of what is said of a subject, before its full stop or the end of the block."""
    at, depth = document.at[statement.subject_offset], 0
    while True:
        raw = document.tokens[at + 1].raw
        if depth == 0 and raw in (b".", b"}"):
            return document.tokens[at]
        depth += (raw in _OPENING) - (raw in _CLOSING)
        at += 1


def _says_what_it_should(before: _Document, after: _Document, work: Work) -> bool:
    wanted: Counter[Triple] = Counter()
    for each in before.statements:
        triple = each.triple
        if triple in work.replaced:
            triple = triple._replace(object=work.replaced[triple])
        if triple not in work.removed:
            wanted[triple] += 1
    wanted.update(work.added)
    return Counter(each.triple for each in after.statements) == wanted


def _not_in_place(name: str, hint: str) -> InputError:
    return InputError("This file cannot be changed in place.", place=Place(name), hint=hint)
