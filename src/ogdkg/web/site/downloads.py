"""The files of a dataset: what the graph says may be downloaded at an address of the project, a site has.

https://www.w3.org/TR/vocab-dcat-3/#Property:distribution_download_url
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ogdkg.graph.graph import Graph
from ogdkg.rdf.formats import FOR_RDF, Format
from ogdkg.rdf.terms import Iri
from ogdkg.render.rdf.exporting import Export, Selection
from ogdkg.web.site.layout import Layout

_QUERY = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT DISTINCT ?file ?type { ?distribution dcat:downloadURL ?file ; dcat:mediaType ?type }
"""


def downloads(graph: Graph, layout: Layout) -> dict[str, tuple[str, Format]]:
    """Return the file of the site, and its format, for each IRI of the project that names a download."""
    found = {}
    for file, kind in graph.select(_QUERY, limited=False):
        if isinstance(file, Iri) and isinstance(kind, Iri) and (stem := layout.stems.get(file.value)):
            for form in FOR_RDF:
                if kind.value.endswith(f"/{form.media_type}"):
                    found[file.value] = (f"{stem}+data.{form.extensions[0]}", form)
    return dict(sorted(found.items()))


def download_files(
    graph: Graph, found: Mapping[str, tuple[str, Format]], *, personal: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield the files: what `ogdkg export` writes."""
    selection = Selection(without_personal=bool(graph.project.personal) and not personal)
    for name, form in found.values():
        export = Export(graph, selection, form)
        text = export.text(export.statements())
        yield name, b"".join(each.encode() if isinstance(each, str) else each for each in text)
