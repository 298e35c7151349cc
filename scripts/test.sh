#!/usr/bin/env bash
# Every check of the project, or one part of it.
#
#   scripts/test.sh            all of them; set-up and build included
#   scripts/test.sh native     formatting, lints and native tests
#   scripts/test.sh browser    the browser tests on dist/ as it is; ONLY=name for some of them
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

step() { # what, command …
  local what=$1 began=$SECONDS
  shift
  printf '\n=== %s\n' "$what"
  if "$@"; then
    printf '=== %s: done in %d s\n' "$what" $((SECONDS - began))
  else
    local status=$?
    printf '=== %s: FAILED after %d s\n' "$what" $((SECONDS - began)) >&2
    exit "$status"
  fi
}
clippy() { cargo clippy --quiet "$@" -- -D warnings; }
wasm() { clippy --target wasm32-unknown-unknown --lib --bins "$@"; }

# The wasm targets are checked beside the native ones, so that a break in the browser only is seen
# before the long build. Combinations of features are exactly those that are built or tested.
native() {
  step "Formatting" cargo fmt --check
  step "Lints: the core" clippy --all-targets
  step "Lints: with the trainer" clippy --all-targets --features trainer
  step "Lints: the projection worker" wasm --features web
  step "Lints: the page" wasm --features app
  step "Lints: the training worker" wasm --features trainer,web
  # With the feature, which only adds to the core: compiling everything a second time without it took minutes.
  step "Native tests" cargo test --quiet --features trainer
}
# Licences and origins of what the project is made of. Most of the time it waits for npm's registry, and
# the native tests need not.
dependencies_begin() {
  dependencies_log=$(mktemp)
  trap 'rm -f "$dependencies_log"' EXIT
  scripts/dependencies.sh >"$dependencies_log" 2>&1 &
  dependencies=$!
}
dependencies_end() {
  local status=0
  wait "$dependencies" || status=$?
  cat "$dependencies_log"
  return "$status"
}
# What the documents tell a visitor to do in Python.
snippets() { step "Documented snippets" cargo test --quiet --features trainer --test own_network_snippet -- --include-ignored; }
# What comes from outside, for some seconds each; `make fuzz` does the same for ten minutes.
fuzz() { step "Fuzzing" scripts/fuzz.sh "${FUZZ_SECONDS:-20}"; }
browser() { step "Browser tests" node tests/browser/run.mjs; }

case "${1:-all}" in
  all)
    step "Set-up" scripts/setup.sh
    dependencies_begin
    native
    step "Dependencies" dependencies_end
    snippets
    fuzz
    step "Build for the browser" scripts/build.sh
    step "Size" scripts/size.sh
    browser
    ;;
  native)
    step "Set-up" scripts/setup.sh build
    native
    ;;
  browser)
    step "Set-up" scripts/setup.sh
    browser
    ;;
  *)
    echo "usage: scripts/test.sh [all|native|browser]" >&2
    exit 2
    ;;
esac
