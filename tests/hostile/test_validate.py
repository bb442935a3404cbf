"""Shapes of a stranger's, and a stranger's working folder, in `ogdkg validate`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ogdkg.errors import InputError, LimitError, OgdkgError
from ogdkg.sandbox.isolated import import_path
from ogdkg.validation.core.results import Report
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator, validate
from ogdkg.validation.pyshacl.client import PyShaclProcess
from ogdkg.validation.pyshacl.process import start
from tests.conftest import Run

if TYPE_CHECKING:
    from tests.servers.listening import Listener

DATA = '<urn:a> a <urn:T> ; <urn:p> <urn:b> ; <urn:q> "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" .\n'
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
SHAPE = "<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; "


def select(text: str, *, more: str = "") -> str:
    """A shape with a constraint in SPARQL; it begins on line 4 of the file."""
    return f'{SHAPE}\nsh:sparql [ {more} sh:select """{text}""" ] .'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d.ttl").write_text(DATA)
    return tmp_path


Judged = Callable[..., Report]


@pytest.fixture(scope="module")
def pyshacl() -> Iterator[PyShaclProcess]:
    """One process for all: no shapes may end it."""
    with PyShaclProcess(timeout=60) as found:
        yield found


@pytest.fixture
def judged(pyshacl: PyShaclProcess, folder: Path) -> Judged:
    """PyShaclProcess the data of the folder against shapes: `judged(shapes)`."""

    def run(shapes: str, *, prefilter: bool = True) -> Report:
        (folder / "s.ttl").write_text(PREFIXES + shapes)
        return Validator(pyshacl, Options(meta=False, prefilter=prefilter)).run(_inputs(folder))

    return run


def _inputs(folder: Path) -> Inputs:
    return Inputs(sources([str(folder / "d.ttl")]), sources([str(folder / "s.ttl")]))


# --- the working folder and the environment ---------------------------------------------------------------

MODULES = (
    "json",
    "logging",
    "typing",
    "gc",
    "ogdkg",
    "pyshacl",
    "rdflib",
    "site",
    "sitecustomize",
    "resource",
)


@pytest.mark.parametrize("start_by", ["command", "module"])
def test_nothing_in_the_working_folder_runs(start_by: str, folder: Path) -> None:
    for name in MODULES:
        if start_by == "module" and name in ("typing", "ogdkg"):
            continue  # python -m reads these itself, before any line of ours
        (folder / f"{name}.py").write_text("open('RAN', 'a').write(__name__)\nraise SystemExit(9)\n")
    (folder / "s.ttl").write_text(f"{PREFIXES}{SHAPE} sh:property [ sh:path <urn:none> ; sh:minCount 1 ] .")
    console = ["-P", "-c", "from ogdkg.__main__ import run; run()"]  # as the installed command starts
    command = [sys.executable, *(console if start_by == "command" else ["-m", "ogdkg"])]
    done = subprocess.run(
        [*command, "validate", "d.ttl", "--shapes", "s.ttl"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "1 violation" in done.stdout
    assert not (folder / "RAN").exists()


def test_nothing_that_the_environment_names_runs(folder: Path, ogdkg: Run) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "startup.py").write_text(f"open({str(folder / 'RAN')!r}, 'a').write('x')\n")
    (folder / "s.ttl").write_text(f"{PREFIXES}{SHAPE} sh:nodeKind sh:IRI .")
    done = ogdkg(
        "validate", "d.ttl", "--shapes", "s.ttl", cwd=folder, PYTHONSTARTUP=str(elsewhere / "startup.py"),
        PYTHONINSPECT="", PYTHONWARNINGS="error", PYSHACL_SPARQL_METHOD="x", RDFLIB_X="y",
    )  # fmt: skip
    assert (done.returncode, (folder / "RAN").exists()) == (0, False)


def test_the_path_is_the_parents_without_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    for entry in ("", ".", str(folder), f"{folder}/../{folder.name}"):
        monkeypatch.setattr(sys, "path", [entry, "/somewhere/else", *sys.path])
        assert entry not in import_path()
        assert import_path()[0] == "/somewhere/else"
    monkeypatch.setattr(sys, "path", ["/somewhere/else"])
    assert import_path()[1:] == [str(Path(start.__code__.co_filename).parents[3])]


def test_a_user_who_stands_where_python_or_this_package_lies_is_served(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "s.ttl").write_text(f"{PREFIXES}{SHAPE} sh:nodeKind sh:IRI .")
    for here in (Path(os.__file__).parent, Path(start.__code__.co_filename).parents[3]):
        monkeypatch.chdir(here)
        monkeypatch.setattr(sys, "path", [str(here), *sys.path])
        assert validate(_inputs(folder), Options(meta=False)).results == ()


def test_a_process_that_cannot_start_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ogdkg.sandbox.isolated.import_path", lambda: ["/nowhere"])
    with (
        PyShaclProcess() as pyshacl,
        pytest.raises(OgdkgError, match=r"code 1: ModuleNotFoundError") as caught,
    ):
        pyshacl.validate((), ())
    assert "Traceback" in "".join(caught.value.__notes__)


# --- work without end -------------------------------------------------------------------------------------

ENDLESS = f'{PREFIXES}{SHAPE} sh:property [ sh:path <urn:q> ; sh:pattern "^(a+)+$" ] .'


@pytest.mark.skipif(sys.platform != "linux", reason="a promise of the Linux kernel")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_work_outlives_its_parent(end: signal.Signals, folder: Path) -> None:
    (folder / "s.ttl").write_text(ENDLESS)
    parent = subprocess.Popen(
        [sys.executable, "-m", "ogdkg", "validate", "d.ttl", "--shapes", "s.ttl"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    command = _until(lambda: _children(parent.pid))[0]
    child = _until(lambda: _children(command))[0]
    _until(lambda: _cpu(child) > 60)  # it has begun
    parent.send_signal(end)
    parent.wait(30)
    assert _until(lambda: not _runs(child) and not _runs(command))


def _until(found: Callable[[], Any], seconds: float = 30) -> Any:
    begun = time.monotonic()
    while not (result := found()):
        assert time.monotonic() - begun < seconds
        time.sleep(0.05)
    return result


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(each) for each in text.split()]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[11]) if stat else 10_000


def _runs(pid: int) -> bool:
    stat = _stat(pid)
    return bool(stat) and stat[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_CPU")
def test_the_system_ends_a_job_whose_parent_does_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PyShaclProcess, "_expire", lambda self: None)
    (folder / "s.ttl").write_text(ENDLESS)
    with PyShaclProcess(timeout=1) as pyshacl, pytest.raises(LimitError, match="longer than 1 seconds"):
        Validator(pyshacl, Options(meta=False)).run(_inputs(folder))


# --- queries of the shapes --------------------------------------------------------------------------------

TAKE = "SERVICE <http://listener/take> { $this ?p ?o }"
LOOK = "SELECT $this ?p ?o WHERE { $this ?p ?o . %s }"
ONTOLOGY = '<urn:o> a owl:Ontology ; sh:declare [ sh:prefix "%s" ; sh:namespace "%s" ] .\n'
SPLICED = ONTOLOGY % ("e", "http://x> SELECT $this { SERVICE <http://listener/> { } } #")
OUTSIDE = {
    "plain": select(LOOK % TAKE),
    "an escape": select(LOOK % TAKE.replace("SERV", "S\\\\u0045RV")),
    "rdflib's escape": select(LOOK % TAKE.replace("SERV", "\\\\u00000053ERV")),
    "a comment that ends by an escape": select(LOOK % f"# \\\\u000A {TAKE}\n"),
    "without a blank": select(LOOK % TAKE.replace("SERVICE <", "SERVICESILENT<")),
    "after a boolean": select(LOOK % f"$this ?p true{TAKE}"),
    "a prefix": select(
        "PREFIX e: <http://listener/> " + LOOK % "SERVICEe:x { $this ?p ?o }",
    ),
    "within EXISTS": select(LOOK % f"FILTER EXISTS {{ {TAKE} }}"),
    "a comparison": select(LOOK % f"FILTER(1<2#> '''\n) {TAKE} #'''\n"),
    "FROM": select("SELECT $this FROM <http://listener/> WHERE { $this ?p ?o }"),
    "an escaped FROM": select("SELECT $this \\\\u0046ROM <http://listener/> WHERE { $this ?p ?o }"),
    "a namespace": SPLICED + select(LOOK % "", more="sh:prefixes <urn:o> ;"),
    "a prefix's name": ONTOLOGY % ("e: <urn:> SELECT * { SERVICE <http://listener/> {} } #", "urn:")
    + select(LOOK % "", more="sh:prefixes <urn:o> ;"),
    "a validator": f"""<urn:C> a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:own> ] ;
        sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK {{ {TAKE} }}" ] .
        {SHAPE} <urn:own> 1 .""",
    "a node validator": f"""<urn:C> a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:own> ] ;
        sh:nodeValidator [ a sh:SPARQLSelectValidator ;
        sh:select "SELECT $this {{ $this ?p ?o . \\\\u0053{TAKE[1:]} }}" ] . {SHAPE} <urn:own> 1 .""",
}


OUTSIDE |= {
    "sh:js": f"""{SHAPE} sh:js [ sh:jsFunctionName "f" ;
        sh:jsLibrary [ sh:jsLibraryURL "http://listener/x.js" ] ] .""",
    "sh:rule": f"""{SHAPE} sh:rule [ a sh:SPARQLRule ;
        sh:construct "CONSTRUCT {{ $this a $this }} WHERE {{ {TAKE} }}" ] .
        <urn:o> sh:entailment sh:Rules .""",
    "sh:target": f"""<urn:S> sh:target [ a sh:SPARQLTarget ;
        sh:select "SELECT ?this WHERE {{ {TAKE} }}" ] .""",
    "sh:SPARQLTargetType": f"""<urn:K> a sh:SPARQLTargetType ; sh:select "SELECT ?this WHERE {{ {TAKE} }}" .
        <urn:S> sh:target [ a <urn:K> ] .""",
    "sh:SPARQLFunction": f"""<urn:f> a sh:SPARQLFunction ; sh:ask "ASK {{ {TAKE} }}" .
        {SHAPE} sh:expression [ <urn:f> () ] .""",
}


@pytest.mark.parametrize("shapes", OUTSIDE.values(), ids=OUTSIDE)
def test_no_query_of_the_shapes_reaches_outside(shapes: str, judged: Judged, listener: Listener) -> None:
    for prefilter in (True, False):
        with pytest.raises(InputError) as caught:
            judged(shapes.replace("http://listener/", listener.url), prefilter=prefilter)
        assert caught.value.place is not None
        assert caught.value.place.file.endswith("s.ttl")


SILENT = {
    "owl:imports": f"""<urn:o> a owl:Ontology ; owl:imports <http://listener/o.ttl> .
        {SHAPE} sh:nodeKind sh:IRI .""",
    "sh:shapesGraph": f"<urn:a> sh:shapesGraph <http://listener/> . {SHAPE} sh:nodeKind sh:IRI .",
    "a datatype": f"{SHAPE} sh:property [ sh:path <urn:q> ; sh:datatype <http://listener/> ] .",
}


@pytest.mark.parametrize("shapes", SILENT.values(), ids=SILENT)
def test_what_is_not_looked_at_calls_nobody(shapes: str, judged: Judged, listener: Listener) -> None:
    judged(shapes.replace("http://listener/", listener.url))


def test_the_worker_itself_has_no_network(listener: Listener) -> None:
    """Whatever pyshacl or rdflib may come to open: the last of three doors."""
    ask = (
        "import sys; sys.stdin.close(); sys.path[:0] = %r\n"
        "from ogdkg.validation.pyshacl.worker import _cut_off\n_cut_off()\n"
        "import urllib.request, socket\n"
        "for call in (lambda: urllib.request.urlopen(%r), lambda: socket.create_connection(%r)):\n"
        "    try: call()\n"
        "    except PermissionError: print('refused')\n"
    )
    host, _, port = listener.url.removeprefix("http://").rstrip("/").partition(":")
    code = ask % (sys.path, listener.url, (host, int(port)))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    wanted = 2 if sys.platform == "linux" else 1
    assert done.stdout.count("refused") >= wanted, done.stderr


# --- shapes that are too much -----------------------------------------------------------------------------

N = 3_000
CHAIN = " ".join(f"<urn:n{n}> sh:node <urn:n{n + 1}> ." for n in range(N))
DOUBLED = " ".join(f"<urn:n{n}> sh:and ( <urn:n{n + 1}> [ sh:node <urn:n{n + 1}> ] ) ." for n in range(24))
TOO_MUCH = {
    "a chain of shapes": f"{SHAPE} sh:node <urn:n0> . {CHAIN}",
    "the chain from its end": f"{' '.join(reversed(CHAIN.split(' . ')))} . {SHAPE} sh:node <urn:n0> .",
    "sh:not in sh:not": f"{SHAPE} sh:not {'[ sh:not ' * N}[ sh:nodeKind sh:IRI ]{' ]' * N} .",
    "sh:or in sh:or": f"{SHAPE} sh:or ( {'[ sh:or ( ' * N}[ sh:minLength 1 ]{' ) ]' * N} ) .",
    "sh:property in sh:property": f"{SHAPE} {'sh:property [ sh:path <urn:p> ; ' * N}{' ]' * N} .",
    "each names the next twice": f"{SHAPE} sh:node <urn:n0> . {DOUBLED}",
    "inverse of inverse": f"{SHAPE} sh:property [ sh:path {'[ sh:inversePath ' * N}<urn:p>{' ]' * N} ] .",
    "repeated paths": f"{SHAPE} sh:property [ sh:path {'[ sh:zeroOrMorePath ' * N}<urn:p>{' ]' * N} ] .",
    "sequences in sequences": f"{SHAPE} sh:property [ sh:path {'( <urn:p> ' * N}<urn:p>{' )' * N} ] .",
    "a circle of shapes": f"""{SHAPE} sh:node <urn:n0> .
        <urn:n0> sh:property [ sh:path <urn:p> ; sh:node <urn:S> ] .""",
    "a circle of paths": f"{SHAPE} sh:property [ sh:path _:p ] . _:p sh:inversePath _:p .",
    "a circle of steps": f"{SHAPE} sh:property [ sh:path _:p ] . _:p rdf:first _:p ; rdf:rest () .",
    "a list without end": f"{SHAPE} sh:or _:l . _:l rdf:first <urn:x> ; rdf:rest _:l .",
    "values without end": f"""{SHAPE} sh:property [ sh:path <urn:p> ; sh:in _:l ] .
        _:l rdf:first 1 ; rdf:rest _:l .""",
    "a list that forks": f"{SHAPE} sh:or _:l . _:l rdf:first <urn:x> ; rdf:rest ( <urn:y> ), ( <urn:z> ) .",
    "a deep query": select(f"SELECT $this WHERE {{ $this ?p ?o FILTER({'(' * N}1{')' * N}) }}"),
    "a chain in a query": select(f"SELECT $this WHERE {{ $this ?p ?o FILTER(?o{'||?o' * N}) }}"),
    "an unknown function": select("SELECT $this WHERE { $this ?p ?o FILTER(<urn:f>(?o)) }"),
    "an unknown function in EXISTS": select(
        "SELECT $this WHERE { $this ?p ?o FILTER NOT EXISTS { $this ?p ?q FILTER(<urn:f>(?q) = 1) } }"
    ),
    "no query": select("SELECT $this WHERE { $this <urn:p> ?o "),
    "an enormous number": f"{SHAPE} sh:property [ sh:path <urn:p> ; sh:maxLength {'9' * 5_000} ] .",
    "expressions in expressions": f"{SHAPE} sh:expression {'[ sh:union ( true ' * N}{') ]' * N} .",
    "a circle of expressions": f"{SHAPE} sh:expression _:e . _:e sh:path <urn:p> ; sh:nodes _:e .",
    "a circle of filters": f"{SHAPE} sh:expression [ sh:filterShape <urn:S> ; sh:nodes sh:this ] .",
    "a function that calls itself": f"""<urn:f> a sh:SPARQLFunction ; sh:ask "ASK {{ FILTER(<urn:f>()) }}" .
        {SHAPE} sh:expression [ <urn:f> () ] .""",
    "a deep rule": f"""{SHAPE} sh:rule [ a sh:SPARQLRule ;
        sh:construct "CONSTRUCT {{ $this a $this }} WHERE {{ FILTER({"(" * N}1{")" * N}) }}" ] .
        <urn:o> sh:entailment sh:Rules .""",
    "no regular expression": f'{SHAPE} sh:property [ sh:path <urn:p> ; sh:pattern "(" ] .',
}


@pytest.mark.parametrize("shapes", TOO_MUCH.values(), ids=TOO_MUCH)
def test_shapes_that_are_too_much_are_one_sentence(shapes: str, judged: Judged) -> None:
    with pytest.raises(InputError) as caught:
        judged(shapes)
    assert caught.value.exit_code == 3
    assert len(str(caught.value)) < 600
    assert ".." not in caught.value.message


CROSSED = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(30))
EVERY = f"{{ {CROSSED} FILTER(?a0 = ?c29) }}"
ENDLESS_BEFORE = {
    "a target": f"""<urn:S> sh:nodeKind sh:IRI ; sh:target [ a sh:SPARQLTarget ;
        sh:select "SELECT ?this WHERE {{ $this ?p ?o . {{ SELECT * {EVERY} }} }}" ] .""",
    "a rule": f"""{SHAPE} sh:rule [ a sh:SPARQLRule ;
        sh:construct "CONSTRUCT {{ $this a $this }} WHERE {EVERY}" ] .""",
    "a triple rule": f"""{SHAPE} sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate rdf:value ;
        sh:object [ <urn:f> ( {'[ sh:union ( 1 2 3 4 5 6 7 8 9 ) ] ' * 12} ) ] ] .
        <urn:f> a sh:SPARQLFunction ; sh:ask "ASK {{}}" {
            " ".join(f"; sh:parameter [ sh:path <urn:p/a{n}> ]" for n in range(12))} .""",
}  # fmt: skip


@pytest.mark.parametrize("shapes", ENDLESS_BEFORE.values(), ids=ENDLESS_BEFORE)
def test_what_comes_before_judging_ends_in_time(shapes: str, folder: Path) -> None:
    (folder / "d.ttl").write_text(" ".join(f"<urn:x{n}> a <urn:T> ; <urn:p> {n} ." for n in range(9)))
    (folder / "s.ttl").write_text(PREFIXES + shapes)
    with PyShaclProcess(timeout=2) as pyshacl, pytest.raises(LimitError, match="longer than 2 seconds"):
        Validator(pyshacl, Options(meta=False, rules=True)).run(_inputs(folder))


def test_a_query_that_cannot_be_run_is_told_with_its_place(folder: Path, ogdkg: Run) -> None:
    (folder / "s.ttl").write_text(PREFIXES + TOO_MUCH["an unknown function"])
    done = ogdkg("validate", "d.ttl", "--shapes", "s.ttl", cwd=folder)
    assert (done.returncode, done.stderr.startswith("Error: s.ttl:5:11: ")) == (3, True), done.stderr


def test_shapes_that_are_large_and_no_more_are_judged(judged: Judged) -> None:
    many = " ".join(f"<urn:x{n}>" for n in range(1_000))
    judged(f"{SHAPE} sh:property [ sh:path <urn:p> ; sh:in ( {many} <urn:b> ) ] .")
    judged(f"{SHAPE} sh:not {'[ sh:not ' * 90}[ sh:nodeKind sh:Literal ]{' ]' * 90} .")
    judged(select(f"SELECT $this WHERE {{ $this ?p ?o FILTER({'(' * 60}1{')' * 60}) }}"))
    judged(f"{SHAPE} sh:property [ sh:path {'[ sh:zeroOrMorePath ' * 20}<urn:p>{' ]' * 20} ] .")
    judged(f'{SHAPE} sh:message "{{$this}} {{?x}} {{{{" ; sh:nodeKind sh:Literal .')
    judged(f"{SHAPE} sh:property [ sh:path <urn:p> ; sh:maxLength {'9' * 30} ] .")


def test_a_pipe_in_the_cache_holds_nothing_up(tmp_path: Path, ogdkg: Run) -> None:
    (tmp_path / "cache" / "ogdkg").mkdir(parents=True, mode=0o700)
    os.mkfifo(tmp_path / "cache" / "ogdkg" / "well-formed")
    (tmp_path / "ogdkg.toml").write_text("")
    (tmp_path / "d.ttl").write_text("<urn:s> a <urn:T> .\n")
    shape = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape; sh:targetClass <urn:T> ."
    (tmp_path / "s.ttl").write_text(shape)
    words = ("validate", "d.ttl", "--shapes", "s.ttl")
    assert ogdkg(*words, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache")).returncode == 0


def test_a_long_list_of_values_costs_each_result_nothing(ogdkg: Run, tmp_path: Path) -> None:
    """Neither in pyshacl, which wrote the list out for each, nor in hints, nor in the report."""
    values = " ".join(f'"v{n}"' for n in range(10_000))
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; "
        f"sh:property [ sh:path <urn:p> ; sh:in ( {values} ) ] ."
    )
    (tmp_path / "d.ttl").write_text(
        "".join(f"<urn:s{n}> a <urn:T> ; <urn:p> 'x{n}' .\n" for n in range(1_000))
    )
    arguments = ("d.ttl", "--shapes", "s.ttl", "--no-meta", "--timeout", "60")
    done = ogdkg("validate", *arguments, "-f", "turtle", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("sh:resultMessage") == 1_000
    assert len(done.stdout) < 1_000_000
