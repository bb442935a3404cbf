"""Names the nodes of this folder by their rows, and writes which IRI each has replaced into ../retired.ttl.

Run `python data/enrichment/rename.py` where a mapping named nodes by value and address. Again, it changes
nothing.
"""

import re
from pathlib import Path

from rdflib import DCTERMS, Graph, URIRef

ROOT = Path(__file__).parents[2]
OURS = "https://w3id.org/ogdkg/id/"
ROW = (DCTERMS.identifier, URIRef("https://w3id.org/ogdkg/ns#row"))
ABOUT = URIRef("https://schema.org/observationAbout")
KINDS = ("claim", "engagement", "milestone", "participation", "statement", "version")
TEXTS = (
    "data/**/*.ttl",
    "data/**/*.trig",
    "ontology/**/*.ttl",
    "queries/**/*.*",
    "docs/*.md",
    "README.md",
    "tests/**/*.py",
)


def renamed() -> dict[str, str]:
    """The new path of each node that has a row, by its old one; a claim on a row's engagement has its row."""
    graph = Graph()
    for path in sorted((ROOT / "data/enrichment").glob("*.ttl")):
        graph.parse(path)
    rows = {node: str(row) for name in ROW for node, row in graph.subject_objects(name)}
    for claim, engagement in graph.subject_objects(ABOUT):
        if engagement in rows:
            rows.setdefault(claim, rows[engagement])
    found = {}
    for node, row in rows.items():
        kind, _, name = str(node).removeprefix(OURS).partition("/")
        if kind in KINDS and name != row.lower():
            found[f"{kind}/{name}"] = f"{kind}/{row.lower()}"
    assert len(set(found.values())) == len(found)
    return found


def rewrite(new: dict[str, str]) -> None:
    paths = sorted({path for pattern in TEXTS for path in ROOT.glob(pattern)})
    pattern = re.compile(rf"(?<![\w:-])((?:{OURS})?)({'|'.join(KINDS)})([:/])([a-z0-9-]+)(?![\w-])")

    def put(found: re.Match[str]) -> str:
        target = new.get(f"{found[2]}/{found[4]}")
        return found[1] + (target.replace("/", found[3]) if target else found[2] + found[3] + found[4])

    for path in paths:
        old = path.read_text("utf-8")
        text = pattern.sub(put, old)
        if text != old:
            path.write_text(in_order(text) if path.parent.name == "enrichment" else text, "utf-8")


def in_order(text: str) -> str:
    """The blocks of an imported file, sorted as the import has them."""
    head, *blocks = text.rstrip("\n").split("\n\n")
    return "\n\n".join([head, *sorted(blocks)]) + "\n"


def retire(new: dict[str, str]) -> None:
    path = ROOT / "data/retired.ttl"
    lines = set(path.read_text("utf-8").splitlines()[3:]) if path.exists() else set()
    lines |= {f"<{OURS}{old}> dcterms:isReplacedBy <{OURS}{name}> ." for old, name in new.items()}
    head = (
        "PREFIX dcterms: <http://purl.org/dc/terms/>\n\n# IRIs that were given up, each with its successor.\n"
    )
    path.write_text(head + "\n".join(sorted(filter(None, lines))) + "\n", "utf-8")


if __name__ == "__main__":
    if changes := renamed():
        rewrite(changes)
        retire(changes)
    print(f"{len(changes)} nodes renamed.")
