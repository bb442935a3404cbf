"""Every key of `ogdkg.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.config.settings import (
    NUMBER,
    RULES,
    TABLE,
    TEXT,
    TEXTS,
    Setting,
    Settings,
    Table,
)

OFF = "off"
SEVERITIES = ("violation", "warning", "info", OFF)
# Each house rule with the severity that it has by default, and the one that it has once a project names it.
HOUSE_RULES: Mapping[str, tuple[str, str]] = {
    "blank-node": (OFF, "violation"),
    "graph-name": (OFF, "violation"),
    "undeclared": (OFF, "violation"),
    "contradiction": ("violation", "violation"),  # where a layer reasons
    "uncited": ("violation", "violation"),  # where a layer names a graph of passages
    "undefined": ("violation", "violation"),  # where the project says how its IRIs begin
    "unread": ("warning", "warning"),
}

REASONING = ("rdfs", "owlrl")

_PROJECT = Table(
    "project",
    "What the graph is.",
    (
        Setting("name", TEXT, "a short name", '"gardens"', "the name of the folder"),
        Setting("title", TEXT, "a title for people", '"Trees of two gardens"', "the name"),
        Setting(
            "things",
            TEXT,
            "the beginning of your IRIs: every IRI that begins so must be defined in the project",
            '"https://gardens.example/"',
        ),
        Setting(
            "source",
            TEXT,
            "the source document, for `passage`, `coverage`, `why`, `validate` and `reanchor`",
            '"list.txt"',
        ),
        Setting(
            "languages",
            TEXTS,
            "the languages of texts, the preferred one first; English comes last",
            '["fr", "en"]',
            '["en"]',
        ),
        Setting(
            "example",
            TEXTS,
            "a thing and one of its properties, for the examples of `--help`",
            '["Oak", "stands in"]',
            "the first that a data file names",
        ),
    ),
)
_LAYER = Table(
    "layer",
    "A set of files. A file is in the first layer whose patterns match it.",
    (
        Setting("name", TEXT, "its name, for `--layer`", '"source"', is_required=True),
        Setting(
            "files",
            TEXTS,
            "its RDF files, as patterns; a file that is named without a pattern must exist",
            '["data/*.trig"]',
        ),
        Setting(
            "graph",
            TEXT,
            "the graph for triples outside named graphs; {stem} is the name of the file",
            '"https://gardens.example/graph/{stem}"',
            "the unnamed graph",
        ),
        Setting(
            "passages",
            TEXT,
            "the graph that describes the passages of a source document",
            '"https://gardens.example/graph/passages"',
        ),
        Setting(
            "rules",
            TEXTS,
            "CONSTRUCT queries or files with rules of SHACL, run when the graph is loaded",
            '["queries/rules/*.rq"]',
        ),
        Setting(
            "reasoning",
            TEXT,
            "what follows from the statements of other layers by RDFS or by OWL 2 RL",
            '"owlrl"',
            "nothing",
            choices=REASONING,
        ),
        Setting(
            "reads",
            TEXTS,
            'the layers that its rules or its reasoning read, or `["all"]`',
            '["source", "reference"]',
            "what stored queries read",
        ),
    ),
    is_repeated=True,
)
_QUERIES = Table(
    "queries",
    "What stored queries read and print.",
    (
        Setting("layers", TEXTS, "the layers that stored queries and rules read", '["source"]', "all layers"),
        Setting(
            "beside",
            TEXTS,
            "layers of names, codes and rules, read besides those that `--layer` chooses",
            '["ontology"]',
        ),
        Setting("texts", TEXTS, "further properties printed in one language", '["ns:motto"]'),
        Setting(
            "within",
            TEXTS,
            "properties from a thing to the whole it is in, which stands for all in it",
            '["schema:containedInPlace"]',
        ),
    ),
)
_SHAPES = Table(
    "shapes",
    "The SHACL shapes and the ontology.",
    (
        Setting(
            "files", TEXTS, "the shapes to validate by", '["shapes/*.ttl"]', '["ontology/shapes/**/*.ttl"]'
        ),
        Setting(
            "display",
            TEXTS,
            "shapes that only name, group and order properties (`sh:name`, `sh:group`, `sh:order`)",
            '["ontology/display.ttl"]',
            "`files`",
        ),
        Setting(
            "ontology",
            TEXTS,
            "files with the classes and properties that validation knows",
            '["ontology/ns.ttl"]',
            '["ontology/*.ttl"]',
        ),
    ),
)
_EVIDENCE = Table(
    "evidence",
    "How passages of a source document are described, and which values must stand in them.",
    (
        Setting(
            "values",
            TEXTS,
            "properties whose values must stand in the words of their passage",
            '["ns:planted"]',
            "numbers, dates and mailboxes",
        ),
        Setting(
            "positions", TEXTS, "properties that say which item of its list a passage is", '["ns:number"]'
        ),
        Setting("passage", TEXT, "the class of a passage", '"ns:Letter"', "`ogd:Passage`"),
        Setting(
            "reading",
            TEXT,
            "the class of what names a graph and is `prov:wasDerivedFrom` a passage",
            '"ns:Reading"',
            "`ogd:Reading`",
        ),
        Setting("first-line", TEXT, "the property of its first line", '"ns:firstLine"', "`ogd:startLine`"),
        Setting("last-line", TEXT, "the property of its last line", '"ns:lastLine"', "`ogd:endLine`"),
        Setting(
            "hash",
            TEXT,
            "the property of the SHA-256 of its text, and of a document's bytes",
            '"ns:hash"',
            "`ogd:textHash`",
        ),
        Setting(
            "confidence",
            TEXT,
            "the property of how sure a reading is",
            '"ns:certainty"',
            "`ogd:confidence`",
        ),
        Setting("source", TEXT, "the property that leads to its document", '"ns:inLetter"', "`oa:hasSource`"),
        Setting(
            "fragment",
            TEXT,
            "the property of a few of its words",
            '"oa:exact"',
            "`oa:exact` of its `oa:hasSelector`",
        ),
    ),
)
_VALIDATE = Table(
    "validate",
    "What `validate` asks beyond the shapes.",
    (
        Setting(
            "rules",
            RULES,
            "the house rules to validate by: names, or a table of severities by name",
            '["blank-node", "undeclared"]',
            "those that the other keys ask for",
            tuple(HOUSE_RULES),
        ),
    ),
)
_EXPORT = Table(
    "export",
    "What `export` writes.",
    (
        Setting("leave-out", TEXTS, "layers written only on request", '["derived"]'),
        Setting(
            "never",
            TEXTS,
            "layers not written even on request",
            '["names"]',
        ),
        Setting(
            "personal",
            TEXT,
            "the stored query of the nodes that `--without-personal` leaves out",
            '"export/personal"',
        ),
        Setting("context", TEXT, "the JSON-LD context of `-f compacted`", '"ontology/context.jsonld"'),
    ),
)
_SEARCH = Table(
    "search",
    "What narrows a search.",
    (
        Setting(
            "filters",
            TABLE,
            "options of `search`, each by the values of a property",
            '{ garden = "ns:standsIn" }',
        ),
    ),
)
_PAGES = Table(
    "pages",
    "What the pages of `ogdkg serve` show first.",
    (
        Setting("purpose", TEXT, "one sentence, on the first page", '"Every tree of two gardens."'),
        Setting("things", TEXT, "the class that the first page lists", '"ns:Tree"', "all classes"),
        Setting("by", TEXT, "the property whose values group these things", '"ns:standsIn"'),
        Setting("questions", TEXTS, "stored queries to offer", '["trees-in"]', "the first of each topic"),
        Setting(
            "checks",
            TEXTS,
            "stored queries whose rows count as faults",
            '["without-name"]',
            "those tagged `checks`",
        ),
        Setting("numbers", TABLE, "classes to count, under these names", '{ trees = "ns:Tree" }'),
        Setting(
            "plurals",
            TABLE,
            "what to call the things of a class",
            '{ "tree species" = "ns:Species" }',
            "the English label and an s, else the label",
        ),
        Setting(
            "picture",
            TABLE,
            "one to three classes, by their headings: the columns of the picture of what is linked to what",
            '{ trees = "ns:Tree", gardens = "ns:Garden" }',
            "no picture",
        ),
    ),
)
_MAP = Table(
    "pages.map",
    "A map of countries. It needs `code`, and either `query` or `property`.",
    (
        Setting(
            "code",
            TEXT,
            "the property with the ISO 3166-1 codes of countries: NP, NPL or 524",
            '"skos:notation"',
            is_required=True,
        ),
        Setting(
            "query",
            TEXT,
            "the stored query that is drawn; it needs no values, and has a column of countries",
            '"countries"',
        ),
        Setting("property", TEXT, "the property from things to countries", '"ns:grownIn"'),
        Setting("title", TEXT, "what the map is called", '"Where they grow"', "Map"),
        Setting("counts", TEXT, "what is counted in each country, in the plural", '"trees"', "things"),
    ),
)
SERVERS = ("standard", "virtuoso", "oxigraph", "ogdkg")  # the products that `remote.servers` knows
_ENDPOINT = Table(
    "endpoint",
    "A SPARQL server, to be named by `--endpoint`.",
    (
        Setting("name", TEXT, "its name", '"live"', is_required=True),
        Setting(
            "url",
            TEXT,
            "the address for queries; required, unless there is `urls`",
            '"https://gardens.example/sparql"',
        ),
        Setting(
            "update",
            TEXT,
            "the address for updates",
            '"https://gardens.example/update"',
            "found out",
        ),
        Setting(
            "graph-store",
            TEXT,
            "the address of the Graph Store Protocol",
            '"https://gardens.example/data"',
            "found out",
        ),
        Setting(
            "urls",
            TEXTS,
            "the addresses of replicas for queries, in place of `url`",
            '["https://one.example/sparql", "https://two.example/sparql"]',
        ),
        Setting(
            "updates",
            TEXTS,
            "the address of each replica for updates, in the order of `urls`",
            '["https://one.example/update", "https://two.example/update"]',
            "found out",
        ),
        Setting(
            "graph-stores",
            TEXTS,
            "the address of the Graph Store Protocol of each replica, in the order of `urls`",
            '["https://one.example/data", "https://two.example/data"]',
            "found out",
        ),
        Setting(
            "min-replicas",
            NUMBER,
            "the replicas that must hold a new version before readers are given it",
            "1",
            "the majority, but one less than all",
        ),
        Setting("server", TEXT, "the product", '"oxigraph"', "found out", SERVERS),
        Setting(
            "default-graph",
            TEXT,
            "what a query without FROM reads: `union` of all graphs, `unnamed`, or the IRI of a graph",
            '"union"',
            "found out",
        ),
        Setting("megabytes", NUMBER, "the largest response to accept", "512", "2048"),
    ),
    is_repeated=True,
)
_CONTEXTS = Table(
    "contexts",
    "The file of each JSON-LD context that data name by an address. Nothing is fetched.",
    own='"https://schema.org/" = "contexts/schema.jsonld"',
)
_PREFIXES = Table(
    "prefixes",
    "Prefixes for names, queries and output, before those of the data files and the built-in ones.",
    own='ns = "https://gardens.example/ns#"',
)

TOML = Settings(
    (
        *(_PROJECT, _LAYER, _QUERIES, _SHAPES, _EVIDENCE, _VALIDATE, _EXPORT, _SEARCH),
        *(_PAGES, _MAP, _ENDPOINT, _CONTEXTS, _PREFIXES),
    )
)
