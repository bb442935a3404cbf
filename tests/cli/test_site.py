"""`ogdkg site`: the pages as plain files, whose links all lead somewhere, the same each time."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
import rdflib
from tests.conftest import TREES, Run, started
from tests.offline import need_engine
from tests.terminals import on_terminal

from ogdkg.cli.main import main
from ogdkg.errors import InputError, LimitError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.show import profile
from ogdkg.graph.graph import Graph
from ogdkg.project.project import find_project
from ogdkg.rdf.terms import Iri
from ogdkg.web import extra
from ogdkg.web.site.site import Options, build

BASE = "https://data.example.org/kg"
LINK = re.compile(r' (?:href|src|action)="([^"]*)"')
ODD = """
@prefix t: <https://odd.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
t:Thing a rdfs:Class ; rdfs:label "Thing" .
t:a a t:Thing ; rdfs:label "Small a" ;
  rdfs:seeAlso t:A, <https://odd.example/a%20b>, <https://odd.example/a/> .
t:A a t:Thing ; rdfs:label "Capital a" .
<https://odd.example/a%20b> a t:Thing ; rdfs:label "A space" .
<https://odd.example/a%2Fb> a t:Thing ; rdfs:label "A slash" .
<https://odd.example/a/> a t:Thing ; rdfs:label "A folder" .
<https://odd.example/a.ttl> a t:Thing ; rdfs:label "A suffix" .
<https://odd.example/.htaccess> a t:Thing ; rdfs:label "A hidden name" .
<https://odd.example/_ogdkg/search/index> a t:Thing ; rdfs:label "A name of ours" .
<https://odd.example/ask/x> a t:Thing ; rdfs:label "A folder of ours" .
<https://odd.example/index> a t:Thing ; rdfs:label "The first page" .
<https://odd.example/404> a t:Thing ; rdfs:label "Nothing" .
<https://odd.example/con> a t:Thing ; rdfs:label "A device" .
<https://odd.example/été> a t:Thing ; rdfs:label "Été" .
<https://odd.example/a:b?c=d> a t:Thing ; rdfs:label "A question" .
<https://odd.example/../../up> a t:Thing ; rdfs:label "Up" .
<https://odd.example/LONG> a t:Thing ; rdfs:label "Long" .
<https://odd.example/v#part> a t:Thing ; rdfs:label "A part" .
<https://other.example/x> a t:Thing ; rdfs:label "<script>alert(1)</script>" .
""".replace("LONG", "x" * 300)
TINY = """
@prefix t: <https://odd.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
t:a a t:Thing ; rdfs:label "One" .
"""
SETTINGS = """
[project]
name = "odd"
things = "https://odd.example/"
[[layer]]
name = "data"
files = ["*.ttl"]
"""


def files(site: Path) -> dict[str, bytes]:
    found = (path for path in site.rglob("*") if path.is_file() and ".ogdkg-site" not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def broken(site: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """The links to no file of a site, or to no place in it."""
    pages = {name: data.decode() for name, data in site.items() if name.endswith(".html")}
    ids = {name: set(re.findall(r' id="([^"]*)"', text)) for name, text in pages.items()}
    for name in ids.keys() - {"404.html"}:
        for link in map(unescape, LINK.findall(pages[name])):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            path = os.path.normpath(Path(name).parent / unquote(parts.path)) if parts.path else name
            if path not in site or (
                path in ids and parts.fragment and unquote(parts.fragment) not in ids[path]
            ):
                yield name, link


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "ogdkg.toml").write_text(SETTINGS)
    (folder / "data.ttl").write_text(ODD)
    return folder


@pytest.fixture(scope="module")
def odd_site(ogdkg: Run, odd: Path) -> Path:
    done = ogdkg("site", "public", "--base", BASE, cwd=odd)
    assert done.returncode == 0, done.stderr
    return odd / "public"


@pytest.fixture(scope="module")
def trees_site(ogdkg: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("trees") / "site"
    done = ogdkg("site", site, cwd=TREES)
    assert done.returncode == 0, done.stderr
    return site


def test_the_packages_are_named_that_are_missing(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tiny)
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    assert main(["site", "public"]) == 2
    told = capsys.readouterr().err
    assert "The packages for pages are not installed." in told
    assert "pip install 'ogdkg[serve]'" in told
    assert not (tiny / "public").exists()


def test_how_far_it_is_ends_before_what_was_written(tmp_path: Path) -> None:
    words = ("site", str(tmp_path / "site"), "--base", "https://trees.example")
    screen = on_terminal(*words, cwd=TREES)
    drawn = re.search(r"\r([\d,]+) of \1 files\n([\d,]+) files, [^\n]* written", screen)
    assert drawn, screen
    assert drawn[1] == drawn[2]
    assert screen.count(" files\n") == 1
    assert " of " not in on_terminal(*words, cwd=TREES)


def test_every_link_leads_somewhere(odd_site: Path, trees_site: Path) -> None:
    assert list(broken(files(odd_site))) == []
    assert list(broken(files(trees_site))) == []


def test_each_thing_has_a_page_and_data(odd_site: Path) -> None:
    site = files(odd_site)
    pages = {name: data.decode() for name, data in site.items() if name.endswith(".html")}
    labels = re.findall(r'rdfs:label "([^"]*)"', ODD)
    assert labels
    for label in labels:
        escaped = label.replace("<", "&lt;").replace(">", "&gt;")
        (name,) = (
            each
            for each, text in pages.items()
            if not each.startswith("things/")
            and re.search(f"<h1[^>]*><bdi[^>]*>{re.escape(escaped)}</bdi>", text)
        )
        stem = name.removesuffix(".html")
        iri, *_ = re.findall(r"Its address: <code>([^<]*)</code>", pages[name]) or [
            "https://odd.example/Thing"
        ]
        found = set(map(str, rdflib.Graph().parse(odd_site / f"{stem}.ttl").subjects()))
        assert unescape(iri) in found
        json.loads(site[f"{stem}.jsonld"])


def test_names_are_names_everywhere(odd_site: Path) -> None:
    names = [name for name in files(odd_site) if name != ".nojekyll"]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not re.search(r'[\\:*?"<>|%\x00-\x1f]|(^|/)\.|\.(/|$)|(^|/)(con|nul)\.', name), name
        assert all(len(part.encode()) <= 255 for part in name.split("/"))
    assert "été.html" in names
    assert "a/index.html" in names


def test_a_second_build_writes_nothing(ogdkg: Run, odd: Path, odd_site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in odd_site.rglob("*")}
    for options, told in (((), "Nothing has changed"), (("--anew",), "")):
        done = ogdkg("site", "public", "--base", BASE, *options, cwd=odd)
        assert " 0 written, 0 removed." in done.stderr
        assert told in done.stderr
        after = {path: path.stat().st_mtime_ns for path in odd_site.rglob("*")}
        assert {each for each in after if before[each] != after[each]} <= {odd_site / ".ogdkg-site"}


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text("other")], ids=["gone", "other"])
def test_a_page_that_is_not_as_written_is_made_again(
    ogdkg: Run, odd: Path, odd_site: Path, harm: Callable[[Path], object]
) -> None:
    before = files(odd_site)
    harm(odd_site / "v.ttl" if (odd_site / "v.ttl").exists() else odd_site / "things.html")
    done = ogdkg("site", "public", "--base", BASE, cwd=odd)
    assert " 1 written, 0 removed." in done.stderr
    assert files(odd_site) == before


def test_what_a_site_is_made_from(ogdkg: Run, tiny: Path) -> None:
    (tiny / "docs").mkdir()
    (tiny / "docs/index.html").write_text("<p>One")
    arguments = ["site", "public", "--docs", "docs"]
    assert "Nothing" not in ogdkg(*arguments, cwd=tiny).stderr
    stamps = (tiny / "data.ttl").stat()
    os.utime(tiny / "data.ttl", (stamps.st_atime, stamps.st_mtime + 5))  # a fresh copy has another time
    assert "Nothing has changed" in ogdkg(*arguments, cwd=tiny).stderr
    (tiny / "docs/index.html").write_text("<p>Two")
    assert " 1 written" in ogdkg(*arguments, cwd=tiny).stderr
    assert "Nothing has changed" not in ogdkg(*arguments, "--offline", cwd=tiny).stderr


def test_a_change_writes_what_it_concerns(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text(SETTINGS)
    (tmp_path / "data.ttl").write_text(ODD)
    assert ogdkg("site", "public", cwd=tmp_path).returncode == 0
    (tmp_path / "public/mine.txt").write_text("mine")
    (tmp_path / "data.ttl").write_text(re.sub(r"<https://odd.example/con>[^\n]*\n", "", ODD))
    done = ogdkg("site", "public", cwd=tmp_path)
    assert " removed." in done.stderr and " 0 removed." not in done.stderr
    assert (tmp_path / "public/mine.txt").read_text() == "mine"
    assert not list((tmp_path / "public").rglob("con+*.html"))
    (tmp_path / "fresh").mkdir()
    assert ogdkg("site", "fresh", cwd=tmp_path).returncode == 0
    assert files(tmp_path / "fresh") == {
        name: data for name, data in files(tmp_path / "public").items() if name != "mine.txt"
    }


def test_what_a_host_reads(odd_site: Path) -> None:
    site = files(odd_site)
    assert site["robots.txt"] == f"User-agent: *\nDisallow:\n\nSitemap: {BASE}/sitemap.xml\n".encode()
    locations = [each.text or "" for each in ElementTree.fromstring(site["sitemap.xml"]).iter() if each.text]
    listed = [unquote(each.removeprefix(f"{BASE}/")) or "index.html" for each in locations if each.strip()]
    assert listed and set(listed) <= site.keys()
    assert f'href="{urlsplit(BASE).path}/things.html"' in site["404.html"].decode()
    assert f'<link rel="canonical" href="{BASE}/">' in site["index.html"].decode()


def test_programs_learn_what_the_dataset_is(odd_site: Path) -> None:
    void, found = rdflib.Namespace("http://rdfs.org/ns/void#"), rdflib.Graph().parse(odd_site / "void.ttl")
    dataset = rdflib.URIRef(f"{BASE}/void.ttl#dataset")
    assert str(found.value(dataset, void.uriSpace)) == "https://odd.example/"
    assert found.value(dataset, void.triples).toPython() > 30
    assert found.value(dataset, void.sparqlEndpoint) is None


def test_a_page_loads_nothing_that_its_policy_forbids(trees_site: Path) -> None:
    pages = {name: data.decode() for name, data in files(trees_site).items() if name.endswith(".html")}
    assert pages
    for name, text in pages.items():
        assert text.index("content-security-policy") < text.index("<link")
        assert not re.search(r"<script(?![^>]*(?: src=|ld\+json))|<style| style=| on\w+=", text), name
        assert "site.invalid" not in text


def test_the_first_page_counts_things_and_no_parts_of_passages(trees_site: Path) -> None:
    page = (trees_site / "index.html").read_text(encoding="utf-8")
    assert "What is in it" in page
    assert not re.search(r"Selector|<bdi>passages?</bdi></a> <span class=\"num\"", page, re.IGNORECASE)


def test_what_needs_a_server_is_left_out(trees_site: Path) -> None:
    for name, data in files(trees_site).items():
        if name.endswith(".html"):
            assert not re.search(
                r'href="[^"]*(?:sparql|reconcile|/api|openapi|/new|/check|suggest)', data.decode()
            ), name
    ask = (trees_site / "ask.html").read_text()
    assert "<form" not in ask.split("<main")[1]


def test_the_search_index_finds_as_the_server(trees_site: Path) -> None:
    index = json.loads((trees_site / "_ogdkg/search/index.json").read_text())
    assert index
    things = [
        thing
        for number in range(len(list((trees_site / "_ogdkg/search").glob("things-*.json"))))
        for thing in json.loads((trees_site / f"_ogdkg/search/things-{number}.json").read_text())
    ]
    assert all((trees_site / unquote(address)).is_file() for _, _, address in things)
    for beginning in index:
        parts = json.loads((trees_site / f"_ogdkg/search/{beginning.encode().hex()}.json").read_text())
        assert parts and all(part.startswith(beginning) and things[thing] for part, *_, thing in parts)


@pytest.mark.parametrize(("has_things", "base"), [(False, BASE), (False, ""), (True, BASE)])
def test_a_site_without_redirects_says_what_they_need(
    ogdkg: Run, tmp_path: Path, has_things: bool, base: str
) -> None:
    things = 'things = "https://odd.example/"\n'
    (tmp_path / "ogdkg.toml").write_text(SETTINGS if has_things else SETTINGS.replace(things, ""))
    (tmp_path / "data.ttl").write_text(TINY)
    done = ogdkg("site", "public", *(("--base", base) if base else ()), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    is_told = 'write it as things = "https://w3id.org/NAME/"' in done.stderr
    assert is_told is (bool(base) and not has_things)
    assert (tmp_path / "public" / "w3id" / "htaccess").exists() is has_things


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0, 2.0])
def test_an_interrupt_leaves_the_old_site(odd: Path, odd_site: Path, after: float) -> None:
    before = files(odd_site)
    copy = shutil.copytree(odd_site, odd / f"copy-{after}")
    process = started(odd, "site", str(copy))  # without --base, so that every page differs
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode in (130, -2, 0)
    if process.returncode:
        assert files(copy) == before


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    (tmp_path / "ogdkg.toml").write_text(SETTINGS)
    (tmp_path / "data.ttl").write_text(TINY)
    return tmp_path


def test_a_full_disk_leaves_the_old_site(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(Graph(find_project(tiny)), tiny / "site", Options())
    before, written = files(tiny / "site"), []

    def write(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) > 1:  # in the middle of what each process writes
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with path.open("wb") as file:
            file.write(data)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(InputError, match=r"site cannot be written: No space left on device\."):
        build(Graph(find_project(tiny)), tiny / "site", Options(offline=True))  # which changes every page
    assert files(tiny / "site") == before
    assert not (tiny / "site/.ogdkg-site/new").exists()


def test_a_page_that_takes_too_long_is_named(tiny: Path) -> None:
    with pytest.raises(LimitError, match=r"\S+ cannot be made: It takes longer than 0.001 seconds"):
        build(Graph(find_project(tiny)), tiny / "site", Options(seconds=0.001))
    assert not list((tiny / "site").glob("*.html"))


def test_what_can_be_chosen_does_not_depend_on_the_time(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server gives up on what it cannot list soon; a site does not. Forms need what answers them."""
    need_engine(by_node=False)
    monkeypatch.setattr("ogdkg.web.questions.form.PATIENCE", 1e-6)
    (tiny / "queries/all").mkdir(parents=True)
    header = "#+ summary: Names\n#+ defaults: [{name: ''}, {number: ''}]\n"
    header += "#+ params:\n#+   name: {type: literal, column: name}\n#+   number: {type: literal}\n"
    select = "SELECT ?name { ?x <http://www.w3.org/2000/01/rdf-schema#label> ?name"
    (tiny / "queries/all/names.rq").write_text(
        f"{header}{select} FILTER(?_name_literal = ?_number_literal || ?_name_literal = ?name) }}"
    )
    build(Graph(find_project(tiny)), tiny / "site", Options())
    page = (tiny / "site/ask/names.html").read_text()
    assert re.findall(r"<option[^>]*>[^<]*", page) == [
        '<option value="">Any',
        '<option value="One" dir="auto">One',
    ]
    assert (
        '<input id="p-number" name="number" value=""' in page and 'aria-describedby="p-number-help"' in page
    )


