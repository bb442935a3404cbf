"""`ogdkg site` into a folder that a stranger has made: it writes, moves and removes nothing elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ogdkg.errors import OgdkgError
from ogdkg.web.site.folder import STATE, Folder
from tests.conftest import Run

OUTSIDE = [
    "../precious",
    "a/../../precious",
    "",
    ".",
    "/etc/passwd",
    "a//b",
    f"{STATE}/manifest.json",
    f"{STATE.upper()}/manifest.json",
    "C:/precious",
    "a\0b",
    "..\\precious",
]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "site" / STATE / "new").mkdir(parents=True)
    return tmp_path / "site"


def note(site: Path, name: str, **what: object) -> None:
    (site / STATE / name).write_text(json.dumps({"format": 1, "files": {}, "put": [], "remove": []} | what))


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("key", ["files", "put", "remove"])
def test_a_note_names_files_of_the_site_alone(site: Path, key: str, name: str) -> None:
    note(site, "switch.json", **{key: {name: "x"} if key == "files" else [name]})
    with pytest.raises(OgdkgError, match="is not as `ogdkg site` writes it"):
        Folder(site)
    assert (site.parent / "precious").read_text() == "mine"


@pytest.mark.parametrize(
    "wrong", ["[]", "{}", '{"format": 1}', '{"format": 1, "files": 3, "put": 1, "remove": {}}']
)
@pytest.mark.parametrize("name", ["switch.json", "manifest.json"])
def test_a_damaged_note_is_met_with_a_sentence(site: Path, name: str, wrong: str) -> None:
    (site / STATE / name).write_text(wrong)
    with pytest.raises(OgdkgError, match="is not as `ogdkg site` writes it"):
        Folder(site)


@pytest.mark.parametrize("name", ["new", "lock", "manifest.json", "switch.json"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_nothing_of_ours_is_a_link_or_a_pipe(site: Path, name: str, kind: str) -> None:
    path = site / STATE / name
    if name == "new":
        path.rmdir()
    path.symlink_to(site.parent) if kind == "link" else os.mkfifo(path)
    with pytest.raises(OgdkgError, match="is not as `ogdkg site` writes it"):
        Folder(site)


@pytest.mark.parametrize("key", ["put", "remove"])
def test_no_link_leads_out_of_a_site(site: Path, key: str) -> None:
    (site / "a").symlink_to(site.parent)
    (site / STATE / "new" / "a").mkdir()
    (site / STATE / "new" / "a" / "precious").write_text("theirs")
    note(site, "switch.json", **{key: ["a/precious"]})
    with pytest.raises(OgdkgError):
        Folder(site)
    assert (site.parent / "precious").read_text() == "mine"


def test_nothing_is_fetched_into_a_site_by_a_link(site: Path) -> None:
    (site / STATE / "new" / "a").symlink_to(site.parent)
    note(site, "switch.json", put=["a/precious"])
    with pytest.raises(OgdkgError):
        Folder(site)
    assert (site.parent / "precious").read_text() == "mine" and not (site / "a").exists()


def test_the_command_tells_of_it(ogdkg: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text("[project]\nname = 'a'\n")
    note(site, "switch.json", remove=["../precious"])
    done = ogdkg("site", site, cwd=tmp_path)
    assert done.returncode == 3 and "is not as `ogdkg site` writes it" in done.stderr
    assert (tmp_path / "precious").exists()
