"""A stranger's project: what it may name, whose it may be, and that trust is asked once."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.diff.revisions import working_tree
from ogdkg.errors import InputError, LimitError, OgdkgError
from ogdkg.exchange.export import export_lines
from ogdkg.files import globs
from ogdkg.files.globs import Budget, matches, pattern_fault
from ogdkg.files.names import encoded, printable, shown_path
from ogdkg.project import trust
from ogdkg.project.project import find_project, read_project
from ogdkg.rdf.terms import is_iri
from tests.conftest import Run

STRANGER = 65534
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files to another user"
)
SECRET = '<urn:me> <urn:password> "hunter3" .\n'
ASK = ("sparql", "SELECT ?o { ?s <urn:password> ?o }", "-f", "csv")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.delenv("OGDKG_PROJECT", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of the person's, beside the stranger's project."""
    made = tmp_path / "home"
    made.mkdir()
    (made / "notes.ttl").write_text(SECRET)
    return made


@pytest.fixture
def project(tmp_path: Path, home: Path) -> Path:
    made = tmp_path / "project"
    (made / "data").mkdir(parents=True)
    (made / "queries").mkdir()
    (made / "data" / "own.ttl").write_text("<urn:a> <urn:p> 1 .\n")
    (made / "ogdkg.toml").write_text("")
    return made


def _layer(files: str) -> str:
    return f"[project]\nname = 'x'\n\n[[layer]]\nname = 'data'\nfiles = [{files}]\n"


# What leads outside, and how it is named.


def _link(project: Path, home: Path) -> str:
    (project / "data" / "notes.ttl").symlink_to("../../home/notes.ttl")
    return "'data/*.ttl'"


def _link_to_folder(project: Path, home: Path) -> str:
    (project / "data" / "more").symlink_to(home)
    return "'data/*/*.ttl'"


def _link_as_data(project: Path, home: Path) -> str:
    (project / "data2").symlink_to(home)
    return "'data2/*.ttl'"


def _link_of_links(project: Path, home: Path) -> str:
    (project / "data" / "a").symlink_to("b")
    (project / "data" / "b").symlink_to("../../home")
    return "'data/a/**/*.ttl'"


def _link_back_and_out(project: Path, home: Path) -> str:
    (project / "up").symlink_to("..")
    return "'up/home/*.ttl'"


OUTSIDE: dict[str, Callable[[Path, Path], str]] = {
    "dots": lambda project, home: "'../home/*.ttl'",
    "dots and a name": lambda project, home: "'../home/notes.ttl'",
    "dots hidden": lambda project, home: "'./../home/./*.ttl'",
    "dots and back": lambda project, home: f"'../../{project.parent.name}/home/notes.ttl'",
    "absolute": lambda project, home: f"'{home}/*.ttl'",
    "absolute and any depth": lambda project, home: f"'{home}/**/*.ttl'",
    "any depth above": lambda project, home: "'../**/notes.ttl'",
    "second pattern": lambda project, home: "'data/*.ttl', '../home/*.ttl'",
    "link to a file": _link,
    "link to a folder": _link_to_folder,
    "link in the place of the folder": _link_as_data,
    "link to a link": _link_of_links,
    "link to the folder above": _link_back_and_out,
}


@pytest.mark.parametrize("way", OUTSIDE)
def test_no_pattern_leads_outside(project: Path, home: Path, way: str) -> None:
    (project / "ogdkg.toml").write_text(_layer(OUTSIDE[way](project, home)))
    with pytest.raises(InputError) as caught:
        read_project(project).sources()
    assert "outside the project's folder" in caught.value.message
    assert caught.value.place and caught.value.place.line == 6
    assert "--trust" in str(caught.value)
    assert "hunter3" not in str(caught.value)
    trusted = read_project(project, trust=True)
    assert "notes.ttl" in {source.path.name for source in trusted.sources()}


