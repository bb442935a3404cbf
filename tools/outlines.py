"""Makes the outlines of the world map: templates/world.svg and drawing/countries.csv in src/ogdkg/web/.

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python tools/outlines.py package/countries-50m.json

The shapes are those of Natural Earth (https://www.naturalearthdata.com/about/terms-of-use/: public domain, no
permission needed), which the package world-atlas redistributes as TopoJSON. They are projected to Equal Earth
(Šavrič, Patterson, Jenny 2018), simplified line by line (Visvalingam, Whyatt 1993), so that neighbours still
share their border, and rounded to whole units. A shape without a code in ISO 3166-1 is drawn with the country
that the standard counts it to.
"""

from __future__ import annotations

import csv
import heapq
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

WIDTH = 4000  # of the whole map, in units
MIDDLE = 11.0  # the meridian in the middle, so that the edge runs through the Bering Strait
NORTH, SOUTH = 83.7, -56.5  # degrees
SMALLEST = 3.5  # square units of a triangle that is worth a point
SPECK = 4.0  # square units below which an island is left out, unless it is all there is
WITH = {"Somaliland": "706", "N. Cyprus": "196"}  # without a code of their own in ISO 3166-1
# What the shapes give to another country than the standard does (ISO 3166-2): from, to, and a place in it.
MOVED = (("643", "804", (34.2, 45.3)),)  # Crimea, UA-43
NAMED = {"Kosovo": "412"}  # which M49 has no area of; statistics of the United Nations use this number
ROOT = Path(__file__).parents[1]
LABELS = ROOT / "data" / "reference" / "country-labels.ttl"
DRAWN = ROOT / "src" / "ogdkg" / "web" / "templates" / "world.svg"
PLACES = ROOT / "src" / "ogdkg" / "web" / "drawing" / "countries.csv"
# Those that are no state of its own, with their codes; Kosovo has the number that the United Nations give it.
TERRITORIES = """
ABW AW 533  AIA AI 660  ALA AX 248  ASM AS 016  ATA AQ 010  ATF TF 260  BES BQ 535  BLM BL 652  BMU BM 060
BVT BV 074  CCK CC 166  COK CK 184  CUW CW 531  CXR CX 162  CYM KY 136  ESH EH 732  FLK FK 238  FRO FO 234
GGY GG 831  GIB GI 292  GLP GP 312  GRL GL 304  GUF GF 254  GUM GU 316  HKG HK 344  HMD HM 334  IMN IM 833
IOT IO 086  JEY JE 832  MAC MO 446  MAF MF 663  MNP MP 580  MSR MS 500  MTQ MQ 474  MYT YT 175  NCL NC 540
NFK NF 574  NIU NU 570  PCN PN 612  PRI PR 630  PYF PF 258  REU RE 638  SGS GS 239  SHN SH 654  SJM SJ 744
SPM PM 666  SXM SX 534  TCA TC 796  TKL TK 772  TWN TW 158  UMI UM 581  VGB VG 092  VIR VI 850  WLF WF 876
XKX XK 412
"""
# Longitude and latitude of those that the shapes lack.
ELSEWHERE = {
    "010": (20.0, -55.5), "074": (3.4, -54.4), "162": (105.7, -10.5), "166": (96.9, -12.2),
    "175": (45.2, -12.8), "254": (-53.1, 4.0), "292": (-5.35, 36.1), "312": (-61.5, 16.2),
    "474": (-61.0, 14.7), "535": (-68.3, 12.2), "581": (-176.6, 0.2), "638": (55.5, -21.1),
    "744": (18.0, 78.5), "772": (-171.8, -9.2), "798": (179.2, -8.5),
}  # fmt: skip

Point = tuple[float, float]
Polygon = list[list[int]]
Ends = dict[int, tuple[Point, Point]]
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_SCALE = WIDTH / (4 * math.pi / math.sqrt(3) / _A1)


def projected(point: Point) -> Point:
    """Return the units east and south of a place, by Equal Earth."""
    turn = math.radians(point[0] - MIDDLE)
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(point[1])))
    square = angle * angle
    sixth = square**3
    width = 9 * _A4 * sixth * square + 7 * _A3 * sixth + 3 * _A2 * square + _A1
    east = 2 * math.sqrt(3) / 3 * turn * math.cos(angle) / width
    north = angle * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    return WIDTH / 2 + _SCALE * east, -_SCALE * north


