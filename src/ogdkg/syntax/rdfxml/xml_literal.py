"""XML literals (7.2.17): the content of an element in exclusive canonical form with comments.

RDF 1.1 leaves the form open; this one (Exclusive XML Canonicalization 1.0, no InclusiveNamespaces) is what
RDF 1.0 asked for and what the test suite has: it is whole by itself, whatever stands around it.
"""

from __future__ import annotations

from collections.abc import Callable

from ogdkg.syntax.rdfxml.vocabulary import XML, QName
from ogdkg.syntax.rdfxml.xml import XmlParser

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


class XmlLiteral:
    """Takes over the events within an element, until its end tag."""

    def __init__(self, parser: XmlParser, depth: int, done: Callable[[str], None]) -> None:
        """Take the events; `done` gets the end tag of the element, for which `text` is ready."""
        self._parser, self._depth, self._done = parser, depth, done
        self.text = ""
        self._written: list[str] = []
        self._names: list[tuple[str, list[tuple[str, str | None]]]] = []  # open elements, and what to undo
        self._spaces: dict[str, str] = {}  # namespaces written, by their prefixes
        expat = parser.expat
        parser.handle(self._start, self._end)
        expat.CharacterDataHandler = self._text
        expat.CommentHandler = self._comment
        expat.ProcessingInstructionHandler = self._instruction

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._parser.check_element(self._depth + len(self._names) + 1, attributes)
        element = QName.of(name)
        named = sorted((QName.of(each), value) for each, value in attributes.items())
        written = len(self._written)
        self._written.append(f"<{element}")
        undo = self._declare(element, [each for each, _ in named])
        self._written += (f' {each}="{value.translate(_VALUE)}"' for each, value in named)
        self._written.append(">")
        self._names.append((str(element), undo))
        self._parser.add(sum(map(len, self._written[written:])))

    def _declare(self, element: QName, attributes: list[QName]) -> list[tuple[str, str | None]]:
        """Write the namespaces that an element visibly uses, unless an outer one has; return what was."""
        used = {each.prefix: each.namespace for each in attributes if each.prefix}
        used[element.prefix] = element.namespace
        undo = []
        for prefix, namespace in sorted(used.items()):
            if self._spaces.get(prefix, "") != namespace and namespace != XML:
                value = namespace.translate(_VALUE)
                self._written.append(f' xmlns:{prefix}="{value}"' if prefix else f' xmlns="{value}"')
                undo.append((prefix, self._spaces.get(prefix)))
                self._spaces[prefix] = namespace
        return undo

    def _end(self, name: str) -> None:
        if not self._names:
            expat = self._parser.expat
            expat.CommentHandler = expat.ProcessingInstructionHandler = None
            self.text = "".join(self._written)
            self._done(name)
            return
        element, undo = self._names.pop()
        self._written.append(f"</{element}>")
        for prefix, namespace in undo:
            self._spaces[prefix] = namespace or ""

    def _text(self, text: str) -> None:
        self._written.append(text.translate(_TEXT))

    def _comment(self, text: str) -> None:
        self._written.append(f"<!--{text}-->")

    def _instruction(self, target: str, data: str) -> None:
        self._written.append(f"<?{target} {data}?>" if data else f"<?{target}?>")
