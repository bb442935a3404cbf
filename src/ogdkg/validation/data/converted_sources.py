"""Sources of JSON-LD, whose quads come from another text than their file: read again as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.formats import JSONLD
from ogdkg.store.codec import read_file
from ogdkg.validation.data.reading import Source

if TYPE_CHECKING:
    from ogdkg.jsonld.document import JsonLdDocument
    from ogdkg.jsonld.placed import PlacedDocument

D = TypeVar("D", bound="JsonLdDocument")


def placed(source: Source) -> PlacedDocument:
    """A source of JSON-LD, read again for the spots of its statements, in the order of its quads."""
    from ogdkg.jsonld.placed import PlacedDocument  # only for findings in such files

    return _reread(source, PlacedDocument)


def blank_names(source: Source) -> dict[str, str]:
    """The names of blank nodes in a source of JSON-LD, by the labels in its quads."""
    from ogdkg.jsonld.document import JsonLdDocument  # as above

    document = _reread(source, JsonLdDocument)
    for _ in document.lines():
        pass
    return document.labels


def _reread(source: Source, kind: type[D]) -> D:
    data = source.written if source.written is not None else read_file(Path(source.name))
    contexts = source.original.contexts if source.original else None
    within_bounds = checked(data, JSONLD.media_type, source.name)
    return kind(within_bounds, source.name, source.base, contexts=contexts)
