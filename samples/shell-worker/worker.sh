#!/usr/bin/env bash
# A pull worker with curl and jq. It takes jobs of type "shout" from one queue, one at a time, and says them louder.
#   ./worker.sh [queue]        JOBS=http://127.0.0.1:5087   API_KEY=…
set -u -o pipefail
command -v jq >/dev/null || { echo "This needs jq." >&2; exit 1; }
jobs=${JOBS:-http://127.0.0.1:5087} queue=${1:-mine} me="shell-$$"

post() { curl -sS -m 60 --retry 3 ${API_KEY:+-H "X-Api-Key: $API_KEY"} -H 'content-type: application/json' --data-binary @- "$jobs$1"; }
work() { tr '[:lower:]' '[:upper:]' <<<"$1"; } # your work: input in, result out, exit code 0 when it went well

while :; do
  job=$(jq -cn --arg worker "$me" '{$worker, wait: 30, types: ["shout"]}' | post "/queues/$queue/lease" | jq -c '.[0] // empty') || { sleep 1; continue; }
  [ -n "$job" ] || continue
  read -r id token seconds < <(jq -r '[.id, .leaseToken, .leaseSeconds] | join(" ")' <<<"$job")
  echo "$id: started"

  while sleep $(((seconds + 2) / 3)) && kill -0 $$; do jq -cn --arg leaseToken "$token" '{$leaseToken}' | post "/jobs/$id/heartbeat" >/dev/null; done 2>/dev/null &
  heartbeat=$!
  if result=$(work "$(jq -r '.input.say' <<<"$job")"); then
    answer=$(jq -cn --arg leaseToken "$token" --arg result "$result" '{$leaseToken, $result}' | post "/jobs/$id/complete")
  else
    answer=$(jq -cn --arg leaseToken "$token" '{$leaseToken, error: "The work went wrong."}' | post "/jobs/$id/fail")
  fi
  kill $heartbeat 2>/dev/null
  echo "$id: $(jq -r '.status // .title' <<<"$answer")"
done
