"""IRIs changed in SPARQL, and in the header of a stored query."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.renaming.edits import Edit
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.spelling import respelled
from ogdkg.sparql.tokens import Token, iri_of, tokens
from ogdkg.syntax.iri import is_absolute, resolve

_SILENT = ("space", "comment")


def query_edits(text: str, moves: Moves, known: Mapping[str, str]) -> list[Edit]:
    """Return the edits of a query.

    Args:
        text: The query.
        moves: What becomes of IRIs.
        known: The prefixes that it need not declare.
    """
    walk = _Walk(moves, known)
    words = [token for token in tokens(text) if token.kind not in _SILENT]
    at = 0
    while at < len(words):
        at += walk.take(words[at : at + 3])
    return walk.edits


class _Walk:
    """Walks over the tokens with what prefixes and base mean, before and after."""

    def __init__(self, moves: Moves, known: Mapping[str, str]) -> None:
        self.edits: list[Edit] = []
        self._moves = moves
        self._prefixes = dict(known)
        self._after = {prefix: moves.of_namespace(iri) or iri for prefix, iri in known.items()}
        self._base: str | None = None
        self._base_after: str | None = None

    def take(self, words: list[Token]) -> int:
        """Take a token, or a declaration; return how many tokens that are."""
        first = words[0]
        if first.is_word("PREFIX") and len(words) > 2 and (words[1].kind, words[2].kind) == ("name", "iri"):
            self._declare(words[1].text[:-1], words[2])
            return 3
        if first.is_word("BASE") and len(words) > 1 and words[1].kind == "iri":
            self._declare(None, words[1])
            return 2
        if first.kind in ("iri", "name"):
            self._node(first)
        return 1

    def _declare(self, prefix: str | None, token: Token) -> None:
        meant = self._iri(token, self._prefixes, self._base) or token.text[1:-1]
        moved = self._moves.of_namespace(meant)
        if moved:
            self._edit(token, respelled(token.text, moved, {}, self._base_after))
        if prefix is None:
            self._base, self._base_after = meant, moved or meant
        else:
            self._prefixes[prefix], self._after[prefix] = meant, moved or meant

    def _node(self, token: Token) -> None:
        was = self._iri(token, self._prefixes, self._base)
        if was is None:
            return
        becomes = self._moves.successor(was) or was
        if self._iri(token, self._after, self._base_after) != becomes:
            self._edit(token, respelled(token.text, becomes, self._after, self._base_after))

    def _edit(self, token: Token, text: str) -> None:
        self.edits.append(Edit(token.start, token.start + len(token.text), text))

    @staticmethod
    def _iri(token: Token, prefixes: Mapping[str, str], base: str | None) -> str | None:
        if token.kind == "iri" and base and not is_absolute(token.text[1:-1]):
            return resolve(token.text[1:-1], base)
        return iri_of(token, prefixes)
