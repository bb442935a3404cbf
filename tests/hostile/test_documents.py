"""A stranger's YAML, TOML and stored queries: they end, or one sentence says where they go too far."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.acceptance.questions import read_question, run_file
from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.catalogue.header import parse_header
from ogdkg.config.config_file import parse_toml, parse_yaml
from ogdkg.config.toml_lines import DEEPEST
from ogdkg.errors import InputError, LimitError, OgdkgError, UsageError
from ogdkg.files.text import MOST, read_text
from ogdkg.project.project import read_project
from tests.conftest import Run

SECONDS = 20  # what "it ends" means here: each of these took minutes, years or all memory
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


def _ends(work: Callable[[], object]) -> OgdkgError | None:
    """The error of ours that work ends with, if any; the time is bounded while it works, too."""

    def fail(number: int, frame: object) -> None:
        raise AssertionError(f"It takes more than {SECONDS} seconds.")

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        work()
    except OgdkgError as error:
        str(error)
        return error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return None


YAML = {
    "laughs": LAUGHS,
    "a ring": "tags: &a [*a]\n",
    "an anchor alone": "summary: &a x\n",
    "an anchor on a key": "&a summary: x\n",
    "an alias": "summary: *a\n",
    "a merge of an anchor": "a: &a {b: c}\nd: {<<: *a}\n",
    "a Python object": "summary: !!python/object/apply:os.system [echo]\n",
    "a timestamp": "summary: !!timestamp abc\n",
    "a boolean": "summary: !!bool abc\n",
    "an integer": "summary: !!int abc\n",
    "bytes": "summary: !!binary ' '\n",
    "a set": "summary: !!set [a]\n",
    "a tag of one's own": "summary: !x y\n",
    "a tag for none": "summary: ! y\n",
    "a declared tag": "%TAG ! tag:yaml.org,2002:\n---\nsummary: !int x\n",
    "lists in lists": "tags: " + "[" * 2000 + "]" * 2000,
    "open lists": "[" * 100_000,
    "maps in maps": "tags: " + "{a: " * 2000 + "}" * 2000,
    "lists by dashes": "- " * 5000,
    "keys by marks": "? " * 5000,
    "steps": "".join(f"{' ' * n}a:\n" for n in range(400)),
    "a long number in hex": "summary: 0x" + "f" * 5000,
    "a long number": "summary: " + "9" * 5000,
    "a long octal number": "summary: 0" + "7" * 5000,
    "a long binary number": "summary: 0b" + "1" * 5000,
    "base sixty": "summary: " + "1:" * 1000 + "1",
    "base sixty with a point": "summary: " + "1:" * 1000 + "1.5",
    "a month without end": "summary: 2014-99-99\n",
    "a year zero": "summary: 0000-01-01\n",
    "a time zone": "summary: 2001-12-14t21:59:43.10-99:99\n",
    "a list for a key": "[a, b]: c\n",
    "a map for a key": "{a: b}: c\n",
    "two documents": "a: b\n---\nc: d\n",
    "no map": "- a\n",
    "a word": "abc",
    "control characters": "summary: a\x07\n",
    "half a character": "summary: \ud800\n",
    "an escape for none": 'summary: "\\xZZ"\n',
    "an open string": 'summary: "abc\n',
    "a tab": "summary:\n\tx\n",
    "a directive": "%YAML 9.9\n---\na: b\n",
    "an end": "...\n" * 1000,
}


@pytest.mark.parametrize("name", YAML)
def test_yaml_ends_with_a_sentence_and_a_line(name: str) -> None:
    error = _ends(lambda: parse_yaml(YAML[name], "x.yaml", first_line=3).keys(("none",)))
    assert isinstance(error, InputError)
    assert error.place and error.place.file == "x.yaml"
    assert error.place.line and error.place.line >= 3
    assert len(error.message) < 300


def test_a_number_that_is_no_number_is_text() -> None:
    assert parse_yaml("a: 1.5.6\nb: 2014-13\nc: .\nd: ~\n", "x").data["a"] == "1.5.6"


def test_yaml_that_is_merely_large_is_read() -> None:
    text = "rows:\n" + "".join(f"  - [a{n}, {n}]\n" for n in range(3000))
    assert len(parse_yaml(text, "x").data["rows"]) == 3000


TOML = {
    "arrays": "a = " + "[" * 5000 + "]" * 5000,
    "open arrays": "a = " + "[" * 100_000,
    "tables in tables": "a = " + "{a = " * 5000 + "1" + "}" * 5000,
    "a dotted key": ".".join("a" * 50_000) + " = 1",
    "a quoted dotted key": ".".join(['"a"'] * 50_000) + " = 1",
    "a spaced dotted key": " . ".join("a" * 50_000) + " = 1",
    "a dotted table": "[" + ".".join("a" * 50_000) + "]",
    "a dotted array of tables": "[[" + ".".join("a" * 50_000) + "]]",
    "a dotted key within": "a = {" + ".".join("b" * 50_000) + " = 1}",
    "a number in hex": "a = 0x" + "f" * 5000,
    "a number": "a = " + "9" * 5000,
    "a float": "a = 1e" + "9" * 5000,
    "a number with bars": "a = " + "1_" * 5000 + "1",
    "a key of letters": "a" * 5000 + " = 1",
    "an open string": 'a = """' + "x" * 500_000,
    "an open literal": "a = '''" + "x" * 500_000,
    "quotes": "a = " + "'" * 100_000,
    "backslashes": 'a = "' + "\\" * 100_001,
    "brackets to end": "]" * 100_000,
    "NUL": "a = '\0'",
    "a date that is none": "a = 2020-99-99",
    "a time that is none": "a = 99:99:99",
    "twice": "a = 1\na = 2",
    "a table twice": "[a]\n[a]",
    "an escape for none": 'a = "\\uD800"',
    "carriage returns": "a = 1\r\r\rb = 2",
}


