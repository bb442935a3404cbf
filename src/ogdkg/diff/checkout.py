"""A revision of a folder as files, for what reads folders: put beside, and taken away again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ogdkg.diff.repository import Blob, Repository
from ogdkg.errors import UsageError
from ogdkg.rdf.formats import FOR_RDF, by_extension

_HINT = "Give a git revision, such as HEAD or v1.0."
_OTHERS = (".toml", ".rq", ".ru", ".sparql", ".json", ".jsonld")  # what a project is read by, beside RDF


@contextmanager
def checked_out(
    revision: str, folder: Path, needed: Callable[[Path], Collection[str] | None] = lambda _: None
) -> Iterator[Path]:
    """Yield a folder with the graphs of a revision and what a project is read by; links are left out.

    Args:
        revision: A revision of the repository that contains the folder.
        folder: Whose files to take.
        needed: Returns the folders at the top that are needed, once the files at the top are there; None for
            all of them.

    Raises:
        UsageError: There is no such revision.
        LimitError: Its files are too large.
    """
    repository = Repository(folder)
    commit = repository.commit(revision)
    if commit is None:
        raise UsageError(f"{revision} is no git revision of {folder}.", hint=_HINT)
    blobs = repository.blobs(commit)
    with tempfile.TemporaryDirectory(prefix="ogdkg-") as name:
        there = Path(name).resolve()
        _put(repository, (blob for blob in blobs if "/" not in blob.name), there)
        folders = needed(there)
        within = (blob for blob in blobs if "/" in blob.name)
        _put(repository, (blob for blob in within if folders is None or _top(blob) in folders), there)
        yield there


def _put(repository: Repository, blobs: Iterable[Blob], there: Path) -> None:
    wanted = list(filter(_is_wanted, blobs))
    for folder in {there / blob.name.rpartition("/")[0] for blob in wanted}:
        folder.mkdir(parents=True, exist_ok=True)
    for blob, content in zip(wanted, repository.contents(wanted), strict=True):
        (there / blob.name).write_bytes(content)


def _top(blob: Blob) -> str:
    return blob.name.partition("/")[0]


def _is_wanted(blob: Blob) -> bool:
    path = PurePosixPath(blob.name)
    is_within = not path.is_absolute() and ".." not in path.parts
    return is_within and (path.suffix in _OTHERS or by_extension(blob.name, FOR_RDF, found=True) is not None)
