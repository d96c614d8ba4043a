using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>
/// What whoever looks may do, so that nobody is offered what would be refused. The API decides; this goes by what it says of the caller.
/// </summary>
public sealed class Rights
{
    /// <summary>Starting jobs.</summary>
    public const string SubmitWord = "Submit";

    /// <summary>Controlling queues and the jobs in them.</summary>
    public const string OperateWord = "Operate";

    private readonly JobCaller? _caller;

    /// <param name="caller">Who looks; null: the API does not say, and nothing is offered.</param>
    /// <param name="readOnly">The pages are set to show only.</param>
    public Rights(JobCaller? caller, bool readOnly) => (Caller, _caller) = (caller, readOnly ? null : caller);

    /// <summary>Who looks; null: the API does not say.</summary>
    public JobCaller? Caller { get; }

    /// <summary>May put jobs into some queue.</summary>
    public bool Submit => _caller is { } caller && (caller.Admin || (Has(SubmitWord) && caller.SubmitQueues.Count > 0));

    /// <summary>May put in jobs of any owner.</summary>
    public bool SubmitForOwners => _caller?.Admin == true;

    /// <summary>May do something to many jobs: to those among them that it may control.</summary>
    public bool Many => _caller is { } caller
        && (caller.Admin || (Has(OperateWord) && caller.Queues.Count > 0) || (Has(SubmitWord) && caller.Owner is not null));

    /// <summary>May control every queue.</summary>
    public bool OperateAll => Operate(JobCaller.AnyQueue);

    /// <summary>May pause, resume and empty a queue.</summary>
    public bool Operate(string queue) => _caller?.May(OperateWord, queue) == true;

    /// <summary>May cancel, move and purge a job.</summary>
    public bool Control(Job job) => Operate(job.Queue ?? "") || (Has(SubmitWord) && job.Owner is not null && job.Owner == _caller!.Owner);

    /// <summary>May run a job again.</summary>
    public bool Retry(Job job) => (Operate(job.Queue ?? "") || (Control(job) && MaySubmit(job.Queue ?? "")))
        && !(job.Priority > _caller!.PriorityMax);

    private bool MaySubmit(string queue) => _caller is { } caller && Has(SubmitWord)
        && (caller.SubmitQueues.Contains(queue, StringComparer.Ordinal)
            || caller.SubmitQueues.Contains(JobCaller.AnyQueue, StringComparer.Ordinal));

    private bool Has(string permission) => _caller?.Permissions.Contains(permission, StringComparer.Ordinal) == true;
}
