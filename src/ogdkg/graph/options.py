"""How a graph is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ogdkg.lean import NamedTuple
from ogdkg.sandbox.limits import SECONDS

if TYPE_CHECKING:
    from ogdkg.project.endpoint import Endpoint
    from ogdkg.store.folders import Progress


class GraphOptions(NamedTuple):
    """How a graph is opened.

    Attributes:
        layers: Names of the layers to load; none means all.
        engine: The name of the engine.
        timeout: Time limit in seconds for each query, and for the project's rules together; None is no limit.
        cache: Keep a large graph in a read-only store on disk.
        on_progress: Called with a description, the amount done and the total, while such a store is built.
        endpoint: The SPARQL endpoint that answers instead of a local engine.
        reuse_store: Add further layers to the store of the default layers, instead of filling a second store.
        selective: Load no more than the queries look at, where all statements are kept; for few questions.
        later: Has a store on disk of some layers made where the files answer sooner; none: one is being made.
    """

    layers: tuple[str, ...] = ()
    engine: str = "oxigraph"
    timeout: float | None = SECONDS
    cache: bool = False
    on_progress: Progress = lambda what, done, whole: None
    endpoint: Endpoint | None = None
    reuse_store: bool = False
    selective: bool = False
    later: Callable[[tuple[str, ...]], None] | None = None
