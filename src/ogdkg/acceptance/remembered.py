"""Remembers which questions were answered as expected, so that these are asked again only where one may fail.

A question that fails is asked again each time, until it is mended.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ogdkg.acceptance.questions import question_files, read_question
from ogdkg.errors import OgdkgError
from ogdkg.files.text import read_text
from ogdkg.graph.graph import Graph
from ogdkg.graph.kept_graph import add_files
from ogdkg.project.cache_files import Digests, Mark, keep, recall

KIND = "answered"
_Known = dict[str, tuple[str, dict[str, bytes]]]  # the question of each file, and what it hangs on


class _State(NamedTuple):
    """The name under which the questions of a graph are kept, and the digest of each question and query."""

    name: str | None
    digests: Mapping[str, bytes]


class Answered:
    """What is remembered of the questions of a graph: those that were answered as expected.

    An answer hangs on the graph, the rules, the settings and the options; and on the question itself, its
    query, and those that list what names may mean: of the latter, each may change without the others.

    Args:
        graph: The graph, which need not be loaded.

    Attributes:
        told: How many questions were known.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._before = self._state()
        data = recall(KIND, self._before.name) if self._before.name else None
        self._known: _Known = marshal.loads(data) if data else {}
        self._learned: list[Path] = []
        self.told = 0

    def question(self, path: Path) -> str | None:
        """Return what a question file asks, in words, if it is known to be answered as expected."""
        question, hangs_on = self._known.get(str(path), ("", {}))
        if not hangs_on or not hangs_on.items() <= self._before.digests.items():
            return None
        self.told += 1
        return question

    def learn(self, path: Path, question: str) -> None:
        """Take a question for answered as expected."""
        self._learned.append(path)
        self._known[str(path)] = question, {}

    def keep(self) -> None:
        """Keep what was learned, unless a file has changed meanwhile."""
        now = self._state() if self._learned and self._before.name else None
        if now is None or now.name is None or now.name != self._before.name:
            return
        for path in self._learned:
            question, _ = self._known.pop(str(path))
            files = dict.fromkeys(map(str, self._files_of(path)))
            digests = {file: now.digests[file] for file in files if file in now.digests}
            if len(digests) == len(files) > 1 and digests.items() <= self._before.digests.items():
                self._known[str(path)] = question, digests
        keep(KIND, now.name, marshal.dumps(self._known))

    def _state(self) -> _State:
        graph, project = self._graph, self._graph.project
        if graph.options.endpoint or project.loose:  # which may change unseen, or has no questions
            return _State(None, {})
        digests = Digests(project.root, KIND)
        mark = Mark(digests)
        try:
            options = graph.options.engine, graph.options.timeout, graph.options.layers
            mark.add(repr((str(project.root), project.trusted, project.languages, options)))
            add_files(mark, project, project.sources())
            queries = project.files(["queries/**/*.rq"])
            mark.add("\0".join(map(str, queries)))
            found = dict(_digests(digests, [*question_files(graph), *queries]))
        except (OSError, OgdkgError):  # reading the files tells why
            return _State(None, {})
        digests.keep()
        return _State(mark.name(), found)

    def _files_of(self, path: Path) -> Iterator[Path]:
        """Yield a question file, and the files of the queries that it runs."""
        yield path
        catalogue, file = self._graph.catalogue, self._graph.project.shown_path(path)
        question = read_question(read_text(path, file), file)
        personal = self._graph.project.personal if question.without_personal else None
        seen, left = set[str](), [name for name in (question.query, personal) if name]
        while left:
            query = catalogue.get(left.pop())
            if query.name not in seen:
                seen.add(query.name)
                yield catalogue.paths[query.name]
                left += [listing for each in query.parameters if (listing := each.values)]


def _digests(digests: Digests, paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield the digests of files, but for those whose queries may answer otherwise the next time."""
    for path in paths:
        digest, may_change = digests.of(path, path.stat(), has_queries=path.suffix == ".rq")
        if not may_change:
            yield str(path), digest
