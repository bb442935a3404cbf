"""What a new project is to be: its names, its namespace and its languages, each checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ogdkg.errors import UsageError
from ogdkg.importing.values import slug
from ogdkg.rdf.terms import is_iri
from ogdkg.text.slips import quoted

MOST_LANGUAGES = 5  # as of `[project] languages`
_LONGEST = 60  # characters of a name
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TAG = re.compile(  # RFC 5646, section 2.1: langtag; no primary subtag of four letters or more exists
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE,
)


class Plan(NamedTuple):
    """What a new project is to be.

    Attributes:
        name: Its short name.
        title: Its title.
        namespace: The beginning of its IRIs.
        languages: The languages of its texts, the preferred one first.
        with_passages: Whether its facts are cited from a document.
        things: What to call one of its things, by language.
    """

    name: str
    title: str
    namespace: str
    languages: tuple[str, ...]
    with_passages: bool = False
    things: Mapping[str, str] = {}

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes of its own IRIs."""
        if not self.namespace.endswith(
            "/"
        ):  # everything in one namespace, told apart by the beginning of its name
            return {
                "ns": self.namespace,
                "id": f"{self.namespace}id-",
                "shape": f"{self.namespace}shape-",
                "graph": f"{self.namespace}graph-",
            }
        return {
            "ns": f"{self.namespace}ns#",
            "id": f"{self.namespace}id/",
            "shape": f"{self.namespace}shapes/",
            "graph": f"{self.namespace}graph/",
        }


def checked_name(text: str) -> str:
    """Return a short name; UsageError for one that is no slug."""
    if not _SLUG.fullmatch(text) or len(text) > _LONGEST:
        hint = f"Write {slug_of(text) or 'bridges'}: lower-case letters, digits and hyphens, a letter first."
        raise UsageError(f"{quoted(text)} cannot be the name of a project.", hint=hint)
    return text


def slug_of(text: str) -> str:
    """The nearest slug to a text; empty where it has no letters of ASCII."""
    return slug(text.replace("_", "-")).lstrip("0123456789-")[:_LONGEST].rstrip("-")


def checked_title(text: str) -> str:
    """Return a title; UsageError for one that is no line of text."""
    if not text.strip() or not text.isprintable():
        raise UsageError("A title is one line of text.", hint="Write it as: Bridges of two rivers")
    return text.strip()


def checked_namespace(text: str) -> str:
    """Return the beginning of a project's IRIs; UsageError for what cannot begin any."""
    text = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if not is_iri(text) or not re.match(r"(?:https?://[^/?#]+/|(?!https?:)[^:]+:.)", text, re.IGNORECASE):
        hint = "Write an address that is yours, as https://example.org/bridges/"
        raise UsageError(f"{quoted(text)} is not an absolute IRI.", hint=hint)
    if text[-1] not in "/#:":
        hint = f"End it with / or #, as {text}/"
        raise UsageError(f"{quoted(text)} does not end where the names of things can begin.", hint=hint)
    return text


def checked_languages(texts: Iterable[str]) -> tuple[str, ...]:
    """Return language tags in their usual spelling (RFC 5646, section 2.1.1); UsageError for what is none."""
    tags = [_checked_tag(tag.strip()) for text in texts for tag in text.split(",") if tag.strip()]
    tags = list(dict.fromkeys(tags))
    if not tags:
        raise UsageError("A project needs a language.", hint="Write it as en, or several as fr,en.")
    if len(tags) > MOST_LANGUAGES:
        raise UsageError(
            f"A project has at most {MOST_LANGUAGES} languages.", hint="Name the most important."
        )
    return tuple(tags)


def _checked_tag(text: str) -> str:
    found = _TAG.fullmatch(text)
    if not found:
        raise UsageError(
            f"{quoted(text)} is not a language tag (BCP 47).", hint="Write it as en, pt-BR or sr-Latn."
        )
    parts = [found["language"].lower(), (found["script"] or "").title(), (found["region"] or "").upper()]
    return "-".join(filter(None, parts)) + found["rest"].lower()


def checked_things(texts: Iterable[str], languages: tuple[str, ...]) -> dict[str, str]:
    """Return what to call one thing by language, from words such as `bridge` or `Brücke@de`.

    Raises:
        UsageError: A word is empty, in a language that the project has not, or the second one of a language.
    """
    found: dict[str, str] = {}
    for text in texts:
        word, at, tag = text.rpartition("@")
        word, tag = (word, _checked_tag(tag)) if at else (text, languages[0])
        if tag not in languages:
            hint = f"Its languages: {', '.join(languages)}."
            raise UsageError(f"The project has no language {quoted(tag)}.", hint=hint)
        if not word.strip() or not word.isprintable() or len(word) > _LONGEST:
            raise UsageError(
                f"{quoted(word)} is no word for a thing.", hint="Write it as bridge, or Brücke@de."
            )
        if tag in found:
            hint = "Write the language of each after it, as Brücke@de."
            raise UsageError(f"Two words are of the language {tag}: {found[tag]}, {word.strip()}.", hint=hint)
        found[tag] = word.strip()
    return found
