using JobOrchestrator.Sdk;

namespace MicroserviceX.TextStats;

/// <summary>Counts the lines and words of a text.</summary>
[JobType("text-stats", Queue = "microservice-x", MaxRetries = 3, Backoff = JobBackoffKind.Exponential, LeaseSeconds = 15)]
internal sealed class TextStatsProcessor(TimeProvider time) : JobProcessor<TextStatsInput, TextStatsResult>
{
    private const int PauseMax = 10_000;

    // Between two of these the attempt looks whether it should stop, and says how far it is.
    private const int LinesPerReport = 1_000;

    public override async Task<TextStatsResult> RunAsync(TextStatsInput input, JobContext context)
    {
        IReadOnlyList<string?> lines = LinesOf(input);
        var pause = TimeSpan.FromMilliseconds(input.PauseMilliseconds);
        var counter = new WordCounter();
        for (int i = 0; i < lines.Count; i++)
        {
            counter.AddLine(lines[i] ?? "");
            if (pause > TimeSpan.Zero || i % LinesPerReport == 0)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                context.ReportProgress(100.0 * (i + 1) / lines.Count, $"{i + 1} of {lines.Count} lines");
                await Task.Delay(pause, time, context.CancellationToken);
            }
        }

        return counter.Result();
    }

    /// <exception cref="JobFailedPermanentlyException">The input does not say what to count, in a way that no retry mends.</exception>
    private static IReadOnlyList<string?> LinesOf(TextStatsInput input)
    {
        if (input.PauseMilliseconds is < 0 or > PauseMax)
        {
            throw Invalid($"pauseMilliseconds is {input.PauseMilliseconds}; it may be 0 to {PauseMax}.");
        }

        return (input.Text, input.Lines) switch
        {
            ({ } text, null) => Split(text),
            (null, { } lines) => lines,
            ({ }, { }) => throw Invalid("""The input has both "text" and "lines"; give one of them."""),
            (null, null) => throw Invalid("""The input has neither "text" nor "lines"; give one of them."""),
        };
    }

    private static List<string> Split(string text)
    {
        List<string> lines = [];
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private static JobFailedPermanentlyException Invalid(string message) => new(message) { ErrorType = "/problems/invalid-input" };
}
