"""Completion of values: the names of things hold blanks, and a stranger may have written them."""

from __future__ import annotations

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from ogdkg.text.escape import one_line

COMPLETING_AT_ALL = 5.0  # seconds, after which nothing is offered
_OFFER = "COMPREPLY+=($value)"
_PLAIN = "*[!A-Za-z0-9_.:/@+=,-]*"  # what holds any other sign means something to the shell


class _Clean(ShellComplete):
    """Offers only what can be typed on a line: a shell takes a line break for the next value."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        items = super().get_completions(args, incomplete)
        return [item for item in items if one_line(str(item.value)) == item.value]


class QuotingBash(_Clean, BashComplete):
    """click's own, but bash puts the quotes: a value is offered as a file name with such signs would be."""

    source_template = BashComplete.source_template.replace(
        _OFFER, f'[[ $value == {_PLAIN} ]] && compopt -o filenames\n            COMPREPLY+=("$value")'
    ).replace("read type value", "read -r type value")


class CleanZsh(_Clean, ZshComplete):
    """click's own; zsh quotes by itself."""


class CleanFish(_Clean, FishComplete):
    """click's own; fish quotes by itself."""


def offer() -> None:
    """Let the shells be answered so."""
    for shell in (QuotingBash, CleanZsh, CleanFish):
        add_completion_class(shell)
