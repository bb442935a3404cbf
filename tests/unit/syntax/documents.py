"""Random documents in Turtle and TriG, spelled in every legal way."""

from __future__ import annotations

from hypothesis import strategies as st

PROLOGUE = (
    "@prefix ex: <http://example.org/> .\nPREFIX : <http://example.org/id/>\n@base <http://base.org/a/b> .\n"
)

_letters = st.sampled_from("abzAZé漢\U0001d4b3_")
_inner = st.text(st.sampled_from("aZ09_-.é·:"), max_size=4)


def _spaces(required: bool = True) -> st.SearchStrategy[str]:
    choices = [" ", "\n", "\t ", "\r\n", " # a comment . \" ' <\n", "\n#\n"]
    return st.sampled_from(choices if required else ["", *choices])


_string_text = st.text(st.sampled_from("ab \\\"'#<>.;é𝒳{}@"), max_size=6)
_iris = st.one_of(
    st.text(st.sampled_from("ab/#?é"), max_size=5).map(
        lambda tail: f"<http://x.org/{tail.replace('#', '', 4)}#t>"
    ),
    st.sampled_from(
        ["<../c>", "<?q=1>", "<#f>", "<//h/p>", "<>", "<http://x.org/\\u00e9\\U0001D4B3>", "<urn:a:b>"]
    ),
)
_locals = st.one_of(
    st.just(""),
    st.builds(lambda first, rest: (first + rest).rstrip("."), _letters, _inner),
    st.sampled_from(
        ["1", "0a", "a\\-b", "%41x", "a\\,b", ":", "a:b", "\\~", "a.b", "x\\#y", "b\\'c", "true", "a"]
    ),
)
_names = st.builds(lambda prefix, local: f"{prefix}:{local}", st.sampled_from(["ex", ""]), _locals)
_labels = st.sampled_from(["_:a", "_:b0", "_:1", "_:a.b", "_:b1", "_:é-x"])
_verbs = st.one_of(_iris, _names, st.just("a"))


def _quoted(text: str, quote: str) -> str:
    body = text.replace("\\", "\\\\").replace(quote[0], "\\" + quote[0])
    return quote + body + quote


_strings = st.one_of(
    st.builds(_quoted, _string_text, st.sampled_from(['"', "'", '"""', "'''"])),
    st.sampled_from(
        ['"""a "quoted" ""x\n# no comment\n ex:s ex:p ex:o ."""', "'''it's\r\n'''", '"\\u00e9\\t\\n"', '""']
    ),
)
_literals = st.one_of(
    _strings,
    st.builds(lambda s, tag: s + tag, _strings, st.sampled_from(["@en", "@EN-gb", "@de-1996"])),
    st.builds(
        lambda s, gap, kind: f"{s}{gap}^^{gap}{kind}", _strings, st.sampled_from(["", " "]), _names | _iris
    ),
    st.sampled_from(["01", "-5", "+.5", "-.5", "1.5", "1e5", "1.e5", "+1.0E-3", "true", "false", "007.50"]),
)
_leaves = st.one_of(_iris, _names, _labels, _literals)


@st.composite
def _objects(draw: st.DrawFn, depth: int = 2) -> str:
    shape = draw(st.sampled_from(["leaf"] * 4 + ["node", "list", "anonymous"] if depth else ["leaf"]))
    if shape == "anonymous":
        return "[" + draw(st.sampled_from(["", " ", "\n"])) + "]"
    if shape == "node":
        return "[" + draw(_pairs(depth - 1)) + "]"
    if shape == "list":
        items = draw(st.lists(_objects(depth - 1), max_size=3))
        return "(" + "".join(draw(_spaces()) + item for item in items) + draw(_spaces()) + ")"
    return draw(_leaves)


@st.composite
def _pairs(draw: st.DrawFn, depth: int) -> str:
    """A list of predicates and objects."""
    pairs = []
    for _ in range(draw(st.integers(1, 3))):
        objects = draw(st.lists(_objects(depth), min_size=1, max_size=3))
        pairs.append(
            draw(_spaces())
            + draw(_verbs)
            + draw(_spaces())
            + (draw(_spaces()) + "," + draw(_spaces())).join(objects)
        )
    gap = draw(_spaces())
    more = draw(st.sampled_from(["", " ;", " ; ;"]))
    return f"{gap};{gap}".join(pairs) + more + gap


