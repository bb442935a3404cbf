"""Whether a repository holds what it gives, or names the repository of somebody else as its own.

A `.git` that came in an archive may be a file or a link that leads to another repository of the person's, or
borrow the objects of one. A worktree and a submodule do lead elsewhere, but there it says so too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ogdkg.errors import InputError
from ogdkg.files.names import shown_path

_MOST = 1 << 16  # bytes of a file that names others


def check_boundary(folder: Path, git_folder: Path, worktree: str) -> None:
    """Raise InputError where a repository reads the files of another one.

    Args:
        folder: where git was asked.
        git_folder: what git takes for the repository.
        worktree: `core.worktree` of that one's own settings, empty for none.
    """
    root = _root(folder.resolve())
    git_folder = git_folder.resolve()
    if root is None or _is_led_back(root, git_folder, worktree):
        return
    common = _line(git_folder / "commondir")
    shared = (git_folder / common).resolve() if common else git_folder
    for path in (git_folder, shared, *_borrowed(shared / "objects")):
        if not path.is_relative_to(root):
            message = f"The repository in {shown_path(root)} reads another one: {shown_path(path)}."
            raise InputError(message, hint="If you trust it, set GIT_DIR to its .git.")


def _root(folder: Path) -> Path | None:
    """The folder whose `.git` git finds."""
    for each in (folder, *folder.parents):
        if (each / ".git").is_file() or (each / ".git" / "HEAD").exists():
            return each
    return None


def _is_led_back(root: Path, git_folder: Path, worktree: str) -> bool:
    """Whether a repository elsewhere names the folder as a worktree or a submodule of its own."""
    back = _line(git_folder / "gitdir")
    if git_folder.is_relative_to(root):
        return False
    if back and (git_folder / back).resolve() == (root / ".git").resolve():
        return True
    return bool(worktree) and (git_folder / worktree).resolve() == root


def _borrowed(objects: Path) -> Iterator[Path]:
    """The folders and files outside that objects are read from: by links, and by alternates, theirs too."""
    waiting, seen = [objects.resolve()], set[Path]()
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        yield at
        for folder, folders, files in os.walk(at):
            links = (Path(folder, name) for name in (*folders, *files))
            yield from (link.resolve() for link in links if link.is_symlink())
        named = [name for name in _text(at / "info" / "alternates").splitlines() if name[:1] not in ("", "#")]
        yield from (Path(name) for name in named if name.startswith('"'))  # with escapes, which nobody needs
        waiting += [(at / name).resolve() for name in named]


def _line(path: Path) -> str:
    return _text(path).rstrip("\r\n")


def _text(path: Path) -> str:
    """A small file's text, and nothing where there is none."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            text = os.fsdecode(file.read(_MOST + 1))
    except (OSError, ValueError):
        return ""
    if len(text) > _MOST:
        raise InputError(f"{shown_path(path)} is too large.")
    return text
