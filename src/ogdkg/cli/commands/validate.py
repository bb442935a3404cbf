"""`ogdkg validate`: check a graph against SHACL shapes."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ogdkg.cli.options import (
    Session,
    all_option,
    context_option,
    endpoint_option,
    project_option,
    seconds,
    verbosity_options,
)
from ogdkg.cli.output import FormatChoice, refuse_overwriting, screen, write_out
from ogdkg.cli.remembering import Memory
from ogdkg.errors import InputError, LimitError, UsageError, all_of, with_namespace
from ogdkg.render.reports.reports import FORMATS, report_as
from ogdkg.sandbox.clock import command_time
from ogdkg.validation.core import depth
from ogdkg.validation.outcome_cache import Outcome
from ogdkg.validation.pyshacl import process

if TYPE_CHECKING:
    from ogdkg.project.project import Project
    from ogdkg.text.escape import Ink
    from ogdkg.validation.core.results import Report, Severity
    from ogdkg.validation.operation import Inputs, Options

# Findings in text: in all, of a constraint, of one that fails nothing.
MOST, OF_EACH, OF_LESSER = 1000, 100, 3
_NOT_WITH_CHANGED = ("report", "rules", "inference", "fix", "write_baseline", "endpoint", "unused")
LIMITS = ("violation", "warning", "info", "never")
_keep_alive: list[object] = []  # until the process ends


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "--shapes", multiple=True, metavar="FILE", help="Shapes to validate against; by default the project's."
)
@click.option("--report", metavar="FILE", help="Show this report of a SHACL engine, and validate nothing.")
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
    "--source",
    multiple=True,
    metavar="FILE",
    help="Without FILES: also check what the graph cites against this document, or those of a folder "
    "(default: the one that ogdkg.toml names).",
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
@click.option("--inference", type=click.Choice(("rdfs", "owlrl")),
              help="Infer by RDFS or OWL RL first, and validate what follows too.")  # fmt: skip
@click.option(
    "--rules",
    is_flag=True,
    help="Run the rules of the shapes (sh:rule) first, and validate what they infer too.",
)
@click.option(
    "--baseline", metavar="FILE", help="Report only what is new since this baseline, or JSON report."
)
@click.option(
    "--write-baseline", metavar="FILE", help="Write all findings to this baseline, and fail on none."
)
@click.option("--max-findings", type=click.IntRange(0), metavar="N",
              help="Most findings to show; 0 for all. In text 1000 by default, else all.")  # fmt: skip
@click.option("--max-per-constraint", type=click.IntRange(0), metavar="N",
              help="Most findings to show of each constraint. In text 100, or 3 of no weight.")  # fmt: skip
@all_option
@click.option("--fail-on-nothing", is_flag=True, help="Exit with 1 if no shape has a focus node.")
@click.option("--no-meta", is_flag=True, help="Skip the check that the shapes are well-formed.")
@click.option(
    "--whole",
    is_flag=True,
    help="Validate everything with pyshacl, without the prefilter: slow, same results.",
)
@click.option("--max-depth", type=click.IntRange(1, depth.HIGHEST_MAX_DEPTH), default=depth.MAX_DEPTH,
              metavar="N", show_default=True, help="How deeply shapes may be nested.")  # fmt: skip
@click.option("--changed", metavar="REV",
              help="Validate only nodes that changes since this git revision can affect.")  # fmt: skip
@click.option("--unused", is_flag=True, help="List shapes without focus nodes, and terms no shape looks at.")
@click.option("--fix", is_flag=True, help="Instead of the report, show safe fixes as a diff.")
@click.option("--write", is_flag=True, help="With --fix: change the files, and validate them again.")
@click.option("--no-cache", is_flag=True, help="Validate again even what has not changed.")
@click.option("--timeout", type=click.FloatRange(0), default=round(process.TIMEOUT), envvar="OGDKG_TIMEOUT",
              metavar="SECONDS", show_default=True, callback=seconds,
              help="Time limit of everything but writing the report; 0 for none.")  # fmt: skip
@click.option("-f", "--format", "form", type=FormatChoice(FORMATS), default="text", show_default=True)
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
      ogdkg validate data.ttl --shapes shapes.ttl --fix
    """
    if options["write"] and not options["fix"]:
        raise UsageError("--write is for --fix.", hint="Add --fix, or leave --write out.")
    _refuse_with_changed(options)
    ctx.obj = session = ctx.obj._replace(said=[])
    shown_on = screen(options["output"])
    memory = Memory(session, files, options | {"format": form, "coloured": shown_on.ink.on})
    options["form"] = form
    report = None
    message, hint = process.expired(options["timeout"])
    if options["endpoint"] and not options["no_cache"]:
        hint += " On a server, run it again: it goes on where it was."
    with command_time(options["timeout"], message, hint):
        outcome = memory.told_again()
        if outcome is None:
            report, outcome = _outcome(session, files, form, options, shown_on.ink)
    if report and options["write_baseline"]:
        _write_baseline(session, report, files, options)
    if options["write"] or not options["fix"]:  # else a diff stands in its place
        is_text = form == "text"
        shown_on.tell([outcome.text]) if is_text else write_out([outcome.text], options["output"])
    memory.keep(outcome)
    ctx.exit(outcome.code)


