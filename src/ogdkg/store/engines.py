"""The local engines by name, for `--engine`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogdkg.errors import UnknownNameError

if TYPE_CHECKING:
    from ogdkg.store.base import WritableStore

ENGINES = ("oxigraph", "rdflib")


def new_store(engine: str, *, union: bool = True, late: bool = False) -> WritableStore:
    """Return an empty store of an engine, which is imported only now.

    Args:
        engine: Its name.
        union: Whether the default graph holds what all graphs hold.
        late: Whether it may hold that only from the first question that needs it, as few are asked.

    Raises:
        UnknownNameError: There is no such engine.
    """
    if engine == "oxigraph" and union and late:
        from ogdkg.store.late_union import LateUnionStore  # only where few questions are asked

        return LateUnionStore()
    if engine == "oxigraph":
        from ogdkg.store.embedded import EmbeddedStore

        return EmbeddedStore(union=union)
    if engine == "rdflib":
        from ogdkg.store.rdflib import RdflibStore

        return RdflibStore(union=union)
    raise UnknownNameError("engine", engine, ENGINES, see=f"Choose one of: {', '.join(ENGINES)}.")
