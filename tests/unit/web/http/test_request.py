"""What a request asks, as it was sent."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from ogdkg.web.http.request import _decoded

PIECES = [
    "%",
    "=",
    "=3D",
    "%3D",
    "%0A",
    "%0d",
    "%C3%A9",
    "%2",
    "%zz",
    "a",
    "_",
    "+",
    " ",
    "\n",
    "\r\n",
    "=\n",
]


@given(st.lists(st.sampled_from(PIECES)))
def test_a_field_is_decoded_as_forms_are(pieces: list[str]) -> None:
    """What quoted-printable reads in its own way is not read so."""
    part = "".join(pieces).encode()
    assert _decoded(part) == unquote_to_bytes(part.replace(b"+", b" ")).decode()
