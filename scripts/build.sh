#!/usr/bin/env bash
# Writes dist/, the page ready for any static host. Where dist/ is what the same sources gave before, it
# stays: what it was made of and what it holds are both noted below the target directory.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

# The names and contents of all files below these paths, as one hash.
hash_of() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum; }
sources() {
  hash_of Cargo.toml Cargo.lock Trunk.toml rust-toolchain.toml package-lock.json index.html .cargo src style public scripts
  rustc -vV
  echo "named ${HA_BUILD_NAME:-}"
}
note="${CARGO_TARGET_DIR:-target}/dist.sha256"

scripts/list-data.sh
made_of="$(sources)"
if [ -f "$note" ] && [ -d dist ] && [ "$made_of $(hash_of dist)" = "$(cat "$note")" ]; then
  echo "dist/ is what these sources gave; nothing to build"
  exit
fi
rm -f "$note"
# Trunk builds offline, so that it fetches no tools of its own; the crates are fetched here.
cargo fetch --quiet --locked
trunk build --release
# What was edited during the build counts as new to the next one.
echo "$made_of $(hash_of dist)" >"$note"
