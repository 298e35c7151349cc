#!/usr/bin/env bash
# Trunk's pre-build hook. The page reads data/manifest.json, which `make data` writes; without it, the
# page offers what comes with it.
set -euo pipefail
cd "$(dirname "$0")/../public/data"
[ -f manifest.json ] || cp shipped.json manifest.json
