"""Shell completion of values: labels contain spaces, and may be untrusted text."""

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

MAX_SECONDS = 5.0  # after which nothing is offered
_REPLY = "COMPREPLY+=($value)"
_SPECIAL = "*[!A-Za-z0-9_.:/@+=,-]*"  # values with characters that may mean something to the shell


class _SingleLine(ShellComplete):
    """Offers only values without line breaks, which a shell takes for the next value."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        items = super().get_completions(args, incomplete)
        return [item for item in items if one_line(str(item.value)) == item.value]


class QuotingBash(_SingleLine, BashComplete):
    """click's completion, but bash quotes a value with special characters, as it quotes file names."""

    source_template = BashComplete.source_template.replace(
        _REPLY, f'[[ $value == {_SPECIAL} ]] && compopt -o filenames\n            COMPREPLY+=("$value")'
    ).replace("read type value", "read -r type value")


class SingleLineZsh(_SingleLine, ZshComplete):
    """click's completion; zsh quotes values by itself."""


class SingleLineFish(_SingleLine, FishComplete):
    """click's completion; fish quotes values by itself."""


def register_shells() -> None:
    """Replace click's completion classes by these."""
    for shell in (QuotingBash, SingleLineZsh, SingleLineFish):
        add_completion_class(shell)
