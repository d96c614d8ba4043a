#!/usr/bin/env bash
# What takes too long for CI, run before an issue is called finished: about two hours on two idle cores, of which the simulator and what it
# costs take half an hour each, and what stands still or is many a quarter. Ends with what failed, if anything.
#
#   eng/long.sh [FOLDER-OF-AN-EARLIER-CHECKOUT]     a Release build there is measured beside this one
set -u
case "${1:-}" in '' | /*) ;; *) set -- "$PWD/$1" ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=dotnet.sh
. eng/dotnet.sh
use_dotnet

failures=""
step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
check() { # what, command, arguments
  local what=$1
  shift
  "$@" || { echo "FAILED: $what"; failures="$failures; $what"; }
}

step "build"
"$DOTNET" build JobOrchestrator.sln -c Release -nologo -v quiet || exit 1

step "the bundle, where no .NET is"
bundle=$(mktemp -d)/bundle
check "bundle" eng/bundle.sh "$bundle"
check "conformance from the bundle" env -i PATH=/usr/bin:/bin HOME="$HOME" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
  LOCAL_SIDECAR="$bundle/LocalSidecar/LocalSidecar" "$bundle/Sidecar.Conformance/Sidecar.Conformance"
rm -rf "$(dirname "$bundle")"

step "end to end, three times"
for round in 1 2 3; do
  check "end to end, round $round" "$DOTNET" test tests/EndToEnd -c Release --no-build -nologo
done

step "what takes minutes: processes that stand still, everything due at once, half a million finished jobs"
LONG_TESTS=1 check "endurance" "$DOTNET" test tests/EndToEnd -c Release --no-build -nologo --filter FullyQualifiedName~Endurance \
  --logger "console;verbosity=detailed"

step "pages over a hundred thousand jobs"
LONG_TESTS=1 check "pages" "$DOTNET" test tests/Browser -c Release --no-build -nologo --filter FullyQualifiedName~LoadTests \
  --logger "console;verbosity=detailed"

step "the simulator: 10,000 seeds and the whole sweep"
check "simulator" eng/simulate.sh long

step "what it costs"
load=benchmarks/load/bin/Release/net10.0/load.dll
suites=()
[ $# -gt 0 ] && suites=(--suite "$1" --suite .)
check "benchmark" "$DOTNET" $load ${suites[@]+"${suites[@]}"} --rounds 5 --bounds benchmarks/load/bounds.json \
  --only submit1,submit64,submit256,batch100,life,lifeBatch50,seen,queues64
check "benchmark of what is large, or idle" "$DOTNET" $load ${suites[@]+"${suites[@]}"} --rounds 2 \
  --only waits10k,million,finished500k,fanout,idle

step "done"
if [ -n "$failures" ]; then
  echo "failed${failures}"
  exit 1
fi
echo "all passed"
