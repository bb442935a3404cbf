"""The forms of a validation report, by the names that the command line gives them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ogdkg.errors import UnknownNameError

if TYPE_CHECKING:  # the names of the forms are wanted before pyoxigraph is
    from ogdkg.validation.core.results import Report

FORMATS = ("text", "json", "junit", "sarif", "github", "turtle")


def report_as(form: str, report: Report) -> str:
    """The report in one of the forms; only the module of that one is imported."""
    if form not in FORMATS:
        raise UnknownNameError("form of report", form, FORMATS)
    module = importlib.import_module(f"ogdkg.render.reports.{form}")
    text: str = getattr(module, f"report_{form}")(report)
    return text
