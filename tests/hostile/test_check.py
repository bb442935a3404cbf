"""Texts of strangers sent to `/check`: each is answered in time and in few bytes, and the server goes on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.web.conftest import Server, serving

DEVICES = ROOT / "tests" / "fixtures" / "devices"
SECONDS, MOST = 6, 250_000  # of an answer: its time limit, and bytes of a page
_XML = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
_SH = "PREFIX sh: <http://www.w3.org/ns/shacl#> "
_RESULT = "sh:focusNode <http://e/a> ; sh:sourceConstraintComponent sh:x"
_REG = "PREFIX reg: <https://devices.example/reg#> "
_RDF = "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
_LAUGHS = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
MAY_TAKE_LONG = ("many findings", "a long value")  # on a busy machine
TURTLE, JSON, XML = "text/turtle", "application/ld+json", "application/rdf+xml"
TEXTS: dict[str, tuple[str, str | Callable[[], str]]] = {  # large ones are made when they are sent
    "nested arrays": (JSON, lambda: "[" * 900_000),
    "nested objects": (JSON, lambda: '{"http://e/p":' * 60_000),
    "nested nodes": (TURTLE, lambda: "<http://e/a> <http://e/p> " + "[ <http://e/p> " * 60_000),
    "nested elements": (XML, lambda: _XML + "<r:Description><e:p>" * 25_000),
    "entities of entities": (XML, f'<!DOCTYPE r [<!ENTITY b0 "aaaa">{_LAUGHS}]>{_XML}&b11;'),
    "a file of the machine": (
        XML,
        f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_XML}&a;</r:RDF>',
    ),
    "a context elsewhere": (JSON, '{"@context": "http://127.0.0.1:1/c", "@id": "http://e/a"}'),
    "a context of the machine": (JSON, '{"@context": "ogdkg.toml", "@id": "http://e/a"}'),
    "a context that names itself": (JSON, '{"@context": {"@import": "ogdkg.toml"}, "@id": "http://e/a"}'),
    "details within themselves": (
        TURTLE,
        f"{_SH}[] a sh:ValidationReport ; sh:result _:a . _:a {_RESULT} ; sh:detail _:a .",
    ),
    "a path within itself": (
        TURTLE,
        f"{_SH}[] a sh:ValidationReport ; sh:result [ {_RESULT} ; sh:resultPath _:a ] . "
        "_:a sh:alternativePath ( _:a [ sh:inversePath _:a ] ) .",
    ),
    "a path of a quintillion steps": (
        TURTLE,
        f"{_SH}[] a sh:ValidationReport ; sh:result [ {_RESULT} ; sh:resultPath _:a0 ] . "
        + "".join(f"_:a{n} sh:alternativePath ( _:a{n + 1} _:a{n + 1} ) .\n" for n in range(60)),
    ),
    "a list without end": (
        TURTLE,
        f"{_REG}{_RDF}reg:x a reg:Device ; reg:risk _:a . _:a rdf:first 1 ; rdf:rest _:a .",
    ),
    "a value that leads to itself in many ways": (
        TURTLE,
        f"{_REG}reg:x a reg:Device ; reg:risk _:a0_0 .\n"
        + "".join(
            f"_:a{n}_{m} reg:madeBy " + ", ".join(f"_:a{n + 1}_{each}" for each in range(10)) + " .\n"
            for n in range(11)
            for m in range(10)
        ),
    ),
    "a shape that calls out": (
        TURTLE,
        f"{_SH}{_REG}reg:S a sh:NodeShape ; sh:targetClass reg:Device ; sh:sparql "
        '[ sh:select "SELECT $this { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }" ] . reg:x a reg:Device .',
    ),
    "a long value": (TURTLE, lambda: f'{_REG}reg:x a reg:Device ; reg:risk "{"x" * 900_000}" .'),
    "many findings": (TURTLE, _REG + "".join(f"reg:x{n} a reg:Device .\n" for n in range(3_000))),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("devices") / "devices"
    shutil.copytree(DEVICES, folder)
    with serving(folder, "--timeout", str(SECONDS)) as running:
        running.ask("/check", b"<http://e/a> a <http://e/b> .", **{"Content-Type": TURTLE})
        yield running


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_answered_in_time_and_in_few_bytes(server: Server, name: str) -> None:
    kind, given = TEXTS[name]
    text = given if isinstance(given, str) else given()
    begun = time.monotonic()
    answer = server.ask("/check", text.encode(), **{"Content-Type": kind, "Accept": "text/html"})
    assert time.monotonic() - begun < SECONDS + 10
    page = answer.body.decode()
    assert answer.status == 200 or (answer.status == 504 and name in MAY_TAKE_LONG), page
    assert len(page) - len(text) < MOST
    assert 'id="verdict"' in page or 'role="alert"' in page
    assert "root:" not in page
    assert "Register of ward devices" not in page.split("<main")[1].split("<footer")[0]
    assert server.ask("/health").status == 200
