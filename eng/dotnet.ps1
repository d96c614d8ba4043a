# Finds a .NET 10 SDK or fetches one; what eng/dotnet.sh does, for Windows PowerShell 5.1 and later. ASCII only, because
# PowerShell 5.1 takes a file without a byte order mark for ANSI.

$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

# Whether this dotnet can build and run the suite: a released SDK of 10.0 and the runtime for web applications.
function Test-DotNet10([string] $path) {
    if (-not $path -or -not (Test-Path $path)) { return $false }
    $sdks = & $path --list-sdks
    $runtimes = & $path --list-runtimes
    return [bool]($sdks -match '^10\.0\.\d\d+ ') -and [bool]($runtimes -match '^Microsoft\.AspNetCore\.App 10\.0\.')
}

function Find-DotNet10([string] $root) {
    $inPath = Get-Command dotnet.exe -ErrorAction SilentlyContinue | Select-Object -First 1
    $candidates = @(
        $(if ($inPath) { $inPath.Source }),
        (Join-Path $root '.dotnet\dotnet.exe'),
        $(if ($env:DOTNET_ROOT) { Join-Path $env:DOTNET_ROOT 'dotnet.exe' }),
        $(if ($env:ProgramFiles) { Join-Path $env:ProgramFiles 'dotnet\dotnet.exe' }),
        $(if ($env:LOCALAPPDATA) { Join-Path $env:LOCALAPPDATA 'Microsoft\dotnet\dotnet.exe' }))
    foreach ($candidate in $candidates) {
        if (Test-DotNet10 $candidate) { return $candidate }
    }
    return $null
}

# The dotnet to use, with its folder first in PATH. Ends the script with one line of advice when there is none.
function Use-DotNet10([string] $root) {
    $dotnet = Find-DotNet10 $root
    if (-not $dotnet) {
        Write-Host 'No .NET 10 SDK found; fetching one into .dotnet\ (about 220 MB, once) ...'
        try {
            $folder = Join-Path $root '.dotnet'
            $script = Join-Path $folder 'dotnet-install.ps1'
            New-Item -ItemType Directory -Force $folder | Out-Null
            [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
            Invoke-WebRequest -UseBasicParsing 'https://dot.net/v1/dotnet-install.ps1' -OutFile $script
            & $script -Channel 10.0 -InstallDir $folder -NoPath | Out-Null
        }
        catch { Write-Host $_ }
        $dotnet = Find-DotNet10 $root
    }
    if (-not $dotnet) {
        Write-Host 'Please install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0 (fetching it did not work)'
        exit 1
    }
    $env:PATH = (Split-Path $dotnet) + ';' + $env:PATH
    return $dotnet
}
