"""The table of formats: names, media types, extensions, and what each can represent. Reads no files."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath

from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.lean import NamedTuple


class Holds(Enum):
    """What a format can carry."""

    RDF = "triples"
    RESULTS = "rows and yes or no"
    TEXT = "rows for a person"


class Format(NamedTuple):
    """A format: `graphs` says whether it keeps named graphs apart.

    `extensions` tell it of any file, `doubtful` ones only if somebody names it: not every `.json` is RDF.
    """

    name: str
    media_type: str
    extensions: tuple[str, ...]
    holds: Holds
    graphs: bool = False
    aliases: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether a name, in lower case, is that of the format or one of its aliases."""
        return name == self.name or name in self.aliases


TABLE = Format("table", "text/plain", ("txt",), Holds.TEXT)
MARKDOWN = Format("markdown", "text/markdown", ("md",), Holds.TEXT, aliases=("md",))
CSV = Format("csv", "text/csv", ("csv",), Holds.RESULTS)
TSV = Format("tsv", "text/tab-separated-values", ("tsv",), Holds.RESULTS)
JSON = Format("json", "application/sparql-results+json", ("json", "srj"), Holds.RESULTS)
XML = Format("xml", "application/sparql-results+xml", ("xml", "srx"), Holds.RESULTS)
XLSX = Format(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), Holds.TEXT
)
TURTLE = Format("turtle", "text/turtle", ("ttl",), Holds.RDF, aliases=("ttl",), doubtful=("n3",))
TRIG = Format("trig", "application/trig", ("trig",), Holds.RDF, graphs=True)
NTRIPLES = Format("ntriples", "application/n-triples", ("nt",), Holds.RDF, aliases=("nt",))
NQUADS = Format("nquads", "application/n-quads", ("nq",), Holds.RDF, graphs=True, aliases=("nq",))
RDFXML = Format(
    "rdfxml", "application/rdf+xml", ("rdf", "owl"), Holds.RDF, aliases=("rdf",), doubtful=("xml",)
)
JSONLD = Format(
    "jsonld", "application/ld+json", ("jsonld",), Holds.RDF, True, aliases=("json-ld",), doubtful=("json",)
)

COMPACTED = Format(
    "compacted", "application/ld+json", ("jsonld",), Holds.RDF, graphs=True, aliases=("jsonld-compacted",)
)
FRAMED = Format("framed", "application/ld+json", ("jsonld",), Holds.RDF, aliases=("jsonld-framed",))
NANOPUB = Format("nanopub", "application/trig", ("trig",), Holds.RDF, graphs=True, aliases=("np",))
PARQUET = Format("parquet", "application/vnd.apache.parquet", ("parquet",), Holds.RDF, graphs=True)

FORMATS = (TABLE, MARKDOWN, CSV, TSV, JSON, XML, XLSX, TURTLE, TRIG, NTRIPLES, NQUADS, RDFXML, JSONLD)
FOR_ROWS = (TABLE, MARKDOWN, CSV, TSV, JSON, XML, XLSX)
FOR_BOOLEANS = (TABLE, MARKDOWN, CSV, TSV, JSON, XML)
FOR_RDF = (TURTLE, TRIG, NTRIPLES, NQUADS, RDFXML, JSONLD)
FOR_EXPORT = (*FOR_RDF, COMPACTED, FRAMED, CSV, XLSX, NANOPUB, PARQUET)
TABULAR = (CSV, XLSX)  # those of an export that are tables, not statements
LOSSLESS = (TURTLE, TRIG, NTRIPLES, NQUADS)  # those that `syntax` reads with every place and spelling
RDF_EXTENSIONS = {extension: form for form in FOR_RDF for extension in form.extensions}
PACKED = (".gz", ".bz2", ".xz", ".zst")  # at the end of the name of a packed file
_NOT_UNPACKED = {
    ".zip": "a ZIP archive", ".tar": "a tar archive", ".tgz": "a tar archive", ".tbz2": "a tar archive",
    ".txz": "a tar archive", ".7z": "a 7-Zip archive", ".rar": "a RAR archive", ".z": "packed with compress",
    ".lz4": "packed with LZ4", ".lzma": "packed with LZMA", ".br": "packed with Brotli",
    ".sz": "packed with Snappy",
}  # fmt: skip


