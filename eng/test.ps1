# test.sh for Windows: the same settings, the same last line. Arguments go to dotnet test.
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
Set-Location $root
. (Join-Path $PSScriptRoot 'dotnet.ps1')

$configuration = if ($env:CONFIGURATION) { $env:CONFIGURATION } else { 'Release' }
$dotnet = Use-DotNet10 $root

$projects = @(Select-String -Path JobOrchestrator.sln -Pattern '^Project\(.*"(tests[^"]*\.csproj)"' |
        ForEach-Object { $_.Matches[0].Groups[1].Value.Replace('\', [IO.Path]::DirectorySeparatorChar) } |
        Where-Object { -not (Select-String -Path $_ -Pattern '<IsTestProject>false' -Quiet) }).Count
Write-Host "$projects test projects, about half an hour for all of them on two quiet cores. For less: --filter, as of dotnet test."

# The client that the conformance tests drive LocalSidecar with.
$client = 'tests\Sidecar.Conformance\js'
if (Test-Path "$client\package.json") {
    if (-not (Get-Command npm.cmd -ErrorAction SilentlyContinue)) {
        Write-Host "npm is not here: the tests with Dapr's JavaScript client will be skipped. Install Node.js 18 or later to have them."
    }
    elseif (-not (Test-Path "$client\node_modules\.package-lock.json")) {
        Write-Host "fetching Dapr's JavaScript client ..."
        Push-Location $client
        & npm.cmd ci --no-audit --no-fund --loglevel=error
        Pop-Location
        if ($LASTEXITCODE -ne 0) { Write-Host "npm could not fetch it: the tests with Dapr's JavaScript client will be skipped." }
    }
}

if ($env:TEST_NO_BUILD -ne '1') {
    Write-Host 'building ...'
    $output = & $dotnet build JobOrchestrator.sln -c $configuration -nologo -v quiet '-clp:ErrorsOnly;NoSummary'
    if ($LASTEXITCODE -ne 0) { $output | Write-Host; Write-Host 'The build failed; the errors are above. No test was run.'; exit 1 }
}

Remove-Item -Recurse -Force TestResults -ErrorAction SilentlyContinue
$number = 0
$watch = [Diagnostics.Stopwatch]::StartNew()
# -m:1: one test project at a time. The end-to-end tests start processes of their own and need the machine.
& $dotnet test JobOrchestrator.sln -c $configuration --no-build -nologo '-m:1' --logger 'trx;LogFilePrefix=tests' `
    --results-directory TestResults --blame-hang-timeout 10m --blame-hang-dump-type none @args | ForEach-Object {
    # Which project of how many, in place of what dotnet test says around each.
    if ($_ -match '^Test run for .*?([^\\/]+)\.dll') {
        $number++
        Write-Host "[$number of $projects] $($Matches[1]) (at $([int]$watch.Elapsed.TotalSeconds) s)"
    }
    elseif ($_ -notmatch "^(A total of 1 test files matched|Data collector 'Blame' message: All tests finished|Results File: )") { Write-Host $_ }
}
$code = $LASTEXITCODE

$passed = 0; $failed = 0; $skipped = 0
foreach ($file in Get-ChildItem TestResults -Recurse -Filter *.trx -ErrorAction SilentlyContinue) {
    $run = ([xml](Get-Content $file.FullName -Raw -Encoding UTF8)).TestRun
    $counters = $run.ResultSummary.Counters
    $passed += [int]$counters.passed
    $skipped += [int]$counters.total - [int]$counters.executed
    $failed += [int]$counters.executed - [int]$counters.passed
    foreach ($result in $run.Results.UnitTestResult) {
        if ($result.outcome -eq 'NotExecuted') { Write-Host "Skipped: $($result.testName): $($result.Output.ErrorInfo.Message)" }
        if ($result.outcome -eq 'Failed') { Write-Host "Failed: $($result.testName)" }
    }
}
if ($code -ne 0 -and $failed -eq 0) {
    Write-Host 'A test run ended before its end; see above. It counts as one failure.'
    $failed = 1
}
Write-Host "$passed passed, $failed failed, $skipped skipped"
exit [int]($code -ne 0 -or $failed -ne 0)
