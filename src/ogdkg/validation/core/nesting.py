"""The ways in which what stands within something else must not, and how deep it may."""

from __future__ import annotations

from typing import NamedTuple

from ogdkg.validation.core.depth import HIGHEST_MAX_DEPTH

DEEPER = f"Name shapes once and flatten them, or allow up to {HIGHEST_MAX_DEPTH:,} with --max-depth."
FLATTER = "Write it as a sequence or an alternative of more members."
DEEPEST_PATH = 200
# What looks at a shape looks at each shape that it names: ten that name the next one twice are a thousand.
MOST_PARTS = 100_000
PARTS_HINT = f"There may be {MOST_PARTS:,} shapes once each reference is replaced by what it names."


class Fault(NamedTuple):
    """A way in which nodes of a shapes graph must not lead to themselves, nor be nested too deeply."""

    what: str
    hint: str
    too_deep: str
    flatter: str


RECURSIVE = Fault(
    "The shapes are recursive: {}.",
    "SHACL does not define what recursive shapes mean.",
    "More than {:,} shapes stand within one another here.",
    DEEPER,
)
ENDLESS = Fault(
    "A path leads to itself.",
    "Use a separate node for each step of a path.",
    "More than {:,} paths stand within one another here.",
    FLATTER,
)
TOO_MANY = "The shapes refer to one another too often here."

CIRCULAR = Fault(
    "A node expression leads to itself.",
    "Use a separate node for each part of an expression.",
    "More than {:,} node expressions stand within one another here.",
    FLATTER,
)
