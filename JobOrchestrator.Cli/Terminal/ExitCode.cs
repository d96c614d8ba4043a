namespace JobOrchestrator.Cli;

/// <summary>What the program says by the number it ends with. Scripts go by them: none changes its meaning.</summary>
internal static class ExitCode
{
    /// <summary>Done; of a job that was waited for: it completed.</summary>
    public const int Done = 0;

    /// <summary>The job failed; of many, one did.</summary>
    public const int Failed = 1;

    /// <summary>The command, an option, an input or a query is not one that can be.</summary>
    public const int Usage = 2;

    /// <summary>The job was cancelled, or is being cancelled.</summary>
    public const int Cancelled = 3;

    /// <summary>There is no such job, or it has been forgotten; no job to lease.</summary>
    public const int NotFound = 4;

    /// <summary>The key is missing, wrong, or may not do this.</summary>
    public const int NotAllowed = 5;

    /// <summary>The job still goes on, and the time to wait for it is over.</summary>
    public const int StillGoing = 6;

    /// <summary>The orchestrator or its store does not answer, or has no room at the moment. Nothing was done.</summary>
    public const int Away = 7;

    /// <summary>The connection broke or time ran out: it may have been done, or not.</summary>
    public const int Unknown = 8;

    /// <summary>
    /// Things stand otherwise than the command says: counted differently, ended already, key taken, lease over. Nothing was done.
    /// </summary>
    public const int Otherwise = 9;

    /// <summary><c>why</c>, <c>doctor</c>: somebody has to do something.</summary>
    public const int NeedsPerson = 10;

    /// <summary>Stopped by Ctrl+C. Nothing was cancelled by it.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM. Nothing was cancelled by it.</summary>
    public const int Terminated = 143;

    /// <summary>Each of them in words, as the document has them.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Done, "done, or the job completed"),
        (Failed, "the job failed"),
        (Usage, "the command, an option, an input or a query cannot be"),
        (Cancelled, "the job was cancelled, or is to stop"),
        (NotFound, "no such job, or it has been forgotten; no job to lease"),
        (NotAllowed, "the key is missing, wrong, or may not do this"),
        (StillGoing, "the job still goes on, and the time to wait is over"),
        (Away, "the orchestrator or its store is away or has no room; nothing was done"),
        (Unknown, "it may have been done, or not: the answer was lost"),
        (Otherwise, "things stand otherwise (counted differently, ended already, key taken, lease over); nothing was done"),
        (NeedsPerson, "why, doctor: somebody has to do something"),
        (Interrupted, "stopped by Ctrl+C, which cancels no job"),
        (Terminated, "stopped by SIGTERM, which cancels no job"),
    ];
}
