#!/usr/bin/env bash
# Starts the suite on this machine: LocalSidecar, JobOrchestrator and MicroserviceX. See ./start.sh --help.
# Works with bash 3.2, which is what macOS has: no associative arrays, no `wait -n`.
set -u

usage() {
  cat <<'END'
./start.sh          start everything here: no Docker, no Dapr, nothing to edit. Ctrl+C stops it.
./start.sh dapr     the same services on a real Dapr with Redis: dapr run -f dapr.yaml
./start.sh cosmos   on a real Dapr with Cosmos DB, whose database and container it makes if they are not there
./start.sh cosmos --check   only look whether they are right; --fix sets right what can be. See components/cosmos
./start.sh --help   this text

Settings, all by environment variable:
  JOBS_PORT=5087          JobOrchestrator
  X_PORT=5278             MicroserviceX
  SIDECAR_PORT=3500       JobOrchestrator's sidecar; MicroserviceX's has the next port
  SIDECAR_GRPC_PORT=50001 the same by gRPC, and again the next
  DATA_DIR=.data          jobs, events, logs and process ids
  START_NO_BUILD=1        start what was built before
  CONFIGURATION=Release   which build
  START_TIMEOUT=90        seconds that a service may take to become ready
  RUN_FILE=dapr.yaml      apps and ports of the sidecars. With an app of yours in one of your own, it has a sidecar too; without
                          microservice-x in it, MicroserviceX is not started. See docs/your-service.md
  COSMOS_THROUGHPUT=400   RU/s of a container that is made; autoscale:1000 and serverless are possible too

A process that ends is started again, so feel free to kill one: its id is in $DATA_DIR/pids.
END
}

say() { printf '%s\n' "[start] $*"; }
complain() { printf '%s\n' "[start] $*" >&2; }

