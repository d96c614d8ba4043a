namespace JobOrchestrator.Cli;

/// <summary>What is said to the person beside the results: on standard error, one line each, never a raw text of others.</summary>
/// <param name="error">Standard error.</param>
/// <param name="isQuiet">Only what went wrong.</param>
/// <param name="isPlain">ASCII alone.</param>
internal sealed class Messages(TextWriter error, bool isQuiet, bool isPlain)
{
    private const int PointedMax = 74;
    private const int PointBefore = 30;

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

    /// <summary>A place in what was typed, with a mark below it.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="at">Where the place begins, in UTF-16 code units from 0.</param>
    /// <param name="length">How long it is; 0: something is missing there.</param>
    public void Point(string typed, int at, int length)
    {
        // As much of a long text as fits a line, the place among it.
        int begin = typed.Length <= PointedMax ? 0 : Math.Max(0, Math.Min(at, typed.Length) - PointBefore);
        int end = Math.Min(typed.Length, begin + PointedMax);
        int from = Math.Clamp(at, begin, end);
        int to = Math.Clamp(at + length, from, end);
        string before = SafeText.OneLine(typed[begin..from], isPlain);
        string pointed = SafeText.OneLine(typed[from..to], isPlain);
        string behind = SafeText.OneLine(typed[to..end], isPlain);
        lock (_lock)
        {
            error.WriteLine($"  {before}{pointed}{behind}");
            error.WriteLine($"  {new string(' ', before.Length)}^{new string('~', Math.Max(0, pointed.Length - 1))}");
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
