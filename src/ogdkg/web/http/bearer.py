"""The token of those who may write, https://www.rfc-editor.org/rfc/rfc6750."""

from __future__ import annotations

import hmac

from ogdkg.web.http.problems import HttpError

_SCHEME = "bearer "


def has_token(authorization: str | None, token: str) -> bool:
    """Whether an Authorization header has the token; takes as long for any that has not."""
    given = authorization or ""
    if given[: len(_SCHEME)].lower() != _SCHEME or not token:
        return False
    return hmac.compare_digest(given[len(_SCHEME) :].strip().encode(), token.encode())


def check_token(authorization: str | None, token: str) -> None:
    """Raise HttpError 401 where an Authorization header has not the token."""
    if not has_token(authorization, token):
        challenge = 'Bearer realm="ogdkg"' + (', error="invalid_token"' if authorization else "")
        detail = "Writing needs the token of this server."
        raise HttpError(
            401,
            detail,
            headers={"www-authenticate": challenge},
            hint="Send it as: Authorization: Bearer TOKEN",
        )
