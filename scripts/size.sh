#!/usr/bin/env bash
# What a visitor downloads: gzipped sizes of dist/. Fails where the page with its digits is larger
# than it may be. The workers are fetched later, and have no limit but common sense.
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

for kind in html js css wasm; do find_some "$dist/*.$kind"; done
# Everything beside the folders of workers and data belongs to the page, whatever its name.
mapfile -t found < <(find "$dist" -maxdepth 1 -type f | sort)
table "The page and its digits" "${found[@]}" "$dist/data/digits.pack"
page_sum=$sum
find_some "$dist/parts-*/*"
table "Parts of the page, fetched after the first view" "${found[@]}"
for worker in projector trainer; do
  find_some "$dist/workers-*/$worker*"
  table "The $worker, fetched when needed" "${found[@]}"
done

if [ "$page_sum" -ge $((limit_kb * 1000)) ]; then
  echo "size: the page has $(kb "$page_sum") KB gzipped and must stay under $limit_kb KB" >&2
  exit 1
fi
echo "size: $(kb "$page_sum") KB of $limit_kb KB"
