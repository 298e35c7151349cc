#!/usr/bin/env bash
# Writes dist/, the page ready for any static host.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/env.sh
. scripts/env.sh
trunk build --release