def test_the_ways_of_a_link_have_an_order(tiny: Path) -> None:
    links = "".join(f"t:a t:to{number} t:a .\n" for number in range(20))
    (tiny / "data.ttl").write_text(TINY + links)
    found = profile(Citations(Graph(find_project(tiny))), Iri("https://odd.example/a"))
    names = [line.name for group in found.groups for line in group.lines if "to" in line.name]
    assert len(names) == 40
    assert all(back == f"← {name}" for name, back in zip(names[::2], names[1::2], strict=True))


def test_wrong_uses(ogdkg: Run, odd: Path) -> None:
    (odd / "thesis").mkdir(exist_ok=True)
    (odd / "thesis/all.txt").write_text("all of it")
    for arguments, told in (
        (("thesis",), "holds files that are not of a site"),
        (("data.ttl",), "is a file"),
        (("public", "--base", "data.example.org"), "is not the address"),
        (("public", "--endpoint", "http://127.0.0.1:9/sparql"), "Leave --endpoint out"),
    ):
        done = ogdkg("site", *arguments, cwd=odd)
        assert done.returncode == 2, done.stderr
        assert told in done.stderr


# What an engine finds in another order each time it is asked, and names that are alike.
SCRAMBLED = """
@prefix t: <https://odd.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
t:p rdfs:label "leads to" . t:q rdfs:label "Leads to" . t:Thing rdfs:label "thing" .
"""
RULE = """PREFIX t: <https://odd.example/>
CONSTRUCT { ?a t:near ?b } WHERE { { ?a a t:Thing } UNION { ?a a t:Other }
  { ?a (t:p|t:q)/t:p? ?b } UNION { ?a t:q/(t:p|t:q) ?b } UNION { ?a (t:p|t:q)/t:q/t:p ?b } }"""
