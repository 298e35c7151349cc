#!/usr/bin/env bash
# Only where rustup's servers refuse: builds the wasm32-unknown-unknown standard library from
# Debian's Rust packages and registers the pair as the rustup toolchain "debian".
set -euo pipefail
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  rustc-web cargo-web rust-web-src lld-19

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src"
printf '[package]\nname = "std-carrier"\nversion = "0.0.0"\nedition = "2021"\n' > "$work/Cargo.toml"
printf '#![no_std]\n' > "$work/src/lib.rs"
(cd "$work" && RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR="$work/target" \
  RUSTFLAGS="-C target-feature=+simd128 -C embed-bitcode=yes" \
  /usr/bin/cargo build --release -Zbuild-std=std,panic_abort,proc_macro --target wasm32-unknown-unknown)
lib=/usr/lib/rustlib/wasm32-unknown-unknown/lib
as_root mkdir -p "$lib"
find "$work/target/wasm32-unknown-unknown/release/deps" -name 'lib*.rlib' ! -name 'libstd_carrier*' \
  -exec cp {} "$work" \;
as_root cp "$work"/lib*.rlib "$lib/"
rustup toolchain link debian /usr
mkdir -p "$HA_TOOLS"
touch "$HA_TOOLS/use-debian-toolchain"
