#!/usr/bin/env bash
# Makes one folder that runs on a Linux machine (x64) with nothing installed: both services, LocalSidecar, the worker of the end-to-end
# tests, the conformance suite, components/ and a run file for `dapr run -f`. See its README.
#
#   eng/bundle.sh [FOLDER]      artifacts/bundle by default; what is there is replaced
set -eu

case "${1:-}" in
  -*) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
  '') out=artifacts/bundle ;;
  /*) out=$1 ;;
  *) out=$PWD/$1 ;; # as the caller sees it
esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=dotnet.sh
. eng/dotnet.sh
use_dotnet

if [ -e "$out" ] && [ ! -f "$out/.bundle" ]; then
  echo "$out is there and no bundle of ours: name another folder." >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$out"
touch "$out/.bundle"

publish() { # project, folder
  echo "publishing $2 ..."
  "$DOTNET" publish "$1" -c Release -r linux-x64 --self-contained -o "$out/$2" -nologo -v quiet '-clp:ErrorsOnly;NoSummary'
}
publish JobOrchestrator JobOrchestrator
publish MicroserviceX MicroserviceX
publish LocalSidecar LocalSidecar
publish tests/EndToEnd.Worker EndToEnd.Worker
publish tests/Sidecar.Conformance Sidecar.Conformance

cp -R components "$out/components"
cp LICENSE "$out/LICENSE"
cp secrets.json.example "$out/secrets.json"
# The same apps, ports and settings, by their own executables.
sed -e 's|^    command: \["dotnet", "run".*|    command: ["./COMMAND"]|' dapr.yaml \
  | awk '/appDirPath: \.\// { app = $2; sub(/^\.\//, "", app) } { sub(/COMMAND/, app); print }' >"$out/dapr.yaml"
cat >"$out/README.md" <<'END'
# JobOrchestrator, ready to run on Linux (x64)

Nothing has to be installed. In this folder:

```sh
# on a real Dapr (the dapr command and `dapr init`), with Redis; other stacks: resourcesPath in dapr.yaml
dapr run -f dapr.yaml

# or on LocalSidecar, which reads the same file
LocalSidecar/LocalSidecar -f dapr.yaml --resources-path components/local --data .data &
(cd JobOrchestrator && ASPNETCORE_URLS=http://127.0.0.1:5087 DAPR_HTTP_PORT=3500 DAPR_GRPC_PORT=50001 ./JobOrchestrator) &
curl -i 'http://127.0.0.1:5087/jobs' -H 'Content-Type: application/json' -d '{"type":"simulate","input":{"seconds":1}}'

# is a daprd what the services take it for?
SIDECAR_URL=http://127.0.0.1:3500 SIDECAR_GRPC_URL=http://127.0.0.1:50001 Sidecar.Conformance/Sidecar.Conformance
```

Ports are those of the repository's README: JobOrchestrator 5087, MicroserviceX 5278, their sidecars 3500 and 3501 (HTTP), 50001 and 50002 (gRPC).
END
du -sh "$out" | cut -f 1 | sed "s|.*|$out: &|"
