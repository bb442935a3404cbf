"""The pages of `man`, one a command, from what its `--help` prints: as docs/commands, for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ogdkg import __version__
from tests.docs.reference import ROOT, Entry, Help, all_help

FOLDER = ROOT / "man"
_ARGUMENT = re.compile(r"(?<![\w-])[A-Z][A-Z|]*(?![\w-])")  # what stands for a value, in a usage or an option

_EXIT = (
    "0: done. 1: there are findings. 2: wrong usage. 3: input that cannot be used, or a limit. "
    "4: a store or a server fails. 70: a bug."
)


def escaped(text: str) -> str:
    """Text as roff takes it: a minus stays one, and what begins a line is no request."""
    for char, written in (
        ("\\", "\\e"),
        ("-", "\\-"),
        ("'", "\\(aq"),
        ("`", "\\(ga"),
        ("^", "\\(ha"),
        ("~", "\\(ti"),
    ):
        text = text.replace(char, written)
    text = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in text)
    return "\\&" + text if text.startswith(".") else text


def page(name: str, told: Help, summary: str, others: Iterable[str]) -> str:
    """The page of a command, or of `ogdkg` for an empty name.

    Args:
        name: The command.
        told: Its help.
        summary: What it does, in a sentence.
        others: The names of the pages to see also.
    """
    title = f"ogdkg-{name}" if name else "ogdkg"
    prose = told.paragraphs[1:] if told.paragraphs[:1] == (summary,) else told.paragraphs
    head = f'.TH "{title.upper()}" "1" "" "ogdkg {__version__}" "ogdkg"'
    lines = [
        head,
        *(".SH NAME", f"{escaped(title)} \\- {escaped(summary.rstrip('.'))}"),
        *(".SH SYNOPSIS", _bold(told.usage)),
        *(".SH DESCRIPTION", *_paragraphs((summary, *prose))),
        *_entries("COMMANDS", told.commands),
        *_entries("OPTIONS", told.options),
        *_examples(told.examples),
        *(".SH EXIT STATUS", escaped(_EXIT)),
        *(".SH SEE ALSO", *_see(others)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _see(others: Iterable[str]) -> Iterator[str]:
    names = list(others)
    for name in names:
        yield f".BR {escaped(name)} (1)" + ("" if name == names[-1] else " ,")


def _bold(usage: str) -> str:
    """The usage: the command bold, what stands for a value slanted."""
    words = usage.split(" ")
    return " ".join(
        _slanted(word) if _ARGUMENT.search(word) else f"\\fB{escaped(word)}\\fP" for word in words
    )


def _slanted(text: str) -> str:
    parts = re.split(f"({_ARGUMENT.pattern})", text)
    return "".join(
        f"\\fI{escaped(part)}\\fP" if place % 2 else escaped(part) for place, part in enumerate(parts)
    )


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for place, text in enumerate(texts):
        if place:
            yield ".PP"
        yield escaped(text)


def _entries(heading: str, entries: Iterable[Entry]) -> Iterator[str]:
    for place, (term, meaning) in enumerate(entries):
        if not place:
            yield f".SH {heading}"
        names, _, value = term.partition(" ")
        while value.startswith("-"):  # of `-f, --format FORMAT` the value is the last part
            name, _, value = value.partition(" ")
            names += f" {name}"
        yield ".TP"
        yield f"\\fB{escaped(names)}\\fP {_slanted(value)}".rstrip()
        yield escaped(meaning) or "\\&"


def _examples(lines: Iterable[str]) -> Iterator[str]:
    written = [escaped(line) for line in lines]
    if written:
        yield from (".SH EXAMPLES", ".nf", *written, ".fi")


def pages() -> Mapping[Path, str]:
    """Each page as it should be."""
    told = all_help()
    commands = dict(told[""].commands)
    made = {}
    for name, text in told.items():
        others = ["ogdkg"] if name else [f"ogdkg-{each}" for each in commands]
        summary = commands.get(name) or text.paragraphs[0]
        made[FOLDER / ("ogdkg-" * bool(name) + (name or "ogdkg") + ".1")] = page(name, text, summary, others)
    return made


def write() -> None:
    """Write each page, and delete those of commands that are gone."""
    made = pages()
    FOLDER.mkdir(exist_ok=True)
    for path in set(FOLDER.glob("*.1")) - set(made):
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="ascii")
