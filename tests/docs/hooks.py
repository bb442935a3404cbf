"""What MkDocs calls while it builds the site (`hooks` in mkdocs.yml)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)[^)\s]*\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links to files of the repository that are not part of the site become plain text."""
    depth = len(PurePosixPath(page.file.src_uri).parts) - 1

    def renewed(match: re.Match[str]) -> str:
        outside = match[2].count("../") > depth
        return match[1] if outside else match[0]

    return _LINK.sub(renewed, markdown)