# A relative DATA_DIR or RUN_FILE means what it means where the caller stands.
case "${DATA_DIR:-}" in
  '') DATA_DIR="" ;;
  /*) ;;
  *) DATA_DIR="$PWD/$DATA_DIR" ;;
esac
case "${RUN_FILE:-}" in '' | /*) ;; *) RUN_FILE="$PWD/$RUN_FILE" ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
root=$PWD
DATA_DIR=${DATA_DIR:-$root/.data}
JOBS_PORT=${JOBS_PORT:-5087}
X_PORT=${X_PORT:-5278}
SIDECAR_PORT=${SIDECAR_PORT:-3500}
SIDECAR_GRPC_PORT=${SIDECAR_GRPC_PORT:-50001}
CONFIGURATION=${CONFIGURATION:-Release}
START_TIMEOUT=${START_TIMEOUT:-90}
RUN_FILE=${RUN_FILE:-dapr.yaml}

# shellcheck source=eng/dotnet.sh
. eng/dotnet.sh

# --- Before anything is started ----------------------------------------------------------------------------------

# On either loopback, for the services listen on both.
answers_on() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (exec 3<>"/dev/tcp/::1/$1") 2>/dev/null; }

is_number() { case "$1" in '' | *[!0-9]* | 0?* | ??????*) return 1 ;; esac; }

# The next port; of what is none, itself, to be complained of.
after() { if is_number "$1"; then printf '%s' $(($1 + 1)); else printf '%s' "$1"; fi; }

# A port to choose instead: a thousand further on, or two, where it is free; of a sidecar's, the next one too.
instead_of() { # variable, port
  local port=$2 tries=0
  while [ $tries -lt 50 ]; do
    port=$((port + 1000)) tries=$((tries + 1))
    [ $port -lt 65535 ] || port=$((port % 1000 + 10000))
    answers_on $port || case "$1" in SIDECAR*) answers_on $((port + 1)) ;; *) false ;; esac || break
  done
  printf '%s' $port
}

# Where the ports stand, if not in variables of this script.
port_file=

require_ports() { # variable port, …; with $port_file, key port, …
  local variable port seen=" " taken="" advice=""
  while [ $# -gt 0 ]; do
    variable=$1 port=$2
    shift 2
    if ! is_number "$port"; then
      complain "$variable is \"$port\", which is no port number. Write a number alone, without address and colon."
      exit 1
    fi
    if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then
      complain "$variable is $port; ports go from 1 to 65535."
      exit 1
    fi
    case "$seen" in
      *" $port "*) complain "Port $port is asked for twice; choose another $variable${port_file:+ in $port_file}."; exit 1 ;;
    esac
    seen="$seen$port "
    if answers_on "$port" && [ -n "$port_file" ]; then
      complain "Port $port is taken by another program. Stop it, or write another number in place of $port into $port_file ($variable)."
      exit 1
    elif answers_on "$port"; then
      taken="$taken${taken:+, }$port"
      case "$advice " in *" $variable="*) ;; *) advice="$advice $variable=$(instead_of "$variable" "${!variable}")" ;; esac
    fi
  done
  case "$taken" in
    '') return 0 ;;
    *,*) complain "Ports $taken are taken by other programs. Stop them, or choose other ports:$advice ./start.sh" ;;
    *) complain "Port $taken is taken by another program. Stop it, or choose another port:$advice ./start.sh" ;;
  esac
  exit 1
}

# What a process was started with; nothing where there is none. Some systems have no ps.
arguments_of() { # pid
  is_pid "$1" || return 0
  if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -ww -o args= -p "$1"; fi 2>/dev/null
}

is_pid() { case "$1" in '' | *[!0-9]* | 0*) return 1 ;; esac; }

# Asked for by name too: after a power cut the number may have become another program's.
is_service() { # name, pid
  case "$(arguments_of "$2")" in *"/$1.dll"*) return 0 ;; *) return 1 ;; esac
}

is_starter() { # pid
  [ "$1" != $$ ] && case "$(arguments_of "$1")" in *start.sh*) return 0 ;; *) return 1 ;; esac
}

# Two starts on one folder would empty each other's logs and lose each other's process ids.
require_folder() {
  local name pid starter="" running="" ids=""
  [ -f "$DATA_DIR/starter" ] && read -r starter <"$DATA_DIR/starter"
  if [ -f "$DATA_DIR/pids" ]; then
    while IFS='=' read -r name pid; do
      if is_service "$name" "$pid"; then
        running=${running:-$name is process $pid} ids="$ids $pid"
      fi
    done <"$DATA_DIR/pids"
  fi
  if is_starter "$starter"; then
    complain "Another ./start.sh runs with the data in $DATA_DIR (${running:-it is process $starter, and about to start the services})."
  elif [ -n "$running" ]; then
    complain "Services of another ./start.sh run with the data in $DATA_DIR ($running)."
    complain "If it is no more, they stop within seconds, or else by: kill$ids"
  else
    return 0
  fi
  complain "Press Ctrl+C there, or run a second one beside it:" \
    "DATA_DIR=.data2 JOBS_PORT=6087 X_PORT=6278 SIDECAR_PORT=4500 SIDECAR_GRPC_PORT=51001 ./start.sh"
  exit 1
}

# Makes the folder this script's own. Of two that come at the same moment one wins; what one that was killed has left counts nothing.
claim_folder() {
  local winner
  # shellcheck disable=SC2188 # only whether it can be made
  if ! (set -C && echo $$ >"$DATA_DIR/starter") 2>/dev/null; then
    require_folder
    rm -f "$DATA_DIR/starter"
    (set -C && echo $$ >"$DATA_DIR/starter") 2>/dev/null
    # Another one may have found the same, and removed ours.
    sleep 0.3
  fi
  winner=""
  [ -f "$DATA_DIR/starter" ] && read -r winner <"$DATA_DIR/starter"
  if [ "$winner" != $$ ]; then
    complain "Another ./start.sh has just begun with the data in $DATA_DIR."
    exit 1
  fi
}

# Lets another one claim it. What has been claimed since is left alone: without it a third one would begin beside it.
release_folder() {
  local winner=""
  [ -f "$DATA_DIR/starter" ] && read -r winner <"$DATA_DIR/starter"
  [ "$winner" != $$ ] || rm -f "$DATA_DIR/starter"
}

# Looked at before anything is started, for the services could each say only that theirs failed.
require_writable() { # folder …
  local folder trouble
  for folder in "$@"; do
    if ! trouble=$({ mkdir -p "$folder" && printf '%04096d' 0 >"$folder/.writable"; } 2>&1); then
      rm -f "$folder/.writable" 2>/dev/null
      case "$trouble" in
        *"No space"* | *[Qq]uota*)
          complain "The disk is full: nothing can be written into $folder. Make room, or choose another DATA_DIR."
          ;;
        *) complain "Nothing can be written into $folder; choose another DATA_DIR." ;;
      esac
      complain "(${trouble##*: })"
      exit 1
    fi
    rm -f "$folder/.writable"
  done
}

# The logs of the start before are kept beside the new ones: what it said of its end may be why there is another.
keep_logs() {
  local name
  for name in "${names[@]}"; do
    if [ -e "$DATA_DIR/logs/$name.log" ] && ! mv -f "$DATA_DIR/logs/$name.log" "$DATA_DIR/logs/$name.previous.log"; then
      complain "The log $DATA_DIR/logs/$name.log cannot be moved out of the way."
      exit 1
    fi
  done
}

in_run_file() { grep -Eq "^[^#]*appID: *[\"']?$1[\"']?([],}[:space:]]|\$)" "$RUN_FILE"; } # app id

# MicroserviceX is an example: a run file without it is that of somebody who brings a service instead. Sets $with_x.
require_run_file() {
  if [ ! -f "$RUN_FILE" ]; then
    complain "There is no run file $RUN_FILE."
    exit 1
  elif ! in_run_file job-orchestrator; then
    complain "$RUN_FILE has no app with \"appID: job-orchestrator\"; see docs/your-service.md."
    exit 1
  fi
  if in_run_file microservice-x; then with_x=yes; else with_x=; fi
}

build() { # solution or project
  [ "${START_NO_BUILD:-}" = 1 ] && return
  say "building (a minute or two the first time) ..."
  local output
  if ! output=$("$DOTNET" build "$1" -c "$CONFIGURATION" -nologo -v quiet '-clp:ErrorsOnly;NoSummary' 2>&1); then
    printf '%s\n' "$output" >&2
    complain "The build failed; the errors are above."
    exit 1
  fi
}

# The tour goes through the doors; elsewhere they are closed unless asked for.
open_doors() { export Doors__Relay="${Doors__Relay:-true}" Doors__Hasty="${Doors__Hasty:-true}"; }

# Passwords are nobody else's to read, whoever made the file.
make_secrets() {
  if ! { [ -f secrets.json ] || cp secrets.json.example secrets.json; }; then
    complain "secrets.json, which holds the passwords of components, cannot be made in $root."
    exit 1
  fi
  # Another user's, shared with this one on purpose, stays as it is.
  chmod 600 secrets.json 2>/dev/null || complain "secrets.json is not this user's, or on a read-only disk: its mode stays as it is."
}

# --- ./start.sh dapr ---------------------------------------------------------------------------------------------

redis_answers() {
  local answer
  exec 3<>/dev/tcp/127.0.0.1/6379 || return 1
  printf 'PING\r\n' >&3
  IFS= read -r -t 3 answer <&3
  exec 3>&-
  # One that wants a password is there too.
  case "$answer" in "+PONG"* | "-NOAUTH"*) return 0 ;; *) return 1 ;; esac
}

require_dapr() { # folder under components/
  local missing=0
  if ! command -v dapr >/dev/null 2>&1; then
    complain "The dapr command is not here. Install it (https://docs.dapr.io/getting-started/install-dapr-cli/), then run: dapr init"
    missing=1
  elif [ ! -x "${DAPR_RUNTIME_PATH:-$HOME}/.dapr/bin/daprd" ]; then
    complain "Dapr's runtime is not installed. Run: dapr init"
    missing=1
  fi
  if ! (redis_answers) 2>/dev/null; then
    complain "No Redis answers on localhost:6379 (components/$1). dapr init starts one where Docker is; or start redis-server."
    missing=1
  fi
  [ $missing -eq 0 ] || exit 1
  if [ "$JOBS_PORT $X_PORT $SIDECAR_PORT $SIDECAR_GRPC_PORT" != "5087 5278 3500 50001" ]; then
    complain "With Dapr the ports stand in $RUN_FILE; JOBS_PORT, X_PORT, SIDECAR_PORT and SIDECAR_GRPC_PORT are not used."
  fi
  if [ ! -f "$RUN_FILE" ]; then
    complain "There is no run file $RUN_FILE."
    exit 1
  fi
  use_dotnet
  port_file=$RUN_FILE
  # shellcheck disable=SC2046 # words are wanted: keys and ports in turn
  require_ports $(sed -nE 's/^[ -]*(appPort|daprHTTPPort|daprGRPCPort): *"?([0-9]+).*/\1 \2/p' "$RUN_FILE")
}

