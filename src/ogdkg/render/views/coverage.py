"""Writes coverage and completeness as text, JSON and one HTML page without the document's text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ogdkg.evidence.completeness import CompletenessReport, Expected
from ogdkg.evidence.coverage import Coverage, Line, ranges
from ogdkg.lean import NamedTuple
from ogdkg.text.escape import html, json_text, one_line
from ogdkg.text.plurals import counted

_STEPS = (0, 1, 6, 12, 24)  # the least number of facts for each shade
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: clamp(1.3rem, 5vw, 2rem); overflow-wrap: anywhere; }
.key { display: flex; flex-wrap: wrap; gap: .35rem; }
dt { opacity: .75; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(3.4rem, 1fr)); gap: .25rem;
  list-style: none; margin: 1rem 0; padding: 0; }
li, .key b { border-radius: .25rem; padding: .2rem .4rem; text-align: right;
  font-variant-numeric: tabular-nums; }
li small { display: block; font-size: .7rem; }
.key b { font-weight: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid #8884; padding: .35rem .75rem .35rem 0; text-align: left;
  vertical-align: top; }
thead th { border: 0; font-size: .8rem; font-weight: normal; }
td:nth-of-type(1) { white-space: nowrap; }
.property th { font-weight: normal; padding-left: 1rem; }
meter { width: 4rem; }
@media (max-width: 40rem) {
  thead { display: none; }
  dl, tr { display: block; padding: .35rem 0; }
  th, td { border: 0; display: block; padding: .1rem 0; }
  tr { border-top: 1px solid #8884; }
}
.none { border: 1px dashed #8888; color: #767676; color: light-dark(#6b6b6b, #9a9a9a); }
.s0 { background: #b3261e; color: #fff; } .s1 { background: #dbe9f6; color: #111; }
.s2 { background: #9ecae1; color: #111; } .s3 { background: #2171b5; color: #fff; }
.s4 { background: #08306b; color: #fff; }
"""


class Report(NamedTuple):
    """The coverage of a document, if there is one, and the completeness of things."""

    title: str
    coverage: Coverage | None
    lacks: Sequence[CompletenessReport] = ()


def coverage_text(report: Report) -> Iterator[str]:
    """Yield covered and uncovered lines with the reasons, and what is missing."""
    if report.coverage:
        yield f"{one_line(report.title)}\n{_summary(report.coverage)}\n"
        yield from (f"  {name}: {numbers}\n" for name, numbers in _stretches(report.coverage))
    for lack in report.lacks:
        missing = list(_missing(lack))
        what = "what" if missing else "nothing"
        yield f"\n{one_line(lack.kind)}: {what} is missing of {len(lack.things)}\n"
        for expected, without in missing:
            name = one_line(f"  {expected.name}" if expected.name else expected.group)
            line = f"  {name:<24}  {_share(expected, lack):<10}  {one_line('; '.join(without))}"
            yield line.rstrip() + "\n"


def coverage_json(report: Report) -> Iterator[str]:
    """Yield each line with its passages, facts and share, and what the things of each class lack."""
    found = _lines_json(report.coverage, report.title) if report.coverage else {}
    yield json_text({**found, "missing": list(map(_lack_json, report.lacks))}) + "\n"


def _lines_json(coverage: Coverage, title: str) -> dict[str, object]:
    lines = [
        {
            "line": line.number,
            "kind": line.kind,
            "facts": line.facts,
            "share": _rounded(line.share),
            "passages": line.passages,
        }
        for line in coverage.lines
    ]
    return {
        "source": title,
        "passages": coverage.passages,
        "facts": coverage.facts,
        "covered": coverage.covered,
        "uncovered": coverage.uncovered,
        "wordless": coverage.wordless,
        "reasons": coverage.reasons,
        "lines": lines,
    }


def _lack_json(lack: CompletenessReport) -> dict[str, object]:
    things = [{"iri": thing.value, "label": label} for thing, label in lack.things.items()]
    expected = [
        {
            "group": each.group,
            "property": each.name or None,
            "having": len(each.having),
            "without": lack.without(each),
        }
        for each in lack.expected
    ]
    return {"class": lack.kind, "things": things, "expected": expected}


