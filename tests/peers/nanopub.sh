#!/bin/sh
# nanopub in an environment of its own, for tests/peers/test_nanopub.py.
set -eu
cd "$(dirname "$0")/../.."
python3 -m venv .ogdkg/peers/nanopub
.ogdkg/peers/nanopub/bin/python -m pip install --disable-pip-version-check -q -r tests/peers/nanopub.lock
