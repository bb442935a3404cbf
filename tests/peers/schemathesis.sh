#!/bin/sh
# schemathesis in an environment of its own, for tests/web/test_schemathesis.py: it brings a plugin for pytest.
set -eu
cd "$(dirname "$0")/../.."
python3 -m venv .ogdkg/peers/schemathesis
.ogdkg/peers/schemathesis/bin/python -m pip install --disable-pip-version-check -q -r tests/peers/schemathesis.lock
