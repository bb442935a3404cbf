"""A document's coverage as text, as JSON, and as one page that shows line numbers and none of its text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from html import escape

from ogdkg.coverage import Coverage, Line, ranges

_STEPS = (0, 1, 6, 12, 24)  # the least number of facts for each shade
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(3.4rem, 1fr)); gap: .25rem;
  list-style: none; margin: 1rem 0; padding: 0; }
li, .key b { border-radius: .25rem; padding: .2rem .4rem; text-align: right;
  font-variant-numeric: tabular-nums; }
li small { display: block; font-size: .7rem; }
.key b { font-weight: normal; margin-right: .5rem; }
.none { border: 1px dashed #8888; color: #767676; }
.s0 { background: #b3261e; color: #fff; } .s1 { background: #dbe9f6; color: #111; }
.s2 { background: #9ecae1; color: #111; } .s3 { background: #3182bd; color: #fff; }
.s4 { background: #08306b; color: #fff; }
"""


def coverage_text(coverage: Coverage, title: str) -> Iterator[str]:
    """What is covered and what is not, in a few lines."""
    yield f"{title}\n"
    yield (
        f"{len(coverage.lines)} lines: {len(coverage.covered)} covered by {coverage.passages} passages that "
        f"state {coverage.facts} facts, {len(coverage.wordless)} without words, "
        f"{len(coverage.uncovered)} not covered\n"
    )
    for name, numbers in (
        ("not covered", coverage.uncovered),
        ("covered by less than half", _thin(coverage)),
        ("without words", coverage.wordless),
    ):
        if numbers:
            yield f"  {name}: {listed(numbers)}\n"


def coverage_json(coverage: Coverage, title: str) -> Iterator[str]:
    """Every line with its passages, facts and share."""
    lines = [
        {"line": line.number, "facts": line.facts, "share": _rounded(line.share), "passages": line.passages}
        for line in coverage.lines
    ]
    found = {
        "source": title,
        "passages": coverage.passages,
        "facts": coverage.facts,
        "covered": coverage.covered,
        "uncovered": coverage.uncovered,
        "wordless": coverage.wordless,
        "lines": lines,
    }
    yield json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def coverage_page(coverage: Coverage, title: str) -> Iterator[str]:
    """One HTML file that needs no other: a cell for each line, the darker the more facts it yields."""
    name = escape(title)
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Coverage of {name}</title>\n<style>{_STYLE}</style>\n"
    yield f"<h1>Coverage of {name}</h1>\n"
    _, summary, *rest = coverage_text(coverage, title)
    yield f"<p>{escape(summary.strip())}</p>\n"
    yield f'<p class="key">Facts on a line: {"".join(_keys())} <b class="none">no words</b></p>\n<ol>\n'
    yield from (_cell(line) for line in coverage.lines)
    yield "</ol>\n"
    yield from (f"<p>{escape(each.strip())}</p>\n" for each in rest)
    yield "</html>\n"


def listed(numbers: Iterable[int]) -> str:
    """Line numbers in few words.

    >>> listed([1, 2, 3, 7])
    '1-3, 7'
    """
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges(numbers))


def _thin(coverage: Coverage) -> list[int]:
    """The lines that passages touch, but less than half of whose text lies in them."""
    return [line.number for line in coverage.lines if line.passages and (line.share or 0) < 0.5]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _keys() -> Iterator[str]:
    for shade, (least, following) in enumerate(zip(_STEPS, (*_STEPS[1:], None), strict=True)):
        words = f"{least} or more" if following is None else listed(range(least, following))
        yield f'<b class="s{shade}">{words}</b>'


def _cell(line: Line) -> str:
    wordless = line.share is None and not line.passages
    shade = max(shade for shade, least in enumerate(_STEPS) if line.facts >= least)
    share = "" if line.share is None else f", {line.share:.0%} of its text"
    words = "no words" if wordless else f"{line.facts} facts in {len(line.passages)} passages{share}"
    style = "none" if wordless else f"s{shade}"
    facts = "" if wordless else f"<small>{line.facts}</small>"
    return f'<li class="{style}" title="line {line.number}: {words}">{line.number}{facts}</li>\n'


WRITERS: dict[str, Callable[[Coverage, str], Iterator[str]]] = {
    "text": coverage_text,
    "json": coverage_json,
    "html": coverage_page,
}
