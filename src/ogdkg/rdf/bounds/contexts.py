"""What the contexts of a JSON-LD document cost its processor, told from the brackets of the document.

A processor copies the terms in force whenever it applies a context: at each context in the document, and for
a term or a type with a context of its own (JSON-LD 1.1, section 4.1.8), at each value. Such a context is read
anew each time. So a hundred kilobytes may cost minutes.
"""

from __future__ import annotations

import re
from itertools import accumulate

from ogdkg.lean import NamedTuple

MARK, OPEN, CLOSE = "\x01", "[{", "]}"  # a mark stands for the keyword @context
COPIED, READ = 0.11, 1.6  # microseconds for a term, as pyoxigraph takes them
_STEPS = {**dict.fromkeys(OPEN, 1), **dict.fromkeys(CLOSE, -1), ",": 0, ":": 0}
_FLAT = re.compile(r":?\{([:,]*)\}")  # a context as most are
_DEFINITION, _LIST, _CONTEXT = range(3)


class _Open(NamedTuple):
    """A bracket within a context: what it opens, and the terms and contexts before it if that has a scope."""

    kind: int
    before: tuple[int, int] | None


class ContextCost:
    """Adds up microseconds, piece by piece: signs are brackets, commas, colons and marks outside strings."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._values = 0
        self._terms = self._own = self._contexts = 0  # of the outermost context so far; own: not scoped
        self._scopes = 0  # how many scoped contexts are open
        self._widest = self._scoped_terms = self._scoped_contexts = 0  # the most in force; in one scoped one
        self._in_force: list[tuple[int, int]] = []  # depths of the objects with a context, and terms in force
        self._inside: list[int] = []  # by depth: the contexts met so far in the object that is open there
        self._depth = 0
        self._open: list[_Open] = []  # brackets of the context that is being read
        self._is_next = False  # whether the value of a mark comes next

    @property
    def microseconds(self) -> float:
        """What the contexts cost so far, at most."""
        if not self._scoped_contexts:
            return self._spent
        copied = (self._widest + self._scoped_terms) * self._scoped_contexts
        return self._spent + self._values * (COPIED * copied + READ * self._scoped_terms)

    def see(self, signs: str) -> None:
        """Go on with the next signs."""
        self._values += signs.count(",") + signs.count("[") + signs.count("{")
        at = 0
        while at < len(signs):
            if self._is_next or self._open:
                at = self._read(signs, at)
                continue
            found = signs.find(MARK, at)
            end = found if found >= 0 else len(signs)
            self._pass(signs[at:end])
            self._is_next = found >= 0
            at = end + 1

    def _pass(self, signs: str) -> None:
        """Follow the depth through signs without a context."""
        depths = list(accumulate(map(_STEPS.__getitem__, signs), initial=self._depth))
        self._leave(max(min(depths), 0))
        self._depth = max(depths[-1], 0)

    def _leave(self, depth: int) -> None:
        """Forget the objects that have ended above a depth; what they held is in those around them."""
        self._depth = depth
        while self._in_force and self._in_force[-1][0] > self._depth:
            self._in_force.pop()
        if len(self._inside) > self._depth + 1:
            inner = sum(self._inside[self._depth + 1 :])
            del self._inside[self._depth + 1 :]
            self._inside[self._depth] += inner

    def _read(self, signs: str, at: int) -> int:
        """Go through a context; where it, or the piece, ends."""
        if not self._open and (flat := _FLAT.match(signs, at)):
            self._terms = self._own = flat[1].count(":")
            self._contexts = 1
            self._finish()
            return flat.end()
        for place in range(at, len(signs)):
            sign = signs[place]
            if sign in OPEN:
                self._opened(sign)
            elif sign in CLOSE and not self._open:  # the value of the mark has no brackets
                self._finish()
                return place
            elif sign in CLOSE:
                if self._is_next:
                    self._plain_scope()
                self._closed(self._open.pop())
                if not self._open:
                    self._finish()
                    return place + 1
            elif sign == MARK:
                self._is_next = True
            elif sign == "," and self._is_next:
                if not self._open:
                    self._finish()
                    return place + 1
                self._plain_scope()
            elif sign == ":" and self._open and self._open[-1].kind == _CONTEXT:
                self._terms += 1
                self._own += not self._scopes
        return len(signs)

    def _plain_scope(self) -> None:
        """Note a scoped context without brackets: null, which forgets all terms."""
        self._is_next = False
        self._contexts += 1
        self._scoped_contexts = max(self._scoped_contexts, 1)

    def _opened(self, sign: str) -> None:
        is_listed = bool(self._open) and self._open[-1].kind == _LIST
        if not (self._is_next or is_listed):
            self._open.append(_Open(_DEFINITION, None))
            return
        has_scope = self._is_next and bool(self._open)
        before = (self._terms, self._contexts) if has_scope else None
        self._scopes += has_scope
        self._contexts += 1
        self._is_next = False
        self._open.append(_Open(_LIST if sign == "[" else _CONTEXT, before))

    def _closed(self, bracket: _Open) -> None:
        if bracket.before is not None:
            terms, contexts = bracket.before
            self._scopes -= 1
            self._scoped_terms = max(self._scoped_terms, self._terms - terms)
            self._scoped_contexts = max(self._scoped_contexts, self._contexts - contexts)

    def _finish(self) -> None:
        """Account for a context that has been read, in the object at the depth where we are."""
        before = self._in_force[-1][1] if self._in_force else 0
        self._contexts = max(self._contexts, 1)  # null has no brackets
        terms = before + self._own
        self._inside += [0] * (self._depth + 1 - len(self._inside))
        # Contexts that came before this one, in its own object, are applied to its terms all the same.
        self._spent += COPIED * (
            (before + self._terms) * self._contexts + self._own * self._inside[self._depth]
        )
        self._inside[self._depth] += self._contexts
        if self._in_force and self._in_force[-1][0] == self._depth:
            self._in_force.pop()
        self._in_force.append((self._depth, terms))
        self._widest = max(self._widest, terms)
        self._terms = self._own = self._contexts = self._scopes = 0
        self._is_next = False
