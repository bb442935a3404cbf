"""`ogdkg init`: makes a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from ogdkg.cli.asking import Asking, is_asking
from ogdkg.cli.options import Session, context_option, verbosity_options
from ogdkg.errors import UsageError
from ogdkg.files.fresh import check_fresh, write_fresh
from ogdkg.files.names import shown_path
from ogdkg.scaffold.plan import (
    Plan,
    checked_languages,
    checked_name,
    checked_namespace,
    checked_things,
    checked_title,
    slug_of,
)
from ogdkg.text.escape import one_line
from ogdkg.text.plurals import counted
from ogdkg.text.slips import quoted

T = TypeVar("T")
_CONFIG = "ogdkg.toml"
_TABLES = (".csv", ".tsv", ".xlsx")
_OF_TABLE = {"label": "--label", "classes": "--class", "separator": "--separator"}  # options, by parameter


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="Its short name (default: that of the folder).")
@click.option("--title", metavar="TEXT", help="Its title (default: as data have, or made from the name).")
@click.option(
    "--namespace",
    metavar="IRI",
    help="The beginning of its IRIs (default: https://example.org/NAME/).",
)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="LANG",
    help="A language of its texts, the preferred one first (default: en, or those of the data); may be "
    "repeated.",
)
@click.option(
    "--thing",
    "things",
    multiple=True,
    metavar="WORD[@LANG]",
    help="What to call one of its things, such as bridge; may be repeated for each language.",
)
@click.option(
    "--passages/--no-passages", "with_passages", default=None, help="Whether facts are cited from a document."
)
@click.option(
    "--from",
    "data",
    multiple=True,
    metavar="FILE|DIR",
    type=click.Path(path_type=Path),
    help="Build the project around copies of these RDF files; may be repeated. Or around a table with a "
    "thing a row (.csv, .tsv, .xlsx).",
)
@click.option(
    "--label",
    metavar="COLUMN",
    help="The column of the table with the names of things (default: the one that tells them apart, or the "
    "first with words in each row).",
)
@click.option(
    "--class",
    "classes",
    multiple=True,
    metavar="COLUMN",
    help="A column of the table whose values are things of a class of their own; may be repeated.",
)
@click.option(
    "--separator",
    metavar="SIGN",
    help="What parts several values in a cell of such a column (default: |).",
)
@context_option
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take the defaults for what is not given.")
@verbosity_options
@click.pass_obj
def command(
    session: Session,
    /,
    folder: Path,
    yes: bool,
    data: tuple[Path, ...],
    contexts: dict[str, Path],
    **given: Any,
) -> None:
    """Make a project in the folder DIR.

    On a terminal, asks for what no option gives. Writes a class, a shape, a record, a query, a question and
    the settings, which pass `validate`, `test` and `fmt --check` as they are. Overwrites nothing: if one of
    the files exists, it writes none.

    With --from, the project is made around data: copies of them, shapes as they are seen to be (with
    severity info, each a guess to confirm), names guessed from IRIs, starter queries and a question for each
    class. Of a table, each row becomes a thing and each column a property; `import` takes over its changes by
    the mapping that is written.

    \b
    For example:
      ogdkg init bridges --namespace https://example.org/bridges/ --thing bridge
      ogdkg init devices --from register.ttl --from wards/
      ogdkg init events --from events.csv --class organiser
    """
    check_fresh(folder, [_CONFIG])
    asks = not yes and is_asking()
    columns = {name: given.pop(name) for name in _OF_TABLE}
    if any(path.suffix.lower() in _TABLES for path in data):
        return _around_table(session, folder, given, data, columns, asks=asks)
    for name, value in columns.items():
        if value:
            raise UsageError(f"{_OF_TABLE[name]} is for a table.", hint="Give one by --from.")
    if data:
        plan = _plan(folder, given, asks=asks, of="data")
        chosen = {"languages": bool(given["languages"]), "title": asks or given["title"] is not None}
        return _around(session, folder, plan, data, contexts, chosen)
    plan = _plan(folder, given, asks=asks)
    from ogdkg.scaffold.starter import starter, unknown_languages  # after what may be refused

    files = starter(plan)
    write_fresh(folder, files)
    for tag in unknown_languages(plan):
        session.say(f"ogdkg knows no words in {tag}: write yours into ontology and data.")
    _say_written(session, folder, len(files))
    return None


def _around(
    session: Session,
    folder: Path,
    plan: Plan,
    data: Sequence[Path],
    contexts: dict[str, Path],
    chosen: Mapping[str, bool],
) -> None:
    """Write a project around data, which tell of it what nobody has chosen."""
    from ogdkg.scaffold.around import MOST_DESCRIBED, around, languages_of, looked_at, title_of
    from ogdkg.scaffold.copies import copies, given_files

    files = given_files(data, f"{plan.namespace}file/", contexts)
    seen, prefixes = looked_at(files)
    if not chosen["languages"] and (languages := languages_of(seen)):
        plan = plan._replace(languages=languages)
        session.say(f"Languages: {', '.join(languages)}, as the texts of the data have; --lang names others.")
    if not chosen["title"] and (title := title_of(seen, plan.languages)):
        plan = plan._replace(title=title)
        session.say(f"Title: {one_line(title)}, as the data have; --title gives another.")
    made = around(plan, seen, prefixes, dict(copies(files)))
    write_fresh(folder, made)
    if len(seen.classes) > MOST_DESCRIBED:
        left_out = len(seen.classes) - MOST_DESCRIBED
        session.say(f"{left_out} classes with the fewest things have no shape and no query.")
    _say_written(session, folder, len(made))


def _around_table(
    session: Session,
    folder: Path,
    given: dict[str, Any],
    data: Sequence[Path],
    columns: dict[str, Any],
    *,
    asks: bool,
) -> None:
    """Write a project around a table."""
    from ogdkg.scaffold.columns import column_of, read_columns
    from ogdkg.scaffold.table_project import around_table
    from ogdkg.scaffold.table_terms import SEPARATOR

    if len(data) > 1:
        raise UsageError("A project is made around one table.", hint="Import others into it afterwards.")
    table = read_columns(data[0], columns["label"])
    plan = _plan(folder, given, asks=asks, of="table")
    classes = [column_of(table.columns, heading) for heading in columns["classes"]]
    if table.label in classes or table.identifier in classes:
        message = "The values of this column name or tell apart the things of the rows."
        raise UsageError(message, hint="Leave it out of --class.")
    offered = [each for each in table.columns if each.may_be_class and each not in (*classes, table.label)]
    for each in offered if asks and not classes else ():
        values = counted(len(each.values), "different value")
        question = f"{quoted(each.heading)} has {values}. Is each a thing?"
        if Asking().agrees(question, default=False):
            classes.append(each)
    language = plan.languages[0] if given["languages"] or asks else ""
    made = around_table(plan, table, classes, language, columns["separator"] or SEPARATOR)
    write_fresh(folder, made)
    named, told = (each.heading.removesuffix(".") for each in (table.label, table.identifier))
    session.say(f"Names: {named}. Told apart by: {told}.")
    kinds = [f"{each.heading} ({'things' if each in classes else each.kind})" for each in table.columns]
    session.say(f"Columns: {', '.join(kinds)}.")
    if stay := [each for each in table.columns if each.is_written_otherwise and each != table.identifier]:
        shown = ", ".join(f"{each.heading} ({quoted(each.values[0])})" for each in stay)
        session.say(f"Stay text: {shown}; if they are numbers or dates, write 62.5 and 2014-06-30.")
    if not classes and not asks and offered:
        session.say(f"Few values, often repeated: {', '.join(each.heading for each in offered)}; --class "
                    "makes each a thing.")  # fmt: skip
    for sign in (";", "|") if not classes else ():
        if parted := [each.heading for each in table.columns if each.seems_parted(sign)]:
            session.say(f"Several in a cell: {', '.join(parted)}; --class, with --separator '{sign}', "
                        "makes each a thing.")  # fmt: skip
    _say_written(session, folder, len(made))


def _say_written(session: Session, folder: Path, number: int) -> None:
    session.say(f"Wrote {counted(number, 'file')} into {shown_path(folder)}. Begin with README.md; then:")
    for line in ("ogdkg validate", "ogdkg test", "ogdkg serve"):
        session.say(f"  {line.replace('ogdkg', f'ogdkg -C {shown_path(folder)}', 1)}")


def _plan(folder: Path, given: dict[str, Any], *, asks: bool, of: str = "") -> Plan:
    """What the project is to be: by the options, by what a person answers, else by default.

    Args:
        folder: Its folder.
        given: The options.
        asks: Whether a person answers.
        of: What it is made around: `data`, a `table`, or nothing.
    """
    name = _chosen("A short name", given["name"], _default_name(folder), checked_name, asks=asks)
    title = _chosen("A title", given["title"], _title_of(name), checked_title, asks=asks)
    namespace = _chosen(
        "The beginning of its IRIs",
        given["namespace"],
        f"https://example.org/{name}/",
        checked_namespace,
        asks=asks,
    )
    languages = _chosen(
        "Its languages, the preferred one first",
        ",".join(given["languages"]) or None,
        "en",
        lambda text: checked_languages([text]),
        asks=asks and of != "data",  # which tell
    )
    with_passages = given["with_passages"]
    if of:
        if with_passages or (given["things"] and of == "data"):
            raise UsageError(
                "--passages and --thing are for a project without data.",
                hint="Leave out --from.",
            )
        return Plan(name, title, namespace, languages, things=checked_things(given["things"], languages))
    if with_passages is None:
        question = "Are its facts cited from a document, passage by passage?"
        with_passages = asks and Asking().agrees(question, default=False)
    things = checked_things(given["things"] or _things_asked(languages, asks=asks), languages)
    return Plan(name, title, namespace, languages, with_passages, things)


def _default_name(folder: Path) -> str:
    return slug_of(folder.resolve().name) or "graph"


def _title_of(name: str) -> str:
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


def _things_asked(languages: Sequence[str], *, asks: bool) -> list[str]:
    if not asks:
        return []
    from ogdkg.scaffold.words import words_of

    found = []
    for tag in languages:
        words = words_of(tag)
        default = words.thing if words else ""
        told = f"What one of its things is called, in {tag}"
        word = _answer(told, default)
        if word and word != default:
            found.append(f"{word}@{tag}")
    return found


def _chosen(told: str, given: str | None, default: str, check: Callable[[str], T], *, asks: bool) -> T:
    """The value of an option, else of an answer, which is asked for until it fits, else the default."""
    if given is not None or not asks:
        return check(default if given is None else given)

    while True:
        try:
            return check(_answer(told, default))
        except UsageError as error:
            Asking().tell(f"  {one_line(str(error))}")


def _answer(told: str, default: str) -> str:
    """What a person answers, or the default for Enter alone."""
    return Asking().ask(f"{told} [{default}]" if default else told) or default
