#!/bin/sh
# R with jsonlite, for the lines of docs/web-api.md: from Debian's packages, for which one must be root.
set -eu
command -v Rscript >/dev/null && Rscript -e 'library(jsonlite)' >/dev/null 2>&1 && exit 0
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends r-base-core r-cran-jsonlite >/dev/null
