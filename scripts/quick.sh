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
  case "$module" in
    app) features=app place=(dist/app-*.js) ;;
    projector) features=web place=(dist/workers-*/projector.js) ;;
    *) echo "quick: $module is not one of app, projector" >&2; exit 2 ;;
  esac
  cargo build --target wasm32-unknown-unknown --bin "$module" --features "$features"
  wasm-bindgen --target web --no-typescript --out-dir "$(dirname "${place[0]}")" \
    --out-name "$(basename "${place[0]}" .js)" "$target/wasm32-unknown-unknown/debug/$module.wasm"
done
cp style/main.css "$(compgen -G 'dist/main-*.css')"
cp -r public/help public/glossary.json dist/
