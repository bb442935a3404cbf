"""Verifies nanopublications by nanopub: reads their N-Quads from standard input, prints the code of each.

For an environment that has nanopub; tests/peers/test_nanopub.py runs it.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import nanopub
import rdflib

BASE = sys.argv[1]  # what the IRIs of all begin with

found: dict[str, list[str]] = defaultdict(list)
for line in sys.stdin:
    graph = line.rstrip(" .\n").rpartition("<")[2].rstrip(">")
    found[graph.removeprefix(BASE).partition("#")[0]].append(line)
for code, lines in found.items():
    one = rdflib.ConjunctiveGraph()
    one.parse(data="".join(lines), format="nquads")
    assert nanopub.Nanopub(rdf=one).is_valid, code
    nanopub.sign_utils.verify_trusty(one, f"{BASE}{code}", f"{BASE}{code}#")
    print(code)
