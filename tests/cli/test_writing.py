"""What becomes of files when something goes wrong: a clear error, and the old file untouched."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.disks import small_disk as small_disk_on

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<rdf:Description rdf:about="{}"><e:p>{}</e:p></rdf:Description></rdf:RDF>'
)
BIG = 50_000_000  # letters, which stand for the dots of a text once a test writes it
BAD = {
    "relative": {
        "ttl": "<s> <x:p> 1 .",
        "nt": "<s> <x:p> <x:o> .",
        "nq": "<x:s> <x:p> <x:o> <g> .",
        "trig": "<g> { <x:s> <x:p> 1 }",
        "jsonld": '[{"@id": "s", "http://e/p": 1}]',
        "rdf": RDF.format("s", 1),
    },
    "invalid": {
        "ttl": "<http://e/a b> <x:p> 1 .",
        "nt": "<http://a/%zz> <x:p> <x:o> .",
        "nq": "<http://[/> <x:p> <x:o> .",
        "trig": "<x:g> { <x:s> <x:p> <x:\\u0020> }",
        "jsonld": '[{"@context": {"p": "no iri"}, "@id": "http://e/a", "p": 1}]',
        "rdf": RDF.format("http://e/a b", 1),
    },
    "surrogate": {
        "ttl": '<x:s> <x:p> "\\uD800" .',
        "nt": '<x:s> <x:p> "\\uD800" .',
        "nq": '<x:s> <x:p> "\ud800" .',
        "trig": '<x:g> { <x:s> <x:p> "\\uDFFF" }',
        "jsonld": '[{"@id": "x:s", "http://e/p": "\\ud800"}]',
        "rdf": RDF.format("x:s", "&#xD800;"),
    },
    "50 MB": {
        "ttl": '<x:s> <x:p> "…" .',
        "nt": '<x:s> <x:p> "…" .',
        "nq": '<x:s> <x:p> "…" <x:g> .',
        "trig": '<x:g> { <x:s> <x:p> """…""" }',
        "jsonld": '[{"@id": "x:s", "http://e/p": "…"}]',
    },
}
CASES = [(kind, extension) for kind, texts in BAD.items() for extension in texts]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with something to write, and old files to write over."""
    (tmp_path / "data").mkdir()
    (tmp_path / "ogdkg.toml").write_text('[project]\nthings = "http://e/"\n')
    lines = (f'<http://e/s{n}> <http://e/p> "{n}" ; a <http://e/C> .\n' for n in range(2000))
    (tmp_path / "data" / "a.ttl").write_text("".join(lines))
    return tmp_path


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk_on(disk, "16k"):
        yield disk


@pytest.mark.parametrize(("kind", "extension"), CASES)
@pytest.mark.parametrize("command", ["convert", "export"])
def test_input_that_cannot_be_taken(
    ogdkg: Run, folder: Path, command: str, kind: str, extension: str
) -> None:
    source = folder / "data" / f"bad.{extension}"
    text = BAD[kind][extension].replace("…", "a" * BIG)
    source.write_bytes(text.encode(errors="surrogatepass"))
    (folder / "old.nq").write_text("old")
    done = ogdkg(command, *([source, "old.nq"] if command == "convert" else ["-o", "old.nq"]), cwd=folder)
    assert done.returncode == 3
    assert done.stderr.startswith(f"Error: {source if command == 'convert' else f'data/bad.{extension}'}:")
    assert done.stderr.count("\n") == 2
    assert (folder / "old.nq").read_text() == "old"
    assert not list(folder.glob(".old*"))


def test_rdfxml_and_fmt_take_a_long_literal_as_it_is(ogdkg: Run, folder: Path) -> None:
    big = "a" * BIG
    (folder / "big.rdf").write_text(RDF.format("http://e/s", big))
    assert ogdkg("convert", "big.rdf", "big.nt", cwd=folder).returncode == 0
    assert f'"{big}"' in (folder / "big.nt").read_text()
    (folder / "big.ttl").write_text(f'<x:s>  <x:p> "{big}" .')
    assert ogdkg("fmt", "big.ttl", cwd=folder).returncode == 0
    assert (folder / "big.ttl").read_text() == f'<x:s> <x:p> "{big}" .\n'


