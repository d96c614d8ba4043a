using System.Globalization;

namespace JobOrchestrator.Sdk;

/// <summary>What goes wrong in a worker's loops at the moment: counted here, shown by its health check.</summary>
internal sealed class WorkerState(TimeProvider time)
{
    public const string Reports = "reports";
    public const string Heartbeats = "heartbeats";
    public const string Cancels = "cancels";
    public const string Pool = "thread pool";

    // Guards the dictionary: loops and attempts run on many threads.
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Trouble> _troubles = new(StringComparer.Ordinal);

    /// <summary>What the worker works and where; null until it has started.</summary>
    public string? Works { get; set; }

    /// <summary>One line for each place where the last try failed, and has for longer than is no matter there.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_lock)
            {
                return [.. _troubles.Where(pair => time.GetElapsedTime(pair.Value.Began) >= pair.Value.Quiet).Select(pair => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{pair.Key}: {pair.Value.Reason} ({pair.Value.Count} in a row since {pair.Value.Since.UtcDateTime:O})"))];
            }
        }
    }

    public static string Queue(string queue) => $"queue {queue}";

    /// <summary>A try failed; counted until one succeeds.</summary>
    /// <param name="place">Where.</param>
    /// <param name="reason">Why.</param>
    /// <param name="quiet">How long it may go on failing there before it is a trouble to be shown.</param>
    public void Failed(string place, string reason, TimeSpan quiet = default)
    {
        lock (_lock)
        {
            _troubles[place] = _troubles.TryGetValue(place, out Trouble? known)
                ? known with { Reason = reason, Count = known.Count + 1, Quiet = quiet }
                : new Trouble(reason, 1, time.GetUtcNow(), time.GetTimestamp(), quiet);
        }
    }

    public void Succeeded(string place)
    {
        lock (_lock)
        {
            _troubles.Remove(place);
        }
    }

    private sealed record Trouble(string Reason, int Count, DateTimeOffset Since, long Began, TimeSpan Quiet);
}
