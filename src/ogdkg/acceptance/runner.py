"""Runs all questions of a project, as many at once as there are processors.

Each process is forked from this one and goes through its share of the questions; the time limit holds for
each question, and ends the process inside the engine too.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import astuple
from pathlib import Path

from ogdkg.acceptance.questions import (
    LARGEST_FILE,
    MAX_QUESTIONS,
    Outcome,
    question_files,
    question_of,
    run_file,
)
from ogdkg.acceptance.remembered import Answered
from ogdkg.errors import LimitError, Place
from ogdkg.graph.graph import Graph
from ogdkg.sandbox.child import Child, Send, Task, can_fork
from ogdkg.sandbox.limits import processors

_MOST = 8  # processes: each may load layers of its own
_FEWEST = 8  # questions that are worth a process


def run_questions(graph: Graph, answered: Answered | None = None) -> Iterator[Outcome]:
    """Run each question of the project, and yield how it went, in the order of the files.

    Args:
        graph: The graph.
        answered: What is remembered of the questions, which then need not be asked again; it learns of more.

    Raises:
        LimitError: The questions are too large together.
        StoreError: The store failed.
    """
    paths = question_files(graph)
    _check_size(graph, paths)
    known = {
        path: question for path in paths if answered and (question := answered.question(path)) is not None
    }
    asked = _asked(graph, [path for path in paths if path not in known])
    for path in paths:
        if path in known:
            yield Outcome(graph.project.shown_path(path), known[path])
            continue
        outcome = next(asked)
        if answered and outcome.passed:
            answered.learn(path, outcome.question)
        yield outcome
    if answered:
        answered.keep()


def _asked(graph: Graph, paths: Sequence[Path]) -> Iterator[Outcome]:
    """Ask questions, and yield how it went, in their order."""
    if not paths:
        return
    _ = graph.store  # a file that does not parse is one error, not one for each question
    if not can_fork():
        yield from (run_file(graph, path) for path in paths)
        return
    number = max(1, min(processors(), _MOST, len(paths) // _FEWEST))
    with ExitStack() as stack:
        shares = [stack.enter_context(closing(_outcomes(graph, paths[i::number]))) for i in range(number)]
        for index in range(len(paths)):
            yield next(shares[index % number])


def _check_size(graph: Graph, paths: Sequence[Path]) -> None:
    size = 0
    for path in paths:
        with suppress(OSError):  # a file that cannot be read is a failure of its question
            length = path.stat().st_size
            size += length if length <= LARGEST_FILE else 0
        if size > MAX_QUESTIONS:
            message = f"The questions are too large: together they may have {MAX_QUESTIONS >> 10} KiB."
            raise LimitError(message, place=Place(graph.project.shown_path(path)))


def _outcomes(graph: Graph, paths: Sequence[Path]) -> Generator[Outcome]:
    """Run questions one after another in a process, and in a new one after each that is ended."""

    def work(send: Send) -> None:
        for path in left:
            send("outcome", astuple(run_file(graph, path)))

    seconds = graph.options.timeout
    longer = f"The question took longer than {seconds:g} seconds." if seconds else ""
    left = list(paths)
    while left:
        with closing(Child(work, Task(seconds, longer, bool(graph.options.endpoint), each=True))) as child:
            try:
                for _, (file, question, problems, unchecked) in child:
                    del left[0]
                    yield Outcome(file, question, tuple(problems), tuple(unchecked))
            except LimitError as error:
                path = left.pop(0)
                problem = " ".join(str(error).split("\n"))
                yield Outcome(graph.project.shown_path(path), question_of(graph, path), (problem,))