WRITERS = {
    "export": ["export", "-o", "{}/old.nq"],
    "export packed": ["export", "-o", "{}/old.nq.gz"],
    "export as RDF/XML": ["export", "-o", "{}/old.rdf"],
    "export --construct": ["export", "--construct", "all.rq", "-o", "{}/old.ttl"],
    "export --each": ["export", "--each", "-o", "{}/"],
    "export as tables": ["export", "-f", "csv", "-o", "{}/"],
    "convert": ["convert", "data/a.ttl", "{}/old.nt"],
    "convert packed": ["convert", "data/a.ttl", "{}/old.nt.gz"],
    "diff": ["diff", "empty.ttl", "data/a.ttl", "-o", "{}/old.txt"],
}


def run_writer(ogdkg: Run, folder: Path, arguments: list[str], target: Path) -> str:
    """What a writer says that must fail with code 3; the target keeps what it held."""
    (folder / "empty.ttl").touch()
    (folder / "all.rq").write_text("CONSTRUCT WHERE { ?s ?p ?o }")
    done = ogdkg(*(argument.format(target) for argument in arguments), cwd=folder)
    assert done.returncode == 3, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk(ogdkg: Run, folder: Path, small_disk: Path, writer: str) -> None:
    name = WRITERS[writer][-1].removeprefix("{}/")
    old = small_disk / (name or "C.csv")
    old.write_text("old")
    if name.endswith(".gz"):
        (small_disk / "filler").write_bytes(b"a" * 8192)
    assert "No space left" in run_writer(ogdkg, folder, WRITERS[writer], small_disk)
    assert old.read_text() == "old"
    assert not list(small_disk.glob(".*"))


def test_a_full_disk_of_temporary_files(ogdkg: Run, folder: Path, small_disk: Path) -> None:
    """What is compared lies in a temporary file where there is much; the message names the folder."""
    lines = [f'<x:s{number}> <x:p> "{number:1000}" .\n' for number in range(18_000)]
    (folder / "a.nt").write_text("".join(lines))
    (folder / "b.nt").write_text("".join(lines[1:]))
    done = ogdkg("diff", "a.nt", "b.nt", cwd=folder, TMPDIR=str(small_disk))
    assert done.returncode == 3, done.stderr
    assert "A temporary file in disk cannot be written: No space left on device." in done.stderr
    assert "TMPDIR" in done.stderr


def test_a_full_disk_under_fmt(ogdkg: Run, small_disk: Path) -> None:
    text = "<x:s>  <x:p> " + ", ".join(f'"{n:100}"' for n in range(100)) + " .\n"
    (small_disk / "a.ttl").write_text(text)
    done = ogdkg("fmt", small_disk / "a.ttl")
    assert (done.returncode, "No space left" in done.stderr) == (3, True)
    assert (small_disk / "a.ttl").read_text() == text
    assert [path.name for path in small_disk.iterdir()] == ["a.ttl"]


@pytest.mark.parametrize("writer", WRITERS)
def test_a_path_that_cannot_be_written(ogdkg: Run, folder: Path, writer: str) -> None:
    (folder / "file").write_text("old")
    run_writer(ogdkg, folder, WRITERS[writer], Path("file"))  # a file cannot hold another
    assert (folder / "file").read_text() == "old"


def test_a_disk_that_may_only_be_read(ogdkg: Run, folder: Path, small_disk: Path) -> None:
    (small_disk / "a.ttl").write_text("<x:s>  <x:p> 1 .")
    (small_disk / "old.nt").write_text("old")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    for arguments in (["export", "-o", small_disk / "old.nt"], ["fmt", small_disk / "a.ttl"]):
        done = ogdkg(*arguments, cwd=folder)
        assert (done.returncode, "Read-only" in done.stderr) == (3, True)
    assert (small_disk / "old.nt").read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here to write to")
