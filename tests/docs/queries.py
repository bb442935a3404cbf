"""docs/queries.md: a line for each stored query, by topic, from queries/README.md, which has the details."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "queries.md"
LIST = ROOT / "queries" / "README.md"
BEGIN = """# Stored queries

<!-- written by python -m tests.docs -->

Run one with `ogdkg query NAME`; a parameter in brackets is optional. `ogdkg query NAME --help` explains
each, with an example and its answer. [Ask questions](asking.md#stored-queries) shows how to use them, and
[Build your own graph](project.md#stored-queries) how to write one.

Each prints its texts in one language: yours with `--lang`, else English. A query asks for `?x skos:prefLabel
?xLabel` and says nothing of languages; ogdkg puts a filter around that pattern before it runs the query
([how](project.md#languages)). So every file is plain SPARQL for any tool, `ORDER BY` and `GROUP BY` see the
printed label, and the choice is made in one place, for local engines and servers alike. Labels that a rule
derives would fix the language when the graph is loaded; labels looked up after the query could not be
sorted by; a macro of our own would be no SPARQL.
"""


def drawn_up() -> str:
    """The page as it should be."""
    return "\n".join([BEGIN, *_topics(LIST.read_text(encoding="utf-8"))]) + "\n"


def _topics(text: str) -> Iterator[str]:
    for topic, part in re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        yield f"## {topic}\n\n| query | answers | parameters |\n|---|---|---|"
        for name, about in re.findall(
            r"^### \[(\S+?)\]\S*\n\n(.*?)(?=^### |\Z)", part, re.MULTILINE | re.DOTALL
        ):
            summary = " ".join(about.partition("\n\n")[0].split())
            options = re.findall(r"^\| `(--[\w-]+)` \| ([^|]+) \|", about, re.MULTILINE)
            told = ", ".join(
                f"`[{option}]`" if "optional" in kind else f"`{option}`" for option, kind in options
            )
            yield f"| `{name}` | {summary} | {told} |"
        yield ""


def write() -> None:
    """Write the page anew."""
    PAGE.write_text(drawn_up(), encoding="utf-8")
