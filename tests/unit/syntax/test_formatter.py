"""The canonical form: what it looks like, that it is final, and that it says the same."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.cli.main import main
from ogdkg.errors import InputError, LimitError, OgdkgError, UsageError
from ogdkg.rdf import formats
from ogdkg.syntax import read
from ogdkg.syntax.formatter import files, laid_out
from ogdkg.syntax.grammar import TOKEN
from ogdkg.syntax.layout import canonical, layout
from ogdkg.syntax.plain import PlainSentences
from ogdkg.syntax.skeleton import skeleton
from ogdkg.syntax.source import from_text
from tests.conftest import ROOT, examples
from tests.unit.syntax.documents import newer, trig, turtle
from tests.unit.syntax.test_reader import by_structure, theirs

FIXTURES = ROOT / "tests" / "fixtures" / "fmt"


def fmt(text: str) -> str:
    return layout(from_text(text, "a.trig"), formats.TRIG)


def comments(text: str) -> Counter[str]:
    """The words of all comments, those inside literals too."""
    data = text.encode()
    found = [m["comment"].decode() for m in TOKEN.finditer(data) if m.lastgroup == "comment"]
    return Counter(word for comment in found for word in comment.split())


@examples(150)
@given(st.one_of(turtle(), trig()))
def test_it_is_final_and_says_the_same(text: str) -> None:
    once = fmt(text)
    assert fmt(once) == once
    ours, theirs = ox.Dataset(), ox.Dataset()
    for quad in ox.parse(text.encode(), ox.RdfFormat.TRIG):
        ours.add(quad)
    for quad in ox.parse(once.encode(), ox.RdfFormat.TRIG):
        theirs.add(quad)
    for dataset in (ours, theirs):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert ours == theirs
    assert comments(once) == comments(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<x:g> {\n\n}", "<x:g> {}\n"),  # a blank line is nothing in it
        ("<x:g> { # c {\n\n\n}", "<x:g> { # c {\n}\n"),
        ("<x:g> {\n\n# c\n\n}", "<x:g> {\n  # c\n}\n"),
        ("# c\n@prefix a: <x:> . # d\n# e\n", "# c\n# d\n# e\n"),  # nothing uses the prefix
        ("<x:a> <x:b> 1 .\n# c\n@prefix a: <x:> .", "<x:a> <x:b> 1 .\n# c\n"),
    ],
)
def test_no_comment_is_lost_and_no_blank_line_stays(text: str, expected: str) -> None:
    assert fmt(text) == expected == fmt(expected)


@pytest.mark.parametrize("around", ["{}", "<x:g> {{\n{}}}\n", "{}PREFIX e: <x:e>\n{}e:a a e:A .\n"])
def test_the_memory_is_that_of_the_text(around: str) -> None:
    """Some objects for each line would take ten times as much."""
    lines = "".join(f'<x:s{n % 9}> <x:p> {n % 9} ;\n  <x:q> "value {n % 9}" .\n' for n in range(20_000))
    source = from_text(around.format(lines, lines), "a")
    assert canonical(source, formats.TRIG)  # what is read once is in memory now
    tracemalloc.start()
    try:
        canonical(source, formats.TRIG)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2.5 * len(source.data)


@examples(80)
@given(newer())
def test_it_keeps_what_rdf_1_2_adds(text: str) -> None:
    once = layout(from_text(text, "a.ttl"), formats.TURTLE)
    assert layout(from_text(once, "a.ttl"), formats.TURTLE) == once
    assert by_structure(theirs(text, "turtle")) == by_structure(theirs(once, "turtle"))
    assert comments(once) == comments(text)


def test_annotations_stay_as_they_are_written() -> None:
    text = (FIXTURES / "annotations.ttl").read_text()
    canonical = (FIXTURES / "annotations.canonical.ttl").read_text()
    assert layout(from_text(text, "a.ttl"), formats.TURTLE) == canonical
    assert layout(from_text(canonical, "a.ttl"), formats.TURTLE) == canonical


ODD = """# The file's own heading
# in two lines
@prefix ex: <http://example.org/> . # examples
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
# never used
@prefix zz: <http://zz.org/> . # zz
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
# about the graph
GRAPH ex:g # the name
{ # opened
  # first
  ex:s # the subject
    ex:z 01 , # one
      "b"   @EN ; # two


    # why the label
    skos:prefLabel "x" ;;
    rdf:type ex:C # last
    # before the stop
    .
  # below
} # closed


ex:a ex:p [ ex:q 1 ; ex:b "2"^^ex:t ], ( 1 [] ), [ # open
  ex:p ( # list
    1 # item
    2
    # end of list
  ) # after
  # end of node
] .
[ ex:p ex:o ] . # alone
# the end
"""

CANONICAL = """# The file's own heading
# in two lines
# never used
# zz
PREFIX ex: <http://example.org/> # examples
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

