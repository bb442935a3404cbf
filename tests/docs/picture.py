"""docs/images/citation.svg: a passage, its statements in a named graph, and an answer that cites them.

What the picture says comes from the data and from the command line, so that it stays true.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "images" / "citation.svg"
DATA = ROOT / "data" / "initiatives" / "opn.trig"
PASSAGE, READING = "passage:opn-owner", "reading:opn-owner"
COMMAND = ("query", "partners", "--initiative", "OPN", "--cite")
WIDTH, HEIGHT, LINE = 880, 392, 21
STYLE = """
text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2933 }
.head { font: 600 14px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #45515d }
.prose { font: 600 15px Georgia, "DejaVu Serif", serif; fill: #7a4100 }
.code { font-size: 12.5px }
.dim { fill: #697783 }
.graph { font-size: 12.5px; fill: #7a4100; font-weight: 600 }
.page { fill: #f1f4f7 }
.card { fill: #ffffff; stroke: #c5ccd3 }
.bar { fill: #d5dbe1 }
.quote { fill: #fdebc4 }
.arrow { stroke: #697783; stroke-width: 2; fill: none }
.tip { fill: #697783 }
.shell { fill: #18222c }
.typed { fill: #ffffff; font-weight: 600 }
.out { fill: #dbe3ea }
.cited { fill: #ffc870; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9ee }
  .head { fill: #c3ced8 }
  .dim { fill: #a3b1be }
  .prose, .graph { fill: #ffc870 }
  .page { fill: #141c24 }
  .card { fill: #1e2832; stroke: #46535f }
  .bar { fill: #46535f }
  .quote { fill: #4a3a16 }
  .arrow { stroke: #a3b1be }
  .tip { fill: #a3b1be }
  .shell { fill: #070b0f }
}
"""


def drawing() -> str:
    """The picture as SVG."""
    data = DATA.read_text(encoding="utf-8")
    first, last, fragment = _description(data)
    rows = _rows()
    title = f"Lines {first} to {last} of a document, the statements they make, and an answer that cites them"
    body = (
        *_passage(first, last, fragment),
        *_statements(_block(data)),
        *_answer(rows, f"L{first}\u2013{last}"),
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    page = f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="12"/>'
    return "\n".join([head, f"<title>{title}</title>", f"<style>{STYLE}</style>", page, *body, "</svg>", ""])


def _description(data: str) -> tuple[str, str, str]:
    """The lines of the passage, and what is quoted of it."""
    about = data[data.index(f"{PASSAGE} a ogd:Passage") :]
    found = re.search(r"startLine (\d+).*?endLine (\d+).*?exact \"(.*?)\"", about, re.DOTALL)
    assert found
    return found[1], found[2], found[3]


def _block(data: str) -> list[str]:
    """The named graph of the reading, as the file has it."""
    begin = data.index(f"\n{READING} {{") + 1
    return data[begin : data.index("\n}", begin) + 2].splitlines()


def _rows() -> list[str]:
    run = [sys.executable, "-m", "ogdkg", "-q", *COMMAND]
    return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}" xml:space="preserve"{attribute}>{escape(text, quote=False)}</text>'


def _box(kind: str, x: int, y: int, width: int, height: int, radius: int = 8) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>'


def _passage(first: str, last: str, fragment: str) -> Iterator[str]:
    """The source document: its lines as bars, and the quoted fragment; no more of its text."""
    yield _text(28, 34, "1  A passage of the document", "head")
    yield _box("card", 24, 48, 232, 150)
    for number, y in ((int(first) - 1, 80), (int(first), 108), (int(last), 136), (int(last) + 1, 164)):
        yield _text(38, y + 5, str(number), "dim")
    yield _box("bar", 78, 76, 162, 8, 4)
    yield _box("bar", 78, 104, 76, 8, 4)
    yield _box("quote", 158, 95, 86, 26, 4)
    yield _box("bar", 166, 104, 70, 8, 4)
    yield _box("quote", 74, 123, 112, 26, 4)
    yield _text(82, 141, f"“{fragment}”", "prose")
    yield _box("bar", 194, 132, 46, 8, 4)
    yield _box("bar", 78, 160, 130, 8, 4)


def _statements(block: list[str]) -> Iterator[str]:
    """The named graph, as the data file has it."""
    yield _text(302, 34, "2  Its statements, in a named graph", "head")
    yield _box("card", 298, 48, 558, 150)
    for number, line in enumerate(block):
        yield _text(310, 75 + number * LINE, line, "graph" if number == 0 else "code")
    yield '<path class="arrow" d="M262 123 H286"/><path class="tip" d="M284 117 l10 6 l-10 6 z"/>'


def _answer(rows: list[str], lines: str) -> Iterator[str]:
    yield '<path class="arrow" d="M577 202 V226"/><path class="tip" d="M571 224 l6 10 l6 -10 z"/>'
    yield _text(28, 228, "3  An answer that cites them", "head")
    yield _box("shell", 24, 242, 832, 126)
    yield _text(42, 272, f"$ ogdkg {' '.join(COMMAND)}", "typed")
    for number, row in enumerate(rows):
        before, mark, after = row.partition(lines)
        parts = escape(before) + (f'<tspan class="cited">{mark}</tspan>{escape(after)}' if mark else "")
        y = 272 + (number + 1) * LINE + 4
        yield f'<text class="out" x="42" y="{y}" xml:space="preserve">{parts}</text>'


def write() -> None:
    """Draw the picture anew."""
    PICTURE.write_text(drawing(), encoding="utf-8")
