#!/bin/sh
# The servers that tests/servers asks: Virtuoso from Debian, Oxigraph's own from PyPI in an environment of its own,
# Jena's engine from Debian. Starting and stopping them is up to tests/servers/running.py.
set -eu
cd "$(dirname "$0")/../.."
packages=''
[ -x /usr/bin/virtuoso-t ] || packages='virtuoso-opensource-7-bin'
[ -e /usr/share/java/jena-arq.jar ] || packages="$packages libapache-jena-java"
command -v javac >/dev/null || packages="$packages openjdk-17-jdk-headless"
if [ -n "$packages" ]; then
    as_root=''
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -q
    # shellcheck disable=SC2086  # a list of words
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $packages
fi
python3 -m venv .ogdkg/servers/oxigraph
.ogdkg/servers/oxigraph/bin/python -m pip install --disable-pip-version-check -q oxigraph==0.5.13