QUERIES = {
    "near": "SELECT ?a ?b WHERE { ?a (t:p|t:q)/(t:near|t:p)? ?b }",
    "some": "SELECT ?a ?b WHERE { ?a t:near/t:p? ?b } LIMIT 70",
    "tied": "SELECT ?a ?n WHERE { ?a (t:p|t:q)/t:near ?b . ?a t:size ?n } ORDER BY ?n",
    "built": "CONSTRUCT { ?a t:seen ?b . ?b t:by [ t:who ?a ] } WHERE { ?a (t:p|t:q)/t:near? ?b }",
    "of": (
        "#+ params:\n#+   thing: {type: iri, label: the thing, class: t:Thing, example: Name 3}\n"
        "SELECT ?b WHERE { ?_thing_iri t:p/t:q ?b . FILTER(STRENDS(STR(?b), '7')) }"
    ),
}


def _scrambled(folder: Path) -> None:
    things = "".join(
        f't:x{n} a t:{"Thing" if n % 3 else "Other"} ; rdfs:label "Name {n % 7}" ;'
        f' skos:altLabel "name {n % 7}" ; t:p t:x{n * 7 % 40} ; t:size {n % 4} ;'
        f" t:q t:x{n * 11 % 40} , [ t:size {n} ; t:p t:x{n * 3 % 40} ] .\n"
        for n in range(40)
    )
    rules = '[[layer]]\nname = "derived"\nrules = ["rules/*.rq"]\ngraph = "https://odd.example/derived"\n'
    prefixes = '[prefixes]\nt = "https://odd.example/"\n'
    (folder / "queries/all").mkdir(parents=True)
    (folder / "rules").mkdir()
    (folder / "ogdkg.toml").write_text(SETTINGS + rules + prefixes)
    (folder / "data.ttl").write_text(SCRAMBLED + things)
    (folder / "rules/near.rq").write_text(RULE)
    for name, text in QUERIES.items():
        (folder / f"queries/all/{name}.rq").write_text(f"#+ summary: {name}\n{_with_prefix(text)}\n")


def _with_prefix(text: str) -> str:
    header, select, rest = text.partition("SELECT") if "SELECT" in text else text.partition("CONSTRUCT")
    return f"{header}PREFIX t: <https://odd.example/>\n{select}{rest}"


def test_builds_from_scratch_are_the_same(tmp_path: Path) -> None:
    """Whatever the order of sets, of what an engine finds, and of what processes do."""
    sites = []
    for seed, processors in (("1", {0}), ("2", os.sched_getaffinity(0))):
        project = tmp_path / f"project{seed}"
        _scrambled(project)
        done = subprocess.run(
            [sys.executable, "-m", "ogdkg", "site", str(tmp_path / f"site{seed}"), "--base", BASE],
            cwd=project,
            env={**os.environ, "PYTHONHASHSEED": seed},
            preexec_fn=partial(os.sched_setaffinity, 0, processors),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        sites.append(files(tmp_path / f"site{seed}"))
    one, other = sites
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert {f"ask/{name}.html" for name in QUERIES} | {"ask/near+page-2.html", "ask/built.ttl"} <= one.keys()
