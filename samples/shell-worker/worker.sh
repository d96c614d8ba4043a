#!/usr/bin/env bash
# A pull worker with curl and jq. It takes jobs of type "shout" from one queue, one at a time, and says them louder.
#   ./worker.sh [queue]        JOBS=http://127.0.0.1:5087   API_KEY=…
set -u -o pipefail
command -v jq >/dev/null || { echo "This needs jq." >&2; exit 1; }
jobs=${JOBS:-http://127.0.0.1:5087} queue=${1:-mine} me="shell-$$" result=$(mktemp) work=
trap 'stop; rm -f "$result"' EXIT

post() { curl -sS -m 60 --retry 3 ${API_KEY:+-H "X-Api-Key: $API_KEY"} -H 'content-type: application/json' --data-binary @- "$jobs$1"; }
work() { tr '[:lower:]' '[:upper:]' <<<"$1"; } # your work: input in, result out, exit code 0 when it went well
stop() { [ -z "$work" ] || kill -- "-$work"; } 2>/dev/null

# Heartbeats, three times a lease, until one says that the work is to end. Between two it waits for news of that, which come at once.
beat() {
  local wait=$(((seconds + 2) / 3))
  wait=$((wait < 30 ? wait : 30)) # well within what the service grants, and curl
  while sleep 1; do
    jq -cn --arg jobId "$id" --arg leaseToken "$token" --argjson wait $wait '{leases: [{$jobId, $leaseToken}], $wait}' |
      post /jobs/cancels | jq -e .outcomes >/dev/null || sleep $wait
    kill -0 $$ || return
    jq -cn --arg leaseToken "$token" '{$leaseToken}' | post "/jobs/$id/heartbeat" | jq -e '.cancelRequested or .status == 409' >/dev/null && stop
  done
} 2>/dev/null

while :; do
  job=$(jq -cn --arg worker "$me" '{$worker, wait: 30, types: ["shout"]}' | post "/queues/$queue/lease" | jq -c '.[0] // empty') || { sleep 1; continue; }
  [ -n "$job" ] || continue
  read -r id token seconds < <(jq -r '[.id, .leaseToken, .leaseSeconds] | join(" ")' <<<"$job")
  echo "$id: started"

  set -m # a process group of its own, so that all of it can be stopped
  work "$(jq -r '.input.say' <<<"$job")" >"$result" </dev/null & work=$!
  set +m
  beat & heartbeat=$!
  wait "$work"
  case $? in
    0) answer=$(jq -cn --arg leaseToken "$token" --rawfile result "$result" '{$leaseToken, result: ($result | rtrimstr("\n"))}' | post "/jobs/$id/complete") ;;
    143) answer=$(jq -cn --arg leaseToken "$token" '{$leaseToken}' | post "/jobs/$id/release") ;; # it was stopped: cancelled, or another's by now
    *) answer=$(jq -cn --arg leaseToken "$token" '{$leaseToken, error: "The work went wrong."}' | post "/jobs/$id/fail") ;;
  esac
  work=
  kill $heartbeat 2>/dev/null
  echo "$id: $(jq -r '.status // .title' <<<"$answer")"
done