@pytest.mark.parametrize("key", ["rules", "shapes", "ontology", "source", "context", "queries", "questions"])
def test_nothing_else_leads_outside(project: Path, home: Path, key: str) -> None:
    for name in ("x.rq", "x.yaml"):
        (home / name).write_text("SELECT * { ?s ?p ?o }")
    (home / "context.jsonld").write_text('{"@context": {}}')
    said = {
        "rules": "[[layer]]\nname = 'r'\ngraph = 'urn:g'\nrules = ['../home/*.rq']\n",
        "shapes": "[shapes]\nfiles = ['../home/*.ttl']\n",
        "ontology": "[shapes]\nontology = ['../home/*.ttl']\n",
        "source": "[project]\nsource = '../home/notes.ttl'\n",
        "context": "[export]\ncontext = '../home/context.jsonld'\n",
    }
    (project / "ogdkg.toml").write_text(said.get(key, ""))
    if key == "queries":
        (project / "queries" / "x.rq").symlink_to(home / "x.rq")
    if key == "questions":
        (project / "queries" / "questions").symlink_to(home)
    graph = open_graph(project)
    found = graph.project
    doors: dict[str, Callable[[], object]] = {
        "rules": lambda: graph.store,
        "shapes": lambda: found.files(found.shapes),
        "ontology": lambda: found.files(found.shapes_ontology),
        "source": lambda: found.file(found.source or ""),
        "context": lambda: found.file(found.context or ""),
        "queries": lambda: graph.catalogue.paths,
        "questions": lambda: found.files(["queries/questions/*.yaml"]),
    }
    with pytest.raises(InputError, match="outside the project's folder"):
        doors[key]()


def test_links_within_the_project_are_as_good_as_files(project: Path) -> None:
    (project / "data" / "deep").mkdir()
    (project / "data" / "deep" / "b.ttl").write_text("<urn:b> <urn:p> 2 .\n")
    (project / "data" / "link.ttl").symlink_to("own.ttl")
    (project / "other").symlink_to("data/deep")
    (project / "ogdkg.toml").write_text(_layer("'data/*.ttl', 'other/*.ttl'"))
    names = [source.path.name for source in read_project(project).sources()]
    assert names == ["link.ttl", "own.ttl", "b.ttl"]


def test_trust_is_asked_once_for_all(ogdkg: Run, project: Path, home: Path) -> None:
    """The question names all that the project reaches for; the answer holds for a run, or for good."""
    (project / "ogdkg.toml").write_text(
        _layer("'data/*.ttl', '../home/*.ttl'")
        + "[[endpoint]]\nname = 'work'\nurl = 'https://far.example/sparql'\n"
        + "[shapes]\nfiles = ['../home/shapes/*.ttl']\n"
    )
    (home / "shapes").mkdir()
    settings = project.parent / "settings" / "ogdkg"
    refused = ogdkg(*ASK, cwd=project)
    assert refused.returncode == 3
    assert refused.stdout == ""
    assert "ogdkg.toml:6: '../home/*.ttl' leads to ../home" in refused.stderr
    assert "../home/shapes" in refused.stderr
    assert "https://far.example/sparql" in refused.stderr
    assert f"{settings}/config.toml" in refused.stderr
    for arguments in ((*ASK, "--trust"), ("--trust", *ASK)):
        assert ogdkg(*arguments, cwd=project).stdout.splitlines() == ["o", "hunter3"]
    assert ogdkg(*ASK, cwd=project).returncode == 3, "a run's word holds for that run"
    settings.mkdir(parents=True)
    (settings / "config.toml").write_text(f"[trust]\nprojects = ['{project}']\n")
    assert ogdkg(*ASK, cwd=project).stdout.splitlines() == ["o", "hunter3"]
    (settings / "config.toml").write_text(f"[trust]\nprojects = ['{project.parent}']\n")
    assert ogdkg(*ASK, cwd=project).returncode == 3, "a folder above is not the project"


