"""What stands in for modules of Python is as good as these."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.cli.lean_click import _Inspect, _Shutil

PROGRAM = """
import sys
from ogdkg.cli.lean_click import import_click
import_click()
import click
assert "file" in click.Path().name + click.BadParameter("file").format_message()
option = click.Command("c", params=[click.Option(["-f", "--format"])])
assert option.make_context("c", ["-f", "csv"]).params == {"format": "csv"}
assert not {"ast", "dis", "heapq", "platform", "locale"} & set(sys.modules)
try:
    option.make_context("c", ["--from", "csv"])
except click.NoSuchOption as error:
    assert error.possibilities == ["--format"]
from difflib import SequenceMatcher, get_close_matches
assert get_close_matches("-oak", ["oak", "--oak"]) == ["--oak", "oak"]
assert SequenceMatcher(None, "a", "a").ratio() == 1
import shutil
assert "bz2" not in sys.modules and shutil.get_terminal_size() and shutil.which("sh") and "bz2" in sys.modules
import pathlib
def real(*names):
    return [name for name in names if getattr(sys.modules.get(name), "__spec__", None)]
assert real("uuid", "datetime", "ipaddress", "urllib.parse", "ntpath", "threading") == []
assert pathlib.PureWindowsPath("C:/a", "b").as_posix() == "C:/a/b"
import threading
found = []
thread = threading.Thread(target=lambda: found.append(click.get_current_context(silent=True)))
with option.make_context("c", []):
    thread.start()
    thread.join()
    assert found == [None] and click.get_current_context().info_name == "c"
assert threading.main_thread() is threading.current_thread() and threading is sys.modules["threading"]
import datetime
day = datetime.datetime(2026, 11, 30)
assert click.DateTime().convert("2026-11-30", None, None) == day == click.DateTime().convert(day, None, None)
assert pathlib.Path("/a b").as_uri() == "file:///a%20b"
import urllib.parse
assert urllib.parse.urlsplit("http://[::1]/a").hostname == "::1"
from urllib.parse import quote
assert urllib.parse is sys.modules["urllib.parse"] and quote("a b") == "a%20b"
import ipaddress
assert ipaddress.ip_address("::1").version == 6
assert real("datetime", "urllib.parse") == ["datetime", "urllib.parse"]
import uuid, inspect
given = "12345678123456781234567812345678"
assert click.UUID.convert(given, None, None) == uuid.UUID(given) == click.UUID(uuid.UUID(given))
assert click.UUID.name == "uuid" and isinstance(uuid.uuid4(), uuid.UUID)
assert "ast" not in sys.modules
from gettext import gettext, ngettext
assert (gettext("a"), ngettext("one", "more", 1), ngettext("one", "more", 2)) == ("a", "one", "more")
import gettext
assert issubclass(gettext.GNUTranslations, gettext.NullTranslations)
assert str(inspect.signature(lambda a, *b: 0)) == "(a, *b)"
from inspect import Parameter
assert inspect.Parameter is Parameter is sys.modules["inspect"].Parameter
assert inspect.cleandoc(" a\\n  b\\n ") == "a\\nb"
"""


@given(st.text(alphabet="ab \t\n\r\x0b\x0c\u00a0é"))
def test_a_text_is_cleaned_as_python_does(text: str) -> None:
    assert _Inspect("inspect").cleandoc(text) == inspect.cleandoc(text)


@pytest.mark.parametrize("columns", [None, "", "0", "-7", "33", " 44 ", "wide"])
def test_a_terminal_is_as_wide_as_python_says(columns: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINES", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert _Shutil("shutil").get_terminal_size() == shutil.get_terminal_size()
    assert _Shutil("shutil").get_terminal_size((70, 7)) == shutil.get_terminal_size((70, 7))


def test_who_asks_for_more_gets_the_real_one() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], check=True, timeout=60)