def unwrapped(points: Iterable[Point]) -> list[Point]:
    """Return a line that goes on across the antimeridian."""
    found: list[Point] = []
    for east, north in points:
        if found:
            east += 360 * round((found[-1][0] - east) / 360)
        found.append((east, north))
    return found


def simplified(points: list[Point]) -> list[Point]:
    """Return a line without the points whose triangles with their neighbours are the smallest."""
    flat = [projected(point) for point in points]
    before, after = list(range(-1, len(flat) - 1)), list(range(1, len(flat) + 1))
    kept = [True] * len(flat)

    def area(at: int) -> float:
        (x, y), (a, b), (c, d) = flat[before[at]], flat[at], flat[after[at]]
        return abs((a - x) * (d - y) - (c - x) * (b - y)) / 2

    heap = [(area(at), at) for at in range(1, len(flat) - 1)]
    heapq.heapify(heap)
    while heap:
        size, at = heapq.heappop(heap)
        if not kept[at] or size != area(at):
            continue
        if size >= SMALLEST:
            break
        kept[at] = False
        after[before[at]], before[after[at]] = after[at], before[at]
        for other in (before[at], after[at]):
            if 0 < other < len(flat) - 1:
                heapq.heappush(heap, (area(other), other))
    return [point for point, is_kept in zip(points, kept, strict=True) if is_kept]


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the lines of a topology, in degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for east, north in arc:
            x, y = x + east, y + north
            points.append((x * kx + dx, y * ky + dy))
        found.append(simplified(unwrapped(points)))
    return found


def polygons_of(geometries: Iterable[dict[str, Any]]) -> list[Polygon]:
    """Return the polygons of some shapes, each a list of rings of numbers of arcs."""
    return [
        polygon
        for geometry in geometries
        for polygon in (geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]])
    ]


def holds(ring: list[int], arcs: list[list[Point]], place: Point) -> bool:
    """Whether a place lies inside a ring: a line from it crosses the ring an odd number of times."""
    line = [point for arc in ring for point in (arcs[arc] if arc >= 0 else arcs[~arc][::-1])]
    crossed = sum(
        (b > place[1]) != (d > place[1]) and place[0] < a + (c - a) * (place[1] - b) / (d - b)
        for (a, b), (c, d) in zip(line, line[1:] + line[:1], strict=True)
    )
    return crossed % 2 == 1


def rings_of(polygons: Iterable[Polygon], ends: Ends) -> list[list[int]]:
    """Return the rings of some polygons as numbers of arcs; what two of them share is no border."""
    rings = [list(ring) for polygon in polygons for ring in polygon]
    used = {arc for ring in rings for arc in ring}
    shared = {arc for arc in used if ~arc in used}
    return [ring for ring in rings if shared.isdisjoint(ring)] + joined(
        [arc for ring in rings if not shared.isdisjoint(ring) for arc in ring if arc not in shared],
        ends,
    )


def joined(arcs: list[int], ends: Ends) -> list[list[int]]:
    """Return rings made of arcs that lie in any order."""
    begin = {ends[arc][0]: arc for arc in arcs}
    rings = []
    while begin:
        ring = [begin.pop(next(iter(begin)))]
        while (end := ends[ring[-1]][1]) in begin:
            ring.append(begin.pop(end))
        rings.append(ring)
    return rings


def outline(ring: list[int], arcs: list[list[Point]]) -> list[tuple[int, int]]:
    """Return the corners of a ring in whole units."""
    line: list[Point] = []
    for arc in ring:
        points = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        line += points[1:] if line else points
    line = unwrapped(line)
    middle = sum(east for east, _ in line) / len(line)
    shift = -360 * math.floor((middle - (MIDDLE - 180)) / 360)
    found: list[tuple[int, int]] = []
    for east, north in line:
        x, y = projected((east + shift, min(max(north, SOUTH), NORTH)))
        corner = round(x), round(y - TOP)
        if not found or found[-1] != corner:
            found.append(corner)
    return found[:-1] if len(found) > 1 and found[0] == found[-1] else found


TOP = projected((MIDDLE, NORTH))[1]
HEIGHT = round(projected((MIDDLE, SOUTH))[1] - TOP)


def size(corners: list[tuple[int, int]]) -> float:
    """Return the area of a ring; of one that turns the other way it is negative."""
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return sum(a * d - c * b for (a, b), (c, d) in pairs) / 2


