using System.Diagnostics;
using JobOrchestrator.Core;

namespace JobOrchestrator.Features.Reports;

/// <summary>What a worker may say about the attempt it runs.</summary>
internal enum ReportAction
{
    Heartbeat = 1,
    Complete = 2,
    Fail = 3,
    Release = 4,
}

/// <summary>One report as read, whichever route it came by.</summary>
internal sealed class WorkerReport
{
    /// <summary>The job, where the route does not name it, as the worker wrote it.</summary>
    public string? JobId { get; set; }

    public ReportAction? Action { get; set; }

    public string Token { get; set; } = "";

    public Progress? Progress { get; set; }

    public JsonText? State { get; set; }

    public int? StateNumber { get; set; }

    public JsonText? Result { get; set; }

    public JobError? Error { get; set; }

    public bool Retry { get; set; } = true;

    public TimeSpan? Delay { get; set; }

    public Command.OnJob ToCommand(JobId id) => Action switch
    {
        ReportAction.Heartbeat => new Command.Heartbeat(id, Token, Progress, State) { StateNumber = StateNumber },
        ReportAction.Complete => new Command.Complete(id, Token, Result),
        ReportAction.Fail => new Command.Fail(id, Token, Error!, Retry),
        ReportAction.Release => new Command.Release(id, Token, Delay),
        null => throw new UnreachableException("A report without an action was let through."),
    };
}
