"""The page of `ogdkg validate -f html` in a real Chromium: it fits, can be read, and filters."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, need

CHROMIUM = shutil.which("chromium")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LONG = "a-long-name-" * 20
DATA = f"""@prefix ex: <http://e/{LONG}#> .
ex:a a ex:C ; ex:n 5 ; ex:note "{"text " * 60}" .
ex:b a ex:C ; ex:n "x" .
"""
SHAPES = f"""@prefix ex: <http://e/{LONG}#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:property [ sh:path ex:n ; sh:datatype xsd:integer ] ;
  sh:property [ sh:path ex:note ; sh:maxLength 3 ; sh:severity sh:Warning ] ;
  sh:property [ sh:path ex:none ; sh:minCount 1 ; sh:severity sh:Info ] .
"""
# What the page looks like, as text: its width, the colour of each text on its ground, and what a filter
# leaves.
MEASURE = """
const root = document.documentElement, seen = document.querySelectorAll.bind(document);
const ground = each => {
  for (let at = each; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour;
  }
};
const looks = [...seen("h1,h4,p,dt,dd,td,th,caption,a,.tag,.soft,mark,code,summary,label,legend,footer p")]
  .map(each => [each.tagName + "." + each.className, getComputedStyle(each).color, ground(each)]);
const shown = () => [...seen("article")].filter(each => getComputedStyle(each).display !== "none").length;
const field = document.querySelector("input[type=search]"), counts = [shown()];
field.value = "datatype"; field.dispatchEvent(new Event("input")); counts.push(shown());
field.value = ""; field.dispatchEvent(new Event("input")); counts.push(shown());
document.getElementById("show-info").checked = false; counts.push(shown());
const text = document.createElement("pre");
text.id = "found";
text.textContent = JSON.stringify({width: root.scrollWidth, window: root.clientWidth, looks, counts});
"""


@pytest.fixture(scope="module")
def page(ogdkg: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    need(CHROMIUM, "Chromium", "tests/browser/chromium.sh")
    folder = tmp_path_factory.mktemp("report")
    (folder / "d.ttl").write_text(DATA)
    (folder / "s.ttl").write_text(SHAPES)
    return ogdkg("validate", "d.ttl", "--shapes", "s.ttl", "-f", "html", cwd=folder).stdout


def _measured(page: str, folder: Path, width: int, *flags: str) -> dict[str, Any]:
    """What the page measures in a frame of that width; a window may not be so narrow."""
    free = re.sub(r"<meta http-equiv=[^>]*>", "", page)  # which lets no script of ours in
    inner = free.replace("</body>", f"<script>{MEASURE}parent.document.body.append(text)</script></body>")
    frame = f'<iframe style="border:0;width:{width}px;height:900px" srcdoc="{escape(inner)}"></iframe>'
    found = re.search(
        r'<pre id="found">(.*?)</pre>', _dumped(f"<!doctype html><body>{frame}", folder, *flags)
    )
    assert found
    measured: dict[str, Any] = json.loads(unescape(found[1]))
    return measured


def _dumped(page: str, folder: Path, *flags: str) -> str:
    (folder / "page.html").write_text(page)
    command = [
        str(CHROMIUM),
        *QUIET,
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1400,900",
        *flags,
    ]
    done = subprocess.run(
        [*command, "--virtual-time-budget=2000", "--dump-dom", (folder / "page.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_its_window_and_filters(page: str, width: int, tmp_path: Path) -> None:
    found = _measured(page, tmp_path, width)
    assert found["width"] <= found["window"] <= width
    assert found["counts"] == [4, 1, 4, 2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(page: str, scheme: str, tmp_path: Path) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least, in both colour schemes."""
    dark = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0") if scheme == "dark" else ()
    looks = _measured(page, tmp_path, 1280, *dark)["looks"]
    grounds = {ground for _, _, ground in looks}
    assert ("rgb(20, 23, 26)" in grounds) == (scheme == "dark")
    for name, text, ground in looks:
        light, low = sorted((_luminance(text), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (low + 0.05) >= 4.5, (name, text, ground)


def test_its_policy_lets_its_own_script_in(page: str, tmp_path: Path) -> None:
    assert '<input type="search">' in _dumped(page, tmp_path)
    assert '<input type="search">' not in page
    assert '<input type="search">' not in _dumped(page.replace("const box", "const  box"), tmp_path)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
