"""The files of an import, and its changes as lines."""

from __future__ import annotations

from pathlib import Path

from ogdkg.importing.folder import MARK
from ogdkg.importing.operation import Change
from ogdkg.rdf.terms import Iri, Literal, Triple
from ogdkg.render.views.imported import change_lines, file_text

PREFIXES = {"e": "http://e/"}
ONE = Triple(Iri("http://e/a"), Iri("http://e/p"), Literal("1"))
TWO = Triple(Iri("http://e/a"), Iri("http://e/p"), Literal("2"))


def test_a_file_begins_with_its_mark_and_is_the_same_whatever_the_order() -> None:
    text = file_text([TWO, ONE], PREFIXES, "a.ttl")
    assert text.splitlines()[0] == MARK
    assert text == file_text([ONE, TWO], PREFIXES, "a.ttl")
    assert text.endswith('e:a e:p "1", "2" .\n')


def test_each_change_is_a_line_and_more_if_asked_for() -> None:
    changes = [
        Change(Path("new.ttl"), (ONE,), frozenset([ONE]), frozenset(), is_new=True),
        Change(Path("old.ttl"), (TWO,), frozenset([TWO]), frozenset([ONE])),
        Change(Path("gone.ttl"), (), frozenset(), frozenset([ONE, TWO]), is_gone=True),
        Change(Path("mark.ttl"), (ONE,), frozenset(), frozenset()),
    ]
    lines = ["new     new.ttl  +1", "changed old.ttl  +1 -1", "gone    gone.ttl  -2", "changed mark.ttl"]
    assert list(change_lines(changes, PREFIXES, whole=False)) == lines
    assert list(change_lines(changes[:2], PREFIXES, whole=True)) == [
        *lines[:2],
        '  + e:a e:p "2" .',
        '  - e:a e:p "1" .',
    ]
