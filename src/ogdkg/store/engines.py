"""The local engines by name, for `--engine`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogdkg.errors import UnknownNameError

if TYPE_CHECKING:
    from ogdkg.store.base import WritableStore

ENGINES = ("oxigraph", "rdflib")


def new_store(engine: str, *, union: bool = True) -> WritableStore:
    """Return an empty store of an engine, which is imported only now.

    Args:
        engine: Its name.
        union: Whether the default graph holds what all graphs hold.

    Raises:
        UnknownNameError: There is no such engine.
    """
    if engine == "oxigraph":
        from ogdkg.store.embedded import EmbeddedStore

        return EmbeddedStore(union=union)
    if engine == "rdflib":
        from ogdkg.store.rdflib import RdflibStore

        return RdflibStore(union=union)
    raise UnknownNameError("engine", engine, ENGINES, see=f"Choose one of: {', '.join(ENGINES)}.")
