#!/bin/sh
# grlc in an environment of its own, for tests/peers/test_grlc.py; it needs other versions than ogdkg.
set -eu
cd "$(dirname "$0")/../.."
python3 -m venv .ogdkg/peers/grlc
.ogdkg/peers/grlc/bin/python -m pip install --disable-pip-version-check -q -r tests/peers/grlc.lock
