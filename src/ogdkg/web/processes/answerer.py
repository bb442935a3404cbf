"""An answering process: takes one request after another from a socket, and answers it in frames.

The kernel ends it when a request takes longer than its limit, also inside an engine, and its keeper starts
another. It can open no connection, and holds no more memory than is left.
"""

from __future__ import annotations

import _thread
import contextlib
import gc
import hashlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from ogdkg.errors import OgdkgError
from ogdkg.sandbox.clock import limit_engine
from ogdkg.sandbox.limits import free_memory, limit_memory
from ogdkg.sandbox.process import die_with_parent, without_network
from ogdkg.sparql.spelling import by_kind
from ogdkg.web.http.assets import EDITION
from ogdkg.web.http.problems import MEDIA_TYPE, HttpError, problem_of
from ogdkg.web.processes.current import Current
from ogdkg.web.processes.frames import ASK, HELLO, OLD, Frames, ask_of, packed, packed_head, packed_whole
from ogdkg.web.processes.sending import Part, Sending

_STACK = 16 << 20
_SEND_SECONDS = 60  # for a worker, and so its client, to take a frame
_CYCLES_AFTER = 10_000  # new objects after which cycles are looked for; a query leaves few behind
_MOST_ANSWERS = 50_000  # of one process, so that what a library leaks is given back

Ask = Mapping[str, Any]


class Reply(NamedTuple):
    """An answer: its status, its headers, and the parts of its body as they are made."""

    media_type: str
    body: Iterable[Part]
    status: int = 200
    headers: Mapping[str, str] = {}
    version: str = ""  # what the body depends on besides the graph; empty where it may differ each time
    also: str = ""  # another such, of an answer that says the same
    state: str = ""  # what stands for the version of the graph, where only a part of it matters


Answer = Callable[[Ask], Reply]


