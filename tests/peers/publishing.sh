#!/bin/sh
# What a release is checked with, for tests/peers/test_publishing.py and tests/cli/test_completion.py: zsh, fish and
# groff from Debian, the tools of PyPI in an environment of their own.
set -eu
cd "$(dirname "$0")/../.."
if ! { command -v zsh && command -v fish && command -v groff && command -v man; } >/dev/null; then
    as_root=''
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends zsh fish groff man-db
fi
python3 -m venv .ogdkg/peers/publishing
.ogdkg/peers/publishing/bin/python -m pip install --disable-pip-version-check -q -r tests/peers/publishing.lock
