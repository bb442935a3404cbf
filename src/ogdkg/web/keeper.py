"""The keeper: sees to it that a project's graph is served, as its files are or as its store was written.

For each version of the files there is one process that has read them, the origin. It forks the answering
processes and replaces those that end. When files change, the keeper starts another origin; once that has
read the new files, the old one lets its processes finish what they do. A broken file leaves the old one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import ogdkg
from ogdkg.errors import OgdkgError, StoreError
from ogdkg.exchange.export import withheld
from ogdkg.graph.graph import Graph
from ogdkg.sandbox.process import adopt_orphans, die_with_parent
from ogdkg.web.answers import Answers
from ogdkg.web.changes import Files, Stamp, stamps_of
from ogdkg.web.http.settings import Settings
from ogdkg.web.http.status import Status, write_status
from ogdkg.web.processes.answerer import Answerer
from ogdkg.web.processes.current import Current
from ogdkg.web.processes.origin import Origin, tell

if TYPE_CHECKING:
    from ogdkg.store.journal import Journal
    from ogdkg.web.writer import Writes

_LOOK_EVERY = 1.0  # seconds between two looks at the files
_ENDED = '{"error": "The process that read the graph has ended."}'
_SETTLED = 0.3  # seconds for which files stay as they are before they are read: an editor writes several


class Sockets(NamedTuple):
    """The sockets that workers connect to: those who ask, and those who write."""

    asking: socket.socket
    writing: socket.socket


def run_keeper(
    open_graph: Callable[[], Graph],
    sockets: Sockets,
    settings: Settings,
    journal: Journal | None,
    parent: int,
    ready: int,
) -> NoReturn:
    """Keep the graph served until the parent ends or a signal says so.

    Args:
        open_graph: Opens the graph, reading its project anew.
        sockets: The sockets for answering processes.
        settings: How to serve.
        journal: The store that is served instead of the files.
        parent: The number of the process to end with.
        ready: A pipe, which is told whether the graph is read, as a line of JSON.
    """
    try:
        die_with_parent(parent)
        adopt_orphans()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        _Keeper(open_graph, sockets, settings, journal).keep(ready)
    finally:
        os._exit(1)


class _Keeper:
    def __init__(
        self, open_graph: Callable[[], Graph], sockets: Sockets, settings: Settings, journal: Journal | None
    ) -> None:
        self._open_graph, self._sockets, self._settings = open_graph, sockets, settings
        self._journal = journal
        self._current = Current(settings.current)
        self._bell = os.pipe()  # which wakes the keeper
        self._files = Files(open_graph)
        self._is_alive = False
        self._version = ""
        self._reads = self._failures = 0

    def keep(self, ready: int) -> NoReturn:
        seen = self._stamp()
        tell(ready, **self._start())
        while True:
            is_called = self._rest()
            self._reap()
            now = self._stamp()
            if now != seen or not self._is_alive:
                if not is_called:
                    time.sleep(_SETTLED)
                if is_called or self._stamp() == now:
                    seen = now
                    self._start()
            if is_called:
                self._current.count_look()

    def _rest(self) -> bool:
        """Wait for a while; whether somebody rang the bell."""
        ready, _, _ = select.select([self._bell[0]], [], [], _LOOK_EVERY)
        return bool(ready and os.read(self._bell[0], 4096))

    def _stamp(self) -> Stamp:
        """What tells whether files have changed; a store is only changed by what is sent to it."""
        return () if self._journal else self._files.stamp()

    def _reap(self) -> None:
        """Note whether the origin has ended, which it never should."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) > 0:
                if ended == self._current.origin:
                    self._is_alive = False
        if not self._is_alive and (writer := self._current.writer):
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(writer, signal.SIGKILL)
                os.waitpid(writer, 0)
            self._current.writer = 0

    def _start(self) -> dict[str, Any]:
        """Start an origin; once it is ready it takes over from the one before. Return what it told."""
        reading, writing = os.pipe()
        keeper = os.getpid()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._become_origin(keeper, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told: dict[str, Any] = json.loads(pipe.readline() or _ENDED)
        if error := told.get("error"):
            self._failures += 1
            self._tell(error)
            return told
        before, was_alive = self._current.origin, self._is_alive
        self._current.take_over(child)
        if was_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(before, signal.SIGTERM)
        self._is_alive, self._version = True, told["version"]
        self._reads += 1
        self._tell("")
        return told

    def _tell(self, error: str) -> None:
        status = Status(self._version, time.time(), error, self._reads, self._failures)
        write_status(self._settings.status, status)

    def _become_origin(self, keeper: int, pipe: int) -> NoReturn:
        """Read one version of the files, or the store, and answer from it."""
        try:
            die_with_parent(keeper)
            try:
                origin, prepare = self._new_origin(keeper)
            except (OgdkgError, OSError, RecursionError, MemoryError) as error:
                tell(pipe, error=str(error), is_of_store=isinstance(error, StoreError))
                os._exit(0)
            origin.live(lambda: tell(pipe, version=origin.answerer.version), prepare)
        finally:
            os._exit(1)

    def _new_origin(self, keeper: int) -> tuple[Origin, Callable[[], None] | None]:
        """Return what answers, and what loads the rest for it."""
        settings, current = self._settings, self._current
        graph = self._open_graph()
        is_guarded = graph.project.personal and not settings.personal
        if is_guarded and graph.is_large_here and withheld(graph):
            graph = graph.without_cache()  # nothing can be left out of a store on disk
        writes: Writes
        prepare = None
        if self._journal:
            from ogdkg.web.store_writes import StoreWrites  # few servers are written to

            writes = StoreWrites(graph, self._journal, settings, self._answerer_of)
        else:
            version = self._version_of(graph)  # before they are read: a change meanwhile is another version
            answers = Answers(graph, settings)
            hidden, prepare = answers.prepare(), answers.prepare_more
            answerer = self._answerer_of(answers, version)
            if not settings.writable or graph.options.endpoint:
                return Origin(answerer, settings.answering, current), prepare
            from ogdkg.web.file_writes import FileWrites  # as above, with the formatter

            writes = FileWrites(graph, settings, answerer, current, self._bell[1], hidden)
        from ogdkg.web.writer import WritingOrigin

        return WritingOrigin(writes, self._sockets.writing, settings, current, keeper), prepare

    def _answerer_of(self, answers: Answers, version: str) -> Answerer:
        return Answerer(
            self._sockets.asking,
            answers.by_task(),
            version,
            self._settings.most_bytes,
            self._current,
            network=self._settings.is_of_server,
        )

    def _version_of(self, graph: Graph) -> str:
        """A digest of what is served and how, the same until a file changes."""
        told = (ogdkg.__version__, graph.options.layers, self._settings.personal, stamps_of(graph))
        return hashlib.blake2b(repr(told).encode(), digest_size=12).hexdigest()
