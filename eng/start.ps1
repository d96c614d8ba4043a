# start.sh for Windows: the same settings, the same messages. See start.cmd --help.
$ErrorActionPreference = 'Stop'
# Not a parameter: PowerShell would take --help for the name of one.
$What = "$($args | Select-Object -First 1)"
$Further = @($args | Select-Object -Skip 1)

function Say([string] $text) { Write-Host "[start] $text" }
function Setting([string] $name, [string] $default) {
    $value = [Environment]::GetEnvironmentVariable($name)
    if ($value) { return $value } else { return $default }
}

$root = Split-Path $PSScriptRoot
# A relative DATA_DIR or RUN_FILE means what it means where the caller stands.
$data = [IO.Path]::GetFullPath([IO.Path]::Combine((Get-Location).Path, (Setting 'DATA_DIR' (Join-Path $root '.data'))))
$runFile = Setting 'RUN_FILE' ''
if ($runFile) { $runFile = [IO.Path]::GetFullPath([IO.Path]::Combine((Get-Location).Path, $runFile)) } else { $runFile = 'dapr.yaml' }
Set-Location $root
. (Join-Path $PSScriptRoot 'dotnet.ps1')

if ($What -in '--help', '-h', '/?') {
    Write-Host @'
start.cmd          start everything here: no Docker, no Dapr, nothing to edit. Ctrl+C stops it.
start.cmd dapr     the same services on a real Dapr with Redis: dapr run -f dapr.yaml
start.cmd cosmos   on a real Dapr with Cosmos DB, whose database and container it makes if they are not there
start.cmd cosmos --check   only look whether they are right; --fix sets right what can be. See components\cosmos
start.cmd --help   this text

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
                          microservice-x in it, MicroserviceX is not started. See docs\your-service.md
  COSMOS_THROUGHPUT=400   RU/s of a container that is made; autoscale:1000 and serverless are possible too

A process that ends is started again, so feel free to kill one: its id is in %DATA_DIR%\pids.
'@
    exit 0
}
if ($What -notin '', 'dapr', 'cosmos') { Say "Unknown argument `"$What`". Try start.cmd --help"; exit 2 }

$jobsPort = Setting 'JOBS_PORT' '5087'
$xPort = Setting 'X_PORT' '5278'
$sidecarPort = Setting 'SIDECAR_PORT' '3500'
$sidecarGrpcPort = Setting 'SIDECAR_GRPC_PORT' '50001'
$configuration = Setting 'CONFIGURATION' 'Release'
$startTimeout = Setting 'START_TIMEOUT' '90'
if ($startTimeout -notmatch '^\d{1,5}$') { Say "START_TIMEOUT is `"$startTimeout`", which is no number of seconds."; exit 1 }
$startTimeout = [int]$startTimeout

# On either loopback, for the services listen on both. Asked of the system: to try a free port takes Windows seconds.
function Test-Answers([int] $port) {
    $here = '127.0.0.1', '::1', '0.0.0.0', '::'
    $listeners = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpListeners()
    return [bool]($listeners | Where-Object { $_.Port -eq $port -and "$($_.Address)" -in $here })
}

function Test-Number([string] $text) { return $text -match '^(0|[1-9]\d{0,4})$' }

# The next port; of what is none, itself, to be complained of.
function Get-After([string] $port) { if (Test-Number $port) { return "$(1 + [int]$port)" } else { return $port } }

# A port to choose instead: a thousand further on, or two, where it is free; of a sidecar's, the next one too.
function Get-Instead([string] $variable, [int] $port) {
    foreach ($try in 1..50) {
        $port += 1000
        if ($port -ge 65535) { $port = $port % 1000 + 10000 }
        if (-not (Test-Answers $port) -and -not ($variable -like 'SIDECAR*' -and (Test-Answers ($port + 1)))) { break }
    }
    return $port
}

# Where the ports stand, if not in variables of this script.
$portFile = ''

function Assert-Ports([object[]] $wanted) { # pairs of variable and port; with $portFile, of key and port
    $seen = @()
    $taken = @()
    $first = @{} # of two neighbours the one that the variable says
    $advice = [ordered]@{}
    foreach ($pair in $wanted) {
        $variable, $port = $pair
        if (-not $first.ContainsKey($variable)) { $first[$variable] = $port }
        if (-not (Test-Number $port)) {
            Say "$variable is `"$port`", which is no port number. Write a number alone, without address and colon."
            exit 1
        }
        if ([int]$port -lt 1 -or [int]$port -gt 65535) { Say "$variable is $port; ports go from 1 to 65535."; exit 1 }
        if ($seen -contains $port) { Say "Port $port is asked for twice; choose another $variable$(if ($portFile) { " in $portFile" })."; exit 1 }
        $seen += $port
        if ($portFile -and (Test-Answers $port)) {
            Say "Port $port is taken by another program. Stop it, or write another number in place of $port into $portFile ($variable)."
            exit 1
        }
        if (Test-Answers $port) {
            $taken += $port
            if (-not $advice.Contains($variable)) { $advice[$variable] = Get-Instead $variable $first[$variable] }
        }
    }
    if ($taken) {
        $set = ($advice.GetEnumerator() | ForEach-Object { "set $($_.Key)=$($_.Value)" }) -join ' & '
        if ($taken.Count -eq 1) { Say "Port $taken is taken by another program. Stop it, or choose another port: $set" }
        else { Say "Ports $($taken -join ', ') are taken by other programs. Stop them, or choose other ports: $set" }
        exit 1
    }
}

# Asked for by name too: after a power cut the number may have become another program's.
function Test-Service([string] $name, [string] $id) {
    if ($id -notmatch '^[1-9]\d*$') { return $false }
    $process = Get-CimInstance Win32_Process -Filter "ProcessId = $id" -ErrorAction SilentlyContinue
    return [bool]($process -and "$($process.CommandLine)" -like "*\$name.dll*")
}

# Two starts on one folder would delete each other's logs and lose each other's process ids.
function Assert-Folder {
    if (-not (Test-Path "$data\pids")) { return }
    foreach ($line in Get-Content "$data\pids") {
        $name, $id = $line -split '=', 2
        if (Test-Service $name $id) {
            Say "Another start.cmd runs with the data in $data ($name is process $id)."
            Say 'Press Ctrl+C there, or run a second one beside it: set another DATA_DIR, JOBS_PORT, X_PORT, SIDECAR_PORT, SIDECAR_GRPC_PORT.'
            exit 1
        }
    }
}

# Looked at before anything is started, for the services could each say only that theirs failed.
function Assert-Writable([string[]] $folders) {
    foreach ($folder in $folders) {
        try {
            New-Item -ItemType Directory -Force $folder | Out-Null
            [IO.File]::WriteAllText("$folder\.writable", '0' * 4096)
            Remove-Item "$folder\.writable"
        }
        catch {
            $full = $_.Exception.GetBaseException().HResult -in 0x80070070, 0x80070027
            if ($full) { Say "The disk is full: nothing can be written into $folder. Make room, or choose another DATA_DIR." }
            else { Say "Nothing can be written into $folder; choose another DATA_DIR." }
            Say "($($_.Exception.GetBaseException().Message))"
            exit 1
        }
    }
}

# Makes the folder this script's own for as long as it runs: the file is held open, and given back by the system whatever becomes of it.
function Lock-Folder {
    try { $script:starter = [IO.File]::Open("$data\starter", 'OpenOrCreate', 'ReadWrite', 'None') }
    catch { Say "Another start.cmd runs with the data in $data, or is about to."; exit 1 }
}

# The logs of the start before are kept beside the new ones: what it said of its end may be why there is another.
function Move-Logs {
    Remove-Item "$data\logs\previous" -Recurse -Force -ErrorAction SilentlyContinue
    New-Item -ItemType Directory -Force "$data\logs\previous" | Out-Null
    Get-ChildItem "$data\logs\*.log" | Move-Item -Destination "$data\logs\previous"
}

function Build([string] $what) { # solution or project
    if ($env:START_NO_BUILD -eq '1') { return }
    Say 'building (a minute or two the first time) ...'
    $output = & $dotnet build $what -c $configuration -nologo -v quiet '-clp:ErrorsOnly;NoSummary'
    if ($LASTEXITCODE -ne 0) { $output | Write-Host; Say 'The build failed; the errors are above.'; exit 1 }
}

# The tour goes through the doors; elsewhere they are closed unless asked for.
if (-not $env:Doors__Relay) { $env:Doors__Relay = 'true' }
if (-not $env:Doors__Hasty) { $env:Doors__Hasty = 'true' }

function Copy-Secrets { if (-not (Test-Path secrets.json)) { Copy-Item secrets.json.example secrets.json } }

# --- start.cmd cosmos --------------------------------------------------------------------------------------------

function Initialize-Cosmos { # by the arguments that follow "cosmos"
    $program = "components\cosmos\setup\bin\$configuration\net10.0\CosmosSetup.dll"
    Copy-Secrets
    Build components\cosmos\setup\CosmosSetup.csproj
    if (-not (Test-Path $program)) { Say "CosmosSetup has not been built ($configuration). Run start.cmd cosmos without START_NO_BUILD."; exit 1 }
    & $dotnet $program @Further
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

# The run file with components/cosmos in place of components/redis. It is made beside the other one, because the paths
# in it are seen from there.
function New-CosmosFile {
    $file = ($runFile -replace '\.yaml$', '') + '.cosmos.yaml'
    $lines = @(Get-Content $runFile) -replace '(resourcesPath.*components/)redis', '${1}cosmos'
    if (-not ($lines -match '^[^#]*resourcesPath.*components/cosmos')) {
        Say "$runFile has no line `"resourcesPath: ./components/redis`" that could name components/cosmos instead."
        exit 1
    }
    Set-Content $file (@("# Made from $runFile by start.cmd cosmos, every time: change that one.") + $lines)
    return $file
}

# Programs behind a company's proxy must still reach their neighbours directly, an emulator too.
$env:NO_PROXY = '127.0.0.1,localhost' + $(if ($env:NO_PROXY) { ",$env:NO_PROXY" })

if ($What -eq 'cosmos' -and ($Further | Where-Object { $_ -in '--check', '--help', '-h' })) {
    $dotnet = Use-DotNet10 $root
    Initialize-Cosmos
    exit 0
}

# --- start.cmd dapr, and cosmos after that -----------------------------------------------------------------------

if ($What -in 'dapr', 'cosmos') {
    $missing = $false
    if (-not (Get-Command dapr -ErrorAction SilentlyContinue)) {
        Say 'The dapr command is not here. Install it (https://docs.dapr.io/getting-started/install-dapr-cli/), then run: dapr init'
        $missing = $true
    }
    elseif (-not (Test-Path (Join-Path (Setting 'DAPR_RUNTIME_PATH' $env:USERPROFILE) '.dapr\bin\daprd.exe'))) {
        Say "Dapr's runtime is not installed. Run: dapr init"
        $missing = $true
    }
    if (-not (Test-Answers 6379)) {
        Say 'No Redis answers on localhost:6379, where the events go. dapr init starts one where Docker is.'
        $missing = $true
    }
    if ($missing) { exit 1 }
    if ("$jobsPort $xPort $sidecarPort $sidecarGrpcPort" -ne '5087 5278 3500 50001') {
        Say "With Dapr the ports stand in $runFile; JOBS_PORT, X_PORT, SIDECAR_PORT and SIDECAR_GRPC_PORT are not used."
    }
    if (-not (Test-Path $runFile)) { Say "There is no run file $runFile."; exit 1 }
    $dotnet = Use-DotNet10 $root
    $portFile = $runFile
    Assert-Ports @(Select-String -Path $runFile -Pattern '^[ -]*(appPort|daprHTTPPort|daprGRPCPort): *"?(\d+)' |
            ForEach-Object { , @($_.Matches[0].Groups[1].Value, $_.Matches[0].Groups[2].Value) })
    Copy-Secrets
    if ($What -eq 'cosmos') {
        $runFile = New-CosmosFile
        Initialize-Cosmos
    }
    # Built here first: two `dotnet run` that build the projects they share get in each other's way.
    Build eng\Services.slnf
    & dapr run -f $runFile
    exit $LASTEXITCODE
}

# --- The services ------------------------------------------------------------------------------------------------

if (-not (Test-Path $runFile -PathType Leaf)) { Say "There is no run file $runFile."; exit 1 }
$dotnet = Use-DotNet10 $root
# MicroserviceX is an example: a run file without it is that of somebody who brings a service instead.
function Test-InRunFile([string] $appId) {
    return [bool](Select-String -Path $runFile -CaseSensitive -Pattern "^[^#]*appID: *[`"']?$appId[`"']?([\],}\s]|$)")
}
if (-not (Test-InRunFile 'job-orchestrator')) { Say "$runFile has no app with `"appID: job-orchestrator`"; see docs\your-service.md."; exit 1 }
$withX = Test-InRunFile 'microservice-x'
$wanted = @(('JOBS_PORT', $jobsPort), ('SIDECAR_PORT', $sidecarPort), ('SIDECAR_GRPC_PORT', $sidecarGrpcPort))
if ($withX) {
    $wanted += @(('X_PORT', $xPort), ('SIDECAR_PORT', (Get-After $sidecarPort)),
        ('SIDECAR_GRPC_PORT', (Get-After $sidecarGrpcPort)))
}
Assert-Folder
Assert-Ports $wanted
Build eng\Services.slnf
Assert-Writable $data, "$data\logs", "$data\sidecar", "$data\microservice-x"
Lock-Folder
Assert-Folder
Remove-Item "$data\pids" -ErrorAction SilentlyContinue
Copy-Secrets
Move-Logs

function New-SuiteService([string] $name, [string] $folder, [string] $port, [string] $health, [hashtable] $environment, [string[]] $arguments) {
    $dll = Join-Path $root "$folder\bin\$configuration\net10.0\$name.dll"
    if (-not (Test-Path $dll)) { Say "$name has not been built ($configuration). Run start.cmd without START_NO_BUILD."; exit 1 }
    return [pscustomobject]@{
        Name = $name; Health = "http://127.0.0.1:$port$health"; Environment = $environment
        # Quoted by hand: Start-Process joins arguments with blanks and quotes nothing.
        Arguments = (@($dll) + $arguments | ForEach-Object { "`"$_`"" }) -join ' '
        # The services run in their own folders, as under `dapr run`, where they find their appsettings.json.
        # LocalSidecar runs in the repository's, from which the paths in dapr.yaml are seen.
        Directory = $(if ($name -eq 'LocalSidecar') { $root } else { Join-Path $root $folder })
        Process = $null; Starts = 0; Logs = @(); Deaths = @(); RestartAt = $null; Awaited = $false
    }
}