@st.composite
def _statements(draw: st.DrawFn) -> str:
    shape = draw(st.sampled_from(["plain"] * 4 + ["node", "list", "anonymous", "node alone"]))
    if shape == "node alone":
        return "[" + draw(_pairs(1)) + "]"
    if shape == "node":
        subject = "[" + draw(_pairs(1)) + "]"
    elif shape == "list":
        subject = "(" + draw(_spaces()) + draw(_objects(1)) + draw(_spaces()) + ")"
    else:
        subject = "[]" if shape == "anonymous" else draw(st.one_of(_iris, _names, _labels))
    return subject + draw(_spaces()) + draw(_pairs(2))


@st.composite
def turtle(draw: st.DrawFn) -> str:
    """A well-formed document in Turtle."""
    statements = draw(st.lists(_statements(), max_size=4))
    return (
        PROLOGUE
        + "".join(draw(_spaces(False)) + statement + " ." for statement in statements)
        + draw(_spaces(False))
    )


@st.composite
def trig(draw: st.DrawFn) -> str:
    """A well-formed document in TriG."""
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        statements = draw(st.lists(_statements(), max_size=3))
        label = draw(st.sampled_from(["", "ex:g", "GRAPH <#g>", "graph _:a", "[]", "<urn:g>", "_:b1"]))
        last = draw(st.sampled_from(["", " ."])) if statements else ""
        block = f"{label}{draw(_spaces())}{{{draw(_spaces(False))}" + " .\n".join(statements) + last + "}"
        parts.append(draw(st.sampled_from([block, draw(_statements()) + " ."])))
    return PROLOGUE + "\n".join(parts)


_few = st.sampled_from(["ex:a", "<#b>", "_:n1", "[ ]"])
_values = st.one_of(_few, st.sampled_from(['"x"@ar--rtl', "01", "'y'", "true"]))


def _inside(opening: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    closing = {"<<": ">>", "<<(": ")>>"}[opening]
    return st.tuples(*parts).map(lambda found: f"{opening} {' '.join(found)} # in\n{closing}")


_terms = _inside("<<(", _few, st.just("a"), _values)
_terms = st.one_of(_terms, _inside("<<(", _few, st.just("ex:p"), _terms))
_reifiers = st.sampled_from(["", "~", "~ ex:r", "~_:r"])
_reified = _inside("<<", _few, st.just("ex:p"), st.one_of(_values, _terms), _reifiers)
_reified = st.one_of(_reified, _inside("<<", _reified, st.just("a"), _reified, _reifiers))
_notes = st.lists(
    st.one_of(
        _reifiers,
        st.builds(
            lambda verb, value, rest: f"~ # a note\n{{| {verb} {value}{rest} |}}",
            st.sampled_from(["a", "ex:q"]),
            st.one_of(_values, _terms, _reified),
            st.sampled_from(["", " ;", " ; ex:z [ ex:q 1 ~ ex:r ]"]),
        ),
    ),
    max_size=3,
).map(" ".join)


@st.composite
def newer(draw: st.DrawFn) -> str:
    """A well-formed document in Turtle with what RDF 1.2 adds, of few terms.

    No block follows another of a named reifier, and no reifier is `[]`: the engine mistakes
    the first, and does not read the second.
    """
    text = draw(st.sampled_from(['VERSION "1.2"\n', "@version '1.2' .\n", ""])) + PROLOGUE
    for _ in range(draw(st.integers(1, 3))):
        subject = draw(st.one_of(_few, _reified))
        objects = st.one_of(_values, _terms, _reified, st.just("( 1 << ex:a a ex:b >> )"))
        said = " , ".join(draw(objects) + " " + draw(_notes) for _ in range(draw(st.integers(1, 2))))
        text += f"{subject} ex:p {said} .\n" if draw(st.booleans()) else f"{draw(_reified)} .\n"
    return text
