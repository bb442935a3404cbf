#!/bin/sh
# riot and rapper from Debian, for tests/peers/test_readers.py and the benchmarks.
set -eu
if ! command -v rapper >/dev/null || [ ! -e /usr/share/java/jena-cmds.jar ] || ! command -v java >/dev/null; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -q
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        libapache-jena-java default-jre-headless unzip raptor2-utils
fi
