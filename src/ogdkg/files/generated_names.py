"""File names generated from names of resources or classes: valid and distinct on every file system.

`names` shows the names of existing files.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from ogdkg.files.names import LONGEST, folded

_DEEPEST = 800  # bytes of a whole path, so that it fits into a deep folder
_KEPT = 100  # bytes kept of a name that is too long
_MARK = "+"  # does not occur in names of resources, which would have %2B


def file_names(wanted: Mapping[str, str], extension: str) -> dict[str, str]:
    """The file of each key: the name wanted, with an extension, where it can be; `/` parts off folders.

    A digest of the key is added where a name is too long, is a folder of another file, or is another's on a
    system that does not tell capital letters from small ones.

    >>> file_names({"x:a": "a", "x:b": "b", "x:B": "B"}, "ttl")
    {'x:a': 'a.ttl', 'x:b': 'b+10b0774214530724.ttl', 'x:B': 'B+cc9e4aeaad556bfe.ttl'}
    """
    fitting = {key: _cut(name, key) for key, name in wanted.items()}
    files = {key: f"{name}.{extension}" for key, name in fitting.items()}
    bearers = Counter(map(folded, files.values()))
    folders = {folded(str(folder)) for file in files.values() for folder in PurePosixPath(file).parents}
    return {
        key: file
        if bearers[folded(file)] == 1 and folded(file) not in folders
        else f"{_marked(fitting[key], key)}.{extension}"
        for key, file in files.items()
    }


def _cut(name: str, key: str) -> str:
    longest = max(len(part.encode()) for part in name.split("/"))
    if longest <= LONGEST and len(name.encode()) <= _DEEPEST:
        return name
    return _marked(name.replace("/", "-").encode()[:_KEPT].decode(errors="ignore"), key)


def _marked(name: str, key: str) -> str:
    return f"{name}{_MARK}{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()[:16]}"
