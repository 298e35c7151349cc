#!/usr/bin/env bash
# Times the projection core against its peers in one Chromium; see docs/BENCHMARKS.md.
#   ONLY=tsne-2000  for one row        TURNS=1  for fewer turns
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
scripts/setup.sh
. scripts/env.sh

target="${CARGO_TARGET_DIR:-$PWD/target}"
# A package of its own with the versions of the project: cargo takes out of the copy what it needs.
cp Cargo.lock benches/wasm/Cargo.lock
cargo build --quiet --release --target wasm32-unknown-unknown --target-dir "$target" \
  --manifest-path benches/wasm/Cargo.toml
# The page's own worker in a tab: rows named tab-….
status=0
case "${ONLY:-}" in
  tab*) ;;
  *) node benches/browser/run.mjs "$target/wasm32-unknown-unknown/release/projection_wasm_bench.wasm" || status=$? ;;
esac
case "${ONLY:-tab}" in
  *tab*)
    [ -f dist/index.html ] || scripts/build.sh
    node benches/browser/tab.mjs || status=$?
    ;;
esac
exit "$status"
