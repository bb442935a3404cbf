#!/bin/sh
# The servers that tests ask: Virtuoso, HAProxy and Apache from Debian, Oxigraph's own from PyPI in an environment of its
# own. Starting and stopping them is up to the tests; Debian's package of Apache without a service has all that they need.
set -eu
cd "$(dirname "$0")/../.."
if ! { [ -x /usr/bin/virtuoso-t ] && [ -x /usr/sbin/haproxy ] && [ -x /usr/sbin/apache2 ]; }; then
    as_root=''
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends virtuoso-opensource-7-bin haproxy apache2-bin
fi
python3 -m venv .ogdkg/servers/oxigraph
.ogdkg/servers/oxigraph/bin/python -m pip install --disable-pip-version-check -q oxigraph==0.5.13
