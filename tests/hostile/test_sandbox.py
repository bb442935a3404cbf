"""Work that never ends, takes all memory, crashes, calls out or has a bug: it ends, told as what it is."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.cli.main import main
from ogdkg.errors import InputError, LimitError, StoreError, UnknownNameError, UsageError
from ogdkg.graph.loader import rules_of
from ogdkg.sandbox.limits import free_memory, time_limit
from ogdkg.store.base import Rows, Triples
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.folders import folder_of, stores_in
from tests.conftest import TREES, Run
from tests.projects import configuration
from tests.servers.listening import Listener

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promises are Linux's")

ENDLESS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(STR(?c) = CONCAT(STR(?f), STR(?i), STR(?l)))"
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}"
RULE = f"CONSTRUCT {{ ?a <urn:x> ?i }} WHERE {{ {ENDLESS} }}"
ENGINES = ("oxigraph", "rdflib")
PROJECT = configuration(
    {
        "data": {"files": ["*.ttl"], "graph": "https://e.example/data"},
        "derived": {"rules": ["rules/*.rq"], "graph": "https://e.example/derived"},
    },
    shapes={"files": ["shapes/*.ttl"]},
)
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .
"""
QUESTION = """
question: Which?
sparql: SELECT ?s { ?s ?p ?o }
columns: [s]
rows: []
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A stranger's project: 400 triples, and no rule yet."""
    (tmp_path / "ogdkg.toml").write_text(PROJECT)
    (tmp_path / "d.ttl").write_text("".join(f"<urn:s{n}> <urn:p> {n} .\n" for n in range(400)))
    for name, text in (("rules", ""), ("shapes", SHAPES), ("queries/questions", QUESTION)):
        (tmp_path / name).mkdir(parents=True)
        if text:
            (tmp_path / name / ("s.ttl" if "sh:" in text else "01-which.yaml")).write_text(text)
    return tmp_path


def _rule(project: Path, text: str, name: str = "x") -> None:
    (project / "rules" / f"{name}.rq").write_text(text)


