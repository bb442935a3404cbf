"""The redirects of w3id.org, asked of a real Apache: what is no document is answered by 303, by format."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")
SITE = "https://ogdkg.example"
MIME = {"turtle": "text/turtle", "json": "application/ld+json", "xml": "application/rdf+xml"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SETTINGS = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/errors
User nobody
Group nogroup
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

pytestmark = pytest.mark.skipif(
    not (Path(APACHE).exists() and MODULES.is_dir()), reason="needs Apache: apt-get install apache2-bin"
)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="apache") as name:  # not pytest's, which only we may read
        folder = Path(name)
        folder.chmod(0o755)  # Apache gives up root
        yield from _served(folder)


def _served(folder: Path) -> Iterator[int]:
    (folder / "root/ogdkg").mkdir(parents=True)
    shutil.copy(ROOT / "docs/publishing/w3id.htaccess", folder / "root/ogdkg/.htaccess")
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    (folder / "conf").write_text(SETTINGS.format(folder=folder, port=number, modules=MODULES), "utf-8")
    server = subprocess.Popen([APACHE, "-X", "-f", folder / "conf"])
    try:
        _wait(server, number)
        yield number
    finally:
        server.terminate()
        server.wait(10)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(100):
        assert server.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("Apache does not listen.")


def asked(port: int, path: str, accept: str | None) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/ogdkg/{path}", headers={"Accept": accept} if accept else {})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers.get("Location", ""), response.headers


@pytest.mark.parametrize(
    ("path", "accept", "status", "target"),
    [
        ("id/country/npl", None, 303, "/things/id/country/npl.ttl"),
        ("id/country/npl", "*/*", 303, "/things/id/country/npl.ttl"),
        ("id/country/npl", BROWSER, 303, "/things/id/country/npl.ttl"),
        ("id/country/npl", MIME["json"], 303, "/things/id/country/npl.jsonld"),
        ("id/country/npl", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', 303,
         "/things/id/country/npl.jsonld"),
        ("id/country/npl", "text/turtle;q=0, application/rdf+xml", 303, "/things/id/country/npl.rdf"),
        ("id/country/npl", "text/turtle;q=0.5, application/rdf+xml", 303, "/things/id/country/npl.ttl"),
        ("id/country/npl", "application/n-triples, text/turtle", 303, "/things/id/country/npl.nt"),
        ("id/country/npl", "TEXT/TURTLE", 303, "/things/id/country/npl.ttl"),
        ("concept/role", MIME["turtle"], 303, "/things/concept/role.ttl"),
        ("concept/role/owner", MIME["xml"], 303, "/things/concept/role/owner.rdf"),
        ("graph/about", MIME["json"], 303, "/things/graph/about.jsonld"),
        ("dataset/source", MIME["turtle"], 303, "/things/dataset/source.ttl"),
        ("ns", None, 303, "/ontology/"),
        ("ns", BROWSER, 303, "/ontology/"),
        ("ns", MIME["turtle"], 303, "/ns.ttl"),
        ("ns/0.1.0", MIME["json"], 303, "/releases/0.1.0/ns.jsonld"),
        ("ns/0.1.0", BROWSER, 303, "/releases/0.1.0/ontology/"),
        ("", BROWSER, 303, "/"),
        ("", MIME["turtle"], 303, "/things/catalogue.ttl"),
        ("dataset", BROWSER, 303, "/"),
        ("dataset", MIME["turtle"], 303, "/things/dataset.ttl"),
        ("catalogue", MIME["json"], 303, "/things/catalogue.jsonld"),
        ("dataset/0.1.0", MIME["turtle"], 303, "/releases/0.1.0/things/dataset.ttl"),
        ("dataset/trig", BROWSER, 302, "/dataset.trig"),
        ("dataset/jsonld", MIME["turtle"], 302, "/dataset.jsonld"),
        ("dataset/0.1.0/trig", None, 302, "/releases/0.1.0/dataset/trig"),
        ("context.jsonld", MIME["json"], 302, "/context.jsonld"),
        ("logo.svg", None, 302, "/logo.svg"),
    ],
)  # fmt: skip
def test_an_address_leads_to_its_document(
    port: int, path: str, accept: str | None, status: int, target: str
) -> None:
    answer, location, headers = asked(port, path, accept)
    assert (answer, location) == (status, SITE + target)
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "accept" in headers["Vary"].lower()


@pytest.mark.parametrize("path", ["elsewhere", "id/", "ns/x", "dataset/../../x"])
def test_what_is_not_published_is_not_found(port: int, path: str) -> None:
    assert asked(port, path, None)[0] in (400, 403, 404)


def test_each_thing_leads_to_its_file(ogdkg: Run, port: int, tmp_path: Path) -> None:
    """A sample of what `export --each` writes, whose names may be escaped."""
    assert (
        ogdkg("-q", "export", "--each", "-f", "turtle", "-o", tmp_path / "things/", cwd=ROOT).returncode == 0
    )
    files = sorted((tmp_path / "things").rglob("*.ttl"))
    assert len(files) > 1000
    for file in files[::60]:
        name = file.relative_to(tmp_path / "things").as_posix()
        if "+" not in name and not name.startswith("dataset") and "/" in name:
            status, location, _ = asked(port, name.removesuffix(".ttl"), MIME["turtle"])
            assert (status, location) == (303, f"{SITE}/things/{name}")
