#!/bin/sh
# What answers questions on sites without a server: the engine, from npm by package-lock.json, and our scripts, each
# in one piece with what it imports. They go into src/ogdkg/web/built/offline, which git ignores and the wheel takes.
set -eu
cd "$(dirname "$0")/../.."
if ! command -v npm >/dev/null; then
    echo "npm is not installed, so that no question is answered on a site without a server" >&2
    [ "${OGDKG_PEERS:-}" != required ] || exit 1
    exit 0
fi
work=.ogdkg/offline built=src/ogdkg/web/built/offline
mkdir -p "$work" "$built"
if ! cmp -s tools/offline/package-lock.json "$work/package-lock.json" || [ ! -x "$work/node_modules/.bin/esbuild" ]; then
    cp tools/offline/package.json tools/offline/package-lock.json "$work"
    npm ci --ignore-scripts --no-audit --no-fund --silent --prefix "$work"
fi
package=$work/node_modules/oxigraph
rm -rf "$built" "$work/scripts"
mkdir -p "$built"
cp "$package/web_bg.wasm" "$built/oxigraph.wasm"
cp -r tools/offline/scripts "$work"
cp "$package/web.js" "$work/scripts/oxigraph.js"
bundle() {
    name=$1; shift
    "$work/node_modules/.bin/esbuild" "$work/scripts/$name.js" --bundle --minify --format=esm --target=es2022 \
        --charset=utf8 --legal-comments=none --log-level=warning "$@" --outfile="$built/$name.js"
}
bundle page --external:./view.js  # which it loads when a question is asked
bundle view
bundle worker --external:./engine.js
bundle engine
# The package may be used under either of two licences, and holds the text of none; ours is one of them.
{
    node -p "const p = require('./$package/package.json'); p.name + ' ' + p.version + ', ' + p.homepage"
    echo "used under the Apache License, Version 2.0, one of the two that it is offered under (MIT OR Apache-2.0)"
    echo
    cat LICENSE
} >"$built/oxigraph.LICENSE.txt"
