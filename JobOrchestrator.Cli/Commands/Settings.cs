using System.CommandLine;

namespace JobOrchestrator.Cli;

/// <summary>The options that every command has, and what the environment says where they are not given.</summary>
internal sealed class Settings
{
    /// <summary>The variable with the orchestrator's address.</summary>
    public const string UrlVariable = "JOBS_URL";

    private const string UrlDefault = "http://localhost:5087";

    private static readonly string[] Formats = [.. Enum.GetNames<OutputFormat>().Select(name => name.ToLowerInvariant())];

    public Option<string?> Url { get; } = new("--url")
    {
        Description = $"The orchestrator's address; else {UrlVariable}, else {UrlDefault}.",
        HelpName = "address",
        Recursive = true,
    };

    public Option<string?> Key { get; } = new("--key")
    {
        Description = $"An API key or token; better in {Surroundings.KeyVariable}, where no list of processes shows it.",
        HelpName = "key",
        Recursive = true,
    };

    public Option<OutputFormat?> Output { get; } = new("--output", "-o")
    {
        Description = "How results are written; a terminal gets tables, a pipe JSON lines.",
        HelpName = string.Join('|', Formats),
        Recursive = true,
        CustomParser = static result =>
        {
            Building.Among(Formats, result, "--output");
            return result.Tokens is [var said, ..] && Enum.TryParse(said.Value, ignoreCase: true, out OutputFormat format) ? format : null;
        },
    };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No messages but of what went wrong.", Recursive = true };

    public Option<bool> Plain { get; } = new("--plain")
    {
        Description = "ASCII alone, no colours, nothing drawn over; NO_COLOR takes the colours alone.",
        Recursive = true,
    };

    public Settings()
    {
        Output.CompletionSources.Clear();
        Output.CompletionSources.Add(Formats);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [Url, Key, Output, Quiet, Plain];

    /// <summary>Where messages go.</summary>
    public Messages MessagesOf(ParseResult parsed, Surroundings around) =>
        new(around.Error, parsed.GetResult(Quiet) is { Implicit: false } && parsed.GetValue(Quiet), IsPlain(parsed, around));

    /// <summary>Whether to write ASCII alone: asked for, or the terminal can do nothing else.</summary>
    public bool IsPlain(ParseResult parsed, Surroundings around) =>
        (parsed.GetResult(Plain) is { Implicit: false } && parsed.GetValue(Plain)) || around.Variable("TERM") == "dumb";

    /// <summary>In which format results are written.</summary>
    public OutputFormat FormatOf(ParseResult parsed, Surroundings around) =>
        parsed.GetValue(Output) ?? (around.IsOutTerminal ? OutputFormat.Table : OutputFormat.Jsonl);

    /// <summary>Where the orchestrator is.</summary>
    /// <exception cref="UsageException">That is no address.</exception>
    public Uri AddressOf(ParseResult parsed, Surroundings around)
    {
        string text = parsed.GetValue(Url) ?? Set(around, UrlVariable) ?? UrlDefault;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"\"{text}\" is no address: it begins with http:// or https:// ({UrlVariable}, --url).");
    }

    /// <summary>With what the caller is known; null: with nothing.</summary>
    /// <exception cref="UsageException">That is no key.</exception>
    public string? KeyOf(ParseResult parsed, Surroundings around)
    {
        string? key = parsed.GetValue(Key)?.Trim() ?? Set(around, Surroundings.KeyVariable);
        return key is null || !key.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? key
            : throw new UsageException(
                $"The key has a line end in it, or a letter that is not ASCII: no key has ({Surroundings.KeyVariable}, --key).");
    }

    private static string? Set(Surroundings around, string variable) =>
        around.Variable(variable) is { Length: > 0 } value ? value.Trim() : null;
}