COMMANDS: dict[str, tuple[str, ...]] = {
    "query": ("sparql", "ASK { ?s ?p ?o }"),
    "query, by the other engine": ("sparql", "ASK { ?s ?p ?o }", "--engine", "rdflib"),
    "stats": ("stats",),
    "search": ("search", "tree"),
    "show": ("show", "urn:s1"),
    "export": ("export", "--layer", "derived"),
    "validate": ("validate",),
    "test": ("test",),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_rule_that_never_ends(name: str, project: Path, ogdkg: Run) -> None:
    _rule(project, RULE)
    done = ogdkg(*COMMANDS[name], "--timeout", "0.5", cwd=project)
    assert done.returncode == 3, done.stderr
    message = "rules/x.rq: The rules took longer than 0.5 seconds; this one was running."
    if name == "validate":  # whose time is one for all that it does
        message = "The validation took longer than 0.5 seconds and was stopped."
    assert message in done.stderr and "--timeout" in done.stderr


def test_a_rule_that_never_ends_where_the_store_is_on_disk(project: Path) -> None:
    _rule(project, RULE)
    with pytest.raises(LimitError, match=r"rules/x\.rq: The rules took longer than 0\.7 seconds"):
        open_graph(project, timeout=0.7, cache=True).make_store()
    assert stores_in(folder_of(project)) == []
    assert not [path for path in folder_of(project).iterdir() if path.is_dir()]  # nor a half one


def test_many_rules_have_one_limit_together(project: Path) -> None:
    """Each of them alone would end in time."""
    (project / "d.ttl").write_text("".join(f"<urn:s{n}> <urn:p> {n} .\n" for n in range(700)))
    for number in range(40):
        _rule(
            project, "CONSTRUCT { <urn:a> <urn:n> ?n } WHERE { SELECT (COUNT(*) AS ?n) "
            f"{{ ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) = {number + 40}) }} }}",
            f"{number:02}",
        )  # fmt: skip
    begun = time.monotonic()
    with pytest.raises(LimitError, match="The rules took longer than 1 seconds"):
        _ = open_graph(project, timeout=1).store
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_sees_what_those_before_it_drew(engine: str, project: Path) -> None:
    _rule(project, "CONSTRUCT { ?s <urn:q> [ <urn:of> ?s ] } WHERE { ?s <urn:p> 1 }", "1")
    _rule(project, "CONSTRUCT { ?s <urn:r> ?o } WHERE { ?s <urn:q> ?b . ?b <urn:of> ?o }", "2")
    graph = open_graph(project, engine=engine)
    assert _count(graph, "?s <urn:r> ?s") == _count(graph, "GRAPH ?g { ?s <urn:r> ?s }") == 1
    [layer] = graph.rule_layers
    assert layer.derived_graph
    graph.writable_store.derive(rules_of(graph.project, layer), layer.derived_graph)
    assert _count(graph, "?s <urn:q> ?b . ?b <urn:of> ?s") == 1


def test_so_it_does_where_the_store_is_on_disk(project: Path) -> None:
    for number in range(3):  # blank nodes, of which two processes must not draw the same
        _rule(
            project, f"CONSTRUCT {{ ?s <urn:q> [ <urn:of> {number} ] }} WHERE {{ ?s <urn:p> 1 }}", f"{number}"
        )
    _rule(project, "CONSTRUCT { ?b <urn:r> ?s } WHERE { ?s <urn:q> ?b }", "3")
    kept = open_graph(project, cache=True).make_store()
    for store in (kept.store, open_graph(project).store):
        answer = store.query("SELECT ?b { ?b <urn:r> ?s }")
        assert isinstance(answer, Rows) and len(set(answer.rows)) == 3


def test_two_questions_draw_different_random_numbers(trees: Graph) -> None:
    _ = trees.store.query("SELECT (UUID() AS ?u) {}")  # which makes the parent draw one
    asked = [_rows(trees, "SELECT (UUID() AS ?u) (RAND() AS ?r) {}")[0] for _ in range(3)]
    made = [trees.sparql("CONSTRUCT { [] <urn:p> 1 } {}") for _ in range(3)]
    nodes = [next(answer.triples).subject for answer in made if isinstance(answer, Triples)]
    assert len(set(asked)) == len(set(nodes)) == 3


FOUR = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT DISTINCT ?a ?d ?g {{ {FOUR} }}",
        f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {FOUR} }}",
    ],
)
def test_rows_that_never_end_do(text: str, project: Path) -> None:
    """Be they read as fast as they come: the limit is that of all the work, not of the wait for a row."""
    answer = open_graph(project, timeout=0.5).sparql(text)
    begun = time.monotonic()
    with pytest.raises(LimitError, match=r"The query took longer than 0\.5 seconds"):
        for _ in answer.rows if isinstance(answer, Rows) else answer.triples:  # type: ignore[union-attr]
            pass
    assert time.monotonic() - begun < 30


