#!/usr/bin/env bash
# Runs every check so many times in a row, as `make test` does but under harder conditions: in another order
# and time zone each time. It stops where one fails:
#
#   scripts/repeat.sh [times (10)]
#
# What each time printed is kept in $CARGO_TARGET_DIR/repeat.
set -euo pipefail
cd "$(dirname "$0")/.."

times="${1:-10}"
logs="$(realpath -m "${CARGO_TARGET_DIR:-target}")/repeat"
# Up to 25 hours apart, some by parts of an hour: each time it is another time of day.
zones=(UTC Pacific/Kiritimati America/St_Johns Asia/Kathmandu Pacific/Pago_Pago)
mkdir -p "$logs"
for ((time = 1; time <= times; time++)); do
  zone="${zones[(time - 1) % ${#zones[@]}]}" log="$logs/$time.log" began=$SECONDS
  if ! TZ="$zone" ORDER="${ORDER:-random}" scripts/test.sh >"$log" 2>&1; then
    tail -n 40 "$log"
    printf '%d of %d FAILED after %d s (%s); all of it is in %s\n' "$time" "$times" $((SECONDS - began)) "$zone" "$log" >&2
    exit 1
  fi
  printf '%d of %d passed in %d s: %s (%s; %s)\n' "$time" "$times" $((SECONDS - began)) \
    "$(grep -E '^[0-9]+ passed, 0 failed$' "$log" | tail -1)" "$(grep -oE 'ORDER=[0-9]+' "$log" | tail -1)" "$zone"
done
