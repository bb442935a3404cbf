"""What a server may do wrong: each is one clear error with exit code 4, and nothing of a part is shown."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conftest import Run, need
from tests.servers import serving
from tests.servers.serving import JSON, Serve

from ogdkg.errors import InputError
from ogdkg.project.project import read_project

HEAD = b'{"head": {"vars": ["s"]}, "results": {"bindings": [\n'
ROW = b'{"s": {"type": "uri", "value": "https://e.example/a"}}'
WHOLE = HEAD + ROW + b"]}}"
QUERY = "SELECT ?s { ?s ?p ?o }"
Say = Callable[["Handler"], None]


class Handler(serving.Handler):
    """Keeps the connection open, as most servers do."""

    def do_GET(self) -> None:  # noqa: N802  # as http.server has it
        if "push" not in self.path:
            super().do_GET()
            return
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(body=b'{"head": {"vars": ["p", "o"]}, "results": {"bindings": []}}')  # nothing was pushed

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def answer(self, status: int = 200, body: bytes = WHOLE, **headers: str) -> None:  # type: ignore[override]
        given = {"Content-Type": JSON, "Content-Length": str(len(body))}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.send_response(status)
        for name, value in given.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers so."""
    with serving.serving(Handler) as start:
        yield start


def _cut(handler: Handler) -> None:
    handler.answer(body=HEAD + ROW[:20], Content_Length=str(len(WHOLE)))
    handler.close_connection = True


def _cut_chunk(handler: Handler) -> None:
    body = HEAD + ROW + b",\n" + ROW[:9]
    handler.answer(body=b"%x\r\n%s\r\n" % (len(body), body), Content_Length="", Transfer_Encoding="chunked")
    handler.close_connection = True


def _cut_unannounced(handler: Handler) -> None:
    """Without a length only the end of the connection ends a body: JSON shows that something is missing."""
    handler.answer(body=HEAD + ROW + b",\n" + ROW[:30], Content_Length="", Connection="close")
    handler.close_connection = True


def _slow(handler: Handler) -> None:
    time.sleep(5)


def _dripping(handler: Handler) -> None:
    handler.answer(body=b"", Content_Length="100000")
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def _dripping_head(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.1)


def _endless(handler: Handler) -> None:
    handler.answer(body=HEAD, Content_Length="", Transfer_Encoding="")
    while True:
        handler.wfile.write((ROW + b",\n") * 10_000)


def _bomb(handler: Handler) -> None:
    body = gzip.compress(b" " * 20_000_000)
    handler.answer(body=body, Content_Encoding="gzip")


def _answering(status: int = 200, body: bytes = WHOLE, **headers: str) -> Say:
    return lambda handler: handler.answer(status, body, **headers)


