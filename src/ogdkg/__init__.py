"""A cited linked-data knowledge graph and the tool that maintains it."""

from __future__ import annotations

TYPE_CHECKING = False  # as in `typing`, which takes 4 ms
if TYPE_CHECKING:
    from typing import Any

    from ogdkg.api.graph import Graph, open_graph

__version__ = "0.1.0"
__all__ = ["Graph", "open_graph"]


def __getattr__(name: str) -> Any:
    """Import `open_graph` and `Graph` on first use, so that `import ogdkg` stays fast."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ogdkg.api import graph

    return getattr(graph, name)


def __dir__() -> list[str]:
    """Return the names, those of first use too, so that completion offers them."""
    return sorted({*globals(), *__all__} - {"Any", "TYPE_CHECKING", "annotations"})


def load_ipython_extension(shell: Any) -> None:
    """Give IPython the magics `%%sparql` and `%%ogdkg`: called by `%load_ext ogdkg`."""
    from ogdkg.api.magics import load

    load(shell)