@pytest.mark.parametrize("arguments", [["export"], ["convert", "data/a.ttl", "-", "-f", "nt"]])
def test_stdout_on_a_full_disk(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "ogdkg", *arguments]
        done = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, "No space left" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["export", "-o", "data/a.ttl"], "data/a.ttl"),
        (["export", "-o", "link.ttl"], "data/a.ttl"),
        (["export", "-o", "ogdkg.toml", "-f", "turtle"], "ogdkg.toml"),
        (["export", "--construct", "made.rq", "-f", "nt", "-o", "made.rq"], "made.rq"),
        (["export", "-f", "turtle", "--each", "-o", "data"], "data/a.ttl"),
        (["convert", "data/a.ttl", "link.ttl"], "data/a.ttl"),
        (["diff", "data/a.ttl", "made.ttl", "-o", "link.ttl"], "data/a.ttl"),
    ],
)
def test_no_file_is_written_over_itself(ogdkg: Run, folder: Path, arguments: list[str], name: str) -> None:
    (folder / "link.ttl").symlink_to("data/a.ttl")
    (folder / "made.rq").write_text("CONSTRUCT WHERE { ?s ?p ?o }")
    (folder / "made.ttl").write_text("<http://e/a> <http://e/p> 1 .")
    (folder / "data" / "b.ttl").write_text("<http://e/a> <http://e/p> 1 .")
    before = (folder / name).read_bytes()
    done = ogdkg(*arguments, cwd=folder)
    assert done.returncode == 2
    assert "both input and output" in done.stderr
    assert (folder / name).read_bytes() == before


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("name", ["old.nt", "old.nt.gz"])
def test_a_write_that_is_interrupted(folder: Path, end: signal.Signals, name: str) -> None:
    """In the middle: some was written beside, and the input has not ended."""
    (folder / name).write_text("old")
    command = [sys.executable, "-m", "ogdkg", "convert", "-", name, "--from", "nt"]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"".join(b"<x:s> <x:p> <x:o%d> .\n" % n for n in range(50_000)))
        process.stdin.flush()
        wait_for(lambda: any(path.stat().st_size for path in folder.glob(f".{name}.*")))
        process.send_signal(end)
        process.wait()  # else its input may end before it does
        _, said = process.communicate()
    left = list(folder.glob(".old*"))
    assert (folder / name).read_text() == "old"
    assert b"Traceback" not in said
    if end == signal.SIGKILL:  # which no program sees coming
        assert len(left) == 1
    else:
        assert (left, process.returncode) == ([], 130 if end == signal.SIGINT else 128 + end)


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_long_export_tells_on_a_terminal_how_far_it_is(folder: Path) -> None:
    lines = (f"<http://e/s{n}> <http://e/p> <http://e/o> .\n" for n in range(120_000))
    (folder / "data" / "b.nt").write_text("".join(lines))
    command = [sys.executable, "-m", "ogdkg", "export", "-f", "turtle", "-o", "a.ttl"]
    parent, child = os.openpty()
    with subprocess.Popen(command, cwd=folder, stderr=child, stdout=child, stdin=child) as process:
        os.close(child)
        said = b""
        with contextlib.suppress(OSError):  # how a terminal ends
            while part := os.read(parent, 4096):
                said += part
    os.close(parent)
    assert process.returncode == 0
    assert b"Read 100,000 statements" in said
    assert b"Writing" in said and b" 50%" in said and b"100%" in said
    quiet = subprocess.run(command, cwd=folder, capture_output=True)
    assert quiet.stderr == b""


def test_a_pipe_is_written_to_and_stays_one(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "g.nt").write_text("<x:s> <x:p> <x:o> .\n")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True)
    assert ogdkg("convert", "g.nt", "pipe", "-f", "ntriples", cwd=tmp_path).returncode == 0
    assert reader.communicate(timeout=20)[0] == "<x:s> <x:p> <x:o> .\n"
    assert pipe.is_fifo()
    done = ogdkg("export", "-f", "nquads", "-o", "/dev/stdout", cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == (0, "") and len(done.stdout) > 1000


def test_our_own_stdout_is_written_to_and_not_replaced(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "g.nt").write_text("<x:s> <x:p> <x:o> .\n")
    (tmp_path / "all").write_text("before\n")
    command = f"{sys.executable} -m ogdkg convert g.nt /dev/stdout -f ntriples >> all"
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    assert (tmp_path / "all").read_text() == "before\n<x:s> <x:p> <x:o> .\n"
    done = ogdkg("convert", "g.nt", "x" * 300 + ".ttl", cwd=tmp_path)
    assert done.returncode == 3 and "cannot be written: File name too long" in done.stderr
