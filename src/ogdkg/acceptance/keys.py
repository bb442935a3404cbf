"""Every key of a question file."""

from __future__ import annotations

from ogdkg.config.settings import FLAG, ROWS, TEXT, TEXTS, VALUE, VALUES, Setting, Settings, Table

QUESTION = Settings(
    (
        Table(
            "",
            "A question, the stored query that answers it, and the answer. It needs `without` or `with`.",
            (
                Setting(
                    "question", TEXT, "the question in words", "Which trees stand here?", is_required=True
                ),
                Setting("query", TEXT, "the stored query", "trees-in", is_required=True),
                Setting("rows", ROWS, "the rows; [] for none", "[[Ginkgo], [Lime]]", is_required=True),
                Setting("parameters", VALUES, "the values of its parameters", "{garden: Harbour Park}"),
                Setting("columns", TEXTS, "the columns to compare", "[treeLabel]", "all"),
                Setting("ordered", FLAG, "whether the order counts", "true", "false"),
                Setting("lines", VALUE, "where the document says so", "2"),
                Setting(
                    "without",
                    TEXT,
                    "one triple that is removed on trial: the rows must change",
                    "tree:lime ns:standsIn garden:harbour",
                ),
                Setting(
                    "with",
                    TEXT,
                    "triples that are added on trial: the rows must change",
                    "tree:oak ns:standsIn garden:harbour",
                ),
                Setting(
                    "layers", TEXTS, "the layers to ask, as `--layer` chooses them", "[source]", "the query's"
                ),
                Setting(
                    "without-personal",
                    FLAG,
                    "whether to ask the graph as `export --without-personal` writes it",
                    "true",
                    "false",
                ),
            ),
        ),
    )
)
