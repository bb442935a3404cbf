"""The keeper: holds a project's graph, and has answering processes forked that share it.

For each version of the files there is one process that has read them, the origin. It forks the answering
processes and replaces those that end. When files change, the keeper starts another origin; once that has
read the new files, the old one lets its processes finish what they do. A broken file leaves the old one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, NoReturn

from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.project.project import CONFIG
from ogdkg.sandbox.process import die_with_parent
from ogdkg.web.answerer import Answerer
from ogdkg.web.answers import Answers
from ogdkg.web.settings import Settings

_LOOK_EVERY = 1.0  # seconds between two looks at the files
_SETTLED = 0.3  # seconds for which files stay as they are before they are read: an editor writes several
_TOO_SHORT = 0.05  # seconds of a life that ended by itself before it answered: a fault that lasts
_DRAIN = 30.0  # seconds in which the answers of an old version may finish

Stamp = tuple[tuple[str, int, int], ...]


class Status(NamedTuple):
    """What the keeper says of itself: the version that is served, when it was read, and what is wrong.

    `reads` and `failures` count how often the files were read, and how often they could not be.
    """

    version: str
    since: float
    error: str
    reads: int = 0
    failures: int = 0


def run_keeper(
    open_graph: Callable[[], Graph], listening: socket.socket, settings: Settings, parent: int, ready: int
) -> NoReturn:
    """Keep the graph served until the parent ends or a signal says so.

    Args:
        open_graph: Opens the graph, reading its project anew.
        listening: The socket for answering processes.
        settings: How to serve.
        parent: The number of the process to end with.
        ready: A pipe, which is told what is wrong with the files, as a line of JSON.
    """
    try:
        die_with_parent(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        _Keeper(open_graph, listening, settings).keep(ready)
    finally:
        os._exit(1)


class _Keeper:
    def __init__(self, open_graph: Callable[[], Graph], listening: socket.socket, settings: Settings) -> None:
        self._open_graph, self._listening, self._settings = open_graph, listening, settings
        self._origin = 0
        self._version = ""
        self._reads = self._failures = 0

    def keep(self, ready: int) -> NoReturn:
        stamp = self._stamp()
        error = self._start()
        os.write(ready, json.dumps(error).encode() + b"\n")
        os.close(ready)
        while True:
            time.sleep(_LOOK_EVERY)
            self._reap()
            if (now := self._stamp()) != stamp or not self._origin:
                time.sleep(_SETTLED)
                if self._stamp() == now:
                    stamp = now
                    self._start()

    def _reap(self) -> None:
        """Note whether the origin has ended, which it never should."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) > 0:
                if ended == self._origin:
                    self._origin = 0

    def _start(self) -> str:
        """Start an origin; once it is ready it takes over from the one before. Return what went wrong."""
        reading, writing = os.pipe()
        keeper = os.getpid()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _Origin(self._open_graph, self._listening, self._settings).live(keeper, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = json.loads(pipe.readline() or b'{"error": "It ended while it read the files."}')
        if error := told.get("error"):
            self._failures += 1
            self._tell(error)
            return str(error)
        if self._origin:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._origin, signal.SIGTERM)
        self._origin, self._version = child, told["version"]
        self._reads += 1
        self._tell("")
        return ""

    def _tell(self, error: str) -> None:
        status = Status(self._version, time.time(), error, self._reads, self._failures)
        path = self._settings.status
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(status._asdict()), encoding="utf-8")
        beside.replace(path)

    def _stamp(self) -> Stamp:
        """What tells whether files have changed: the size and time of each."""
        try:
            graph = self._open_graph()
            return tuple(_stamps(_files(graph)))
        except OgdkgError as error:
            return ((str(error), 0, 0),)


def _files(graph: Graph) -> Iterable[Path]:
    """The files that what is served depends on."""
    project = graph.project
    yield project.root / CONFIG
    if graph.options.endpoint:
        return
    for source in project.sources():
        yield source.path
    yield from project.rule_files
    yield from sorted(project.queries.rglob("*.rq"))


def _stamps(paths: Iterable[Path]) -> Iterable[tuple[str, int, int]]:
    for path in paths:
        with contextlib.suppress(OSError):
            found = path.stat()
            yield str(path), found.st_size, found.st_mtime_ns


class _Origin:
    """The process that has read one version of the files."""

    def __init__(self, open_graph: Callable[[], Graph], listening: socket.socket, settings: Settings) -> None:
        self._open_graph, self._listening, self._settings = open_graph, listening, settings
        self._born: dict[int, float] = {}
        self._is_ending = False

    def live(self, keeper: int, pipe: int) -> NoReturn:
        try:
            die_with_parent(keeper)
            try:
                graph = self._open_graph()
                answers = Answers(graph, self._settings)
                answers.prepare()
                version = _version(graph)
            except (OgdkgError, OSError, RecursionError, MemoryError) as error:
                os.write(pipe, json.dumps({"error": str(error)}).encode() + b"\n")
                os._exit(0)
            answerer = Answerer(
                self._listening,
                answers.by_task(),
                version,
                self._settings.most_bytes,
                network=bool(graph.options.endpoint),
            )
            self._keep_alive(answerer, pipe, version)
        finally:
            os._exit(1)

    def _keep_alive(self, answerer: Answerer, pipe: int, version: str) -> NoReturn:
        """Fork the answering processes, and another for each that ends."""
        signal.signal(signal.SIGTERM, self._end)
        for _ in range(self._settings.processes):
            self._fork(answerer)
        os.write(pipe, json.dumps({"version": version}).encode() + b"\n")
        os.close(pipe)
        while self._born:
            try:
                ended, status = os.waitpid(-1, 0)
            except InterruptedError:
                continue
            born = self._born.pop(ended, 0.0)
            if not self._is_ending:
                if status and time.monotonic() - born < _TOO_SHORT:
                    time.sleep(_TOO_SHORT)
                self._fork(answerer)
        os._exit(0)

    def _fork(self, answerer: Answerer) -> None:
        origin = os.getpid()
        child = os.fork()
        if child == 0:
            answerer.live(origin)
        self._born[child] = time.monotonic()

    def _end(self, number: int, frame: object) -> None:
        """Let the answering processes finish what they do."""
        self._is_ending = True
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, _DRAIN)
        for child in self._born:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)


def _version(graph: Graph) -> str:
    """A digest of what is served: the same files give the same, whenever they are read."""
    digest = hashlib.blake2b(digest_size=12)
    for path in _files(graph):
        with contextlib.suppress(OSError):
            digest.update(str(path).encode() + b"\0" + hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()
