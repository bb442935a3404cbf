"""Pictures of every page in light, dark and on a phone: `python -m tests.browser.gallery FOLDER`.

With `--docs` it makes those that README.md and docs show, each under 100 kB, anew in docs/images: a source is
opened on that of a thing.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from urllib.parse import urlencode

from tests.browser.look import CHROMIUM, Look, chromium, picture
from tests.browser.test_pages import BOOST, PATHS
from tests.conftest import ROOT
from tests.web.conftest import serving

_VIEWS = ("light", "dark", "phone")
_MOST = 100_000  # bytes of a picture in the documentation
_NAMES = "Wrold Bank\nBanque mondiale\nAfDB\nCOTE D IVOIRE\nSocrata, Inc.\nOpen Street Map\nAtlantis"
PICTURES = {
    "home": ("/", "light"),
    "thing": (BOOST, "light"),
    "answer": ("/ask/initiatives-in-country?country=Nepal", "light"),
    "bars": ("/ask/initiatives?view=bars", "dark"),
    "query": ("/query?question=initiatives-in-country", "light"),
    "phone": (BOOST, "phone"),
    "reconcile": (f"/reconcile?{urlencode({'names': _NAMES})}", "light"),
}


OPENED = {"thing": ".facts details.c > summary"}  # a source


def name_of(path: str) -> str:
    """Return what the picture of a page is called."""
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:60] or "home"


def main() -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.browser.gallery")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs" / "images")
    parser.add_argument("--docs", action="store_true", help="make those that the documentation shows")
    given = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("Chromium is not installed; tests/browser/chromium.sh installs it")
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = (
        dict(PICTURES)
        if given.docs
        else {f"{name_of(path)}-{view}": (path, view) for path in PATHS for view in _VIEWS}
    )
    with serving(ROOT) as server, chromium() as browser:
        look = Look(browser, server.url)
        for name, (path, view) in wanted.items():
            file = given.folder / f"{name}.{'webp' if given.docs else 'png'}"
            picture(look, path, view, file, OPENED.get(name, "") if given.docs else "")
            if given.docs and file.stat().st_size > _MOST:
                raise SystemExit(f"{file} is larger than {_MOST} bytes.")
            print(file)


if __name__ == "__main__":
    main()
