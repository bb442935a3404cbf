"""Every key of the mapping of a table."""

from __future__ import annotations

from ogdkg.config.settings import FLAG, TABLE, TEXT, TEXT_OR_TEXTS, TEXTS, Setting, Settings, Table

_READ = (
    Setting("from", TEXT, "the column to read", '"note"'),
    Setting("pattern", TEXT, "a pattern whose named groups fill placeholders", "'(?P<year>[0-9]+)'"),
    Setting("set", TABLE, "further placeholders that it fills where it matches", '{ unit = "m" }'),
)  # fmt: skip
_VALUE = Setting("value", TEXT_OR_TEXTS, "the kinds of things that the value may be", '"garden"')

MAPPING = Settings(
    (
        Table(
            "table",
            "Which column is which.",
            (
                Setting("row", TEXT, "the column that names the row", '"id"', "row"),
                Setting("subject", TEXT, "the column of what the row is about", '"subject"', "subject"),
                Setting("property", TEXT, "the column of what it says of it", '"property"', "property"),
                Setting("value", TEXT, "the column of the value", '"value"', "value"),
                Setting("type", TEXT, "the column of the type of value", '"type"', "type"),
                Setting(
                    "identifier",
                    TEXT,
                    "in place of these five, in a table with a thing a row and a property a column: the "
                    "column whose values tell the things apart",
                    '"title"',
                ),
                Setting(
                    "subjects",
                    TEXT_OR_TEXTS,
                    "the kinds that a subject may have, the likeliest first",
                    '["tree"]',
                ),
            ),
        ),
        Table(
            "types",
            "What checks each type of value: a filter, or a kind of things or codes.",
            own='year = "number"',
        ),
        Table(
            "output",
            "Where the statements go, and what is said of each source.",
            (
                Setting(
                    "layer", TEXT, "the layer of `ogdkg.toml` to write to", '"elsewhere"', is_required=True
                ),
                Setting("stem", TEXT, "the name of the file of a source", '"{title}"', is_required=True),
                Setting(
                    "about",
                    TEXT,
                    "the file, below the folder of the layer, for what is said of sources",
                    '"about/sources.ttl"',
                ),
                Setting(
                    "describe",
                    TEXT,
                    "what is said of a source, a statement a line",
                    "'{graph} dcterms:title \"{title}\"'",
                ),
            ),
        ),
        Table("output.read", "What else to read from a column, for `describe`.", _READ, is_repeated=True),
        Table(
            "things.*",
            "A kind of things, by a name of your own.",
            (
                Setting("classes", TEXTS, "the classes to look a name up in", '["ns:Tree"]'),
                Setting("iri", TEXT, "the IRI of a new thing", '"tree:{name}"'),
                Setting(
                    "make", TEXT, "what is said of a new thing, a statement a line", "'{thing} a ns:Tree'"
                ),
                Setting("new", TEXTS, "names that may be new", '["Elm"]'),
                Setting("listed", TEXT, "the property whose rows name new things", '"name"'),
            ),
        ),
        Table(
            "codes.*",
            "Words that stand for IRIs, by a name of your own.",
            own='"CC BY" = "https://creativecommons.org/licenses/by/4.0/"',
        ),
        Table(
            "names",
            "Names in the table that are no labels, and the things they mean.",
            own='"Old oak" = "tree:oak"',
        ),
        Table(
            "template.*",
            "The statements of a row, by a name of your own.",
            (
                Setting(
                    "make",
                    TEXT,
                    "the statements, one a line, with placeholders",
                    "'{subject} {predicate} {value}'",
                ),
                Setting("node", TEXT, "the resource that a row makes", '"planting:{row}"'),
                Setting("shared", FLAG, "whether other rows may make the same resource", "true", "false"),
                _VALUE,
                Setting("defaults", TABLE, "placeholders that a property may leave out", '{ unit = "m" }'),
            ),
        ),
        Table("template.*.read", "What else to read from a column.", _READ, is_repeated=True),
        Table(
            "property.*",
            "The rows with this property. All keys but these fill placeholders of the template.",
            (
                Setting("use", TEXT, "the template", '"fact"', is_required=True),
                _VALUE._replace(default="that of the template"),
                Setting("of", TEXT, "what it holds of, if that is a part of the subject", '"data:{subject}"'),
                Setting("parts", TEXT, "the sign between several values in a cell", '"|"'),
            ),
            own='predicate = "ns:planted"',
        ),
        Table(
            "leave-out",
            "Properties whose rows are skipped, and why.",
            own='"colour" = "It is not kept here."',
        ),
    )
)
