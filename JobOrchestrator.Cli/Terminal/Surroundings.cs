namespace JobOrchestrator.Cli;

/// <summary>What the program finds around it. Tests bring their own.</summary>
internal sealed record Surroundings
{
    /// <summary>The variable with the caller's key.</summary>
    public const string KeyVariable = "JOBS_KEY";

    /// <summary>Where input comes from.</summary>
    public required Stream In { get; init; }

    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where messages, questions and progress go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>A person types the input.</summary>
    public bool IsInTerminal { get; init; }

    /// <summary>A person reads the results.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>A person reads the messages.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public Func<int> Width { get; init; } = static () => 80;

    /// <summary>Variables of the environment; null: not set.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>How long a shell waits for names while a person types; so long it is hardly felt.</summary>
    public TimeSpan CompletionPatience { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>By what ages are told.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Ctrl+C and SIGTERM.</summary>
    public Interruption Interruption { get; init; } = new();
}
