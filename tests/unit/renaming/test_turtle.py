"""IRIs changed in a document, token by token: what it says otherwise, and how it is written, stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Iri, is_iri
from ogdkg.renaming.edits import applied
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.queries import query_edits
from ogdkg.renaming.spelling import local_part
from ogdkg.renaming.turtle import Turtle, edited
from ogdkg.syntax.reader import read
from ogdkg.syntax.source import from_text

OLD, NEW = "https://ex.org/id/old", "https://ex.org/id/new.v2"
KNOWN = {"ex": "https://ex.org/id/", "other": "https://other.org/"}
ONE = Moves({OLD: NEW})
EX = f"PREFIX ex: <{KNOWN['ex']}>\n"
SHACL = "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"


def turtle(text: str, moves: Moves = ONE, form: formats.Format = formats.TURTLE) -> str:
    document = Turtle(from_text(text, "a"), form, "file:///a/b", {"d": "https://ex.org/id/"}, KNOWN)
    return edited(document, moves).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # names and IRIs, each as it was written; comments, strings and IRIs that begin alike stay
        (EX + "ex:old  ex:p <https://ex.org/id/old> . # ex:old",
         EX + "ex:new.v2  ex:p <https://ex.org/id/new.v2> . # ex:old"),
        (EX + 'ex:older ex:old-er "ex:old <https://ex.org/id/old>", ex:old\\#a .', None),
        # predicate, datatype, `a`, within brackets and lists
        (EX + '[ ex:old ( ex:old "1"^^ex:old ) ; a ex:old ] ex:q 1 .',
         EX + '[ ex:new.v2 ( ex:new.v2 "1"^^ex:new.v2 ) ; a ex:new.v2 ] ex:q 1 .'),
        # escapes and percent signs, in names and in IRIs
        ("PREFIX e: <https://ex.org/>\ne:id\\/old e:p <https://ex.org/id/\\u006Fld> .",
         "PREFIX e: <https://ex.org/>\ne:id\\/new.v2 e:p <https://ex.org/id/new.v2> ."),
        # relative to a base, which stays so
        ("BASE <https://ex.org/id/x>\n<old> <#p> <./old> .",
         "BASE <https://ex.org/id/x>\n<new.v2> <#p> <new.v2> ."),
        # a prefix that is declared again means something else below
        ("@prefix p: <https://ex.org/id/> . p:old p:p 1 . @prefix p: <https://ex.org/> . p:old p:p 1 .",
         "@prefix p: <https://ex.org/id/> . p:new.v2 p:p 1 . @prefix p: <https://ex.org/> . p:old p:p 1 ."),
        # the whole IRI as a namespace: no name is left over, and the declaration is none of the thing
        ("PREFIX o: <https://ex.org/id/old>\no: o:p 1 .",
         "PREFIX o: <https://ex.org/id/old>\n" + EX + "ex:new.v2 o:p 1 ."),
        ("PREFIX : <https://ex.org/id/>\n:old :p 1 .", "PREFIX : <https://ex.org/id/>\n:new.v2 :p 1 ."),
    ],
)  # fmt: skip
def test_a_token_changes_and_nothing_else(before: str, after: str | None) -> None:
    assert turtle(before) == (before if after is None else after)


def test_a_name_takes_the_prefix_that_fits_and_declares_it_where_it_is_missing() -> None:
    away = Moves({OLD: "https://other.org/a b".replace(" ", "/")})
    text = "@prefix ex: <https://ex.org/id/> .\nex:old a ex:C ."
    found = turtle(text, away)
    assert "@prefix other: <https://other.org/> ." in found and "other:a\\/b a ex:C" in found
    assert turtle(text, Moves({OLD: "urn:x:1"})).endswith("<urn:x:1> a ex:C .")


def test_graph_names_move_in_trig_and_lines_in_n_quads() -> None:
    text = EX + "ex:old { ex:a ex:p ex:old } GRAPH <https://ex.org/id/old> {}"
    assert turtle(text, form=formats.TRIG).count("new.v2") == 3
    line = f"<x:s> <x:p> <{OLD}> <{OLD}> .\n"
    assert turtle(line, form=formats.NQUADS) == line.replace(OLD, NEW)


def test_what_is_deprecated_keeps_its_description() -> None:
    text = EX + "ex:old ex:p ex:old, ex:b . ex:c ex:p ex:old . ex:new.v2 ex:q ex:old ."
    moves = Moves({OLD: NEW}, keeps_descriptions=True)
    expected = text.replace("ex:old, ", "ex:new.v2, ").replace("ex:c ex:p ex:old", "ex:c ex:p ex:new.v2")
    assert turtle(text, moves) == expected


def test_a_namespace_moves_in_its_declaration_and_in_names_of_a_shorter_one() -> None:
    moves = Moves(namespace=("https://ex.org/id/", "https://new.org/"))
    text = EX + "PREFIX e: <https://ex.org/>\nex:a e:id\\/b e:c, <https://ex.org/id/d> ."
    assert turtle(text, moves) == (
        "PREFIX ex: <https://new.org/>\nPREFIX e: <https://ex.org/>\nex:a ex:b e:c, <https://new.org/d> ."
    )


def test_queries_in_shapes_are_queries() -> None:
    text = SHACL + '<x:s> sh:select """SELECT $this { $this d:old "d:old" }""" ; sh:message "d:old" .'
    assert turtle(text) == text.replace("$this d:old", "$this d:new.v2")
    escaped = SHACL + '<x:s> sh:ask "ASK { d:old ?p \\"\\u00e9 d:old\\" }" .'
    assert turtle(escaped) == escaped.replace("{ d:old", "{ d:new.v2")
    moves = Moves(namespace=("https://ex.org/id/", "https://new.org/"))
    declared = SHACL + '<x:s> sh:declare [ sh:prefix "d" ; sh:namespace "https://ex.org/id/" ] .'
    assert turtle(declared, moves) == declared.replace("https://ex.org/id/", "https://new.org/")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT * { ex:old ex:p/ex:old ?x . # ex:old\n FILTER(?x != 'ex:old') }",
         "SELECT * { ex:new.v2 ex:p/ex:new.v2 ?x . # ex:old\n FILTER(?x != 'ex:old') }"),
        ("PREFIX q: <https://ex.org/> ASK { q:id\\/old ?p <https://ex.org/id/old> }",
         "PREFIX q: <https://ex.org/> ASK { ex:new.v2 ?p <https://ex.org/id/new.v2> }"),
        ("PREFIX ex: <https://elsewhere.org/> ASK { ex:old ?p ex:older }", None),
        ("BASE <https://ex.org/id/x> ASK { <old> ?p '1'^^<old> }",
         "BASE <https://ex.org/id/x> ASK { <new.v2> ?p '1'^^<new.v2> }"),
    ],
)  # fmt: skip
def test_a_query_changes_in_its_tokens(before: str, after: str | None) -> None:
    after = before if after is None else after
    assert applied(before, query_edits(before, ONE, {"ex": KNOWN["ex"]})) == after


def test_what_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match="a:2"):
        turtle(EX + "ex:old ex:p")


ends = st.text("abzAZ09_-.~!$&'()*+,;=:@/?#%é·٣好[]", min_size=1, max_size=8)


@given(ends)
def test_the_end_of_any_iri_is_written_so_that_it_is_read_again(end: str) -> None:
    iri = KNOWN["ex"] + end
    if not is_iri(iri):
        return
    text = EX + "ex:old ex:p ex:old ."
    found = list(read(turtle(text, Moves({OLD: iri}))))
    assert [(each.subject, each.object) for each in found] == [(Iri(iri), Iri(iri))]
    assert local_part(end) is None or f"ex:{local_part(end)}" in turtle(text, Moves({OLD: iri}))
