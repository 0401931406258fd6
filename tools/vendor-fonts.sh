#!/usr/bin/env bash
# Refreshes the fonts of the PDF plugin out of Debian's packages. The result is committed, so a build needs no packages.
set -euo pipefail
cd "$(dirname "$0")/.."
to=$PWD/plugins/report-pdf/data/fonts
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download fonts-noto-core fonts-dejavu-core fonts-droid-fallback
for package in *.deb; do dpkg-deb -x "$package" files; done
for font in NotoSans-Regular NotoSans-Bold NotoSansTamil-Regular NotoSansTamil-Bold; do
  install -m 644 "files/usr/share/fonts/truetype/noto/$font.ttf" "$to/$font.ttf"
done
install -m 644 files/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf "$to/DejaVuSans.ttf"
install -m 644 files/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf "$to/DroidSansFallback.ttf"
echo "$(ls *.deb): name the versions in $to/README.txt"
