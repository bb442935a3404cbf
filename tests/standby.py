"""Runs the command line in a process of its own, without the time that Python takes to start.

A process that has read the command line in stands by and forks for each call, and a call forks for pyshacl.
So a call has all that a process has: streams, working folder, environment, signals, limits, exit code. What
a start of Python settles is one for all calls: the hash seed, and the modules that are read in. A call with
other variables for Python, such as `PYTHONHASHSEED`, needs a start of its own (`serves`).
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
TIMEOUT = 120.0  # seconds for one command
STRICT = ("-W", "error", "-W", "ignore::DeprecationWarning:rdflib.graph")  # as in pyproject.toml
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
_IMPORTED_LATE = ("ctypes", "encodings.utf_8_sig")  # what nearly every command imports, if only in a function
_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "DYLD_", "MALLOC_")  # variables that a running process has read


def run(
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes | None = None,
    *,
    anew: bool = False,
    merged: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run `ogdkg`, forked where that is the same.

    Args:
        arguments: What follows `ogdkg`.
        cwd: The working folder.
        env: All variables.
        stdin: What is typed; nothing by default.
        anew: Whether to start Python in any case.
        merged: Whether what goes to stderr goes to stdout, in between.
    """
    if CAN_FORK and not anew and (standby := _standby()).serves(env):
        return standby.run(arguments, cwd, env, stdin, merged=merged)
    command = [sys.executable, *STRICT, "-m", "ogdkg", *arguments]
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        input=stdin or b"",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        timeout=TIMEOUT,
        check=False,
    )


def run_on(terminal: int, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> int:
    """Run `ogdkg` with all three streams at a terminal; returns its exit code."""
    if CAN_FORK and (standby := _standby()).serves(env):
        return standby.run_on(terminal, arguments, cwd, env)
    command = [sys.executable, *STRICT, "-m", "ogdkg", *arguments]
    streams = {"stdin": terminal, "stdout": terminal, "stderr": terminal}
    return subprocess.run(command, cwd=cwd, env=env, timeout=TIMEOUT, check=False, **streams).returncode


@cache
def _standby() -> Standby:
    """One for each process that runs tests; it ends with that."""
    standby = Standby()
    atexit.register(standby.close)
    return standby


class Standby:
    """The process that stands by. Calls may come from several threads."""

    def __init__(self) -> None:
        self._env = _read_at_start(os.environ)
        self._calls, theirs = socket.socketpair()
        command = [sys.executable, *STRICT, "-m", "tests.standby", str(theirs.fileno())]
        nothing = subprocess.DEVNULL
        with theirs:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | {"PYTHONUTF8": "1"},
                stdin=nothing,
                stdout=nothing,
                pass_fds=[theirs.fileno()],
            )

    def close(self) -> None:
        self._calls.close()
        self._process.wait(timeout=10)

    def serves(self, env: Mapping[str, str]) -> bool:
        """Whether a call with this environment needs no new start of Python."""
        return _read_at_start(env) == self._env

    def run(
        self,
        arguments: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        stdin: bytes | None = None,
        *,
        merged: bool = False,
        timeout: float = TIMEOUT,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `ogdkg` with the arguments, as `subprocess.run` would."""
        call, theirs = socket.socketpair()
        given, written = (os.open(os.devnull, os.O_RDONLY), None) if stdin is None else os.pipe()
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        streams = [given, out_end, out_end if merged else err_end]
        socket.send_fds(self._calls, [b"."], [theirs.fileno(), *streams])
        theirs.close()
        for descriptor in (given, out_end, err_end):
            os.close(descriptor)
        with call, ThreadPoolExecutor(3) as pool:
            stdout, stderr = pool.submit(_all_of, out), pool.submit(_all_of, err)
            if written is not None:
                pool.submit(_write, written, stdin or b"")
            call.sendall(_asked(arguments, cwd, env))
            call.shutdown(socket.SHUT_WR)
            status = _status(call, arguments, timeout)
            return subprocess.CompletedProcess(
                ["ogdkg", *arguments],
                os.waitstatus_to_exitcode(status),
                stdout.result(timeout),
                stderr.result(timeout),
            )

    def run_on(self, terminal: int, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> int:
        """Run `ogdkg` at a terminal; returns its exit code."""
        call, theirs = socket.socketpair()
        with call, theirs:
            socket.send_fds(self._calls, [b"."], [theirs.fileno(), *[terminal] * 3])
            theirs.close()
            call.sendall(_asked(arguments, cwd, env))
            call.shutdown(socket.SHUT_WR)
            return os.waitstatus_to_exitcode(_status(call, arguments, TIMEOUT))


def _asked(arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> bytes:
    return json.dumps({"arguments": arguments, "cwd": os.fspath(cwd), "env": dict(env)}).encode()


def _read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    found = {name: value for name, value in env.items() if name.startswith(_AT_START)}
    return {**found, "PYTHONUTF8": "1"} if found.get("PYTHONUTF8", "1") == "1" else found


def _status(call: socket.socket, arguments: Sequence[str], timeout: float) -> int:
    """How the call ended, as waitpid has it."""
    with call.makefile("r") as answers:
        number = int(answers.readline())  # once it has begun
        call.settimeout(timeout)
        try:
            return int(answers.readline())
        except TimeoutError:
            os.kill(number, signal.SIGKILL)
            raise subprocess.TimeoutExpired(arguments, timeout) from None


def _all_of(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def _write(descriptor: int, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(descriptor, "wb", buffering=0) as stream:
        rest = memoryview(data)
        while rest:
            rest = rest[stream.write(rest) :]


def _stand_by(calls: socket.socket) -> None:
    """Fork for each call, until nobody can call any more."""
    import ogdkg

    for module in pkgutil.walk_packages(ogdkg.__path__, "ogdkg."):
        importlib.import_module(module.name)
    for name in _IMPORTED_LATE:
        importlib.import_module(name)
    from ogdkg.validation.pyshacl import client, process

    process.start = client.start = _ForkedWorker  # type: ignore[assignment,misc]
    gc.collect()
    gc.freeze()  # a collector that looks at what was imported would copy all of it, in each process
    running: dict[int, socket.socket] = {}
    with _children_heard() as ended:
        while True:
            ready, _, _ = select.select([calls, ended], [], [])
            if ended in ready:
                ended.recv(4096)
                _tell_those_that_wait(running)
            if calls in ready and not _begin(calls, running):
                return


@contextlib.contextmanager
def _children_heard() -> Iterator[socket.socket]:
    """A socket that can be read once a child has ended."""
    ended, heard = socket.socketpair()
    with ended, heard:
        heard.setblocking(False)
        signal.set_wakeup_fd(heard.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        yield ended


def _begin(calls: socket.socket, running: dict[int, socket.socket]) -> bool:
    """Fork for the next call, and tell the caller the number of the process; False at the last."""
    message, descriptors, _, _ = socket.recv_fds(calls, 1, 4)
    if not message:
        return False
    call, *streams = descriptors
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with os.fdopen(call, "rb") as asked:
            request = json.load(asked)
        _become(streams, **request)
    for stream in streams:
        os.close(stream)
    running[child] = socket.socket(fileno=call)
    running[child].sendall(b"%d\n" % child)
    return True


def _tell_those_that_wait(running: dict[int, socket.socket]) -> None:
    """Tell the caller of each process that has ended how it ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            number, status = ended
            with running.pop(number) as call, contextlib.suppress(BrokenPipeError):
                call.sendall(b"%d\n" % status)


def _become(streams: Sequence[int], arguments: list[str], cwd: str, env: dict[str, str]) -> NoReturn:
    """Turn this process into one that was started as `python -m ogdkg`."""
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 64)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
        from ogdkg import __main__

        sys.argv[:] = [__main__.__file__, *arguments]
        __main__.run()
    except BaseException:
        traceback.print_exc()
    os._exit(1)


