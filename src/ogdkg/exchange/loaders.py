"""The command lines with which servers load the files of `shards`. Runs nothing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import UsageError


class Loader(NamedTuple):
    """A server's loader.

    Attributes:
        commands: The lines for some files, and for the graph that takes triples of the unnamed one.
        tried: Whether tests/servers loads with it; others are from their documentation.
        zstd: Whether it takes files that are packed by zstd.
    """

    commands: Callable[[Sequence[Path], str], list[str]]
    tried: bool = False
    zstd: bool = False


def loader_commands(name: str, files: Sequence[Path], merged: str) -> list[str]:
    """Return the lines for a shell that load exactly these files.

    Args:
        name: The server, one of `LOADERS`.
        files: The files, by their whole names.
        merged: The graph for triples of the unnamed graph, on a server that has none.
    """
    loader = LOADERS[name]
    untried = ["# Not tried: this follows the documentation of the product. Compare it with your release."]
    return [*([] if loader.tried else untried), *loader.commands(files, merged)]


def check_packing(name: str, packed: str) -> None:
    """Raise UsageError for files that a loader does not read."""
    if packed == "zstd" and not LOADERS[name].zstd:
        raise UsageError(f"The loader of {name} does not read zstd.", hint="Use --compress gzip.")


def _quoted(files: Sequence[Path]) -> str:
    return " ".join(shlex.quote(str(file)) for file in files)


def _piped(files: Sequence[Path]) -> str:
    """Return a command that prints what the files hold, one after another."""
    command = {".gz": "gzip -dc", ".zst": "zstd -dc"}.get(files[0].suffix, "cat")
    return f"{command} {_quoted(files)}"


def _oxigraph(files: Sequence[Path], merged: str) -> list[str]:
    stopped = "# Stop the server first: a store is open once."
    if files[0].suffix == ".zst":
        return [stopped, f"{_piped(files)} | oxigraph load --location STORE --format nq"]
    return [stopped, f"oxigraph load --location STORE --file {_quoted(files)}"]


def _virtuoso(files: Sequence[Path], merged: str) -> list[str]:
    folder = _sql(str(files[0].parent))
    pattern = _sql(f"{files[0].parent}/graph-%")
    return [
        "# DirsAllowed in virtuoso.ini must list the folder. Start rdf_loader_run() in one isql a processor.",
        "isql-vt 1111 dba \"$OGDKG_PASSWORD\" <<'END'",
        f"DELETE FROM DB.DBA.LOAD_LIST WHERE ll_file LIKE {pattern};",
        *(f"ld_dir ({folder}, {_sql(file.name)}, {_sql(merged)});" for file in files),
        "rdf_loader_run ();",
        "checkpoint;",
        "SELECT ll_file, ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL;",
        "END",
    ]


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _qlever(files: Sequence[Path], merged: str) -> list[str]:
    return [f"{_piped(files)} | IndexBuilderMain -i graph -F nq -f -"]


def _graphdb(files: Sequence[Path], merged: str) -> list[str]:
    return [
        "# Stop the server first; repository.ttl configures the repository.",
        f"importrdf load --force --config-file repository.ttl --mode parallel {_quoted(files)}",
    ]


def _jena(files: Sequence[Path], merged: str) -> list[str]:
    return [
        "# Stop the server first.",
        f"tdb2.tdbloader --loader=parallel --loc STORE {_quoted(files)}",
    ]


def _neptune(files: Sequence[Path], merged: str) -> list[str]:
    request = {
        "source": "s3://BUCKET/graph/",
        "format": "nquads",
        "iamRoleArn": "ROLE",
        "region": "REGION",
        "failOnError": "TRUE",
        "parallelism": "HIGH",
        "parserConfiguration": {"namedGraphUri": merged},
    }
    return [
        *(f"aws s3 cp {shlex.quote(str(file))} s3://BUCKET/graph/" for file in files),
        "curl -X POST https://HOST:8182/loader -H 'Content-Type: application/json' "
        f"-d {shlex.quote(json.dumps(request))}",
    ]


LOADERS = {
    "virtuoso": Loader(_virtuoso, tried=True),
    "oxigraph": Loader(_oxigraph, tried=True, zstd=True),
    "qlever": Loader(_qlever, zstd=True),
    "graphdb": Loader(_graphdb),
    "jena": Loader(_jena),
    "neptune": Loader(_neptune),
}