# about the graph
# the name
ex:g { # opened
  # first
  # the subject
  ex:s a ex:C ; # last
    # why the label
    skos:prefLabel "x" ;
    ex:z
      01, # one
      "b"@EN # two
    # before the stop
    .
  # below
} # closed

ex:a ex:p [ ex:q 1 ; ex:b "2"^^ex:t ], ( 1 [] ), [ # open
    ex:p ( # list
      1 # item
      2
      # end of list
    ) # after
    # end of node
  ] .
[ ex:p ex:o ] . # alone
# the end
"""


def test_a_file_full_of_comments() -> None:
    assert fmt(ODD) == CANONICAL
    assert fmt(CANONICAL) == CANONICAL


def test_a_comment_stays_wherever_it_stands() -> None:
    """In lists and nodes, around every mark, between and after graphs, in a literal, at the end."""
    text = (FIXTURES / "comments.trig").read_text()
    canonical = (FIXTURES / "comments.canonical.trig").read_text()
    assert fmt(text) == canonical
    assert fmt(canonical) == canonical
    assert comments(canonical) == comments(text)


def test_long_lists_go_one_to_a_line() -> None:
    names = [f"ex:a-rather-long-name-{n}" for n in range(5)]
    text = f"PREFIX ex: <x:>\n\nex:s ex:p {', '.join(names)} ;\n  ex:q ({' '.join(names)}) .\n"
    objects = ",\n    ".join(names)
    items = "\n    ".join(names)
    assert fmt(text) == f"PREFIX ex: <x:>\n\nex:s ex:p\n    {objects} ;\n  ex:q (\n    {items}\n  ) .\n"


def test_strings_over_several_lines_stay_as_they_are() -> None:
    text = '<x:s> <x:p> """a\n   # no comment\r\n """ , \'b\\n\' .\n'
    assert fmt(text) == '<x:s> <x:p>\n    """a\n   # no comment\r\n """,\n    \'b\\n\' .\n'


@pytest.mark.parametrize("text", ["", "# only a comment\n", "<> <#a> <../b> .\n", "ex:g {}\n", "{}\n"])
def test_these_are_canonical(text: str) -> None:
    text = f"PREFIX ex: <x:>\n\n{text}" if "ex:" in text else text
    assert fmt(text) == text


def test_a_prefix_that_changes_keeps_its_place() -> None:
    text = "PREFIX e: <x:>\n\ne:s e:p 1 .\n\nPREFIX e: <y:>\n\ne:s e:p 1 .\n"
    assert fmt(text) == text


def test_prefixes_do_not_pass_a_base() -> None:
    text = "BASE <x://a/>\nPREFIX b: <b#>\nBASE <y://a/>\nPREFIX a: <a#>\n\na:s b:p <o> .\n"
    assert fmt(text) == text


def test_a_base_may_be_declared_again() -> None:
    text = "BASE <x://a/>\n<s> <p> 1 .\nBASE <x://a/>\n<s> <p> 2 .\nBASE <>\n<s> <p> 3 .\n"
    assert fmt(text) == text


@pytest.mark.parametrize("sign", ["→", "\u2028", "\U0001f332"])
def test_a_character_that_fits_nowhere_is_named(sign: str) -> None:
    with pytest.raises(InputError, match=f"not '{sign}'" if sign.isprintable() else "Here should stand"):
        fmt(f"<x:s> <x:p> <x:o> {sign} .")


def test_what_cannot_be_read_or_is_too_deep_is_refused() -> None:
    with pytest.raises(InputError, match="string is not closed"):
        fmt("<x:s> <x:p> 'a .")
    with pytest.raises(LimitError, match="deep"):
        fmt("<x:s> <x:p> " + "(" * 200 + ")" * 200 + " .")


@pytest.mark.parametrize(
    ("printer", "text"),
    [
        ("lines", "<x:s> <x:p> 01 ."),
        ("sentence_lines", "<x:s> <x:p> [ <x:p> 01 ] ."),
    ],
)
def test_a_form_that_says_something_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, printer: str, text: str
) -> None:
    monkeypatch.setattr(f"ogdkg.syntax.layout.{printer}", lambda sentence, indent: ["<x:s> <x:p> 1 ."])
    with pytest.raises(OgdkgError, match="would have another meaning"):
        fmt(text)