def _refuse_with_changed(options: dict[str, Any]) -> None:
    """Raise UsageError for an option that says something of the whole graph, or of none."""
    for name in _NOT_WITH_CHANGED if options["changed"] else ():
        if options[name]:
            raise UsageError(
                f"--changed judges a part of the graph as it is written, so --{name.replace('_', '-')} has no"
                " place.",
                hint="Leave one of the two out.",
            )


def _outcome(
    session: Session, files: tuple[str, ...], form: str, options: dict[str, Any], ink: Ink
) -> tuple[Report, Outcome]:
    """Judge, or show a report that is there; what is beside it is told at once."""
    began = time.time()
    try:
        report = (_shown if options["report"] else _judged)(session, files, options)
    except InputError as error:
        _write_unreadable(error, form, options["output"])
        raise
    compared = _compared(report, options)
    limited = _limited(compared.at_least(_severity(options["severity"])), form, options)
    text = report_as(form, limited, ink)
    if not options["report"]:
        _explain(session, report)
    return report, Outcome(text, _exit_code(compared, options), session.said or [], began)


def _write_unreadable(error: InputError, form: str, output: str | None) -> None:
    """Write what cannot be read as findings, for a machine that reads the report and not stderr."""
    if form != "text":  # a person has the error itself
        from ogdkg.validation.report.unreadable import unreadable  # only for a broken file

        write_out([report_as(form, unreadable(error))], output)


def _compared(report: Report, options: dict[str, Any]) -> Report:
    """The report without what a baseline knows, or with all of it known if it is about to be one."""
    known, to_write = options["baseline"], options["write_baseline"]
    if not known and not to_write:
        return report
    from ogdkg.render.reports.baseline import all_known, only_new

    is_part = bool(options["focus"] or options["shape"] or options["layer"])
    if to_write and is_part:
        hint = "Leave out --focus, --shape and --layer, or --write-baseline."
        raise UsageError("A baseline has all findings.", hint=hint)
    return only_new(report, known, is_part=is_part) if known else all_known(report, to_write)


def _write_baseline(
    session: Session, report: Report, files: tuple[str, ...], options: dict[str, Any]
) -> None:
    from ogdkg.render.reports.baseline import baseline_json

    to_write = options["write_baseline"]
    inputs = [*files, *options["shapes"], *options["ontology"], options["report"] or ""]
    refuse_overwriting([to_write], inputs)
    write_out([baseline_json(report)], to_write)
    session.say(f"Wrote {len(report.findings)} findings to the baseline {to_write}.")


def _severity(word: str) -> Severity | None:
    from ogdkg.validation.core.results import Severity

    return Severity.named(word)


