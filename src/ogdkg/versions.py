"""The RDF files of one side of a comparison: a file, a folder, a git revision or the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.formats import FOR_RDF, Format, by_extension
from ogdkg.globs import is_inside

_HINT = "Give a file, a folder, a git revision such as HEAD~3, or a file in one: HEAD~3:data/a.ttl."


@dataclass(frozen=True, slots=True)
class File:
    """A document and the name that places in it carry."""

    name: str
    form: Format
    data: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """What is called `label` on the command line, and the files that it stands for."""

    label: str
    files: tuple[File, ...]


def version(label: str, folder: Path, patterns: tuple[str, ...] = ()) -> Version:
    """The version so called: a path, else a revision or `REVISION:path` of a folder's repository.

    Of a whole revision, only what is below the folder counts, and there what fits a pattern, if any is given.
    """
    if Path(label).exists():
        return Version(label, tuple(_from_disk(Path(label))))
    revision, colon, inside = label.partition(":")
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if not commit:
        raise UsageError(f"{label} is neither a file nor a git revision.", hint=_HINT)
    packed = _git(folder, "archive", "--format=tar", commit.decode().strip(), *([inside] if inside else []))
    if not packed:
        raise UsageError(f"{revision} holds no {inside or folder}.", hint=_HINT)
    files = _from_archive(packed, revision)
    return Version(label, tuple(file for file in files if colon or _fits(file.name, revision, patterns)))


def working_tree(folder: Path, patterns: tuple[str, ...] = ()) -> Version:
    """The files below a folder that git knows or would add."""
    listed = _git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard") or b""
    names = sorted({name for name in listed.decode().split("\0") if name})
    there = [name for name in names if _fits(name, "", patterns) and (folder / name).is_file()]
    kept = [name for name in there if is_inside(folder, folder / name)]  # git knows the link, not the file
    files = [_file(name, (folder / name).read_bytes()) for name in kept]
    return Version("the working tree", tuple(file for file in files if file))


def _from_disk(path: Path) -> Iterator[File]:
    paths = sorted(path.rglob("*")) if path.is_dir() else [path]
    for each in paths:
        if each.is_file() and (not path.is_dir() or by_extension(each, FOR_RDF)):
            try:
                file = _file(str(each), each.read_bytes())
            except OSError as error:
                message = f"The file cannot be read: {error.strerror}."
                raise InputError(message, place=Place(str(each))) from error
            if file is None:
                raise UsageError(f"{each} is no RDF file by its name.", hint=_HINT)
            yield file


def _from_archive(packed: bytes, revision: str) -> list[File]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [(member.name, archive.extractfile(member)) for member in archive if member.isfile()]
        files = [_file(f"{revision}:{name}", content.read()) for name, content in members if content]
    return sorted((file for file in files if file), key=lambda file: file.name)


def _file(name: str, data: bytes) -> File | None:
    form = by_extension(name, FOR_RDF)
    return File(name, form, data) if form else None


def _fits(name: str, revision: str, patterns: tuple[str, ...]) -> bool:
    path = name.removeprefix(f"{revision}:")
    return not patterns or any(fnmatchcase(path, pattern.replace("**/", "*")) for pattern in patterns)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says in a folder; None where it fails or is not installed."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
