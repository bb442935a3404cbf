"""The redirects that `ogdkg site` writes for w3id.org, asked of an Apache: every IRI leads to its file."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT, examples, need

from ogdkg import open_graph
from ogdkg.web.answers import Answers
from ogdkg.web.http.negotiation import Choice, chosen
from ogdkg.web.http.settings import Settings
from ogdkg.web.pages.addresses import BY_SUFFIX, encoded
from ogdkg.web.site import plan
from ogdkg.web.site.layout import SUFFIXES, Layout, Ready
from ogdkg.web.site.w3id import w3id_files

APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")
SITE = "https://ogdkg.example/kg"
NAMESPACE = "https://w3id.org/ogdkg/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OFFERED: list[Choice] = [BY_SUFFIX[suffix] for suffix in SUFFIXES]
ODD = [
    "a%20b",
    "A",
    "a",
    "été",
    "con",
    "a+b",
    "a$1",
    "a(b)*",
    "folder/",
    "a.ttl",
    ".hidden",
    "a:b",
    "a%25b",
]
SETTINGS = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/errors
User nobody
Group nogroup
KeepAlive On
MaxKeepAliveRequests 0
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
LoadModule headers_module {modules}/mod_headers.so
DocumentRoot {folder}/root
<Directory {folder}/root>
  AllowOverride All
  Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def layout() -> Layout:
    """The files of the site of our graph."""
    answers = Answers(open_graph(ROOT), Settings())
    answers.prepare()
    return Layout(NAMESPACE, plan.own(answers), Ready({}))


@pytest.fixture(scope="module")
def odd() -> Layout:
    """The files of a site whose things have odd names."""
    return Layout(NAMESPACE, [NAMESPACE + name for name in ODD], Ready({}))


@pytest.fixture(scope="module")
def apache(layout: Layout, odd: Layout) -> Iterator[http.client.HTTPConnection]:
    need(Path(APACHE).exists() and MODULES.is_dir(), "Apache", "tests/servers/install.sh")
    with tempfile.TemporaryDirectory(prefix="apache") as name:  # not pytest's, which only we may read
        folder = Path(name)
        folder.chmod(0o755)  # Apache gives up root
        for place, each in (("ogdkg", layout), ("odd", odd)):
            (folder / "root" / place).mkdir(parents=True)
            files = {NAMESPACE + "dataset/trig": "dataset/trig+data.trig"} if each is layout else {}
            found = dict(w3id_files(each, NAMESPACE, "ogdkg", SITE, files))
            (folder / "root" / place / ".htaccess").write_bytes(found["w3id/htaccess"])
        here = folder / "root" / "here"
        (here / "id").mkdir(parents=True)
        found = dict(w3id_files(odd, NAMESPACE, "ogdkg", NAMESPACE[:-1], {}))
        (here / ".htaccess").write_bytes(found["w3id/htaccess"])
        (here / "id" / "oak.ttl").write_text("# an oak")
        yield from _served(folder)


def _served(folder: Path) -> Iterator[http.client.HTTPConnection]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    (folder / "conf").write_text(SETTINGS.format(folder=folder, port=number, modules=MODULES), "utf-8")
    server = subprocess.Popen([APACHE, "-X", "-f", folder / "conf"])
    connection = http.client.HTTPConnection("127.0.0.1", number, timeout=30)
    try:
        _wait(server, number)
        yield connection
    finally:
        connection.close()
        server.terminate()
        server.wait(10)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(200):
        assert server.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Apache does not listen.")


def asked(
    apache: http.client.HTTPConnection, path: str, accept: str | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    apache.request("GET", f"/{path}", headers={"Accept": accept} if accept is not None else {})
    response = apache.getresponse()
    response.read()
    return response.status, response.headers.get("Location", ""), response.headers


def place(location: str) -> str:
    return unquote(location.removeprefix(f"{SITE}/"))


def test_every_iri_leads_to_its_page_and_its_data(apache: http.client.HTTPConnection, layout: Layout) -> None:
    """Every IRI of ours, also those that were given up, by three media types."""
    assert len(layout.stems) > 3_000
    wrong = []
    for iri, stem in layout.stems.items():
        if iri == NAMESPACE + "dataset/trig":
            continue
        for suffix in SUFFIXES:
            path = encoded(iri).removeprefix(NAMESPACE)
            status, location, headers = asked(apache, f"ogdkg/{path}", BY_SUFFIX[suffix].media_type)
            if (status, place(location)) != (303, f"{stem}.{suffix}"):
                wrong.append((iri, suffix, status, location))
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert "accept" in headers["Vary"].lower()
    assert wrong == []


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_odd_names(apache: http.client.HTTPConnection, odd: Layout, name: str, suffix: str) -> None:
    path = encoded(NAMESPACE + name).removeprefix(NAMESPACE)
    status, location, _ = asked(apache, f"odd/{path}", BY_SUFFIX[suffix].media_type)
    assert (status, place(location)) == (303, f"{odd.stems[NAMESPACE + name]}.{suffix}")


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "ttl"),
        ("*/*", "ttl"),
        ("", "ttl"),
        (BROWSER, "html"),
        ("text/html", "html"),
        ("text/*", "ttl"),
        ("application/*", "jsonld"),
        ("text/*;q=0.5, application/ld+json;q=0.4", "ttl"),
        ("text/*;q=0.5, text/turtle;q=0.1, application/ld+json;q=0.4", "html"),
        ("text/turtle;q=0, */*;q=0.1", "jsonld"),
        ("text/html;q=0.50, application/ld+json;q=0.5", "jsonld"),
        ("text/html;q=1.0, text/turtle;q=1", "ttl"),
        ("TEXT/HTML", "html"),
        ("text/turtle ; q = 0.3 , text/html ; q = 0.9", "html"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x";q=0.9, text/html;q=0.8',
            "jsonld",
        ),
        ("application/ld+json, text/turtle, application/rdf+xml;q=0.8, */*;q=0.1", "ttl"),
        ("application/n-triples, application/rdf+xml", None),
        ("image/png", None),
        ("text/turtle;q=0.0", None),
        ("application/x-text/html", None),
    ],
)
def test_what_a_client_likes_best(
    apache: http.client.HTTPConnection, accept: str | None, suffix: str | None
) -> None:
    status, location, _ = asked(apache, "ogdkg/id/country/npl", accept)
    assert (status, place(location)) == ((303, f"id/country/npl.{suffix}") if suffix else (406, ""))


RANGES = ["*/*", "text/*", "application/*", "text/html", "text/turtle", "application/ld+json", "image/png"]
QUALITIES = [
    "",
    ";q=1",
    ";q=1.000",
    ";q=0",
    ";q=0.000",
    ";q=0.5",
    ";q=0.50",
    ";q=0.05",
    ";q=0.999",
    ";q=.9",
    ";q=.0",
    ";q=.05000",
    ";level=1;q=0.7",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(RANGES), st.sampled_from(QUALITIES)), min_size=1, unique_by=lambda x: x[0]
    )
)
@examples(200)
def test_apache_chooses_as_the_server_does(
    apache: http.client.HTTPConnection, ranges: list[tuple[str, str]]
) -> None:
    accept = ", ".join(map("".join, ranges))
    choice = chosen(accept, OFFERED)
    status, location, _ = asked(apache, "ogdkg/id/country/npl", accept)
    wanted = (303, f"id/country/npl.{choice.format.extensions[0]}") if choice else (406, "")
    assert (status, place(location)) == wanted


@pytest.mark.parametrize(
    ("path", "accept", "status", "target"),
    [
        ("ns", BROWSER, 303, "ns.html"),
        ("ns", "text/turtle", 303, "ns.ttl"),
        ("ns/0.1.0", "application/ld+json", 303, "ns/0.1.0.jsonld"),
        ("context.jsonld", "application/ld+json", 302, "context.jsonld"),
        ("dataset/trig", BROWSER, 302, "dataset/trig+data.trig"),
        ("dataset/trig", "image/png", 302, "dataset/trig+data.trig"),
        ("id/country/npl.ttl", "*/*", 302, "id/country/npl.ttl"),
        ("id/country/npl.html", "image/png", 302, "id/country/npl.html"),
        ("", BROWSER, 303, ""),
        (quote("id/country/été"), BROWSER, 303, "id/country/été.html"),
    ],
)
def test_documents(
    apache: http.client.HTTPConnection, path: str, accept: str, status: int, target: str
) -> None:
    answer, location, _ = asked(apache, f"ogdkg/{path}", accept)
    assert (answer, place(location)) == (status, target)


def test_no_path_leads_out(apache: http.client.HTTPConnection) -> None:
    assert asked(apache, "ogdkg/dataset/../../x")[0] == 404


@pytest.mark.parametrize(
    ("path", "status", "target"),
    [
        ("id/oak", 303, "id/oak.ttl"),
        ("id/oak.ttl", 200, ""),
        ("id/elm", 303, "id/elm.ttl"),
        ("id/elm.ttl", 404, ""),
        ("id/elm.html", 404, ""),
        ("A", 303, "A+"),
    ],
)
def test_a_site_at_the_namespace_itself_leads_nowhere_twice(
    apache: http.client.HTTPConnection, path: str, status: int, target: str
) -> None:
    answer, location, _ = asked(apache, f"here/{path}", "text/turtle")
    assert answer == status and location.removeprefix(NAMESPACE).startswith(target), location


HOSTILE = [
    "f%0ARedirect%20%2F%20https:%2F%2Fevil.example",
    "f%0D%0AX",
    "f%5C%0AX",
    "f%22%20[F]",
    "f%E2%80%A8X",
]


@pytest.mark.parametrize("end", HOSTILE)
def test_no_name_ends_a_rule(end: str) -> None:
    iri = NAMESPACE + end
    written = dict(w3id_files(Layout(NAMESPACE, [iri], Ready({})), NAMESPACE, "t", SITE, {iri: "f.ttl"}))
    none = dict(w3id_files(Layout(NAMESPACE, [], Ready({})), NAMESPACE, "t", SITE, {}))
    more = set(written["w3id/htaccess"].decode().split("\n")) - set(
        none["w3id/htaccess"].decode().split("\n")
    )
    allowed = ("RewriteCond %{ENV:FORMAT} .", 'RewriteRule "^f', "# Things whose IRIs")
    assert [line for line in more if not line.startswith(allowed)] == []
