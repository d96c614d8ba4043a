using System.CommandLine;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs completion bash|zsh|pwsh</c>: a script by which a shell completes what is typed; it asks this program.</summary>
internal static class CompletionCommand
{
    /// <summary>The command by which the scripts ask; not meant for people.</summary>
    public const string Asked = "__complete";

    // Shells have a builtin of this name, which lists what runs in the background: it keeps what belongs to it.
    private const string Function = """
        jobs() {
          case "${1-}" in
            '' | %* | -[lnprsx]*) builtin jobs "$@" ;;
            *) env jobs "$@" ;;
          esac
        }
        """;

    private const string Bash = $$"""
        # In ~/.bashrc: eval "$(env jobs completion bash)"
        {{Function}}
        _jobs_complete() {
          local line="${COMP_LINE:0:COMP_POINT}" word front='' found
          word="${line##*[ \"\']}"
          # What stands before a colon or an equals sign is a word of its own, to bash.
          case "${COMP_WORDBREAKS-}" in *:*) front="${word%"${word##*[:=]}"}" ;; esac
          COMPREPLY=()
          # No compgen -W: that would carry out what stands in a name.
          while IFS= read -r found; do
            [[ "$found" == "$word"* ]] && COMPREPLY+=("${found#"$front"}")
          done < <(env jobs {{Asked}} "$COMP_POINT" "$COMP_LINE" 2>/dev/null)
          [[ "${COMPREPLY[0]-}" == *: ]] && compopt -o nospace 2>/dev/null
          return 0
        }
        complete -o default -F _jobs_complete jobs
        """;

    private const string Zsh = $$"""
        # In ~/.zshrc: eval "$(env jobs completion zsh)"
        {{Function}}
        _jobs_complete() {
          # This command alone, up to the cursor: others may stand before it on the line.
          local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
          local -a found
          found=("${(@f)$(env jobs {{Asked}} "${#line}" "$line" 2>/dev/null)}")
          compadd -a found
        }
        (( $+functions[compdef] )) && compdef _jobs_complete jobs
        """;

    private const string PowerShell = $$"""
        # In $PROFILE: jobs completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName jobs -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          # This command alone, with the spaces behind its last word.
          $length = $cursorPosition - $commandAst.Extent.StartOffset
          $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
          jobs {{Asked}} $length $line 2>$null | Where-Object { $_.StartsWith($wordToComplete) } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["pwsh"] = PowerShell,
    };

    public static Command Build(RootCommand root, Settings settings, Surroundings around)
    {
        Argument<string> shell = Building.AmongWords(
            new Argument<string>("shell") { Description = "bash, zsh or pwsh." }, [.. Scripts.Keys]);
        var command = new Command(
            "completion",
            "Write a script by which a shell completes what is typed, and by which bash and zsh find this program behind their builtin.");
        command.Arguments.Add(shell);
        command.SetAction(parsed =>
        {
            around.Out.Write(Scripts[parsed.GetValue(shell)!].ReplaceLineEndings("\n") + "\n");
            return ExitCode.Done;
        });
        root.Subcommands.Add(BuildAsked(root, settings, around));
        return command;
    }

    private static Command BuildAsked(RootCommand root, Settings settings, Surroundings around)
    {
        var position = new Argument<int>("position");
        var line = new Argument<string>("line");
        var command = new Command(Asked, "What may stand at a place of a line.") { Hidden = true };
        command.Arguments.Add(position);
        command.Arguments.Add(line);
        command.SetAction(async (parsed, stopping) =>
        {
            string typed = parsed.GetValue(line)!;
            int at = Math.Clamp(parsed.GetValue(position), 0, typed.Length);

            // Without the program's own name in front.
            string rest = typed.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space && space < at ? typed[(space + 1)..at] : "";
            IEnumerable<string> known = root.Parse(rest, TypedArguments.Plain).GetCompletions(rest.Length).Select(item => item.Label);
            IReadOnlyList<string> names = await NamesToComplete.FindAsync(root, settings, rest, around, stopping);
            // The library has names of Windows for --help, which nobody looks for here.
            foreach (string label in known.Where(label => !label.StartsWith('/')).Concat(names).Distinct())
            {
                around.Out.Write(label + "\n");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
