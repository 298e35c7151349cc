#!/usr/bin/env bash
# What the project is made of: licences, origins and doubles by deny.toml, known faults where the database
# of advisories was fetched before (`cargo deny fetch`), and the signatures of npm's packages where the
# registry tells them.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh

# cargo-deny reads every crate's manifest, also those that no build here needs; on a fresh machine none is there.
cargo fetch --quiet --locked
deny() { cargo-deny --offline --locked check --hide-inclusion-graph "$@"; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! deny licenses bans sources >"$log" 2>&1; then
  cat "$log"
  exit 1
fi
echo "cargo-deny: $(tail -n 1 "$log"); $(grep -c '^warning\[duplicate\]' "$log" || true) crates in more than one version"

if compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*" >/dev/null; then
  deny advisories
else
  echo "cargo-deny: no database of advisories at hand (cargo deny fetch), so they are not checked"
fi

# A mirror without keys or signatures is no fault of the packages; a wrong signature is.
if timeout 10 npm audit signatures >"$log" 2>&1; then
  grep -E 'audited|verified' "$log" | sed 's/^/npm: /'
elif grep -qiE 'invalid|tampered' "$log"; then
  cat "$log"
  exit 1
else
  why=$(grep -iE 'err|found|missing' "$log" | head -n 1 || true)
  echo "npm: this registry tells no signatures (${why:-no answer within ten seconds}), so they are not checked"
fi
