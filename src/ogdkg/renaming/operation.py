"""Renames, merges and deprecates things: finds what changes, and what speaks against it. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ogdkg.diff.model import Difference
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.show import resolve_name
from ogdkg.evidence.unnamed import unnamed
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.retired import DEPRECATED, REPLACED_BY, is_retired
from ogdkg.rdf.terms import Iri, Literal, Triple, compact, expand, is_iri, local_name, to_ntriples
from ogdkg.renaming.conflicts import conflicts
from ogdkg.renaming.differing import difference_of
from ogdkg.renaming.files import Edited, ProjectFiles
from ogdkg.renaming.judging import new_faults
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.retired import described_in, home_of, with_retired

_SUBJECTS = "SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), {0})) }}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change of names comes to.

    Attributes:
        files: The files that change.
        difference: What changes in what they say.
        conflicts: What keeps two things from becoming one, a sentence each.
        are_names: Whether all conflicts are of names.
        faults: What would be wrong afterwards that is not wrong now, a sentence each.
        becomes: Which IRI becomes which, a sentence each: two things may have one label.
    """

    files: Edited
    difference: Difference
    conflicts: tuple[str, ...] = ()
    are_names: bool = False
    faults: tuple[str, ...] = ()
    becomes: tuple[str, ...] = ()


