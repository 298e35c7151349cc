#!/usr/bin/env bash
# Fuzzes what comes from outside: builds all targets once, and runs them, two at a time.
#
#   scripts/fuzz.sh [seconds for each (600)] [target …]
#
# The targets are in fuzz/ and could as well be run by cargo-fuzz; only its flags are needed of it, so it
# need not be built on every machine. What is built and the corpora, which grow, are kept in
# $CARGO_TARGET_DIR/fuzz; what is found is written to …/fuzz/found/TARGET.
# JOBS says how many run at a time, RUNS how many executions are enough.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

seconds="${1:-600}"
[ $# -eq 0 ] || shift
place="$(realpath -m "${CARGO_TARGET_DIR:-target}")/fuzz"
runs="${RUNS:-10000000}"
host="$(rustc -vV | sed -n 's/^host: //p')"
mapfile -t targets < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else ls fuzz/fuzz_targets | sed 's/\.rs$//'; fi)

# As cargo-fuzz has them: counters on every edge, comparisons reported, and arithmetic checked. The heap is
# counted by the targets themselves (fuzz/src/heap.rs), and safe code needs no sanitizer.
flags=(
  -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0
  --cfg=fuzzing -Cdebug-assertions -Coverflow-checks
)
# Named by `cargo +nightly` and not by rust-toolchain.toml: the counters are unstable.
env -u RUSTUP_TOOLCHAIN RUSTFLAGS="${flags[*]}" \
  cargo +nightly build --quiet --release --manifest-path fuzz/Cargo.toml --bins \
  --target "$host" --target-dir "$place"

fuzz() { # one target
  local name=$1 corpus="$place/corpus/$1" found="$place/found/$1" log="$place/$1.log" began=$SECONDS
  mkdir -p "$corpus" "$found"
  if nice -n "${NICE:-0}" "$place/$host/release/$name" "$corpus" "fuzz/seeds/$name" \
    -runs="$runs" -max_total_time="$seconds" -max_len=16384 -timeout=60 -rss_limit_mb=2048 \
    -artifact_prefix="$found/" -print_final_stats=1 -verbosity=1 >"$log" 2>&1; then
    local stat last
    last=$(grep -E '^#[0-9]+.*cov:' "$log" | tail -1)
    stat() { sed -n "s/^stat::$1: *//p" "$log"; }
    printf '%-10s %9s executions in %3d s, %s edges, %s features, %s MB at most\n' "$name" \
      "$(stat number_of_executed_units)" $((SECONDS - began)) \
      "$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$last")" "$(sed -n 's/.*ft: \([0-9]*\).*/\1/p' <<<"$last")" \
      "$(stat peak_rss_mb)"
  else
    printf '%s: FOUND something; keep the input in fuzz/kept/%s when it is mended\n' "$name" "$name" >&2
    grep -E "panicked|ERROR|^[a-z]+: [0-9]+ bytes|Test unit written" -A1 "$log" | tail -20 >&2
    return 1
  fi
}
export -f fuzz
export place host runs seconds
printf '%s\0' "${targets[@]}" | xargs -0 -P "${JOBS:-2}" -I{} bash -c 'fuzz {}'
