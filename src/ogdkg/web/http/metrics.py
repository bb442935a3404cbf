"""Figures of a server in Prometheus' text format, summed over its workers.

https://prometheus.io/docs/instrumenting/exposition_formats/

Each worker counts for itself and leaves its figures in a file beside the others'. A worker that ended leaves
its counters, so that they never fall.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Why queries ended early, and requests were refused, by the status that tells it.
_ENDED = {499: "client", 500: "crash", 504: "time"}
_REFUSED = {429: "rate", 503: "busy"}
_HELP = {
    "ogdkg_requests_total": ("counter", "Requests, by route and status."),
    "ogdkg_request_seconds": ("histogram", "Time from a request to the end of its answer, by route."),
    "ogdkg_response_bytes_total": ("counter", "Bytes of answers, by route."),
    "ogdkg_queries_ended_total": ("counter", "Queries that ended early, by what ended them."),
    "ogdkg_requests_refused_total": ("counter", "Requests refused, by the reason."),
    "ogdkg_log_lines_dropped_total": ("counter", "Lines of the log that its reader was too slow for."),
    "ogdkg_queries_at_once_total": ("counter", "Small queries that workers answered themselves."),
    "ogdkg_queries_running": ("gauge", "Requests that answering processes work on."),
    "ogdkg_queries_waiting": ("gauge", "Requests that wait for an answering process."),
    "ogdkg_workers": ("gauge", "Processes that speak HTTP."),
    "ogdkg_graph_info": ("gauge", "The version of the graph that is served."),
    "ogdkg_graph_read_timestamp_seconds": ("gauge", "When the files were last looked into."),
    "ogdkg_graph_reads_total": ("counter", "How often the files were read."),
    "ogdkg_graph_read_failures_total": ("counter", "How often the files could not be read."),
    "ogdkg_graph_is_current": ("gauge", "Whether the files as they are now are served."),
}  # fmt: skip

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels]


class Metrics:
    """The figures of one worker.

    Args:
        folder: Where the workers leave their figures.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counts: Counter[Sample] = Counter()
        self._times: dict[str, list[float]] = {}
        self._kept: Counter[Sample] | None = None

    def seen(self, route: str, status: int, size: int, seconds: float, broken_by: str = "") -> None:
        """Count a request; `broken_by` is who ended its answer before it was whole."""
        requests, sizes = _counted(route, status)
        self._counts[requests] += 1
        self._counts[sizes] += size
        times = self._times.setdefault(route, [0.0] * (len(_BOUNDS) + 2))
        times[bisect_left(_BOUNDS, seconds)] += 1
        times[-1] += seconds
        if reason := broken_by or _ENDED.get(status):
            self._counts["ogdkg_queries_ended_total", (("reason", reason),)] += 1
        if reason := _REFUSED.get(status):
            self._counts["ogdkg_requests_refused_total", (("reason", reason),)] += 1

    def keep(self, now: Mapping[str, float]) -> None:
        """Leave the figures for the other workers, if they have changed.

        Args:
            now: What holds while this worker lives.
        """
        samples = self._samples(now)
        if samples == self._kept:
            return
        self._kept = samples
        path = self._folder / f"figures-{os.getpid()}.json"
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps([[*sample, value] for sample, value in samples.items()]))
        beside.replace(path)

    def text(self, now: Mapping[str, float], status: Mapping[str, Any]) -> str:
        """Return the figures of all workers.

        Args:
            now: What holds for this worker.
            status: What the keeper says of the graph.
        """
        self.keep(now)
        whole: Counter[Sample] = Counter()
        for path in sorted(self._folder.glob("figures-*.json")):
            lives = Path(f"/proc/{path.stem.partition('-')[2]}").exists()
            for name, labels, value in json.loads(path.read_text()):
                if lives or _HELP.get(name, ("counter",))[0] != "gauge":
                    whole[name, tuple((key, text) for key, text in labels)] += value
        whole["ogdkg_graph_info", (("version", str(status["version"])),)] = 1
        whole["ogdkg_graph_read_timestamp_seconds", ()] = status["since"]
        whole["ogdkg_graph_reads_total", ()] = status.get("reads", 0)
        whole["ogdkg_graph_read_failures_total", ()] = status.get("failures", 0)
        whole["ogdkg_graph_is_current", ()] = int(bool(status["version"] and not status["error"]))
        return "".join(_lines(whole))

    def _samples(self, now: Mapping[str, float]) -> Counter[Sample]:
        found = Counter(self._counts)
        for route, (*times, total) in self._times.items():
            below = 0.0
            for bound, number in zip((*map(str, _BOUNDS), "+Inf"), times, strict=True):
                below += number
                found["ogdkg_request_seconds_bucket", (("route", route), ("le", bound))] = below  # type: ignore[assignment]
            found["ogdkg_request_seconds_sum", (("route", route),)] = total  # type: ignore[assignment]
            found["ogdkg_request_seconds_count", (("route", route),)] = below  # type: ignore[assignment]
        for name, value in now.items():
            found[name, ()] = value  # type: ignore[assignment]
        return found


@lru_cache(maxsize=1_024)
def _counted(route: str, status: int) -> tuple[Sample, Sample]:
    """The samples of requests and of bytes that an answer counts to."""
    of = ("route", route)
    return (
        ("ogdkg_requests_total", (of, ("status", str(status)))),
        ("ogdkg_response_bytes_total", (of,)),
    )


def _lines(samples: Mapping[Sample, float]) -> Iterator[str]:
    for name, (kind, text) in _HELP.items():
        parts = [name] if kind != "histogram" else [f"{name}_bucket", f"{name}_sum", f"{name}_count"]
        found = [(sample, value) for sample, value in samples.items() if sample[0] in parts]
        if found:
            yield f"# HELP {name} {text}\n# TYPE {name} {kind}\n"
        for (part, labels), value in found:
            told = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels)
            yield f"{part}{{{told}}} {value:.12g}\n" if told else f"{part} {value:.12g}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
