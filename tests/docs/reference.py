"""The pages of docs/commands, from what each command's `--help` prints.

A page has two parts: the reference, between two marks, which is generated; and the examples, which are
written by hand and run by tests/test_readme.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests import standby

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "commands"
BEGIN = "<!-- reference: written by python -m tests.docs -->"
END = "<!-- end of reference -->"
# Options that mean the same in every command: a table of their own, below those of the command.
COMMON = {"--project", "--layer", "--engine", "--timeout", "--endpoint", "--no-cache", "--verbose", "--quiet"}
COMMON |= {"--help", "--version", "--trust"}

_CHOICES = re.compile(r"\[(.+\|.+)\]")
Entry = tuple[str, str]


class Help(NamedTuple):
    """What `--help` prints, in parts."""

    usage: str
    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]
    options: tuple[Entry, ...]
    commands: tuple[Entry, ...]


def read_help(*command: str) -> Help:
    """The help of `ogdkg COMMAND`, as the command line prints it at the project's root."""
    done = standby.run([*command, "--help"], ROOT, os.environ | {"PYTHONUTF8": "1"})
    done.check_returncode()
    text = done.stdout.decode()
    head, *sections = re.split(r"^(Options|Commands):\n", text, flags=re.MULTILINE)
    lists = dict(zip(sections[::2], sections[1::2], strict=True))
    usage, _, rest = head.partition("\n\n")
    body, _, examples = rest.partition("  For example:\n")
    paragraphs = (_joined(part.split("\n")) for part in body.split("\n\n"))
    return Help(
        usage=_joined(usage.removeprefix("Usage:").split("\n")),
        paragraphs=tuple(filter(None, paragraphs)),
        examples=tuple(line.strip() for line in examples.splitlines() if line.strip()),
        options=tuple(_entries(lists.get("Options", ""))),
        commands=tuple(_entries(lists.get("Commands", ""))),
    )


def _joined(lines: list[str]) -> str:
    """Wrapped lines as one; a word that was wrapped at its hyphen is put together again."""
    text = " ".join(" ".join(lines).split())
    return re.sub(r"(?<=\w)- (?=\w)", "-", text)


def _entries(text: str) -> Iterator[Entry]:
    """The rows of a definition list: a term two columns in, what it means further right or below."""
    for part in re.split(r"^  (?=\S)", text, flags=re.MULTILINE)[1:]:
        first, *rest = part.splitlines()
        term, _, meaning = first.partition("  ")
        yield term.strip(), _joined([meaning, *rest])


def page(name: str, told: Help, examples: str) -> str:
    """The page of a command, with the examples that it has."""
    own = [entry for entry in told.options if not _is_common(entry)]
    common = [entry for entry in told.options if _is_common(entry)]
    lines = [
        f"# ogdkg {name}",
        "",
        BEGIN,
        "",
        *(f"{_escaped(paragraph)}\n" for paragraph in told.paragraphs),
        *("```text", told.usage, "```", ""),
        *(("```sh", *told.examples, "```", "") if told.examples else ()),
        *_table("Options", own),
        *_table("Common options", common),
        END,
    ]
    return "\n".join(lines) + (examples or "\n\n## Examples\n")


def index(commands: tuple[Entry, ...], rest: str) -> str:
    """The list of all commands."""
    rows = (f"| [`{name}`]({name}.md) | {_escaped(text)} |" for name, text in commands)
    lines = ["# Commands", "", BEGIN, "", "| command | what it does |", "|---|---|", *rows, "", END]
    return "\n".join(lines) + (rest or "\n")


def _is_common(entry: Entry) -> bool:
    return bool(COMMON & set(re.findall(r"--[a-z-]+", entry[0])))


def _table(heading: str, entries: list[Entry]) -> list[str]:
    if not entries:
        return []
    rows = (f"| {_term(term)} | {_meaning(term, text)} |" for term, text in entries)
    return [f"## {heading}", "", "| option | what it does |", "|---|---|", *rows, ""]


def _term(term: str) -> str:
    """An option without its choices; a bar in code is read differently by code hosts and by MkDocs."""
    plain = _CHOICES.sub("", term).strip()
    return f"<code>{plain.replace('|', '&#124;')}</code>" if "|" in plain else f"`{plain}`"


def _meaning(term: str, text: str) -> str:
    choices = _CHOICES.search(term)
    words = choices[1].split("|") if choices else []
    told = f" One of {', '.join(f'`{word}`' for word in words)}." if words else ""
    plain = re.sub(r" *\[(default|x>=).*", "", text)
    return f"{_escaped(plain)}{told}{_default(text)}".strip()


def _default(text: str) -> str:
    """What click says in brackets at the end, such as the default, as words."""
    _, bracket, rest = text.partition("[default: ")
    return f" Default: `{rest.rstrip(']').partition(';')[0]}`." if bracket else ""


def _escaped(text: str) -> str:
    return re.sub(r"([|<*_])", r"\\\1", text)


def _after(path: Path) -> str:
    """What is written by hand below the reference."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text.partition(END)[2]


@cache
def all_help() -> dict[str, Help]:
    """The help of each command by its name, and of `ogdkg` itself by none."""
    told = read_help()
    names = [name for name, _ in told.commands]
    with ThreadPoolExecutor(2) as pool:
        return {"": told, **dict(zip(names, pool.map(read_help, names), strict=True))}


def pages() -> dict[Path, str]:
    """Each page of docs/commands as it should be."""
    commands = all_help()[""].commands
    made = {FOLDER / "index.md": index(commands, _after(FOLDER / "index.md"))}
    for name, _ in commands:
        path, told = FOLDER / f"{name}.md", all_help()[name]
        made[path] = page(name, told, _after(path))
    return made


def write() -> None:
    """Write each page that is not as it should be."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
