#!/bin/sh
# The files of a release, in dist/ or the folder named: the sdist, the wheel made from it, the SBOM, their checksums.
# The same commit gives the same bytes, wherever and whenever it is built. First: tests/peers/publishing.sh, and
# tools/editor/build.sh and tools/offline/build.sh for the assets of the pages.
set -eu
cd "$(dirname "$0")/.."
umask 022
into=${1:-dist}
bin=.ogdkg/peers/publishing/bin
if [ -n "$(git status --porcelain)" ]; then
    echo "There are changes that are not committed: a release is of a commit." >&2
    exit 1
fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
mkdir -p "$into"
rm -f "$into"/ogdkg-*
"$bin/python" -m build --no-isolation --outdir "$into" . >/dev/null
"$bin/twine" check --strict "$into"/ogdkg-*.tar.gz "$into"/ogdkg-*.whl
"$bin/check-wheel-contents" "$into"/ogdkg-*.whl
"${PYTHON:-.venv/bin/python}" tools/sbom.py "$into"/ogdkg-*.whl >"$into/ogdkg-sbom.cdx.json"
(cd "$into" && sha256sum ogdkg-*.tar.gz ogdkg-*.whl ogdkg-sbom.cdx.json >ogdkg-SHA256SUMS && cat ogdkg-SHA256SUMS)