def test_the_line_that_is_told_is_the_line_that_trusts(project: Path, home: Path) -> None:
    strange = project.rename(project.with_name("a 'b' \\ \"c\""))
    (strange / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    with pytest.raises(InputError) as caught:
        read_project(strange).sources()
    line = str(caught.value).partition("[trust]: ")[2]
    settings = project.parent / "settings" / "ogdkg"
    settings.mkdir(parents=True)
    (settings / "config.toml").write_text(f"[trust]\n{line}\n")
    assert len(read_project(strange).sources()) == 1


def test_a_value_cannot_say_trust(ogdkg: Run, project: Path, home: Path) -> None:
    """`--trust` where a value is expected is a value."""
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    (project / "queries" / "q.rq").write_text(
        "SELECT ?o { ?s <urn:password> ?o FILTER(?o != ?_name_literal) }"
    )
    done = ogdkg("query", "q", "--name", "--trust", cwd=project)
    assert (done.returncode, done.stdout) == (3, "")
    assert "hunter3" in ogdkg("query", "q", "--name", "x", "--trust", cwd=project).stdout


def test_the_library_asks_too(project: Path, home: Path) -> None:
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    with pytest.raises(InputError, match="outside"):
        _ = open_graph(project).store
    assert len(list(open_graph(project, trust=True).store.quads())) == 1


def test_the_project_does_not_choose_a_server(project: Path) -> None:
    """Asked by its name it is the project that says where it is; an address that the person types is his."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        (project / "ogdkg.toml").write_text(f"[[endpoint]]\nname = 'work'\nurl = '{url}'\n")
        with pytest.raises(InputError, match="The project says where 'work' is"):
            open_graph(project, endpoint="work")
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()
        assert open_graph(project, endpoint=url).options.endpoint
        assert open_graph(project, endpoint="work", trust=True).options.endpoint


@pytest.mark.parametrize(
    "settings", ["[trust]\nprojects = 5\n", "[trust\n", "a = 1\n", "[trust]\nprojects=[1]\n"]
)
def test_broken_settings_trust_nothing(project: Path, home: Path, settings: str) -> None:
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    folder = project.parent / "settings" / "ogdkg"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(settings)
    with pytest.raises(InputError, match=r"config\.toml"):
        read_project(project).sources()


def test_settings_that_others_can_write_trust_nothing(project: Path, home: Path) -> None:
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    folder = project.parent / "settings" / "ogdkg"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f"[trust]\nprojects = ['{project}']\n")
    (folder / "config.toml").chmod(0o666)
    with pytest.raises(InputError, match="Others can write"):
        read_project(project).sources()


# Whose it is.


@needs_root
def test_another_user_s_project_above_is_not_taken(ogdkg: Run, project: Path) -> None:
    below = project / "mine" / "deep"
    below.mkdir(parents=True)
    os.chown(project / "ogdkg.toml", STRANGER, STRANGER)
    for cwd in (below, project):
        done = ogdkg("stats", cwd=cwd)
        assert (done.returncode, done.stdout) == (3, "")
        assert "belongs to another user" in done.stderr
        assert "--trust" in done.stderr
    assert ogdkg("stats", "--trust", cwd=below).returncode == 0
    assert ogdkg("stats", "-C", str(project), cwd=below).returncode == 0, "named, it is read"


@needs_root
def test_a_project_planted_in_a_shared_folder_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in /tmp: the folder is root's and everybody's, the file is a stranger's."""
    shared, mine = tmp_path / "shared", tmp_path / "shared" / "mine"
    mine.mkdir(parents=True)
    shared.chmod(0o1777)
    (shared / "ogdkg.toml").write_text("")
    os.chown(shared / "ogdkg.toml", STRANGER, STRANGER)
    monkeypatch.chdir(mine)
    with pytest.raises(InputError, match="another user"):
        find_project()


@needs_root
def test_a_link_to_my_own_file_does_not_make_a_stranger_s_folder_mine(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = tmp_path / "planted"
    (planted / "mine").mkdir(parents=True)
    (planted / "ogdkg.toml").symlink_to(project / "ogdkg.toml")
    os.chown(planted / "ogdkg.toml", STRANGER, STRANGER, follow_symlinks=False)
    monkeypatch.chdir(planted / "mine")
    with pytest.raises(InputError, match="another user"):
        find_project()
    os.chown(planted, STRANGER, STRANGER)
    (planted / "ogdkg.toml").unlink()
    os.link(project / "ogdkg.toml", planted / "ogdkg.toml")
    with pytest.raises(InputError, match="another user"):
        find_project()


@needs_root
def test_root_in_a_container_works_on_a_checkout(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files have the number of a user outside; root stands among them."""
    (project / "ogdkg.toml").write_text("[[layer]]\nname = 'r'\ngraph = 'urn:g'\nrules = ['queries/*.rq']\n")
    for path in (project, *project.rglob("*")):
        os.chown(path, 1001, 1001)
    monkeypatch.chdir(project / "data")
    assert find_project().root == project
    monkeypatch.chdir("/")
    with pytest.raises(InputError, match="It would run rules of its own"):
        find_project(project)
    monkeypatch.setenv("SUDO_UID", "1001")
    assert find_project(project).root == project


@needs_root
def test_a_user_owns_what_is_his_or_root_s(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    file = project / "ogdkg.toml"
    assert trust.is_own(file), "root's"
    for owner, owned in ((1000, True), (1001, False)):
        os.chown(file, owner, -1)
        os.chown(project, owner, -1)
        assert trust.is_own(file) is owned
    monkeypatch.chdir(project)
    monkeypatch.setenv("SUDO_UID", "1001")
    assert not trust.is_own(file), "standing there, or a variable, is no ownership for a user"


@needs_root
def test_completion_is_silent_in_a_stranger_s_project(ogdkg: Run, project: Path, home: Path) -> None:
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    (project / "queries" / "q.rq").write_text("#+ params: {x: {values: v}}\nSELECT * { ?s ?p ?_x_iri }")
    (project / "queries" / "v.rq").write_text("SELECT ?s { ?s ?p ?o }")
    words = ("ogdkg query ", "ogdkg stats --layer ", "ogdkg query q --x ", "ogdkg --trust query q --x ")
    for owner in (0, STRANGER):
        os.chown(project / "ogdkg.toml", owner, owner)
        for line in words:
            count = len(line.split())
            done = ogdkg(cwd=project, _OGDKG_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(count))
            assert (done.returncode, done.stderr) == (0, "")
            assert "urn:me" not in done.stdout


# What is no file, and what has no end.


def test_only_plain_files_are_data(ogdkg: Run, project: Path) -> None:
    data = project / "data"
    os.mkfifo(data / "fifo.ttl")
    (data / "folder.ttl").mkdir()
    (data / "ring.ttl").symlink_to("ring.ttl")
    (data / "gone.ttl").symlink_to("gone-too.ttl")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(data)
        try:
            listener.bind("socket.ttl")
        finally:
            os.chdir(here)
    for name, target in (("zero", "/dev/zero"), ("kmsg", "/proc/kmsg"), ("self", "/proc/self/environ")):
        (data / f"{name}.ttl").symlink_to(target)
    (project / "ogdkg.toml").write_text(_layer("'data/*.ttl'"))
    done = ogdkg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "-f", "csv", cwd=project)
    assert (done.returncode, done.stdout.split()) == (0, ["n", "1"])
    done = ogdkg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "-f", "csv", "--trust", cwd=project)
    assert (done.returncode, done.stdout.split()) == (0, ["n", "1"]), "not even when trusted"


@pytest.mark.parametrize("kind", ["fifo", "folder", "device"])
def test_a_configuration_that_is_no_file(project: Path, kind: str) -> None:
    file = project / "ogdkg.toml"
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    with pytest.raises(OgdkgError):
        find_project(project)
    with pytest.raises(InputError):
        read_project(project)


def test_walks_end_where_links_go_round(project: Path) -> None:
    for name in ("a", "b", "c"):
        (project / "data" / name).symlink_to(".")
    (project / "data" / "up").symlink_to("..")
    pattern = "**/" * 20 + "*.ttl"
    assert [match.path.name for match in matches(project, pattern)] == ["own.ttl"]
    with pytest.raises(LimitError, match="more than 1,000 files and folders"):
        matches(project, "data/" + "*/" * 20 + "*.ttl", Budget(1000))


def test_any_depth_many_times_over_is_one_walk(project: Path) -> None:
    """With one walk for each `**` this would take years."""
    deep = project / "data" / "/".join(["d"] * 200)
    deep.mkdir(parents=True)
    (deep / "deep.ttl").write_text("")
    budget = Budget(5000)
    found = matches(project, "**/d/" * 20 + "**/*.ttl", budget)
    assert [match.path.name for match in found] == ["deep.ttl"]
    assert budget.most - budget.remaining < 500


def test_a_folder_too_deep_to_be_read_is_told(project: Path) -> None:
    here = Path.cwd()
    os.chdir(project / "data")
    try:
        for _ in range(30):
            os.mkdir("d" * 200)  # noqa: PTH102
            os.chdir("d" * 200)
    finally:
        os.chdir(here)
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        read_project(project).sources()


def test_too_many_files_are_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "MOST", 50)
    for number in range(60):
        (project / "data" / f"{number}.nt").write_text("")
    with pytest.raises(LimitError, match="leads through more than 50"):
        read_project(project).sources()


WRONG = {
    "": "names no file",
    ".": "names no file",
    "/": "names no file",
    "..": "names no file",
    "../../": "names no file",
    "**a/x.ttl": "must be alone",
    "data/***": "must be alone",
    "a/../../x.ttl": "only allowed at the beginning",
    "a\\u0000b": "invisible",
    "a\\nb": "an invisible character",
    "x" * 2000: "longer than",
    "*/" * 100 + "x": "longer than",
}


@pytest.mark.parametrize("pattern", WRONG)
def test_a_pattern_that_means_nothing_is_told_with_its_line(project: Path, pattern: str) -> None:
    for at, text in ((6, _layer(f'"{pattern}"')), (2, f'[shapes]\nfiles = ["{pattern}"]\n')):
        (project / "ogdkg.toml").write_text(text)
        with pytest.raises(InputError, match=WRONG[pattern]) as caught:
            read_project(project)
        assert caught.value.place and caught.value.place.line == at


@pytest.mark.parametrize("key", ["source", "context"])
@pytest.mark.parametrize("name", [name for name in WRONG if name and "*" not in name])
def test_a_name_of_one_file_means_one_too(project: Path, key: str, name: str) -> None:
    table = {"source": "project", "context": "export"}[key]
    (project / "ogdkg.toml").write_text(f'[{table}]\n{key} = "{name}"\n')
    with pytest.raises(InputError, match=WRONG[name]) as caught:
        read_project(project)
    assert caught.value.place and caught.value.place.line == 2


@pytest.mark.parametrize("pattern", ["/", ".", ""])
def test_a_pattern_without_a_name_matches_nothing(project: Path, pattern: str) -> None:
    assert matches(project, pattern) == []


def test_a_link_that_no_layer_matches_is_no_fault(ogdkg: Run, project: Path, home: Path) -> None:
    """`validate` looks for files that no layer has, by a pattern that nobody wrote."""
    (project / "ogdkg.toml").write_text(_layer("'data/*.ttl'") + "[shapes]\nfiles = ['shapes.ttl']\n")
    (project / "data" / "elsewhere").symlink_to(home)
    (project / "data" / "notes.nt").symlink_to("../../home/notes.ttl")
    (project / "data" / "forgotten.nt").write_text("<urn:a> <urn:p> 1 .\n")
    (project / "shapes.ttl").write_text("<urn:S> a <http://www.w3.org/ns/shacl#NodeShape> .\n")
    done = ogdkg("validate", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "forgotten.nt" in done.stdout and "notes.nt" not in done.stdout


@pytest.mark.parametrize(
    "pattern", ["data/[.ttl", "[", "data/[!", "*a*a*a*a*a*a*a*a*b", "data/?", "~/*.ttl", "$HOME/*"]
)
def test_an_odd_pattern_matches_what_it_says(project: Path, pattern: str) -> None:
    (project / "data" / ("a" * 200)).write_text("")
    assert pattern_fault(pattern) is None
    assert matches(project, pattern) == []


# Names of files.

NAMES = {
    "my data.ttl": "my%20data",
    "a%20b.ttl": "a%2520b",
    "x> .\n<urn:evil> <urn:injected> <urn:o> <urn:y.ttl": "x%3E%20.%0A%3Curn:evil",
    "caf\u00e9.ttl": "caf\u00e9",
    '"quoted".ttl': "%22quoted%22",
    "back\\slash.ttl": "back%5Cslash",
    "{stem}.ttl": "%7Bstem%7D",
    "hash#query?.ttl": "hash%23query%3F",
    "left\u202eright.ttl": "left%E2%80%AEright",
    "private\ue000.ttl": "private%EE%80%80",
    "\udcff\udcfe.ttl": "%FF%FE",
    "tab\t.ttl": "tab%09",
    "$&'()*+,;=:@!-_~.ttl": "$&'()*+,;=:@!-_~",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_s_name_stays_one_part_of_an_iri(project: Path, name: str) -> None:
    (project / "data" / "own.ttl").rename(project / "data" / name)
    (project / "ogdkg.toml").write_text(
        _layer("'data/*.ttl'") + "graph = 'http://example.org/graph/{stem}'\n[prefixes]\nex = 'urn:x'\n"
    )
    [source] = read_project(project).sources()
    assert source.graph and is_iri(source.graph.value)
    part = source.graph.value.removeprefix("http://example.org/graph/")
    assert part.startswith(NAMES[name])
    assert not {"/", "#", "?", " ", "<"} & set(part)
    lines = list(export_lines(open_graph(project)))
    assert len(lines) == 1
    assert f"<{source.graph.value}>" in lines[0]
    for engine in ("oxigraph", "rdflib"):
        assert {quad.graph for quad in open_graph(project, engine=engine).store.quads()} >= {source.graph}


def test_two_names_never_share_an_iri() -> None:
    names = ["a b", "a%20b", "a%2520b", "\udcc3\udca9", "\u00e9", "e\u0301", "A", "a"]
    found = {encoded(name) for name in names}
    assert len(found) == len(names)


def test_a_name_is_shown_in_print() -> None:
    assert printable("plain é.ttl") == "plain é.ttl"
    assert printable("\udcff.ttl") == r"\xff.ttl"
    assert printable("a\nb\x1b[2J\u202e\u2028") == r"a\u000Ab\u001B[2J\u202E\u2028"
    assert shown_path(Path("a\rb")) == r"a\u000Db"


def test_names_that_are_not_utf8_reach_no_output_raw(ogdkg: Run, project: Path) -> None:
    (project / "data" / "\udcff\x1b]0;x\x07.ttl").write_text("<urn:a> <urn:p> .\n")
    (project / "ogdkg.toml").write_text(_layer("'data/*.ttl'"))
    done = ogdkg("stats", cwd=project)
    assert done.returncode == 3
    assert r"\xff\u001B]0;x\u0007.ttl:1" in done.stderr


@pytest.mark.parametrize("prefix", ["a b", "x: <urn:y> . <urn:evil", "1a", "-", ".", "a.", "\\u001b", "é¿"])
def test_a_prefix_is_no_way_into_turtle(project: Path, prefix: str) -> None:
    (project / "ogdkg.toml").write_text(f'[prefixes]\nok = "urn:x:"\n"{prefix}" = "urn:y:"\n')
    with pytest.raises(InputError, match="cannot be a prefix") as caught:
        read_project(project)
    assert caught.value.place and caught.value.place.line in (2, 3)


@pytest.mark.parametrize("graph", ["urn:{x}", "urn:{stem} y", "{stem}", "urn:a>b", "urn:\\u202e \\n"])
def test_a_graph_s_name_is_an_iri(project: Path, graph: str) -> None:
    (project / "ogdkg.toml").write_text(_layer("'data/*.ttl'") + f'graph = "{graph}"\n')
    with pytest.raises(InputError, match="is not an absolute IRI"):
        read_project(project)
    (project / "ogdkg.toml").write_text("[[layer]]\nname = 'r'\ngraph = 'urn:{stem}'\nrules = ['x.rq']\n")
    with pytest.raises(InputError, match="is not an absolute IRI"):
        read_project(project)


def test_diff_reads_no_link(project: Path, home: Path) -> None:
    """git keeps a link as such, on both sides of a comparison: what it leads to counts where it stands."""
    (project / "data" / "notes.ttl").symlink_to("../../home/notes.ttl")
    (project / "data" / "near.ttl").symlink_to("own.ttl")
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    names = [file.name for file in working_tree(project).files]
    assert names == ["data/own.ttl"]


# -- a value is not an option --------------------------------------------------------


FILTER = "SELECT ?o { ?s <urn:p> ?o FILTER(STR(?o) != ?_x_literal) }\n"


@pytest.fixture
def evil(tmp_path: Path, project: Path) -> Path:
    """Another project beside the person's, with the same query and other data; his reads a file outside."""
    other = tmp_path / "evil"
    for folder in (project, other):
        (folder / "queries").mkdir(parents=True, exist_ok=True)
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / "own.ttl").write_text(f'<urn:a> <urn:p> "{folder.name}" .\n')
        (folder / "queries" / "q.rq").write_text(FILTER)
        (folder / "ogdkg.toml").write_text('[search.filters]\nkind = "urn:kind"\n')
    return other


@pytest.mark.parametrize("value", ["-C../evil", "--project=../evil", "-vC../evil", "--layer=none", "--"])
def test_a_value_chooses_no_project(project: Path, evil: Path, ogdkg: Run, value: str) -> None:
    done = ogdkg("query", "q", "--x", value, "-f", "csv", cwd=project)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["o", "project"], "")


@pytest.mark.parametrize("words", [("--x", "--trust"), ("--x", "--x", "--x", "--trust"), ("--x=--trust",)])
def test_a_value_trusts_nothing(project: Path, home: Path, evil: Path, ogdkg: Run, words: list[str]) -> None:
    (home / "q.rq").write_text('SELECT ("OUTSIDE" AS ?z) { ?s ?p ?o FILTER(STR(?o) != ?_x_literal) }\n')
    (project / "queries" / "q.rq").unlink()
    (project / "queries" / "q.rq").symlink_to("../../home/q.rq")
    done = ogdkg("query", "q", *words, cwd=project)
    assert done.returncode == 3 and "OUTSIDE" not in done.stdout and "--trust" in done.stderr
    assert "OUTSIDE" in ogdkg("query", "q", "--x", "a", "--trust", cwd=project).stdout


@pytest.mark.parametrize("words", [("--class", "--trust"), ("--kind", "--trust"), ("--", "--trust")])
def test_a_value_of_a_search_trusts_nothing(
    project: Path, home: Path, ogdkg: Run, words: tuple[str, ...]
) -> None:
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'") + '[search.filters]\nkind = "urn:kind"\n')
    done = ogdkg("search", "hunter", *words, cwd=project)
    assert done.returncode in (2, 3) and "hunter3" not in done.stdout
    done = ogdkg("search", "notes", "-C../evil" if words[0] == "--" else "--class", "-C../evil", cwd=project)
    assert done.returncode in (2, 3)


@pytest.mark.parametrize(
    "words",
    [("-C", "../evil"), ("-C../evil",), ("--project", "../evil"), ("-vC../evil",), ("--count", "-C../evil")],
)
def test_an_option_after_the_name_still_chooses(
    project: Path, evil: Path, ogdkg: Run, words: tuple[str, ...]
) -> None:
    (evil / "queries" / "q.rq").rename(evil / "queries" / "r.rq")
    done = ogdkg("query", "r", *words, "--x", "a", "-f", "csv", cwd=project)
    assert done.returncode == 0 and done.stdout.split()[-1] in ("evil", "1")
    assert ogdkg("query", "r", "--help", *words, cwd=project).returncode == 0


# -- settings that others can write ----------------------------------------------------


@pytest.fixture
def reaching(project: Path, home: Path) -> Path:
    """The project, which reads a file outside once it is trusted."""
    (project / "ogdkg.toml").write_text(_layer("'../home/*.ttl'"))
    return project


def _settings(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "settings" / "ogdkg"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "config.toml").write_text(text)
    (folder / "config.toml").chmod(0o600)
    return folder


def test_settings_of_one_s_own_give_trust(tmp_path: Path, reaching: Path, ogdkg: Run) -> None:
    """Else the next tests would prove nothing."""
    _settings(tmp_path, f"[trust]\nprojects = ['{reaching}']\n")
    assert "hunter3" in ogdkg(*ASK, cwd=reaching).stdout


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o722])
@pytest.mark.parametrize("which", [".", "config.toml"])
def test_settings_that_others_can_write_give_none(
    tmp_path: Path, reaching: Path, ogdkg: Run, mode: int, which: str
) -> None:
    (_settings(tmp_path, f"[trust]\nprojects = ['{reaching}']\n") / which).chmod(mode)
    done = ogdkg(*ASK, cwd=reaching)
    assert done.returncode == 3 and "Others can write" in done.stderr and "hunter3" not in done.stdout


