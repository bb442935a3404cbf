"""Formats Turtle and TriG files (`ogdkg fmt`); spellings, comments and the order of subjects are kept."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, OgdkgError, Place, UsageError
from ogdkg.files.atomic import UNSURE, stamp
from ogdkg.files.text import reading
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Blank, Term, TripleTerm, blanks_of, to_ntriples
from ogdkg.syntax import Source, Statement
from ogdkg.syntax.printer import print_document
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import from_file, from_text
from ogdkg.syntax.tree import document

FORMATS = (formats.TURTLE, formats.TRIG)
_ROUNDS = 16  # of refinement: differences further from a node than that do not tell it apart
_NO_BASE = "http://base.invalid/"  # relative IRIs stay as they are: any base will do to compare by


class FormattedFile(NamedTuple):
    """A file as it is and as it would be; `stamp` and `read`: which it was, and when.

    `command`: what to run again if it is another file by now.
    """

    path: Path
    before: bytes
    after: bytes
    stamp: list[int]
    read: int
    command: str = "ogdkg fmt"

    @property
    def is_canonical(self) -> bool:
        return self.before == self.after

    def check(self) -> None:
        """Raise InputError where the file is not to be replaced: it is another by now, or has two names."""
        place = Place(str(self.path))
        if not self._is_same():
            raise InputError(
                "The file changed meanwhile and was not written.",
                place=place,
                hint=f"Run `{self.command}` again.",
            )
        if self.path.stat().st_nlink > 1:
            hint = "Give it a file of its own first, by copying, or write both by hand."
            message = "Another name of it (a hard link) would keep the old text."
            raise InputError(message, place=place, hint=hint)

    def _is_same(self) -> bool:
        """Whether nobody wrote it since; times so young that a second change may not show prove nothing."""
        try:
            if stamp(self.path) != self.stamp:
                return False
            is_sure = max(self.stamp[1:3]) < self.read - UNSURE
            return is_sure or bytes(from_file(self.path).data) == self.before
        except (OSError, InputError):
            return False


def laid_out(path: Path) -> FormattedFile:
    """One file in canonical form; InputError where it cannot be read."""
    form = formats.by_extension(path, FORMATS)
    assert form  # `files` gives no others
    with reading(path):
        is_plain, before, read = path.is_file(), stamp(path), time.time_ns()
    if not is_plain:
        raise InputError("This is not a regular file.", place=Place(str(path)))
    source = from_file(path)
    return FormattedFile(path, bytes(source.data), layout(source, form).encode(), before, read)


def files(paths: Iterable[Path], passed: Callable[[Path], None] = lambda path: None) -> list[Path]:
    """The files given, and those below the folders given; errors where one has no canonical form.

    `passed` is told of the links below folders, which are passed over: what they lead to is laid out where it
    lies, and may be none of the folder's owner.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = (file for file in sorted(path.rglob("*")) if _has_canonical_form(file))
            for file in (file for file in below if not _is_hidden(file.relative_to(path))):
                if file.is_symlink():
                    passed(file)
                elif file.is_file():
                    found.append(file)
        elif not os.path.lexists(path):
            raise InputError("There is no such file or folder.", place=Place(str(path)))
        elif formats.is_packed(path):
            hint = "Unpack it, give it its canonical form, and pack it again."
            raise UsageError(f"{path} is packed, and is not written in place.", hint=hint)
        elif formats.by_extension(path, FORMATS) is None:
            hint = f"It can be given to: {', '.join(form.name for form in FORMATS)} files."
            raise UsageError(f"{path} has no canonical form.", hint=hint)
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _has_canonical_form(path: Path) -> bool:
    return not formats.is_packed(path) and formats.by_extension(path, FORMATS, found=True) is not None


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
        message = "The canonical form would have another meaning, so nothing was written."
        raise OgdkgError(message, place=Place(source.name), hint="This is a bug of ogdkg: report the file.")
    return text


def skeleton(statements: Iterable[Statement]) -> Counter[str]:
    """Return a signature of statements, with unlabelled blank nodes replaced by digests of their statements.

    Two documents with the same skeleton are isomorphic: a node without a label is the object of one statement
    at most, which comes before all that is said of the node. That does not hold of the nodes of RDF 1.2's
    triple terms; where there are any, nodes are told apart by what is said of them and near them.
    """
    statements = list(statements)
    if any(isinstance(statement.object, TripleTerm) for statement in statements):
        return _refined(statements)
    outgoing: dict[Blank, list[str]] = {}
    whole: Counter[str] = Counter()
    for statement in reversed(statements):
        subject, predicate, object_, graph = statement.quad
        spelled = _spelled(object_)
        if isinstance(object_, Blank) and not _has_label(statement, object_, statement.object_offset):
            spelled = _digest(outgoing.pop(object_, []))
        line = f"{predicate.value} {spelled} {graph}"
        if isinstance(subject, Blank) and not _has_label(statement, subject, statement.subject_offset):
            outgoing.setdefault(subject, []).append(line)
        else:
            whole[f"{_spelled(subject)} {line}"] += 1
    whole.update(map(_digest, outgoing.values()))
    return whole


def _refined(statements: list[Statement]) -> Counter[str]:
    """A signature of statements with triple terms, whose unlabelled nodes get digests by refinement."""
    labels = {
        node: f"_:{node.label}"
        for statement in statements
        for node, offset in (
            (statement.subject, statement.subject_offset),
            (statement.object, statement.object_offset),
        )
        if isinstance(node, Blank) and _has_label(statement, node, offset)
    }
    lines: list[str] = []
    known: dict[Blank, str] = labels
    for _ in range(_ROUNDS):
        around: dict[Blank, list[str]] = {}
        lines = []
        for statement in statements:
            line = " ".join(_named(part, known) for part in statement.quad if part)
            lines.append(line)
            for number, node in enumerate(blanks_of(statement.subject) + blanks_of(statement.object)):
                if node not in labels:
                    around.setdefault(node, []).append(f"{number} {line}")
        known = labels | {node: _digest(own) for node, own in around.items()}
    return Counter(lines)


def _named(term: Term, known: Mapping[Blank, str]) -> str:
    if isinstance(term, Blank):
        return known.get(term, "[]")
    if isinstance(term, TripleTerm):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(_named(part, known) for part in parts)} )>>"
    return to_ntriples(term)


def _has_label(statement: Statement, node: Blank, offset: int) -> bool:
    """Whether the document itself labels a blank node, rather than writing it in brackets."""
    spelling = f"_:{node.label}".encode()
    assert isinstance(statement.source, Source)  # as our own reader gives it
    return statement.source.data[offset : offset + len(spelling)] == spelling


def _spelled(term: Term) -> str:
    return f"_:{term.label}" if isinstance(term, Blank) else to_ntriples(term)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
