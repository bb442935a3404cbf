"""Secrets go to the servers that the person named, and into no message; a push stays with what is its own."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.servers.serving import TRUE, Command, Handler, Hostile, Say, Serve

ROWS = "SELECT ?s { ?s ?p ?o }"
EMPTY = b'{"head": {"vars": ["p", "o"]}, "results": {"bindings": []}}'
SECRET = "T0KEN-of-mine"
TOKEN = {"OGDKG_TOKEN": SECRET}
PASSWORD = {"OGDKG_USER": "me", "OGDKG_PASSWORD": SECRET}
OXIGRAPH = {"Server": "Oxigraph"}


def _answering(handler: Handler) -> None:
    """As a server without anything in it."""
    query = handler.asked.query
    if "ASK" in query:
        handler.answer(TRUE)
    elif "CONSTRUCT" in query or not query:
        handler.answer(b"", 200, {"Content-Type": "application/n-triples"})
    else:
        names = ["g"] if "?g" in query else ["p", "o"] if "?p ?o {" in query else ["s"]
        handler.answer(json.dumps({"head": {"vars": names}, "results": {"bindings": []}}).encode())


def _wanting(*challenges: str) -> Say:
    """Refuses, each time by the next challenge, until the last is answered."""

    def say(handler: Handler) -> None:
        way = challenges[min(len(handler.server.seen), len(challenges)) - 1]
        if handler.headers.get("Authorization", "").startswith(way.split()[0]) and way == challenges[-1]:
            _answering(handler)
        else:
            handler.answer(b"", 401, {"WWW-Authenticate": way})

    return say


BASIC, DIGEST = 'Basic realm="r"', 'Digest realm="r", nonce="n", qop="auth"'


def _told(server: Hostile) -> list[str]:
    """What a server was told about who asks."""
    return [value for asked in server.seen if (value := asked.headers.get("Authorization"))]


def _project(folder: Path, url: str, **more: str) -> tuple[str, ...]:
    lines = [f"{name.replace('_', '-')} = {json.dumps(value)}" for name, value in more.items()]
    text = "\n".join(["[[endpoint]]", 'name = "work"', f"url = {json.dumps(url)}", *lines])
    (folder / "ogdkg.toml").write_text(text + "\n")
    return "-C", str(folder)


def _netrc(folder: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    path = folder / "netrc"
    path.write_text(text)
    path.chmod(mode)
    return {"NETRC": str(path)}


def _elsewhere(server: Hostile) -> str:
    """Another origin of the same machine."""
    return server.origin.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("way", ["token", "password", "netrc"])
def test_other_addresses_of_a_project_are_told_nothing(
    way: str, serve: Serve, ask: Command, tmp_path: Path
) -> None:
    here, there = serve(_answering), serve(_wanting(BASIC))
    stores = {"graph_store": f"{_elsewhere(there)}/store", "update": f"{_elsewhere(there)}/update"}
    project = _project(tmp_path, here.url, **stores, server="oxigraph")
    known = {"token": TOKEN, "password": PASSWORD}.get(way) or _netrc(
        tmp_path,
        f"machine 127.0.0.1 login me password {SECRET}\nmachine localhost login me password {SECRET}\n",
    )
    done = ask(*project, "pull", "--endpoint", here.url, **known)
    assert done.code == 4 and "which the project names and you did not" in done.err
    assert there.seen and not _told(there)
    assert _elsewhere(there) in done.err and "OGDKG_ORIGINS" in done.err and SECRET not in done.err
    listed = ask(*project, "pull", "--endpoint", here.url, OGDKG_ORIGINS=_elsewhere(there), **known)
    assert _told(there) and (listed.code == 0) == (way != "token")  # this server wants no token


def test_netrc_is_asked_for_the_host_of_the_very_request(serve: Serve, ask: Command, tmp_path: Path) -> None:
    here, there = serve(_answering), serve(_wanting(BASIC))
    project = _project(tmp_path, here.url, graph_store=f"{_elsewhere(there)}/store", server="oxigraph")
    known = _netrc(tmp_path, f"machine 127.0.0.1 login me password {SECRET}\n")
    done = ask(*project, "pull", "--endpoint", here.url, OGDKG_ORIGINS=_elsewhere(there), **known)
    assert done.code == 4 and there.seen and not _told(there)


def test_nothing_is_pushed_to_what_only_the_project_names(serve: Serve, ask: Command, tmp_path: Path) -> None:
    here, there = serve(_answering), serve(_answering)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text('<urn:a> <urn:b> "of the house" .')
    for addresses in (
        {"graph_store": f"{_elsewhere(there)}/store", "update": f"{here.origin}/update"},
        {"graph_store": f"{here.origin}/store", "update": f"{_elsewhere(there)}/update"},
    ):
        project = _project(tmp_path, here.url, **addresses)
        done = ask(*project, "push", "--endpoint", here.url)
        assert done.code == 2 and f"Nothing is written to {_elsewhere(there)}" in done.err
        assert ask(*project, "push", "--endpoint", "work", OGDKG_ORIGINS=here.origin).code == 3
        assert ask(*project, "--trust", "push", "--endpoint", "work", OGDKG_ORIGINS=here.origin).code == 2
        assert "(not tested" not in ask(*project, "ping", "--write", "--endpoint", here.url).out
    assert all(asked.method == "GET" for asked in here.seen) and not there.seen


@pytest.mark.parametrize("by", ["--endpoint", "OGDKG_ENDPOINT"])
@pytest.mark.parametrize("known", [TOKEN, PASSWORD], ids=["token", "password"])
def test_a_name_is_the_projects_word(
    by: str, known: dict[str, str], serve: Serve, ask: Command, tmp_path: Path
) -> None:
    server = serve(_wanting(BASIC if known is PASSWORD else "Bearer"))
    project = _project(tmp_path, server.url)
    chosen = ("--endpoint", "work") if by == "--endpoint" else ()
    env = known if chosen else {**known, "OGDKG_ENDPOINT": "work"}
    assert ask(*project, "sparql", ROWS, *chosen, **env).code == 3 and not server.seen
    done = ask(*project, "--trust", "sparql", ROWS, *chosen, **env)
    assert done.code == 4 and not _told(server) and "The credentials were not sent to" in done.err
    env = {**known, "OGDKG_ENDPOINT": server.url}
    assert ask(*project, "sparql", ROWS, **env).code == 0 and _told(server)


@pytest.mark.parametrize(
    "spelling", ["{}", "{}/", " {} , https://other.example", "HTTP://{host}", "settings"]
)
def test_an_origin_is_listed_in_any_spelling(
    spelling: str, serve: Serve, ask: Command, tmp_path: Path
) -> None:
    server = serve(_answering)
    project = _project(tmp_path, server.url)
    env = {}
    if spelling == "settings":
        folder = tmp_path / "config" / "ogdkg"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(f'[trust]\norigins = ["{server.origin}"]\n')
    else:
        env = {"OGDKG_ORIGINS": spelling.format(server.origin, host=server.origin.removeprefix("http://"))}
    assert ask(*project, "sparql", ROWS, "--endpoint", "work", **TOKEN, **env).code == 0
    assert _told(server)[-1] == f"Bearer {SECRET}"


@pytest.mark.parametrize("other", ["https://127.0.0.1:{port}", "http://127.0.0.1", "http://127.0.0.2:{port}"])
def test_another_scheme_port_or_host_is_another_origin(
    other: str, serve: Serve, ask: Command, tmp_path: Path
) -> None:
    server = serve(_answering)
    project = _project(tmp_path, server.url)
    listed = other.format(port=server.server_port)
    ask(*project, "sparql", ROWS, "--endpoint", "work", OGDKG_ORIGINS=listed, **TOKEN)
    assert not server.seen
    ask(*project, "--trust", "sparql", ROWS, "--endpoint", "work", OGDKG_ORIGINS=listed, **TOKEN)
    assert server.seen and not _told(server)


@pytest.mark.parametrize(
    "listed",
    ["*", "https://*", f"http://me:{SECRET}@host", "http://host/path", "host", "http://host?x", "file:///"],
)
def test_what_is_no_origin_cannot_be_listed(listed: str, serve: Serve, ask: Command, tmp_path: Path) -> None:
    server = serve(_answering)
    project = _project(tmp_path, server.url)
    done = ask(*project, "sparql", ROWS, "--endpoint", "work", OGDKG_ORIGINS=listed, **TOKEN)
    assert done.code == 2 and "OGDKG_ORIGINS" in done.err and SECRET not in done.err and not _told(server)


def _by_proxy(server: Hostile) -> dict[str, str]:
    """A name that no machine has is asked by way of the server, which shows what would be sent to it."""
    return {"HTTP_PROXY": server.origin, "http_proxy": server.origin, "NO_PROXY": "", "no_proxy": ""}


def test_without_encryption_only_a_digest_leaves_the_machine(serve: Serve, ask: Command) -> None:
    far = "http://far.example/sparql"
    for known, challenge, expected in (
        (TOKEN, "Bearer", False),
        (PASSWORD, BASIC, False),
        (PASSWORD, DIGEST, True),
    ):
        server = serve(_wanting(challenge))
        done = ask("sparql", ROWS, "--endpoint", far, **known, **_by_proxy(server))
        assert bool(_told(server)) == expected == (done.code == 0), done
        assert expected or "anybody on the way could read it" in done.err
        listed = ask(
            "sparql",
            ROWS,
            "--endpoint",
            far,
            OGDKG_ORIGINS="http://far.example",
            **known,
            **_by_proxy(server),
        )
        assert listed.code == 0 and _told(server)


def test_who_wanted_a_digest_gets_no_password(serve: Serve, ask: Command) -> None:
    for challenges in ((DIGEST, BASIC), (DIGEST, BASIC, DIGEST.replace('"n"', '"m"'), BASIC)):
        server = serve(_wanting(*challenges))
        done = ask("sparql", ROWS, "--endpoint", server.url, **PASSWORD)
        assert done.code == 4 and all(told.startswith("Digest") for told in _told(server))
    both = serve(_wanting(f"{BASIC}, {DIGEST}"))
    ask("sparql", ROWS, "--endpoint", both.url, **PASSWORD)
    assert _told(both)[0].startswith("Digest")


def test_a_digest_is_kept_and_made_anew_when_it_is_stale(serve: Serve, ask: Command) -> None:
    nonces = ["a", "b"]

    def say(handler: Handler) -> None:
        told = handler.headers.get("Authorization", "")
        if f'nonce="{nonces[0]}"' in told:
            nonces[:] = nonces[-1:]  # from now on the second
            _answering(handler)
        else:
            challenge = f'Digest realm="r", nonce="{nonces[0]}", qop="auth"'
            handler.answer(b"", 401, {"WWW-Authenticate": challenge})

    server = serve(say)
    assert ask("sparql", ROWS, "--endpoint", server.url, **PASSWORD).code == 0
    assert [told.partition('nonce="')[2][0] for told in _told(server)] == ["a", "a", "b", "b"]
    assert "nc=00000002" in _told(server)[-1]


def test_a_redirect_is_told_nothing(serve: Serve, ask: Command, tmp_path: Path) -> None:
    there = serve(_answering)
    here = serve(lambda handler: handler.answer(b"", 307, {"Location": there.url}))
    known = _netrc(tmp_path, f"default login me password {SECRET}\n")
    for env in (TOKEN, PASSWORD, known):
        assert ask("sparql", ROWS, "--endpoint", here.url, **env).code == 4
    assert not there.seen


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (f"machine 127.0.0.1 login me password {SECRET}\n", 0o606, "Others can write this netrc file."),
        (f"machine 127.0.0.1 login me passwrod {SECRET}\n", 0o600, "This netrc file does not parse."),
        ("machine 127.0.0.1 login me password \udcff\udcfe\n", 0o600, "This netrc file cannot be read"),
    ],
)
def test_a_netrc_file_is_the_persons_own(
    text: str, mode: int, words: str, serve: Serve, ask: Command, tmp_path: Path
) -> None:
    path = tmp_path / "netrc"
    path.write_bytes(text.encode(errors="surrogateescape"))
    path.chmod(mode)
    server = serve(_wanting(BASIC))
    done = ask("sparql", ROWS, "--endpoint", server.url, NETRC=str(path))
    assert done.code == 3 and words in done.err and SECRET not in done.err and not _told(server)


@pytest.mark.parametrize(
    "known",
    [
        {"OGDKG_TOKEN": f"{SECRET}\r"},
        {"OGDKG_TOKEN": f"{SECRET}\n"},
        {"OGDKG_TOKEN": f"{SECRET} x"},
        {"OGDKG_TOKEN": f"{SECRET}\r\nX-Other: y"},
        {"OGDKG_TOKEN": f"{SECRET}é"},
        {"OGDKG_USER": f"me:{SECRET}"},
        {"OGDKG_USER": f"me{SECRET}\n"},
        {"OGDKG_USER": "me", "OGDKG_PASSWORD": f"{SECRET}\x7f"},
        {"OGDKG_USER": "me", "OGDKG_PASSWORD": f"{SECRET}\udcff"},
    ],
    ids=repr,
)
def test_a_secret_that_cannot_be_sent_is_told_of_and_not_told(
    known: dict[str, str], serve: Serve, ask: Command
) -> None:
    server = serve(_answering)
    done = ask("sparql", ROWS, "--endpoint", server.url, "-vv", **known)
    assert done.code == 2 and next(reversed(known)) in done.err and not server.seen
    assert SECRET not in done.err.replace("\n", "")


def _echo(handler: Handler) -> None:
    told = handler.headers.get("Authorization", "")
    handler.answer(f"{told} {handler.path} {dict(handler.headers)}".encode(), 500)


FAILING: dict[str, Callable[[Handler], None]] = {
    "repeats all": _echo,
    "refuses a query with it": lambda h: h.answer(h.headers.get("Authorization", "").encode(), 400),
    "redirects to itself": lambda h: h.answer(b"", 301, {"Location": h.path + "#" + SECRET}),
    "has it in a column": lambda h: h.answer(f'{{"head": {{"vars": ["{SECRET} "]}}}}'.encode()),
    "has it as a content type": lambda h: h.answer(TRUE, 200, {"Content-Type": f"x/{SECRET}"}),
    "breaks off": lambda h: h.answer(TRUE, 200, {"Content-Length": "99"}),
    "says nothing": lambda h: h.raw(b""),
    "does not speak HTTP": lambda h: h.raw(SECRET.encode() + b"\r\n\r\n"),
    "refuses": lambda h: h.answer(SECRET.encode(), 403),
    "has no such thing": lambda h: h.answer(SECRET.encode() * 500, 404),
    "is busy": lambda h: h.answer(SECRET.encode(), 503, {"Retry-After": "99"}),
    "waits": lambda h: h.answer(TRUE, 503, {"Retry-After": "0"}),
}


@pytest.mark.parametrize("name", FAILING)
def test_no_message_and_no_traceback_holds_a_secret(name: str, serve: Serve, ask: Command) -> None:
    server = serve(FAILING[name])
    url = f"{server.url}?apikey={SECRET}%21"
    for known in (TOKEN, PASSWORD):
        done = ask("sparql", ROWS, "--endpoint", url, "-vv", "--timeout", "5", **known)
        assert done.code == 4 and "Traceback" in done.err
        assert SECRET not in done.out + done.err and "Og==" not in done.err
    done = ask("ping", "--endpoint", url, **TOKEN)
    assert SECRET not in done.out + done.err


def test_nor_one_the_login_of_a_netrc_file(serve: Serve, ask: Command, tmp_path: Path) -> None:
    """In any form in which it was sent."""

    def say(handler: Handler) -> None:
        told = handler.headers.get("Authorization", "")
        handler.answer(told.encode(), 500 if told else 401, {"WWW-Authenticate": BASIC})

    server = serve(say)
    known = _netrc(tmp_path, f"machine 127.0.0.1 login me password {SECRET}\n")
    done = ask("sparql", ROWS, "--endpoint", server.url, "-vv", **known)
    assert done.code == 4 and _told(server)
    sent = base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert sent in _told(server)[0] and sent not in done.err and SECRET not in done.err


def test_nor_does_one_without_a_server(ask: Command, ogdkg: Run) -> None:
    proxied = {"http_proxy": f"http://me:{SECRET}@127.0.0.1:9", "no_proxy": ""}
    for address, env in (
        (f"http://127.0.0.1:9/sparql?apikey={SECRET}", {}),
        (f"https://127.0.0.1:9/sparql?apikey={SECRET}", {}),
        (f"http://nowhere.invalid/sparql?apikey={SECRET}", {}),
        (f"http://far.example/sparql?apikey={SECRET}", proxied),
    ):
        done = ask("sparql", ROWS, "--endpoint", address, "-vv", **TOKEN, **env)
        assert done.code == 4 and SECRET not in done.err, done.err
    done = ogdkg("sparql", ROWS, "--endpoint", "http://127.0.0.1:9/x", "-vv", OGDKG_TOKEN=f"{SECRET}\r")
    assert done.returncode == 2 and SECRET not in done.stderr  # as it was met first, in a process


def test_what_ping_tells_is_in_one_line_and_without_a_key(serve: Serve, ask: Command) -> None:
    told = {"Server": f"Virtuoso/\x1b]0;x\x07 {SECRET}", "X-SPARQL-MaxRows": "\xb2"}
    server = serve(lambda handler: handler.answer(TRUE if "ASK" in handler.asked.query else EMPTY, 200, told))
    done = ask("ping", "--endpoint", f"{server.url}?apikey={SECRET}", **TOKEN)
    assert done.code == 0 and "\x1b" not in done.out and SECRET not in done.out
    assert "none reported" in done.out


class Store:
    """A server that keeps whole graphs, whose manifest says what a test wants."""

    def __init__(self, *said: tuple[str, str]) -> None:
        self.graphs: dict[str, bytes] = {}
        self.removed: list[str] = []
        self._said = [
            {"p": {"type": "uri", "value": predicate}, "o": {"type": "literal", "value": value}}
            for predicate, value in said
        ]

    def __call__(self, handler: Handler) -> None:
        asked = handler.asked
        graph = urllib.parse.parse_qs(urllib.parse.urlsplit(asked.path).query).get("graph", [""])[0]
        if asked.path.startswith("/store"):
            self._graph(handler, graph)
        elif "ASK" in asked.query:
            handler.answer(TRUE, 200, OXIGRAPH)
        elif asked.path.startswith("/update"):
            handler.answer(b"", 204, OXIGRAPH)
        else:
            names = ["p", "o"] if "?p ?o {" in asked.query else ["o"]
            rows = self._said if "/push>" in asked.query and names == ["p", "o"] else []
            body = {"head": {"vars": names}, "results": {"bindings": rows}}
            handler.answer(json.dumps(body).encode(), 200, OXIGRAPH)

    def _graph(self, handler: Handler, graph: str) -> None:
        told = {**OXIGRAPH, "Content-Type": "application/n-triples"}
        if handler.asked.method == "GET":
            handler.answer(self.graphs.get(graph, b""), 200, told)
        elif handler.asked.method == "DELETE":
            self.removed.append(graph)
            handler.answer(b"", 204, told)
        else:
            self.graphs[graph] = handler.asked.body
            handler.answer(b"", 204, told)


HOLDS, ANSWERS = "urn:ogdkg:holds", "urn:ogdkg:default-graph"


def _held(
    name: object, triples: object = 1, digest: object = "x", is_copy: object = False
) -> tuple[str, str]:
    return HOLDS, json.dumps([name, triples, digest, is_copy])


def test_a_manifest_cannot_let_push_remove_what_is_not_the_projects(serve: Serve, ask: Command) -> None:
    own = "https://trees.example/graph/gone"
    others = ["http://other.example/graph", "urn:x", "https://trees.example.evil.example/g"]
    store = Store((ANSWERS, "union"), *(_held(name) for name in (own, *others)))
    done = ask("push", "--prune", "--endpoint", f"{serve(store).origin}/query")
    assert done.code == 0, done
    assert store.removed == [own]
    assert "3 graphs in the manifest do not belong to this project and were kept" in done.out
    assert all(name.startswith("https://trees.example/") for name in store.graphs)


def test_nor_the_unnamed_graph_where_others_wrote_there(serve: Serve, ask: Command) -> None:
    store = Store((ANSWERS, "union"), _held(""))
    store.graphs[""] = b'<urn:a> <urn:b> "of others" .\n'
    done = ask("push", "--prune", "--endpoint", f"{serve(store).origin}/query")
    assert done.code == 4 and not store.removed and "the unnamed graph" in done.err


@pytest.mark.parametrize("again", [False, True])
def test_nor_overwrite_it_with_a_merged_copy(again: bool, serve: Serve, ask: Command) -> None:
    store = Store((ANSWERS, "http://other.example/graph"))
    options = ["--again"] if again else []
    done = ask("push", *options, "--endpoint", f"{serve(store).origin}/query")
    assert done.code == (0 if again else 4) and "http://other.example/graph" not in store.graphs
    assert again or ("Push with --again" in done.err and not store.graphs)


@pytest.mark.parametrize(
    "said",
    [
        [(ANSWERS, "x> } INSERT DATA { <urn:a> <urn:b> <urn:c> } #")],
        [(ANSWERS, "union"), _held("urn:a> <urn:b")],
        [(ANSWERS, "union"), _held(5)],
        [(ANSWERS, "union"), _held(None)],
        [(ANSWERS, "union"), _held("urn:a", -1)],
        [(ANSWERS, "union"), _held("urn:a", 10**30)],
        [(ANSWERS, "union"), (HOLDS, '["urn:a", Infinity, "x", false]')],
        [(ANSWERS, "union"), (HOLDS, '["urn:a", 1e999, "x", false]')],
        [(ANSWERS, "union"), (HOLDS, f'["urn:a", {"9" * 5000}, "x", false]')],
        [(ANSWERS, "union"), _held("urn:a", 1, None)],
        [(ANSWERS, "union"), (HOLDS, "[" * 100_000)],
        [(ANSWERS, "union"), (HOLDS, "{}")],
        [(ANSWERS, "union"), (HOLDS, "")],
    ],
    ids=lambda said: said[-1][1][:30],
)
def test_a_manifest_that_no_push_wrote_is_an_error(
    said: list[tuple[str, str]], serve: Serve, ask: Command
) -> None:
    store = Store(*said)
    server = serve(store)
    for command in (("push", "--prune"), ("pull",), ("ping",), ("sparql", ROWS), ("export", "-f", "nquads")):
        done = ask(*command, "--endpoint", f"{server.origin}/query", "--timeout", "10")
        assert done.code == 4 and "manifest of what was pushed cannot be read" in done.err, done
    assert not store.graphs and not store.removed


def test_the_names_of_a_server_become_no_paths(serve: Serve, ask: Command, tmp_path: Path) -> None:
    """What it calls its graphs stays within the file that is written."""
    names = ["file:///../../evil", "urn:x:../../../evil", "http://h/%2e%2e/%2Fevil"]
    rows = [{"g": {"type": "uri", "value": name}} for name in names]
    body = json.dumps({"head": {"vars": ["g"]}, "results": {"bindings": rows}}).encode()

    def say(handler: Handler) -> None:
        if handler.asked.path.startswith("/store"):
            told = {**OXIGRAPH, "Content-Type": "application/n-triples"}
            handler.answer(b"<urn:a> <urn:b> <urn:c> .\n", 200, told)
        elif "ASK" in handler.asked.query:
            handler.answer(TRUE, 200, OXIGRAPH)
        else:
            handler.answer(EMPTY if "/push>" in handler.asked.query else body, 200, OXIGRAPH)

    folder = tmp_path / "out"
    folder.mkdir()
    server = serve(say)
    done = ask("pull", "--endpoint", f"{server.origin}/query", "-o", str(folder / "all.nq"))
    assert done.code == 0 and [path.name for path in tmp_path.rglob("*")] == ["out", "all.nq"]
    assert all(f"<{name}> ." in (folder / "all.nq").read_text() for name in names)
