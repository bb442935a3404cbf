"""Turtle and TriG files in canonical form. Spellings, comments and the order of subjects are kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ogdkg import formats
from ogdkg.errors import InputError, OgdkgError, Place, UsageError
from ogdkg.formats import Format
from ogdkg.syntax import Source, Statement
from ogdkg.syntax.printer import print_document
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import from_file, from_text
from ogdkg.syntax.tree import document
from ogdkg.terms import Blank, Term, to_ntriples

FORMATS = (formats.TURTLE, formats.TRIG)
_NO_BASE = "http://base.invalid/"  # relative IRIs stay as they are: any base will do to compare by


@dataclass(frozen=True, slots=True)
class Laid:
    """A file as it is and as it would be in canonical form."""

    path: Path
    before: bytes
    after: bytes

    @property
    def is_canonical(self) -> bool:
        return self.before == self.after


def lay_out(paths: Iterable[Path]) -> Iterator[Laid]:
    """Files, and all Turtle and TriG files below folders, each in canonical form."""
    for path in _files(paths):
        form = formats.by_extension(path, FORMATS)
        if not path.exists():
            raise InputError("There is no such file or folder.", place=Place(str(path)))
        if form is None:
            hint = f"It can be given to: {', '.join(form.name for form in FORMATS)} files."
            raise UsageError(f"{path} has no canonical form.", hint=hint)
        source = from_file(path)
        yield Laid(path, bytes(source.data), layout(source, form).encode())


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            files = (file for file in sorted(path.rglob("*")) if formats.by_extension(file, FORMATS))
            yield from (file for file in files if not _is_hidden(file.relative_to(path)))
        else:
            yield path


def _is_hidden(path: Path) -> bool:
    """Whether it, or a folder above it, is none of the author's own: `.git`, `.venv`."""
    return any(part.startswith(".") for part in path.parts)


def layout(source: Source, form: Format) -> str:
    """The canonical form of a document, which says the same as the document.

    >>> text = "@prefix ex: <x:>. ex:a ex:p 01 ; # one\\n a ex:C."
    >>> print(layout(from_text(text, "a"), formats.TURTLE), end="")
    PREFIX ex: <x:>
    <BLANKLINE>
    ex:a a ex:C ;
      ex:p 01 . # one
    """
    before = skeleton(Reader(source, form.name, _NO_BASE))
    text = print_document(document(source, _NO_BASE))
    if skeleton(Reader(from_text(text, source.name), form.name, _NO_BASE)) != before:
        message = "The canonical form would not say the same, so nothing was written."
        raise OgdkgError(message, place=Place(source.name), hint="This is a bug of ogdkg: report the file.")
    return text


def skeleton(statements: Iterable[Statement]) -> Counter[str]:
    """What statements say, with blank nodes that have no label replaced by what is said of them.

    Two documents with the same skeleton are isomorphic: a node without a label is the object of one statement
    at most, which comes before all that is said of the node.
    """
    said: dict[Blank, list[str]] = {}
    whole: Counter[str] = Counter()
    for statement in reversed(list(statements)):
        subject, predicate, object_, graph = statement.quad
        spelled = _spelled(object_)
        if isinstance(object_, Blank) and not _has_label(statement, object_, statement.object_offset):
            spelled = _digest(said.pop(object_, []))
        line = f"{predicate.value} {spelled} {graph}"
        if isinstance(subject, Blank) and not _has_label(statement, subject, statement.subject_offset):
            said.setdefault(subject, []).append(line)
        else:
            whole[f"{_spelled(subject)} {line}"] += 1
    whole.update(map(_digest, said.values()))
    return whole


def _has_label(statement: Statement, node: Blank, offset: int) -> bool:
    """Whether the document itself labels a blank node, rather than writing it in brackets."""
    spelling = f"_:{node.label}".encode()
    return statement.source.data[offset : offset + len(spelling)] == spelling


def _spelled(term: Term) -> str:
    return f"_:{term.label}" if isinstance(term, Blank) else to_ntriples(term)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
