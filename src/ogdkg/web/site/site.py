"""Writes a site: plans its files, makes them on all processors, and puts them in their places.

Starts from the first page and from all things and questions, and goes on to what pages lead to.
"""

from __future__ import annotations

import errno
import gc
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import quote

from ogdkg.errors import InputError, OgdkgError
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.rdf.formats import TURTLE
from ogdkg.rdf.terms import Iri
from ogdkg.render.rdf.writers import write_triples
from ogdkg.web.answers import Answers
from ogdkg.web.http.assets import ASSETS
from ogdkg.web.http.assets import address as asset
from ogdkg.web.http.settings import Settings
from ogdkg.web.pages.pages import Still
from ogdkg.web.protocol.description import PREFIXES, void_of_files
from ogdkg.web.questions.suggestions import Named
from ogdkg.web.site import plan
from ogdkg.web.site.downloads import download_files, downloads
from ogdkg.web.site.engine import POLICY, Engine, built_engine
from ogdkg.web.site.folder import Folder
from ogdkg.web.site.layout import DOCS, FEEDS, Layout, described
from ogdkg.web.site.links import Rewriter
from ogdkg.web.site.mark import is_lasting, mark_of
from ogdkg.web.site.page_building import File, Maker
from ogdkg.web.site.parallel import Done, Workers
from ogdkg.web.site.searching import search_files
from ogdkg.web.site.standard import robots, sitemaps
from ogdkg.web.site.w3id import w3id_files

LONGEST = 600.0  # for a page: only what never ends takes so long, however busy the machine is
_FILE_NAME = re.compile(r"(?:[\w-]+/)*[\w-][\w.-]*")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OF_EDITOR = ("/query",)
_VOID = "void.ttl"
_NO_PAGES = "/assets/", "/search", f"/{DOCS}/"  # what addresses begin with that lead to files of other kinds
_Made = tuple[
    list[tuple[str, str, bool, int]], list[str]
]  # files: name, digest, whether new, bytes; addresses


class Options(NamedTuple):
    """How to write a site.

    Attributes:
        base: Its address, without a slash at the end; empty where it is not known.
        personal: Whether personal data are in it.
        docs: A folder of HTML that is carried along.
        offline: Whether pages are kept by a browser for when it has no network.
        anew: Whether all pages are made although nothing has changed.
        seconds: The time limit of a page.
        on_progress: Told how many files are made, and how many are known by then.
    """

    base: str = ""
    personal: bool = False
    docs: Path | None = None
    offline: bool = False
    anew: bool = False
    seconds: float = LONGEST
    on_progress: Callable[[int, int], None] = lambda done, known: None


class Built(NamedTuple):
    """What a build did.

    Attributes:
        files: How many files the site has, and how many bytes.
        size: How many bytes these have.
        written: The files that are new or changed.
        removed: The files that are no more.
        is_unchanged: Whether the site was as it would be, so that no page was made.
    """

    files: int
    size: int
    written: list[str]
    removed: list[str]
    is_unchanged: bool = False


def build(graph: Graph, path: Path, options: Options) -> Built:
    """Write the site of a graph into a folder.

    Args:
        graph: The graph.
        path: The folder: new, empty, or that of an earlier build.
        options: How to write it.

    Raises:
        UsageError: The folder holds what is not of a site.
        InputError: The disk is full.
        LimitError: A page takes too long; it is named.
    """
    try:
        return _build(graph, path, options)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        hint = "Free some space, and build again."
        raise InputError(f"{shown_path(path)} cannot be written: {error.strerror}.", hint=hint) from error


def _build(graph: Graph, path: Path, options: Options) -> Built:
    with closing(Folder(path)) as folder:
        told = options.base, options.personal, options.offline
        mark = mark_of(graph, told, options.docs)
        is_same = folder.mark == mark and not options.anew
        if is_same and (size := folder.size()) is not None:
            return Built(len(folder.ours), size, [], [], is_unchanged=True)
        return _Build(graph, folder, options).run(mark)


