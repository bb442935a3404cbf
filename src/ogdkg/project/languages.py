"""The languages that a reader asks for, by `--lang` or by `[project] languages`."""

from __future__ import annotations

from collections.abc import Iterable

from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import UsageError
from ogdkg.rdf.labels import Languages, languages_of
from ogdkg.rdf.terms import is_language

_MOST = 5  # languages
_LONGEST = 35  # characters of a tag, as RFC 5646 advises (section 4.4.1)


def asked_languages(texts: Iterable[str], default: Languages = ()) -> Languages:
    """Return the languages that texts ask for, before those of the project.

    Args:
        texts: Language tags, or lists of them separated by commas.
        default: The languages of the project.

    Raises:
        UsageError: A text is not a language tag, or there are too many.
    """
    tags = [tag.strip() for text in texts for tag in text.split(",") if tag.strip()]
    for tag in tags:
        if not _is_tag(tag):
            raise UsageError(f"{tag!r} is not a language tag.", hint="Write it as fr or pt-BR.")
    if len(tags) > _MOST:
        raise UsageError(f"{len(tags)} languages are too many: at most {_MOST} are asked for.")
    return languages_of([*tags, *default])


def read_languages(document: ConfigFile) -> Languages:
    """Read `[project] languages`; InputError with the line of what is not a language tag."""
    at = ("project", "languages")
    tags = document.texts(*at)
    for index, tag in enumerate(tags):
        if not _is_tag(tag):
            hint = "Write it as fr or pt-BR."
            raise document.error(f"{tag!r} is not a language tag.", *at, index, hint=hint)
    if len(tags) > _MOST:
        raise document.error(f"A project has at most {_MOST} languages.", *at)
    return languages_of(tags)


def _is_tag(text: str) -> bool:
    return len(text) <= _LONGEST and is_language(text)
