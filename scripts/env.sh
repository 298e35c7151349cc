# Sourced by the other scripts: the pinned versions and the environment every command runs in.
RUST_VERSION=1.95.0
TRUNK_VERSION=0.21.14
WASM_BINDGEN_VERSION=0.2.130
# The same as wasm_split_helpers has in Cargo.lock.
WASM_SPLIT_VERSION=0.2.3
NUMPY_VERSION=2.4.6
CARGO_DENY_VERSION=0.20.2

export RUST_VERSION TRUNK_VERSION WASM_BINDGEN_VERSION WASM_SPLIT_VERSION NUMPY_VERSION CARGO_DENY_VERSION
export HA_TOOLS="${HA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/hidden-activity}"
export CHROMIUM="${CHROMIUM:-/usr/bin/chromium}"
export FIREFOX="${FIREFOX:-/usr/bin/firefox-esr}"
# What the tests were seen to pass with; 140 does not know network.addDataCollector, which Playwright sends it.
export FIREFOX_LEAST=153
export PATH="$HA_TOOLS/bin:$PWD/node_modules/.bin:$PATH"
# RUSTFLAGS in the environment would silently replace those of .cargo/config.toml (SIMD, getrandom).
unset RUSTFLAGS CARGO_BUILD_RUSTFLAGS
# A toolchain made from Debian's packages, only where rustup could not provide the target.
if [ -f "$HA_TOOLS/use-debian-toolchain" ]; then
  export RUSTUP_TOOLCHAIN=debian CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19
fi
