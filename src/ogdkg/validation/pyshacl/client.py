"""The client of the process that runs pyshacl: sends it data and shapes, and returns results as values.

pyshacl itself runs in a child process (`worker.py`), which starts when it is first asked something. Errors of
pyshacl become errors of ogdkg here and nowhere else.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from ogdkg.errors import InputError, LimitError, OgdkgError
from ogdkg.validation.core.depth import HIGHEST_MAX_DEPTH, MAX_DEPTH
from ogdkg.validation.core.memory import too_large
from ogdkg.validation.core.queries import ShapesQuery
from ogdkg.validation.core.results import Result, Term, results_in
from ogdkg.validation.core.shapes import ShapesError, node_text
from ogdkg.validation.pyshacl.process import TIMEOUT, expired, start

if TYPE_CHECKING:
    import subprocess
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
MEMORY_SIGNALS = (-9, -6)  # the system ends the process, or an engine ends itself, in want of memory
TIME_SIGNAL = -24  # the system ends what has used up its time (SIGXCPU)
MAX_STDERR_BYTES = 4_000  # bytes of the end of its stderr
SHAPES_HINT = "Fix the shapes; https://www.w3.org/TR/shacl/ defines what each parameter takes."


UNTOLD = "one of their parameters has a value that it cannot have"
# What a library says in terms of Python, not of shapes: its classes, errors, and labels of blank nodes.
_OF_PYTHON = ("AssertionError", "AttributeError", "IndexError", "KeyError", "TypeError", "StopIteration")
_PYTHON = re.compile(r"rdflib|Literal\(|URIRef\(|BNode\(|NoneType|\b[0-9a-f]{32}\b|\bN[0-9a-f]{32}\b| at 0x")


Data = Iterable[Triple] | bytes  # triples, or what they are as N-Triples


class QueryError(InputError):
    """A query of the shapes that cannot be run.

    Attributes:
        reason: What the judge says of it.
        query: Its text, with the prefixes and the path put in; or its number, where it was only read.
        offset: Where in the author's text, if that is known.
    """

    def __init__(self, reason: str, query: str, offset: int | None = None) -> None:
        super().__init__(f"These shapes cannot be used: {reason}.", hint=SHAPES_HINT)
        self.reason = reason
        self.query = query
        self.offset = offset


class PyShaclProcess:
    """A child process that runs pyshacl; use it as a context manager, for any number of jobs.

    It starts with the first job, unless there is a `child` already: many validations have none for it.
    """

    def __init__(self, timeout: float | None = TIMEOUT, child: subprocess.Popen[bytes] | None = None) -> None:
        self.timeout = timeout
        self.max_depth = MAX_DEPTH
        self._expired = False
        self._last_data = b""
        self._child = child
        self._queue: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def validate(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> tuple[Result, ...]:
        """Validate `data` against `shapes`; both share one scope of blank node labels."""
        return self.submit(data, shapes).result()

    def submit(self, data: Data, shapes: Iterable[Triple]) -> Future[tuple[Result, ...]]:
        """Like `validate`, without waiting; jobs run in the order of submission."""
        return self._submit(self._validate, _ntriples(data), _ntriples(shapes))

    def submit_advanced(self, data: Data, shapes: Iterable[Triple]) -> Future[tuple[Result, ...]]:
        """Like `submit`, with shapes that have functions or node expressions."""
        return self._submit(self._validate, _ntriples(data), _ntriples(shapes), "validate-advanced")

    def targets(self, data: Data, shapes: Iterable[Triple]) -> tuple[Triple, ...]:
        """A sh:targetNode for each node that a custom target (sh:target) of the shapes finds."""
        return _parse(self._submit(self._request, "targets", _ntriples(data), _ntriples(shapes)).result())

    def infer(self, how: str, data: Data, shapes: Iterable[Triple] = ()) -> tuple[Quad, ...]:
        """The triples that follow from the data, each in a graph called as the rule that infers it.

        Args:
            how: "rules" for those of the shapes, or a regime: "rdfs", "owlrl".
            data: The data.
            shapes: The shapes.
        """
        text = self._submit(self._request, how, _ntriples(data), _ntriples(shapes)).result()
        return tuple(parse(text, format=RdfFormat.N_QUADS, lenient=True))

    def shacl_shacl(self) -> Future[tuple[Triple, ...]]:
        """The shapes that every shapes graph must conform to, https://www.w3.org/TR/shacl/#shacl-shacl."""
        return self._submit(lambda: _parse(self._request("shacl-shacl", b"", b"")))

    def check_shapes(self, shapes: Iterable[Triple]) -> Future[bytes]:
        """Have pyshacl read every constraint, whether or not a node will be held against it.

        The future raises InputError for the first that it cannot use.
        """
        return self._submit(self._request, "shapes", b"", _ntriples(shapes))

    def check_queries(self, queries: Sequence[ShapesQuery], functions: Iterable[Term] = ()) -> Future[None]:
        """Have the parser of pyshacl read the queries too, whether or not a node will be held against them.

        They may call these functions.

        The future raises ShapesError for the first that it cannot read.
        """
        return self._submit(self._check_queries, queries, functions)

    def prepare(self) -> None:
        """Start the process, as there will be a job: it gets ready while its owner reads files."""
        self._child = self._child or start()

    def _submit(self, work: Callable[..., T], *given: Any) -> Future[T]:
        self.prepare()  # here: the process ends with the thread that starts it
        if self._queue is None:
            from concurrent.futures import ThreadPoolExecutor  # 10 ms that only pySHACL costs

            self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="validate")
        return self._queue.submit(work, *given)

    def terminate(self) -> None:
        """Kill the process once no more jobs will be submitted."""
        if self._child:
            self._child.kill()

    def _validate(self, data: bytes, shapes: bytes, do: str = "validate") -> tuple[Result, ...]:
        return tuple(read_report(self._request(do, data, shapes)))

    def _check_queries(self, queries: Sequence[ShapesQuery], functions: Iterable[Term]) -> None:
        import json  # 2 ms that only pySHACL costs

        read = [[query.prologue, query.readable] for query in queries]
        names = [each.value for each in functions if isinstance(each, NamedNode)]
        texts = json.dumps({"queries": read, "functions": names}).encode()
        try:
            self._request("queries", texts, b"")
        except QueryError as error:
            query = queries[int(error.query)]
            raise query.fault(f"cannot be used: {error.reason}", error.offset, SHAPES_HINT) from error

    def _request(self, do: str, data: bytes, shapes: bytes) -> bytes:
        import json  # as above

        child = self._child
        assert child and child.stdin and child.stdout
        alarm = threading.Timer(self.timeout, self._expire) if self.timeout else None
        if alarm:
            alarm.start()
        try:
            job = {"do": do, "seconds": self.timeout, "depth": self.max_depth}
            if is_known := data is self._last_data:
                data = b""  # it has them
            else:
                self._last_data = data
            job |= {"data": len(data), "shapes": len(shapes), "again": is_known}
            child.stdin.write(json.dumps(job).encode() + b"\n" + data + shapes)
            child.stdin.flush()
            return self._read_response(child.stdout.readline(), child.stdout.read)
        except BrokenPipeError:
            raise self._exit_error() from None
        finally:
            if alarm:
                alarm.cancel()

    def _read_response(self, line: bytes, read: Callable[[int], bytes]) -> bytes:
        import json  # as above

        if not line:
            raise self._exit_error()
        header: dict[str, Any] = json.loads(line)
        if "node" in header:
            (triple,) = _parse(f"<urn:x> <urn:x> {header['node']} .".encode())
            message = f"{node_text(triple.object)} cannot be used: {header['message']}."
            raise ShapesError(message, triple.object, SHAPES_HINT)
        if "error" in header:
            raise _translated_error(header)
        body = read(header["length"])
        if len(body) < header["length"]:
            raise self._exit_error()
        return body

    def _expire(self) -> None:
        self._expired = True
        self.terminate()

    def _exit_error(self) -> OgdkgError:
        assert self._child
        code = self._child.wait()
        if self._expired or code == TIME_SIGNAL:
            message, hint = expired(self.timeout)
            return LimitError(message, hint=hint)
        if code in MEMORY_SIGNALS:
            return too_large()
        return self._crashed(code)

    def _crashed(self, code: int) -> OgdkgError:
        """The error for a process that crashed; -vv shows the end of its stderr."""
        assert self._child and self._child.stderr
        last_words = self._child.stderr.read()[-MAX_STDERR_BYTES:].decode(errors="backslashreplace").strip()
        last = f": {last_words.splitlines()[-1]}" if last_words else ""
        error = OgdkgError(f"The process that runs pyshacl ended with code {code}{last}.")
        error.add_note(last_words)
        return error

    def _stop(self) -> None:
        if self._queue:
            self._queue.shutdown(wait=False, cancel_futures=True)
        self.terminate()
        if self._queue:
            self._queue.shutdown()
        if self._child:
            self._child.communicate()


def _ntriples(triples: Data) -> bytes:
    if isinstance(triples, bytes):
        return triples
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _parse(text: bytes) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=True))


def _translated_error(header: dict[str, Any]) -> OgdkgError:
    """The ogdkg error for one that pyshacl or a library below it raised, perhaps for a query."""
    kind, message, query = header["error"], header["message"].strip(), header.get("query")
    if kind == "MemoryError":
        return too_large()
    if kind == "RecursionError" and query is None:
        return InputError("The shapes or the data are nested too deeply to be validated.", hint=SHAPES_HINT)
    if kind == "RecursionError":
        message = "it is nested too deeply"
    reason = message.splitlines()[0].rstrip(".!") if message else UNTOLD
    if kind in _OF_PYTHON or _PYTHON.search(reason):
        reason = UNTOLD
    if query is not None:
        return QueryError(reason, query, header.get("offset"))
    return InputError(f"These shapes cannot be used: {reason}.", hint=SHAPES_HINT)


def read_report(text: bytes) -> list[Result]:
    """The results in a report written as N-Triples, in the order of their keys."""
    return results_in(_parse(text), deepest=4 * HIGHEST_MAX_DEPTH)