def test_a_form_whose_prefixes_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ogdkg.syntax.layout.directive_line", lambda part: "PREFIX p: <y:>")
    with pytest.raises(OgdkgError, match="would have another meaning"):
        fmt("PREFIX p: <x:> p:s p:p 1 .")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("<x:s> <x:p> [ <x:q> 1, 2 ] .", "<x:s> <x:p> [ <x:q> 2; <x:q> 1 ] .", True),
        ("<x:s> <x:p> [ <x:q> 1 ] .", "<x:s> <x:p> [ <x:q> 01 ] .", False),
        ("<x:s> <x:p> (1 2) .", "<x:s> <x:p> (2 1) .", False),
        ("[ <x:p> [] ] .", "[ <x:p> [] ] . [ <x:p> [] ] .", False),
        ("_:a <x:p> 1 .", "_:b <x:p> 1 .", False),
        ("_:a <x:p> ( _:a ) .", "_:a <x:p> ( _:a ) .", True),
        ("<x:s> <x:p> 1 {| <x:q> 1 |} .", "<x:s> <x:p> 1 ~ [] {| <x:q> 1 |} .", True),
        ("<x:s> <x:p> 1 {| <x:q> 1 |} .", "<x:s> <x:p> 1 {| <x:q> 01 |} .", False),
        ("<x:s> <x:p> [ <x:q> 1 ~ ] .", "<x:s> <x:p> [ <x:q> 1 ] . << [] <x:q> 1 >> .", False),
    ],
)
def test_skeleton(one: str, other: str, same: bool) -> None:
    assert (skeleton(read(one)) == skeleton(read(other))) is same


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.ttl").write_text("<x:s> <x:p> 1 .\n")
    (tmp_path / "a.trig").write_bytes(b"\xef\xbb\xbf<x:s>  <x:p> 1 .\r\n")
    (tmp_path / "c.nt").write_text("<x:s> <x:p> 1 .\n")
    laid = [laid_out(path) for path in files([tmp_path])]
    assert [(one.path.name, one.is_canonical) for one in laid] == [("a.trig", False), ("b.ttl", True)]
    assert laid[0].after == b"<x:s> <x:p> 1 .\n"
    with pytest.raises(UsageError, match="no canonical form"):
        files([tmp_path / "c.nt"])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<x:s>  <x:p> 01 .")
    path.chmod(0o640)
    assert main(["fmt", "--check", str(path)]) == 1
    assert "+<x:s> <x:p> 01 .\n" in capsys.readouterr().out
    assert path.read_text() == "<x:s>  <x:p> 01 ."
    assert main(["fmt", str(tmp_path)]) == 0
    assert path.read_text() == "<x:s> <x:p> 01 .\n" and path.stat().st_mode & 0o777 == 0o640
    assert main(["fmt", "--check", str(path)]) == 0
    path.write_text("<x:s> <x:p> 'a .")
    assert main(["fmt", str(path)]) == 3
    assert main(["fmt", str(tmp_path / "none.ttl")]) == 3


def _outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except OgdkgError as error:
        return str(error), error.place


@examples(60)
@given(st.one_of(turtle(), trig(), newer()))
def test_plain_sentences_are_laid_out_as_by_a_tree(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlainSentences, "at", lambda *_: None)
        by_tree = fmt(text)
    assert fmt(text) == by_tree


@examples(80)
@given(st.one_of(turtle(), trig()), st.data())
def test_a_broken_document_is_told_as_by_the_reader(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.sampled_from(("", ".", "]", "}", "x", '"', ";", "<"))) + text[at + 1 :]
    told = _outcome(lambda: list(read(from_text(broken, "a.trig"), "trig", "http://base.invalid/")))
    if isinstance(told, tuple):  # an error and its place
        assert _outcome(lambda: fmt(broken)) == told


@pytest.mark.parametrize(
    "text",
    [
        "<x:s> <x:p> 1 ;; <x:q> 2 ; ; .",
        "<x:s> <x:p> 1,2;<x:p> 3 .",
        "@prefix e: <x:> .\n<x:s> <x:p> 'a' ^^ e:b\\' , \"b\"@en--ltr , 'c'^^<x:'@en> .",
        '<x:s> <x:p> "a\nb" .'.replace('"', '"""'),
        '<x:s> <x:p> "a\nb" , 1 .'.replace('"', '"""'),
        "<x:s> <x:p> " + ", ".join(f"<x:object{n}>" for n in range(20)) + " .",
        "<x:s> <http://www.w3.org/2000/01/rdf-schema#label> 'l' ; a <x:C> ; <x:p> 1 .",
        "<x:s> <x:p> 1 . # beside\n<x:s> <x:p> 1 .\n\n\n<x:s> <x:p> 1 .",
        "<x:g> { <x:s> <x:p> 1 . <x:s> <x:p> 2 }\n\n{ <x:s> <x:p> 3 . }",
    ],
)
def test_plain_sentences_of_every_kind(text: str) -> None:
    test_plain_sentences_are_laid_out_as_by_a_tree.hypothesis.inner_test(text)  # type: ignore[attr-defined]
    assert skeleton(read(fmt(text), "trig")) == skeleton(read(text, "trig"))