run_on_dapr() { # run file
  make_secrets
  open_doors
  # Built here first: two `dotnet run` that build the projects they share get in each other's way.
  build eng/Services.slnf
  umask 077
  exec dapr run -f "$1"
}

# --- ./start.sh cosmos -------------------------------------------------------------------------------------------

prepare_cosmos() { # arguments of components/cosmos/setup
  local program=components/cosmos/setup/bin/$CONFIGURATION/net10.0/CosmosSetup.dll
  make_secrets
  build components/cosmos/setup/CosmosSetup.csproj
  if [ ! -f "$program" ]; then
    complain "CosmosSetup has not been built ($CONFIGURATION). Run ./start.sh cosmos without START_NO_BUILD."
    exit 1
  fi
  "$DOTNET" "$program" "$@" || exit $?
}

# The run file with components/cosmos in place of components/redis. It is made beside the other one, because the paths
# in it are seen from there. Sets $cosmos_file.
make_cosmos_file() {
  cosmos_file=${RUN_FILE%.yaml}.cosmos.yaml
  {
    echo "# Made from $RUN_FILE by ./start.sh cosmos, every time: change that one."
    sed '/resourcesPath/s#components/redis#components/cosmos#' "$RUN_FILE"
  } >"$cosmos_file" || exit 1
  if ! grep -q '^[^#]*resourcesPath.*components/cosmos' "$cosmos_file"; then
    complain "$RUN_FILE has no line \"resourcesPath: ./components/redis\" that could name components/cosmos instead."
    exit 1
  fi
}

