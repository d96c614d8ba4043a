namespace JobOrchestrator.Cli;

/// <summary>What is said to the person beside the results: on standard error, one line each, never a raw text of others.</summary>
/// <param name="error">Standard error.</param>
/// <param name="isQuiet">Only what went wrong.</param>
/// <param name="isPlain">ASCII alone.</param>
internal sealed class Messages(TextWriter error, bool isQuiet, bool isPlain)
{
    // Guards the writer: a worker's attempts speak at the same time.
    private readonly Lock _lock = new();

    /// <summary>ASCII alone.</summary>
    public bool IsPlain => isPlain;

    /// <summary>Something worth knowing.</summary>
    public void Say(string text)
    {
        if (!isQuiet)
        {
            Write(text);
        }
    }

    /// <summary>What went wrong; said at any rate.</summary>
    public void Fail(string text) => Write($"jobs: {text}");

    /// <summary>A question, without a line end behind it.</summary>
    public void Ask(string text)
    {
        lock (_lock)
        {
            error.Write(SafeText.OneLine(text, isPlain) + " ");
            error.Flush();
        }
    }

    private void Write(string text)
    {
        lock (_lock)
        {
            error.WriteLine(SafeText.OneLine(text, isPlain));
        }
    }
}
