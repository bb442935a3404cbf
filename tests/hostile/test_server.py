"""A hostile server: whatever it sends is one sentence with exit code 4, never a crash, a bug or a hang."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg.rdf.terms import Blank
from ogdkg.remote.http import to_disk
from ogdkg.remote.results import BrokenError, Limits, read_lines, read_results, read_solutions, read_triples
from ogdkg.remote.servers import server_of
from ogdkg.remote.shape import selected
from ogdkg.sparql.tokens import query_type, significant_tokens
from ogdkg.store.base import Rows
from tests.conftest import Run
from tests.servers.serving import JSON, TRUE, Command, Handler, Say, Serve

ROWS = "SELECT ?s { ?s ?p ?o }"
TRIPLES = "CONSTRUCT WHERE { ?s ?p ?o }"
NTRIPLES, TURTLE = {"Content-Type": "application/n-triples"}, {"Content-Type": "text/turtle"}
SECONDS = "5"
LINE = b"<urn:a> <urn:b> <urn:c> .\n"
SECRET = "T0KEN-of-mine"


def _whole(body: bytes | str | Callable[[], bytes | str], status: int = 200, **headers: str) -> Say:
    """Answer with a body; a function makes a large one, when it is asked for."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(handler: Handler) -> None:
        made = body if isinstance(body, bytes | str) else body()
        handler.answer(made.encode() if isinstance(made, str) else made, status, named)

    return answer


def _rows(bindings: str, variables: str = '["s"]') -> str:
    return f'{{"head": {{"vars": {variables}}}, "results": {{"bindings": [{bindings}]}}}}'


def _cell(term: str) -> Say:
    return _whole(_rows(f'{{"s": {term}}}'))


def _head(*lines: bytes, body: bytes = TRUE) -> Say:
    data = b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", b"")) + body
    return lambda handler: handler.raw(data)


def _after_manifest(say: Say) -> Say:
    """Answer so once it was told what the server is, and that nothing was pushed."""

    def answer(handler: Handler) -> None:
        if "ASK" in handler.asked.query:
            handler.answer()
        elif "graph/push" in handler.asked.query or "graph:push" in handler.asked.query:
            handler.answer(_rows("", '["p", "o"]').encode())
        else:
            say(handler)

    return answer