@pytest.mark.parametrize("which", ["ogdkg", "ogdkg/config.toml"])
def test_settings_that_are_a_link_give_none(tmp_path: Path, reaching: Path, ogdkg: Run, which: str) -> None:
    """What it leads to is the person's own file, but the project's text."""
    _settings(tmp_path, f"[trust]\nprojects = ['{reaching}']\n")
    path = tmp_path / "settings" / which
    path.rename(reaching / "evil")
    path.symlink_to(reaching / "evil")
    done = ogdkg(*ASK, cwd=reaching)
    assert done.returncode == 3 and "are a link" in done.stderr and "hunter3" not in done.stdout


@pytest.mark.parametrize(
    "named", [".", "", "project", "./", "..", "~nobody-at-all/p", "\\u0000x", "/\\u0000"]
)
def test_no_settings_trust_wherever_one_stands(
    tmp_path: Path, reaching: Path, ogdkg: Run, named: str
) -> None:
    _settings(tmp_path, f'[trust]\nprojects = ["/none", "{named}"]\n')
    done = ogdkg(*ASK, cwd=reaching)
    assert done.returncode == 3 and "hunter3" not in done.stdout
    assert "config.toml:2: A trusted project is the absolute path" in done.stderr


def test_no_query_is_called_as_an_option(project: Path, ogdkg: Run) -> None:
    for name in ("--trust", "-C..", "-"):
        (project / "queries" / f"{name}.rq").write_text("ASK {}\n")
    done = ogdkg("query", cwd=project)
    assert done.returncode == 3 and "--trust" not in done.stdout and "-C.." not in done.stdout
    assert "A query cannot be named '--trust'" in done.stderr


