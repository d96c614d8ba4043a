#!/usr/bin/env bash
# The clients that users generate from docs/api/openapi.json: checks the document (Redocly), generates a client each with NSwag, Kiota and
# openapi-typescript and compiles it. tests/EndToEnd (GeneratedClientTests) has each run a job's round trip. Needs network the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=dotnet.sh
. eng/dotnet.sh
use_dotnet
document="$PWD/docs/api/openapi.json"
cd tests/Clients

if [ ! TypeScript/node_modules/.package-lock.json -nt TypeScript/package-lock.json ]; then
  (cd TypeScript && npm ci --no-audit --no-fund --loglevel=error)
fi
node=TypeScript/node_modules/.bin
REDOCLY_TELEMETRY=off "$node/redocly" lint "$document"
mkdir -p TypeScript/obj
"$node/openapi-typescript" "$document" --output TypeScript/obj/api.ts
"$node/tsc" --project TypeScript

"$DOTNET" tool restore
mkdir -p NSwag/obj/generated
"$DOTNET" nswag openapi2csclient "/input:$document" /output:NSwag/obj/generated/JobsClient.cs /namespace:Jobs.Generated /classname:JobsClient \
  /JsonLibrary:SystemTextJson
KIOTA_OFFLINE_ENABLED=true "$DOTNET" kiota generate --language CSharp --openapi "$document" --output Kiota/obj/generated \
  --namespace-name Jobs.Generated --class-name JobsClient --clean-output --exclude-backward-compatible --log-level Error
"$DOTNET" build NSwag -c Release -nologo -v quiet -clp:NoSummary
"$DOTNET" build Kiota -c Release -nologo -v quiet -clp:NoSummary
