"""The settings of a project as they were parsed before: that takes longer than all else about them."""

from __future__ import annotations

import marshal
import sys
from contextlib import suppress
from pathlib import Path

from ogdkg.config.config_file import ConfigFile, parse_toml, toml_of
from ogdkg.files.text import read_text
from ogdkg.project.cache_files import FORMAT, keep, named, recall

KIND = "settings"


def read_settings(path: Path, file: str) -> ConfigFile:
    """Parse a TOML file; what has the same text as an earlier one is what that was.

    Args:
        path: The file.
        file: Its name in messages.

    Raises:
        InputError: It cannot be read, or does not parse.
        LimitError: It is too large, or too deep.
    """
    text = read_text(path, file)
    name = named(f"{FORMAT} {sys.version}", text)
    if (data := recall(KIND, name)) is not None:
        return toml_of(marshal.loads(data), text, file)
    document = parse_toml(text, file)
    with suppress(ValueError):  # marshal takes no dates, which no setting is
        keep(KIND, name, marshal.dumps(document.data))
    return document