@pytest.mark.parametrize("own", ["data/own.ttl", "ogdkg.toml", "queries/q.rq", "data/link.ttl"])
@pytest.mark.parametrize(
    "words",
    [("sparql", "SELECT * { ?s ?p ?o }"), ("query", "q"), ("query", "q", "--print"), ("stats",)],
)
def test_no_answer_is_written_over_the_project(
    project: Path, ogdkg: Run, own: str, words: tuple[str, ...]
) -> None:
    (project / "queries" / "q.rq").write_text("SELECT * { ?s ?p ?o }\n")
    (project / "data" / "link.ttl").symlink_to("own.ttl")
    before = (project / own).read_bytes()
    done = ogdkg(*words, "-f", "csv", "-o", own, cwd=project)
    assert done.returncode == 2 and "is both input and output" in done.stderr
    assert (project / own).read_bytes() == before


@pytest.mark.parametrize(
    "text", ["https://x.example/\\nRedirect / https://evil.example/", "nope", "https://x y/"]
)
def test_a_namespace_is_the_beginning_of_iris(project: Path, text: str) -> None:
    """It is written into the settings of a web server, and so must end no line there."""
    (project / "ogdkg.toml").write_text(f'[project]\nthings = "{text}"\n')
    with pytest.raises(InputError) as caught:
        read_project(project)
    assert "is not the beginning of absolute IRIs" in caught.value.message
    assert caught.value.place is not None and caught.value.place.line == 2


def test_a_title_is_one_line(project: Path) -> None:
    (project / "ogdkg.toml").write_text('[project]\nname = "a\\nb"\ntitle = "A\\n\\n# B"\n')
    assert (read_project(project).name, read_project(project).title) == ("a b", "A # B")
