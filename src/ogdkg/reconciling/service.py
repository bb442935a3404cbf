"""A client of the Reconciliation Service API, versions 0.1 and 0.2: a service offers things for names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any
from urllib.parse import quote, urlencode

from ogdkg.errors import StoreError, UsageError
from ogdkg.project.addresses import address_fault
from ogdkg.rdf.terms import is_iri
from ogdkg.reconciling.offers import MOST, Offer
from ogdkg.remote.credentials import NoCredentials
from ogdkg.remote.http import Http, HttpRequest
from ogdkg.text.escape import one_line

_MEGABYTES = 20  # of an answer
_USUAL_BATCH, _MOST_BATCH = 25, 50  # names
_MOST_OFFERS = 50  # of a name that are read
_LONGEST = 1_000  # letters of a name or an identifier
_KNOWN_VERSIONS = ("0.1", "0.2")
_JSON = ("application/json", "text/json")
_WHAT = "a reconciliation service"


class Service:
    """A reconciliation service.

    Args:
        address: Its address.
        kind: The identifier of a type, to ask only for its things; or nothing.
        seconds: The time limit of each request; None for no limit.

    Raises:
        UsageError: The address is none of a server.
        StoreError: It does not answer, or not as a service.
    """

    is_own = False

    def __init__(self, address: str, kind: str = "", seconds: float | None = None) -> None:
        if fault := address_fault(address):
            hint = "Give the address of a reconciliation service, or . for the things of this project."
            raise UsageError(f"--with: {fault}", hint=hint)
        self.address, self._kind = address, kind
        self._http = Http(seconds, _MEGABYTES, NoCredentials())
        manifest = self._manifest()
        self.title = _clean(manifest.get("name")) or address
        self._space = manifest["identifierSpace"] if isinstance(manifest.get("identifierSpace"), str) else ""
        size = manifest.get("batchSize")
        is_number = isinstance(size, int) and not isinstance(size, bool) and size > 0
        self.batch = min(size, _MOST_BATCH) if isinstance(size, int) and is_number else _USUAL_BATCH

    def offers(self, names: Sequence[str]) -> Mapping[str, list[Offer]]:
        """Return what the service offers for each name, the likeliest first.

        Raises:
            StoreError: It does not answer, or not for each name.
        """
        queries = {f"q{number}": self._query(name) for number, name in enumerate(names)}
        answer = self._sent({"queries": json.dumps(queries)})
        if missing := [key for key in queries if not isinstance(answer.get(key), dict)]:
            told = answer.get("message") or answer.get("detail") or answer.get("arguments")
            said = f" It says: {_clean(told)}" if isinstance(told, str) else ""
            raise self._fault(f"It answers for {len(queries) - len(missing)} of {len(queries)} names.{said}")
        return {name: self._offers(answer[key]) for key, name in zip(queries, names, strict=True)}

    def _query(self, name: str) -> dict[str, Any]:
        query = {"query": name[:_LONGEST], "limit": MOST}
        return {**query, "type": self._kind} if self._kind else query

    def _manifest(self) -> Mapping[str, Any]:
        manifest = self._read(HttpRequest("GET", self.address, accept=_JSON, of=_WHAT))
        versions = manifest.get("versions", ["0.1"])
        if not isinstance(versions, list) or not {*_KNOWN_VERSIONS} & {str(each) for each in versions}:
            told = _clean(", ".join(map(str, versions))) if isinstance(versions, list) else "none"
            raise self._fault(f"It speaks the versions {told} of the API, and we speak 0.1 and 0.2.")
        if not isinstance(manifest.get("name"), str):
            raise self._fault("Its manifest has no name.")
        return manifest

    def _sent(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields).encode()
        return self._read(HttpRequest("POST", self.address, headers, body, accept=_JSON, of=_WHAT))

    def _read(self, request: HttpRequest) -> Mapping[str, Any]:
        """Send a request, and read the JSON object that answers it."""
        answer = self._http.send(request)
        with answer.body as body:
            data = body.read()
        try:
            read = json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError):
            raise self._fault("Its answer is not JSON.") from None
        if not isinstance(read, dict):
            raise self._fault("Its answer is no JSON object.")
        return read

    def _offers(self, answer: Mapping[str, Any]) -> list[Offer]:
        result = answer.get("result")
        if not isinstance(result, list):
            raise self._fault("Its answer for a name has no list of results.")
        offers = [self._offer(each) for each in result[:_MOST_OFFERS]]
        return sorted(offers, key=lambda each: -each.score)[:MOST]

    def _offer(self, given: object) -> Offer:
        if not isinstance(given, dict) or not isinstance(given.get("id"), str):
            raise self._fault("One of its candidates has no identifier.")
        score = given.get("score", 0)
        if isinstance(score, bool) or not isinstance(score, int | float) or not isfinite(score):
            raise self._fault("The score of one of its candidates is not a number.")
        iri = self._iri(given["id"])
        return Offer(iri, _clean(given.get("name")) or iri, float(score), given.get("match") is True)

    def _iri(self, identifier: str) -> str:
        """The IRI of a candidate: its identifier, or that in the identifier space."""
        if len(identifier) <= _LONGEST and identifier.strip():
            for iri in (identifier, self._space + quote(identifier, safe="/:@!$&'()*+,;=-._~%#?")):
                if "://" in iri and is_iri(iri):
                    return iri
        raise self._fault(f"The identifier of one of its candidates makes no IRI: {_clean(identifier)[:100]}")

    def _fault(self, message: str) -> StoreError:
        hint = f"Is this the address of {_WHAT}?"
        return self._http.failure(self.address, message, hint)


def _clean(text: object) -> str:
    """A text from a service in one line, without control characters, and not too long."""
    return " ".join(one_line(text[:_LONGEST]).split()) if isinstance(text, str) else ""
