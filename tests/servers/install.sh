#!/bin/sh
# The servers that tests/servers asks: Virtuoso and HAProxy from Debian, Oxigraph's own from PyPI in an environment of
# its own. Starting and stopping them is up to tests/servers/running.py.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -x /usr/bin/virtuoso-t ] || [ ! -x /usr/sbin/haproxy ]; then
    as_root=''
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends virtuoso-opensource-7-bin haproxy
fi
python3 -m venv .ogdkg/servers/oxigraph
.ogdkg/servers/oxigraph/bin/python -m pip install --disable-pip-version-check -q oxigraph==0.5.13
