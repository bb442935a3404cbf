#!/bin/sh
# The site of the documentation, built strictly into .ogdkg/site, with MkDocs in an environment of its own.
set -eu
cd "$(dirname "$0")/../.."
[ -x .ogdkg/docs/bin/python ] || python3 -m venv .ogdkg/docs
.ogdkg/docs/bin/python -m pip install --disable-pip-version-check -q -r tests/docs/requirements.lock
NO_MKDOCS_2_WARNING=true .ogdkg/docs/bin/python -m mkdocs build --quiet --strict
