"""Exports from Python: text that is returned, and files that are written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ogdkg.api.files import write, written
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.graph.graph import Graph
from ogdkg.project.languages import asked_languages
from ogdkg.rdf import formats
from ogdkg.render.rdf.exporting import Export, Selection

_EVIDENCE = ("graphs", "reified")


def exported(
    graph: Graph, selection: Selection, format: str | None, output: str | None, lang: Iterable[str]
) -> str:
    """Export a graph, as `Graph.export` says.

    Raises:
        UsageError: There is no such kind of evidence, or the format needs a file or a folder.
    """
    if selection.evidence not in _EVIDENCE:
        see = f"Choose one of: {', '.join(_EVIDENCE)}."
        raise UnknownNameError("evidence", selection.evidence, _EVIDENCE, see=see)
    file = None if selection.each else output
    form = formats.chosen_format(format, file, formats.FOR_EXPORT, formats.TRIG)
    languages = tuple(lang)
    project = graph.project._replace(languages=asked_languages(languages, graph.project.languages))
    plain = Graph(project, graph.options)
    export = Export(plain, selection, form, one_language=bool(languages))
    export.check()
    path = None if output is None else Path(output)
    _refuse_inputs(export, path)
    if form is formats.PARQUET:
        if path is None:
            raise UsageError("Parquet is not text.", hint="Name a file: output=…")
        write(b"".join(map(_encoded, export.text(export.statements()))), path)
        return ""
    if not export.needs_folder:
        return written(export.text(export.statements()), path)
    if path is None:
        raise UsageError("These are several files.", hint="Name a folder: output=…")
    for name, text in export.files(export.statements()).items():
        write(b"".join(map(_encoded, text())), path / name, below=path)
    return ""


def _encoded(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode()


def _refuse_inputs(export: Export, path: Path | None) -> None:
    """Raise where the output is a file that the export reads."""
    if path is None or not path.exists():
        return
    for each in map(Path, export.inputs()):
        if each.exists() and each.samefile(path):
            raise UsageError(f"{path} is one of the inputs.", hint="Choose another output.")