def test_a_slow_reader_costs_the_engine_no_time(project: Path) -> None:
    answer = open_graph(project, timeout=2).sparql("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
    assert isinstance(answer, Rows)
    rows = iter(answer.rows)
    assert next(rows)
    time.sleep(2.5)
    assert sum(1 for _ in rows) == 19_999


def test_a_question_of_the_library_has_a_limit_unless_it_is_taken_away() -> None:
    assert open_graph(TREES).options.timeout == 60
    assert open_graph(TREES, timeout=None).options.timeout is None
    assert open_graph(TREES, timeout=0).options.timeout is None
    with pytest.raises(UsageError, match="seconds"):
        open_graph(TREES, timeout=-1)


@pytest.mark.parametrize("value", ["nan", "-1", "-inf", "soon", "1s", "0x10", "1,5"])
def test_a_limit_that_is_no_number_of_seconds(value: str, ogdkg: Run) -> None:
    with pytest.raises(UsageError, match="timeout takes seconds"):
        time_limit(value)
    if value == "nan":
        for command in (("validate",), ("sparql", "ASK {}")):
            done = ogdkg(*command, OGDKG_TIMEOUT=value)
            assert (done.returncode, done.stdout) == (2, "") and "0 is no limit" in done.stderr


@pytest.mark.parametrize("value", ["inf", "1e400", "99999999999999", "0", "1e-400", "1e8"])
def test_a_limit_beyond_all_bounds_is_none(value: str, ogdkg: Run) -> None:
    assert time_limit(value) is None
    if value in ("1e400", "99999999999999"):
        assert ogdkg("sparql", "ASK {}", OGDKG_TIMEOUT=value).returncode == 0


# Faults of the work itself. What an engine may do is planted into ours.


def _dying(number: int) -> Callable[..., object]:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), number)
        time.sleep(20)  # the signal may come to another thread

    return die


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (signal.SIGSEGV, StoreError, r"The engine crashed \(signal 11, SIGSEGV\)\.\n.*nested too deeply"),
        (signal.SIGBUS, StoreError, "The engine crashed"),
        (signal.SIGFPE, StoreError, "The engine crashed"),
        (signal.SIGSYS, StoreError, "The engine crashed"),
        (
            signal.SIGABRT,
            LimitError,
            r"The engine gave up \(.*SIGABRT\). There may not be enough memory for this",
        ),
        (signal.SIGKILL, LimitError, "The engine was killed. There may not be enough memory"),
        (signal.SIGXCPU, LimitError, "more time than the system allows"),
    ],
)
def test_a_crash_is_told_as_one(
    number: int, kind: type[Exception], message: str, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(EmbeddedStore, "query", _dying(number))
    with pytest.raises(kind, match=message):
        open_graph(TREES).sparql("ASK {}")
    assert capfd.readouterr() == ("", "")


def test_a_crash_in_a_rule_names_it(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    _rule(project, "CONSTRUCT WHERE { ?s ?p ?o }")
    monkeypatch.setattr(EmbeddedStore, "_run", _dying(signal.SIGSEGV))
    with pytest.raises(StoreError, match=r"rules/x\.rq: The engine crashed"):
        _ = open_graph(project).store


class Unpicklable(Exception):  # noqa: N818
    """An exception that cannot travel."""

    def __init__(self) -> None:
        super().__init__("held a lock")
        self.lock = threading.Lock()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ZeroDivisionError("planted"), ZeroDivisionError),
        (UnknownNameError("thing", "oka", ["oak"]), UnknownNameError),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "planted"), UnicodeDecodeError),
        (OSError(5, "planted"), OSError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (SystemExit(7), SystemExit),
        (RecursionError("planted"), RecursionError),
        (StopIteration("planted"), StopIteration),
        (Unpicklable(), RuntimeError),
        (MemoryError(), LimitError),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_work_raises_is_raised(
    error: BaseException, kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(EmbeddedStore, "query", raising)
    with pytest.raises(kind) as caught:
        open_graph(TREES).sparql("ASK {}")
    if kind is type(error):
        assert (str(caught.value), caught.value.args) == (str(error), error.args)


def test_a_bug_in_the_work_is_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def planted_here(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(EmbeddedStore, "query", planted_here)
    assert main(["-C", str(TREES), "sparql", "ASK {}"]) == 70
    said = capsys.readouterr().err
    assert "This is a bug in ogdkg: ZeroDivisionError: planted" in said and "memory" not in said
    assert main(["-C", str(TREES), "sparql", "ASK {}", "-vv"]) == 70
    assert "in planted_here" in capsys.readouterr().err  # the child's own traceback


def test_work_that_ends_without_a_word_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EmbeddedStore, "query", lambda *_, **__: os._exit(5))
    assert main(["-C", str(TREES), "sparql", "ASK {}"]) == 70


def _with_little_memory() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (2**29, 2**29))


DOUBLED = "".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(36))
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l ?i"
BOMBS = {
    "a text that doubles": f"BIND('x' AS ?v0) {DOUBLED}",
    "a sort of everything": f"{{ {SORTED} }} BIND(1 AS ?v36)",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", BOMBS)
def test_a_query_that_wants_all_memory(name: str, engine: str, project: Path) -> None:
    if (name, engine) == ("a sort of everything", "rdflib"):
        pytest.skip("it takes minutes to fill so much")
    command = [sys.executable, "-m", "ogdkg", "sparql", f"SELECT (STRLEN(?v36) AS ?n) {{ {BOMBS[name]} }}"]
    command += ["--engine", engine, "--timeout", "60"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=100, check=False,
                          preexec_fn=_with_little_memory)  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "There is not enough memory for this." in done.stderr
    assert len(done.stderr.splitlines()) <= 3 and "Traceback" not in done.stderr


def test_free_memory_is_known_and_plausible() -> None:
    free = free_memory()
    assert free is not None and 2**20 < free < 2**50


# The network.


def test_an_engine_that_calls_out_reaches_nobody(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """Were SERVICE not refused before."""
    url = listener.url
    monkeypatch.setattr("ogdkg.store.embedded.refuse_unsafe", lambda *_, **__: None)
    with pytest.raises(StoreError, match="The query failed"):
        _rows(open_graph(project), f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    _rule(project, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
    with pytest.raises(StoreError, match=r"rules/x\.rq"):
        _ = open_graph(project).store


CALLS: dict[str, Callable[[int], object]] = {
    "tcp": lambda port: socket.create_connection(("127.0.0.1", port)),
    "udp": lambda port: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port)),
    "ipv6": lambda port: socket.socket(socket.AF_INET6),
    "unix": lambda port: socket.socket(socket.AF_UNIX).connect("/run/x"),
    "netlink": lambda port: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "another program": lambda port: subprocess.run(
        [sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}))"],
        check=True, capture_output=True),
    "from a thread": lambda port: _in_thread(lambda: socket.create_connection(("127.0.0.1", port))),
}  # fmt: skip