def middle_of(corners: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the centre of gravity of a ring."""
    whole = size(corners)
    if abs(whole) < 1:
        return corners[0]
    pairs = list(zip(corners, corners[1:] + corners[:1], strict=True))
    x = sum((a + c) * (a * d - c * b) for (a, b), (c, d) in pairs) / 6 / whole
    y = sum((b + d) * (a * d - c * b) for (a, b), (c, d) in pairs) / 6 / whole
    return round(x), round(y)


def path(rings: Iterable[list[tuple[int, int]]]) -> str:
    """Return rings as the data of an SVG path, https://www.w3.org/TR/SVG2/paths.html#PathData."""
    parts = []
    for (x, y), *others in rings:
        parts.append(f"M{x} {y}l")
        steps = []
        for a, b in others:
            steps.append(f"{a - x} {b - y}")
            x, y = a, b
        parts.append(" ".join(steps) + "z")
    return re.sub(r" -", "-", "".join(parts))


def codes() -> Iterator[tuple[str, str, str]]:
    """Yield the number, and the codes of two and three letters, of each country of the standard."""
    text = LABELS.read_text(encoding="utf-8") + LABELS.with_name("countries.ttl").read_text(encoding="utf-8")
    form = r'"([A-Z]{2})"\^\^ogd:alpha2, "([A-Z]{3})"\^\^ogd:alpha3, "(\d{3})"\^\^ogd:m49'
    others = {
        (number, two, three) for three, two, number in re.findall(r"(\w{3}) (\w\w) (\d{3})", TERRITORIES)
    }
    yield from sorted({(number, two, three) for two, three, number in re.findall(form, text)} | others)


def main() -> None:
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    ends: Ends = {}
    for number, arc in enumerate(arcs):
        ends[number], ends[~number] = (arc[0], arc[-1]), (arc[-1], arc[0])
    by_code = defaultdict(list)
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = shape.get("id") or WITH.get(name) or NAMED.get(name) or "land"
        if code != "010" and shape.get("arcs"):
            by_code[code].append(shape)
    polygons = {code: polygons_of(shapes) for code, shapes in by_code.items()}
    for old, new, place in MOVED:
        moved = [each for each in polygons[old] if holds(each[0], arcs, place)]
        assert len(moved) == 1, "the shapes have changed: look where this place is now"
        polygons[old].remove(moved[0])
        polygons[new] += moved
    drawn = {}
    for code, shapes in polygons.items():
        rings = [outline(ring, arcs) for ring in rings_of(shapes, ends)]
        rings.sort(key=lambda ring: -abs(size(ring)))
        drawn[code] = [ring for ring in rings if len(ring) > 2 and abs(size(ring)) > SPECK] or rings[:1]
    write_places(drawn)
    write_outlines(drawn)


def write_outlines(drawn: dict[str, list[list[tuple[int, int]]]]) -> None:
    """Write the drawing: a path for each country, and all of them as `land`."""
    lines = [
        f'<path id="c{code}" d="{path(rings)}"/>'
        for code, rings in sorted(drawn.items())
        if len(rings[0]) > 2
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    about = "<!-- Made by tools/outlines.py from Natural Earth 1:50m, public domain. -->"
    DRAWN.write_text(
        "\n".join([head, about, '<g id="land">', *lines, "</g>", "</svg>", ""]), encoding="utf-8"
    )


def write_places(drawn: dict[str, list[list[tuple[int, int]]]]) -> None:
    """Write where each country is: the middle of its largest part, and the box around its larger parts."""
    with PLACES.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("number", "alpha2", "alpha3", "x", "y", "left", "top", "right", "bottom", "outline"))
        for number, two, three in codes():
            rings = drawn.get(number)
            if rings:
                large = [ring for ring in rings if abs(size(ring)) * 4 >= abs(size(rings[0]))]
                xs, ys = zip(*(corner for ring in large for corner in ring), strict=True)
                place, box = middle_of(rings[0]), (min(xs), min(ys), max(xs), max(ys))
            else:
                east, south = projected(ELSEWHERE[number])
                place = round(east), round(south - TOP)
                box = (*place, *place)
            outline = "yes" if rings and len(rings[0]) > 2 else ""
            out.writerow((number, two, three, *place, *box, outline))


if __name__ == "__main__":
    main()
