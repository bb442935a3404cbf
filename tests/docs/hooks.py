"""What MkDocs calls while it builds the site (`hooks` in mkdocs.yml)."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

_NOTEBOOK = ".ipynb"
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)[^)\s]*\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links to files of the repository that are not part of the site become plain text."""
    depth = len(PurePosixPath(page.file.src_uri).parts) - 1

    def renewed(match: re.Match[str]) -> str:
        outside = match[2].count("../") > depth
        return match[1] if outside else match[0].replace(f"{_NOTEBOOK})", ".md)")

    return _LINK.sub(renewed, markdown)


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """Each notebook becomes a page, with what its cells show."""
    from mkdocs.structure.files import File

    for file in [file for file in files if file.src_uri.endswith(_NOTEBOOK)]:
        notebook = json.loads(Path(file.abs_src_path).read_text("utf-8"))
        name = file.src_uri.removesuffix(_NOTEBOOK) + ".md"
        files.append(File.generated(config, name, content=page_of(notebook)))
        files.remove(file)
    return files


def page_of(notebook: dict[str, Any]) -> str:
    """A notebook as a page in Markdown."""
    return "\n\n".join(part for cell in notebook["cells"] for part in _parts(cell)) + "\n"


def _parts(cell: dict[str, Any]) -> list[str]:
    text = "".join(cell["source"])
    if cell["cell_type"] != "code":
        return [text]
    return [f"```python\n{text}\n```", *map(_output, cell["outputs"])]


def _output(output: dict[str, Any]) -> str:
    """What a cell shows: a table, or text; no line of it is Markdown."""
    data = output.get("data", {})
    if "text/html" in data:
        return f"<div>{_on_a_line(''.join(data['text/html']))}</div>"
    text = "".join(data.get("text/plain", output.get("text", "")))
    return f"<pre style='overflow-x: auto'>{_on_a_line(html.escape(text))}</pre>"


def _on_a_line(text: str) -> str:
    return text.replace("\n", "&#10;")
