#!/usr/bin/env bash
# What a visitor downloads: gzipped sizes of dist/. Fails where the page with what it shows first is
# larger than it may be. All else is fetched later, and has no limit but common sense.
set -euo pipefail
cd "$(dirname "$0")/.."
dist="${HA_DIST:-dist}"
limit_kb=700 # 1 KB = 1,000 bytes

[ -f "$dist/index.html" ] || { echo "size: there is no $dist/index.html; run make build first" >&2; exit 1; }
compressed() { gzip -9 -c "$1" | wc -c; }
kb() { awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1000 }'; }
row() { printf '  %-44s %10s KB %10s KB\n' "$1" "$(kb "$2")" "$(kb "$3")"; }

# Prints the files that match and adds them up in $sum.
table() { # title, files
  local title=$1 file raw zipped raw_sum=0
  shift
  sum=0
  printf '%-46s %13s %13s\n' "$title" "plain" "gzipped"
  for file in "$@"; do
    raw=$(wc -c <"$file")
    zipped=$(compressed "$file")
    row "${file#"$dist"/}" "$raw" "$zipped"
    raw_sum=$((raw_sum + raw))
    sum=$((sum + zipped))
  done
  row "in sum" "$raw_sum" "$sum"
}
# Puts the files that match into $found; none is an error, so that nothing is left uncounted.
find_some() {
  mapfile -t found < <(compgen -G "$1" | sort)
  [ ${#found[@]} -gt 0 ] || { echo "size: nothing matches $1" >&2; exit 1; }
}

# What every visitor fetches before anything is shown: the page and the analysis that it shows first.
first=()
for pattern in index.html 'app-*.js' 'app-*_bg.wasm' 'main-*.css' 'embed-*.css' 'begin-*.js' 'offline-*.js' icon.svg \
  manifest.webmanifest 'parts-*/load.js' analyses/digits.first; do
  find_some "$dist/$pattern"
  first+=("${found[@]}")
done
table "The page and what it shows first" "${first[@]}"
page_sum=$sum
find_some "$dist/parts-*/*.wasm"
table "Parts of the page, fetched after the first view" "${found[@]}"
for worker in projector trainer; do
  find_some "$dist/workers-*/$worker*"
  table "The $worker, fetched when needed" "${found[@]}"
done
# Everything else beside the folders.
mapfile -t found < <(find "$dist" -maxdepth 1 -type f | grep -vxFf <(printf '%s\n' "${first[@]}") | grep -v service-worker | sort)
table "Fetched when asked for" "${found[@]}" "$dist/data/digits.pack"
mapfile -t found < <(find "$dist/icons" -type f 2>/dev/null | sort)
table "The service worker and what it also keeps" "$dist/service-worker.js" "$dist"/analyses/* "${found[@]}"

if [ "$page_sum" -ge $((limit_kb * 1000)) ]; then
  echo "size: the page has $(kb "$page_sum") KB gzipped and must stay under $limit_kb KB" >&2
  exit 1
fi
echo "size: $(kb "$page_sum") KB of $limit_kb KB"
