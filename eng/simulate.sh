#!/usr/bin/env bash
# The simulator: seeds, what once failed, and a part of the sweep. Ends with what failed, if anything.
#
#   eng/simulate.sh ci         as CI runs it, in about two minutes: the first 400 seeds, always the same
#   eng/simulate.sh [SEED]     a minute and a half of fresh ones: from this seed on, else from one of the day, so that they can be repeated
#   eng/simulate.sh long       10,000 seeds and the whole sweep: about half an hour on two idle cores
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=dotnet.sh
. eng/dotnet.sh
use_dotnet

day=$((10#$(date -u +%j)))
seed="$(date -u +%Y)$(printf '%03d' "$day")00000"
which=fresh
case "${1:-}" in
  '') ;;
  ci | long) which=$1 ;;
  *[!0-9]*) echo "usage: eng/simulate.sh [SEED | ci | long]" >&2 && exit 2 ;;
  *) seed=$1 ;;
esac

failures=""
check() { # what, arguments
  local what=$1
  shift
  printf '\n== %s (%s s)\n' "$what" "$SECONDS"
  "$DOTNET" run -c Release --no-build --project tests/JobOrchestrator.Simulation -- "$@" || failures="$failures; $what"
}

"$DOTNET" build tests/JobOrchestrator.Simulation -c Release -nologo -v quiet || exit 1
check "kept scenarios" --scenario
check "seeds that once failed" --failed
case $which in
  long)
    check "seeds" --seeds 10000 --seed "$seed" --required
    check "sweep" --sweep --required
    ;;
  ci)
    check "seeds" --seeds 400 --seed 1
    check "a part of the sweep" --sweep --every 20 --from $((day % 20)) --required
    ;;
  *)
    check "seeds" --minutes 1.5 --seed "$seed" --required
    check "a part of the sweep" --sweep --every 20 --from $((day % 20)) --required
    ;;
esac

if [ -n "$failures" ]; then
  echo "failed${failures}"
  exit 1
fi
echo "all passed"