run_on_cosmos() { # arguments of components/cosmos/setup
  case " $* " in
    *" --check "* | *" --help "* | *" -h "*)
      use_dotnet
      prepare_cosmos "$@"
      exit 0
      ;;
  esac
  # Looked for first: what is made in an account costs money from then on.
  require_dapr cosmos
  make_cosmos_file
  prepare_cosmos "$@"
  run_on_dapr "$cosmos_file"
}

# Programs behind a company's proxy must still reach their neighbours directly, an emulator too. Some programs read the one
# variable, some the other, and what a shell said in one alone is kept in both.
no_proxy=${no_proxy:-${NO_PROXY:-}}
NO_PROXY=${NO_PROXY:-$no_proxy}
export NO_PROXY="127.0.0.1,localhost${NO_PROXY:+,$NO_PROXY}" no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"

case "${1:-}" in
  '') ;;
  dapr)
    require_dapr redis
    run_on_dapr "$RUN_FILE"
    ;;
  cosmos)
    shift
    run_on_cosmos "$@"
    ;;
  -h | --help | help) usage; exit 0 ;;
  *) complain "Unknown argument \"$1\"."; usage >&2; exit 2 ;;
esac

# --- The services ------------------------------------------------------------------------------------------------

names=(LocalSidecar JobOrchestrator MicroserviceX)
ports=("$SIDECAR_PORT" "$JOBS_PORT" "$X_PORT")
health=(/v1.0/healthz/outbound /health/ready /health/ready)
pids=("" "" "")          # empty while not running
restart_at=("" "" "")    # by $SECONDS; empty unless it is to be started again
deaths=("" "" "")        # by $SECONDS, those of the last 30 s
awaited=("" "" "")       # "yes" from a restart until it is ready

