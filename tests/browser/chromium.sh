#!/bin/sh
# Chromium, for the tests in tests/browser: from Debian's packages, for which one must be root.
set -eu
command -v chromium >/dev/null && exit 0
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
