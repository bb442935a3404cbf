"""The forms of a validation report, by the names that the command line gives them."""

from __future__ import annotations

from collections.abc import Callable

from ogdkg.render.report_github import report_github
from ogdkg.render.report_json import report_json
from ogdkg.render.report_junit import report_junit
from ogdkg.render.report_sarif import report_sarif
from ogdkg.render.report_text import report_text
from ogdkg.render.report_turtle import report_turtle
from ogdkg.validation.report import Report

VIEWS: dict[str, Callable[[Report], str]] = {
    "text": report_text,
    "json": report_json,
    "junit": report_junit,
    "sarif": report_sarif,
    "github": report_github,
    "turtle": report_turtle,
}
