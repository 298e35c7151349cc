#!/usr/bin/env bash
# Splits the page's module (src/view/parts.rs says where), so that what a visitor sees first does not
# wait for what comes later:
#
#   scripts/split-page.sh APP.wasm DIST            writes DIST/app-*.js, app-*_bg.wasm, parts-*/
#   scripts/split-page.sh APP.wasm DIST optimise   and makes them small
#
# APP.wasm is what the linker made, with its relocations and before wasm-bindgen.
set -euo pipefail
module=$1 dist=$2 optimise=${3:-}
here="$(cd "$(dirname "$0")" && pwd)"
app=$(basename "$(compgen -G "$dist/app-*.js")" .js)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wasm-split-cli "$module" "$work" --target web --out-name app
wasm-bindgen --target web --no-typescript --keep-lld-exports --out-dir "$dist" --out-name "$app" "$work/app.wasm"
rm "$work/app.wasm"

if [ "$optimise" = optimise ]; then
  mv "$dist/${app}_bg.wasm" "$work/main.wasm"
  for part in "$work"/*.wasm; do
    wasm-opt -O2 --flexible-inline-max-function-size=60 --one-caller-inline-max-function-size=200 --strip-debug --strip-producers --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
      --enable-mutable-globals --enable-reference-types --enable-multivalue --enable-simd "$part" -o "$part" 2> >(grep -v "unknown name subsection" >&2)
  done
  node "$here/order-functions.mjs" "$work"/*.wasm
  mv "$work/main.wasm" "$dist/${app}_bg.wasm"
fi

# A folder named by its content, as the workers': no browser pairs today's page with yesterday's parts.
parts="parts-$(cat "$work"/*.wasm | sha256sum | cut -c1-16)"
rm -rf "$dist"/parts-*
mkdir "$dist/$parts"
mv "$work"/*.wasm "$dist/$parts/"
sed "s|\"\./app\.js\"|\"../$app.js\"|" "$work/__wasm_split.js" > "$dist/$parts/load.js"
sed -i "s|\( from ['\"]\)\./__wasm_split\.js|\1./$parts/load.js|" "$dist/$app.js"
grep -q "$parts/load.js" "$dist/$app.js" || { echo "split-page: $app.js does not load the parts" >&2; exit 1; }

# The page's module starts itself: a script inside the page would be against its policy, and one more
# file would come in between.
sed -i '/^__wbg_init();$/d' "$dist/$app.js"
echo '__wbg_init();' >> "$dist/$app.js"
