"""Runs queries and rules with a time limit, in a child process: see `sandbox.child`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Self, TypeVar

from ogdkg.errors import PanicError
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, Triple, TripleTerm
from ogdkg.sandbox.child import Child, Send, Task, can_fork, has_sections, is_limited, section
from ogdkg.sparql.spelling import by_kind
from ogdkg.store.base import Result, Rows, Rule, Stage, Triples
from ogdkg.store.spelled import read_rows, read_triples

T = TypeVar("T")
_BATCH = 256


class _Answering:
    """What a child sends; where its engine cannot sort the rows, what another sends that sorts by kind."""

    def __init__(self, child: Child, again: Callable[[], Child]) -> None:
        self._child, self._again = child, again
        self._told, self._is_again = 0, False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[str, Any]:
        try:
            message = next(self._child)
        except PanicError as error:
            if not error.is_of_order or self._is_again or self._told > 1:  # the first says what rows are of
                raise
            self._child, self._is_again = self._again(), True
            for _ in range(self._told):
                next(self._child)
            message = next(self._child)
        self._told += 1
        return message

    def close(self) -> None:
        """Kill the child, if it is still there."""
        self._child.close()


def run_with_timeout(
    produce: Callable[[], Result], seconds: float | None, *, network: bool = False
) -> Result:
    """Run a query in a child process, and stream its result.

    Args:
        produce: Runs the query; it is called in the child.
        seconds: The time limit; None is no limit. The time that the reader of the rows takes does not count.
        network: Whether the child may use the network.

    Raises:
        LimitError: The child exceeds the time limit, or the memory of the machine.
        StoreError: The engine crashes.
    """
    return start_with_timeout(produce, seconds, network=network)()


def start_with_timeout(
    produce: Callable[[], Result], seconds: float | None, *, network: bool = False
) -> Callable[[], Result]:
    """Start a query as `run_with_timeout` does, and return what waits for its result."""
    if not can_fork() or is_limited(seconds, network=network):
        return produce
    late = f"The query took longer than {seconds:g} seconds." if seconds else ""
    if has_sections() and not network:
        return lambda: _in_section(produce, seconds, late)

    def work(send: Send, is_careful: bool = False) -> None:
        with by_kind(is_careful):
            _answer(produce(), send)

    task = Task(seconds, late, network)
    child = Child(work, task)
    return lambda: _begun(_Answering(child, lambda: Child(partial(work, is_careful=True), task)))


def _in_section(produce: Callable[[], Result], seconds: float | None, late: str) -> Result:
    with section(seconds, late):
        result = produce()
        if isinstance(result, bool):
            return result
        if result.spell:
            parts: list[bytes] = []
            result.spell(parts.append)
            return _read(result.variables if isinstance(result, Rows) else None, iter(parts))
        if isinstance(result, Rows):
            return Rows(result.variables, iter(list(result.rows)))
        return Triples(iter(list(result.triples)))


def _begun(child: _Answering) -> Result:
    """Wait for the first that a query sends, and return its result."""
    kind, detail = next(child)
    if kind == "truth":
        child.close()
        return bool(detail)
    if kind == "triples":
        return Triples(Triple(*row) for row in _rows(child))  # type: ignore[arg-type]  # as they were sent
    if kind == "spelled":
        return _read(detail, _details(child))
    return Rows(tuple(detail), _rows(child))


def _read(variables: Sequence[str] | None, parts: Iterator[bytes]) -> Result:
    """The result that an engine has spelled: triples where it has no variables."""
    if variables is None:
        return Triples(read_triples(parts))
    return Rows(tuple(variables), read_rows(parts, len(variables)))


def run_plain_with_timeout(work: Callable[[], Any], seconds: float | None, *, network: bool = False) -> Any:
    """Run work in a child process, as queries are, and return its result.

    Args:
        work: Returns plain values, such as marshal takes.
        seconds: The time limit; None is none.
        network: Whether the work needs the network.

    Raises:
        LimitError: It takes longer than `seconds`, or more memory than there is.
        StoreError: It crashes.
    """
    if not can_fork() or is_limited(seconds, network=network):
        return work()
    longer = f"The query took longer than {seconds:g} seconds." if seconds else ""
    with contextlib.closing(
        Child(lambda send: send("done", work()), Task(seconds, longer, network))
    ) as child:
        return next(child)[1]


def derived_by_rules(
    work: Callable[[Send], None], seconds: float | None, total: float | None, idle: float | None = None
) -> Iterator[Any]:
    """Run rules in one child process, and yield what they send as `derived`.

    Args:
        work: Runs the rules; it is called in the child, sends the name of each rule as `at` before it runs,
            and what is derived as plain values.
        seconds: The time left for these rules.
        total: The time limit for all rules of the project, for the error message.
        idle: The seconds without any work after which the child is taken to hang.

    Raises:
        LimitError: The rules exceed the time limit.
        HungError: The child hangs.
    """
    found: list[Any] = []
    if not can_fork() or is_limited(seconds):
        work(lambda kind, detail: found.append(detail) if kind == "derived" else None)
        yield from found
        return
    late = f"The rules took longer than {total:g} seconds; this one was running." if total else ""
    if has_sections():
        with section(seconds, late) as send:
            work(lambda kind, detail: found.append(detail) if kind == "derived" else send(kind, detail))
        yield from found
        return
    with contextlib.closing(Child(work, Task(seconds, late, idle=idle))) as child:
        for _, detail in child:
            yield detail


def derived(
    stage: Stage,
    run: Callable[[Sequence[Rule]], list[T]],
    put: Callable[[list[T]], list[T]],
    take: Callable[[Iterable[T]], None],
) -> list[T]:
    """Return what the rules of a stage derive; the store is as before afterwards, on whichever engine.

    Args:
        stage: The rules.
        run: Runs the rules of a link, none of which sees what another derives.
        put: Adds triples, and returns those that were not there.
        take: Removes triples.
    """
    found: list[T] = []
    for chain in stage:
        seen: list[T] = []
        for number, link in enumerate(chain, 1):
            new = run(link)
            found += new
            if number < len(chain):
                seen += put(new)
        take(seen)
    return found


def _rows(child: _Answering) -> Iterator[tuple[Term | None, ...]]:
    for batch in _details(child):
        for row in batch:
            yield tuple([from_plain(part) for part in row])


def _details(child: _Answering) -> Iterator[Any]:
    with contextlib.closing(child):
        for _, detail in child:
            yield detail


def to_plain(term: Term | None) -> Any:
    """Return a term as plain values, which marshal transfers three times as fast as pickle our classes."""
    if isinstance(term, Iri):
        return term.value
    if isinstance(term, Literal):
        return term.value, term.datatype, term.language, term.direction
    if isinstance(term, TripleTerm):
        return to_plain(term.subject), to_plain(term.predicate), to_plain(term.object)
    return None if term is None else (term.label,)


def from_plain(part: Any) -> Term | None:
    """Return the term for values made by `to_plain`."""
    if part is None:
        return None
    if type(part) is str:
        return Iri(part)
    if len(part) == 3:
        return TripleTerm(*map(from_plain, part))  # type: ignore[arg-type]  # each in its place
    return Literal(*part) if len(part) == 4 else Blank(part[0])


def _answer(result: Result, send: Send) -> None:
    if isinstance(result, bool):
        send("truth", result)
    elif result.spell:
        send("spelled", result.variables if isinstance(result, Rows) else None)
        result.spell(partial(send, "part"))
    elif isinstance(result, Triples):
        send("triples", None)
        _stream(result.triples, send)
    else:
        send("rows", result.variables)
        _stream(result.rows, send)


def _stream(rows: Iterator[Any], send: Send) -> None:
    while batch := [[to_plain(term) for term in row] for row in islice(rows, _BATCH)]:
        send("batch", batch)