def _in_thread(call: Callable[[], object]) -> None:
    met: list[OSError] = []

    def run() -> None:
        try:
            call()
        except OSError as error:
            met.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    raise met[0]


@pytest.mark.parametrize("name", CALLS)
def test_no_way_leads_out(name: str, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(listener.url.rpartition(":")[2].strip("/"))
    monkeypatch.setattr(EmbeddedStore, "query", lambda *_, **__: CALLS[name](port))
    with pytest.raises((PermissionError, subprocess.CalledProcessError)):
        open_graph(TREES).sparql("ASK {}")
    with socket.create_server(("127.0.0.1", 0)) as other:
        socket.create_connection(other.getsockname()).close()  # the parent still may


# What is left behind, and who is heard.


def _children(process: int) -> set[int]:
    """The processes below a process."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | _children(child)
    return found


def _open_files() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


def _is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def _cpu(process: int) -> int:
    """The time that a process has worked, in hundredths of a second."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11])
    except OSError:
        return 0


def _until(is_so: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _started(*arguments: str | Path, cwd: Path = TREES) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


LIBRARY = "from ogdkg import open_graph; open_graph(timeout=None).sparql({!r})"
LONG = {
    "a query": ("-m", "ogdkg", "sparql", RUNAWAY, "--timeout", "0"),
    "a rule": ("-m", "ogdkg", "stats", "--timeout", "0"),
    "a rule, by the other engine": ("-m", "ogdkg", "stats", "--timeout", "0", "--engine", "rdflib"),
    "a query of the library": ("-c", LIBRARY.format(RUNAWAY)),
    "a rule of the library": ("-c", LIBRARY.format("ASK {}")),
}


def _at_work(name: str, project: Path) -> tuple[subprocess.Popen[bytes], set[int]]:
    """A process whose work has begun, and those below it."""
    if "rule" in name:
        _rule(project, RULE)
    process = _started(*LONG[name], cwd=project)
    depth = 1 if "library" in name else 2

    def has_begun() -> bool:
        below = _children(process.pid)
        lowest = [each for each in below if not _children(each)]
        return len(below) >= depth and any(_cpu(each) > 10 for each in lowest)

    _until(has_begun)
    return process, _children(process.pid)


@pytest.mark.parametrize("name", LONG)
def test_whoever_is_killed_takes_the_work_along(name: str, project: Path) -> None:
    process, below = _at_work(name, project)
    with process:
        process.kill()
        process.wait()
        _until(lambda: not any(map(_is_running, below)))


@pytest.mark.parametrize("name", ["a query", "a rule", "a query of the library", "a rule of the library"])
def test_an_interrupt_is_heard(name: str, project: Path) -> None:
    process, below = _at_work(name, project)
    with process:
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert time.monotonic() - begun < 10
        if "library" not in name:
            assert (process.returncode, said.strip()) == (130, b"")
        assert not any(map(_is_running, below))


def test_an_interrupt_while_a_file_is_parsed(project: Path) -> None:
    """Which Python alone would hear only at its end."""
    (project / "d.ttl").unlink()
    with (project / "d.ttl").open("w") as file:
        file.write("<urn:s> <urn:p> " + ",".join(map(str, range(2_000_000))) + " .\n")
    with _started("-m", "ogdkg", "sparql", "ASK {}", "--no-cache", cwd=project) as process:
        _until(lambda: any(_cpu(each) > 60 for each in _children(process.pid)))  # more than a start takes
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said.strip()) == (130, b"")


DEAF = """
import os, signal, sys, time
from ogdkg.sandbox.supervisor import supervised
def command():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])  # as an engine at work is
    print(os.getpid(), flush=True)
    time.sleep(60)
    return 0
sys.exit(supervised(command, lambda status: 3))
"""


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_who_does_not_hear_is_killed(sent: int, code: int) -> None:
    with _started("-c", DEAF) as process:
        assert process.stdout is not None
        command = int(process.stdout.readline())
        process.send_signal(sent)
        process.send_signal(sent)  # impatience changes nothing
        assert process.wait(timeout=20) == code
        assert not _is_running(command)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
def test_who_is_ended_by_a_signal_ends_by_it(sent: int) -> None:
    ending = f"""
import os
from ogdkg.sandbox.supervisor import supervised
supervised(lambda: os.kill(os.getpid(), {int(sent)}) or 0, lambda status: 3)
"""
    with _started("-c", ending) as process:
        assert process.wait(timeout=20) == -sent


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.06, 0.2])
def test_an_interrupt_at_the_start(seconds: float) -> None:
    """From the first line that is ours; until then it is not ours to say how it ends."""
    program = f"""
import gc, os, sys
from ogdkg.__main__ import run
sys.argv = ["ogdkg", "sparql", {RUNAWAY!r}, "--timeout", "0"]
gc.set_threshold = lambda threshold: os.write(1, b"!")  # what the command line does next
run()
"""
    with _started("-c", program) as process:
        assert process.stdout is not None and process.stdout.read(1) == b"!"
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert b"Traceback" not in said
        assert process.returncode in (130, -signal.SIGINT)