def _dripping(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: " + JSON.encode() + b"\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(200):
        handler.raw(b" ")
        time.sleep(0.1)


def _mute(handler: Handler) -> None:
    time.sleep(8)


def _echoing(handler: Handler) -> None:
    handler.answer(f"Who is {handler.headers.get('Authorization')}, and {handler.path}?".encode(), 400)


DEEP = '{"type": "triple", "value": {"subject": '
URI = '{"type": "uri", "value": "urn:x"}'
MODES: dict[str, tuple[Say, str]] = {
    # Answers of the wrong shape.
    "nothing": (_whole(b""), "does not parse"),
    "an empty object": (_whole("{}"), "does not parse"),
    "null": (_whole("null"), "does not parse"),
    "a list": (_whole("[]"), "does not parse"),
    "yes to SELECT": (_whole(TRUE), "a boolean, but the query asks for rows"),
    "yes to SELECT, and rows": (
        _whole('{"head": {"vars": ["s"]}, "boolean": true, "results": {"bindings": []}}'),
        "a boolean, but the query asks for rows",
    ),
    "no head": (_whole('{"results": {"bindings": []}}'), "does not parse"),
    "a head alone": (_whole('{"head": {"vars": ["s"]}}'), "does not parse"),
    "variables that are no list": (_whole(_rows("", '"s"')), "does not parse"),
    "variables that are numbers": (_whole(_rows("", "[1]")), "does not parse"),
    "a variable twice": (_whole(_rows("", '["s", "s"]')), "does not parse"),
    "a variable of an escape sequence": (_whole(_rows("", r'["s\u001b]0;x\u0007"]')), "does not parse"),
    "another column": (_whole(_rows("", '["x"]')), "other columns than the query selects"),
    "another column more": (_whole(_rows("", '["s", "x"]')), "other columns than the query selects"),
    "200,000 columns": (
        _whole(lambda: _rows("", json.dumps([f"v{n}" for n in range(200_000)]))),
        "does not parse",
    ),
    "bindings that are an object": (
        _whole('{"head": {"vars": ["s"]}, "results": {"bindings": {}}}'),
        "parse",
    ),
    "bindings that are null": (_whole('{"head": {"vars": ["s"]}, "results": {"bindings": null}}'), "parse"),
    "results that are null": (_whole('{"head": {"vars": ["s"]}, "results": null}'), "does not parse"),
    "a row that is a list": (_whole(_rows("[]")), "does not parse"),
    "a row that is null": (_whole(_rows("null")), "does not parse"),
    "a cell that is null": (_cell("null"), "does not parse"),
    "a cell that is a number": (_cell("5"), "does not parse"),
    "a cell without a type": (_cell('{"value": "x"}'), "does not parse"),
    "a cell without a value": (_cell('{"type": "uri"}'), "does not parse"),
    "a value that is null": (_cell('{"type": "uri", "value": null}'), "does not parse"),
    "a value that is a number": (_cell('{"type": "literal", "value": 1}'), "does not parse"),
    "a number of 6,000 digits": (_cell(f'{{"type": "literal", "value": {"9" * 6000}}}'), "does not parse"),
    "NaN": (_cell('{"type": "literal", "value": NaN}'), "does not parse"),
    "a lone surrogate": (_cell(r'{"type": "literal", "value": "\ud800"}'), "does not parse"),
    "broken UTF-8": (_whole(_rows("").encode() + b"\xff"), "does not parse"),
    "UTF-16": (_whole(_rows("").encode("utf-16")), "does not parse"),
    "an IRI with a line break": (_cell(r'{"type": "uri", "value": "urn:a\n::x"}'), "does not parse"),
    "a relative IRI": (_cell('{"type": "uri", "value": "x"}'), "does not parse"),
    "a language of escapes": (
        _cell(r'{"type": "literal", "value": "x", "xml:lang": "\u001b[31m"}'),
        "does not parse",
    ),
    "a triple term": (
        _cell(f'{{"type": "triple", "value": {{"subject": {URI}, "predicate": {URI}, "object": {URI}}}}}'),
        "RDF 1.2",
    ),
    "a text with a direction": (
        _cell('{"type": "literal", "value": "x", "xml:lang": "en", "its:dir": "rtl"}'),
        "RDF 1.2",
    ),
    # Answers that are too much.
    "a triple term in itself, 10,000 times": (
        _whole(lambda: '{"head": {"vars": ["s"]}, "results": {"bindings": [{"s": ' + DEEP * 10_000),
        "nested too deeply",
    ),
    "whole triple terms, 20,000 deep": (
        _whole(
            lambda: _rows(
                f'{{"s": {DEEP * 20_000}{URI}' + f', "predicate": {URI}, "object": {URI}}}}}' * 20_000 + "}"
            )
        ),
        "nested too deeply",
    ),
    "lists in lists beside the head": (
        _whole(lambda: '{"x": ' + "[" * 500_000 + "]" * 500_000 + ', "head": {"vars": ["s"]}}'),
        "nested too deeply",
    ),
    "depth behind strings with brackets": (_cell(r'{"x": "\\\"]}", "y": ' + '[{"]": ' * 2000), "deeply"),
    "a literal of 20 MB": (
        _whole(lambda: _rows(f'{{"s": {{"type": "literal", "value": "{"x" * 20_000_000}"}}}}')),
        "a part of it is longer than 16 MB",
    ),
    "a bomb of gzip": (
        _whole(lambda: gzip.compress(b" " * 60_000_000), Content_Encoding="gzip"),
        "larger than 50 MB",
    ),
    "a million rows of nothing": (_whole(lambda: _rows("{}," * 1_000_000 + "{}")), "more than 409,600 rows"),
    "slow, a byte at a time": (_dripping, "No whole answer within"),
    "mute": (_mute, "No whole answer within"),
    # Answers of the wrong kind.
    "CSV": (_whole(b"s\r\n" + b"," * 100_000, Content_Type="text/csv"), "The answer is of type text/csv"),
    "XML with a billion laughs": (
        _whole(
            '<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><sparql>&b;</sparql>',
            Content_Type="application/sparql-results+xml",
        ),
        "The answer is of type application/sparql-results+xml",
    ),
    "a content type of escapes": (
        _whole(TRUE, Content_Type="text/\x1b]0;x\x07html"),
        "The answer is of type text/",
    ),
    "a content type of 50,000 letters": (_whole(TRUE, Content_Type="x" * 50_000), "…"),
    # Headers.
    "Retry-After of a superscript": (_whole(b"", 503, Retry_After="\xb2"), "The server is busy (503)"),
    "Retry-After of 5,000 digits": (_whole(b"", 503, Retry_After="9" * 5000), "The server is busy (503)"),
    "Retry-After of a wild date": (
        _whole(b"", 503, Retry_After="Sun, 99 Nov 99999 99:99:99 +9999"),
        "The server is busy (503)",
    ),
    "Retry-After below 0": (_whole(b"", 429, Retry_After="-5"), "The server is busy (429)"),
    "more than a thousand headers": (_head(*(b"X-%d: y" % n for n in range(2000))), "headers"),
    "a header of a million letters": (_head(b"X: " + b"y" * 1_000_000), "line"),
    "a line of status that is none": (lambda handler: handler.raw(b"HTTP/9 x\r\n\r\n"), ""),
    "the status 999": (_whole(b"?\x1b[2J", 999), "The server answers 999: ? [2J"),
    "no HTTP at all": (lambda handler: handler.raw(b"\x00" * 5000), ""),
    "a chunk of a negative length": (
        _head(b"Content-Type: " + JSON.encode(), b"Transfer-Encoding: chunked", body=b"-5\r\nabc"),
        "",
    ),
    "two lengths": (_head(b"Content-Length: 5", b"Content-Length: 900", body=b"x"), ""),
    "a length below 0": (_head(b"Content-Type: " + JSON.encode(), b"Content-Length: -5", body=b"["), ""),
    "gzip within gzip, and more": (
        _whole(b"x", Content_Encoding="gzip, " * 50 + "gzip"),
        "cannot be unpacked",
    ),
    "a redirect to a file": (_whole(b"", 302, Location="file:///etc/passwd"), "redirects (302) to: file:"),
    "a redirect with a password": (
        _whole(b"", 307, Location=f"http://me:{SECRET}@h/?key={SECRET}"),
        "redirects (307) to: http://h/",
    ),
    "a redirect of escapes": (_whole(b"", 308, Location="http://h/\x1b]0;x\x07"), "redirects (308)"),
    "a challenge without a realm": (
        _whole(b"", 401, WWW_Authenticate="Digest"),
        "requires a login, or refuses access",
    ),
    "a challenge of no known algorithm": (
        _whole(b"", 401, WWW_Authenticate='Digest realm="r", nonce="n", algorithm=ROT13'),
        "requires a login, or refuses access",
    ),
    "a challenge of nothing but signs": (
        _whole(b"", 401, WWW_Authenticate='Digest ,=",",=\\'),
        "requires a login",
    ),
    "a refusal without end": (_whole(lambda: b"x" * 3_000_000, 403), "refuses access (403)"),
    "an error that repeats what it was told": (_echoing, "The server refuses the query: Who is"),
}


@pytest.mark.parametrize("name", MODES)
def test_each_is_one_sentence_and_exit_code_4(name: str, serve: Serve, ask: Command, tmp_path: Path) -> None:
    say, words = MODES[name]
    server = serve(say)
    url = f"{server.url}?key={SECRET}"
    (tmp_path / "ogdkg.toml").write_text(f'[[endpoint]]\nname = "x"\nurl = "{url}"\nmegabytes = 50\n')
    seconds = "1" if name in ("mute", "slow, a byte at a time") or "Retry" in name else SECONDS
    known = {"OGDKG_USER": "me", "OGDKG_PASSWORD": SECRET} if "challenge" in name else {"OGDKG_TOKEN": SECRET}
    options = ("-C", str(tmp_path), "--endpoint", url, "--timeout", seconds, "-f", "csv")
    begun = time.monotonic()
    done = ask("sparql", ROWS, *options, **known)
    assert (done.code, done.out) == (4, "")
    first, *rest = done.err.splitlines()
    assert first.startswith(f"Error: {server.url}: ") and words in first
    assert len(rest) <= 1 and len(first) < 1000 and first.isprintable()
    assert SECRET not in done.err
    assert time.monotonic() - begun < 30


def test_all_of_them_were_tried() -> None:
    assert len(MODES) > 65


OF_TRIPLES: dict[str, tuple[Say, str]] = {
    "nested terms": (
        _whole(lambda: b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * 50_000, **NTRIPLES),
        "deeply",
    ),
    "nested reified triples": (_whole("<<" * 50_000 + "<urn:a>", **TURTLE), "nested too deeply"),
    "one term of RDF 1.2": (
        _whole("<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .", **NTRIPLES),
        "RDF 1.2",
    ),
    "a direction": (_whole('<urn:a> <urn:b> "x"@en--rtl .', **TURTLE), "RDF 1.2"),
    "a small Turtle for a large graph": (
        _whole(f"@prefix x: <urn:{'x' * 100_000}> .\n" + "x:a x:b x:c .\n" * 1000, **TURTLE),
        "stands for more than 50 MB",
    ),
    "a literal of 20 MB": (
        _whole(lambda: f'<urn:a> <urn:b> "{"x" * 20_000_000}" .', **NTRIPLES),
        "longer than 16 MB",
    ),
    "rows": (_whole(_rows("")), "The answer is of type application/sparql-results+json"),
    "rows called triples": (_whole(_rows(""), **NTRIPLES), "does not parse"),
    "a relative IRI": (_whole("<a> <b> <c> .", **TURTLE), "does not parse"),
    "an escape in a language": (_whole(b'<urn:a> <urn:b> "x"@e\x1b[2J .', **TURTLE), "does not parse"),
    "half a line": (_whole(LINE + LINE[:9], **NTRIPLES), "does not parse"),
}


@pytest.mark.parametrize("name", OF_TRIPLES)
def test_so_is_each_of_triples(name: str, serve: Serve, ask: Command, tmp_path: Path) -> None:
    say, words = OF_TRIPLES[name]
    server = serve(_after_manifest(say))
    (tmp_path / "ogdkg.toml").write_text(f'[[endpoint]]\nname = "x"\nurl = "{server.url}"\nmegabytes = 50\n')
    done = ask("-C", str(tmp_path), "sparql", TRIPLES, "--endpoint", server.url, "--timeout", "20")
    assert (done.code, done.out) == (4, "")
    first, *rest = done.err.splitlines()
    assert first.startswith(f"Error: {server.url}: ") and words in first
    assert len(rest) <= 1 and first.isprintable()


def test_what_only_looks_wild_is_taken(serve: Serve, ask: Command) -> None:
    """Brackets in strings, and signs of RDF 1.2 within a literal, are data."""
    text = "[{" * 300 + "<<( --" * 300
    server = serve(_after_manifest(_cell(json.dumps({"type": "literal", "value": text}))))
    assert text in ask("sparql", ROWS, "--endpoint", server.url, "-f", "csv").out
    line = f'<urn:a> <urn:b> "{text}" .\n'
    server = serve(_after_manifest(_whole(line, **NTRIPLES)))
    assert ask("sparql", TRIPLES, "--endpoint", server.url, "-f", "ntriples").out == line


def test_a_column_that_a_server_leaves_out_is_empty(serve: Serve, ask: Command) -> None:
    server = serve(_after_manifest(_whole(_rows(f'{{"s": {URI}}}'))))
    done = ask("sparql", "SELECT ?o ?s { ?s ?p ?o }", "--endpoint", server.url, "-f", "csv")
    assert done.out.splitlines() == ["o,s", ",urn:x"]


ADDRESSES = (
    "http://a..b/sparql",
    f"http://{'x' * 300}.example/sparql",
    f"http://{'x.' * 200}example/sparql",
    "http://host:0/sparql",
    "http://host:99999/sparql",
    "http://host:-1/sparql",
    "http://[::1/sparql",
    "http://[fe80::1%25eth0]/sparql",
    "http://ex%61mple.org/sparql",
    "http://good.example\\.evil.example/",
    "http://good.example;evil.example/",
    "http://\N{ACCOUNT OF}.example/",
    "http://host/\r\nX: y",
    "http://host/\x1b]0;x\x07",
    "http:///sparql",
    "file:///etc/passwd",
    "ftp://host/sparql",
    "unix:///run/x.sock",
    f"http://me:{SECRET}@host/sparql",
    f"ftp://me:{SECRET}@host/sparql?key={SECRET}",
    f"http://good.example\\@{SECRET}@evil.example/",
    f"me:{SECRET}@host",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_cannot_be_one_is_refused(address: str, ask: Command, tmp_path: Path) -> None:
    done = ask("sparql", ROWS, "--endpoint", address)
    assert done.code == 2 and done.err.startswith("Error: ") and SECRET not in done.err
    assert "\x1b" not in done.err and len(done.err.splitlines()) <= 2
    config = tmp_path / "ogdkg.toml"
    config.write_text(f'[[endpoint]]\nname = "x"\nurl = {json.dumps(address)}\n')
    done = ask("-C", str(tmp_path), "sparql", ROWS, "--endpoint", "x")
    assert done.code == 3 and SECRET not in done.err and "ogdkg.toml:3: " in done.err


CELLS: tuple[object, ...] = (
    None,
    {"type": "uri", "value": "urn:x"},
    {"type": "bnode", "value": "b"},
    {"type": "literal", "value": ""},
    {"type": "literal", "value": "x", "xml:lang": "en"},
    {"type": "literal", "value": "\u00b2", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    {"type": "literal", "value": "9" * 6000, "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    {"type": "literal", "value": "NaN", "datatype": "http://www.w3.org/2001/XMLSchema#double"},
    {"type": "literal", "value": "99999-13-45", "datatype": "http://www.w3.org/2001/XMLSchema#date"},
    {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
)
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ;
  sh:property [ sh:path <urn:p> ; sh:minCount 1 ; sh:maxLength 3 ] ."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "rows": ("sparql", ROWS),
    "all columns": ("sparql", "SELECT * { ?s ?p ?o }", "--cite"),
    "triples": ("sparql", TRIPLES, "-f", "turtle"),
    "query": ("query", "trees", "--cite"),
    "stats": ("stats", "--layer", "all"),
    "search": ("search", "x"),
    "show": ("show", "urn:x"),
    "why": ("why", "urn:x", "urn:x", "urn:x"),
    "cite": ("cite", "x"),
    "coverage": ("coverage", "--source", "source.txt"),
    "test": ("test",),
    "validate": ("validate", "--shapes", "SHAPES"),
    "export": ("export", "-f", "nquads"),
    "pull": ("pull",),
    "push": ("push", "--prune"),
    "ping": ("ping", "--write"),
}


def _junk(chance: random.Random) -> Callable[[Handler], None]:
    """Answers of the right form, with the columns that were asked for, and junk in them."""
    told = {"Server": "Oxigraph"}

    def say(handler: Handler) -> None:
        query = significant_tokens(handler.asked.query)
        names = selected(query)
        if names == ("*",):
            names = tuple(dict.fromkeys(token.text[1:] for token in query if token.kind == "variable"))
        if handler.asked.method in ("PUT", "DELETE") or b"update" in handler.asked.body:
            handler.answer(b"", 204, told)
        elif query_type(query) == "ASK":
            handler.answer(chance.choice([TRUE, TRUE.replace(b"true", b"false")]), 200, told)
        elif query_type(query) != "SELECT":
            handler.answer(LINE, 200, {**told, **NTRIPLES})
        else:
            pool = (-1, -1, -1) if names == ("n",) and chance.random() < 0.7 else range(len(CELLS))
            rows = [
                {name: cell for name in names if (cell := CELLS[chance.choice(pool)])}
                for _ in range(chance.randrange(4))
            ]
            body = {"head": {"vars": names}, "results": {"bindings": rows}}
            handler.answer(json.dumps(body).encode(), 200, told)

    return say


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_takes_junk_for_a_bug_of_ours(
    name: str, serve: Serve, ask: Command, tmp_path: Path
) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    arguments = [str(tmp_path / "shapes.ttl") if word == "SHAPES" else word for word in COMMANDS[name]]
    for seed in range(6):
        server = serve(_junk(random.Random(seed)))
        done = ask(*arguments, "--endpoint", f"{server.origin}/query", "--timeout", "20")
        assert done.code in (0, 1, 2, 3, 4) and "Traceback" not in done.err, (seed, done)


def test_a_crash_would_be_seen_in_a_process(serve: Serve, ogdkg: Run) -> None:
    """The nested answer that ended the process itself."""
    say, words = MODES["a triple term in itself, 10,000 times"]
    done = ogdkg("sparql", ROWS, "--endpoint", serve(say).url)
    assert (done.returncode, done.stdout) == (4, "") and words in done.stderr


def test_reading_an_answer_has_a_limit_of_time() -> None:
    late, line = Limits(seconds=-1.0), b"<urn:a> <urn:b> <urn:c> .\n"
    for read in (
        lambda: read_results(io.BytesIO(_rows(f'{{"s": {URI}}}').encode()), late),
        lambda: read_solutions(io.BytesIO(_rows(f'{{"s": {URI}}}').encode()), late),
        lambda: read_triples(io.BytesIO(line), "text/turtle", late),
        lambda: read_lines(io.BytesIO(line), "application/n-triples", late),
    ):
        with pytest.raises(BrokenError, match="could not be read within"):
            read()


def test_a_line_without_end_is_mended_in_pieces() -> None:
    """A row of Virtuoso is a line; one of megabytes is not held whole, and no label in it is missed."""
    labels = 3000
    cell = '{"s": {"type": "bnode", "value": "nodeID://b1"}}'
    body = _rows(", ".join([cell + " " * 700] * labels)).encode()
    server = server_of("virtuoso")
    result, number = read_results(io.BytesIO(body), Limits(), server.fix_literal, server.fix_line)
    assert number == labels and isinstance(result, Rows)
    assert set(result.rows) == {(Blank("b1"),)}


def test_a_large_answer_is_in_a_file_without_a_name() -> None:
    with to_disk(io.BytesIO(b"x")) as file:
        status = os.fstat(file.fileno())
        assert status.st_nlink == 0 and status.st_mode & 0o077 == 0
