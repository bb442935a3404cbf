"""Shell completion of values: labels contain spaces, and may be untrusted text.

A shell hands over the line as far as the cursor, still quoted. The words are told apart here, by the rules of
POSIX, so that `initiative:bo` and `--country=Cô` are one word each, whatever a shell holds for a break.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from ogdkg.lean import NamedTuple
from ogdkg.text.escape import one_line

MAX_SECONDS = 5.0  # after which nothing is offered
VARIABLE = "_OGDKG_COMPLETE"  # set by the script of a shell
_MENU = ("37", "42")  # COMP_TYPE of bash where each value is inserted as it stands: no descriptions then
_BREAKS = ":=@"  # what bash breaks words at, unless COMP_WORDBREAKS says otherwise
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/@+=,-")

_BASH = r"""%(complete_func)s() {
    local type value
    while IFS=',' read -r type value; do
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) COMPREPLY=(); compopt -o default ;;
            part) compopt -o nospace; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(env COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_TYPE="$COMP_TYPE" COLUMNS="$COLUMNS" \
        COMP_WORDBREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete "$1")
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_FISH = r"""function %(complete_func)s
    for completion in (env %(complete_var)s=fish_complete \
            COMP_WORDS=(commandline -cp | string join " ") %(prog_name)s)
        set -l parts (string split -m 1 "," -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                printf '%%s\n' $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class Word(NamedTuple):
    """A word of a line.

    Attributes:
        text: What the shell will take it for.
        start: Where it begins in the line.
        quote: The quote that is still open at its end, if any.
        cut: How much of `text` stands before the open quote, or after the last break.
    """

    text: str
    start: int
    quote: str = ""
    cut: int = 0


def split_line(line: str, breaks: str = "") -> list[Word]:
    """Split a line as a shell does, also one that ends within a quote; the last word may be empty.

    Args:
        line: What is typed as far as the cursor.
        breaks: Characters after which bash completes anew, within a word.
    """
    words: list[Word] = []
    text, start, quote, cut, escaped = "", -1, "", 0, False
    for place, char in enumerate(line):
        if start < 0 and not char.isspace():
            text, start, cut = "", place, 0
        if escaped:
            text += char if quote != '"' or char in '$`"\\' else "\\" + char
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif char == quote:
            quote = ""
        elif not quote and char in "\"'":
            quote, cut = char, len(text)
        elif not quote and char.isspace():
            words += [Word(text, start)] if start >= 0 else []
            start = -1
        else:
            text += char
            cut = len(text) if not quote and char in breaks else cut
    return [*words, Word(text, start, quote, cut) if start >= 0 else Word("", len(line))]


def _escaped(value: str, quote: str) -> str:
    """A value as a shell reads it, after an open quote or none."""
    if quote == "'":
        return value.replace("'", r"'\''")
    if quote:
        return "".join("\\" + char if char in '$`"\\' else char for char in value)
    tilde = value.startswith("~")
    special = (char not in _BARE and char.isascii() for char in value)
    escaped = "".join("\\" + char if odd else char for char, odd in zip(value, special, strict=True))
    return escaped if not tilde or escaped.startswith("\\") else "\\" + escaped


class _Shell(ShellComplete):
    """Offers whole words, without line breaks, which a shell takes for the next value."""

    breaks: ClassVar[str] = ""

    def words(self) -> list[Word]:
        """The words as far as the cursor; the last is the one to complete."""
        return split_line(os.environ.get("COMP_WORDS", ""), self.breaks)

    def get_completion_args(self) -> tuple[list[str], str]:
        words = [word.text for word in self.words()]
        return words[1:-1], words[-1]

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        items = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("--"):  # what is offered then is the option's value
            for item in items:
                item.value = f"{option}={item.value}" if item.type == "plain" else item.value
        for item in items:
            item.help = one_line(item.help) if item.help else None
        return [item for item in items if one_line(str(item.value)) == item.value]


class QuotingBash(_Shell, BashComplete):
    """Quotes values, cuts off what bash takes for another word, and lists descriptions beside them."""

    source_template = _BASH
    source = ShellComplete.source  # without a process that asks bash for its version

    @property
    def _last(self) -> Word:
        breaks = "".join(char for char in os.environ.get("COMP_WORDBREAKS", _BREAKS) if char in _BREAKS)
        return split_line(os.environ.get("COMP_WORDS", ""), breaks)[-1]

    def complete(self) -> str:
        """Return a line for each completion, `TYPE,VALUE`, as the script in bash reads it."""
        items = self.get_completions(*self.get_completion_args())
        plain = [item for item in items if item.type == "plain"]
        rest = [f"{item.type},{item.value}" for item in items if item.type != "plain"]
        return "\n".join([*rest, *self._replies(plain)])

    def _replies(self, items: Sequence[CompletionItem]) -> list[str]:
        """What is put into the line, if that is one thing or a beginning of all; else a list to look at."""
        last = self._last
        values = [str(item.value)[last.cut :] for item in items]
        escaped = [_escaped(value, last.quote) for value in values]
        kind = os.environ.get("COMP_TYPE", _MENU[0])
        if len(items) < 2 or kind in _MENU:
            return [f"plain,{value}" for value in escaped]
        common = _common(values)
        if len(common) > len(last.text) - last.cut:
            return [f"part,{_escaped(common, last.quote)}"]
        beginning = _escaped(common, last.quote)
        if _common(escaped) != beginning and not last.quote:  # it would end within an escape
            from shlex import quote  # few values have such a beginning

            escaped[0] = beginning + quote(values[0][len(common) :])
        return [f"plain,{line}" for line in _described(escaped, items)]


def _common(values: Sequence[str]) -> str:
    """The beginning that all have."""
    first, last = min(values), max(values)  # between which all others stand
    ends = (place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(ends, len(first))]


def _described(values: Sequence[str], items: Sequence[CompletionItem]) -> list[str]:
    """Values with their descriptions, in the width of the screen."""
    if not any(item.help for item in items):
        return list(values)
    told = os.environ.get("COLUMNS", "")
    width = max(map(len, values))
    room = (int(told) if told.isdecimal() and len(told) < 6 else 80) - width - 5
    if room < 12:
        return list(values)
    return [
        f"{value:<{width}}  ({_shortened(item.help, room)})" if item.help else value
        for value, item in zip(values, items, strict=True)
    ]


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


class SingleLineZsh(_Shell, ZshComplete):
    """click's completion, whose script quotes values by itself."""

    source_template = ZshComplete.source_template.replace(
        'COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1))', 'COMP_WORDS="${(j: :)words[1,CURRENT]}"'
    )

    def format_completion(self, item: CompletionItem) -> str:
        """Return type, value and help on a line each; colons of the value are escaped."""
        value = str(item.value)
        if item.help:  # `_describe` splits at the first colon without a backslash
            value = value.replace("\\", "\\\\").replace(":", "\\:")
        return f"{item.type}\n{value}\n{item.help or '_'}"


class SingleLineFish(_Shell, FishComplete):
    """click's completion, with values that hold commas; fish quotes values by itself."""

    source_template = _FISH


_SHELLS = (QuotingBash, SingleLineZsh, SingleLineFish)
SHELLS = tuple(shell.name for shell in _SHELLS)


def register_shells() -> None:
    """Replace click's completion classes by these."""
    for shell in _SHELLS:
        add_completion_class(shell)


def script(name: str) -> str:
    """The script that makes a shell, one of `SHELLS`, complete `ogdkg`."""
    from ogdkg.cli.main import cli  # which imports this where a shell asks

    [shell] = (shell for shell in _SHELLS if shell.name == name)
    return shell(cli, {}, "ogdkg", VARIABLE).source()
