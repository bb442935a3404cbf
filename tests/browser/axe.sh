#!/bin/sh
# axe-core, which looks at pages in the tests of this folder, and html-validate, which reads their HTML: from npm by
# package-lock.json, into .ogdkg/browser.
set -eu
cd "$(dirname "$0")/../.."
command -v npm >/dev/null || { echo "npm is not installed, so neither axe-core nor html-validate is" >&2; exit 1; }
mkdir -p .ogdkg/browser
cmp -s tests/browser/package-lock.json .ogdkg/browser/package-lock.json && [ -d .ogdkg/browser/node_modules/axe-core ] && exit 0
cp tests/browser/package.json tests/browser/package-lock.json .ogdkg/browser/
npm ci --ignore-scripts --no-audit --no-fund --silent --prefix .ogdkg/browser
