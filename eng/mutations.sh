#!/usr/bin/env bash
# Puts faults that were mended back, one after the other, in a copy of the tree, and has the simulator find each by the oracle that must
# see it: tests/JobOrchestrator.Simulation/Mutations tells what, by which oracle, and in which worlds. The last line is
# "N found, N not".
#
#   eng/mutations.sh                 all of them: some ten seconds each
#   eng/mutations.sh F01 F17         these
#   eng/mutations.sh --some 3        so many, others with every day: for CI; of all the others it says whether they still apply
#   eng/mutations.sh --check         whether all apply, nothing is built
#
# A patch that does not apply any more is mended by whoever moved the code, in the same commit. One that cannot be, since the fault cannot
# be made any more, is deleted with a sentence in docs/decisions/0012-the-simulator.md.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=dotnet.sh
. eng/dotnet.sh

folder=tests/JobOrchestrator.Simulation/Mutations
project=tests/JobOrchestrator.Simulation
all=()
for patch in "$folder"/*.patch; do all+=("$(basename "$patch" .patch)"); done
chosen=("${all[@]}")
case "${1:-}" in
  --check) chosen=() ;;
  --some)
    chosen=()
    first=$(($(date +%s) / 86400 * $2 % ${#all[@]}))
    for ((i = 0; i < $2 && i < ${#all[@]}; i++)); do chosen+=("${all[(first + i) % ${#all[@]}]}"); done
    ;;
  ?*) chosen=("$@") ;;
esac

head_of() { sed -n "s/^$2: //p;/^diff --git/q" "$folder/$1.patch"; } # mutation, word

failed=0
for name in "${all[@]}"; do
  git apply --check "$folder/$name.patch" || { echo "$name does not apply"; failed=$((failed + 1)); }
done
echo "${#all[@]} patches, $failed of them do not apply"
if [ ${#chosen[@]} -eq 0 ] || [ $failed -ne 0 ]; then
  [ $failed -eq 0 ]
  exit
fi

use_dotnet
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -c --exclude=bin --exclude=obj ./*.props global.json .editorconfig JobOrchestrator.{Abstractions,Core,Sdk,Shards} \
  JobOrchestrator/Settings JobOrchestrator/Features/Search \
  tests/Directory.Build.props $project | tar -x -C "$copy"

build() { # Warnings are of no account: a fault may leave something unused.
  "$DOTNET" build "$copy/$project" -c Release -nologo -v quiet -clp:NoSummary -p:BuildInParallel=false -p:RunAnalyzers=false \
    -p:TreatWarningsAsErrors=false -p:WarningLevel=0 "$@"
}

find_in() { # folder of a build, first seed, how many, mutation
  # shellcheck disable=SC2046 # words
  "$DOTNET" "$1/JobOrchestrator.Simulation.dll" --seed "$2" --count "$3" --expect "$(head_of "$4" Expect)" $(head_of "$4" World)
}

build || exit 1
bin=$copy/$project/bin/Release/net10.0
sound=$copy/sound
cp -r "$bin" "$sound"

found=0
table=""
for name in "${chosen[@]}"; do
  echo "== $name: $(head_of "$name" Fault) ($SECONDS s)"
  (cd "$copy" && git apply "$OLDPWD/$folder/$name.patch") || exit 1
  build || {
    echo "$name cannot be built"
    failed=$((failed + 1))
    (cd "$copy" && git apply -R "$OLDPWD/$folder/$name.patch") || exit 1
    continue
  }
  read -r seed count <<<"$(head_of "$name" Seeds)"
  line="not found in $count seeds"
  while [ "$count" -gt 0 ]; do
    said=$(find_in "$bin" "$seed" "$count" "$name") || break
    printf '%s\n' "$said"
    hit=$(printf '%s\n' "$said" | sed -n 's/^found .* seed \([0-9]*\) at .*/\1/p')

    # A seed in which the same oracle complains without the fault is no proof.
    if ! find_in "$sound" "$hit" 1 "$name" >/dev/null; then
      line=$(printf '%s\n' "$said" | tail -n 1)
      break
    fi
    echo "without the fault as well: seed $hit"
    count=$((count - (hit - seed) - 1))
    seed=$((hit + 1))
  done
  case $line in found*) found=$((found + 1)) ;; *) failed=$((failed + 1)) ;; esac
  table="$table$name  $line"$'\n'
  (cd "$copy" && git apply -R "$OLDPWD/$folder/$name.patch") || exit 1
done

printf '\n%s%s found, %s not (%s s)\n' "$table" "$found" "$failed" "$SECONDS"
[ $failed -eq 0 ]
