"""An assistant without a mind: answers acceptance questions with the tools of `ogdkg mcp` alone.

It knows a question by its words. It finds stored questions by them, grounds what these need by the names that
the words hold, asks the likeliest and then the others that are listed, and compares the rows with those that
the question expects. No answer is written here.

`python -m tests.peers.assistant [N]` asks every N-th question, and prints what it called and what came of it.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

from mcp import Client
from mcp.client.stdio import StdioServerParameters
from tests.conftest import ROOT

from ogdkg.acceptance.questions import Question, read_question
from ogdkg.files.text import read_text

Call = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]  # a tool; its structure
LISTED = 5
_NUMBERS = re.compile(r"\b[0-9]+(?:-[0-9]{2})*\b")
_NAMES = re.compile(r"[A-Z][\w-]*(?: (?:[A-Z][\w-]*|of|for|on|and|the)\b)*")


class Outcome(NamedTuple):
    """What came of a question: the place of the stored question with the right rows, from 1; 0 for none."""

    question: str
    place: int
    calls: tuple[str, ...]


def questions(step: int) -> Iterator[Question]:
    """Yield every so many of the acceptance questions of this project, but for those that expect no rows.

    These would be answered by any question without an answer.
    """
    paths = sorted(ROOT.glob("queries/questions/*.yaml"))
    every = (read_question(read_text(path, path.name), path.name) for path in paths)
    yield from [each for each in every if each.rows][::step]


async def answered(call: Call, question: Question) -> Outcome:
    """Answer a question."""
    calls = [f"find_questions({question.question!r})"]
    found = await call("find_questions", {"question": question.question, "limit": LISTED})
    for place, each in enumerate(found.get("questions", []), 1):
        given = await _given(call, each, question.question, calls)
        needed = {name for name in given if _parameter(each, name)["required"]}
        fewer = {name: value for name, value in given.items() if name in needed}
        for values in (given, fewer) if fewer != given else (given,):
            told = await call("ask", {"question": each["name"], "parameters": values, "limit": 500})
            right = "error" not in told and is_right(told, question)
            calls.append(f"ask({each['name']!r}, {values}): {_words(told)}{' ✓' if right else ''}")
            if right:
                return Outcome(question.question, place, tuple(calls))
    return Outcome(question.question, 0, tuple(calls))


def _parameter(stored: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in stored["parameters"] if each["name"] == name)


async def _given(call: Call, stored: dict[str, Any], text: str, calls: list[str]) -> dict[str, Any]:
    """The values of a stored question: those that the words name, and what a search finds for the rest."""
    given: dict[str, Any] = {}
    used: set[str] = set()
    for each in sorted(stored["parameters"], key=lambda each: not each["required"]):
        if each["type"] in ("date", "integer", "number"):
            named = [number for number in _NUMBERS.findall(text) if number not in used][:1]
        else:
            named = [value for value in each.get("named", []) if value not in used]
        if not named and each["required"] and each["type"] == "name":
            named = await _searched(call, text, used, calls)
        if named:
            given[each["name"]] = named if each.get("several") else named[0]
            used.update(named)
    return given


async def _searched(call: Call, text: str, used: set[str], calls: list[str]) -> list[str]:
    """The first thing that is found by a name in the words."""
    for name in sorted(_NAMES.findall(text.partition(" ")[2]), key=len, reverse=True):
        calls.append(f"search({name!r})")
        found = await call("search", {"text": name, "limit": 1})
        for thing in found.get("things", []):
            if thing["id"] not in used:
                return [thing["id"]]
    return []


def _words(told: dict[str, Any]) -> str:
    if "error" in told:
        return str(told["error"]["message"])
    layers = ", ".join(told["layers"])
    return f"{told['total']} rows, {len(told['citations'])} sources ({layers})"


def is_right(told: dict[str, Any], question: Question) -> bool:
    """Whether rows are those that a question expects; of some layers, those that cite one of these."""
    rows = told["rows"]
    if question.layers:
        wanted = {each["number"] for each in told["citations"] if each.get("layer") in question.layers}
        rows = [row for row in rows if wanted & {*row.get("citations", ())}]
    columns = question.columns or tuple(rows[0]["values"] if rows else ())
    got = [tuple(_cell(row["values"], column) for column in columns) for row in rows]
    expected = [tuple(_text(cell) for cell in row) for row in question.rows]
    return got == expected if question.ordered else sorted({*got}) == sorted({*expected})


def _cell(values: dict[str, Any], column: str) -> str:
    """What stands in a column: a name under `xLabel`, an address under `x`."""
    value = values.get(column, values.get(column.removesuffix("Label")))
    if isinstance(value, dict):
        return str(value["label" if column not in values else "id"])
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).removesuffix(".0")


async def main(step: int) -> None:
    """Ask every so many questions over pipes, and print what came of them."""
    command = StdioServerParameters(command=sys.executable, args=["-m", "ogdkg", "mcp"], cwd=ROOT)
    outcomes = []
    async with Client(command) as client:

        async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            told = (await client.call_tool(tool, arguments)).structured_content
            assert isinstance(told, dict)
            return told

        for question in questions(step):
            outcome = await answered(call, question)
            outcomes.append(outcome)
            print(f"\n{question.question}\n  " + "\n  ".join(outcome.calls), flush=True)
    right = [each.place for each in outcomes if each.place]
    first = sum(place == 1 for place in right)
    print(f"\n{len(right)} of {len(outcomes)} answered, {first} by the first that was listed.")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