def test_a_crash_of_the_command_is_told() -> None:
    program = """
import os, sys
from ogdkg import __main__ as process
process._command = lambda _: os.kill(os.getpid(), int(sys.argv[1]))
process.run()
"""
    for number, said in (
        (signal.SIGSEGV, "ogdkg crashed (signal 11, SIGSEGV)."),
        (signal.SIGABRT, "ogdkg gave up (signal 6, SIGABRT). There may not be enough memory for this."),
        (signal.SIGKILL, "ogdkg was killed."),
    ):
        with _started("-c", program, str(int(number))) as process:
            _, told = process.communicate(timeout=20)
            assert process.returncode == 3
            assert told.decode().startswith(f"Error: {said}") and len(told.splitlines()) == 2


def test_nothing_is_left_behind(project: Path) -> None:
    graph = open_graph(project, timeout=20)
    graph.sparql("ASK {}")
    open_before, below = _open_files(), _children(os.getpid())
    for number in range(200):
        answer = graph.sparql("ASK {}" if number % 4 else "SELECT * { ?a ?b ?c . ?d ?e ?f }")
        if isinstance(answer, Rows):
            next(answer.rows)  # and the rest is never read
        if not number % 10:
            with pytest.raises(InputError):
                graph.sparql("SELECT")
    del answer
    assert _open_files() == open_before
    assert _children(os.getpid()) == below


