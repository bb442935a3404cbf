"""Remembers what a validation came to, so that the same files are not judged again.

An outcome is kept in the user's own cache folder, in a file whose name is a hash of all that it depends on:
the bytes and names of the files read, the options, and the program itself. So none can be stale, and no
project can plant one. A file that is missing, or cannot be read or written, costs time and nothing else.

Imports no engine: what is remembered is told before one is ready.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ogdkg import __version__
from ogdkg.errors import InputError, OgdkgError
from ogdkg.files.atomic import check_own, own_folder, replaced
from ogdkg.files.text import MOST_DATA, read_text
from ogdkg.project.project import CONFIG, Project
from ogdkg.project.rdf_files import in_data_folders, rdf_files_in
from ogdkg.project.user_settings import cache_folder, make_cache_folder
from ogdkg.rdf.formats import RDFXML, by_extension, is_packed

if TYPE_CHECKING:
    from hashlib import blake2b
    from io import BufferedReader

FORMAT = 1  # of what is kept
MOST_KEPT = 100  # outcomes
MOST_TEXT = 1 << 21  # characters of one, of which each may take six bytes
MOST_BYTES = 64 << 20  # of all
SHAPES, DOCUMENTS = "shapes", "documents"  # kinds of files that are given
_LIBRARIES = ("pyshacl", "rdflib", "pyoxigraph", "owlrl")
_NAME = re.compile(r"[0-9a-f]{64}")
# A call of a function of which each answer is another (`sparql.traits.CHANGING`), however it is laid out in
# a string of Turtle or JSON; and the escapes in which a letter of it can be written.
_CHANGING = re.compile(
    rb"\b(?:NOW|RAND|UUID|STRUUID|BNODE)(?:\s|\\[nrt]|#[^\n\\]*(?:\n|\\n))*\(", re.IGNORECASE
)
_ESCAPE = re.compile(rb"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Outcome(NamedTuple):
    """What a validation came to.

    Attributes:
        text: The report, as it was written.
        code: The exit code.
        said: The messages beside it, each with the verbosity from which on it is shown.
        at: When the files were judged, in seconds since 1970.
    """

    text: str
    code: int
    said: list[tuple[str, int]]
    at: float


class Asked(NamedTuple):
    """What a validation is asked for.

    Attributes:
        project: The project, if there is one.
        files: The files and folders that are given, by what they are to it.
        options: The options, as far as they bear on the outcome.
    """

    project: Project | None
    files: Mapping[str, Sequence[str]]
    options: Mapping[str, Any]


def fingerprint(asked: Asked) -> str | None:
    """Return a hash of all that the outcome depends on; None if it may be another next time.

    That is so if a query of shapes, rules or checks may ask for the time or for something random, if a file
    is no plain one, or if anything cannot be read, as the validation itself will say.
    """
    from hashlib import blake2b  # 4 ms that only this costs

    found = blake2b(digest_size=32)
    try:
        for part in _program():
            _add(found, part)
        _add(found, repr((os.getcwd(), sorted(asked.options.items()))))  # noqa: PTH109  # a text
        if asked.project:
            project = asked.project
            _add(found, repr((str(project.root), project.trusted, project.packaged)))
            _add(found, "\0".join(_names(project)))
        is_sure = all(_add_file(found, *each) for each in _files(asked))
    except (OSError, OgdkgError, ValueError):
        return None
    return found.hexdigest() if is_sure else None


def recalled(mark: str) -> Outcome | None:
    """Return the outcome of this fingerprint, if it is remembered."""
    import json  # only a project that was judged before

    try:
        for own in (cache_folder(), _folder()):
            check_own(own)
        kept = json.loads(read_text(_folder() / mark, mark, most=MOST_DATA))
        return Outcome(
            kept["text"], kept["code"], [(text, level) for text, level in kept["said"]], kept["at"]
        )
    except (OSError, InputError, LookupError, TypeError, ValueError, RecursionError):
        return None


def remember(mark: str, outcome: Outcome) -> None:
    """Keep an outcome, and of the others the newest."""
    import json  # as above

    if len(outcome.text) > MOST_TEXT:
        return
    with suppress(OSError):
        make_cache_folder()
        folder = own_folder(_folder())
        with replaced(folder / mark, below=folder) as file:
            file.write(json.dumps(outcome._asdict()).encode())
        _forget_oldest(folder)


def _folder() -> Path:
    return cache_folder() / "judged"


def _forget_oldest(folder: Path) -> None:
    kept = [(path.lstat(), path) for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    bytes_so_far = 0
    for number, (status, path) in enumerate(sorted(kept, key=lambda each: each[0].st_mtime_ns, reverse=True)):
        bytes_so_far += status.st_size
        if number >= MOST_KEPT or bytes_so_far > MOST_BYTES:
            path.unlink(missing_ok=True)


def _add(found: blake2b, part: str | bytes) -> None:
    """Add a part, with its length before it, so that no two sequences of parts are alike."""
    data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
    found.update(len(data).to_bytes(8, "big") + data)


def _program() -> Iterator[str]:
    """Yield what tells this program from another: its version, and that of each file of it."""
    yield repr((FORMAT, __version__, sys.version, sys.flags.optimize))
    package = Path(__file__).resolve().parent.parent
    for folder, _, names in os.walk(package):
        for name in names:
            if name.endswith(".py"):
                yield _stamp(os.path.join(folder, name))  # noqa: PTH118  # many times as fast
    from importlib.util import find_spec  # which imports none of them

    for name in _LIBRARIES:
        spec = find_spec(name)
        yield f"{name} {_stamp(spec.origin) if spec and spec.origin else ''}"


def _stamp(path: str) -> str:
    status = os.stat(path)  # noqa: PTH116  # as above
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _names(project: Project) -> Iterator[str]:
    """Yield the names of files that bear on the checks by being there."""
    yield from map(str, in_data_folders(project))
    yield ""
    yield from map(str, project.files(["queries/**/*.rq"]))


class _File(NamedTuple):
    """A file that is read: what it is, its name, and whether it may hold queries that are run."""

    kind: str
    path: Path
    has_queries: bool = False


def _files(asked: Asked) -> Iterator[_File]:
    """Yield all files that are read, each as often as it is listed."""
    for kind, names in asked.files.items():
        for path in _listed(names, kind):
            yield _File(kind, path, has_queries=kind == SHAPES)
    if asked.project:
        yield from _files_of(asked.project)


def _files_of(project: Project) -> Iterator[_File]:
    yield _File("settings", project.root / CONFIG)
    for layer in project.layers:
        for path in project.files(layer.files):
            yield _File(f"layer {layer.name}", path)
        for path in project.files(layer.rules):
            yield _File(f"rules {layer.name}", path, has_queries=True)
    for path in project.files((*project.shapes, *project.shapes_display)):
        yield _File("shapes", path, has_queries=True)
    for path in project.files(project.shapes_ontology):
        yield _File("ontology", path)
    for path in project.files(["queries/checks/*.rq"]):
        yield _File("check", path, has_queries=True)
    for path in project.context_files.values():
        yield _File("context", path)
    if project.source:
        yield _File("source", project.file(project.source))


def _listed(names: Iterable[str], kind: str) -> Iterator[Path]:
    """Yield the files that names stand for: of a folder those that a validation reads there."""
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield path
        elif kind == DOCUMENTS:
            yield from sorted(each for each in path.iterdir() if each.is_file())
        else:
            yield from rdf_files_in(path)


def _add_file(found: blake2b, kind: str, path: Path, has_queries: bool) -> bool:
    """Add a file, with the folder that it really lies in; return whether it is alike next time."""
    _add(found, kind)
    _add(found, f"{path} {os.path.realpath(path.parent)}")
    try:
        # Not even opened otherwise: whoever writes to a pipe would take that for its reader.
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            _add(found, _digest(file))
            file.seek(0)
            return not (has_queries and _may_change(path, file.read()))
    except FileNotFoundError:  # which may be there next time
        _add(found, "absent")
        return True


def _digest(file: BufferedReader) -> bytes:
    from hashlib import blake2b, file_digest  # as above

    return file_digest(file, lambda: blake2b(digest_size=32)).digest()


def _may_change(path: Path, data: bytes) -> bool:
    """Whether queries in a file may answer otherwise the next time."""
    if is_packed(path) or by_extension(path) == RDFXML or b"&#" in data:  # where a word may be in pieces
        return True
    plain = _ESCAPE.sub(_letter, data) if b"\\u" in data or b"\\U" in data else data
    return _CHANGING.search(plain) is not None


def _letter(escape: re.Match[bytes]) -> bytes:
    with suppress(ValueError):
        return chr(int(escape[1] or escape[2], 16)).encode("utf-8", "surrogatepass")
    return escape[0]
