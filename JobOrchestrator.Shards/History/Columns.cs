using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Where each count stands among those of a second, a minute or an hour. They are kept in the store, so that none is ever moved; new ones
/// come behind the last.
/// </summary>
public static class Columns
{
    public const int Submitted = 0;
    public const int Started = 1;
    public const int Completed = 2;
    public const int Failed = 3;
    public const int Cancelled = 4;

    /// <summary>Attempts that ended and are followed by another.</summary>
    public const int Retried = 5;

    /// <summary>Heartbeats that came after two thirds of their lease.</summary>
    public const int Late = 6;

    /// <summary>Leases that ran out.</summary>
    public const int Lost = 7;

    /// <summary>Workers' reports that were refused.</summary>
    public const int Refused = 8;

    /// <summary>How many numbers of attempts are told apart; the last stands for all further ones.</summary>
    public const int AttemptNumbers = 4;

    /// <summary>Outcomes of each of these.</summary>
    public const int Outcomes = 8;

    /// <summary>From when a job could be handed out until it was.</summary>
    public const int Wait = 9 + (AttemptNumbers * Outcomes);

    /// <summary>From an attempt's begin to its end.</summary>
    public const int Run = Wait + RootTwoBuckets.Count;

    /// <summary>How many there are.</summary>
    public const int Count = Run + RootTwoBuckets.Count;

    /// <summary>Attempts by number and outcome.</summary>
    /// <param name="number">The attempt's, from 1.</param>
    /// <param name="outcome">How it ended.</param>
    public static int Attempts(int number, AttemptOutcome outcome) =>
        9 + ((Math.Clamp(number, 1, AttemptNumbers) - 1) * Outcomes) + (int)outcome - 1;
}
