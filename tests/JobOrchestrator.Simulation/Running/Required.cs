namespace JobOrchestrator.Simulation;

/// <summary>
/// What must have been met by two minutes of seeds, or by a twentieth of a sweep: the one place where that is said. It names what is met
/// dozens of times, so that nothing is missing by chance; what is rarer is what scenarios are for.
/// </summary>
internal sealed record Required
{
    private static readonly FaultKind[] OfRequests =
    [
        FaultKind.SlowAnswer, FaultKind.LostBefore, FaultKind.LostAfter, FaultKind.LateAnswer, FaultKind.LateWrite,
        FaultKind.ErrorThenApplied, FaultKind.Error, FaultKind.Busy, FaultKind.NeverSent, FaultKind.Repeated, FaultKind.Refused,
    ];

    private static readonly FaultKind[] OfProcesses =
        [FaultKind.Kill, FaultKind.Freeze, FaultKind.Suspend, FaultKind.SlowLane, FaultKind.WallStep, FaultKind.Twice, FaultKind.Restart];

    private static readonly FaultKind[] OfCalls =
        [FaultKind.CallLost, FaultKind.CallAnswerLost, FaultKind.CallLate, FaultKind.CallerLeaves];

    private static readonly FaultKind[] WhileServing =
    [
        FaultKind.StoreAway, FaultKind.PartitionAway, FaultKind.CutOff, FaultKind.KindAway, FaultKind.StoreSlow, FaultKind.KeyLeftOut,
        FaultKind.PublishLost, FaultKind.PublishAnswerLost, FaultKind.PublishSlow, FaultKind.PublishInPart, FaultKind.BrokerAway,
        FaultKind.TopicRefused, FaultKind.Unreachable, FaultKind.WorkerGone, FaultKind.WorkerSilent, FaultKind.ReportTwice,
        FaultKind.ForeignToken, FaultKind.Nemesis, FaultKind.SdkKill, FaultKind.SdkFreeze, FaultKind.SdkSuspend, FaultKind.SdkStop,
        FaultKind.SdkWallStep,
    ];

    /// <summary>Of two minutes of seeds.</summary>
    public static Required OfSeeds { get; } = new()
    {
        Cells =
        [
            .. Each(OfRequests, Phase.Asking, Phase.Serving, Phase.Committing, Phase.Settling),
            .. Each(OfProcesses, Phase.Asking, Phase.Serving, Phase.Committing),
            .. Each(OfCalls, Phase.Asking, Phase.Serving, Phase.Committing, Phase.Settling),
            .. Each(WhileServing, Phase.Serving),
        ],
        LogEvents =
        [
            "1 LogCommitFailed", "2 LogStoreAway", "10 LogLost", "20 LogPublishFailed", "20 LogReadFailed", "22 LogSetAside",
            "30 LogStore", "31 LogHeld", "32 LogWaiting", "34 LogElsewhere", "41 LogUnreached", "60 LogLeap",
            "10 NoWork", "11 WorkAgain", "20 Away", "21 Back", "30 LeaseLost", "31 LostInSleep", "32 Silence", "42 AttemptFailed",
            "43 Refused", "44 GivenUp", "45 LeftRunning",
        ],
        Conditions =
        [
            Sometimes.SettledAsDone, Sometimes.SettledAsNotDone, Sometimes.TakenAgain, Sometimes.TakenFromTheDead,
            Sometimes.TakenFromOneThatRuns, Sometimes.FoundOnLaterPage, Sometimes.Moved, Sometimes.Labelled,
            .. Sometimes.All.Where(condition => condition.StartsWith("answered ", StringComparison.Ordinal)),
        ],
    };

    /// <summary>Of a twentieth of a sweep.</summary>
    public static Required OfSweep { get; } = new()
    {
        Cells =
        [
            .. Each([FaultKind.OneCall], Phase.Asking, Phase.Taking, Phase.Loading, Phase.Serving, Phase.Committing),
        ],
        Conditions =
        [
            Sometimes.Redone, Sometimes.SettledAsDone, Sometimes.SettledAsNotDone, Sometimes.TakenAgain, Sometimes.TakenFromTheDead,
            Sometimes.TakenFromOneThatStands,
        ],
    };

    /// <summary>In which phases which faults must have struck.</summary>
    public IReadOnlyList<(FaultKind Kind, Phase Phase)> Cells { get; init; } = [];

    /// <summary>Which lines must have come to a log.</summary>
    public IReadOnlyList<string> LogEvents { get; init; } = [];

    /// <summary>What must have been true.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>What was not met, each in a line.</summary>
    public IReadOnlyList<string> Missing(Reached reached) =>
    [
        .. Cells.Where(cell => reached.Times(cell.Kind, cell.Phase) == 0).Select(cell => $"{cell.Kind} while {cell.Phase}"),
        .. LogEvents.Where(line => reached.LogEvents.GetValueOrDefault(line) == 0).Select(line => $"log {line}"),
        .. Conditions.Where(condition => reached.Sometimes.GetValueOrDefault(condition) == 0),
    ];

    private static IEnumerable<(FaultKind, Phase)> Each(FaultKind[] kinds, params Phase[] phases) =>
        kinds.SelectMany(kind => phases.Select(phase => (kind, phase)));
}
