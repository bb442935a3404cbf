"""Findings as workflow commands, whose text cannot end a command and begin another."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from ogdkg.errors import Place
from ogdkg.render.reports.github import report_github
from ogdkg.validation.core.results import Finding, Report, Severity

A = NamedNode("urn:a")


def test_a_finding_is_one_command_with_its_place() -> None:
    finding = Finding(
        "rule", Severity.WARNING, "It is late.", A, place=Place("a.ttl", 3, 7), hint="Be early."
    )
    told = report_github(Report((), findings=(finding,), names={A: "Ann"}))
    assert told == "::warning file=a.ttl,line=3,col=7,title=rule::Ann: It is late. Be early.\n"


def test_what_is_not_known_is_left_out() -> None:
    told = report_github(Report((), findings=(Finding("r", Severity.VIOLATION, "No."),)))
    assert told == "::error title=r::No.\n"
    assert report_github(Report(())) == ""


@pytest.mark.parametrize("text", ["a\n::error::b", "a\r::set-output name=x::y", "100%0A::error::b", "a,b:c%"])
def test_no_text_begins_a_command_of_its_own(text: str) -> None:
    finding = Finding(text, Severity.INFO, text, A, place=Place(text, 1), hint=text)
    told = report_github(Report((), findings=(finding,), names={A: text}))
    assert told.count("\n") == 1 and told.startswith("::notice file=")
    properties = told.removeprefix("::notice ").partition("::")[0]
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "title"]
