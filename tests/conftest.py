"""What tests share: the command line in a process, and two projects to run it on."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from ogdkg import Graph, open_graph
from tests import standby
from tests.slow import is_slow, is_wholly_slow

# Where the environment forbids to write bytecode, as in many containers, every process that tests start would
# compile all that it imports.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What runs in the background, or by nohup, ignores these, and so would all processes that tests interrupt.
for _number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)

ROOT = Path(__file__).resolve().parent.parent
TREES = ROOT / "tests" / "fixtures" / "trees"

IN_CI = os.environ.get("OGDKG_PEERS") == "required"
settings.register_profile("tests", deadline=None, derandomize=True, max_examples=50 if IN_CI else 25)
settings.load_profile("tests")


def need(found: object, what: str, how: str) -> None:
    """Skip a test that needs what is not on this machine; in CI, that is a failure.

    Args:
        found: Whether it is here.
        what: What it is.
        how: The command that installs it.
    """
    if not found:
        (pytest.fail if IN_CI else pytest.skip)(f"{what} is not installed; {how} installs it")


def tried(count: int) -> int:
    """Return how many random values a property is tried with: in CI half as many, elsewhere a quarter."""
    return max(count // 2 if IN_CI else count // 4, 15)


def examples(count: int) -> settings:
    """Try a property of a test with so many random values, or the part of them that this run has time for."""
    return settings(max_examples=tried(count))


@pytest.fixture
def own_literals() -> Iterator[None]:
    """Puts back how rdflib reads literals: owlrl changes it, for all of the process."""
    from ogdkg.validation.pyshacl.regimes import own_readings

    with own_readings():
        yield


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tool remembers between runs stays within one test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def ogdkg() -> Run:
    """Run the command line: `ogdkg("query", "trees")` on the fixture project, or in another `cwd`."""
    return partial(_run, False)


@pytest.fixture(scope="session")
def ogdkg_process() -> Run:
    """As `ogdkg`, by a new start of Python: where what a start does is tested."""
    return partial(_run, True)


def _run(
    anew: bool, *arguments: str | Path, cwd: Path = TREES, stdin: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """As bytes and decoded here, since text mode would rewrite the CR LF of CSV."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")}
    env = {**inherited, "PYTHONUTF8": "1", **variables}
    data = None if stdin is None else stdin.encode()
    done = standby.run([str(word) for word in arguments], cwd, env, data, anew=anew)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def started(cwd: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command line in a process that goes on meanwhile, to be watched or stopped."""
    command = [sys.executable, "-m", "ogdkg", *arguments]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture(scope="session", params=["oxigraph", "rdflib"])
def trees(request: pytest.FixtureRequest) -> Graph:
    """The fixture project's graph on each engine; tests leave it as it was."""
    return open_graph(TREES, engine=request.param)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run all tests on up to four processors, each with its own servers; chosen files start sooner on one."""
    runs_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(os.cpu_count() or 1, 4) if runs_all else 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a file of which `-m "not slow"` would leave out every test."""
    file = collection_path.relative_to(ROOT).as_posix() if collection_path.is_relative_to(ROOT) else ""
    return True if config.option.markexpr == "not slow" and is_wholly_slow(file) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what contributors leave out meanwhile."""
    for item in items:
        if is_slow(item.nodeid):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Keep what was collected out of the collector's sight: each forked process would copy it otherwise."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def checkout_kept() -> Iterator[None]:
    """No test leaves a file in the checkout, where it might be committed."""
    before = _checkout()
    yield
    assert sorted(_checkout() - before) == []


def _checkout() -> set[Path]:
    """The files at the root but hidden ones, and those that the wheel carries."""
    folders = [ROOT / name for name in ("data", "ontology", "queries")]
    return {*ROOT.glob("[!.]*"), *(path for folder in folders for path in folder.rglob("*"))}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many hostile values were bound, where the tests of binding ran in this process."""
    binding = sys.modules.get("tests.unit.catalogue.test_binding")
    if binding is not None and any(binding.cases.values()):
        counts = ", ".join(f"{number} {kind}" for kind, number in binding.cases.items())
        terminalreporter.write_line(f"values bound into queries: {counts}")