$sidecarArguments = @('-f', $runFile, '--resources-path', 'components/local', '--data', "$data\sidecar",
    '--set', "job-orchestrator.appPort=$jobsPort", '--set', "job-orchestrator.daprHTTPPort=$sidecarPort",
    '--set', "job-orchestrator.daprGRPCPort=$sidecarGrpcPort")
if ($withX) {
    $sidecarArguments += @('--set', "microservice-x.appPort=$xPort", '--set', "microservice-x.daprHTTPPort=$([int]$sidecarPort + 1)",
        '--set', "microservice-x.daprGRPCPort=$([int]$sidecarGrpcPort + 1)")
}
$jobsEnvironment = @{
    ASPNETCORE_URLS = "http://localhost:$jobsPort"; APP_PORT = $jobsPort
    DAPR_HTTP_PORT = $sidecarPort; DAPR_GRPC_PORT = $sidecarGrpcPort
}
$xEnvironment = @{
    ASPNETCORE_URLS = "http://localhost:$xPort"; APP_PORT = $xPort
    DAPR_HTTP_PORT = "$([int]$sidecarPort + 1)"; DAPR_GRPC_PORT = "$([int]$sidecarGrpcPort + 1)"
    Jobs__Client__Address = "http://127.0.0.1:$jobsPort"; DATA_DIR = $data
}
$services = @(
    (New-SuiteService 'LocalSidecar' 'LocalSidecar' $sidecarPort '/v1.0/healthz/outbound' @{} $sidecarArguments),
    (New-SuiteService 'JobOrchestrator' 'JobOrchestrator' $jobsPort '/health/ready' $jobsEnvironment @()))
