namespace JobOrchestrator.Http;

/// <summary>The bounds of what callers send, as they are read and as the API's document tells them.</summary>
internal static class Bounds
{
    /// <summary>Longest name of a type, a queue, an owner or a worker, in characters.</summary>
    public const int NameMax = 256;

    /// <summary>Longest externalId or unique key, in characters.</summary>
    public const int KeyMax = 1_024;

    /// <summary>Longest message of a progress report and longest error type, in characters.</summary>
    public const int LineMax = 1_024;

    /// <summary>Ten years: later than any real schedule, and far from where arithmetic on instants ends.</summary>
    public const int SecondsMax = 10 * 365 * 24 * 60 * 60;

    /// <summary>A worker that may be silent for longer than a day is not watched at all.</summary>
    public const int LeaseSecondsMax = 24 * 60 * 60;

    /// <summary>Most further queues, and most types, in one lease.</summary>
    public const int LeaseNamesMax = 100;

    /// <summary>Longest version of what a worker runs, in characters.</summary>
    public const int VersionMax = 100;

    /// <summary>Most jobs that a worker says it runs at once.</summary>
    public const int SlotsMax = 1_000_000_000;

    /// <summary>Characters of a mark.</summary>
    public const int MarkMax = 200;

    /// <summary>Characters of the reason for which a queue is paused.</summary>
    public const int ReasonMax = 500;

    /// <summary>Longest lease token, in characters. Ours have 22 and a place in the lease.</summary>
    public const int TokenMax = 256;
}
