using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>One run of the program in this process, at a terminal or in a pipe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Writers into memory, and an interruption that hears no signal.")]
internal sealed class Terminal
{
    private readonly StringWriter _out = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    /// <summary>Where the orchestrator is; null: the default address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Somebody sits there, rather than a program reading along.</summary>
    public bool IsPerson { get; init; }

    /// <summary>How long names are waited for while somebody types.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>By what ages are told.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 120;

    /// <summary>What is typed, or comes through the pipe.</summary>
    public string Input { get; init; } = "";

    /// <summary>More of the environment.</summary>
    public Dictionary<string, string> Variables { get; init; } = [];

    /// <summary>Ctrl+C and SIGTERM.</summary>
    public Interruption Interruption { get; } = new();

    /// <summary>What was written to standard output.</summary>
    public string Out => _out.ToString();

    /// <summary>What was written to standard error.</summary>
    public string Error => _error.ToString();

    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(params string[] arguments) => Application.RunAsync(arguments, new Surroundings
    {
        In = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
        Out = TextWriter.Synchronized(_out),
        Error = TextWriter.Synchronized(_error),
        IsInTerminal = IsPerson,
        IsOutTerminal = IsPerson,
        IsErrorTerminal = IsPerson,
        Width = () => Width,
        Clock = Clock,
        Variable = name => Variables.TryGetValue(name, out string? value) ? value : name == Settings.UrlVariable ? Url?.ToString() : null,
        Interruption = Interruption,
        CompletionPatience = Patience,
    });

    /// <summary>Waits until standard error says something.</summary>
    public Task SaysAsync(string words) =>
        Eventually.TrueAsync(() => Error.Contains(words, StringComparison.Ordinal), $"it says \"{words}\"");
}
