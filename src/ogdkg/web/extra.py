"""What is said where the packages that pages and the server need are not installed: the extra `serve`."""

from __future__ import annotations

from importlib.util import find_spec

from ogdkg.errors import UsageError


def not_installed(what: str) -> UsageError:
    """Return the error for missing packages.

    Args:
        what: What needs them.
    """
    hint = "Install them with: pip install 'ogdkg[serve]'"
    return UsageError(f"The packages for {what} are not installed.", hint=hint)


def need_templates(what: str) -> None:
    """Look for the package that pages are made with, before anything imports it.

    Args:
        what: What makes pages.

    Raises:
        UsageError: It is not installed.
    """
    if find_spec("jinja2") is None:
        raise not_installed(what)
