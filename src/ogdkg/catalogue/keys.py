"""Every key of the header of a stored query."""

from __future__ import annotations

from ogdkg.config.settings import TABLE, TABLES, TEXT, TEXTS, VALUE, Setting, Settings, Table

DAYS = ("last", "first")  # of a year or a month
_TOP = Table(
    "",
    "What the query answers, and how its answer is shown.",
    (
        Setting("summary", TEXT, "the question in one line", "Which trees stand in a garden?"),
        Setting("description", TEXT, "more about it", "A tree stands in one garden at a time."),
        Setting("tags", TEXTS, "keywords; `checks` marks a query whose rows are faults", "[trees]"),
        Setting(
            "defaults",
            TABLES,
            "values of parameters that are not given, in a list as in grlc",
            "[{least: 3}]",
        ),
        Setting("columns", TABLE, "headings by variable", "{tree: Tree}", "the variable in words"),
        Setting("layers", TEXTS, "the layers that the query reads", "[source]", "`[queries] layers`"),
        Setting(
            "languages",
            TEXT,
            "`all` prints texts in every language",
            "all",
            "the reader's language",
            ("all",),
        ),
        Setting("see", TEXTS, "stored queries to ask if this one finds nothing", "[trees-in]"),
        Setting("empty", TEXT, "what it means that nothing is found", "Every tree has a place."),
        Setting(
            "formerly",
            TEXTS,
            "names that the query had, or that queries had which are part of it now",
            "[trees-of]",
        ),
        Setting("endpoint", TEXT, "for grlc: the server", "https://gardens.example/sparql"),
        Setting("method", TEXT, "for grlc: GET or POST", "GET"),
    ),
)
_PARAM = Table(
    "params.*",
    "A parameter, by its name.",
    (
        Setting("type", TEXT, "its type: the one that its variable ends in", "iri", "that of the variable"),
        Setting("label", TEXT, "what to call it", "the garden"),
        Setting("class", TEXT, "the class of the things that fit", "ns:Garden", "any thing"),
        Setting("example", VALUE, "a value", "Harbour Park"),
        Setting("values", TEXT, "a stored query that lists the values", "gardens"),
        Setting("pattern", TEXT, "a regular expression for text, without references to groups", "'[A-Z]{3}'"),
        Setting("column", TEXT, "the column whose texts are the known values", "name"),
        Setting("otherwise", TEXT, "what holds of a thing that is none of the values", "no date is known"),
        Setting("formerly", TEXTS, "names that it had", "[park]"),
        Setting("day", TEXT, "of a date that is a year or a month: which day", "first", "last", DAYS),
    ),
)
HEADER = Settings((_TOP, _PARAM))
