namespace JobOrchestrator.Sdk;

/// <summary>What of the jobs' history to ask for.</summary>
public sealed record JobStatsQuery
{
    /// <summary>
    /// Which metrics: <c>submitted started finished completed failed cancelled retried late lost refused</c> (counts in a step),
    /// <c>ready scheduled running</c> (jobs; ready at its highest, the others at the step's end), <c>oldest</c> (seconds),
    /// <c>wait run</c> (seconds, by quantile), <c>attempts</c>, <c>runHeat</c>. Submitted, started and finished by default. At most 12
    /// lines are answered, but for what <see cref="By"/> says.
    /// </summary>
    public IReadOnlyList<string> Metrics { get; init; } = ["submitted", "started", "finished"];

    /// <summary>
    /// What lines are told apart by: <c>status</c>, <c>outcome</c>, <c>queue</c> or <c>type</c>; null: nothing more. Of queues and types
    /// the busiest of the time that is asked for are answered, as many as make 12 lines; of up to 60 steps of whole minutes 32 of them,
    /// with all their lines.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Only this queue's; null: all that the caller sees. One of queue, type and owner at most.</summary>
    public string? Queue { get; init; }

    /// <summary>Only this type's.</summary>
    public string? Type { get; init; }

    /// <summary>Only this owner's.</summary>
    public string? Owner { get; init; }

    /// <summary>From when; null: an hour before <see cref="To"/>.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>How long before <see cref="To"/> to begin, in place of <see cref="From"/>; in whole seconds.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Until when; null: now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>How long a step is, in whole seconds; null: what gives up to 240 of them.</summary>
    public TimeSpan? Step { get; init; }
}

/// <summary>What jobs did over time.</summary>
/// <param name="From">When the first step begins (UTC).</param>
/// <param name="To">When the last one ends (UTC).</param>
/// <param name="Step">Seconds of a step.</param>
/// <param name="AsOf">When this was so (UTC).</param>
/// <param name="Since">From when on anything of such steps is known (UTC).</param>
/// <param name="Series">The lines.</param>
/// <param name="Gaps">What nothing was recorded of.</param>
/// <param name="Missing">Shards that nobody holds at the moment: sums leave them out.</param>
public sealed record JobStats(
    DateTimeOffset From,
    DateTimeOffset To,
    int Step,
    DateTimeOffset AsOf,
    DateTimeOffset Since,
    IReadOnlyList<JobStatsSeries> Series,
    IReadOnlyList<JobStatsGap> Gaps,
    IReadOnlyList<int> Missing)
{
    /// <summary>What happened meanwhile, the last 100.</summary>
    public IReadOnlyList<JobMark> Marks { get; init; } = [];
}

/// <summary>One line.</summary>
/// <param name="Metric">Its metric.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Labels">What it is told apart by.</param>
/// <param name="Values">By steps; null: nothing is known of it.</param>
public sealed record JobStatsSeries(
    string Metric, string Unit, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<double?> Values)
{
    /// <summary>
    /// Of all queues or types together that have no line of their own, and not of the one that its label names: that says <c>other</c>,
    /// as does the label of a queue that is really called so.
    /// </summary>
    public bool Rest { get; init; }
}

/// <summary>A while of which nothing was recorded.</summary>
/// <param name="From">Its begin (UTC).</param>
/// <param name="To">Its end (UTC).</param>
/// <param name="Reason">Why: <c>not-recorded</c>; there may be more.</param>
public sealed record JobStatsGap(DateTimeOffset From, DateTimeOffset To, string Reason);