FAULTS: dict[str, tuple[Say, str]] = {
    "slow": (_slow, "No whole answer within 1 seconds."),
    "slow, a byte at a time": (_dripping, "No whole answer within 1 seconds."),
    "slow, a header at a time": (_dripping_head, "No whole answer within 1 seconds."),
    "cut off in the middle of a row": (_cut, "The answer broke off."),
    "cut off in a chunk": (_cut_chunk, "The answer broke off."),
    "cut off, its length untold": (_cut_unannounced, "The answer does not parse"),
    "wrong content type": (
        _answering(body=b"a,b", Content_Type="text/csv"),
        "The answer is of type text/csv, not",
    ),
    "no content type": (_answering(Content_Type=""), "The answer is of no stated type"),
    "empty, of another type": (
        _answering(body=b"", Content_Type="text/html"),
        "The answer is of type text/html, not application/sparql-results+json.",
    ),
    "a failure without a word": (_answering(status=500, body=b""), "The server answers 500."),
    "an HTML page with 200": (
        _answering(body=b"<html>\n<h1>Down</h1>", Content_Type="text/html"),
        "The answer is of type text/html, not application/sparql-results+json: <html> <h1>Down</h1>",
    ),
    "HTML called JSON": (_answering(body=b"<html>"), "The answer does not parse"),
    "redirect elsewhere": (
        _answering(302, b"", Location="http://elsewhere.invalid/sparql"),
        "The server redirects (302) to: http://elsewhere.invalid/sparql",
    ),
    "redirect for good": (_answering(308, b"", Location="/other"), "The server redirects (308) to: /other"),
    "no permission": (
        _answering(401, b"", WWW_Authenticate='Basic realm="x"'),
        "requires a login, or refuses access",
    ),
    "forbidden": (_answering(403, b""), "or refuses access (403)"),
    "nothing there": (_answering(404, b"no such thing"), "The server answers 404: no such thing"),
    "too many requests": (_answering(429, b"", Retry_After="0"), "The server is busy (429), and stayed so"),
    "asks to wait long": (_answering(429, b"", Retry_After="3600"), "busy (429) and asks to wait 3,600 sec"),
    "503 with Retry-After": (_answering(503, b"", Retry_After="120"), "busy (503) and asks to wait 120 sec"),
    "503 without Retry-After": (_answering(503, b""), "The server is busy (503)."),
    "internal error": (_answering(500, b"Oh\x1b[31m dear"), "The server answers 500: Oh [31m dear"),
    "a part (206)": (_answering(206), "The server answers 206"),
    "endless body": (_endless, "The answer is larger than 1 MB."),
    "small, but a bomb once unpacked": (_bomb, "The answer is larger than 1 MB."),
    "broken gzip": (_answering(body=b"nothing packed", Content_Encoding="gzip"), "cannot be unpacked"),
    "gzip that breaks off": (
        _answering(body=gzip.compress(WHOLE)[:-1], Content_Encoding="gzip"),
        "The answer cannot be unpacked: it breaks off.",
    ),
    "invalid JSON": (_answering(body=HEAD + b"oops]}}"), "The answer does not parse"),
    "JSON of something else": (_answering(body=b'{"error": "no"}'), "The answer does not parse"),
    "something behind its end": (_answering(body=WHOLE + b"{}"), "The answer does not parse"),
    "rows for yes or no": (_answering(body=b"[]"), "The answer does not parse"),
    "a bad blank node": (_answering(body=WHOLE.replace(b"uri", b"bnode")), "The answer does not parse"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_clear_error(name: str, serve: Serve, ogdkg: Run, tmp_path: Path) -> None:
    say, message = FAULTS[name]
    server = serve(say)
    (tmp_path / "ogdkg.toml").write_text(f'[[endpoint]]\nname = "bad"\nurl = "{server.url}"\nmegabytes = 1\n')
    seconds = "1" if name.startswith(("slow", "503 without")) else "10"
    begun = time.monotonic()
    done = ogdkg(
        *("sparql", QUERY, "-f", "csv", "--endpoint", "bad", "--trust", "--timeout", seconds),
        cwd=tmp_path,
        OGDKG_USER="me",
    )
    assert (done.returncode, done.stdout) == (4, "")
    first, *rest = done.stderr.splitlines()
    assert first.startswith(f"Error: {server.url}: ") and message in first
    assert len(rest) <= 1 and "Traceback" not in done.stderr
    assert time.monotonic() - begun < 30


def test_without_a_server(ogdkg: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    done = ogdkg("sparql", QUERY, "--endpoint", url)
    assert done.returncode == 4 and "There is no connection: Connection refused" in done.stderr


def test_without_such_a_host(ogdkg: Run) -> None:
    done = ogdkg("sparql", QUERY, "--endpoint", "http://nowhere.invalid/sparql")
    assert done.returncode == 4 and "There is no connection" in done.stderr


def test_with_a_certificate_that_nobody_knows(ogdkg: Run, serve: Serve, tmp_path: Path) -> None:
    need(shutil.which("openssl"), "openssl, which makes a certificate,", "apt-get install openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    made += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(made, check=True, capture_output=True)
    server = serve(_answering())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = server.url.replace("http:", "https:")
    refused = ogdkg("sparql", QUERY, "--endpoint", url)
    assert refused.returncode == 4 and "The server's certificate is not trusted" in refused.stderr
    known = ogdkg("sparql", QUERY, "-f", "csv", "--endpoint", url, REQUESTS_CA_BUNDLE=str(certificate))
    assert known.stdout.splitlines() == ["s", "https://e.example/a"]


def test_triples_of_untold_length_are_not_taken(ogdkg: Run, serve: Serve) -> None:
    """They might end anywhere, and nothing in them would tell."""

    def say(handler: Handler) -> None:
        if "ASK" in handler.path:
            return handler.answer(body=b'{"head": {}, "boolean": true}')
        line = b"<https://e.example/a> <https://e.example/b> <https://e.example/c> .\n"
        handler.answer(body=line, Content_Type="application/n-triples", Content_Length="", Connection="close")
        handler.close_connection = True
        return None

    done = ogdkg("sparql", "CONSTRUCT WHERE { ?s ?p ?o }", "--endpoint", serve(say).url)
    assert (done.returncode, done.stdout) == (4, "")
    assert "does not state the length of its response" in done.stderr


def test_a_server_that_is_busy_is_asked_again(ogdkg: Run, serve: Serve) -> None:
    statuses = [429, 503]

    def say(handler: Handler) -> None:
        handler.answer(statuses.pop(0), b"", Retry_After="0") if statuses else handler.answer()

    done = ogdkg("sparql", QUERY, "-f", "csv", "--endpoint", serve(say).url)
    assert done.stdout.splitlines() == ["s", "https://e.example/a"]


def test_who_asks_is_said_once_the_server_wants_it(ogdkg: Run, serve: Serve, tmp_path: Path) -> None:
    def wants(way: str) -> Say:
        def say(handler: Handler) -> None:
            given = handler.headers.get("Authorization", "")
            if given.startswith(way):
                handler.answer()
            else:
                handler.answer(401, b"", WWW_Authenticate=f'{way} realm="r", nonce="n", qop="auth"')

        return say

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    known = {"OGDKG_USER": "me", "OGDKG_PASSWORD": "secret"}
    for way, variables in (
        ("Basic", known),
        ("Digest", known),
        ("Bearer", {"OGDKG_TOKEN": "t"}),
        ("Basic", {"NETRC": str(netrc)}),
        ("Digest", {"NETRC": str(netrc)}),
    ):
        server = serve(wants(way))
        done = ogdkg("sparql", QUERY, "-f", "csv", "--endpoint", server.url, "-vv", **variables)
        assert done.returncode == 0, done.stderr
        assert server.seen[-1].headers["User-Agent"].startswith("ogdkg/")
        assert "secret" not in done.stderr
        first = server.seen[0].headers.get("Authorization", "")
        assert first == ("Bearer t" if way == "Bearer" else "")  # nothing before the server asks


def test_a_long_query_is_posted_and_a_short_one_is_not(ogdkg: Run, serve: Serve) -> None:
    server = serve(_answering())
    ogdkg("sparql", QUERY, "--endpoint", server.url)
    ogdkg("sparql", QUERY + "#" + "x" * 3000, "--endpoint", server.url)
    methods = [asked.method for asked in server.seen]
    assert "GET" in methods and methods[-1] == "POST"


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(WHOLE),
        gzip.compress(WHOLE[:20]) + gzip.compress(WHOLE[20:]),
        gzip.compress(WHOLE) + b"\0\0",
        gzip.compress(WHOLE + b" " * 300_000),
    ],
    ids=["whole", "members", "padded", "many-pieces"],
)
def test_a_packed_answer_is_unpacked(body: bytes, ogdkg: Run, serve: Serve) -> None:
    server = serve(_answering(body=body, Content_Encoding="gzip"))
    done = ogdkg("sparql", QUERY, "-f", "csv", "--endpoint", server.url)
    assert done.stdout.splitlines() == ["s", "https://e.example/a"]
    assert server.seen[0].headers["Accept-Encoding"] == "gzip"


def test_an_endpoint_is_named_well(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text('[[endpoint]]\nname = "there"\nurl = "http://127.0.0.1:1/sparql"\n')
    unknown = ogdkg("sparql", QUERY, "--endpoint", "ther", cwd=tmp_path)
    assert unknown.returncode == 2 and "Did you mean 'there'?" in unknown.stderr
    secret = ogdkg("sparql", QUERY, "--endpoint", "http://me:word@host/sparql", cwd=tmp_path)
    assert secret.returncode == 2 and "word@" not in secret.stderr and "OGDKG_PASSWORD" in secret.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('name = "x"', "is not the address of a server"),
        ('name = "x"\nurl = "ftp://x/"', "is not the address of a server"),
        ('name = "x"\nurl = "http://x/"\nserver = "y"', "The server must be one of"),
        ('name = "x"\nurl = "http://x/"\ndefault-graph = "y"', "The default graph must be"),
        ('name = "x"\nurl = "http://x/"\nmegabytes = 0', "must be a whole number"),
        ('url = "http://x/"', "needs a unique name"),
        ('name = "x"\nurl = "http://x/"\npassword = "y"', "is not a known key"),
    ],
)
def test_a_wrong_entry_is_an_error_with_its_line(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text(f"[[endpoint]]\n{line}\n")
    with pytest.raises(InputError) as error:
        read_project(tmp_path)
    assert message in str(error.value) and "ogdkg.toml:" in str(error.value)
