"""Judges data against shapes exactly as pyshacl does, and gives the results back as values.

pyshacl itself runs in a child process (`worker.py`), which starts no later than a `PyShaclProcess` is made
and so gets ready while its owner still reads files. Errors of pyshacl become errors of ours here and nowhere
else.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from pyoxigraph import Literal, RdfFormat, Triple, parse, serialize

from ogdkg.errors import InputError, LimitError, OgdkgError
from ogdkg.validation.core.memory import too_large
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.pyshacl.process import TIMEOUT, start

MEMORY_SIGNALS = (-9, -6)  # the system ends the process, or an engine ends itself, in want of memory
TIME_SIGNAL = -24  # the system ends what has used up its time (SIGXCPU)
MOST_TOLD = 4_000  # bytes of what the process said last
SHAPES_HINT = "Fix the shapes; https://www.w3.org/TR/shacl/ defines what each parameter takes."


class QueryError(InputError):
    """A query of the shapes that cannot be run: its text, with the prefixes and the path put in."""

    def __init__(self, message: str, query: str) -> None:
        super().__init__(message, hint=SHAPES_HINT)
        self.query = query


class PyShaclProcess:
    """A child process that runs pyshacl; use it as a context, for many judgements if need be."""

    def __init__(self, timeout: float | None = TIMEOUT, child: subprocess.Popen[bytes] | None = None) -> None:
        self.timeout = timeout
        self._expired = False
        self._child = child or start()
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="judge")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def judge(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> tuple[Result, ...]:
        """The results of validating `data` against `shapes`; blank nodes of both share one set of names."""
        return self.submit(data, shapes).result()

    def submit(self, data: Iterable[Triple], shapes: Iterable[Triple]) -> Future[tuple[Result, ...]]:
        """The same, without waiting; what is asked first is judged first."""
        return self._line.submit(self._judge, _written(data), _written(shapes))

    def shacl_shacl(self) -> Future[tuple[Triple, ...]]:
        """The shapes that every shapes graph must conform to, https://www.w3.org/TR/shacl/#shacl-shacl."""
        return self._line.submit(lambda: _read(self._ask("shacl-shacl", b"", b"")))

    def terminate(self) -> None:
        """End the process while its owner is still at work, as nothing more will be asked."""
        self._child.kill()

    def _judge(self, data: bytes, shapes: bytes) -> tuple[Result, ...]:
        return tuple(read_report(self._ask("judge", data, shapes)))

    def _ask(self, do: str, data: bytes, shapes: bytes) -> bytes:
        assert self._child.stdin and self._child.stdout
        alarm = threading.Timer(self.timeout, self._expire) if self.timeout else None
        if alarm:
            alarm.start()
        try:
            job = {"do": do, "seconds": self.timeout, "data": len(data), "shapes": len(shapes)}
            self._child.stdin.write(json.dumps(job).encode() + b"\n" + data + shapes)
            self._child.stdin.flush()
            return self._answer(self._child.stdout.readline(), self._child.stdout.read)
        except BrokenPipeError:
            raise self._ended() from None
        finally:
            if alarm:
                alarm.cancel()

    def _answer(self, line: bytes, read: Callable[[int], bytes]) -> bytes:
        if not line:
            raise self._ended()
        header: dict[str, Any] = json.loads(line)
        if "error" in header:
            raise _error(header["error"], header["message"], header.get("query"))
        body = read(header["length"])
        if len(body) < header["length"]:
            raise self._ended()
        return body

    def _expire(self) -> None:
        self._expired = True
        self._child.kill()

    def _ended(self) -> OgdkgError:
        code = self._child.wait()
        if self._expired or code == TIME_SIGNAL:
            return LimitError(
                f"The validation took longer than {self.timeout:g} seconds and was stopped.",
                hint="Simplify patterns that may backtrack without end, or allow more time with --timeout.",
            )
        if code in MEMORY_SIGNALS:
            return too_large()
        return self._crashed(code)

    def _crashed(self, code: int) -> OgdkgError:
        """The error for a process that ended by itself; its last words are told with -vv."""
        assert self._child.stderr
        said = self._child.stderr.read()[-MOST_TOLD:].decode(errors="backslashreplace").strip()
        last = f": {said.splitlines()[-1]}" if said else ""
        error = OgdkgError(f"The process that runs pyshacl ended with code {code}{last}.")
        error.add_note(said)
        return error

    def _stop(self) -> None:
        self._line.shutdown(wait=False, cancel_futures=True)
        self._child.kill()
        self._line.shutdown()
        self._child.communicate()


def _written(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _read(text: bytes) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=True))


def _error(kind: str, message: str, query: str | None) -> OgdkgError:
    """The error of ours for one that pyshacl, or a library under it, has raised, perhaps over a query."""
    if kind == "MemoryError":
        return too_large()
    if kind == "RecursionError" and query is None:
        return InputError("The shapes or the data are nested too deeply to be validated.", hint=SHAPES_HINT)
    if kind == "RecursionError":
        message = "it is nested too deeply"
    if message.startswith("Validation path too deep"):
        message = "they are nested more than the 15 levels that pyshacl follows"
    first = message.strip().splitlines()[0] if message.strip() else kind
    sentence = first if first.endswith(".") else f"{first}."
    sentence = f"These shapes cannot be used: {sentence}"
    return InputError(sentence, hint=SHAPES_HINT) if query is None else QueryError(sentence, query)


def read_report(text: bytes) -> list[Result]:
    """The results in a report written as N-Triples, in the order of their keys."""
    about: dict[Term, dict[Term, list[Term]]] = {}
    for triple in _read(text):
        about.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    reports = {node for node, said in about.items() if SH.ValidationReport in said.get(RDF.type, ())}
    tops = [top for node in reports for top in about[node].get(SH.result, ())]
    return sorted((_result(top, about) for top in tops), key=Result.key)


def _result(node: Any, about: dict[Term, dict[Term, list[Term]]]) -> Result:
    said = about[node]

    def one(predicate: Term) -> Any:
        return next(iter(said.get(predicate, ())), None)

    return Result(
        focus=one(SH.focusNode),
        component=one(SH.sourceConstraintComponent),
        severity=one(SH.resultSeverity),
        shape=one(SH.sourceShape),
        path=one(SH.resultPath),
        value=one(SH.value),
        constraint=one(SH.sourceConstraint),
        messages=tuple(
            sorted((m for m in said.get(SH.resultMessage, ()) if isinstance(m, Literal)), key=str)
        ),
        details=tuple(sorted((_result(each, about) for each in said.get(SH.detail, ())), key=Result.key)),
    )
