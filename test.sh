#!/usr/bin/env bash
# Builds everything and runs all tests. See ./test.sh --help.
set -u

usage() {
  cat <<'END'
./test.sh [arguments of dotnet test]    for example: ./test.sh --filter FullyQualifiedName~Lease

All of it takes about half an hour on two quiet cores, and longer on busy ones.

Needs nothing but network the first time: finds a .NET 10 SDK or fetches one into .dotnet/. With Node.js and npm
installed, LocalSidecar is tested with Dapr's own JavaScript client too.

Settings, by environment variable:
  CONFIGURATION=Release   which build
  TEST_NO_BUILD=1         test what was built before
  E2E_JOBS=2000           jobs in the end-to-end test that kills processes
  E2E_CHAOS_JOBS=5000     jobs in the one that kills and freezes workers
  E2E_CHAOS_SEED=         its seed, as an earlier run has printed it
  SIDECAR_URL=            HTTP address of a real daprd for the conformance tests, and
  SIDECAR_GRPC_URL=       its gRPC address; see tests/Sidecar.Conformance/README.md
END
}

case "${1:-}" in -h | --help) usage; exit 0 ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
CONFIGURATION=${CONFIGURATION:-Release}

# shellcheck source=eng/dotnet.sh
. eng/dotnet.sh
use_dotnet

projects=$(sed -n 's/^Project(.*"\(tests[^"]*\.csproj\)".*/\1/p' JobOrchestrator.sln | tr '\\' / \
  | xargs grep -L '<IsTestProject>false' | wc -l | tr -d ' ')
echo "$projects test projects, about half an hour for all of them on two quiet cores (45 minutes on busy ones). For less: --filter, see --help."

# The client that the conformance tests drive LocalSidecar with, and the sample worker stands on.
for client in tests/Sidecar.Conformance/js samples/node-worker; do
  if ! command -v npm >/dev/null 2>&1; then
    echo "npm is not here: the tests with Dapr's JavaScript client will be skipped. Install Node.js 18 or later to have them."
    break
  elif [ ! $client/node_modules/.package-lock.json -nt $client/package-lock.json ]; then
    echo "fetching Dapr's JavaScript client for $client ..."
    if ! (cd $client && npm ci --no-audit --no-fund --loglevel=error); then
      echo "npm could not fetch it: the tests in need of it will be skipped."
    fi
  fi
done

if [ "${TEST_NO_BUILD:-}" != 1 ]; then
  echo "building ..."
  if ! output=$("$DOTNET" build JobOrchestrator.sln -c "$CONFIGURATION" -nologo -v quiet '-clp:ErrorsOnly;NoSummary' 2>&1); then
    printf '%s\n' "$output"
    echo "The build failed; the errors are above. No test was run."
    exit 1
  fi
fi

# Which project of how many, in place of what dotnet test says around each. Whatever else it says is passed on.
tell() {
  local line name number=0
  while IFS= read -r line; do
    case "$line" in
      "Test run for "*)
        number=$((number + 1)) name=${line%%.dll*}
        echo "[$number of $projects] ${name##*[/\\]} (at $((SECONDS - begun)) s)"
        ;;
      "A total of 1 test files matched"* | "Data collector 'Blame' message: All tests finished"* | "Results File: "*) ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

# Some projects take minutes without a word.
tick() {
  # What is killed is this loop; its last sleep must not hold the pipe that somebody reads to its end.
  while sleep 60 >/dev/null 2>&1; do echo "    ... $(((SECONDS - begun) / 60)) min"; done
}

rm -rf TestResults
begun=$SECONDS
tick &
ticker=$!
trap 'kill $ticker 2>/dev/null' EXIT
# -m:1: one test project at a time. The end-to-end tests start processes of their own and need the machine.
# Blame: a test that hangs is named and ended, rather than the whole run by whoever loses patience.
"$DOTNET" test JobOrchestrator.sln -c "$CONFIGURATION" --no-build -nologo -m:1 \
  --logger "trx;LogFilePrefix=tests" --results-directory TestResults \
  --blame-hang-timeout 10m --blame-hang-dump-type none "$@" | tell
code=${PIPESTATUS[0]}
kill $ticker 2>/dev/null

echo
totals=$(find TestResults -name '*.trx' -exec cat {} + 2>/dev/null | awk -f eng/totals.awk)
printf '%s\n' "$totals" | sed '$d'
read -r passed failed skipped <<<"$(printf '%s\n' "$totals" | tail -n 1)"
if [ $code -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "A test run ended before its end; see above. It counts as one failure."
  failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $code -eq 0 ] && [ "$failed" -eq 0 ]
