"""The pages of `ogdkg serve` in a real Chromium: nothing overflows, marks open in place, text can be read."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from tests.browser.test_coverage import CHROMIUM, QUIET
from tests.conftest import ROOT
from tests.web.conftest import Server, serving

PATHS = ("/", "/things", "/id/initiative/boost.html", "/styleguide", "/check", "/new/ogd:Tool")
# What a page looks like in a frame of a width: whether it overflows, and how the first mark opens.
MEASURE = """<script>addEventListener("load", () => {
  const inner = document.querySelector("iframe").contentDocument;
  const looks = [...inner.querySelectorAll("a, p, dt, dd, h1, h2, summary, time, button, label, span, b, q")]
    .filter(each => each.checkVisibility() && each.innerText.trim())
    .map(each => {
      let ground = each;
      const own = node => inner.defaultView.getComputedStyle(node);
      while (ground && own(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
      return [each.innerText.slice(0, 40), own(each).color, ground ? own(ground).backgroundColor : ""];
    });
  const mark = inner.querySelector(".facts .c");
  const root = inner.documentElement;
  const before = root.scrollWidth;
  let note = null;
  if (mark) {
    mark.open = true;
    const box = mark.querySelector(".n").getBoundingClientRect();
    note = [box.left, box.right, box.width, box.height];
  }
  const found = {width: Math.max(before, root.scrollWidth), seen: root.clientWidth, note,
    looks: [...new Set(looks.map(each => JSON.stringify(each)))].map(JSON.parse)};
  const text = document.createElement("pre");
  text.id = "found";
  text.textContent = JSON.stringify(found);
  document.body.append(text);
});</script>"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if CHROMIUM is None and os.environ.get("OGDKG_PEERS") != "required":
        pytest.skip(
            "chromium is not installed, so no page was looked at; tests/browser/chromium.sh installs it"
        )
    assert CHROMIUM, "chromium is not installed; tests/browser/chromium.sh installs it"
    with serving(ROOT) as running:
        yield running


def _measured(server: Server, path: str, width: int, folder: Path, *options: str) -> dict[str, Any]:
    page = server.ask(path, Accept="text/html").body.decode()
    style = re.search(r'<link rel="stylesheet" href="([^"]+)">', page)
    assert style
    sheet = server.ask(style[1]).body.decode()
    framed = escape(page.replace(style[0], f"<style>{sheet}</style>"))
    file = folder / "page.html"
    frame = f'<iframe srcdoc="{framed}" style="width:{width}px;height:900px;border:0"></iframe>'
    file.write_text(f'<!doctype html><meta charset="utf-8"><body>{frame}{MEASURE}')
    command = [str(CHROMIUM), *QUIET, *options, f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run(
        [*command, "--window-size=1400,1000", "--virtual-time-budget=3000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-500:]
    measured: dict[str, Any] = json.loads(unescape(found[1]))
    return measured


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_phone(server: Server, path: str, tmp_path: Path) -> None:
    """Neither it nor what a mark opens is wider than 390 pixels."""
    found = _measured(server, path, 390, tmp_path)
    assert found["width"] <= found["seen"] <= 390
    if found["note"]:
        left, right, width, height = found["note"]
        assert left >= 0
        assert right <= 390
        assert width > 200
        assert height > 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(server: Server, scheme: str, tmp_path: Path) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least, in light and dark."""
    options = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0") if scheme == "dark" else ()
    looks = _measured(server, "/id/initiative/boost.html", 1280, tmp_path, *options)["looks"]
    assert len(looks) > 50
    grounds = {_luminance(ground) < 0.2 for _, _, ground in looks if ground}
    assert (scheme == "dark") in grounds
    for text, colour, ground in looks:
        light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, colour, ground)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
