"""What `ogdkg validate` judges: the files that are named, those of the project, and how they were before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ogdkg.cli.options import Session, chosen_endpoint
from ogdkg.cli.remembering import project_of
from ogdkg.errors import InputError, LimitError, OgdkgError, UsageError, all_of

if TYPE_CHECKING:
    from ogdkg.project.endpoint import Endpoint
    from ogdkg.project.project import Project
    from ogdkg.validation.operation import Before, Inputs


def inputs_of(
    session: Session, files: tuple[str, ...], options: dict[str, Any]
) -> tuple[Inputs, Project | None]:
    """Read what is named, and add what the project has besides, if there is one.

    Args:
        session: The call of the command.
        files: The data that is named; none for the project's.
        options: Those of the command.

    Returns:
        What to judge, and the project.

    Raises:
        UsageError: Files are named with an option for the graph of a project, or without shapes.
        InputError: A file cannot be read.
    """
    for name in ("layer", "source"):
        if files and options[name]:
            raise UsageError(f"--{name} is for the project's graph.", hint="Leave FILES out, or the option.")
    project = project_of(session, files, options)
    inputs = _named(files, options, project)
    if project:
        _say_which(session, files, project, inputs)
        endpoint = chosen_endpoint(project, options["endpoint"])
        _warn_about_subset(session, project, inputs)
        inputs = _with_project(project, inputs, options, endpoint)
    if inputs.server:
        from ogdkg.cli.messages import progress  # only a server is slow

        is_kept = not options["no_cache"]
        inputs = replace(inputs, on_progress=progress(session.say), is_kept=is_kept)
    if options["changed"]:
        inputs = replace(inputs, before=_before(session, files, options, project))
    return inputs, project


def _named(files: tuple[str, ...], options: dict[str, Any], project: Project | None) -> Inputs:
    """What the command names, read with the contexts of JSON-LD that the project has too."""
    from ogdkg.validation.data.reading import sources
    from ogdkg.validation.operation import Inputs

    contexts = {**(project.context_files if project else {}), **options["contexts"]}
    return Inputs(
        sources(files, unnamed_format(options), contexts),
        sources(options["shapes"], contexts=contexts),
        sources(options["ontology"], contexts=contexts),
        documents=tuple(map(Path, options["source"])),
    )


def _say_which(session: Session, files: tuple[str, ...], project: Project, inputs: Inputs) -> None:
    """Say which graph is judged; an error for files beside a graph that nobody has named."""
    from ogdkg.files.names import shown_path

    session.say(f"Graph: {shown_path(project.root)} ({project.title})", level=1)
    if project.packaged and files:
        raise _without_shapes(inputs, project)
    if project.packaged:
        session.say(f"No ogdkg.toml is here: validating the graph that comes with ogdkg, {project.title}.")


def _with_project(
    project: Project, inputs: Inputs, options: dict[str, Any], endpoint: Endpoint | None
) -> Inputs:
    """Add the data, shapes and ontology of a project where none are named."""
    from ogdkg.validation.project import project_inputs

    kept_for = options.get("home") or (project.root if options["changed"] else None)
    kept_for = None if options["no_cache"] else kept_for
    is_once = not options["fix"] and not options.get("home")
    layer, timeout = options["layer"], options["timeout"]
    return project_inputs(project, inputs, layer, endpoint, timeout, kept_for, beside=is_once)


def _without_shapes(inputs: Inputs, project: Project) -> InputError | UsageError:
    """The error for files outside a project: for their own faults, else for want of shapes."""
    from ogdkg.files.names import shown_path
    from ogdkg.validation.data.reading import faults_in

    if faults := faults_in((*inputs.data, *inputs.ontology)):
        return all_of(faults)
    message = f"There are no shapes to validate {inputs.data[0].name} against: no ogdkg.toml is here."
    own = shown_path(project.root)
    hint = f"Name them with --shapes FILE, or a project with -C. One comes with ogdkg: -C {own}"
    return UsageError(message, hint=hint)


def unnamed_format(options: dict[str, Any]) -> Any:
    """The format of files whose names do not tell it."""
    from ogdkg.rdf.formats import FOR_RDF, by_name
    from ogdkg.store.codec import ox_format

    return ox_format(by_name(options["unnamed"], FOR_RDF)) if options["unnamed"] else None


def _warn_about_subset(session: Session, project: Project, inputs: Inputs) -> None:
    """Say if only some files of a project are validated: what they miss may be in the others."""
    from ogdkg.files.names import shown_path

    given = {Path(source.name).resolve() for source in inputs.data}
    own = {source.path.resolve() for source in project.sources()} if given else set()
    validated_alone = sorted(own & given)
    if validated_alone and own - given:
        more = f" and {len(validated_alone) - 1} more are" if len(validated_alone) > 1 else " is"
        session.say(
            f"{shown_path(validated_alone[0])}{more} validated alone, without the rest of the project; "
            "omit FILES to validate all."
        )


def _before(
    session: Session, files: tuple[str, ...], options: dict[str, Any], project: Project | None
) -> Before:
    """The same files at an earlier revision, which are put into a folder while they are read."""
    from ogdkg.diff.checkout import checked_out
    from ogdkg.project.project import CONFIG
    from ogdkg.validation.data.reading import STREAM
    from ogdkg.validation.operation import Before
    from ogdkg.validation.project import at_home

    revision, home = options["changed"], project.root if project else Path.cwd()
    given = {"files": files, "shapes": options["shapes"], "ontology": options["ontology"]}
    if any(STREAM in names for names in given.values()):
        raise UsageError("Standard input has no earlier revision, so --changed has no place.")
    names = [_inside(name, home) for kind in given.values() for name in kind]
    with checked_out(revision, home, lambda there: _folders(there, names)) as there:
        moved = {kind: _moved(names, home, there) for kind, names in given.items()}
        is_all_there = all(bool(names) == bool(moved[kind]) for kind, names in given.items())
        if not is_all_there or (project and not (there / CONFIG).exists()):
            return Before(revision, None, f"{revision} does not have these files")
        told = session._replace(project=str(there) if project else session.project, said=[], verbosity=-1)
        earlier = {**options, "changed": None, "source": (), "project": None, "home": home, **moved}
        try:
            inputs, _ = inputs_of(told, moved["files"], earlier)
            return Before(revision, at_home(inputs, there, home))
        except LimitError:
            raise
        except InputError:
            return Before(revision, None, f"the files of {revision} cannot be read")


def _folders(there: Path, named: Iterable[Path]) -> set[str] | None:
    """The folders at the top that hold the files that are named, and those of a project; None for any."""
    from ogdkg.files.globs import is_pattern
    from ogdkg.project.project import CONFIG, read_project

    patterns = list(map(str, named))
    if (there / CONFIG).exists():
        try:
            project = read_project(there)
        except OgdkgError:  # reading all of it tells why
            return None
        rules = (pattern for layer in project.layers for pattern in layer.rules)
        patterns += [*project.patterns, *rules, *project.contexts.values()]
    tops = {Path(pattern).parts[:1] for pattern in patterns}
    if any(not top or top[0] in ("/", "..") or is_pattern(top[0]) for top in tops):
        return None
    return {top for (top,) in tops}


def _moved(names: tuple[str, ...], home: Path, there: Path) -> tuple[str, ...]:
    """The names of those files that are there too."""
    found = [there / _inside(name, home) for name in names]
    return tuple(str(path) for path in found if path.exists())


def _inside(name: str, home: Path) -> Path:
    path = Path(name).resolve()
    if not path.is_relative_to(home.resolve()):
        raise UsageError(f"--changed looks for files in {home}, and {name} is elsewhere.")
    return path.relative_to(home.resolve())
