namespace JobOrchestrator.Search;

/// <summary>A field that queries know, for those who explain or suggest it.</summary>
/// <param name="Name">As it is written; <c>label.</c> is followed by a label's key.</param>
/// <param name="Summary">What it chooses by, in a line.</param>
/// <param name="Example">A term with it.</param>
public sealed record QueryField(string Name, string Summary, string Example)
{
    /// <summary>What stands in front of a label's key.</summary>
    public const string LabelPrefix = "label.";

    /// <summary>The words of the field <c>status</c>: nine phases, then the statuses that stand for several of them.</summary>
    public static IReadOnlyList<string> Statuses => [.. QueryPhases.Words];

    /// <summary>All of them, those that are used most first.</summary>
    public static IReadOnlyList<QueryField> All { get; } =
    [
        new("status", "one of five statuses or nine phases", "status:failed,retrying"),
        new("queue", "the queue", "queue:mail"),
        new("type", "the job's type", "type:send*"),
        new(LabelPrefix, "a label's value", "label.tenant:42"),
        new("older", "created at least so long ago", "older:1d"),
        new("younger", "created less than so long ago", "younger:2h"),
        new("owner", "the service that it belongs to", "owner:shop"),
        new("worker", "who runs it, or ran an attempt", "worker:w-3"),
        new("error", "the error's type; with ~ a part of its title", "error:~timeout"),
        new("external", "the caller's own id", "external:order-7"),
        new("key", "the unique or idempotency key", "key:invoice-7"),
        new("id", "the job's id or its beginning", "id:01a1fe2c*"),
        new("created", "when it was accepted", "created:2026-11-26"),
        new("started", "when its first attempt began", "started:>3h"),
        new("finished", "when it ended", "finished:>=2026-11-26T14:10Z"),
        new("due", "when it may be handed out", "due:<+1h"),
        new("wait", "how long it was ready before its first attempt", "wait:>10s"),
        new("run", "how long its attempts have run in all", "run:1m..1h"),
        new("attempt", "the number of the last attempt", "attempt:>1"),
        new("priority", "the priority", "priority:-5..5"),
        new("progress", "the progress in percent", "progress:>=50"),
        new("retryof", "the job that it runs again", "retryof:*"),
        new("retriedas", "the job that runs it again", "retriedas:*"),
        new("trace", "the id of its submitter's trace", "trace:4bf92f35*"),
    ];
}
