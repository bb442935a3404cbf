"""Named tuples, regular expressions and signals as Python has them, at less cost: every command waits for it.

To a type checker they are those of `typing`, `re` and `signal`.
"""

from __future__ import annotations

__all__ = ["NamedTuple", "compile_later", "signal"]

TYPE_CHECKING = False  # as in `typing`, which takes 2 ms
if TYPE_CHECKING:
    import signal
    from re import compile as compile_later
    from typing import NamedTuple
else:
    import _signal as signal  # built in: `signal` makes enumerations of its numbers, which takes 2 ms

    class _Made(type):
        """Makes of a class with annotated fields a named tuple that has all else of the class, too.

        `typing.NamedTuple` compiles the annotation of each field, which takes three times as long as all else
        and nobody asks for. Here it stays text, as in any other class.
        """

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            from collections import namedtuple  # which is not there yet where a command starts

            fields = body.pop("__annotations__", {})
            defaults = [body.pop(field) for field in fields if field in body]  # the last ones
            made = namedtuple(name, fields, defaults=defaults, module=body.pop("__module__"))
            made.__annotations__ = made.__new__.__annotations__ = fields
            for attribute, value in body.items():
                setattr(made, attribute, value)
            return made

    # Not by a statement, which would make a named tuple of no fields.
    NamedTuple = type.__new__(_Made, "NamedTuple", (), {"__module__": __name__})

    class compile_later:  # noqa: N801  # a function to whoever calls it
        """A regular expression that is compiled when it is first used: few commands use most of them."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self._written = pattern, flags

        def __getattr__(self, name: str) -> object:
            import re  # 2 ms, with the enumerations that it needs

            value = getattr(re.compile(*self._written), name)
            setattr(self, name, value)  # which is found without this method from now on
            return value