launch() { # index
  local name=${names[$1]} bin=bin/$CONFIGURATION/net10.0
  (
    # Ctrl+C goes to everything in the terminal; the services leave it to this script, which stops them in order.
    trap '' INT
    # 9 is the lifeline (below), which this script alone must hold.
    exec 9>&-
    # The services run in their own folders, as under `dapr run`, where they find their appsettings.json. LocalSidecar
    # runs in the repository's, from which the paths in dapr.yaml are seen.
    case $name in
      LocalSidecar)
        exec "$DOTNET" "LocalSidecar/$bin/LocalSidecar.dll" \
          -f "$RUN_FILE" --resources-path components/local --data "$DATA_DIR/sidecar" \
          --set "job-orchestrator.appPort=$JOBS_PORT" --set "job-orchestrator.daprHTTPPort=$SIDECAR_PORT" \
          --set "job-orchestrator.daprGRPCPort=$SIDECAR_GRPC_PORT" \
          ${with_x:+--set "microservice-x.appPort=$X_PORT"} \
          ${with_x:+--set "microservice-x.daprHTTPPort=$((SIDECAR_PORT + 1))"} \
          ${with_x:+--set "microservice-x.daprGRPCPort=$((SIDECAR_GRPC_PORT + 1))"}
        ;;
      JobOrchestrator)
        cd JobOrchestrator || exit 1
        export ASPNETCORE_URLS="http://localhost:$JOBS_PORT" APP_PORT="$JOBS_PORT"
        export DAPR_HTTP_PORT="$SIDECAR_PORT" DAPR_GRPC_PORT="$SIDECAR_GRPC_PORT"
        exec "$DOTNET" "$bin/JobOrchestrator.dll"
        ;;
      MicroserviceX)
        cd MicroserviceX || exit 1
        export ASPNETCORE_URLS="http://localhost:$X_PORT" APP_PORT="$X_PORT"
        export DAPR_HTTP_PORT="$((SIDECAR_PORT + 1))" DAPR_GRPC_PORT="$((SIDECAR_GRPC_PORT + 1))"
        export Jobs__Client__Address="http://127.0.0.1:$JOBS_PORT" DATA_DIR
        exec "$DOTNET" "$bin/MicroserviceX.dll"
        ;;
    esac
  ) >&$((4 + $1)) 2>&1 </dev/null &
  pids[$1]=$!
  write_pids
}

# For people, and tests, that want to kill one. Replaced as a whole, so that nobody reads half of it.
write_pids() {
  local i lines=""
  for i in 0 1 2; do
    [ -n "${pids[$i]}" ] && lines="$lines${names[$i]}=${pids[$i]}"$'\n'
  done
  if printf '%s' "$lines" 2>/dev/null >"$DATA_DIR/pids.new"; then
    mv -f "$DATA_DIR/pids.new" "$DATA_DIR/pids"
  else
    rm -f "$DATA_DIR/pids.new"
    complain "$DATA_DIR/pids cannot be written; the process ids in it are those of before."
  fi
}

