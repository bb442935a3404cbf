"""What `ogdkg new` does: asks or takes options, shows the text and what would be found wrong, and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ogdkg.cli.asking import Asking, is_asking
from ogdkg.cli.interview import Interview
from ogdkg.cli.messages import print_line
from ogdkg.cli.options import Session
from ogdkg.cli.output import write_text
from ogdkg.cli.replacing import check_writable, mention_imported, replace_files
from ogdkg.describing.classes import class_named, offered
from ogdkg.describing.filling import Filling
from ogdkg.describing.given import Setting, fill, setting
from ogdkg.describing.identity import Identity
from ogdkg.describing.links import with_links
from ogdkg.describing.operation import Plan, edited_thing, findings, new_thing
from ogdkg.describing.queries import check_query_name, new_query
from ogdkg.drafting.form import Form
from ogdkg.drafting.stating import Stated, Stating
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.evidence.show import resolve_name
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.rdf.terms import Iri, Term
from ogdkg.render.views.patch import unified_diff
from ogdkg.sheets.contents import TYPE, said_of
from ogdkg.sheets.template import Sheets
from ogdkg.syntax.formatter import FormattedFile
from ogdkg.text.plurals import counted
from ogdkg.validation.core.results import Severity

_MOST = 20  # findings that are told
_INTERRUPTED = 130


class Describing:
    """Describes something for one call of the command.

    Args:
        session: The call.
        project: The project.
        options: Its options.

    Raises:
        UsageError: The graph is the one inside the package, which is read-only.
    """

    def __init__(self, session: Session, project: Project, options: Mapping[str, Any]) -> None:
        self._session, self._options = session, options
        if not options["dry_run"]:
            check_writable(project)
        self._graph = Graph(project)
        self._settings = [setting(each) for each in options["settings"]]
        self._asking = Asking() if is_asking() and not self._settings else None

    @cached_property
    def _sheets(self) -> Sheets:
        return Sheets(self._graph)

    @property
    def offered(self) -> str:
        """The classes to choose from."""
        return offered(self._sheets)

    # -- what to describe ------------------------------------------------------------

    def new(self, of: str, name: str | None) -> int:
        """Describe something new of a class; return the exit code."""
        return self._ended(lambda: self._new(self._class(of), name))

    def edit(self, thing: str, of: str | None) -> int:
        """Change something that is there; return the exit code."""
        return self._ended(lambda: self._edit(resolve_name(self._sheets.citations, thing), of))

    def query(self, name: str | None) -> int:
        """Write a stored query; return the exit code."""
        return self._ended(lambda: self._query(name))

    def _ended(self, run: Callable[[], int]) -> int:
        """Run, and say that nothing was written where the person ends it."""
        try:
            return run()
        except (EOFError, KeyboardInterrupt):
            print_line("", err=True)
            print_line("Nothing was written.", err=True)
            return _INTERRUPTED

    def _class(self, name: str) -> Iri:
        return class_named(self._sheets, name)

    # -- something new -----------------------------------------------------------------

    def _new(self, of: Iri, name: str | None) -> int:
        form = with_links(self._sheets, self._sheets.forms.form(of))
        filling, identity = Filling(form), Identity(self._sheets, of)
        settings = [
            *([Setting(f"<{form.naming.value}>", "+=", name, is_name=True)] if name else []),
            *self._settings,
        ]
        if self._asking is None:
            fill(self._sheets, filling, settings)
            return self._finished(filling, identity, self._stated(None), None, None)
        return self._asked(self._asking, filling, identity, settings)

    def _asked(self, asking: Asking, filling: Filling, identity: Identity, settings: list[Setting]) -> int:
        interview = Interview(asking, self._sheets, filling, is_new=True)
        asking.tell(f"Something new: {filling.form.label}. Enter leaves a value out, TAB completes names,")
        asking.tell("? helps, Ctrl-C ends without writing.")
        asking.tell()
        if settings:
            fill(self._sheets, filling, settings, is_whole=False)
        interview.name()
        if not self._is_other(filling, identity):
            return self._dropped(1)
        interview.rest()
        stated = self._stated(interview)
        iri = self._iri_asked(asking, filling, identity)
        return self._finished(filling, identity, stated, iri, interview)

    def _iri_asked(self, asking: Asking, filling: Filling, identity: Identity) -> Iri:
        if self._options["slug"]:
            return identity.chosen(self._options["slug"])
        proposed = identity.proposed(filling.name)
        while answer := asking.ask(f"What files call it [{self._sheets.short(proposed)}]"):
            try:
                return identity.chosen(answer)
            except UsageError as error:
                asking.tell(f"  {error.message} {error.hint}")
        return proposed

    def _finished(
        self,
        filling: Filling,
        identity: Identity,
        stated: Stated,
        iri: Iri | None,
        interview: Interview | None,
    ) -> int:
        if iri is None:
            if not self._is_other(filling, identity):
                return self._dropped(1)
            slug = self._options["slug"]
            iri = identity.chosen(slug) if slug else identity.proposed(filling.name)
        file = self._options["file"]
        return self._written(
            lambda: new_thing(self._sheets, filling, iri, identity.naming, stated, file), interview
        )

    def _is_other(self, filling: Filling, identity: Identity, thing: Iri | None = None) -> bool:
        """Whether it is nothing else that is there already, as far as names tell; `thing` is it itself."""
        known = identity.known(filling.names)
        told = [(each, "is named so too") for each in known.same if each != thing]
        told += [(each, "has a name much like it") for each in known.near if each != thing]
        for other, how in told:
            label = self._sheets.forms.names.label(other)
            self._warn(f"{label} ({self._sheets.short(other)}) {how}.")
        if not told or self._options["force"]:
            return True
        if self._asking and told[0][0] not in known.same:
            return self._asking.agrees("Is it another one", default=False)
        self._warn("If it is another one, add --force; else change what there is with --edit.")
        return False

    def _stated(self, interview: Interview | None) -> Stated:
        """What states it, by the options or by what is answered."""
        name, words = self._options["passage"], self._options["words"]
        stating = Stating(self._sheets.citations)
        if not name and not words:
            return interview.stated(stating) if interview and stating.is_offered else Stated()
        if not stating.is_offered:
            hint = "Leave --passage and --words out, or see docs/project.md on passages."
            raise UsageError("The project has no passages.", hint=hint)
        found = stating.by_words(words) if words else stating.by_name(name)
        if found.fault:
            choices = ", ".join(stating.short(each) for each in found.choices[:8])
            raise UsageError(found.fault, hint=f"Such as {choices}." if choices else None)
        return found

    # -- something that is there --------------------------------------------------------

    def _edit(self, thing: Iri, of: str | None) -> int:
        form = self._sheets.forms.form(self._class(of) if of else self._class_of(thing))
        said = said_of(self._graph, self._sheets.files, [thing])
        values: Mapping[Iri, list[Term]] = said.values[thing]
        filling = Filling(form, values)
        interview = None
        if self._asking:
            interview = Interview(self._asking, self._sheets, filling, is_new=False)
            label = self._sheets.citations.label(thing)
            self._asking.tell(f"{label} ({self._sheets.short(thing)}), {form.label}. Enter keeps a value,")
            self._asking.tell("- removes it, TAB completes names, ? helps, Ctrl-C ends without writing.")
            self._asking.tell()
            interview.name()
            interview.rest()
        else:
            if not self._settings:
                raise UsageError("What is to change?", hint="Add --set 'property=value', or use a terminal.")
            fill(self._sheets, filling, self._settings)
        names = [each for each in filling.names if each not in values.get(form.naming, ())]
        if names and not self._is_other(filling, Identity(self._sheets, form.of), thing):
            return self._dropped(1)
        self._mention_others(form, values, [shown_path(each.path) for each in said.files[thing]])
        return self._written(
            lambda: edited_thing(self._sheets, form, thing, values, filling.statements()), interview
        )

    def _class_of(self, thing: Iri) -> Iri:
        """The class whose form a thing is shown in: the one with the fewest things that shapes speak of."""
        query = f"SELECT DISTINCT ?of {{ <{thing.value}> a ?of }}"
        types = [row[0] for row in self._graph.select(query, limited=False) if isinstance(row[0], Iri)]
        if not types:
            hint = "Name its class, or change it by hand in its file."
            raise UsageError(f"{self._sheets.short(thing)} has no class.", hint=hint)
        forms = self._sheets.forms
        shaped = [each for each in types if each in forms.shaped]
        return min(shaped or types, key=lambda each: (forms.counts.get(each, 0), each.value))

    def _mention_others(self, form: Form, values: Mapping[Iri, list[Term]], files: list[str]) -> None:
        """Tell what else is said of a thing, which its form does not ask for."""
        known = {TYPE, *(each.predicate for each in form.fields)}
        others = [self._sheets.citations.property_label(each) for each in values if each not in known]
        if others:
            self._say(f"Not asked for here, and left as it is: {', '.join(others)} (in {', '.join(files)}).")

    # -- a query ---------------------------------------------------------------------------

    def _query(self, name: str | None) -> int:
        given = {each.property: each.text for each in self._settings}
        if unknown := sorted(given.keys() - {"summary", "class"}):
            raise UnknownNameError("value", unknown[0], ["summary", "class"], of="A query")
        if not name:
            raise UsageError("What is the query to be called?", hint="Run `ogdkg new query NAME`.")
        check_query_name(self._sheets, name)
        forms = self._sheets.forms
        if self._asking:
            labels = [forms.label_in(each) for each in (forms.classes or forms.shaped)]
            summary = self._asking.ask("What it answers, as a question")
            while True:
                try:
                    of = self._class(self._asking.ask("Of which class", lambda: labels))
                    break
                except UsageError as error:
                    self._asking.tell(f"  {error.message} {error.hint or ''}")
        elif {"summary", "class"} <= given.keys():
            summary, of = given["summary"], self._class(given["class"])
        else:
            hint = "Add --set 'summary=…' --set 'class=…'."
            raise UsageError("A query needs a summary and a class.", hint=hint)
        return self._written(lambda: new_query(self._sheets, name, summary, of), None)

    # -- writing -----------------------------------------------------------------------------

    def _written(self, planned: Callable[[], Plan], interview: Interview | None) -> int:
        """Show what it comes to, and write it unless something speaks against that; return the exit code.

        Args:
            planned: Makes the plan of the values as they are.
            interview: Lets a person change values; None where there is nobody, or nothing to change.
        """
        while True:
            plan = planned()
            files = [each for each in plan.files if each.before != each.after]
            if not files:
                self._say("Nothing changes.")
                return 0
            self._show(plan, files)
            if self._tell_findings(plan._replace(files=files)):
                self._warn("It would make violations that are not there now.")
                if interview and interview.changes():
                    continue
                return self._dropped(1)
            mention_imported(self._session, files)
            answer = "n" if self._options["dry_run"] else self._decision(interview)
            if answer == "c" and interview:
                interview.changes()
                continue
            if answer == "n":
                return self._dropped(0)
            replace_files(self._session, self._graph, files)
            return 0

    def _decision(self, interview: Interview | None) -> str:
        """Whether to write it: `y`, `n`, or `c` to change something first."""
        if self._asking is None:
            return "y"
        if interview is None:
            return "y" if self._asking.agrees("Write it", default=True) else "n"
        while True:
            answer = self._asking.ask("Write it (y, n, or c to change something) [y]").casefold() or "y"
            if answer in ("y", "n", "c", "yes", "no", "change"):
                return answer[0]
            self._asking.tell("  Write y, n or c.")

    def _show(self, plan: Plan, files: list[FormattedFile]) -> None:
        if plan.text:
            where = shown_path(files[0].path)
            self._say(f"{'In' if files[0].before else 'In the new file'} {where}:")
            write_text([plan.text], None)
        else:
            for file in files:
                write_text(unified_diff(shown_path(file.path), file.before, file.after), None)
        if plan.restated:
            self._say(
                f"Stated by a passage before: {counted(plan.restated, 'value')}. Does it say what is new?"
            )

    def _tell_findings(self, plan: Plan) -> bool:
        """Tell what would be found wrong, and return whether that is a violation."""
        found = findings(self._graph, self._sheets, plan)
        for fault in found[:_MOST]:
            self._warn(f"{fault.severity.name.lower()}: {fault.sentence}")
        if len(found) > _MOST:
            self._say(f"… and {len(found) - _MOST} more")
        return any(each.severity == Severity.VIOLATION for each in found)

    def _dropped(self, code: int) -> int:
        (self._warn if code else self._say)("Nothing was written.")
        return code

    def _warn(self, line: str) -> None:
        """Tell why nothing is written, whatever `-q` says."""
        if self._asking:
            self._asking.tell(line)
        else:
            print_line(line, err=True)

    def _say(self, line: str) -> None:
        """Tell a person something: where questions are, else on stderr."""
        if self._asking:
            self._asking.tell(line)
        else:
            self._session.say(line)
