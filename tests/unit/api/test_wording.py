"""What errors advise, in the words of Python."""

from __future__ import annotations

import pytest

from ogdkg.api.wording import in_python
from ogdkg.errors import UsageError


@pytest.mark.parametrize(
    ("said", "worded"),
    [
        ("To query all layers, use --layer all.", "To query all layers, open the graph without `layers`."),
        ("Allow more with --timeout or OGDKG_TIMEOUT.", "Allow more with `open_graph(timeout=…)`."),
        ("`ogdkg query` lists them.", "`graph.queries` lists them."),
        ("Write --thing-name.", "Write thing_name=."),
        (
            "Rebuild it with `ogdkg load --rebuild`, or do without it: --no-cache.",
            "Rebuild it with `ogdkg load --rebuild`, or do without it: `open_graph(cache=False)`.",
        ),
        ("Did you mean '--x'?", "Did you mean '--x'?"),
        ("-f framed requires --class.", "the format framed requires `class_`."),
        ("a--b -- c", "a--b -- c"),
    ],
)
def test_options_become_arguments(said: str, worded: str) -> None:
    assert in_python(UsageError("No.", hint=said)).hint == worded
    assert in_python(in_python(UsageError("No.", hint=said))).hint == worded


def test_a_parameter_is_named_without_dashes() -> None:
    assert in_python(UsageError("--height: 'x' is not a number.")).message == "height: 'x' is not a number."