@pytest.mark.parametrize("name", TOML)
def test_toml_ends_with_a_sentence(name: str) -> None:
    error = _ends(lambda: parse_toml(TOML[name], "x.toml"))
    assert isinstance(error, InputError)
    assert error.place and error.place.file == "x.toml"
    assert len(error.message) < 300


def test_large_toml_ends() -> None:
    for piece in ("[a.b]\n", "[[a]]\n", "a", "\n", "# x\n", "[", "x = 1\n", "''' ", "{}", ". "):
        _ends(lambda piece=piece: parse_toml((piece * MOST)[: MOST // 4], "x"))  # type: ignore[misc]
    keys = "".join(f"k{n} = 'x'\n" for n in range(10_000))
    assert _ends(lambda: parse_toml(keys, "x").error("", "k9999")) is None


def test_brackets_in_text_and_comments_are_no_depth() -> None:
    text = f'a = \'{"[" * 99}\'\nb = """{"{" * 99}""" # {"[" * 99}\nc = {"[" * DEEPEST}{"]" * DEEPEST}\n'
    assert parse_toml(text, "x").data["a"] == "[" * 99


LINES = {  # each with the key and its line
    "[project]\ntitle = '''\n[other]\n'''\nname = 'x'\n": (("project", "name"), 5),
    'a = """\nb = 1\n"""\nb = 2\n': (("b",), 4),
    "prefixes.x = 'y'\n": (("prefixes", "x"), 1),
    "\n[a.'b.c'.d]\ne = 1": (("a", "b.c", "d", "e"), 3),
    "[a]\nf = [\n  'x', # ]\n\n  'y',\n]\ng = 1": (("a", "f", 1), 5),
    "[a]\nf = [\n  'x',\n]\ng = 1": (("a", "g"), 5),
    "[[a]]\n[[a]]\n[a.b]\nc = 1": (("a", 1, "b", "c"), 4),
    "[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\nc = 1": (("a", 1, "b", 0, "c"), 5),
    "a = { b = [\n1], c = 2 }": (("a", "c"), 2),
    "a = [ {b = 1},\n {b = 2}\n]": (("a", 1, "b"), 2),
    "a . b = 1\n'' = 2\n\"\\u0061b\" = 3": (("ab",), 3),
    "a = 1979-05-27 07:32:00\nb = 1.5\nc = -inf\nd = 1": (("d",), 4),
    "a = ''''x'''''\nb = 1": (("b",), 2),
    'a = "\\"" # \'\nb = 1': (("b",), 2),
    "[ a . b ] # [c]\nd = 1": (("a", "b", "d"), 2),
}


@pytest.mark.parametrize("text", LINES)
def test_a_key_stands_where_it_is_told(text: str) -> None:
    key, line = LINES[text]
    document = parse_toml(text, "x")
    assert document.get(*key) is not None
    assert document.place(*key).line == line


# Stored queries.

BODY = "SELECT ?x { ?x ?p ?_name_literal }"


def _query(header: str) -> StoredQuery:
    return StoredQuery(header + BODY, "q", file="q.rq")


def test_a_pattern_that_runs_away_does_not() -> None:
    for pattern in ("(a+)+$", "(a|a)*$", "(.*a){25}", "(a?){60}a{60}", "(?:x+x+)+y"):
        for example in ("a" * 60 + "!", "x" * 60):
            header = f"#+ params: {{name: {{pattern: '{pattern}', example: '{example}'}}}}\n"
            error = _ends(lambda header=header: _query(header).parameters)  # type: ignore[misc]
            assert error is None or "an example that matches" in error.message
    [parameter] = _query("#+ params: {name: {pattern: '(a+)+', example: aa}}\n").parameters
    assert isinstance(_ends(lambda: parameter.parse("a" * 100_000 + "!")), UsageError)


@pytest.mark.parametrize(
    "pattern", ["(", "(?=a)a", r"(a)\1", "((a{1000}){1000}){1000}", "(" * 5000, "a)|(b", "[[:x:]]"]
)
def test_a_pattern_that_cannot_be_used_is_told(pattern: str) -> None:
    header = f"#+ params:\n#+   name: {{pattern: '{pattern}', example: aa}}\n"
    error = _ends(lambda: _query(header).parameters)
    assert error and error.place and error.place.line == 2


def test_a_pattern_holds_the_whole_text() -> None:
    [parameter] = _query("#+ params: {name: {pattern: 'a|b', example: a}}\n").parameters
    for text in ("ab", "a\n", "\na", "ba", ""):
        with pytest.raises(UsageError):
            parameter.parse(text)


def test_a_header_has_a_size() -> None:
    error = _ends(lambda: parse_header("SELECT * {}\n#+ summary: " + "x" * 70_000, "q.rq"))
    assert isinstance(error, LimitError)
    assert error.place and error.place.line == 2


def test_a_thousand_parameters_end() -> None:
    body = "SELECT * { " + " ".join(f"?x ?p ?_n{n}_literal ." for n in range(1000)) + " }"
    header = "#+ params:\n" + "".join(f"#+   n{n}: {{label: x}}\n" for n in range(1000))
    assert _ends(lambda: len(StoredQuery(header + body, "q").parameters)) is None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ogdkg.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / "queries" / "a").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "queries" / "a" / "good.rq").write_text("#+ summary: The good one.\nSELECT * { ?s ?p ?o }\n")
    return tmp_path


BAD: dict[str, Callable[[Path], object]] = {
    "laughs": lambda path: path.write_text(
        "\n".join(f"#+ {line}" for line in LAUGHS.splitlines()) + f"\n{BODY}"
    ),
    "no query": lambda path: path.write_text("hello"),
    "not UTF-8": lambda path: path.write_bytes(b"SELECT * { ?s ?p '\xff' }"),
    "too large": lambda path: path.write_text("#" * (MOST + 1)),
    "a misplaced parameter": lambda path: path.write_text("SELECT ?_x_iri { ?s ?p ?o }"),
    "an unknown key": lambda path: path.write_text("#+ sumary: x\nSELECT * { ?s ?p ?o }"),
    "a name twice": lambda path: (
        path.parent.parent.joinpath("other.rq").write_text("ASK {}") and path.write_text("")
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_query_does_not_hide_the_others(project: Path, kind: str) -> None:
    BAD[kind](project / "queries" / "a" / "other.rq")
    catalogue = Catalogue(read_project(project))
    topics, faults = catalogue.topics()
    assert [query.name for query in topics["a"]] == ["good"]
    assert [fault.place.file.endswith("other.rq") for fault in faults if fault.place] == [True]
    with pytest.raises(InputError):
        _ = catalogue.get("other").header
    assert catalogue.get("good").header.summary == "The good one."


def test_bad_queries_are_named_below_the_list(ogdkg: Run, project: Path) -> None:
    for name in ("b", "c"):
        (project / "queries" / "a" / f"{name}.rq").write_text("hello")
    done = ogdkg("query", cwd=project)
    assert done.returncode == 3
    assert "The good one." in done.stdout
    assert "queries/a/b.rq" in done.stderr
    assert "queries/a/c.rq" in done.stderr
    described = ogdkg("query", "-f", "turtle", cwd=project)
    assert (described.returncode, described.stderr) == (3, done.stderr)
    assert "The good one." in described.stdout
    assert ogdkg("query", "good", cwd=project).returncode == 0


def test_what_is_no_file_is_no_query(ogdkg: Run, project: Path) -> None:
    queries = project / "queries"
    os.mkfifo(queries / "fifo.rq")
    (queries / "folder.rq").mkdir()
    (queries / "zero.rq").symlink_to("/dev/zero")
    (queries / "ring.rq").symlink_to("ring.rq")
    done = ogdkg("query", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")] == ["good"]


ODD = ["a b", ".", "..", "x-", "é", "a\nb", "\udcff", "[x]", "$(id)", "a'b\"c", "x" * 200]


def test_queries_of_odd_names_are_listed_and_asked(ogdkg: Run, project: Path) -> None:
    for number, name in enumerate(ODD):
        (project / "queries" / f"{name}.rq").write_text(f"#+ summary: S{number}.\nASK {{}}\n")
    done = ogdkg("query", cwd=project)
    assert done.returncode == 0
    assert all(f"S{number}." in done.stdout for number in range(len(ODD)))
    catalogue = Catalogue(read_project(project))
    for name in ODD:
        assert catalogue.get(name).name == name
    assert ogdkg("query", "a b", cwd=project).stdout == "true\n"


def test_a_question_is_bounded_too(ogdkg: Run, project: Path) -> None:
    folder = project / "queries" / "questions"
    folder.mkdir()
    (folder / "laughs.yaml").write_text(LAUGHS)
    (folder / "large.yaml").write_text("#" * (MOST + 1))
    os.mkfifo(folder / "fifo.yaml")
    (folder / "deep.yaml").write_text("[" * 5000)
    done = ogdkg("test", cwd=project)
    assert done.returncode == 1
    for name, words in {"laughs": "alias", "large": "too large|larger than", "deep": "deep"}.items():
        assert re.search(rf"{name}\.yaml.*(?:{words})", done.stdout + done.stderr, re.DOTALL)
    assert isinstance(_ends(lambda: read_question(LAUGHS, "q.yaml")), InputError)


# Files that are read as text.


def test_text_is_read_from_plain_files_only(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin").write_bytes(b"a\nb\xe9\n")
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 38)
    kinds = {
        "fifo": "a named pipe",
        "folder": "folder|directory",
        "latin": "not UTF-8",
        "sparse": "too large|larger than",
    }
    for name, words in kinds.items():
        error = _ends(lambda name=name: read_text(tmp_path / name, name))  # type: ignore[misc]
        assert isinstance(error, InputError)
        assert re.search(words, error.message, re.IGNORECASE)
    for device in ("/dev/zero", "/dev/null", "/dev/random", "/nowhere"):
        assert isinstance(_ends(lambda device=device: read_text(Path(device), device)), InputError)  # type: ignore[misc]
    assert isinstance(_ends(lambda: read_text(Path("/dev/zero"), "z", pipes=True)), LimitError)


def test_a_pipe_that_the_person_names_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=lambda: (tmp_path / "fifo").write_text("text"))
    writer.start()
    assert read_text(tmp_path / "fifo", "fifo", pipes=True) == "text"
    writer.join()


@pytest.mark.parametrize("number", ["1e99999999999", "1e300000000", "-1e999999", "NaN", "1e-999999999999"])
@pytest.mark.parametrize("kind", ["double", "decimal", "integer"])
def test_a_number_beyond_reckoning_fails_its_question_alone(tmp_path: Path, number: str, kind: str) -> None:
    (tmp_path / "queries" / "questions").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "ogdkg.toml").write_text("")
    typed = f'"{number}"^^<http://www.w3.org/2001/XMLSchema#{kind}>'
    (tmp_path / "data" / "a.nt").write_text(f"<urn:s> <urn:n> {typed} .\n")
    (tmp_path / "queries" / "n.rq").write_text("SELECT ?n { ?s <urn:n> ?n }\n")
    path = tmp_path / "queries" / "questions" / "q.yaml"
    path.write_text("question: q\nquery: n\nrows: [[1]]\nwithout: '<urn:s> <urn:n> 1'\n")
    for engine in ("oxigraph", "rdflib"):
        outcome = run_file(open_graph(tmp_path, engine=engine), path)
        assert not outcome.passed and sum(map(len, outcome.problems)) < 10_000
