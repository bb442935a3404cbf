"""Run by grlc's own Python: what grlc makes of the queries of a folder, as JSON; it may reach no endpoint."""

import contextlib
import json
import socket
import sys
from pathlib import Path


def refuse(*arguments: object, **named: object) -> None:
    raise OSError("grlc reached for the network")


socket.socket.connect = refuse  # type: ignore[assignment]
socket.getaddrinfo = refuse  # type: ignore[assignment]

with contextlib.redirect_stdout(sys.stderr):  # grlc says where it looks for its settings
    from grlc.fileLoaders import LocalLoader  # type: ignore[import-not-found]
    from grlc.gquery import get_metadata  # type: ignore[import-not-found]

root = Path(sys.argv[1])
found = {}
for folder in sorted({path.parent for path in root.rglob("*.rq")}):
    loader = LocalLoader(str(folder))
    for item in loader.fetchFiles():
        if item["name"].endswith(".rq"):
            read = get_metadata(loader.getTextFor(item), "http://no.endpoint.invalid/")
            path = (folder / item["name"]).relative_to(root).as_posix()
            found[path] = {
                "type": read["type"],
                "summary": read.get("summary", ""),
                "tags": read.get("tags", []),
                "parameters": read.get("parameters", {}),
            }
json.dump(found, sys.stdout)
