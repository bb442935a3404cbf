#!/bin/sh
# The query editor, from npm by package-lock.json, into src/ogdkg/web/built, which git ignores and the wheel takes.
set -eu
cd "$(dirname "$0")/../.."
if ! command -v npm >/dev/null; then
    echo "npm is not installed, so the query page keeps its plain text field" >&2
    [ "${OGDKG_PEERS:-}" != required ] || exit 1
    exit 0
fi
work=.ogdkg/editor built=src/ogdkg/web/built
mkdir -p "$work" "$built"
if ! cmp -s tools/editor/package-lock.json "$work/package-lock.json" || [ ! -x "$work/node_modules/.bin/esbuild" ]; then
    cp tools/editor/package.json tools/editor/package-lock.json "$work"
    npm ci --ignore-scripts --no-audit --no-fund --silent --prefix "$work"
fi
cp tools/editor/editor.js tools/editor/notices.mjs "$work"
cd "$work"
node_modules/.bin/esbuild editor.js --bundle --minify --format=iife --target=es2022 --charset=utf8 \
    --legal-comments=none --log-level=warning --metafile=meta.json --outfile=editor.min.js
node notices.mjs meta.json notices.txt
cd - >/dev/null
mv "$work/editor.min.js" "$built/editor.js"
mv "$work/notices.txt" "$built/editor.js.LICENSES.txt"
