"""The engines that hold a graph in this process, by name."""

from __future__ import annotations

from ogdkg.errors import UnknownNameError
from ogdkg.store.base import Store

ENGINES = ("oxigraph", "rdflib")


def new_store(engine: str) -> Store:
    """An empty store of an engine; each is imported only when it is chosen."""
    if engine == "oxigraph":
        from ogdkg.store.embedded import EmbeddedStore

        return EmbeddedStore()
    if engine == "rdflib":
        from ogdkg.store.rdflib import RdflibStore

        return RdflibStore()
    raise UnknownNameError("engine", engine, ENGINES, see=f"Choose one of: {', '.join(ENGINES)}.")
