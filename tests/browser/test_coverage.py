"""The page of `ogdkg coverage` in a real Chromium: nothing overflows, and what is coloured can be read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from ogdkg import open_graph
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.completeness import completeness
from ogdkg.evidence.coverage import Coverage, Line
from ogdkg.render.views.coverage import Report, coverage_page
from tests.conftest import ROOT, need

CHROMIUM = shutil.which("chromium")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# What the page looks like, put into it as text: its width, its cells, and both colours of each kind of cell.
MEASURE = """<script>addEventListener("load", () => {
  const cells = [...document.querySelectorAll("li")];
  const looks = Object.fromEntries(cells.map(cell => {
    const style = getComputedStyle(cell);
    return [cell.className, [style.color, style.backgroundColor]];
  }));
  const places = new Set(cells.map(cell => JSON.stringify(cell.getBoundingClientRect())));
  const root = document.documentElement;
  const found = {width: root.scrollWidth, seen: root.clientWidth, places: places.size, looks,
    rows: document.querySelectorAll("tbody tr, table tr").length};
  const text = document.createElement("pre");
  text.id = "found";
  text.textContent = JSON.stringify(found);
  document.body.append(text);
});</script>"""


@pytest.fixture(scope="module")
def page() -> str:
    """Lines of every shade, as many as our document has, and what our own entries lack."""
    need(CHROMIUM, "Chromium", "tests/browser/chromium.sh")
    facts = (0, 1, 7, 15, 30)
    lines = [Line(n, "text", ("urn:p",) if n % 6 else (), facts[n % 5], 0.5) for n in range(1, 130)]
    lines += [Line(n, "blank", (), 0, None) for n in range(130, 135)]
    report = Report(
        "a-name-of-a-document-that-has-no-blank-in-it.txt",
        Coverage(tuple(lines), 1, 9),
        completeness(Citations(open_graph(ROOT))),
    )
    return "".join(coverage_page(report))


def _measured(page: str, width: int, folder: Path) -> dict[str, Any]:
    file = folder / "page.html"
    file.write_text(page.replace("</main>", f"</main>{MEASURE}"))
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=2000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout)
    assert found, done.stdout[-500:]
    measured: dict[str, Any] = json.loads(unescape(found[1]))
    return measured


@pytest.mark.parametrize("width", [500, 1100])
def test_the_page_fits_its_window(page: str, width: int, tmp_path: Path) -> None:
    found = _measured(page, width, tmp_path)
    assert found["width"] <= found["seen"] <= width
    assert found["places"] == 134
    assert found["rows"] > 10


def test_what_is_coloured_can_be_read(page: str, tmp_path: Path) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    looks = _measured(page, 1100, tmp_path)["looks"]
    assert looks.keys() == {"s0", "s1", "s2", "s3", "s4", "none"}
    for name, (text, ground) in looks.items():
        if name != "none":  # stands on the page itself
            light, dark = sorted((_luminance(text), _luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
