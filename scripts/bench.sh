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
exec node benches/browser/run.mjs "$target/wasm32-unknown-unknown/release/projection_wasm_bench.wasm"
