"""Errors as problem details, https://www.rfc-editor.org/rfc/rfc9457."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from ogdkg.errors import InputError, LimitError, OgdkgError, StoreError, UsageError

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request",
    401: "Not authorised",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Too slow",
    409: "Conflict",
    410: "Gone",
    411: "Length required",
    412: "Precondition failed",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    421: "Another server",
    422: "Unknown value",
    429: "Too many requests",
    431: "Header too large",
    500: "Internal error",
    501: "Not implemented",
    502: "The store failed",
    503: "Busy",
    504: "Too slow",
    507: "No space left",
}


PAGE_TYPE = "text/html; charset=utf-8"
PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{base}/assets/ogdkg.css">
<link rel="icon" href="data:,">
</head>
<body>
<main id="main" class="wrap">
<h1>{title}</h1>
<p class="lede">{detail} {hint}</p>
<p><a href="{base}/">To the first page</a></p>
</main>
</body>
</html>
"""


class HttpError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: The status code.
        detail: What went wrong, in a sentence.
        members: Further members of the problem, such as `line`.
        headers: Further headers of the answer.
    """

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.members = members
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        """What went wrong, in a word or two."""
        return _TITLES.get(self.status, "Error")

    def body(self) -> bytes:
        """Return the problem as JSON."""
        told = {"title": self.title, "status": self.status, "detail": self.detail}
        return (json.dumps(told | self.members, ensure_ascii=False) + "\n").encode()

    def page(self, base: str) -> bytes:
        """Return the problem as a page for people, of whoever has no graph and no templates at hand.

        Args:
            base: The address of the server, without a slash at the end.
        """
        hint = self.members.get("hint") or ""
        text = _PAGE.format(
            base=escape(base), title=escape(self.title), detail=escape(self.detail), hint=escape(hint)
        )
        return text.encode()


def problem_of(error: OgdkgError | HttpError) -> HttpError:
    """Return the problem for an error of ours, with its place in the query and its hint; one stays itself."""
    if isinstance(error, HttpError):
        return error
    members: dict[str, Any] = {}
    if error.place and error.place.line:
        members["line"] = error.place.line
        if error.place.column:
            members["column"] = error.place.column
    if error.hint:
        members["hint"] = error.hint
    return HttpError(_status(error), error.message, **members)


def _status(error: OgdkgError) -> int:
    if isinstance(error, LimitError | InputError):
        return 400
    if isinstance(error, UsageError):
        return 422
    return 502 if isinstance(error, StoreError) else 500
