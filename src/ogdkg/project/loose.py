"""Files that belong to no project, made to look like one, so that whatever reads a project reads them too."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.names import shown_path
from ogdkg.project.overrides import Overrides
from ogdkg.project.project import Layer, Project, Source
from ogdkg.rdf.formats import FOR_RDF, TRIG, Format, by_extension, unknown_format

STDIN = Path("<stdin>")


def loose_sources(
    files: Sequence[Path],
    *,
    form: Format | None = None,
    base: str | None = None,
    contexts: Mapping[str, Path] | None = None,
    stdin: bytes | None = None,
) -> tuple[Source, ...]:
    """Return files as the sources of a layer.

    Args:
        files: RDF files of any format; `-` is what came in by `stdin`.
        form: The format of those whose names tell none; of stdin TriG by default, which includes Turtle.
        base: What relative IRIs are relative to; by default each file's own IRI (RFC 3986, 5.1.3).
        contexts: The files that hold the contexts of JSON-LD at other addresses.
        stdin: What standard input holds.

    Raises:
        UsageError: A file is not there.
        InputError: The name of a file tells no format.
    """
    sources = []
    for number, path in enumerate(files, 1):
        if str(path) == "-":
            path, overrides = STDIN, Overrides(form or TRIG, base, stdin or b"")
        elif not path.exists():
            raise UsageError(
                f"There is no file {shown_path(path)}.", hint="Check its name, or give - for stdin."
            )
        else:
            overrides = Overrides(by_extension(path, FOR_RDF) or form, base or own_iri(path))
        if overrides.form is None:
            message, hint = unknown_format(path, "Name the format with --from.")
            raise InputError(message, place=Place(shown_path(path)), hint=hint)
        sources.append(Source(path, "files", None, f"f{number}", tuple((contexts or {}).items()), overrides))
    return tuple(sources)


def loose_project(sources: tuple[Source, ...], prefixes: Mapping[str, str]) -> Project:
    """Return files as a project of one layer, without queries, rules and shapes."""
    names = ", ".join(shown_path(source.path) for source in sources)
    layer = names if len(sources) == 1 else "files"
    sources = tuple(source._replace(layer=layer) for source in sources)
    return Project(
        root=Path.cwd(), name="files", title=names, resource_namespace="", layers=(Layer(layer),),
        prefixes=prefixes, shapes=(), shapes_ontology=(), shapes_display=(), leave_out=(),
        never_exported=(), personal=None, loose=sources,
    )  # fmt: skip


def own_iri(path: Path | str) -> str:
    """Return the IRI of a file, which is the base of what it holds."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  # a link's own name is its IRI
    return Path(folder).resolve().as_uri().rstrip("/") + "/" + quote(os.fsencode(name))
