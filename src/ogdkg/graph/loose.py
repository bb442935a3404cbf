"""Graphs of files that belong to no project: a query asked of them, and what a project would know of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from ogdkg.errors import UnknownPrefixError
from ogdkg.project.loose import loose_project
from ogdkg.project.overrides import Overrides
from ogdkg.project.project import Project, Source
from ogdkg.rdf.formats import FOR_RDF, by_extension
from ogdkg.rdf.namespaces import WELL_KNOWN
from ogdkg.rdf.terms import Row
from ogdkg.store.base import Result, expect_rows, in_written_order, load_all
from ogdkg.store.engines import new_store
from ogdkg.store.limit import run_with_timeout


class LooseFiles:
    """Files in a store, to be asked.

    Args:
        sources: The files, each with blank nodes of its own.
        engine: The engine.
        seconds: The time limit of a query; None is none.
        union: Whether the default graph holds the triples of all graphs, as in a project; else only those
            that stand in no named graph.

    Attributes:
        engine: The name of the engine.

    Raises:
        InputError: A file does not parse.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        engine: str = "oxigraph",
        seconds: float | None = None,
        union: bool = True,
    ) -> None:
        self._sources, self._seconds, self.engine = sources, seconds, engine
        self._store = new_store(engine, union=union)
        load_all(self._store, sources, {})

    def ask(self, text: str, *, name: str = "query") -> Result:
        """Run a query of any form.

        Args:
            text: The query.
            name: What error messages call the query.

        Raises:
            InputError: The query does not parse.
            LimitError: The query exceeds the time limit.
        """
        try:
            result = run_with_timeout(partial(self._store.query, text, name=name), self._seconds)
        except UnknownPrefixError as error:
            say_namespace(error, self._sources)
            raise
        return in_written_order(result, text)

    def select(self, text: str) -> Iterator[Row]:
        """Return the rows of a SELECT that the program wrote."""
        return expect_rows(self.ask(text)).rows


def say_namespace(error: UnknownPrefixError, sources: Sequence[Source]) -> None:
    """Put into the hint how to declare the prefix of an error, if one of the files declares it."""
    if namespace := prefixes_of(sources).get(error.prefix):
        error.hint = f"Begin the query with: PREFIX {error.prefix}: <{namespace}>"


def project_of(sources: tuple[Source, ...]) -> Project:
    """Return files as a project with the prefixes that they declare."""
    return loose_project(sources, shown_prefixes(sources))


def shown_prefixes(sources: Sequence[Source]) -> dict[str, str]:
    """Return the prefixes to shorten IRIs by: those of the files, and of RDF itself."""
    return {name: WELL_KNOWN[name] for name in ("rdf", "rdfs", "xsd", "owl")} | prefixes_of(sources)


def prefixes_of(sources: Sequence[Source]) -> dict[str, str]:
    """Return the namespaces by prefix that files declare before their first triple; the first file wins.

    Reads no further, and passes over what does not parse: whoever loads it tells.
    """
    from ogdkg.store.codec import declared_prefixes  # pyoxigraph, which a store imports as well

    found: dict[str, str] = {}
    for source in islice(sources, _MOST_ASKED):
        found = {
            **declared_prefixes(
                source.path, source.overrides or Overrides(by_extension(source.path, FOR_RDF))
            ),
            **found,
        }
    return found


_MOST_ASKED = 100  # files: of more, the first ones have the prefixes
