"""What a server is started with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ogdkg.web.http.rates import Rate


class Settings(NamedTuple):
    """How to serve a graph.

    Attributes:
        host: The address to listen on.
        port: The port; 0 for any that is free.
        workers: How many processes speak HTTP.
        processes: How many queries may run at once, besides those that take no time to speak of.
        seconds: The time limit of a query, which a client may lower.
        most_bytes: The size of a result that breaks off.
        prefix: The path that a proxy has put before ours, such as `/data`.
        personal: Whether personal data are served.
        writable: Whether those who have the token may write.
        token: The token; never shown.
        validate_writes: Whether the graph must conform to the shapes after a write.
        store: The folder of the store that is served instead of the files.
        is_of_server: Whether a SPARQL server is served instead of the files.
        socket: The Unix socket of the answering processes.
        writing: The Unix socket of the process that writes.
        proxies: The addresses of proxies whose word on the client and our address is taken; `*` for any.
        allowed_hosts: The names, in lower case, by which clients reach the server.
        log: Whether each request is told in a line on standard error.
        log_queries: Whether such a line holds the query too.
        rate: What a client may send; None for any number of requests.
        public_metrics: Whether clients on other machines may see the figures.
        rates: The file of the clients' rates.
        current: The file that tells workers which version is served; None where none is to know.
        status: The file in which the keeper says what it serves.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    processes: int = 4
    seconds: float = 10.0
    most_bytes: int = 1 << 30
    prefix: str = ""
    personal: bool = False
    writable: bool = False
    token: str = ""
    validate_writes: bool = False
    store: Path | None = None
    is_of_server: bool = False
    proxies: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    log: bool = True
    log_queries: bool = False
    rate: Rate | None = None
    public_metrics: bool = False
    rates: Path = Path("rates")
    socket: Path = Path("answers.sock")
    writing: Path = Path("writes.sock")
    current: Path | None = None
    status: Path = Path("status.json")

    @property
    def queries_of_worker(self) -> int:
        """How many queries of one worker may run at once."""
        return max(self.processes // self.workers, 1)

    @property
    def answering(self) -> int:
        """How many processes answer: one more for each worker, where what is short need not wait."""
        return max(self.processes, self.workers) + self.workers

    @property
    def takes_updates(self) -> bool:
        """Whether SPARQL Update is taken: files are written a graph at a time."""
        return self.writable and (self.store is not None or self.is_of_server)
