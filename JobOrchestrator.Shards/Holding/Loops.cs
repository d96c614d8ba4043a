using System.Globalization;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// Keeps this process's loops going: whatever one throws is counted, told in the log and in its health, and the loop begins again. None
/// ends but by being told to, and none takes the process with it.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Loops(TimeProvider time, ILogger<Loops> logger)
{
    /// <summary>A loop that failed counts as unwell for so long.</summary>
    public static readonly TimeSpan UnwellFor = TimeSpan.FromMinutes(5);

    private readonly SortedDictionary<string, Failure> _failures = new(StringComparer.Ordinal); // also the lock that guards it

    /// <summary>
    /// For each loop that has failed lately, a sentence. What it threw stands in the log alone: health is open to everyone.
    /// </summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_failures)
            {
                return [.. _failures
                    .Where(failed => time.GetElapsedTime(failed.Value.At) < UnwellFor)
                    .Select(failed => string.Create(
                        CultureInfo.InvariantCulture,
                        $"The loop \"{failed.Key}\" has failed {failed.Value.Count} times and goes on. The log says why."))];
            }
        }
    }

    /// <summary>Runs a loop until it is told to stop; then returns. A loop that returns by itself has come to its end.</summary>
    /// <param name="name">What it does, for people.</param>
    /// <param name="loop">The loop; it can be begun again.</param>
    /// <param name="stopping">Tells it to stop.</param>
    public Task KeepAsync(string name, Func<CancellationToken, Task> loop, CancellationToken stopping) =>
        KeepGoing.RunAsync(loop, exception => Note(name, exception), time, stopping);

    private void Note(string name, Exception exception)
    {
        lock (_failures)
        {
            long count = _failures.TryGetValue(name, out Failure? before) ? before.Count + 1 : 1;
            _failures[name] = new Failure(count, time.GetTimestamp());
        }

        if (exception is CallException or StoreUnavailableException or OutcomeUnknownException or TooBusyException)
        {
            LogInterrupted(logger, name, exception.Message);
        }
        else
        {
            LogFailed(logger, exception, name);
        }
    }

    private sealed record Failure(long Count, long At);

    /// <summary>The store or the sidecar was away, which is no fault of ours.</summary>
    [LoggerMessage(56, LogLevel.Warning, "The loop \"{Name}\" was interrupted; it begins again. {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string name, string reason);

    [LoggerMessage(55, LogLevel.Error, "The loop \"{Name}\" has failed; it begins again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string name);
}
