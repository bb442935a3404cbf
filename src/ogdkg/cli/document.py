"""The document that passages cite, where it is at hand."""

from __future__ import annotations

from pathlib import Path

from ogdkg.cli.options import Session
from ogdkg.errors import UsageError
from ogdkg.evidence.passages import SourceText, read_source
from ogdkg.files.names import shown
from ogdkg.graph.graph import Graph


def find_document(session: Session, graph: Graph, given: str | None) -> SourceText | None:
    """The document given, else the project's where it is there; other bytes than were read are told."""
    named = graph.project.source
    path = Path(given) if given else graph.project.file(named) if named else None
    if path is None or not (given or path.is_file()):
        return None
    source = read_source(graph, path)
    if source.iri is None:
        session.say(f"The graph knows no source with these bytes (sha256 {source.digest}): {shown(path)}")
    return source


def require_document(session: Session, graph: Graph, given: str | None) -> SourceText:
    """The document at hand, for a command that can do nothing without it."""
    source = find_document(session, graph, given)
    if source is None:
        raise UsageError("The document is not at hand.", hint="Give it with --source FILE.")
    return source
