"""Write the bill of materials of a wheel as CycloneDX 1.6 (JSON): `python tools/sbom.py WHEEL [LOCK]`.

It names what the wheel needs with its extras, as installed beside this Python, each with the hashes of
the lock. The same wheel, lock and versions give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.message import Message
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).resolve().parents[1] / "tests" / "requirements.lock"
EXTRAS = ("serve", "mcp")  # what people run; pandas and polars are up to whoever has them
_PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)[^\n]*((?:\n +--hash=[^\n]+)*)", re.MULTILINE)

Json = dict[str, Any]


def pins(lock: str) -> dict[str, list[tuple[str, list[str]]]]:
    """The versions that a lock allows by name, each with its hashes; several where they depend on Python."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for name, version, hashes in _PIN.findall(lock):
        found.setdefault(canonicalize_name(name), []).append((version, re.findall(r"sha256:(\w+)", hashes)))
    return found


def needed(requirements: Iterable[str], extras: Iterable[str]) -> list[Requirement]:
    """The requirements that hold on this machine, with some extras."""
    read = [Requirement(each) for each in requirements]
    tried = ["", *extras]
    return [
        each
        for each in read
        if not each.marker or any(each.marker.evaluate({"extra": extra}) for extra in tried)
    ]


def closure(roots: Iterable[Requirement]) -> tuple[dict[str, Message], dict[str, set[str]]]:
    """The metadata of all that is needed in the end, and what each needs itself."""
    told: dict[str, Message] = {}
    edges: dict[str, set[str]] = {}
    waiting, seen = list(roots), set()
    while waiting:
        each = waiting.pop()
        name, extras = canonicalize_name(each.name), frozenset(each.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found = distribution(name)
        told[name] = found.metadata  # type: ignore[assignment]
        below = needed(found.requires or (), extras)
        edges.setdefault(name, set()).update(canonicalize_name(other.name) for other in below)
        waiting += below
    return told, edges


def component(name: str, told: Message, locked: Mapping[str, list[tuple[str, list[str]]]]) -> Json:
    """A dependency as CycloneDX has it."""
    version = told["Version"]
    hashes = dict(locked.get(name, ())).get(version)
    if hashes is None:
        raise SystemExit(f"{name} {version} is installed, which {LOCK.name} does not name: install by it.")
    purl = f"pkg:pypi/{name}@{version}"
    made: Json = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if summary := told["Summary"]:
        made["description"] = summary
    made |= licences(told)
    if hashes:
        contents = [{"alg": "SHA-256", "content": each} for each in sorted(hashes)]
        address = f"https://pypi.org/project/{name}/{version}/"
        made["externalReferences"] = [{"type": "distribution", "url": address, "hashes": contents}]
    return made


def licences(told: Message) -> Json:
    """What a package's metadata say of its licence: an SPDX expression, or a name."""
    if expression := told["License-Expression"]:
        return {"licenses": [{"expression": expression}]}
    named = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    text = (told["License"] or "").strip()
    names = [text] if text and "\n" not in text and len(text) < 60 else named
    return {"licenses": [{"license": {"name": name}} for name in names]} if names else {}


def bill(wheel: Path, lock: str, epoch: str | None) -> Json:
    """The bill of materials of a wheel.

    Args:
        wheel: The file.
        lock: What pins the dependencies.
        epoch: Seconds since 1970 that the release is of, if any.
    """
    with zipfile.ZipFile(wheel) as archive:
        [path] = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        own = Parser().parsestr(archive.read(path).decode())
    roots = needed(own.get_all("Requires-Dist", []), EXTRAS)
    told, edges = closure(roots)
    locked = pins(lock)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    root = f"pkg:pypi/{own['Name']}@{own['Version']}"
    main: Json = {
        "type": "application",
        "bom-ref": root,
        "name": own["Name"],
        "version": own["Version"],
        "purl": root,
    }
    main |= {
        "description": own["Summary"],
        **licences(own),
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    parts = [component(name, told[name], locked) for name in sorted(told)]
    refs = {part["name"]: part["bom-ref"] for part in parts}
    depends = [{"ref": root, "dependsOn": sorted({refs[canonicalize_name(each.name)] for each in roots})}]
    depends += [
        {"ref": refs[name], "dependsOn": sorted(refs[each] for each in edges[name])} for name in sorted(told)
    ]
    metadata: Json = {"component": main}
    if epoch:
        metadata["timestamp"] = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content: Json = {"metadata": metadata, "components": parts, "dependencies": depends}
    serial = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
    }
    return {**head, "serialNumber": f"urn:uuid:{serial}", "version": 1, **content}


def main(arguments: list[str]) -> None:
    """Print the bill of materials of the wheel that is named."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit("python tools/sbom.py WHEEL [LOCK]")
    lock = Path(arguments[1]) if arguments[1:] else LOCK
    try:
        made = bill(Path(arguments[0]), lock.read_text(encoding="utf-8"), os.environ.get("SOURCE_DATE_EPOCH"))
    except PackageNotFoundError as error:
        raise SystemExit(f"{error.name} is not installed: install by {lock}.") from error
    print(json.dumps(made, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
