"""What the small picture of a thing's page shows: what the thing is linked to, a bit of each property."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from ogdkg.web.drawing.tree import Near, Tree, grown
from ogdkg.web.pages.shown import Property
from ogdkg.web.pages.thing import Thing

_LEAST = 2  # links that are worth a picture


def nearest(thing: Thing) -> Tree | None:
    """Return the picture of what a thing is linked to; None where that is too little.

    The first value of each property comes first, so that one of many values does not fill it.
    """
    properties = [each for section in thing.sections if not section.part for each in section.properties]
    said = _turns([*properties, *thing.elsewhere])
    found = {near.address: near for near in reversed([*said, *_turns(thing.links)])}
    own = thing.address
    near = [each for each in reversed(found.values()) if each.address != own]
    return grown(near) if len(near) >= _LEAST else None


def _turns(properties: Iterable[Property]) -> list[Near]:
    """The things that properties name, the first of each property before the second of any."""
    named = [
        [
            Near(value.text, value.address, each.name)
            for value in (*each.values, *each.more)
            if value.address and not value.is_outside and not value.is_record
        ]
        for each in properties
    ]
    return [near for turn in zip_longest(*named) for near in turn if near]