if ($withX) { $services += New-SuiteService 'MicroserviceX' 'MicroserviceX' $xPort '/health/ready' $xEnvironment @() }

function Write-Pids {
    $services | Where-Object { $_.Process } | ForEach-Object { "$($_.Name)=$($_.Process.Id)" } | Set-Content "$data\pids"
}

# One pair of log files for each time a service is started, because Start-Process begins its files anew.
function Start-SuiteService([object] $service) {
    $service.Starts++
    $log = "$data\logs\$($service.Name).$($service.Starts)"
    foreach ($entry in $service.Environment.GetEnumerator()) { Set-Item "env:$($entry.Key)" $entry.Value }
    $service.Process = Start-Process $dotnet -ArgumentList $service.Arguments -WorkingDirectory $service.Directory -NoNewWindow -PassThru `
        -RedirectStandardOutput "$log.log" -RedirectStandardError "$log.error.log"
    foreach ($entry in $service.Environment.GetEnumerator()) { Remove-Item "env:$($entry.Key)" }
    # Without its handle at hand, a process started this way does not tell its exit code.
    $null = $service.Process.Handle
    foreach ($file in "$log.log", "$log.error.log") {
        $stream = New-Object IO.FileStream($file, 'OpenOrCreate', 'Read', 'ReadWrite, Delete')
        $service.Logs += New-Object IO.StreamReader($stream)
    }
    Write-Pids
}

function Show-Logs {
    foreach ($service in $services) {
        foreach ($log in $service.Logs) {
            while ($null -ne ($line = $log.ReadLine())) { Write-Host ("{0,-15} | {1}" -f $service.Name, $line) }
        }
    }
}

function Test-Ready([object] $service) {
    try {
        $request = [Net.WebRequest]::Create($service.Health)
        $request.Proxy = $null
        $request.Timeout = 5000
        $response = $request.GetResponse()
        $response.Close()
        return $true
    }
    catch { return $false }
}

# Collects a service that has ended, and tells how.
function Get-Ending([object] $service) {
    $ending = "$($service.Name) (pid $($service.Process.Id)) ended with exit code $($service.Process.ExitCode)"
    $service.Process = $null
    Write-Pids
    return $ending
}

function Wait-Ready([object] $service) {
    $deadline = (Get-Date).AddSeconds($startTimeout)
    while (-not (Test-Ready $service)) {
        Show-Logs
        foreach ($other in $services) {
            if ($other.Process -and $other.Process.HasExited) {
                Say "$(Get-Ending $other) while starting. Its log: $data\logs\$($other.Name).$($other.Starts).log"
                exit 1
            }
        }
        if ((Get-Date) -gt $deadline) {
            Say "$($service.Name) was not ready after $startTimeout s. Its log: $data\logs\$($service.Name).$($service.Starts).log"
            exit 1
        }
        Start-Sleep -Milliseconds 200
    }
}

# One look at one service: started again after it ended, and given up when it ends too often.
function Watch-SuiteService([object] $service) {
    $now = Get-Date
    if ($service.Process -and $service.Process.HasExited) {
        $ending = Get-Ending $service
        $service.Deaths = @($service.Deaths | Where-Object { $_ -gt $now.AddSeconds(-30) }) + $now
        if ($service.Deaths.Count -ge 5) {
            Say "$ending for the fifth time within 30 s: giving up. Its log: $data\logs\$($service.Name).$($service.Starts).log"
            exit 1
        }
        Say "$ending; starting it again."
        $service.RestartAt = $now.AddSeconds(1)
    }
    elseif ($service.RestartAt -and $now -ge $service.RestartAt) {
        $service.RestartAt = $null
        $service.Awaited = $true
        Start-SuiteService $service
    }
    elseif ($service.Awaited -and (Test-Ready $service)) {
        $service.Awaited = $false
        Say "$($service.Name) is ready again (pid $($service.Process.Id))."
    }
}

# --- Start -------------------------------------------------------------------------------------------------------

try {
    Start-SuiteService $services[0]
    Wait-Ready $services[0]
    Start-SuiteService $services[1]
    # Before the one that calls it, which would complain that nobody is there.
    Wait-Ready $services[1]
    if ($withX) { Start-SuiteService $services[2]; Wait-Ready $services[2] }
    Show-Logs
    Write-Host @"

  Pages for people        http://127.0.0.1:$jobsPort/ui
  Swagger UI              http://127.0.0.1:$jobsPort/swagger
  Jobs                    http://127.0.0.1:$jobsPort/jobs$(if ($withX) { "`n  MicroserviceX events    http://127.0.0.1:$xPort/events" })
  Dapr API                http://127.0.0.1:$sidecarPort/v1.0/metadata
  Data, logs, process ids $data

ready
"@
    while ($true) {
        Start-Sleep -Milliseconds 500
        Show-Logs
        foreach ($service in $services) { Watch-SuiteService $service }
    }
}
finally {
    # Ctrl+C has reached the services too, which share the console; they get 10 s to end by themselves. Windows has no
    # other polite signal: what then still runs is killed, by which nothing acknowledged is lost.
    $deadline = (Get-Date).AddSeconds(10)
    foreach ($service in $services[($services.Count - 1)..0]) {
        if (-not $service.Process) { continue }
        $left = [int][Math]::Max(1, ($deadline - (Get-Date)).TotalMilliseconds)
        if (-not $service.Process.WaitForExit($left)) { $service.Process.Kill() }
        Say "$($service.Name) has stopped."
    }
    Remove-Item "$data\pids" -ErrorAction SilentlyContinue
    $starter.Dispose()
    Say 'stopped.'
}
