"""The format that a file's name tells: one table, for every reader."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from ogdkg.errors import UsageError
from ogdkg.exchange.convert import format_of
from ogdkg.rdf.formats import FOR_RDF, JSONLD, LOSSLESS, Format, by_extension, plain_name
from ogdkg.syntax import read
from ogdkg.validation.data.reading import sources

TRIPLE = "<http://e/a> <http://e/b> <http://e/c> ."


@pytest.mark.parametrize("form", FOR_RDF, ids=lambda form: form.name)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_all_readers_take_a_name_alike(form: Format, packed: str, tmp_path: Path) -> None:
    for extension in (*form.extensions, form.extensions[0].upper()):
        path = tmp_path / f"data.{extension}{packed}"
        text = TRIPLE.encode() if form in LOSSLESS else b'[{"@id": "http://e/a"}]' if form.graphs else b"<a/>"
        path.write_bytes(gzip.compress(text) if packed else text)
        assert by_extension(plain_name(path), FOR_RDF) == form == format_of(str(path), None)
        [source] = sources([str(path)])
        # JSON-LD comes as what it says: lines of N-Quads.
        wanted = RdfFormat.N_QUADS if form == JSONLD else RdfFormat.from_media_type(form.media_type)
        assert source.format == wanted
        if form in LOSSLESS:
            assert len(list(read(path))) == 1


def test_a_folder_is_read_by_the_same_table(tmp_path: Path) -> None:
    (tmp_path / "ontology.owl").write_text("<a/>")
    (tmp_path / "notes.txt").write_text("no data")
    assert [source.format for source in sources([str(tmp_path)])] == [RdfFormat.RDF_XML]


def test_a_doubtful_name_counts_where_somebody_gives_it(tmp_path: Path) -> None:
    path = tmp_path / "data.n3"
    path.write_text(TRIPLE)
    assert [source.format for source in sources([str(path)])] == [RdfFormat.TURTLE]
    assert len(list(read(path))) == 1
    with pytest.raises(UsageError, match="no RDF file"):
        sources([str(tmp_path)])