def test_nor_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    graph = open_graph(project)
    _ = graph.store
    open_before = _open_files()

    def fail() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fail)
    with pytest.raises(StoreError, match="No process can be started"):
        graph.sparql("ASK {}")
    assert _open_files() == open_before


def test_threads_may_ask_at_once(project: Path) -> None:
    graph = open_graph(project, timeout=60)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(_count(graph, "?s ?p ?o"))) for _ in range(12)]
    _ = graph.store
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [400] * 12


def test_answers_may_be_read_in_turn(project: Path) -> None:
    graph = open_graph(project, timeout=60)
    first, second = (graph.sparql("SELECT ?s { ?s ?p ?o }") for _ in range(2))
    assert isinstance(first, Rows) and isinstance(second, Rows)
    assert len(list(zip(first.rows, second.rows, strict=True))) == 400


# Streams that are not there.


@pytest.mark.parametrize(
    ("redirection", "arguments", "code"),
    [
        (">&-", "sparql 'ASK {}'", 3),
        (">&-", "--version", 3),
        (">&-", "fmt --check d.ttl", 0),
        (">/dev/full", "sparql 'ASK {}'", 3),
        ("2>&-", "sparql 'ASK {}'", 0),
        ("2>&-", "sparql 'ASK {'", 3),
        ("2>/dev/full", "sparql 'ASK {}' -v", 0),
        ("2>/dev/full", "sparql 'ASK {'", 3),
        ("2>/dev/full", "query nothing", 2),
        ("2>/dev/full", "sparql 'ASK {' -vv", 3),
        ("<&-", "sparql 'ASK {}'", 0),
        ("<&-", "convert - x.nt --from ttl", 3),
        ("<&- >&- 2>&-", "sparql 'ASK {}'", 3),
        ("<&- >&- 2>&-", "sparql 'ASK {}' -o x.csv", 0),
    ],
)
def test_a_stream_that_is_closed_or_full(redirection: str, arguments: str, code: int, project: Path) -> None:
    command = f"exec {sys.executable} -m ogdkg {arguments} {redirection}"
    done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    assert b"bug" not in done.stderr
    if ">&-" in redirection or ">/dev/full" in redirection:
        assert len(done.stderr.splitlines()) <= 1


def _rows(graph: Graph, text: str) -> list[tuple[object, ...]]:
    answer = graph.sparql(text)
    assert isinstance(answer, Rows)
    return [tuple(row) for row in answer.rows]


def _count(graph: Graph, pattern: str) -> int:
    return len(_rows(graph, f"SELECT * {{ {pattern} }}"))


@pytest.mark.parametrize("words", ["stats", "query", "validate", "diff HEAD", "diff a b", "passage x"])
def test_a_working_folder_that_is_gone_is_told(tmp_path: Path, words: str) -> None:
    (tmp_path / "gone").mkdir()
    command = f'cd gone && rmdir ../gone && exec "{sys.executable}" -m ogdkg {words}'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("Error: The working folder cannot be used: No such file or directory.")


@pytest.mark.parametrize("files", [5, 6, 7, 8])
def test_too_few_files_are_told(tmp_path: Path, files: int) -> None:
    (tmp_path / "ogdkg.toml").write_text("")
    command = f'ulimit -n {files} && exec "{sys.executable}" -m ogdkg stats'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and "bug" not in done.stderr
    assert done.returncode in (0, 3) and (done.returncode == 0 or "ulimit -n" in done.stderr)
