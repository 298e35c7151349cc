#!/usr/bin/env bash
# Rebuilds single modules into dist/ without optimising them, for looking at a change within a minute:
#
#   scripts/quick.sh app              the page
#   scripts/quick.sh app projector    the page and the projection worker
#
# The first call builds everything as `make build` does, with a name of its own (HA_BUILD_NAME), so that
# new modules work beside older ones. What dist/ holds afterwards is for looking at, not for visitors.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
export HA_BUILD_NAME=quick CARGO_PROFILE_DEV_DEBUG=false
target="${CARGO_TARGET_DIR:-target}"

[ -f dist/quick ] || { scripts/build.sh && touch dist/quick; }
for module in "$@"; do
  built="$target/wasm32-unknown-unknown/debug/$module.wasm"
  case "$module" in
    app)
      cargo build --target wasm32-unknown-unknown --bin app --features app
      scripts/split-page.sh "$built" dist
      ;;
    projector)
      cargo build --target wasm32-unknown-unknown --bin projector --features web
      wasm-bindgen --target web --no-typescript --out-dir dist/workers-*/ --out-name projector "$built"
      ;;
    *) echo "quick: $module is not one of app, projector" >&2; exit 2 ;;
  esac
done
cp style/main.css "$(compgen -G 'dist/main-*.css')"
cp -r public/help public/glossary.json dist/
cp style/embed.css "$(compgen -G 'dist/embed-*.css')"
node scripts/precache.mjs dist