class _ForkedWorker:
    """The process that runs pyshacl, forked as well: its libraries take two thirds of a second to import.

    It has the interface of `subprocess.Popen`, as far as its client uses it.
    """

    def __init__(self) -> None:
        ends = [os.pipe(), os.pipe(), os.pipe()]
        (given, self_in), (self_out, out), (self_err, err) = ends
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _become_worker((given, out, err), parent)
        for descriptor in (given, out, err):
            os.close(descriptor)
        self.stdin = os.fdopen(self_in, "wb")
        self.stdout, self.stderr = os.fdopen(self_out, "rb"), os.fdopen(self_err, "rb")
        self._waiting = threading.Lock()
        self.returncode: int | None = None

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        with self._waiting:
            if self.returncode is None:
                self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def communicate(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.stdin.close()
        self.stdout.close()
        self.stderr.close()
        self.wait()


def _become_worker(streams: tuple[int, ...], parent: int) -> NoReturn:
    """Turn this process into one that `process.start` has started."""
    from ogdkg.sandbox.isolated import import_path
    from ogdkg.validation.pyshacl import worker

    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 256)
        os.environ.clear()
        sys.path[:] = import_path()
        sys.stdin = sys.__stdin__ = open(0)  # noqa: SIM115
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = open(1, "w"), open(2, "w")  # noqa: SIM115
        gc.set_threshold(50_000)
        worker.main(parent)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt), socket.socket(fileno=int(sys.argv[1])) as calls:
        del sys.path[0]  # the working folder; the command line drops it too
        _stand_by(calls)
