"""The documents that passages are taken from: found by their hashes, read, and held against the passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ogdkg.answer_cache.dependencies import note
from ogdkg.errors import InputError, Place, UsageError
from ogdkg.evidence.passages import Passage, Passages, first_fault, in_terms, read_passages, sha256
from ogdkg.files.names import shown_path
from ogdkg.files.text import MOST_DATA, decoded, read_bytes
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri, to_ntriples

_SOURCES = "SELECT ?source ?textHash { ?source %(hash)s ?textHash }"
# Where a document can be had, the page that leads to it first.
_ADDRESSES = """
SELECT DISTINCT ?order ?address {{
  VALUES (?order ?property) {{
    (1 <http://www.w3.org/ns/dcat#landingPage>) (2 <http://xmlns.com/foaf/0.1/homepage>)
    (3 <https://schema.org/url>) (4 <http://xmlns.com/foaf/0.1/page>)
    (5 <http://www.w3.org/ns/dcat#downloadURL>) (6 <http://purl.org/dc/terms/source>)
    (7 <http://www.w3.org/2000/01/rdf-schema#seeAlso>)
  }}
  {source} ?property ?address FILTER isIRI(?address)
}}
ORDER BY ?order ?address
"""
_BOM = b"\xef\xbb\xbf"
_MOST_FILES = 10_000  # in a folder of documents


class SourceText(NamedTuple):
    """The text of a document.

    Attributes:
        path: Its file.
        text: Its text.
        digest: The SHA-256 of its bytes.
        iri: The IRI of the graph's source with this hash, if there is one.
    """

    path: Path
    text: str
    digest: str
    iri: str | None


class Report(NamedTuple):
    """How many passages were checked and how many agree with their source; the others by IRI and fault.

    Attributes:
        unchecked: How many passages each source has whose document was not given.
    """

    checked: int
    agreeing: int
    faults: tuple[tuple[str, str], ...]
    unchecked: tuple[tuple[str, int], ...] = ()


def read_text_of(path: Path, most: int = MOST_DATA) -> tuple[str, str]:
    """Read a document; return its text, in which positions count, and the SHA-256 of its bytes.

    Args:
        path: The file.
        most: The largest size in bytes.

    Raises:
        InputError: It cannot be read, or is no text in UTF-8.
        LimitError: It is too large.
    """
    file = shown_path(path)
    data = read_bytes(path, file, most=most, pipes=True)
    if b"\0" in data:
        hint = "Passages are stretches of plain text: save it as text first."
        raise InputError("The document is not text: it holds a zero byte.", place=Place(file), hint=hint)
    text = decoded(data, file)
    return ("\ufeff" + text if data.startswith(_BOM) else text), sha256(data)


def read_source(graph: Graph, path: Path) -> SourceText:
    """Read a document, and find which source of the graph it is.

    Raises:
        InputError: It cannot be read, or is no text in UTF-8.
        LimitError: It is too large.
    """
    text, digest = read_text_of(path)
    known = (iri for iri, text_hash in hashes_of_sources(graph) if text_hash == digest)
    return SourceText(path, text, digest, next(known, None))


def read_known_source(graph: Graph, path: Path) -> SourceText:
    """Read a document that is a source of the graph.

    Raises:
        InputError: It cannot be read, or the graph knows no source with its hash.
        LimitError: It is too large.
    """
    source = read_source(graph, path)
    if source.iri is None:
        hint = (
            f"Its sha256 is {source.digest}. Give the very file that the passages were taken from; if the "
            f"document has changed, find its passages again with `ogdkg reanchor OLD {shown_path(path)}`; "
            "if it is new, give its source this hash in the data."
        )
        if next(iter(hashes_of_sources(graph)), None) is None:
            hint = "The graph names no source by its hash, so there is nothing to compare a text with."
        raise InputError(
            "The graph knows no source with these bytes.", place=Place(shown_path(path)), hint=hint
        )
    return source


def find_source(graph: Graph, file: str | Path | None) -> SourceText | None:
    """Return the document given, or by default the one that the project names, if that file exists.

    Raises:
        InputError: It cannot be read, or is no text in UTF-8.
    """
    path = _path_of_source(graph, file)
    return read_source(graph, path) if path else None


def require_source(graph: Graph, file: str | Path | None) -> SourceText:
    """Return the source document: the one given, or the one that the project names.

    Raises:
        InputError: It cannot be read, or is no source that the graph knows.
        UsageError: There is no document.
    """
    path = _path_of_source(graph, file)
    if path is None:
        sources = sorted(source for source in Passages(graph).sources if source)
        hints = ["Give it with --source FILE.", *where_to_get(graph, sources)]
        raise UsageError("No source document found.", hint="\n".join(hints))
    return read_known_source(graph, path)


def _path_of_source(graph: Graph, file: str | Path | None) -> Path | None:
    """Return the file given, else that of the project, if it is there."""
    if file:
        return Path(file)
    default = graph.project.source
    path = graph.project.file(default) if default else None
    if path:
        note(path)
    return path if path and path.is_file() else None


def hashes_of_sources(graph: Graph) -> list[tuple[str, str]]:
    """Return the sources of the graph that have a hash, each with it."""
    rows = graph.select(in_terms(_SOURCES, graph.project.house.passages), name="sources")
    return [(str(iri), str(text_hash)) for iri, text_hash in rows if isinstance(iri, Iri)]


def read_known_sources(graph: Graph, paths: Iterable[Path]) -> tuple[list[SourceText], list[Path]]:
    """Read documents, and those of folders that the graph knows.

    Returns:
        The documents, and the files of folders that are none.

    Raises:
        InputError: A file cannot be read or is no source of the graph, or a folder holds none.
    """
    found: dict[str, SourceText] = {}
    others: list[Path] = []
    for path in paths:
        if not path.is_dir():
            source = read_known_source(graph, path)
            found.setdefault(source.iri or "", source)
            continue
        inside = {file: _known_or_none(graph, file) for file in _files_in(path)}
        if not any(inside.values()):
            hint = "If a document has changed, find its passages again with `ogdkg reanchor OLD NEW`."
            message = "No file in this folder is a source that the graph knows."
            raise InputError(message, place=Place(shown_path(path)), hint=hint)
        for file, known in inside.items():
            if known is None:
                others.append(file)
            else:
                found.setdefault(known.iri or "", known)
    return list(found.values()), others


def _files_in(folder: Path) -> list[Path]:
    files = (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("."))
    return [path for path, _ in zip(files, range(_MOST_FILES), strict=False)]


def _known_or_none(graph: Graph, path: Path) -> SourceText | None:
    try:
        source = read_source(graph, path)
    except InputError:  # a picture beside the documents is no fault
        return None
    return source if source.iri else None


def addresses_of(graph: Graph, source: str) -> list[str]:
    """Return the addresses at which a document can be had, as the graph names them."""
    query = _ADDRESSES.format(source=to_ntriples(Iri(source)))
    return [str(address) for _, address in graph.select(query, limited=False)]


def where_to_get(graph: Graph, sources: Iterable[str | None]) -> Iterator[str]:
    """Yield where the documents of sources can be had, as sentences."""
    for source in sources:
        if source and (addresses := addresses_of(graph, source)):
            yield f"{source} can be had at {' or '.join(addresses)}."


def check_evidence(graph: Graph, sources: Sequence[SourceText]) -> Report:
    """Check every passage of source documents.

    Args:
        graph: The graph with the passages.
        sources: The documents, each of which is a source of the graph.
    """
    faults, agreeing, unchecked = [], 0, dict[str, int]()
    for passage in read_passages(graph):
        if passage.reading is not None:
            continue
        source = source_of(passage, sources)
        if source is None:
            unchecked[passage.source or ""] = unchecked.get(passage.source or "", 0) + 1
        elif fault := first_fault(passage, source.text):
            faults.append((passage.iri, fault))
        else:
            agreeing += 1
    return Report(agreeing + len(faults), agreeing, tuple(faults), tuple(sorted(unchecked.items())))


def source_of(passage: Passage, sources: Sequence[SourceText]) -> SourceText | None:
    """Return the document of a passage; of a passage that names none, the only one."""
    if passage.source is None:
        return sources[0] if len(sources) == 1 else None
    return next((source for source in sources if source.iri == passage.source), None)


def faults_text(report: Report) -> Iterator[str]:
    """Return the report as lines: the first fault, and how many more there are."""
    if report.faults:
        iri, fault = report.faults[0]
        yield f"{iri}: {fault}"
        if len(report.faults) > 1:
            yield f"… and {len(report.faults) - 1} more"
    yield f"{report.agreeing} of {report.checked} passages agree with the source"