def coverage_page(report: Report) -> Iterator[str]:
    """Yield a self-contained HTML page: a cell per line, darker for more facts."""
    name = html(report.title)
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Coverage of {name}</title>\n<style>{_STYLE}</style>\n<main>\n<h1>Coverage of {name}</h1>\n"
    if coverage := report.coverage:
        yield f"<p>{html(_summary(coverage))}</p>\n"
        yield f'<p class="key">Facts on a line: {"".join(_keys())} <b class="none">no text</b></p>\n<ol>\n'
        yield from (_cell(line) for line in coverage.lines)
        yield "</ol>\n<dl>\n"
        yield from (f"<dt>{html(each)}</dt><dd>{numbers}</dd>\n" for each, numbers in _stretches(coverage))
        yield "</dl>\n"
    yield from (part for lack in report.lacks for part in _lack_page(lack))
    yield "</main>\n</html>\n"


def _lack_page(lack: CompletenessReport) -> Iterator[str]:
    yield f"<h2>What is missing: {html(lack.kind)}</h2>\n<table>\n"
    yield "<thead><tr><th>what</th><th>who has it</th><th>who has not</th></tr></thead>\n"
    for expected, without in _missing(lack):
        kind, name = ("property", expected.name) if expected.name else ("group", expected.group)
        meter = f'<meter max="{len(lack.things)}" value="{len(expected.having)}"></meter>'
        cells = f"<td>{meter} {_share(expected, lack)}</td><td>{html('; '.join(without))}</td>"
        yield f'<tr class="{kind}"><th scope="row">{html(name)}</th>{cells}</tr>\n'
    yield "</table>\n"


def _missing(lack: CompletenessReport) -> Iterator[tuple[Expected, list[str]]]:
    """Yield what some things lack, each property under its group."""
    gaps = {each.group for each in lack.expected if lack.without(each)}
    for expected in lack.expected:
        without = lack.without(expected)
        if without or (not expected.name and expected.group in gaps):
            yield expected, without


def _share(expected: Expected, lack: CompletenessReport) -> str:
    return f"{len(expected.having)} of {len(lack.things)}"


def _summary(coverage: Coverage) -> str:
    return (
        f"{counted(len(coverage.lines), 'line')}: {len(coverage.covered)} covered by "
        f"{counted(coverage.passages, 'passage')} that {'states' if coverage.passages == 1 else 'state'} "
        f"{counted(coverage.facts, 'fact')}, {len(coverage.lines) - len(coverage.covered)} not"
    )


def _stretches(coverage: Coverage) -> Iterator[tuple[str, str]]:
    """Yield the lines to check, and the reasons why others are not covered."""
    reasons = coverage.reasons
    yield "text that no passage covers", listed(reasons.pop("text", [])) or "none"
    if thin := _thin(coverage):
        yield "covered by less than half", listed(thin)
    yield from ((f"not covered, {kind}", listed(numbers)) for kind, numbers in reasons.items())


def listed(numbers: Iterable[int]) -> str:
    """Return line numbers as ranges.

    >>> listed([1, 2, 3, 7])
    '1-3, 7'
    """
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges(numbers))


def _thin(coverage: Coverage) -> list[int]:
    """Return the lines with less than half of their text in passages."""
    return [line.number for line in coverage.lines if line.passages and (line.share or 0) < 0.5]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _keys() -> Iterator[str]:
    for shade, (least, following) in enumerate(zip(_STEPS, (*_STEPS[1:], None), strict=True)):
        words = f"{least} or more" if following is None else listed(range(least, following))
        yield f'<b class="s{shade}">{words}</b>'


def _cell(line: Line) -> str:
    explained = not line.passages and line.kind != "text"
    shade = max(shade for shade, least in enumerate(_STEPS) if line.facts >= least)
    share = "" if line.share is None else f", {line.share:.0%} of its text"
    facts, passages = counted(line.facts, "fact"), counted(len(line.passages), "passage")
    words = line.kind if explained else f"{facts} in {passages}{share}"
    style = "none" if explained else f"s{shade}"
    number = "" if explained else f"<small>{line.facts}</small>"
    return f'<li class="{style}" title="line {line.number}: {words}">{line.number}{number}</li>\n'


WRITERS: dict[str, Callable[[Report], Iterator[str]]] = {
    "text": coverage_text,
    "json": coverage_json,
    "html": coverage_page,
}
