"""The source document that passages cite, for commands that read it."""

from __future__ import annotations

from ogdkg.cli.options import Session
from ogdkg.evidence.documents import SourceText, find_source
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph


def find_document(session: Session, graph: Graph, file: str | None) -> SourceText | None:
    """Return the source document, and tell the user if no source in the graph has its hash.

    Args:
        session: Where the message goes.
        graph: The graph whose sources are compared.
        file: The document; by default the one that the project names, if that file exists.

    Returns:
        The document, or None if none is given and the project's does not exist.
    """
    source = find_source(graph, file)
    if source and source.iri is None:
        session.say(
            f"No source in the graph has this hash (sha256 {source.digest}): {shown_path(source.path)}"
        )
    return source