@dataclass(slots=True)
class Names:
    """Changes names in a project.

    Args:
        graph: The graph of the project, with all its layers.
    """

    graph: Graph
    citations: Citations = field(init=False)
    _files: ProjectFiles = field(init=False)

    def __post_init__(self) -> None:
        self.citations = Citations(self.graph)
        self._files = ProjectFiles(self.graph)

    # -- the three changes -------------------------------------------------------

    def rename(self, name: str, new: str, *, forget: bool = False) -> Plan:
        """Give a thing another IRI.

        Args:
            name: The thing.
            new: Its new IRI, a name for one, or the end of one like the old.
            forget: Whether to leave nothing in the place of the old one.

        Raises:
            UsageError: There is no such thing, or the new IRI is taken.
        """
        old = self._existing(name)
        becomes = self._new(old, new)
        self._refuse_begun(old, becomes)
        self._refuse_taken(old, becomes, f"`ogdkg merge {_short(old, self)} {_short(becomes, self)}`")
        self._refuse_file_graph(old)
        return self._plan(self._moves(old, becomes), {old.value: [becomes.value]}, forget=forget)

    def rename_namespace(self, old: str, new: str, *, forget: bool = False) -> Plan:
        """Give all things of a namespace other IRIs.

        Args:
            old: The namespace, or its prefix.
            new: The new one.
            forget: Whether to leave nothing in the place of the old ones.

        Raises:
            UsageError: There is no such namespace, or an IRI would be taken twice.
        """
        before, after = self._namespace(old), self._new_namespace(new)
        if before == after:
            raise UsageError("The old namespace and the new one are the same.")
        moves = Moves(namespace=(before, after))
        found = self._subjects(before)
        begun = {each for each in found if self._is_begun(Iri(each), Iri(moves.successor(each) or ""))}
        given_up = {each for each in found if self._is_given_up(each)}
        stay = {each: each for each in given_up - begun}
        moves = replace(moves, exact=stay, kept=frozenset(given_up & begun))
        subjects = [each for each in found if each not in given_up]
        taken = [each for each in self._subjects(after) if not each.startswith(before)]
        becoming = {moves.successor(each) or "" for each in subjects if each not in begun}
        if clash := sorted(becoming.intersection(taken)):
            more = f", and so are {len(clash) - 1} more" if len(clash) > 1 else ""
            raise UsageError(f"{clash[0]} is there already{more}.", hint="Merge or rename these first.")
        things = set(subjects)  # a part goes with its thing, whose IRI it is a fragment of
        said = {
            each: [moves.successor(each) or ""]
            for each in subjects
            if (whole := each.partition("#")[0]) == each or whole not in things
        }
        without = frozenset(triple for each in begun - given_up for triple in self._given_up(Iri(each)))
        return self._plan(moves, said, forget=forget, without=without)

    def merge(
        self, merged: str, kept: str, *, keep_names: bool = False, prefer: str = "", forget: bool = False
    ) -> Plan:
        """Make one of two things.

        Args:
            merged: The thing that is given up.
            kept: The thing that it becomes.
            keep_names: Whether the names of the first become other names of the second.
            prefer: Which of the two is right where one thing cannot say both: `A` for the first, `B` for the
                second; empty for neither.
            forget: Whether to leave nothing in the place of the first.

        Raises:
            UsageError: There are no such two things.
        """
        old, new = self._existing(merged), self._existing(kept)
        if old == new:
            raise UsageError(f"{merged!r} and {kept!r} are the same thing, {_short(old, self)}.")
        self._refuse_file_graph(old)
        moves = self._moves(old, new)
        if keep_names:
            said = (each.triple for each in self.citations.statements_about(new))
            names = frozenset(each.object for each in said if each.predicate.value in LABELS)
            moves = replace(moves, renamed=frozenset(LABELS), names=names)
        found, own = conflicts(self.citations, old, new, moves), self._own_links(old, new)
        without = self._given_up(old)  # the successor is not deprecated: that is said of the old IRI anew
        if prefer:
            without |= {triple for each in found for triple in each.statements[prefer == "A"]} | own.keys()
            found, own = [], {}
        plan = self._plan(
            moves,
            {old.value: [new.value]},
            forget=forget,
            is_judged=not found,
            without=frozenset(without),
        )
        labels = [f"{self.citations.label(each)} ({_short(each, self)})" for each in (old, new)]
        return replace(
            plan,
            conflicts=(*(each.words(*labels) for each in found), *own.values()),
            are_names=bool(found) and not own and all(each.is_name for each in found),
        )

    def _given_up(self, old: Iri) -> set[Triple]:
        """What says of a thing that it is deprecated, and by what it is replaced."""
        said = [each for each in self.citations.statements_about(old) if not self.citations.is_derived(each)]
        return {each.triple for each in said if is_retired({each.triple.predicate.value})}

    def _own_links(self, old: Iri, new: Iri) -> dict[Triple, str]:
        """What leads from one of two things to the other, and would lead from one to itself, in words."""
        found = {}
        for one, other in ((old, new), (new, old)):
            for statement in self.citations.statements_about(one):
                if statement.triple.object != other or self.citations.is_derived(statement):
                    continue
                if one == new or statement.triple.predicate.value != REPLACED_BY:
                    label = self.citations.property_label(statement.triple.predicate)
                    found[statement.triple] = (
                        f"{label}: {_short(one, self)} has {_short(other, self)}, which would be itself."
                    )
        return found

    def deprecate(self, name: str, by: str | None) -> Plan:
        """Say of a thing that it is not to be used any more, and use another where it is named.

        Args:
            name: The thing; what is said of it stays.
            by: The other; None for none.

        Raises:
            UsageError: There are no such things.
        """
        old = self._existing(name)
        new = self._existing(by) if by else None
        if old == new:
            raise UsageError(f"{name!r} and {by!r} are the same thing.", hint="Name another one with --by.")
        ends = self._moves(old, new).ends if new else {}
        moves = Moves({old.value: new.value} if new else {}, ends=ends, keeps_descriptions=True)
        return self._plan(moves, {old.value: [new.value] if new else []}, forget=False)

    # -- names -------------------------------------------------------------------

    def _existing(self, name: str) -> Iri:
        try:
            found = resolve_name(self.citations, name)
        except UsageError:
            bare = name.strip("<>")
            given = expand(name, self.citations.prefixes) or (Iri(bare) if is_iri(bare) else None)
            if given and self._is_named(given):
                return given  # a shape, a graph, or what only queries name
            raise
        said = self.citations.statements_about(found) or self.citations.links_to(found)
        if not said and not self._is_named(found):  # where nothing has a label, any IRI passes for a name
            unnamed(self.citations, name)  # which raises, where something near is there
            raise UnknownNameError("thing", name, ())
        return found

    def _is_named(self, iri: Iri) -> bool:
        """Whether a graph or a file has an IRI."""
        graphs = {source.graph for source in self.graph.files}
        return iri in graphs or bool(self._files.edited(_probe(iri)).all)

    def _new(self, old: Iri, text: str) -> Iri:
        bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
        if found := expand(text, self.citations.prefixes):
            return found
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", bare):
            if is_iri(bare) and ("//" in bare or bare.startswith("urn:")):
                return Iri(bare)
            prefix = bare.partition(":")[0]
            if "//" in bare or prefix in self.citations.prefixes:
                hint = "Percent-encode what may not stand in one, such as a blank as %20."
                raise UsageError(f"{text!r} is not an IRI.", hint=hint)
            raise UnknownNameError("prefix", prefix, self.citations.prefixes, see="Write the whole IRI.")
        namespace = old.value.removesuffix(local_name(old.value))
        is_end = bare and not set("/#") & set(bare) and not bare.startswith("_:")  # as of a blank node
        if not is_end or not is_iri(namespace + bare):
            hint = "Write the end of an IRI such as old-harbour, a name such as map:old-harbour, or an IRI."
            raise UsageError(f"{text!r} is neither an IRI nor the end of one.", hint=hint)
        return Iri(namespace + bare)

    def _refuse_begun(self, old: Iri, new: Iri) -> None:
        """Refuse what was done, or begun by a command that was ended between two files."""
        if not self._is_begun(old, new):
            return
        one, other = _short(old, self), _short(new, self)
        others = len(self._files.edited(_probe(old)).all) > 1  # than the file that says so
        if self._is_given_up(old.value) and not others and not self.citations.links_to(old):
            raise UsageError(f"{one} is {other} already.")
        message = f"{one} was to become {other}, and some files still name it."
        raise UsageError(message, hint=f"To finish that: `ogdkg merge {one} {other} --write`.")

    def _is_begun(self, old: Iri, new: Iri) -> bool:
        """Whether it is said already that one IRI replaces another: that is written before all else."""
        said = (each.triple for each in self.citations.statements_about(old))
        return any(each.predicate.value == REPLACED_BY and each.object == new for each in said)

    def _refuse_taken(self, old: Iri, new: Iri, instead: str) -> None:
        if old == new:
            raise UsageError(f"{_short(old, self)} has this IRI already.")
        if new.value in self.citations.prefixes.values() and not self.citations.statements_about(new):
            raise UsageError(f"<{new.value}> is a namespace.", hint="Write an end after it.")
        said = self.citations.statements_about(new)
        predicates = {each.triple.predicate.value for each in said}
        if predicates and predicates <= {REPLACED_BY, DEPRECATED}:
            hint = "An IRI is never used again, so that no old link leads to another thing. Choose another."
            raise UsageError(f"{_short(new, self)} was given up.", hint=hint)
        is_used = said or self.citations.links_to(new) or self._files.edited(_probe(new)).all
        if is_used:
            message = f"{_short(new, self)} is there already: {self.citations.label(new)}."
            raise UsageError(message, hint=f"To make one of the two: {instead}.")

    def _refuse_file_graph(self, old: Iri) -> None:
        for source in self.graph.files:
            layer = self.graph.project.layer(source.layer) if not self.graph.project.loose else None
            if layer and source.graph == old and "{stem}" in (layer.graph or ""):
                hint = f"Rename the file {shown_path(source.path)}."
                raise UsageError(f"{_short(old, self)} is named after its file.", hint=hint)

    def _namespace(self, text: str) -> str:
        prefixes = self.citations.prefixes
        if (prefix := text.removesuffix(":")) in prefixes:
            return prefixes[prefix]
        bare = text.strip("<>")
        if not is_iri(bare):
            raise UnknownNameError("prefix", prefix, prefixes, see="Write the whole namespace.")
        if not self._files.edited(Moves(namespace=(bare, bare + "renamed/"))).all:
            raise UnknownNameError("namespace", bare, prefixes.values())
        return bare

    def _new_namespace(self, text: str) -> str:
        prefixes = self.citations.prefixes
        if found := prefixes.get(text.removesuffix(":")):
            return found
        bare = text.strip("<>")
        # `place:` is an IRI, but is meant as a prefix.
        is_whole = "//" in bare or bare.startswith("urn:")
        if not is_whole or not is_iri(bare) or bare[-1] not in "/#:?=_-.":
            hint = "Write one that ends with / or #, such as https://example.org/place/."
            raise UsageError(f"{text!r} is no namespace.", hint=hint)
        return bare

    def _subjects(self, namespace: str) -> list[str]:
        rows = self.graph.select(_SUBJECTS.format(to_ntriples(Literal(namespace))), limited=False)
        return sorted({row[0].value for row in rows if isinstance(row[0], Iri)})

    def _moves(self, old: Iri, new: Iri) -> Moves:
        """The moves of a thing: with it go its parts, which are fragments of its IRI that it leads to."""
        exact = {old.value: new.value}
        waiting = [old]
        while waiting:
            for each in self.citations.statements_about(waiting.pop()):
                part = each.triple.object
                if (
                    isinstance(part, Iri)
                    and part.value.startswith(f"{old.value}#")
                    and part.value not in exact
                ):
                    exact[part.value] = new.value + part.value.removeprefix(old.value)
                    waiting.append(part)
        end = local_name(old.value)
        with suppress(UsageError):
            labels = {_text(s.triple.object) for s in self.citations.statements_about(old)}
            if end not in labels and resolve_name(self.citations, end) == old:
                return Moves(exact, ends={end: local_name(new.value)})
        return Moves(exact)

    # -- what it comes to ----------------------------------------------------------

    def _plan(
        self,
        moves: Moves,
        said: Mapping[str, list[str]],
        *,
        forget: bool,
        is_judged: bool = True,
        without: frozenset[Triple] = frozenset(),
    ) -> Plan:
        files = self._files.edited(moves, without)
        described = {each: new for each, new in said.items() if self.citations.statements_about(Iri(each))}
        if described and not forget:
            files = self._with_retired(files, described, keeps_descriptions=moves.keeps_descriptions)
        changed = difference_of(self.citations, files.rdf)
        faults = self._faults(files, moves) if is_judged else ()
        return Plan(files, changed, faults=faults, becomes=self._becoming(moves))

    def _becoming(self, moves: Moves) -> tuple[str, ...]:
        if moves.keeps_descriptions:
            return ()
        if moves.namespace:  # whole, as its prefix goes with it
            return (" becomes ".join(f"<{each}>" for each in moves.namespace) + ".",)
        pairs = (pair for pair in moves.exact.items() if pair[0] != pair[1])
        return tuple(" becomes ".join(_short(Iri(each), self) for each in pair) + "." for pair in pairs)

    def _with_retired(
        self, files: Edited, said: Mapping[str, list[str]], *, keeps_descriptions: bool
    ) -> Edited:
        if keeps_descriptions:
            said = {each: new for each, new in said.items() if not self._is_deprecated(each, new)}
            if not said:
                return files
        home = described_in(self._files.rdf, next(iter(said))) if keeps_descriptions else None
        home = home or home_of(self.graph, self._files.rdf, next(iter(said)))
        before = next((each for each in files.rdf if each.path == home.path), None)
        retired = with_retired(home, before, said)
        # The first, so that a command that is ended between two files can be finished.
        return Edited([retired, *(each for each in files.rdf if each is not before)], files.others)

    def _is_deprecated(self, iri: str, by: list[str]) -> bool:
        said = self.citations.statements_about(Iri(iri))
        values = {(s.triple.predicate.value, _text(s.triple.object)) for s in said}
        return (DEPRECATED, "true") in values and all((REPLACED_BY, each) in values for each in by)

    def _is_given_up(self, iri: str) -> bool:
        """Whether all that is said of an IRI is that another stands for it now."""
        said = {each.triple.predicate.value for each in self.citations.statements_about(Iri(iri))}
        return said == {DEPRECATED, REPLACED_BY}

    def _faults(self, files: Edited, moves: Moves) -> tuple[str, ...]:
        return tuple(new_faults(self.graph.project, self._files.rdf, files.all, moves))


def _probe(iri: Iri) -> Moves:
    """Moves by which to find out whether an IRI is named anywhere."""
    return Moves({iri.value: f"{iri.value}-moved"})


def _short(iri: Iri, names: Names) -> str:
    return compact(iri.value, names.citations.prefixes) or f"<{iri.value}>"


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
