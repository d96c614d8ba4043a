# Finds a .NET 10 SDK or fetches one. Sourced by start.sh and test.sh, from the repository's folder; bash 3.2 will do.
# Sets DOTNET to the command to use, and puts its folder first in PATH for whatever starts `dotnet` by name.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# A bare Linux has no ICU, without which the SDK refuses to start. Nothing here needs cultures.
if [ "$(uname -s)" = Linux ] && ! ls /usr/lib/*/libicuuc.so.* /usr/lib*/libicuuc.so.* >/dev/null 2>&1; then
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
fi

# Whether this dotnet can build and run the suite: a released SDK of 10.0 and the runtime for web applications,
# which some Linux distributions pack separately.
is_dotnet_10() {
  [ -x "$1" ] \
    && "$1" --list-sdks 2>/dev/null | grep -q '^10\.0\.[0-9][0-9]* ' \
    && "$1" --list-runtimes 2>/dev/null | grep -q '^Microsoft\.AspNetCore\.App 10\.0\.'
}

find_dotnet() {
  local candidate
  for candidate in \
    "$(command -v dotnet 2>/dev/null)" "$PWD/.dotnet/dotnet" "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
    if is_dotnet_10 "$candidate"; then
      DOTNET=$candidate
      return 0
    fi
  done
  return 1
}

fetch_dotnet() {
  local script=.dotnet/dotnet-install.sh url=https://dot.net/v1/dotnet-install.sh
  if command -v curl >/dev/null 2>&1; then
    curl -fsSL --retry 3 -o "$script" "$url" || return 1
  elif command -v wget >/dev/null 2>&1; then
    wget -q -O "$script" "$url" || return 1
  else
    echo "Neither curl nor wget is here."
    return 1
  fi
  bash "$script" --channel 10.0 --install-dir "$PWD/.dotnet" --no-path
}

# Ends the script with one line of advice when there is no SDK and none can be fetched.
use_dotnet() {
  if ! find_dotnet; then
    echo "No .NET 10 SDK found; fetching one into .dotnet/ (about 220 MB, once) ..."
    if ! mkdir -p .dotnet || ! fetch_dotnet >.dotnet/install.log 2>&1 || ! find_dotnet; then
      echo "Please install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0 (fetching it did not work; see .dotnet/install.log)" >&2
      exit 1
    fi
  fi
  PATH="$(dirname "$DOTNET"):$PATH"
  export PATH
}
