"""To whom a secret is sent: to the origins that the user named, and in no way that others can read."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from ogdkg.errors import UsageError
from ogdkg.project.addresses import origin_of
from ogdkg.remote.credentials import Credentials

NAMED, OTHER = "https://e.example/sparql", "https://other.example/sparql"
OPEN = "http://e.example/sparql"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TOKEN", "USER", "PASSWORD", "ORIGINS"):
        monkeypatch.delenv(f"OGDKG_{name}", raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def _sent(credentials: Credentials, url: str) -> str:
    request = credentials(requests.Request("GET", url).prepare())
    found = request.headers.get("Authorization", "")
    return found if isinstance(found, str) else found.decode()


def test_a_token_goes_to_the_named_origin_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGDKG_TOKEN", "t0ken")
    credentials = Credentials(origin_of(NAMED))
    assert _sent(credentials, NAMED) == "Bearer t0ken"
    assert _sent(credentials, OTHER) == ""
    assert _sent(credentials, OPEN) == ""
    assert "you did not" in credentials.advice(OTHER)
    assert not credentials.log_in(NAMED, {"WWW-Authenticate": "Basic"})  # there is nothing else to try


def test_without_encryption_an_origin_must_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGDKG_TOKEN", "t0ken")
    credentials = Credentials(origin_of(OPEN))
    assert _sent(credentials, OPEN) == ""
    assert "anybody on the way could read it" in credentials.advice(OPEN)
    monkeypatch.setenv("OGDKG_ORIGINS", "http://e.example")
    assert _sent(Credentials(origin_of(OPEN)), OPEN) == "Bearer t0ken"
    assert _sent(Credentials(None), OPEN) == "Bearer t0ken"


def test_a_password_waits_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGDKG_USER", "me")
    monkeypatch.setenv("OGDKG_PASSWORD", "s3cret")
    credentials = Credentials(origin_of(NAMED))
    assert _sent(credentials, NAMED) == ""
    assert credentials.log_in(NAMED, {"WWW-Authenticate": 'Basic realm="r"'})
    assert _sent(credentials, NAMED) == "Basic bWU6czNjcmV0"
    assert not credentials.log_in(NAMED, {"WWW-Authenticate": 'Basic realm="r"'})  # it was refused
    assert not credentials.log_in(OTHER, {"WWW-Authenticate": 'Basic realm="r"'})
    assert credentials.hidden("s3cret and bWU6czNjcmV0") == "… and …"


def test_who_wants_a_digest_never_gets_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGDKG_USER", "me")
    monkeypatch.setenv("OGDKG_PASSWORD", "s3cret")
    credentials = Credentials(origin_of(OPEN))  # a digest may go over the open net
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="1", qop="auth"'}
    assert credentials.log_in(OPEN, challenge)
    assert _sent(credentials, OPEN).startswith('Digest username="me"') and "s3cret" not in _sent(
        credentials, OPEN
    )
    assert not credentials.log_in(OPEN, challenge)
    assert credentials.log_in(OPEN, {"WWW-Authenticate": challenge["WWW-Authenticate"].replace('"1"', '"2"')})
    assert not credentials.log_in(OPEN, {"WWW-Authenticate": 'Basic realm="r"'})


def test_the_users_file_has_a_password_for_a_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine e.example login me password s3cret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    credentials = Credentials(origin_of(NAMED))
    assert credentials.log_in(NAMED, {"WWW-Authenticate": "Basic"})
    assert _sent(credentials, NAMED) == "Basic bWU6czNjcmV0"


@pytest.mark.parametrize(
    ("variable", "text"), [("TOKEN", "a b"), ("TOKEN", "a\n"), ("USER", "a:b"), ("PASSWORD", "a\r\n")]
)
def test_what_cannot_be_sent_is_told_without_repeating_it(
    variable: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"OGDKG_{variable}", text)
    with pytest.raises(UsageError) as error:
        Credentials(None)
    assert f"OGDKG_{variable} cannot be sent" in str(error.value) and text not in str(error.value)


def test_a_key_in_an_address_is_a_secret_too() -> None:
    credentials = Credentials(origin_of(NAMED))
    credentials.hide(f"{NAMED}?key=abcdefgh1&format=json")
    assert credentials.hidden("no abcdefgh1 in json") == "no … in json"