is_running() { [ -n "${pids[$1]}" ] && kill -0 "${pids[$1]}" 2>/dev/null; }

is_ready() { # index: whether its health address answers 2xx
  local status
  status=$(
    exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/${ports[$1]}" || exit 1
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "${health[$1]}" "${ports[$1]}" >&3
    IFS= read -r -t 5 status <&3 && printf '%s' "$status"
  )
  case "$status" in "HTTP/1.1 2"*) return 0 ;; *) return 1 ;; esac
}

# A sleep that a signal ends at once.
pause() {
  sleep "$1" &
  wait $! 2>/dev/null
}

stop_service() { # index
  local pid=${pids[$1]} tenths=0
  [ -n "$pid" ] || return
  kill -TERM "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do
    if [ $tenths -ge 100 ]; then
      complain "${names[$1]} did not stop within 10 s; killing it."
      kill -KILL "$pid" 2>/dev/null
      break
    fi
    pause 0.1
    tenths=$((tenths + 1))
  done
  wait "$pid" 2>/dev/null
  pids[$1]=""
  say "${names[$1]} has stopped."
}

finish() { # exit code, index of the service that is to blame, if any
  trap '' INT TERM HUP
  local i log
  for i in 2 1 0; do
    stop_service $i
  done
  rm -f "$DATA_DIR/pids"
  trap - EXIT
  release_folder
  echo stopped >&9
  say "stopped."
  if [ -n "${2:-}" ]; then
    # Last, so that it is not buried under what the others say while they stop.
    log=$DATA_DIR/logs/${names[$2]}.log
    complain "The end of $log:"
    tail -n 3 "$log" >&2
  fi
  exit "$1"
}

how_it_ended() { # exit code
  if [ "$1" -gt 128 ] && [ "$1" -le 192 ]; then
    printf 'was killed (signal %s)' $(($1 - 128))
  else
    printf 'ended with exit code %s' "$1"
  fi
}

# Collects a service that has ended, and says so. Sets $ending.
collect() { # index
  wait "${pids[$1]}" 2>/dev/null
  ending="${names[$1]} (pid ${pids[$1]}) $(how_it_ended $?)"
  pids[$1]=""
  write_pids
}

await_ready() { # index
  local deadline=$((SECONDS + START_TIMEOUT)) i
  while ! is_ready "$1"; do
    for i in 0 1 2; do
      if [ -n "${pids[$i]}" ] && ! is_running $i; then
        collect $i
        complain "$ending while starting."
        finish 1 $i
      fi
    done
    if [ "$SECONDS" -ge "$deadline" ]; then
      complain "${names[$1]} was not ready after $START_TIMEOUT s."
      finish 1 "$1"
    fi
    pause 0.2
  done
}

