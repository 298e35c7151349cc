#!/usr/bin/env bash
# Times the projections and the training against their peers in one Chromium; see docs/BENCHMARKS.md.
#   ONLY=tsne-2000  for one row        TURNS=1  for fewer turns
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
scripts/setup.sh
. scripts/env.sh

target="${CARGO_TARGET_DIR:-$PWD/target}"
# Packages of their own with the versions of the project: cargo takes out of the copy what it needs.
build() { # folder of the package
  cp Cargo.lock "$1/Cargo.lock"
  cargo build --quiet --release --target wasm32-unknown-unknown --target-dir "$target" \
    --manifest-path "$1/Cargo.toml"
}
built="$target/wasm32-unknown-unknown/release"
status=0
case "${ONLY:-}" in
  tab*) ;;
  *)
    build benches/wasm
    build benches/train
    wasm-bindgen --target web --no-typescript --out-dir "$built/train-bench" --out-name train \
      "$built/train_wasm_bench.wasm"
    node benches/browser/run.mjs "$built/projection_wasm_bench.wasm" "$built/train-bench" || status=$?
    ;;
esac
# The page's own worker in a tab: rows named tab-….
case "${ONLY:-tab}" in
  *tab*)
    [ -f dist/index.html ] || scripts/build.sh
    node benches/browser/tab.mjs || status=$?
    ;;
esac
exit "$status"
