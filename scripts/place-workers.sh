#!/usr/bin/env bash
# Trunk's post-build hook. First the page's module is split, and the modules' functions are put into an
# order that compresses well.
# Then: trunk names the page's files by their content but never a worker's, so a browser could pair
# today's page with a cached worker of yesterday. The workers' files move into a folder named by their
# content, and the page is told its name; trunk's inline script goes (scripts/place-loader.mjs). Last, a release gets its version and the list of its files, by
# which the service worker keeps it; quick builds have no service worker, which would show older ones.
set -euo pipefail
here="$PWD"
target="${CARGO_TARGET_DIR:-$here/target}/wasm32-unknown-unknown"
cd "$TRUNK_STAGING_DIR"
if [ "${TRUNK_PROFILE:-release}" = release ]; then
  "$here/scripts/split-page.sh" "$target/page/app.wasm" . optimise
  node "$here/scripts/order-functions.mjs" projector_bg.wasm
else
  "$here/scripts/split-page.sh" "$target/debug/app.wasm" .
fi
files=(worker.js trainer.js trainer_bg.wasm projector.js projector_bg.wasm)
hash=$(cat "${files[@]}" | sha256sum | cut -c1-16)
mkdir -p "workers-$hash"
mv "${files[@]}" "workers-$hash/"
sed -i "s|\(<meta name=\"\?workers\"\? content=\"\?\)[^\" >]*|\1workers-$hash/|" index.html
grep -q "workers-$hash/" index.html || { echo "place-workers: index.html has no <meta name=workers>" >&2; exit 1; }
node "$here/scripts/place-loader.mjs" .
if [ "${TRUNK_PROFILE:-release}" = release ]; then
  node "$here/scripts/precache.mjs" .
fi
