#!/usr/bin/env bash
# Refreshes what the pages use from elsewhere, out of npm packages: Tabler's style sheet, htmx, Tabler icons (the names in tools/icons.txt). The result is
# committed, so a build needs no npm and the program never calls the Internet.
set -euo pipefail
cd "$(dirname "$0")/.."
tabler=1.6.1 htmx=2.0.11 icons=3.52.0
lib=src/IsmsModular.Web/wwwroot/lib
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
get() { (cd "$work" && npm pack --silent "$1@$2" >pack.txt && mkdir -p "$3" && tar xzf "$(tail -1 pack.txt)" -C "$3" --strip-components=1); }
get @tabler/core $tabler core
get htmx.org $htmx htmx
get @tabler/icons $icons icons

rm -rf "$lib"; mkdir -p "$lib/tabler" "$lib/htmx" "$lib/tabler-icons"
grep -v '^/\*# sourceMappingURL' "$work/core/dist/css/tabler.min.css" > "$lib/tabler/tabler.min.css"
cp "$work/htmx/dist/htmx.min.js" "$lib/htmx/"
cp "$work/htmx/LICENSE" "$lib/htmx/LICENSE.txt"
cp "$work/icons/LICENSE" "$lib/tabler-icons/LICENSE.txt"
# The package of Tabler names its licence (MIT) without the text; icons and core have the same authors and the same text.
sed -e 's/^Copyright.*/Copyright (c) 2018-2026 The Tabler Authors, codecalm.net Paweł Kuna/' "$work/icons/LICENSE" > "$lib/tabler/LICENSE.txt"

sprite="$lib/tabler-icons/sprite.svg"
echo '<svg xmlns="http://www.w3.org/2000/svg">' > "$sprite"
for name in $(tr ' ' '\n' < tools/icons.txt | sort -u); do
  file="$work/icons/icons/outline/$name.svg"
  [ -f "$file" ] || { echo "no icon named $name" >&2; continue; }
  { printf '<symbol id="%s" viewBox="0 0 24 24">' "$name"; sed -n '/^>/,$p' "$file" | sed '1d' | grep -v 'M0 0h24v24H0z' | grep -v '</svg>' | sed 's/^ *//' | tr -d '\n'; echo '</symbol>'; } >> "$sprite"
done
echo '</svg>' >> "$sprite"
printf '@tabler/core %s MIT\nhtmx.org %s 0BSD\n@tabler/icons %s MIT\n' $tabler $htmx $icons > "$lib/VERSIONS.txt"
