"""Completion in bash of values that hold blanks: the names of things do."""

from __future__ import annotations

from click.shell_completion import BashComplete, add_completion_class

_OFFER = "COMPREPLY+=($value)"


@add_completion_class
class QuotingBash(BashComplete):
    """click's own, but bash puts the quotes: a value is offered as a file name with blanks would be."""

    source_template = BashComplete.source_template.replace(
        _OFFER, f"[[ $value == *' '* ]] && compopt -o filenames\n            {_OFFER}"
    )
