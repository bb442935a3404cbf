"""Starts a SPARQL server on loopback, and stops it: `python -m tests.servers.running virtuoso` until Ctrl-C.

Each has a free port and a folder of its own, and holds nothing; tests/servers/install.sh installs them.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.conftest import need

ROOT = Path(__file__).resolve().parents[2]
OXIGRAPH = ROOT / ".ogdkg" / "servers" / "oxigraph" / "bin" / "oxigraph"
VIRTUOSO = Path("/usr/bin/virtuoso-t")
INSTALL = "tests/servers/install.sh"
BEGINS_WITHIN = 60.0  # seconds


class Running(NamedTuple):
    """A server that answers: its name, its address for queries, what the environment must say to write."""

    name: str
    url: str
    env: Mapping[str, str]


class Kind(NamedTuple):
    """A server to be started: the program it needs, and how: in a folder, on a port, with more words."""

    program: Path
    start: Callable[[Path, int], tuple[list[str], str]]
    env: Mapping[str, str] = {}

    @property
    def is_there(self) -> bool:
        return self.program.exists()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _oxigraph(*more: str) -> Callable[[Path, int], tuple[list[str], str]]:
    def start(folder: Path, port: int) -> tuple[list[str], str]:
        command = [str(OXIGRAPH), "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
        return [*command, *more], f"http://127.0.0.1:{port}/query"

    return start


def _virtuoso(*lines: str, buffers: int = 20_000) -> Callable[[Path, int], tuple[list[str], str]]:
    """Virtuoso with further lines in its [SPARQL] section; `buffers` of 8 kB each."""

    def start(folder: Path, port: int) -> tuple[list[str], str]:
        settings = folder / "virtuoso.ini"
        settings.write_text(_INI.format(folder=folder, port=port, sql=free_port(), buffers=buffers))
        with settings.open("a") as out:
            out.writelines(f"{line}\n" for line in lines)
        command = [str(VIRTUOSO), "+foreground", "+configfile", str(settings)]
        return command, f"http://127.0.0.1:{port}/sparql"

    return start


_INI = """[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
DirsAllowed = {folder}
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {buffers}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 8
[SPARQL]
"""
_DBA = {"OGDKG_USER": "dba", "OGDKG_PASSWORD": "dba"}
_TOKEN = "t0k3n-of-a-test"


def _ogdkg(folder: Path, port: int) -> tuple[list[str], str]:
    """Our own server, with an empty store of a project of nothing."""
    (folder / "ogdkg.toml").touch()
    (folder / "token").write_text(_TOKEN)
    command = [sys.executable, "-P", "-m", "ogdkg", "-C", str(folder), "serve", "--port", str(port)]
    command += ["--writable", "--store", str(folder / "store"), "--token-file", str(folder / "token")]
    return [*command, "--no-log", "--timeout", "60"], f"http://127.0.0.1:{port}/sparql"


KINDS = {
    "ogdkg": Kind(Path(sys.executable), _ogdkg, {"OGDKG_TOKEN": _TOKEN}),
    "oxigraph": Kind(OXIGRAPH, _oxigraph("--union-default-graph")),
    "oxigraph-unnamed": Kind(OXIGRAPH, _oxigraph()),
    "virtuoso": Kind(VIRTUOSO, _virtuoso(), _DBA),
    "virtuoso-10-rows": Kind(VIRTUOSO, _virtuoso("ResultSetMaxRows = 10"), _DBA),
    "virtuoso-large": Kind(VIRTUOSO, _virtuoso(buffers=500_000), _DBA),
}


@contextlib.contextmanager
def running(name: str, folder: Path | None = None) -> Iterator[Running]:
    """A server, until the end of the block; its files go with it, unless they have a folder given."""
    kind = KINDS[name]
    home = folder or Path(tempfile.mkdtemp(prefix="ogdkg-"))
    command, url = kind.start(home, free_port())
    with (home / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=home, stdout=out, stderr=out)
    try:
        _wait(url, process, home / "out")
        yield Running(name, url, kind.env)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


def _wait(url: str, process: subprocess.Popen[bytes], out: Path) -> None:
    end = time.monotonic() + BEGINS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5):
                return
        except urllib.error.HTTPError:
            return  # whatever it says: it answers
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer: {out.read_text(errors='replace')[-500:]}")


def need_server(name: str) -> None:
    """Skip a test where a kind of server is not installed; in CI, that is a failure."""
    need(KINDS[name].is_there, name, INSTALL)


if __name__ == "__main__":
    with running(sys.argv[1]) as started, contextlib.suppress(KeyboardInterrupt):
        print(started.url, *(f"{key}={value}" for key, value in started.env.items()), flush=True)
        while True:
            time.sleep(3600)