# One look at one service: started again after it ended, and given up when it ends too often.
supervise() { # index
  local times="" time
  if [ -n "${pids[$1]}" ] && ! is_running "$1"; then
    collect "$1"
    for time in ${deaths[$1]} $SECONDS; do
      [ "$time" -gt $((SECONDS - 30)) ] && times="$times $time"
    done
    deaths[$1]=$times
    # shellcheck disable=SC2086 # words are counted
    set -- "$1" $times
    if [ $# -gt 5 ]; then
      complain "$ending for the fifth time within 30 s: giving up."
      finish 1 "$1"
    fi
    say "$ending; starting it again."
    restart_at[$1]=$((SECONDS + 1))
  elif [ -n "${restart_at[$1]}" ] && [ "$SECONDS" -ge "${restart_at[$1]}" ]; then
    restart_at[$1]=""
    awaited[$1]=yes
    launch "$1"
  elif [ -n "${awaited[$1]}" ] && is_ready "$1"; then
    awaited[$1]=""
    say "${names[$1]} is ready again (pid ${pids[$1]})."
  fi
}

# --- Start -------------------------------------------------------------------------------------------------------

is_number "$START_TIMEOUT" || { complain "START_TIMEOUT is \"$START_TIMEOUT\", which is no number of seconds."; exit 1; }
require_run_file
use_dotnet
require_folder
require_ports JOBS_PORT "$JOBS_PORT" ${with_x:+X_PORT "$X_PORT"} \
  SIDECAR_PORT "$SIDECAR_PORT" ${with_x:+SIDECAR_PORT "$(after "$SIDECAR_PORT")"} \
  SIDECAR_GRPC_PORT "$SIDECAR_GRPC_PORT" ${with_x:+SIDECAR_GRPC_PORT "$(after "$SIDECAR_GRPC_PORT")"}
build eng/Services.slnf
for i in 0 1 2; do
  project=${names[$i]}
  if [ ! -f "$project/bin/$CONFIGURATION/net10.0/${names[$i]}.dll" ]; then
    complain "${names[$i]} has not been built ($CONFIGURATION). Run ./start.sh without START_NO_BUILD."
    exit 1
  fi
done
# Jobs, events and logs are their owner's alone; so is what an earlier start left readable.
umask 077
require_writable "$DATA_DIR" "$DATA_DIR/logs" "$DATA_DIR/sidecar" "$DATA_DIR/microservice-x"
claim_folder
trap release_folder EXIT
chmod 700 "$DATA_DIR" 2>/dev/null || complain "$DATA_DIR is not this user's: others may be able to read it."
rm -f "$DATA_DIR/pids"
make_secrets
keep_logs

open_doors

# Each service writes to its own log (4, 5, 6), shown on the console with its name in front.
if sed -u '' </dev/null 2>/dev/null; then line_by_line=-u; else line_by_line=-l; fi
show() { # name
  trap '' INT TERM HUP
  tee "$DATA_DIR/logs/$1.log" | sed "$line_by_line" "s/^/$(printf '%-15s' "$1") | /"
}
exec 4> >(show LocalSidecar) 5> >(show JobOrchestrator) 6> >(show MicroserviceX)

# The lifeline: whatever becomes of this script, kill -9 included, its end closes the pipe, and the services are stopped.
exec 9> >(
  trap '' INT TERM HUP
  exec 4>&- 5>&- 6>&- 2>/dev/null
  if ! read -r _; then
    # In order, as by Ctrl+C: JobOrchestrator gives back what it holds in the store behind LocalSidecar.
    for name in MicroserviceX JobOrchestrator LocalSidecar; do
      pid=$(sed -n "s/^$name=//p" "$DATA_DIR/pids")
      tenths=0
      is_service "$name" "$pid" && kill -TERM "$pid" 2>/dev/null
      while is_service "$name" "$pid"; do
        [ $tenths -eq 100 ] && kill -KILL "$pid" 2>/dev/null
        sleep 0.1
        tenths=$((tenths + 1))
      done
    done
    rm -f "$DATA_DIR/pids"
    release_folder
  fi
)

trap 'echo; say "stopping ..."; finish 130' INT
trap 'say "stopping ..."; finish 143' TERM
trap 'finish 129' HUP

launch 0
await_ready 0
launch 1
# Before the one that calls it, which would complain that nobody is there.
await_ready 1
[ -z "$with_x" ] || { launch 2; await_ready 2; }

cat <<END

  Pages for people        http://127.0.0.1:$JOBS_PORT/ui
  Swagger UI              http://127.0.0.1:$JOBS_PORT/swagger
  Jobs                    http://127.0.0.1:$JOBS_PORT/jobs
${with_x:+  MicroserviceX events    http://127.0.0.1:$X_PORT/events
}  Dapr API                http://127.0.0.1:$SIDECAR_PORT/v1.0/metadata
  Data, logs, process ids $DATA_DIR

ready
END

while :; do
  pause 0.5
  for i in 0 1 2; do
    supervise $i
  done
done
