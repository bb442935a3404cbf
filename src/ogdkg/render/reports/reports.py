"""The formats of a validation report, by their names on the command line."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from ogdkg.errors import UnknownNameError
from ogdkg.text.escape import PLAIN, Ink

if TYPE_CHECKING:  # the names are needed before pyoxigraph is
    from ogdkg.validation.core.results import Report

FORMATS = ("text", "json", "junit", "sarif", "github", "turtle", "html")


def report_as(form: str, report: Report, ink: Ink = PLAIN) -> str:
    """Format the report; imports only the module of that format. Only text has colours.

    Raises:
        UsageError: There is no such form of report.
    """
    if form not in FORMATS:
        raise UnknownNameError("form of report", form, FORMATS)
    module = importlib.import_module(f"ogdkg.render.reports.{form}")
    write: Callable[..., str] = getattr(module, f"report_{form}")
    return write(report, ink) if form == "text" else write(report)
