"""Starts the server: the keeper of the graph, and the workers that speak HTTP."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ogdkg.errors import InputError, StoreError
from ogdkg.sandbox.clock import ask_for_grace
from ogdkg.sandbox.process import die_with_parent
from ogdkg.web.extra import need_templates, not_installed
from ogdkg.web.http.rates import Rates
from ogdkg.web.http.settings import Settings
from ogdkg.web.keeper import Sockets, run_keeper

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph

_HEADER_SECONDS = 5.0
_DRAIN = 15  # seconds in which answers may finish once the server is to end
_MOST_HEADER = 1 << 16
_BACKLOG = 1024
_CYCLES_AFTER = 10_000  # new objects after which cycles are looked for; a request leaves few behind
_TRIES, _BETWEEN_TRIES = 3_000, 0.02  # until a worker listens


def serve(open_graph: Callable[[], Graph], settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve a graph until a signal ends it.

    Args:
        open_graph: Opens the graph, reading its project anew each time.
        settings: How to serve.
        tell: Called with the address once the server answers.

    Raises:
        UsageError: The packages that it needs are not installed.
        StoreError: The address cannot be listened to.
    """
    if find_spec("granian") is None:
        raise not_installed("the server")
    settings = settings._replace(port=_free_port(settings))
    with kept(open_graph, settings, meanwhile=_load_server) as settings:
        server = _new_server(settings)
        threading.Thread(target=_tell_when_ready, args=(settings, tell), daemon=True).start()
        server.serve(target_loader=partial(load_app, settings), wrap_loader=False)


@contextlib.contextmanager
def kept(
    open_graph: Callable[[], Graph], settings: Settings, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Settings]:
    """Keep a graph ready to be asked until the block ends; any ASGI server may run `App` with the settings.

    Args:
        open_graph: Opens the graph, reading its project anew each time.
        settings: How to serve.
        meanwhile: Called while the graph is read.

    Yields:
        The settings with the sockets that workers connect to.

    Raises:
        InputError: The graph cannot be read.
        StoreError: The store cannot be.
    """
    with tempfile.TemporaryDirectory(prefix="ogdkg-") as folder:
        settings = settings._replace(
            socket=Path(folder, "answers.sock"),
            writing=Path(folder, "writes.sock"),
            current=Path(folder, "current"),
            status=Path(folder, "status.json"),
            rates=Path(folder, "rates"),
        )
        Rates.make(settings.rates)
        keeper, pipe = _start_keeper(open_graph, settings)
        watch = _Watch(keeper)
        try:
            meanwhile()
            _wait_for(pipe)
            ask_for_grace(_DRAIN + 2)
            yield settings
        finally:
            watch.end()


class _Watch:
    """Ends the server where its keeper ends by itself, which it never should: nobody could answer."""

    def __init__(self, keeper: int) -> None:
        self._keeper = keeper
        self._is_ending = self._has_failed = False
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        _, status = os.waitpid(self._keeper, 0)
        if not self._is_ending:
            self._has_failed = status not in (0, signal.SIGTERM)  # whoever ends a group may reach it first
            os.kill(os.getpid(), signal.SIGTERM)

    def end(self) -> None:
        """End the keeper; StoreError where it had ended before."""
        self._is_ending = True
        if self._thread.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._keeper, signal.SIGTERM)
            self._thread.join()
        if self._has_failed:
            raise StoreError("The process that keeps the graph has ended.", hint="Start the server again.")


def _tell_when_ready(settings: Settings, tell: Callable[[str], None]) -> None:
    """Tell the address once a worker listens."""
    for _ in range(_TRIES):
        with contextlib.suppress(OSError), socket.create_connection((settings.host, settings.port), 1):
            tell(f"http://{_shown(settings.host)}:{settings.port}{settings.prefix}/")
            return
        time.sleep(_BETWEEN_TRIES)


def load_app(settings: Settings) -> Any:
    """Return the application; each worker calls it."""
    die_with_parent()
    from ogdkg.web.app import App

    gc.collect()
    gc.freeze()  # what is loaded stays; a request leaves few cycles behind
    gc.set_threshold(_CYCLES_AFTER)

    # An answer is broken off by an exception, which Granian would print with its traceback.
    for handler in logging.getLogger("_granian").handlers:
        handler.addFilter(lambda record: "ConnectionAbortedError" not in record.getMessage())
    return App(settings)


def _load_server() -> None:
    """Import what the workers need, which are forked from this process."""
    try:
        from granian.http import HTTP1Settings  # noqa: F401  # another extra may bring an older one

        import ogdkg.web.app  # noqa: F401
    except ImportError as error:
        raise not_installed("the server") from error
    need_templates("the server")  # an answering process imports them, and could say so less plainly


def _start_keeper(open_graph: Callable[[], Graph], settings: Settings) -> tuple[int, int]:
    """Start the keeper; return its number, and the pipe that it tells what became of the graph."""
    journal = None
    if settings.store:
        from ogdkg.store.journal import Journal  # few servers have a store

        journal = Journal(settings.store)
        journal.lock()  # for as long as this process lives
    sockets = Sockets(_listening(settings.socket), _listening(settings.writing))
    reading, writing = os.pipe()
    parent = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        os.close(reading)
        run_keeper(open_graph, sockets, settings, journal, parent, writing)
    for listening in sockets:
        listening.close()
    os.close(writing)
    return keeper, reading


def _wait_for(pipe: int) -> None:
    """Wait until the graph is read; raise what is wrong with it."""
    with os.fdopen(pipe, "rb") as told:
        answer = json.loads(told.readline() or b'{"error": "The graph cannot be read."}')
    if error := answer.get("error"):
        message, _, hint = error.partition("\n")
        raise (StoreError if answer.get("is_of_store") else InputError)(message, hint=hint or None)


def _listening(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen(_BACKLOG)
    return listening


def _new_server(settings: Settings) -> Any:
    import granian
    from granian.http import HTTP1Settings

    new_server: Any = granian.Granian  # one of two classes, by the kind of Python
    return new_server(
        "ogdkg.web.app",
        address=settings.host,
        port=settings.port,
        interface="asgi",
        workers=settings.workers,
        http="1",
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(_HEADER_SECONDS * 1000),
            max_buffer_size=_MOST_HEADER,
            pipeline_flush=False,  # else Hyper buffers all that a slow client does not take
        ),
        log_level="warning",
        respawn_failed_workers=True,
        workers_kill_timeout=_DRAIN,
    )


def _free_port(settings: Settings) -> int:
    """Return the port, after trying it: the workers would say so less plainly."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            address = f"{_shown(settings.host)}:{settings.port}"
            hint = "Choose another one with --port, or 0 for any that is free."
            raise StoreError(f"{address} cannot be listened to: {error.strerror}.", hint=hint) from error
        port: int = trial.getsockname()[1]
        return port


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
