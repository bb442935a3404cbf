"""`Fleet`: servers that hold the same graph, read as one store.

`exchange.fleet` writes to them, one after another, and says in each one's manifest which version it holds. A
command reads one version only. Each answer is whole, from one replica; after it the replica is asked whether
it still holds the version, as a push may have begun meanwhile. If a replica fails, changes, or hangs, another
one with the same version is asked anew.

Nobody waits for a replica that is silent if the others tell enough: a version is read once `min-replicas`
held it, so that more than all but `min-replicas` cannot all have missed it.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from functools import partial
from typing import NamedTuple, TypeVar

from ogdkg.errors import Place, StoreError, UsageError
from ogdkg.project.endpoint import Endpoint
from ogdkg.rdf.terms import Iri, Triple, to_ntriples
from ogdkg.remote.http import WATCHED, HttpResponse, started
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.push_manifest import READ, VERSION_TEXT, WRITING, PushManifest, Version, read_version
from ogdkg.remote.results import BrokenError, Solutions
from ogdkg.remote.servers import Server
from ogdkg.store.base import QueryDataset, Result, expect_rows
from ogdkg.text.notices import notice

T = TypeVar("T")
_PROBE = 5.0  # seconds in which a replica says which version it holds
_GRACE = 0.1  # seconds more for the others, once enough have said it
_REST = 30.0  # seconds in which nobody waits for a replica that was silent
_FRESH = 2.0  # seconds for which the choice of a replica holds, where commands follow one another
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds between two questions while a push writes
_ROUNDS = 3  # times that each replica is asked at most


class Replica(NamedTuple):
    """A server of a fleet: as a store, and the version that it holds, or why it does not tell."""

    store: RemoteStore
    version: Version | StoreError | None

    @property
    def holds(self) -> Version | None:
        """The version that it holds whole; None if there is none, or it does not tell."""
        version = self.store_version
        return version if version and version.state != WRITING else None

    @property
    def store_version(self) -> Version | None:
        """The version that it holds or is to hold."""
        return None if isinstance(self.version, StoreError) else self.version

    @property
    def error(self) -> StoreError | None:
        """Why it does not tell."""
        return self.version if isinstance(self.version, StoreError) else None


def store_at(endpoint: Endpoint, manifest: Iri, seconds: float | None) -> RemoteStore:
    """Return the store at an endpoint, of one server or of several."""
    return (Fleet if endpoint.replicas else RemoteStore)(endpoint, manifest, seconds)


def current(replicas: Iterable[Replica]) -> Version | None:
    """Return the version to read: the newest that enough replicas held, else the newest that one holds."""
    known = [replica for replica in replicas if replica.store_version]
    oldest = max((replica.store_version.since for replica in known if replica.store_version), default=0)
    held = [replica.holds for replica in known if replica.holds and replica.holds.stamp >= oldest]
    read = [version for version in held if version.state == READ]
    return max(read or held, key=lambda version: version.key, default=None)


class Fleet(RemoteStore):
    """Several endpoints with the same graph, as one that is only read. The arguments are those of one."""

    def __init__(self, endpoint: Endpoint, manifest: Iri, seconds: float | None = None) -> None:
        super().__init__(endpoint, manifest, seconds)
        self.members = [RemoteStore(each, manifest, seconds) for each in endpoint.replicas]
        within = _PROBE if seconds is None else min(seconds, _PROBE)
        self._probes = [RemoteStore(each, manifest, within) for each in endpoint.replicas]
        self._version: Version | None = None
        self._up: list[Replica] = []
        self._is_bound = False  # whether anything of the version was given out
        self._chosen = 0.0  # when
        self._resting: dict[int, float] = {}  # until when nobody waits for a silent replica, by its number

    @property
    def min_replicas(self) -> int:
        """How many replicas must hold a version before it is read."""
        return self.given.min_replicas

    def replicas(self) -> list[Replica]:
        """Ask all replicas at once which version they hold, and wait for each."""
        return self._asked(lambda told: False, waits=True)

    def _asked(self, is_enough: Callable[[Mapping[int, Replica]], bool], *, waits: bool) -> list[Replica]:
        """Ask all replicas at once which version they hold, until what they told is enough.

        Args:
            is_enough: Whether the others, who may still tell, are given a moment only.
            waits: Whether to ask again who is busy.
        """
        asked = {}
        for number, probe in enumerate(self._probes):
            probe.set_patience(waits)
            asked[started(lambda number=number: self._told_by(number))] = number  # type: ignore[misc]
        told: dict[int, Replica] = {}
        waiting = set(asked)
        while waiting:
            done, waiting = wait(waiting, _GRACE if is_enough(told) else None, FIRST_COMPLETED)
            if not done:
                break
            told |= {asked[each]: each.result() for each in done}
        silence = StoreError("The server did not answer in time.", place=Place(self.given.shown_url))
        return [told.get(number, Replica(store, silence)) for number, store in enumerate(self.members)]

    def restrict_to(self, keeps: Callable[[Iri | None], bool], copy: Iri | None = None) -> None:
        """Query only these graphs, on all replicas."""
        super().restrict_to(keeps, copy)
        for member in self.members:
            member.restrict_to(keeps, copy)

    @property
    def server(self) -> Server:
        """The product of the replica that is read."""
        return self._ask(lambda store: store.server, of_version=False)

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint of the replica that is read."""
        return self._ask(lambda store: store.endpoint, of_version=False)

    @property
    def push_manifest(self) -> PushManifest | None:
        """The manifest of the replica that is read."""
        is_known = self._up and "push_manifest" in vars(self._up[0].store)  # and was of this version
        return self._ask(lambda store: store.push_manifest, of_version=not is_known)

    def header(self, name: str) -> str:
        """Return a header of the response to an empty query."""
        return self._ask(lambda store: store.header(name), of_version=False)

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Run a query of any form on one replica."""
        return self._ask(lambda store: store.query(text, prefixes=prefixes, name=name))

    def query_dataset(
        self,
        text: str,
        dataset: QueryDataset,
        *,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Result:
        """Run a query on some graphs of one replica."""
        return self._ask(lambda store: store.query_dataset(text, dataset, prefixes=prefixes, base=base))

    def solutions(self, text: str) -> Solutions:
        """Return the rows of a SELECT as pyoxigraph's solutions."""
        return self._ask(lambda store: store.solutions(text))

    def number(self, text: str, graphs: QueryDataset | None = None) -> int:
        """Return the one number that a SELECT returns."""
        return self._ask(lambda store: store.number(text, graphs))

    def raw(self, text: str, graphs: QueryDataset, name: str = "query") -> Result:
        """Run a query as it is, on a dataset."""
        return self._ask(lambda store: store.raw(text, graphs, name))

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """Return the named graphs that contain a triple."""
        return self._ask(lambda store: store.graphs(triple))

    def names(self) -> list[Iri]:
        """Return the named graphs of the chosen layers."""
        return self._ask(lambda store: store.names())

    def lines(self, graph: Iri | None, triples: int = 0) -> Iterator[str]:
        """Return the triples of a graph: all its parts from one replica."""
        return iter(self._ask(lambda store: store.get(graph, triples)))

    def check_writing(self) -> None:
        """Refuse: replicas would differ.

        Raises:
            UsageError: Always.
        """
        hint = "Give the address of one server with --endpoint, or change the files and push."
        raise UsageError("Only `ogdkg push` writes to replicas.", hint=hint)

    def _send(
        self,
        text: str,
        accept: tuple[str, ...],
        parameters: list[tuple[str, str]],
        name: str,
        original: str = "",
    ) -> HttpResponse:
        """Send what no other method here does, to a replica as well: nothing goes past the version."""
        return self._ask(lambda store: store._send(text, accept, parameters, name, original))

    def begin(self) -> None:
        """Read as a command of its own from now on: of any version, and from any replica."""
        self._is_bound = False
        if time.monotonic() - self._chosen > _FRESH:
            self._up = []

    def _ask(self, ask: Callable[[RemoteStore], T], *, of_version: bool = True) -> T:
        """Return one replica's answer, given while it held the version of this command if that matters."""
        failures: dict[int, StoreError] = {}  # by the replica, which is not asked twice
        last: StoreError | None = None
        end = time.monotonic() + (self._limits.seconds or math.inf)
        for _ in range(_ROUNDS * len(self.members)):
            self._up = [each for each in self._up if id(each.store) not in failures]
            if not self._up:
                self._choose(last, failures)
            replica = self._up[0]
            try:
                has_others = len(self._up) > 1
                watch = partial(self._check_alive, replica) if has_others else None
                replica.store.set_patience(not has_others, watch)
                answer = ask(replica.store)
                if not of_version or self._holds_still(replica, replica.store):
                    self._is_bound |= of_version
                    return answer
                self._up.remove(replica)
            except StoreError as error:
                if error.is_refusal or time.monotonic() > end:
                    raise
                failures[id(replica.store)] = last = _bare(error)
        raise last or self._changed()

    def _check_alive(self, replica: Replica) -> None:
        """Raise StoreError if a replica that takes long does not say meanwhile that it holds its version."""
        pulse = RemoteStore(replica.store.given, self._manifest, WATCHED)
        pulse.set_patience(False)
        try:
            is_alive = self._holds_still(replica, pulse)
        except StoreError:
            is_alive = False
        if not is_alive:
            message = "The server hangs: it answers neither this request nor another one."
            raise StoreError(message, place=Place(replica.store.given.shown_url))

    def _holds_still(self, replica: Replica, asked: RemoteStore) -> bool:
        now = Replica(asked, read_version_of(asked, self._manifest)).holds
        before = replica.holds
        return (
            now is not None and before is not None and (now.key, now.written) == (before.key, before.written)
        )

    def _choose(self, failure: StoreError | None = None, failures: Container[int] = ()) -> None:
        """Find the replicas with the version of this command, or one for it if nothing was read so far.

        Args:
            failure: Why the last replica gave no answer.
            failures: Those who gave none.
        """
        for pause in _PAUSES:
            replicas = self._look()
            wanted = self._version if self._is_bound else current(replicas)
            found = [each for each in replicas if each.holds and wanted and each.holds.key == wanted.key]
            if found or self._is_bound or not any(each.store_version for each in replicas):
                break
            time.sleep(pause)  # each was asked while a push was at it
        left = [each for each in found if id(each.store) not in failures]
        if failure and found and not left:
            raise failure
        if not left:
            is_bound, self._is_bound, self._version = self._is_bound, False, None
            raise (
                self._changed()
                if is_bound and any(each.holds for each in replicas)
                else (failure or self._none(replicas))
            )
        if wanted != self._version:
            self._tell(replicas)
        for each in left:
            each.store.__dict__.pop("push_manifest", None)  # of an earlier version
        random.shuffle(left)  # so that processes spread
        self._version, self._up, self._chosen = wanted, left, time.monotonic()

    def _look(self) -> list[Replica]:
        """Ask replicas which version they hold, until those who are silent cannot change what is read."""
        now = time.monotonic()
        awaited = {number for number in range(len(self.members)) if self._resting.get(number, 0.0) <= now}
        replicas = self._asked(lambda told: self._is_known(told, awaited), waits=False)
        # Where nobody answers, they are asked with the patience that one server has.
        return self.replicas() if all(each.error for each in replicas) else replicas

    def _is_known(self, told: Mapping[int, Replica], awaited: set[int]) -> bool:
        """Whether enough replicas answered to know what to read, and from where.

        While a push is at it, all are asked, as another one may say that its version is read by now.
        """
        answers = [each for each in told.values() if not each.error]
        wanted = self._version if self._is_bound else current(answers)
        if not (wanted and any(each.holds and each.holds.key == wanted.key for each in answers)):
            return False
        if awaited <= told.keys():
            return True
        stamps = [each.store_version.stamp for each in answers if each.store_version]
        is_settled = self._is_bound or max(stamps) <= wanted.stamp
        return is_settled and len(answers) > len(self.members) - self.min_replicas

    def _told_by(self, number: int) -> Replica:
        """Return the version at a replica; who took long to fail is not waited for, for a while."""
        begin = time.monotonic()
        try:
            version = read_version_of(self._probes[number], self._manifest)
        except StoreError as error:
            if time.monotonic() - begin > WATCHED:
                self._resting[number] = time.monotonic() + _REST
            return Replica(self.members[number], _bare(error))
        self._resting.pop(number, None)
        return Replica(self.members[number], version)

    def _tell(self, replicas: list[Replica]) -> None:
        """Tell the user if a newer version could be on replicas that do not answer."""
        number = sum(each.error is None for each in replicas)
        if number + self.min_replicas <= len(replicas):
            notice(f"Only {number} of {len(replicas)} replicas answer; others may hold a newer version.")

    def _changed(self) -> StoreError:
        message = "The replicas were changed while this command read them, and none holds its version now."
        return self._error(message, "Run it again.")

    def _none(self, replicas: list[Replica]) -> StoreError:
        errors = [each.error for each in replicas if each.error]
        if len(errors) == len(replicas):
            return errors[0]
        return self._error(
            "No replica that answers holds a whole version.", "Push again, or wait for a push."
        )

    def _error(self, message: str, hint: str) -> StoreError:
        return StoreError(message, place=Place(self.given.shown_url), hint=hint)


def _bare(error: StoreError) -> StoreError:
    """An error without what it holds by its frames, as rows of the engine may not leave their thread."""
    error.__context__ = None
    return error.with_traceback(None)


def read_version_of(store: RemoteStore, manifest: Iri) -> Version | None:
    """Return which version a server holds now; None if no push to replicas wrote there.

    Raises:
        StoreError: What the server says of the version is not what a push writes.
    """
    rows = expect_rows(store.raw(VERSION_TEXT.format(to_ntriples(manifest)), QueryDataset(), "version"))
    try:
        return read_version(rows)
    except BrokenError as error:
        raise StoreError(str(error), place=Place(store.endpoint.shown_url), hint="Push again.") from None
