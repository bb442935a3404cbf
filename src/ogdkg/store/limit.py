"""Queries and rules whose engine runs in a child: see `sandbox.child`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from ogdkg.rdf.terms import Blank, Iri, Literal, Term, Triple
from ogdkg.sandbox.child import Child, Send, Task, can_fork
from ogdkg.store.base import Result, Rows, Rule, Triples

T = TypeVar("T")
_BATCH = 256


def run_with_timeout(
    produce: Callable[[], Result], seconds: float | None, *, network: bool = False
) -> Result:
    """The result of `produce`, which runs in a child, without a network unless that is said.

    LimitError once the child has worked for `seconds` (None: no limit), the time that the rows' reader takes
    not counted; or where it wants more memory than there is. StoreError where the engine crashes.
    """
    if not can_fork():
        return produce()
    longer = f"The query took longer than {seconds:g} seconds." if seconds else ""
    child = Child(lambda send: _answer(produce(), send), Task(seconds, longer, network))
    kind, detail = next(child)
    if kind == "truth":
        child.close()
        return bool(detail)
    if kind == "triples":
        return Triples(Triple(*row) for row in _rows(child))  # type: ignore[arg-type]  # as they were sent
    return Rows(tuple(detail), _rows(child))


def worked_out(work: Callable[[], Any], seconds: float | None, *, network: bool = False) -> Any:
    """What some work comes to, in plain values (such as marshal takes), done in a child as queries are.

    LimitError where it takes longer than `seconds` or more memory than there is, StoreError where it crashes.
    """
    if not can_fork():
        return work()
    longer = f"The query took longer than {seconds:g} seconds." if seconds else ""
    with contextlib.closing(
        Child(lambda send: send("done", work()), Task(seconds, longer, network))
    ) as child:
        return next(child)[1]


def drawn(
    rules: Sequence[Rule], draw: Callable[[str, str], T], seconds: float | None, of: float | None
) -> Iterator[T]:
    """What `draw` makes of each rule (name, text), in plain values, one after another in one child.

    LimitError once they have worked for `seconds`, which is what is left of the time that all rules have.
    """
    if not can_fork():
        yield from (draw(*rule) for rule in rules)
        return

    def work(send: Send) -> None:
        for name, text in rules:
            send("at", name)
            send("drawn", draw(name, text))

    longer = f"The rules took longer than {of:g} seconds; this one was running." if of else ""
    with contextlib.closing(Child(work, Task(seconds, longer))) as child:
        for _, detail in child:
            yield detail


def _rows(child: Child) -> Iterator[tuple[Term | None, ...]]:
    with contextlib.closing(child):
        for _, batch in child:
            for row in batch:
                yield tuple([received(part) for part in row])


def sent(term: Term | None) -> str | tuple[str, ...] | None:
    """A term in plain values, which marshal passes three times as fast as pickle does our classes."""
    if isinstance(term, Iri):
        return term.value
    if isinstance(term, Literal):
        return term.value, term.datatype, term.language
    return None if term is None else (term.label,)


def received(part: Any) -> Term | None:
    """The term that was sent."""
    if part is None:
        return None
    if type(part) is str:
        return Iri(part)
    return Literal(*part) if len(part) == 3 else Blank(part[0])


def _answer(result: Result, send: Send) -> None:
    if isinstance(result, bool):
        send("truth", result)
    elif isinstance(result, Triples):
        send("triples", None)
        _stream(result.triples, send)
    else:
        send("rows", result.variables)
        _stream(result.rows, send)


def _stream(rows: Iterator[Any], send: Send) -> None:
    while batch := [[sent(term) for term in row] for row in islice(rows, _BATCH)]:
        send("batch", batch)
