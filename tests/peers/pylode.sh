#!/bin/sh
# pyLODE in an environment of its own, for tests/peers/test_pylode.py.
set -eu
cd "$(dirname "$0")/../.."
python3 -m venv .ogdkg/peers/pylode
.ogdkg/peers/pylode/bin/python -m pip install --disable-pip-version-check -q -r tests/peers/pylode.lock
# Its wheel leaves out the file that it reads its version from.
site=$(.ogdkg/peers/pylode/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
printf '[project]\nversion = "3.4.1"\n[tool.poetry]\nversion = "3.4.1"\n' > "$site/pyproject.toml"
