"""Collects the RDF files of one side of a diff: a file, a folder, a git revision or the working tree."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from ogdkg.diff.repository import Blob, Repository
from ogdkg.errors import Place, UsageError
from ogdkg.files.packed import unpacked, unpacked_bytes
from ogdkg.rdf.formats import FOR_RDF, Format, by_extension, unknown_format

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HINT = "Give a file, a folder, a git revision such as HEAD~3, or a file in one: HEAD~3:data/a.ttl."


@dataclass(frozen=True, slots=True)
class File:
    """A document, with its name in messages."""

    name: str
    form: Format
    data: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """The files of one side; `label` is its name on the command line."""

    label: str
    files: tuple[File, ...]


def version(label: str, folder: Path, patterns: tuple[str, ...] = ()) -> Version:
    """Return a version by name.

    Args:
        label: A path, or else a revision or `REVISION:path` in the folder's repository.
        folder: The folder whose files are taken from a whole revision.
        patterns: Which of these files to take; all by default.

    Raises:
        UsageError: There is no such version, or it has no RDF.
    """
    if Path(label).exists():
        return Version(label, tuple(_from_disk(Path(label))))
    return Revisions(folder).version(label, patterns)


class Revisions:
    """The revisions of a folder's repository; what several have in common is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._repository = folder, Repository(folder)
        self._blobs: dict[str, list[Blob]] = {}  # by commit
        self._contents: dict[bytes, bytes] = {}  # by what git calls the object

    def version(self, label: str, patterns: tuple[str, ...] = ()) -> Version:
        """Return a revision, or the part of it at a path, as `version` does.

        Raises:
            UsageError: The label names nothing, or more than one thing.
        """
        revision, colon, inside = label.partition(":")

        def is_named(name: str) -> bool:
            return name == posixpath.normpath(inside)

        blobs = [blob for blob in self._of(revision, label) if _is_inside(blob.name, inside)]
        if not blobs:
            raise UsageError(f"{revision} has no {inside or self._folder}.", hint=_HINT)
        named = [(f"{revision}:{blob.name}", blob) for blob in sorted(blobs)]
        chosen = [
            (name, form, blob)
            for name, blob in named
            if (colon or _fits(blob.name, patterns))
            and (form := by_extension(blob.name, FOR_RDF, found=not is_named(blob.name)))
        ]
        self._read(blob for _, _, blob in chosen)
        return Version(
            label,
            tuple(
                File(name, form, unpacked_bytes(self._contents[blob.object], name))
                for name, form, blob in chosen
            ),
        )

    def _of(self, revision: str, label: str) -> list[Blob]:
        """The files of a revision; those of a commit are the same for ever."""
        if revision not in self._blobs:
            blobs = self._repository.blobs(_commit(self._repository, revision, label))
            if not _COMMIT.fullmatch(revision):
                return blobs
            self._blobs[revision] = blobs
        return self._blobs[revision]

    def _read(self, blobs: Iterable[Blob]) -> None:
        fresh = list({blob.object: blob for blob in blobs if blob.object not in self._contents}.values())
        contents = self._repository.contents(fresh)
        self._contents |= {blob.object: data for blob, data in zip(fresh, contents, strict=True)}


def _commit(repository: Repository, revision: str, label: str) -> str:
    why = ""
    try:
        if commit := repository.commit(revision):
            return commit
    except UsageError as error:
        why = f"\n{error}"
    raise UsageError(f"{label} is neither a file nor a git revision.", hint=_HINT + why)


def _is_inside(name: str, path: str) -> bool:
    """Whether a file is at a path or below it."""
    path = posixpath.normpath(path or ".")
    return path == "." or name == path or name.startswith(f"{path}/")


def working_tree(folder: Path, patterns: tuple[str, ...] = ()) -> Version:
    """Return the files below a folder that git tracks or would add."""
    chosen = [name for name in Repository(folder).working_tree() if _fits(name, patterns)]
    files = [_file(name, folder / name) for name in chosen if by_extension(name, FOR_RDF, found=True)]
    return Version("the working tree", tuple(file for file in files if file))


def _from_disk(path: Path) -> Iterator[File]:
    """Yield a file, or the RDF files below a folder; links that lead outside are skipped."""
    if not path.is_dir():
        file = _file(str(path), path) if path.is_file() else None
        if file is None:
            message, hint = unknown_format(path, _HINT)
            raise UsageError(message, place=Place(str(path)), hint=hint)
        yield file
        return
    root = path.resolve()
    for entry in sorted(path.rglob("*")):
        is_rdf = by_extension(entry, FOR_RDF, found=True) is not None
        if is_rdf and entry.is_file() and entry.resolve().is_relative_to(root):
            yield from filter(None, [_file(str(entry), entry)])


def _file(name: str, path: Path) -> File | None:
    """Read a file; None if its extension is of no RDF format."""
    form = by_extension(name, FOR_RDF)
    return File(name, form, unpacked(path)) if form else None


@lru_cache(maxsize=100_000)  # revisions have most names in common
def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern.replace("**/", "*")) for pattern in patterns)
