"""`ogdkg reconcile` with the things of the project itself, and what `ogdkg import` takes of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

GARDENS = ROOT / "docs" / "example" / "gardens"


def _table(folder: Path, text: str, name: str = "names.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_rows_keep_their_order_and_cells(ogdkg: Run, tmp_path: Path) -> None:
    table = _table(tmp_path, '\ufeffn,name,note\r\n2,OAK,"a ""b"", c"\r\n1,,\r\n3,oak,x\r\n')
    done = ogdkg("reconcile", table, "--column", "name", "--matches", cwd=GARDENS)
    assert done.returncode == 0, done.stderr
    rows = _rows(done.stdout)
    assert [(row["n"], row["name"], row["note"]) for row in rows] == [
        ("2", "OAK", 'a "b", c'), ("1", "", ""), ("3", "oak", "x"),
    ]  # fmt: skip
    assert [row["match state"] for row in rows] == ["accepted", "", "accepted"]
    assert rows[0]["match name"] == "Oak"
    assert "3 rows with 2 names: 2 accepted, 0 doubtful, 0 unmatched, 1 without a name." in done.stderr


def test_no_number_is_no_score(ogdkg: Run, tmp_path: Path) -> None:
    table = _table(tmp_path, "name\nOak\n")
    done = ogdkg("reconcile", table, "--column", "name", "--accept", "nan", cwd=GARDENS)
    assert (done.returncode, done.stderr) == (2, "Error: --accept takes a score, not nan.\n")
    one = ogdkg("reconcile", table, "--column", "name", "--matches", cwd=GARDENS)
    assert one.stderr.startswith("1 row with 1 name: 1 accepted")


def test_nothing_is_accepted_silently(ogdkg: Run, tmp_path: Path) -> None:
    table = _table(tmp_path, "name\nOak\n")
    done = ogdkg("reconcile", table, "--column", "name", cwd=GARDENS)
    assert [row["match state"] for row in _rows(done.stdout)] == ["doubtful"]
    assert "Nothing is accepted without --matches, --accept SCORE or --ask." in done.stderr


def test_what_is_accepted_can_be_imported(ogdkg: Run, tmp_path: Path) -> None:
    table = _table(tmp_path, "name\nOakk\nOak\n")
    facts, out = tmp_path / "facts.tsv", tmp_path / "out"
    done = ogdkg(
        "reconcile", table, "--column", "name", "--ask", "--facts", facts, cwd=GARDENS, stdin="1\n1\n"
    )
    assert done.returncode == 0, done.stderr
    assert len(facts.read_text(encoding="utf-8").splitlines()) == 2  # that an oak is called Oak is known
    imported = ogdkg("import", facts, "--mapping", facts.with_suffix(".toml"), "-o", out, cwd=GARDENS)
    assert imported.returncode == 0, imported.stderr
    written = "".join(path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.ttl")))
    assert '"Oakk"' in written
    assert "hiddenLabel" in written
    assert "created" in written
    again = ogdkg("reconcile", table, "--column", "name", "--facts", facts, cwd=GARDENS)
    assert again.returncode == 0, again.stderr
    facts.with_suffix(".toml").write_text("# mine\n", encoding="utf-8")
    refused = ogdkg("reconcile", table, "--column", "name", "--facts", facts, cwd=GARDENS)
    assert refused.returncode == 2
    assert "was not written by `ogdkg reconcile`" in refused.stderr


@pytest.mark.parametrize(
    ("text", "name", "said", "code"),
    [
        ("", "t.csv", "The table is empty.", 3),
        ("nam\nx\n", "t.csv", "The table has no column 'name'.", 3),
        ("name,name\nx,y\n", "t.csv", "more than one column 'name'", 3),
        ("name,match\nx,y\n", "t.csv", "The table has a column 'match' already.", 3),
        ("name,n\nx\n", "t.csv", "t.csv:2: The row has 1 cells, the header 2.", 3),
        ('name\n"x\n', "t.csv", "is not closed", 3),
        ("name\nx\n", "t.xls", "is not a table", 2),
    ],
)
def test_a_table_that_cannot_be_read_is_told(
    ogdkg: Run, tmp_path: Path, text: str, name: str, said: str, code: int
) -> None:
    output = tmp_path / "out.csv"
    done = ogdkg("reconcile", _table(tmp_path, text, name), "--column", "name", "-o", output, cwd=GARDENS)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert not output.exists()


def test_semicolons_are_read_and_written(ogdkg: Run, tmp_path: Path) -> None:
    table = _table(tmp_path, "name;note\nOak;old, tall\n", "names.csv")
    done = ogdkg("reconcile", table, "--column", "name", "--matches", cwd=GARDENS)
    assert done.returncode == 0, done.stderr
    assert "is read with semicolons between its cells" in done.stderr
    header, first = done.stdout.splitlines()
    assert header.startswith("name;note;match;match name;")
    assert first.startswith("Oak;old, tall;http")
    table = _table(tmp_path, "name (a; b)\nOak\n", "names.csv")
    done = ogdkg("reconcile", table, "--column", "name (a; b)", cwd=GARDENS)
    assert (done.returncode, "semicolons" in done.stderr) == (0, False), done.stderr


def test_other_faults_are_told(ogdkg: Run, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(b"name\nCaf\xe9\n")
    done = ogdkg("reconcile", path, "--column", "name", cwd=GARDENS)
    assert (done.returncode, "The table is not UTF-8." in done.stderr) == (3, True)
    done = ogdkg("reconcile", tmp_path / "none.csv", "--column", "name", cwd=GARDENS)
    assert done.returncode == 3, done.stderr
    table = _table(tmp_path, "name\nOak\n")
    done = ogdkg("reconcile", table, "--column", "name", "-o", table, cwd=GARDENS)
    assert done.returncode == 2
    assert table.read_text(encoding="utf-8") == "name\nOak\n"
    done = ogdkg("reconcile", table, "--column", "name", "--type", "Nothing", cwd=GARDENS)
    assert (done.returncode, "There is no type 'Nothing'." in done.stderr) == (2, True)
