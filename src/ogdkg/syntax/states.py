"""The grammar of Turtle and TriG as states: a method takes a token and returns the method for the next one.

Open brackets are kept on a list, not on Python's stack, so depth knows no limit. A statement is found as
soon as its object is known. The methods stand in the order of a statement: subject, verb, object, the rest.
"""

from __future__ import annotations

from typing import NoReturn

from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Blank, Iri, Literal, Subject, Term, TripleTerm
from ogdkg.syntax.grammar import LITERAL_PARTS
from ogdkg.syntax.model import RDF_FIRST, RDF_NIL, RDF_REST, Statement
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.triples import SUBJECTS, State, TripleStates

TERMS = ("iri", "name", "blank", "literal", "number")
_STOP_HINT = "A statement ends with a full stop; `;` and `,` go on with it."


class _Outer(NamedTuple):
    """What goes on once a bracket closes: `then` is the next state, `after` that after each object."""

    subject: Subject
    subject_at: int
    predicate: Iri
    predicate_at: int
    object: Term
    after: State
    closing: bytes
    then: State
    at: int


class States(TripleStates):
    """Where the reader stands in the grammar. `expects` tells which plain statement might come next."""

    def __init__(self, names: NameTable, format: str) -> None:
        super().__init__()
        self.names = names
        self.source = names.source
        self._format = format
        self.graphs = format == "trig"
        self.quads = format == "nquads"
        self.directives = format in ("turtle", "trig")
        self.in_block = False
        self.graph_at = 0  # where the name of the open block stands, or its brace
        self.graph: Subject | None = None
        self.subject: Subject = RDF_NIL
        self.subject_at = 0
        self.predicate: Iri = RDF_NIL
        self.predicate_at = 0
        self.object: Term = RDF_NIL
        self.found: list[Statement] = []
        self.expects: bytes | None = None
        self.done = False
        self._outer: list[_Outer] = []
        self._closing = b"]"
        self._bracket_at = 0
        self._directive = ""
        self._anonymous = 0
        self._label = ""
        self.state = self.start_statement()

    def start_statement(self) -> State:
        """The state before a subject, at the top of the document or of a graph's block."""
        self.expects = b"."
        self._after: State = self.after_object
        return self.subject_or_directive

    # -- subject ---------------------------------------------------------------

    def subject_or_directive(self, kind: str, raw: bytes, at: int) -> State:
        """Before a statement: `directive | triples | block` (Turtle, 6.5; TriG, 4.5)."""
        self.subject_at = self._bracket_at = at
        if kind in SUBJECTS:
            self.subject = self.names.node(raw, at)
            return self.verb_or_block
        if raw == b"[":
            self.subject = self._blank_node()
            return self.node_as_subject
        if raw == b"(":
            return self.list_as_subject
        if raw == b"<<" and self.directives:
            return self.open_reified(at, self._reified_as_subject)
        if kind == "tag" or kind == "word":
            return self._start_directive(raw, at)
        return self._mark_outside(kind, raw, at)

    def node_as_subject(self, kind: str, raw: bytes, at: int) -> State:
        """After `[` as a subject: `]`, or the properties of the node (`blankNodePropertyList`)."""
        if raw == b"]":
            return self.verb_or_block
        self._open(self.after_node_as_subject)
        return self.verb(kind, raw, at)

    def _reified_as_subject(self, reifier: Term, _: int) -> State:
        assert not isinstance(reifier, Literal | TripleTerm), "a reified triple stands for its reifier"
        self.subject = reifier
        return self.after_node_as_subject

    def list_as_subject(self, kind: str, raw: bytes, at: int) -> State:
        """After `(` as a subject: `)` of an empty list, or its first item (`collection`)."""
        if raw == b")":
            self.subject = RDF_NIL
            return self.verb
        self.subject = self._blank_node()
        return self._first_item(self.verb)(kind, raw, at)

    def _mark_outside(self, kind: str, raw: bytes, at: int) -> State:
        """The marks that may stand between statements, and the end of the document."""
        if raw == b"{" and self.graphs and not self.in_block:
            return self._open_block(None)
        if raw == b"}" and self.in_block:
            return self._close_block()
        if kind == "end" and not self.in_block:
            self.done = True
            return self.subject_or_directive
        return self._unexpected(
            "a subject", kind, raw, at, "A subject is an IRI, a prefixed name or a blank node."
        )

    # -- verb ------------------------------------------------------------------

    def verb(self, kind: str, raw: bytes, at: int) -> State:
        """A predicate (`verb`): an IRI, a name, or `a` for rdf:type."""
        if kind != "iri" and kind != "name" and raw != b"a":
            self._unexpected("a predicate", kind, raw, at, "A predicate is an IRI, a prefixed name or `a`.")
        self.predicate, self.predicate_at = self.names.predicate(raw, at), at
        return self.object_

    def verb_or_block(self, kind: str, raw: bytes, at: int) -> State:
        """After a subject that may turn out to be the name of a graph (TriG, 2.2)."""
        if raw == b"{" and self.graphs and not self.in_block:
            return self._open_block(self.subject)
        return self.verb(kind, raw, at)

    def after_node_as_subject(self, kind: str, raw: bytes, at: int) -> State:
        """After `[ … ]` as a subject, of which nothing more need be said (`triples`)."""
        return self._ended(raw) or self.verb(kind, raw, at)

    def verb_or_stop(self, kind: str, raw: bytes, at: int) -> State:
        """After `;`, which may stand there more than once, and last (Turtle, 2.2)."""
        if raw == b";":
            return self.verb_or_stop
        return self._ended(raw) or self.verb(kind, raw, at)

    def verb_or_close(self, kind: str, raw: bytes, at: int) -> State:
        """After `;` between brackets."""
        if raw == b";":
            return self.verb_or_close
        return self._close() if raw == self._closing else self.verb(kind, raw, at)

    # -- object ----------------------------------------------------------------

    def object_(self, kind: str, raw: bytes, at: int) -> State:
        """An object: a term, `[`, `(`, or a triple of RDF 1.2."""
        if kind in TERMS or raw in (b"true", b"false"):
            self._find(self.names.term(raw, at), at)
            return self._after
        self._bracket_at = at
        if raw == b"[":
            return self.node_as_object
        if raw == b"(":
            return self.list_as_object
        if raw == b"<<(":
            return self.open_triple_term(at, self._inner_as_object)
        if raw == b"<<" and self.directives:
            return self.open_reified(at, self._inner_as_object)
        return self._unexpected("an object", kind, raw, at, "An object is a term, `[ … ]` or `( … )`.")

    def node_as_object(self, kind: str, raw: bytes, at: int) -> State:
        """After `[` as an object: `]`, or what is said of the node (`blankNodePropertyList`)."""
        node = self._blank_node()
        self._find(node, self._bracket_at)
        if raw == b"]":
            return self._after
        self._open(self._after)
        self.subject, self.subject_at = node, self._bracket_at
        return self.verb(kind, raw, at)

    def _inner_as_object(self, term: Term, at: int) -> State:
        self._find(term, at)
        return self._after

    def list_as_object(self, kind: str, raw: bytes, at: int) -> State:
        """After `(` as an object: `)` of an empty list, or its first item (`collection`)."""
        if raw == b")":
            self._find(RDF_NIL, self._bracket_at)
            return self._after
        cell = self._blank_node()
        self._find(cell, self._bracket_at)
        first = self._first_item(self._after)
        self.subject = cell
        return first(kind, raw, at)

    # -- what follows an object ------------------------------------------------

    def after_object(self, kind: str, raw: bytes, at: int) -> State:
        """After an object: `,` or `;`, a graph in N-Quads, an annotation of RDF 1.2, or the end."""
        if raw == b"," or raw == b";":
            return self.after_mark(raw)
        if self.quads and kind in SUBJECTS:
            self.found[-1] = self.found[-1]._replace(graph=self.names.node(raw, at))
            return self.stop
        if noted := self.annotation(raw, at):
            return noted
        return self._ended(raw) or self._unexpected("a semicolon or a full stop", kind, raw, at, _STOP_HINT)

    def after_mark(self, mark: bytes) -> State:
        """The state after a plain statement that ended with a mark."""
        self.expects = mark
        if mark == b".":
            return self.start_statement()
        return self.object_ if mark == b"," else self.verb_or_stop

    def stop(self, kind: str, raw: bytes, at: int) -> State:
        """The full stop of a statement or a directive that can have nothing more."""
        if raw != b".":
            self._unexpected("a full stop", kind, raw, at, _STOP_HINT)
        return self.start_statement()

    def after_object_of_node(self, kind: str, raw: bytes, at: int) -> State:
        """After an object between brackets: `,` or `;`, an annotation, or the bracket that closes."""
        if raw == b",":
            return self.object_
        if raw == b";":
            return self.verb_or_close
        if raw == self._closing:
            return self._close()
        if noted := self.annotation(raw, at):
            return noted
        return self._unexpected(
            f"`{self._closing.decode()}`",
            kind,
            raw,
            at,
            "Between brackets, `;` and `,` part what is said of the node.",
        )

    def after_item(self, kind: str, raw: bytes, at: int) -> State:
        """After an item of a collection, where the rest of its cell becomes known (Turtle, 2.8)."""
        self.predicate = RDF_REST
        if raw == b")":
            self._find(RDF_NIL, at)
            return self._close()
        if kind == "end":
            self._unexpected("`)`", kind, raw, at, "Close the collection.")
        cell = self._blank_node()
        self._find(cell, at)
        self.subject, self.subject_at, self.predicate, self.predicate_at = cell, at, RDF_FIRST, at
        return self.object_(kind, raw, at)

    def _ended(self, raw: bytes) -> State | None:
        """The state after the mark that ends a statement, if it is one."""
        if raw == b".":
            return self.start_statement()
        return self._close_block() if raw == b"}" and self.in_block else None

    # -- brackets and blocks ---------------------------------------------------

    def _open(self, then: State, closing: bytes = b"]") -> None:
        outer = _Outer(
            self.subject, self.subject_at, self.predicate, self.predicate_at, self.object,
            self._after, self._closing, then, self._bracket_at,
        )  # fmt: skip
        self._outer.append(outer)
        self._after, self._closing = self.after_object_of_node, closing

    def _first_item(self, then: State) -> State:
        """Open a collection whose first cell, the subject-to-be, stands at its bracket."""
        self._open(then, b")")
        self._after = self.after_item
        self.subject_at = self.predicate_at = self._bracket_at
        self.predicate = RDF_FIRST
        return self.object_

    def _close(self) -> State:
        (
            self.subject, self.subject_at, self.predicate, self.predicate_at, self.object,
            self._after, self._closing, then, _,
        ) = self._outer.pop()  # fmt: skip
        self._reifier = None
        return then

    def _open_block(self, graph: Subject | None) -> State:
        self.graph, self.in_block, self.graph_at = graph, True, self.subject_at
        return self.start_statement()

    def _close_block(self) -> State:
        self.graph, self.in_block = None, False
        return self.start_statement()

    def block_label(self, kind: str, raw: bytes, at: int) -> State:
        """After the word GRAPH."""
        if raw == b"[":
            self.subject = self._blank_node()
            return self.block_label_end
        if kind not in SUBJECTS:
            self._unexpected("the name of a graph", kind, raw, at, "Write `GRAPH name { … }`.")
        self.subject = self.names.node(raw, at)
        return self.block_start

    def block_label_end(self, kind: str, raw: bytes, at: int) -> State:
        """After `GRAPH [`: the bracket that closes, since such a name is bare (TriG, 4.5)."""
        if raw != b"]":
            self._unexpected("`]`", kind, raw, at, "A graph's name may be `[]`, with nothing in it.")
        return self.block_start

    def block_start(self, kind: str, raw: bytes, at: int) -> State:
        """After `GRAPH` and a name: the brace."""
        if raw != b"{":
            self._unexpected("`{`", kind, raw, at, "Write `GRAPH name { … }`.")
        return self._open_block(self.subject)

    # -- directives ------------------------------------------------------------

    def _start_directive(self, raw: bytes, at: int) -> State:
        """`@prefix` and `@base` in lower case with a full stop, PREFIX and BASE in any case without."""
        word = raw.decode() if raw[:1] == b"@" else raw.decode().lower()
        if word == "graph" and self.graphs and not self.in_block:
            return self.block_label
        if raw == b"VERSION" and not self.directives:  # of N-Triples and N-Quads, without others
            return self.version
        names = ("@prefix", "@base", "@version", "prefix", "base", "version")
        if self.in_block or not self.directives or word not in names:
            hint = "Names need a prefix and a colon; directives stand outside graphs."
            self._unexpected("a subject", "word", raw, at, hint)
        self._directive = word
        if word.endswith("version"):
            return self.version
        return self.prefix_name if word.endswith("prefix") else self.base_iri

    def version(self, kind: str, raw: bytes, at: int) -> State:
        """The string of `VERSION` (RDF 1.2 Turtle, 2.12), which is taken as it is."""
        parts = LITERAL_PARTS.fullmatch(raw) if kind == "literal" else None
        if parts is None or parts["tag"] or parts["datatype"] or raw[:3] in (b'"""', b"'''"):
            self._unexpected("a version", kind, raw, at, 'Write `VERSION "1.2"`.')
        self.names.term(raw, at)
        return self.stop if self._directive == "@version" else self.start_statement()

    def prefix_name(self, kind: str, raw: bytes, at: int) -> State:
        """After `@prefix` or PREFIX: the prefix with its colon."""
        if kind != "name":
            self._unexpected("a prefix", kind, raw, at, "Write `@prefix name: <…> .`")
        self._prefix = self.names.prefix(raw, at)
        return self.prefix_iri

    def prefix_iri(self, kind: str, raw: bytes, at: int) -> State:
        """The namespace of a prefix; only `@prefix` ends with a full stop (Turtle, 2.4)."""
        if kind != "iri":
            self._unexpected("an IRI", kind, raw, at, "Write `@prefix name: <…> .`")
        self.names.declare(self._prefix, self.names.iri(raw, at))
        return self.stop if self._directive == "@prefix" else self.start_statement()

    def base_iri(self, kind: str, raw: bytes, at: int) -> State:
        """The base IRI, relative to the one before; only `@base` ends with a full stop (Turtle, 2.4)."""
        if kind != "iri":
            self._unexpected("an IRI", kind, raw, at, "Write `@base <…> .`")
        self.names.set_base(self.names.iri(raw, at))
        return self.stop if self._directive == "@base" else self.start_statement()

    # -- what is found ---------------------------------------------------------

    def _find(self, object_: Term, at: int) -> None:
        self.object, self._reifier = object_, None
        self.found.append(
            Statement(
                self.subject, self.predicate, object_, self.graph,
                self.subject_at, self.predicate_at, at, self.source,
            )
        )  # fmt: skip

    def is_anonymous(self, node: Blank) -> bool:
        """Whether a node stands in the document as `[ … ]` or a cell of `( … )`, without a label."""
        return bool(self._label) and node.label.startswith(self._label)

    def _blank_node(self) -> Blank:
        """A blank node whose label the document does not use."""
        if not self._label:
            self._label = "b"
            while self.source.data.find(f"_:{self._label}".encode()) >= 0:
                self._label += "b"
        self._anonymous += 1
        return Blank(f"{self._label}{self._anonymous}")

    def _unexpected(self, expected: str, kind: str, raw: bytes, at: int, hint: str) -> NoReturn:
        from ogdkg.syntax.complaints import Trouble, complaint  # only for a broken file

        since = self.subject_at if self.subject_at <= at else self.source.start
        bracket = (self._closing, self._outer[-1].at) if self._outer else None
        graph_at = self.graph_at if self.in_block else None
        raise complaint(
            Trouble(self.source, self._format, expected, hint, kind, raw, at, since, graph_at, bracket)
        )
