"""`ogdkg validate`: check a graph against SHACL shapes."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg.cli.options import (
    Session,
    chosen_endpoint,
    context_option,
    endpoint_option,
    project_option,
    seconds,
    verbosity_options,
)
from ogdkg.cli.output import write_out, write_text
from ogdkg.errors import UsageError
from ogdkg.render.reports.reports import FORMATS, report_as
from ogdkg.sandbox.clock import command_time
from ogdkg.validation.core import depth
from ogdkg.validation.pyshacl import process

if TYPE_CHECKING:
    from ogdkg.project.project import Project
    from ogdkg.validation.core.results import Report
    from ogdkg.validation.operation import Inputs, Options

LIMITS = ("violation", "warning", "info", "never")
_keep_alive: list[object] = []  # until the process ends


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "--shapes", multiple=True, metavar="FILE", help="Shapes to validate against; by default the project's."
)
@click.option("--ontology", multiple=True, metavar="FILE", help="Classes and properties that the data use.")
@click.option(
    "--from",
    "unnamed",
    metavar="FORMAT",
    help="Format of FILES whose names do not tell it; the default for stdin is TriG.",
)
@click.option(
    "--layer",
    multiple=True,
    metavar="LAYER",
    help="Without FILES: validate only this layer; may be repeated.",
)
@click.option(
    "--source", metavar="FILE", help="Without FILES: also check the passages against this document."
)
@click.option(
    "--focus", multiple=True, metavar="NODE", help="Report only findings at this node (name, CURIE or IRI)."
)
@click.option(
    "--shape", multiple=True, metavar="SHAPE", help="Report only findings of this shape (IRI or CURIE)."
)
@click.option("--fail-on", type=click.Choice(LIMITS), default="violation", show_default=True,
              help="Lowest severity that makes the exit code 1.")  # fmt: skip
@click.option("--severity", type=click.Choice(LIMITS[:-1]), default="info", show_default=True,
              help="Lowest severity to report (the Turtle report is always complete).")  # fmt: skip
@click.option("--no-meta", is_flag=True, help="Skip the check that the shapes are well-formed.")
@click.option(
    "--whole",
    is_flag=True,
    help="Validate everything with pyshacl, without the prefilter: slow, same results.",
)
@click.option("--max-depth", type=click.IntRange(1, depth.HIGHEST_MAX_DEPTH), default=depth.MAX_DEPTH,
              metavar="N", show_default=True, help="How deeply shapes may be nested.")  # fmt: skip
@click.option(
    "--unused", is_flag=True, help="List shapes without focus nodes, and terms that no shape looks at."
)
@click.option("--timeout", type=click.FloatRange(0), default=process.TIMEOUT, envvar="OGDKG_TIMEOUT",
              metavar="SECONDS", show_default=True, callback=seconds,
              help="Time limit of everything but writing the report; 0 for none.")  # fmt: skip
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of stdout.")
@context_option
@endpoint_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, files: tuple[str, ...], form: str, **options: Any) -> None:
    """Validate the graph, or files, against SHACL shapes.

    FILES may be folders too, or - for stdin; without FILES, the project's graph is validated.

    \b
    For example:
      ogdkg validate
      ogdkg validate data.ttl --shapes shapes.ttl -f sarif -o findings.sarif
    """
    session: Session = ctx.obj
    with command_time(options["timeout"], *process.expired(options["timeout"])):
        report = _report(session, files, options)
        fails, text = _fails_and_text(report, form, options)
    _explain(session, report)
    (write_text if form == "text" else write_out)([text], options["output"])
    ctx.exit(1 if fails else 0)


def _report(session: Session, files: tuple[str, ...], options: dict[str, Any]) -> Report:
    child = process.start()
    sys.setrecursionlimit(max(sys.getrecursionlimit(), depth.MOST_CALLS))
    # Only now, as the child takes longer to get ready than all that these import.
    from ogdkg.validation.operation import Validator
    from ogdkg.validation.pyshacl.client import PyShaclProcess

    with PyShaclProcess(options["timeout"], child) as pyshacl:
        inputs, chosen = _inputs_and_options(session, files, options)
        _keep_alive.clear()
        return Validator(pyshacl, chosen, _keep_alive).run(inputs)


def _fails_and_text(report: Report, form: str, options: dict[str, Any]) -> tuple[bool, str]:
    from ogdkg.validation.core.results import Severity  # as above

    shown_report = report.at_least(Severity.named(options["severity"]))
    return report.fails(Severity.named(options["fail_on"])), report_as(form, shown_report)


def _inputs_and_options(
    session: Session, files: tuple[str, ...], options: dict[str, Any]
) -> tuple[Inputs, Options]:
    from ogdkg.files.names import shown
    from ogdkg.project.project import find_project
    from ogdkg.rdf.formats import FOR_RDF, by_name
    from ogdkg.store.codec import ox_format
    from ogdkg.validation.data.reading import sources
    from ogdkg.validation.operation import Inputs, Options
    from ogdkg.validation.project import project_inputs

    for name in ("layer", "source"):
        if files and options[name]:
            raise UsageError(f"--{name} is for the project's graph.", hint="Leave FILES out, or the option.")
    project = (
        None
        if files and options["shapes"]
        else find_project(options["project"] or session.project, trust=session.trust)
    )
    unnamed = ox_format(by_name(options["unnamed"], FOR_RDF)) if options["unnamed"] else None
    contexts = {**(project.context_files if project else {}), **options["contexts"]}
    inputs = Inputs(
        sources(files, unnamed, contexts),
        sources(options["shapes"], contexts=contexts),
        sources(options["ontology"], contexts=contexts),
    )
    if project:
        session.say(f"Graph: {shown(project.root)} ({project.title})", level=1)
        endpoint = chosen_endpoint(project, options["endpoint"])
        _warn_about_subset(session, project, inputs)
        inputs = project_inputs(project, inputs, options["layer"], endpoint, options["timeout"])
    if options["source"]:
        inputs = replace(inputs, document=Path(options["source"]))
    if not inputs.shapes:
        raise UsageError("There are no shapes to validate against.", hint="Name a file with --shapes.")
    return inputs, Options(
        focus=tuple(_focus(text, project) for text in options["focus"]),
        shape=tuple(_term(text, project) for text in options["shape"]),
        meta=not options["no_meta"],
        prefilter=not options["whole"],
        unused=options["unused"],
        max_depth=options["max_depth"],
        prefixes=dict(project.prefixes) if project else {},
    )


def _warn_about_subset(session: Session, project: Project, inputs: Inputs) -> None:
    """Say if only some files of a project are validated: what they miss may be in the others."""
    from ogdkg.files.names import shown

    given = {Path(source.name).resolve() for source in inputs.data}
    own = {source.path.resolve() for source in project.sources()} if given else set()
    validated_alone = sorted(own & given)
    if validated_alone and own - given:
        more = f" and {len(validated_alone) - 1} more are" if len(validated_alone) > 1 else " is"
        session.say(
            f"{shown(validated_alone[0])}{more} validated alone, without the rest of the project; "
            "omit FILES to validate all."
        )


def _focus(text: str, project: Project | None) -> Any:
    """A node by IRI or CURIE; in a project also by its name."""
    from ogdkg.store.codec import ox_term

    if project is None or ":" in text:
        return _term(text, project)
    from ogdkg.graph.graph import Graph
    from ogdkg.search.labels import names_of_all

    return ox_term(names_of_all(Graph(project).store, project.prefixes).find(text))


def _term(text: str, project: Project | None) -> Any:
    from ogdkg.rdf.terms import expand, parse_iri
    from ogdkg.store.codec import ox_term

    return ox_term(expand(text, project.prefixes if project else {}) or parse_iri(text))


def _explain(session: Session, report: Report) -> None:
    stats = report.prefilter
    for notice in report.notices:
        session.say(f"Notice: {notice}")
    session.say(
        f"Prefiltered {stats.prefiltered} of {stats.shapes} shapes with targets; "
        f"validated {stats.candidates} candidate nodes.",
        level=1,
    )
    for shape in stats.not_prefiltered:
        session.say(f"  not prefiltered: {shape}", level=1)