def _judged(session: Session, files: tuple[str, ...], options: dict[str, Any]) -> Report:
    """The report of a validation, after the fixes that were asked for."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), depth.MOST_CALLS))
    from ogdkg.cli.validation_inputs import inputs_of
    from ogdkg.validation.operation import Validator
    from ogdkg.validation.pyshacl.client import PyShaclProcess

    with PyShaclProcess(options["timeout"]) as pyshacl:
        inputs, project = inputs_of(session, files, options)
        if not inputs.shapes:
            hint = "Name a file with --shapes" + (", or write ontology/shapes/NAME.ttl." if project else ".")
            raise UsageError("There are no shapes to validate against.", hint=hint)
        chosen = _options(options, project)
        _keep_alive.clear()
        if not options["fix"]:
            _keep_alive.append(inputs)
            try:
                return Validator(pyshacl, chosen, _keep_alive).run(inputs)
            except LimitError:
                raise
            except InputError as error:
                is_told = inputs.beside is not None and inputs.beside.has_told
                raise error if is_told else _all_faults(error, inputs, chosen) from error
        from ogdkg.cli.fixing import fix  # seldom asked for

        validator = Validator(pyshacl, chosen)
        report = validator.run(inputs)
        if not fix(session, validator, inputs, report, write=options["write"]):
            return report
        inputs, project = inputs_of(session, files, options)
        return Validator(pyshacl, replace(_options(options, project), fix=False)).run(inputs)


def _all_faults(error: InputError, inputs: Inputs, options: Options) -> InputError:
    """The error with what is wrong with every other file too."""
    from ogdkg.validation.data.reading import faults_in

    met = error.faults or (error,)
    known = {each.place.file for each in met if each.place}
    others = faults_in((*inputs.shapes, *inputs.data, *inputs.ontology), known)
    return all_of([with_namespace(each, options.prefixes) for each in (*met, *others)])


def _limited(report: Report, form: str, options: dict[str, Any]) -> Report:
    """The report with as many findings as wanted; a person gets no more than can be read."""
    from ogdkg.validation.core.results import Severity

    is_short = form == "text" and not options["show_all"]
    most, of_each = options["max_findings"], options["max_per_constraint"]
    if most is None:
        most = MOST if is_short else 0
    fails = _severity(options["fail_on"]) or Severity.VIOLATION
    wanted = {
        severity: of_each if of_each is not None else OF_EACH if severity >= fails else OF_LESSER
        for severity in (Severity if is_short or of_each is not None else ())
    }
    each = {severity: number or None for severity, number in wanted.items()}
    return report.limited(most or None, each, folded=is_short)


def _exit_code(report: Report, options: dict[str, Any]) -> int:
    is_nothing = options["fail_on_nothing"] and report.looked_at_nothing
    return 1 if is_nothing or report.fails(_severity(options["fail_on"])) else 0


_JUDGING = ("fix", "rules", "inference", "whole", "unused", "no_meta", "source")


def _shown(session: Session, files: tuple[str, ...], options: dict[str, Any]) -> Report:
    """A report that is there already, with places in the data that are given, or in the project's."""
    from ogdkg.cli.validation_inputs import inputs_of, unnamed_format
    from ogdkg.project.project import find_project
    from ogdkg.validation.data.reading import sources
    from ogdkg.validation.foreign import report_of
    from ogdkg.validation.operation import Inputs

    for name in _JUDGING:
        if options[name]:
            raise UsageError(
                f"--report shows what was judged before, so --{name.replace('_', '-')} has no place.",
                hint="Leave one of the two out.",
            )
    project: Project | None = find_project(options["project"] or session.project, trust=session.trust)
    if project and project.packaged:  # nobody's own: the report is of other data
        project, inputs = None, Inputs(sources(files, unnamed_format(options)), sources(options["shapes"]))
    else:
        inputs, project = inputs_of(session, files, {**options, "endpoint": None})
    return report_of(sources([options["report"]]), inputs, _options(options, project))


def _options(options: dict[str, Any], project: Project | None) -> Options:
    from ogdkg.validation.naming import named_nodes, named_shapes
    from ogdkg.validation.operation import Options

    return Options(
        focus=named_nodes(options["focus"], project),
        shape=named_shapes(options["shape"], project),
        meta=not options["no_meta"],
        prefilter=not options["whole"],
        rules=options["rules"],
        regime=options["inference"],
        unused=options["unused"],
        max_depth=options["max_depth"],
        fix=options["fix"],
        placed=options["form"] != "turtle" or options["fix"],  # which has none
        prefixes=dict(project.prefixes) if project else {},
    )


def _explain(session: Session, report: Report) -> None:
    stats = report.prefilter
    for notice in report.notices:
        session.say(f"Notice: {notice}")
    session.say(
        f"Prefiltered {stats.prefiltered} of {stats.shapes} shapes with targets; "
        f"validated {stats.candidates} candidate nodes.",
        level=1,
    )
    session.say(stats.engine(), level=1)
    for shape in stats.not_prefiltered:
        session.say(f"  not prefiltered: {shape}", level=1)
