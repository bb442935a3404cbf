"""What we are measured beside: installed into an environment of its own, as far as it can be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
# Package, and the module that must import; a plot needs matplotlib.
PACKAGES = {
    "pyoxigraph": "pyoxigraph",
    "rdflib": "rdflib",
    "oxrdflib": "oxrdflib",
    "oxigraph": "",
    "pyshacl": "pyshacl",
    "pyrudof": "pyrudof",
    "shacl": "shacl",
    "shacl-rust": "shacl_rust",
    "maplib": "maplib",
    "matplotlib": "matplotlib",
}
_DEBIAN = ("libapache-jena-java", "default-jre-headless")


class Peers(NamedTuple):
    """The Python that has them, which there are, and why the others are not."""

    python: str
    have: frozenset[str]
    lacking: dict[str, str]

    def command(self, name: str) -> str:
        """A command that a package brought."""
        return str(Path(self.python).with_name(name))


def install(folder: Path, say: Callable[[str], None]) -> Peers:
    """Make the environment, and put into it what can be had; what is there already stays."""
    python = str(folder / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    lacking = {}
    for package, module in PACKAGES.items():
        if not (folder / f".{package}").exists():
            say(f"installing {package} …")
            done = _run([python, "-m", "pip", "install", "--quiet", package])
            if done.returncode:
                lacking[package] = "cannot be installed"
                continue
            (folder / f".{package}").touch()
        if module and _run([python, "-c", f"import {module}"]).returncode:
            lacking[package] = "is installed, but does not import"
    if not _jena(say):
        lacking["Jena"] = "is not installed: " + " ".join(("apt-get install", *_DEBIAN))
    return Peers(python, frozenset((*PACKAGES, "Jena")) - lacking.keys(), lacking)


def present() -> Peers:
    """What this very environment has, without installing anything: for the test of the benchmark."""
    lacking = {
        package: "is not here"
        for package, module in PACKAGES.items()
        if not module or _run([sys.executable, "-c", f"import {module}"]).returncode
    }
    return Peers(sys.executable, frozenset(PACKAGES) - lacking.keys(), {**lacking, "Jena": "is not here"})


def _jena(say: Callable[[str], None]) -> bool:
    """Whether Jena's jars are there; root installs them from Debian."""
    jar = Path("/usr/share/java/jena-arq.jar")
    if not jar.exists() and shutil.which("apt-get") and os.geteuid() == 0:
        say("installing Jena …")
        _run(["apt-get", "install", "--yes", "--no-install-recommends", *_DEBIAN])
    return jar.exists() and shutil.which("java") is not None


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, check=False)