def by_name(name: str, among: tuple[Format, ...] = FORMATS) -> Format:
    """Return a format by name or alias, ignoring case.

    Raises:
        UsageError: The format is unknown, or not among those allowed.
    """
    wanted = name.casefold()
    for form in among:
        if form.is_called(wanted):
            return form
    for form in FORMATS:
        if form.is_called(wanted):
            fitting = ", ".join(other.name for other in among)
            raise UsageError(f"The format {form.name} does not fit here.", hint=f"Choose one of: {fitting}.")
    names = [form.name for form in among]
    raise UnknownNameError("format", name, names, see=f"Choose one of: {', '.join(names)}.")


def chosen_format(name: str | None, output: str | None, among: tuple[Format, ...], default: Format) -> Format:
    """Return the named format, else the one that the output's name tells, else the default.

    Args:
        name: The name of a format, as of `-f`.
        output: The path of the output, as of `-o`.
        among: The formats to choose from.
        default: The format where neither tells one.

    Raises:
        UsageError: The name or the extension is of no format in `among`.
    """
    if name:
        return by_name(name, among)
    file = plain_name(output or "")
    if not file.suffix:
        return default
    form = by_extension(file, among)
    if form is None:
        hint = f"Use -f with one of: {', '.join(form.name for form in among)}."
        raise UsageError(f"The extension of {output} is of no suitable format.", hint=hint)
    return form


def by_extension(
    path: str | PurePath, among: tuple[Format, ...] = FORMATS, *, found: bool = False
) -> Format | None:
    """Return the format that a file's name tells, before it was packed, or None.

    Args:
        path: The file.
        among: The formats to choose from.
        found: Whether the file was found in a folder, so that a doubtful extension tells nothing.

    >>> by_extension("data/trees.ttl.gz").name, by_extension("a.json", FOR_RDF, found=True)
    ('turtle', None)
    """
    extension = plain_name(path).suffix.removeprefix(".").lower()
    for form in among:
        if extension in form.extensions:
            return form
    return next((form for form in among if extension in form.doubtful), None) if not found else None


def unknown_format(path: str | PurePath, otherwise: str) -> tuple[str, str]:
    """Return what is wrong with the name of a file whose RDF format it does not tell, and what to do.

    Args:
        path: The file.
        otherwise: What to do, unless the name is that of an archive.

    >>> unknown_format("trees.nq.zip", "")[0]
    'By its name this is a ZIP archive, which is neither read nor written.'
    """
    if packing := _NOT_UNPACKED.get(plain_name(path).suffix.lower()):
        hint = f"Unpack it first, or pack it as one of {', '.join(PACKED)}."
        return f"By its name this is {packing}, which is neither read nor written.", hint
    extensions = ", ".join(f".{extension}" for form in FOR_RDF for extension in form.extensions)
    hint = f"{otherwise} The extensions are {extensions}, which {', '.join(PACKED)} may follow."
    return "The extension is not that of an RDF format.", hint


def is_packed(path: str | PurePath) -> bool:
    """Whether a file's name says that it is packed."""
    return _as_path(path).suffix.lower() in PACKED


def plain_name(path: str | PurePath) -> PurePath:
    """The name that a file has once it is unpacked.

    >>> plain_name("data/trees.ttl.gz").name
    'trees.ttl'
    """
    path = _as_path(path)
    return path.with_suffix("") if is_packed(path) else path


def _as_path(path: str | PurePath) -> PurePath:
    return path if isinstance(path, PurePath) else PurePath(path)  # making another takes long
