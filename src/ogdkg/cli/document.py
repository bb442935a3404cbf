"""The source document that passages cite, for commands that read it."""

from __future__ import annotations

from pathlib import Path

from ogdkg.cli.options import Session
from ogdkg.errors import UsageError
from ogdkg.evidence.passages import SourceText, read_source
from ogdkg.files.names import shown
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
    default = graph.project.source
    path = Path(file) if file else graph.project.file(default) if default else None
    if path is None or not (file or path.is_file()):
        return None
    source = read_source(graph, path)
    if source.iri is None:
        session.say(f"No source in the graph has this hash (sha256 {source.digest}): {shown(path)}")
    return source


def require_document(session: Session, graph: Graph, file: str | None) -> SourceText:
    """Return what `find_document` does.

    Raises:
        UsageError: There is no document.
    """
    source = find_document(session, graph, file)
    if source is None:
        raise UsageError("No source document found.", hint="Give it with --source FILE.")
    return source