class _Build:
    def __init__(self, graph: Graph, folder: Folder, options: Options) -> None:
        self._graph, self._folder, self._options = graph, folder, options
        self._digests: dict[str, str] = {}
        self._fresh: list[str] = []
        self._known: set[str] = set()
        self._led_to: set[str] = set()  # the addresses that pages of this process lead to
        self._size = 0
        self._engine = built_engine()
        answers = Answers(graph, Settings(personal=options.personal))
        self._answers = answers
        linked = answers.parts[0]
        linked.still = Still(
            self._engine is not None, f"/{DOCS}/" if options.docs else "", bool(options.base)
        )
        answers.parts[1].graphs.take_time(options.seconds)
        answers.prepare()
        self._wait_for_quality = answers.quality.measure(options.seconds)  # beside all else, from here on
        for resources in linked.parts[:2]:
            resources.read_all()
        with suppress(OgdkgError):  # the page that needs it tells
            answers.prepare_pages()
        ready, self._names = plan.ready(
            answers, has_feeds=bool(options.base), has_editor=self._engine is not None
        )
        self._layout = Layout(graph.project.resource_namespace, plan.own(answers), ready)
        self._maker = self._new_maker(self._engine)

    def _new_maker(self, engine: Engine | None) -> Maker:
        policies = POLICY, engine.policy if engine else POLICY
        if self._options.offline:
            policies = _registering(policies[0]), _registering(policies[1])
        rewriter = Rewriter(
            self._layout,
            self._options.base,
            policies,
            asset("site.js"),
            has_engine=engine is not None,
            is_kept=self._options.offline,
        )
        return Maker(self._answers, self._layout, rewriter, self._options.base, engine, self._options.seconds)

    def run(self, mark: str) -> Built:
        self._warm_up()
        self._make_all()
        for name, data in self._others():
            self._note(name, *self._folder.put(name, data), len(data))
        mark = mark if is_lasting(self._graph) else ""
        changes = self._folder.finish(self._digests, self._fresh, mark)
        return Built(len(self._digests), self._size, *changes)

    def _warm_up(self) -> None:
        """Make what all pages need, before processes are forked that share it."""
        for address in ("/", "/things", *map(described, list(self._layout.stems)[:3])):
            for _ in self._maker.files(address):
                pass
        gc.freeze()

    # -- pages -------------------------------------------------------------------

    def _make_all(self) -> None:
        """Make pages, those that they lead to, and so on; what takes long to measure last."""
        self._known = {"quality.html", *FEEDS.values()}
        with self._workers() as workers:
            self._make(workers, [*_BESIDE, *self._new(self._first())])
        self._wait_for_quality()
        for address in FEEDS if self._options.base else ():
            made = self._kept(self._maker.files(address))
            if not made[0]:
                self._layout.leave_out(address)
            self._made(Done(address, made))
        with self._workers() as workers:  # which know what there is by now
            self._make(workers, ["/quality"])

    def _workers(self) -> Workers:
        return Workers(self._put, self._options.seconds)

    def _make(self, workers: Workers, waiting: list[str]) -> None:
        while waiting:
            found: set[str] = set()
            for done in workers.done(waiting):
                found.update(self._made(done))
                self._options.on_progress(len(self._digests), len(self._known))
            waiting = self._new(sorted(found))

    def _new(self, addresses: Iterable[str]) -> list[str]:
        """The addresses of files that are not known yet, one each: the first in order."""
        found = []
        for address in addresses:
            file = self._layout.file(address)
            if file and file not in self._known:
                self._known.add(file)
                found.append(address)
        return found

    def _first(self) -> Iterator[str]:
        yield "/"
        yield from plan.questions(self._layout, self._answers)
        yield from _OF_EDITOR if self._engine else ()
        yield from sorted(map(described, {*self._layout.stems, *self._names}))

    def _put(self, address: str) -> _Made:
        """Make the files of an address and put them aside, in a process of its own."""
        if address in _BESIDE:
            return self._kept(File(name, data, []) for name, data in _BESIDE[address](self))
        return self._kept(self._maker.files(address))

    def _kept(self, made: Iterable[File]) -> _Made:
        """Put files aside, and return where they lead to that this process has not told yet."""
        files, found = [], set[str]()
        for each in made:
            files.append((each.name, *self._folder.put(each.name, each.data), len(each.data)))
            found.update(each.addresses)
        found -= self._led_to
        self._led_to |= found
        return files, [
            self._layout.thing(address) or address for address in found if not address.startswith(_NO_PAGES)
        ]

    def _made(self, done: Done) -> list[str]:
        """Note what was made; return the addresses of what it leads to and is to be made."""
        if done.error:
            raise _of_page(self._layout.file(done.piece) or done.piece, done.error)
        files, addresses = cast(_Made, done.result)
        for name, digest, is_fresh, size in files:
            self._note(name, digest, is_fresh, size)
            self._known.add(name)  # of a question with all its pages and files
        return addresses

    def _note(self, name: str, digest: str, is_fresh: bool, size: int) -> None:
        if name not in self._digests:
            self._digests[name] = digest
            self._size += size
            if is_fresh:
                self._fresh.append(name)

    # -- what is no page of the server -------------------------------------------

    def _others(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files beside the pages, by their paths."""
        base, project = self._options.base, self._answers.parts[0].graph.project
        pages = sorted(name for name in self._digests if name.endswith(".html"))
        search = self._maker.of("site-search.html", "search.html")
        missing = self._maker.of("site-missing.html", "404.html", start=f"{_path_of(base)}/")
        yield from ((each.name, each.data) for each in (search, missing))
        yield from ((name[1:], file.body) for name, file in ASSETS.items())
        yield from search_files(self._names_with_pages(), self._told)
        found = downloads(self._graph, self._layout)
        names = {iri: name for iri, (name, _) in found.items()}
        yield from w3id_files(self._layout, project.resource_namespace, project.title, base, names)
        yield from _contexts(project)
        yield from _docs(self._options.docs)
        yield ".nojekyll", b""
        yield "robots.txt", robots(base)
        if base:
            yield from sitemaps(base, pages)
            yield _VOID, self._described(names.values())
        if self._options.offline:
            yield "offline.js", ASSETS[asset("offline.js")].body

    def _described(self, dumps: Iterable[str]) -> bytes:
        """What the dataset is, for programs."""
        base, (linked, *_) = self._options.base, self._answers.parts
        files = [f"{base}/{quote(name)}" for name in dumps]
        triples = void_of_files(linked.graph, linked.parts[3](), f"{base}/{_VOID}", files)
        prefixes = {**linked.graph.project.prefixes, **PREFIXES}
        text = write_triples(triples, TURTLE, prefixes)
        return b"".join(each.encode() if isinstance(each, str) else each for each in text)

    def _names_with_pages(self) -> Iterable[Named]:
        return [
            each
            for each in plan.names(self._answers)
            if f"{self._layout.data(each.value)}.html" in self._digests
        ]

    def _told(self, iri: str) -> tuple[str, str, str]:
        linked = self._answers.parts[0]
        return (
            linked.citations.label(Iri(iri)),
            linked.kind(Iri(iri)),
            quote(f"{self._layout.data(iri)}.html"),
        )

    def _of_engine(self) -> Iterator[tuple[str, bytes]]:
        if self._engine:
            graphs = self._answers.parts[1].graphs
            yield from self._engine.files(graphs, lambda address: self._layout.file(address) or "")

    def _downloads(self) -> Iterator[tuple[str, bytes]]:
        found = downloads(self._graph, self._layout)
        yield from download_files(self._graph, found, personal=self._options.personal)


# What takes long beside the pages, made as these are.
_BESIDE = {"_ogdkg": _Build._of_engine, "data": _Build._downloads}


def _of_page(file: str, error: OgdkgError) -> OgdkgError:
    """An error that names the page that cannot be made."""
    return type(error)(f"{file} cannot be made: {error.message}", hint=error.hint)


def _registering(policy: str) -> str:
    """A policy under which a page may name the script that keeps pages for when there is no network."""
    return re.sub("(; trusted-types)(?: 'none')?", r"\1 ogdkg-offline", policy)


def _contexts(project: Project) -> Iterator[tuple[str, bytes]]:
    """The contexts of JSON-LD whose addresses are the project's own, where these lead to."""
    start = project.resource_namespace
    for address, path in project.context_files.items():
        name = address.removeprefix(start)
        if start and name != address and _FILE_NAME.fullmatch(name):
            yield name, path.read_bytes()


def _path_of(base: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(base).path


def _docs(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The files of a folder, but hidden ones."""
    for path in sorted(folder.rglob("*")) if folder else ():
        name = path.relative_to(folder).as_posix() if folder else ""
        if (
            path.is_file()
            and not path.is_symlink()
            and not any(part.startswith(".") for part in name.split("/"))
        ):
            yield f"{DOCS}/{name}", path.read_bytes()
