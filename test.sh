#!/usr/bin/env bash
# Restores, builds, installs Chromium when it is missing, runs every test. Ends with "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet --list-sdks 2>/dev/null | grep '^10\.' >/dev/null || { echo "The tests need the .NET 10 SDK: install it from https://dotnet.microsoft.com/download/dotnet/10.0, then run this again." >&2; exit 1; }

if ! command -v chromium >/dev/null; then
  echo "Installing Chromium for the browser tests …"
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  { $as_root apt-get update -q && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qy --no-install-recommends chromium fonts-liberation; } >/tmp/isms-chromium.log 2>&1 || { cat /tmp/isms-chromium.log; echo "Chromium could not be installed." >&2; exit 1; }
fi

dotnet build IsmsModular.sln -c Release -v q -nologo -clp:ErrorsOnly || { echo "The build failed." >&2; exit 1; }

out=$(mktemp)
dotnet test --solution IsmsModular.sln -c Release --no-build --no-progress --no-ansi | tee "$out"
code=${PIPESTATUS[0]}
awk '/^  failed:/ {f=$2} /^  succeeded:/ {s=$2} /^  skipped:/ {k=$2} END {printf "%d passed, %d failed, %d skipped\n", s, f, k}' "$out"
rm -f "$out"
exit "$code"