class Answerer:
    """The life of an answering process.

    Args:
        listening: The socket that workers connect to.
        answers: What answers a request, by its task.
        version: The version of the graph, for entity tags.
        most_bytes: The size of a result that breaks off.
        current: Which version is served; once it is another one, the process ends.
        network: Whether it may open connections, to a SPARQL server.
    """

    def __init__(
        self,
        listening: socket.socket,
        answers: Mapping[str, Answer],
        version: str,
        most_bytes: int,
        current: Current,
        *,
        network: bool,
    ) -> None:
        self.generation = current.generation + 1  # which the process that makes this is about to begin
        self._current = current
        self._listening = listening
        self.answers = answers
        self.version = version
        self._most_bytes = most_bytes
        self._network = network
        self._is_busy = self._is_ending = False
        self._seconds = 0.0
        self._has_begun = False  # whether a part of the answer has gone out
        self._connection: socket.socket | None = None

    def live(self, keeper: int) -> NoReturn:
        """Answer until the keeper ends, or says so."""
        try:
            die_with_parent(keeper)
            limit_engine(None)  # each request has a clock of its own
            gc.freeze()
            gc.set_threshold(_CYCLES_AFTER)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGALRM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all; the keeper decides
            signal.signal(signal.SIGTERM, self._end)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            free = free_memory()
            limit_memory(free and free // 2)
            if not self._network:
                without_network()
            # The engine draws random numbers from a state that each thread seeds once: see sandbox.child.
            _thread.stack_size(_STACK)
            _thread.start_new_thread(self._work, ())
            while True:
                signal.pause()
        finally:
            os._exit(1)

    def _end(self, number: int, frame: object) -> None:
        self._is_ending = True
        if not self._is_busy:
            self._leave()

    def _leave(self) -> NoReturn:
        """End while there is nothing to do; a request that arrives just now goes to another process."""
        if self._connection:
            with contextlib.suppress(OSError):
                self._connection.sendall(packed(OLD))
        os._exit(0)

    def _work(self) -> NoReturn:
        try:
            answered = 0
            while not self._is_ending and answered < _MOST_ANSWERS:
                self._connection, _ = self._listening.accept()
                self._connection.settimeout(None)
                answered += self._serve(self._connection, _MOST_ANSWERS - answered)
                self._connection = None
            os._exit(0)
        finally:
            os._exit(1)

    def _serve(self, connection: socket.socket, most: int) -> int:
        """Answer requests of one worker until it hangs up, or there were enough; return how many."""
        answered = 0
        with connection:
            connection.sendall(packed(HELLO, str(os.getpid()).encode()))
            frames = Frames(connection)
            while not self._is_ending and (frame := frames.next()):
                self._is_busy = True
                if self._current.generation > self.generation:
                    self._leave()
                if frame.kind == ASK:
                    self._answer(connection, ask_of(frame.data))
                answered += 1
                self._is_busy = False
                if answered == most:
                    self._leave()
        return answered

    def _answer(self, connection: socket.socket, ask: Ask) -> None:
        self._seconds = float(ask["seconds"])
        self._has_begun = False
        self._run_clock()
        try:
            ask = {**ask, "generation": self.generation, "version": self.version}
            with by_kind(bool(ask.get("is_again"))):  # it ended the last process, perhaps as it sorted
                self._reply(connection, ask)
        except (OgdkgError, HttpError, RecursionError, MemoryError) as error:
            self._send_problem(connection, error)
        except OSError:
            raise  # the worker is gone
        except Exception as error:  # a bug of ours ends no more than this answer
            _note(error)
            self._send_problem(connection, error)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _reply(self, connection: socket.socket, ask: Ask) -> None:
        reply = self.answers[ask["task"]](ask)
        tag = self._tag(reply, reply.version, ask)
        self._check_expected(reply, tag, ask)
        if same := self._known(reply, tag, ask):
            reply, tag = _unchanged(reply), same
        self._send(connection, reply, tag, ask)

    def _run_clock(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(self._seconds, 0.001))

    def _write(self, connection: socket.socket, data: bytes) -> None:
        """Send bytes; the clock of the query stands still, and another watches the reader."""
        self._seconds = signal.setitimer(signal.ITIMER_REAL, _SEND_SECONDS)[0]
        self._has_begun = True
        connection.sendall(data)
        self._run_clock()

    def _known(self, reply: Reply, tag: str, ask: Ask) -> str:
        """The tag of the answer that the client has already, if it has one; `*` stands for any."""
        known = ask.get("known", ())
        also = self._tag(reply, reply.also, ask) if known else ""
        return next((each for each in (tag, also) if each and (each in known or "*" in known)), "")

    def _check_expected(self, reply: Reply, tag: str, ask: Ask) -> None:
        """Raise HttpError 412 where the client wants the answer only as it knows it (RFC 9110, 13.1.1)."""
        expected = ask.get("expected", ())
        if expected and tag and not {tag, self._tag(reply, reply.also, ask), "*"}.intersection(expected):
            raise HttpError(
                412, "The answer has changed in the meantime.", hint="Leave If-Match out to get it."
            )

    def _tag(self, reply: Reply, version: str, ask: Ask) -> str:
        if not version:
            return ""
        made_by = EDITION if reply.media_type.startswith("text/html") else ""
        return entity_tag(
            reply.state or self.version,
            version + made_by,
            reply.media_type,
            is_packed=bool(ask.get("gzip")),
        )

    def _send(self, connection: socket.socket, reply: Reply, tag: str, ask: Ask) -> None:
        headers = {"content-type": reply.media_type} if reply.media_type and reply.status != 304 else {}
        headers.update(reply.headers)
        if tag:
            headers["etag"] = tag
        is_packed = bool(ask.get("gzip")) and reply.status == 200
        if is_packed:
            headers["content-encoding"] = "gzip"
        Sending(
            connection.sendall,
            lambda data: self._write(connection, data),
            reply.status,
            headers,
            is_packed=is_packed,
            is_head=bool(ask.get("head")),
            most_bytes=self._most_bytes,
        ).send(reply.body)

    def _send_problem(self, connection: socket.socket, error: BaseException) -> None:
        if self._has_begun:
            os._exit(0)  # breaks the answer off, which nobody can take for whole
        self._write(connection, packed_problem(error))


def _unchanged(reply: Reply) -> Reply:
    """The answer to somebody who has it already (RFC 9110, section 15.4.5).

    A browser takes over the headers that come with it (RFC 9111, section 3.2), so the policy of a page stays.
    """
    policy = {name: text for name, text in reply.headers.items() if name == "content-security-policy"}
    return Reply(reply.media_type, (), 304, policy)


def _note(error: Exception) -> None:
    """Tell the operator of a bug, in a line as those of the log."""
    trace = "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):
        print(json.dumps({"level": "error", "bug": trace}), file=sys.stderr, flush=True)


def packed_problem(error: BaseException) -> bytes:
    """Return an error as the frames of an answer."""
    if isinstance(error, HttpError):
        problem = error
    elif isinstance(error, OgdkgError):
        problem = problem_of(error)
    elif not isinstance(error, RecursionError | MemoryError):
        problem = HttpError(500, "This is a bug of the server.")
    else:
        problem = HttpError(400, "The request needs more memory than there is, or is too deep.")
    return packed_answer(problem.status, MEDIA_TYPE, problem.headers, problem.body())


def packed_answer(status: int, media_type: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a short answer as a frame."""
    told = {"content-type": media_type} if media_type else {}
    told.update(headers)
    if status != 204:
        told["content-length"] = str(len(body))
    return packed_whole(packed_head(status, told), body)


def entity_tag(state: str, version: str, media_type: str, *, is_packed: bool) -> str:
    """Return the tag of a representation (RFC 9110, section 8.8.3): what it shows, and how."""
    told = (state, version, media_type, is_packed)
    return f'"{hashlib.blake2b(repr(told).encode(), digest_size=12).hexdigest()}"'
