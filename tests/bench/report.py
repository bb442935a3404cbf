"""The table of what was measured, as Markdown and as JSON, and how it grew, as SVG. Runs nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any, NamedTuple

from tests.bench.rows import US

_PLOT = """import json, sys
import matplotlib
matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "ogdkg"
from matplotlib import pyplot
title, unit, lines, target = json.load(sys.stdin)
figure, axes = pyplot.subplots(figsize=(6.4, 3.6))
for name, points in lines.items():
    axes.plot(*zip(*points), marker="o", markersize=3, linewidth=2 if name == "ogdkg" else 1, label=name)
axes.set(xscale="log", yscale="log", xlabel="triples", ylabel=unit, title=title)
axes.grid(True, which="major", alpha=0.3)
axes.legend(fontsize=7, frameon=False)
figure.tight_layout()
figure.savefig(target, metadata={"Date": None})
"""


class Cell(NamedTuple):
    """What a tool took for a row at a size; no times where it failed, and then `fault` says why."""

    size: int
    row: str
    tool: str
    command: str
    seconds: tuple[float, ...]
    megabytes: float = 0
    agrees: bool | None = None
    fault: str = ""

    @property
    def median(self) -> float:
        return median(self.seconds)


def written(cells: Iterable[Cell], notes: dict[str, Any]) -> str:
    """The whole as JSON, which `--compare` reads."""
    kept = [cell._asdict() | {"seconds": [round(each, 5) for each in cell.seconds]} for cell in cells]
    return json.dumps({"notes": notes, "cells": kept}, indent=1, ensure_ascii=False) + "\n"


def read(text: str) -> list[Cell]:
    """The cells of a report that was written."""
    return [Cell(**{**cell, "seconds": tuple(cell["seconds"])}) for cell in json.loads(text)["cells"]]


def markdown(cells: list[Cell], notes: dict[str, Any]) -> Iterator[str]:
    """The table, one for each size, then what is behind it."""
    machine = f"{notes['python']} on {notes['cores']} cores; load averages {notes['load']}"
    yield f"Measured {notes['date']} with {machine}.\n"
    for name, why in notes["lacking"].items():
        yield f"{name} {why}.\n"
    ours = {(cell.size, cell.row): cell for cell in cells if cell.tool == US and cell.seconds}
    for size in sorted({cell.size for cell in cells}):
        yield f"\n### {f'{size:,} triples' if size else 'The graph of this repository'}\n"
        yield "| row | tool | median s | min | max | MB | of ours | answer |"
        yield "|---|---|---:|---:|---:|---:|---:|---|"
        for cell in (each for each in cells if each.size == size):
            yield _line(cell, ours.get((size, cell.row)))
    yield "\n### Ratios\n"
    for name, value in goals(cells).items():
        yield f"* {name}: {value:.2f}"
    yield "\n### Commands\n"
    for (row, tool), command in {(cell.row, cell.tool): cell.command for cell in cells}.items():
        if command:
            yield f"* {row}, {tool}: `{command}`"


def _line(cell: Cell, ours: Cell | None) -> str:
    if not cell.seconds:
        return f"| {cell.row} | {cell.tool} | | | | | | {cell.fault} |"
    times = " | ".join(_shown(each) for each in (cell.median, min(cell.seconds), max(cell.seconds)))
    ratio = f"{cell.median / ours.median:.2f}" if ours and ours.median else ""
    answer = {True: "agrees", False: "**differs**", None: ""}[cell.agrees]
    return f"| {cell.row} | {cell.tool} | {times} | {cell.megabytes:.0f} | {ratio} | {answer} |"


def _shown(seconds: float) -> str:
    return f"{seconds:.5f}" if seconds < 0.01 else f"{seconds:.3f}"


def goals(cells: list[Cell]) -> dict[str, float]:
    """Our goals, each a ratio: geometric means over the questions, at each size."""
    found = {}
    by_key = {(cell.size, cell.row, cell.tool): cell.median for cell in cells if cell.seconds}
    for size in sorted({cell.size for cell in cells} - {0}):
        for kind in ("ask", "stored", "whole"):
            for tool, upside in (("pyoxigraph", False), ("rdflib", True), ("ogdkg_on_disk", True)):
                ratios = [
                    by_key[size, row, tool] / value if upside else value / by_key[size, row, tool]
                    for (at, row, of), value in by_key.items()
                    if (at, of) == (size, US) and row.startswith(f"{kind}: ") and (size, row, tool) in by_key
                ]
                if ratios:
                    what = f"{tool} of ours" if upside else f"ours of {tool}"
                    found[f"{size:,} triples, {kind}, {what}"] = geometric_mean(ratios)
        for row, other in (
            ("load and first answer", "pyoxigraph"),
            ("make a store on disk", "pyoxigraph on disk"),
        ):
            if (size, row, US) in by_key and (size, row, other) in by_key:
                found[f"{size:,} triples, {row}, ours of {other}"] = (
                    by_key[size, row, US] / by_key[size, row, other]
                )
    return found


def compared(cells: list[Cell], old: list[Cell]) -> Iterator[str]:
    """Where our ratio to a peer changed by more than a fifth; seconds of two days do not compare."""
    before, now = _ratios(old), _ratios(cells)
    yield "| triples | row | tool | ratio before | now | change |"
    yield "|---:|---|---|---:|---:|---:|"
    for key in sorted(now.keys() & before.keys()):
        change = now[key] / before[key]
        if not 1 / 1.2 < change < 1.2:
            yield f"| {key[0]:,} | {key[1]} | {key[2]} | {before[key]:.2f} | {now[key]:.2f} | {change:.2f} |"


def _ratios(cells: list[Cell]) -> dict[tuple[int, str, str], float]:
    ours = {(cell.size, cell.row): cell.median for cell in cells if cell.tool == US and cell.seconds}
    return {
        (cell.size, cell.row, cell.tool): cell.median / ours[cell.size, cell.row]
        for cell in cells
        if cell.tool != US and cell.seconds and ours.get((cell.size, cell.row))
    }


def plots(cells: list[Cell], folder: Path, python: str) -> list[Path]:
    """How each of some rows grows with the size: one SVG each."""
    made = []
    chosen = (
        "load and first answer",
        "second answer",
        "make a store on disk",
        "validate",
        "export -f nquads",
    )
    for row in (*chosen, "ask: star", "whole: count by property"):
        lines: dict[str, list[tuple[int, float]]] = {}
        for cell in cells:
            if cell.row == row and cell.seconds and cell.size:
                lines.setdefault(cell.tool, []).append((cell.size, cell.median))
        if any(len(points) > 1 for points in lines.values()):
            target = folder / f"{row.replace(': ', '-').replace(' ', '-')}.svg"
            data = json.dumps([row, "seconds", lines, str(target)])
            subprocess.run([python, "-c", _PLOT], input=data.encode(), check=True)
            made.append(target)
    return made
