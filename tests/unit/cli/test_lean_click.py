"""What stands in for modules of Python is as good as these."""

from __future__ import annotations

import inspect
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from ogdkg.cli.lean_click import _Inspect

PROGRAM = """
import sys
from ogdkg.cli.lean_click import import_click
import_click()
assert not {"ast", "dis", "platform"} & set(sys.modules)
import click
assert "uuid" not in sys.modules
import uuid, inspect
given = "12345678123456781234567812345678"
assert click.UUID.convert(given, None, None) == uuid.UUID(given) == click.UUID(uuid.UUID(given))
assert click.UUID.name == "uuid" and isinstance(uuid.uuid4(), uuid.UUID)
assert "ast" not in sys.modules
assert str(inspect.signature(lambda a, *b: 0)) == "(a, *b)"
from inspect import Parameter
assert inspect.Parameter is Parameter is sys.modules["inspect"].Parameter
assert inspect.cleandoc(" a\\n  b\\n ") == "a\\nb"
"""


@given(st.text(alphabet="ab \t\n\r\x0b\x0c\u00a0é"))
def test_a_text_is_cleaned_as_python_does(text: str) -> None:
    assert _Inspect("inspect").cleandoc(text) == inspect.cleandoc(text)


def test_who_asks_for_more_gets_the_real_one() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], check=True, timeout=60)
