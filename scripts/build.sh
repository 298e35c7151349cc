#!/usr/bin/env bash
# Writes dist/, the page ready for any static host.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
# Trunk builds offline, so that it fetches no tools of its own; the crates are fetched here.
cargo fetch --quiet --locked
trunk build --release
