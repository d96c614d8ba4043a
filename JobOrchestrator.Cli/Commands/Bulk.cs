using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Does one thing to all jobs that a query finds: counted first, agreed to, then done to the end.</summary>
internal static class Bulk
{
    /// <summary>The variable with the name of what is spoken to, such as PRODUCTION.</summary>
    public const string NameVariable = "JOBS_NAME";

    /// <summary>Does it.</summary>
    /// <param name="session">The command.</param>
    /// <param name="bulk">What, and to which jobs.</param>
    /// <param name="agreed">What was said in advance.</param>
    /// <param name="stopping">Stops it; what was done stays done.</param>
    public static async Task<int> RunAsync(Session session, JobBulk bulk, (bool Yes, int? Expect) agreed, CancellationToken stopping)
    {
        JobBulkCount count = await session.Operations.CountActionAsync(bulk, stopping);
        string told = TextOf(session, bulk, count);
        if (!session.CanAsk && (!agreed.Yes || agreed.Expect is null))
        {
            throw new UsageException($"{told} There is nobody to ask: say --yes --expect {count.Matched}.");
        }

        if (count.Matched == 0)
        {
            session.Messages.Say("None matches. Nothing was done.");
            return ExitCode.Done;
        }

        if (agreed.Expect is null)
        {
            await Confirm.OrThrowAsync(session, agreed.Yes, count.Matched, told, stopping);
        }

        return await ActAsync(session, bulk, agreed.Expect ?? count.Matched, stopping);
    }

    private static async Task<int> ActAsync(Session session, JobBulk bulk, int expect, CancellationToken stopping)
    {
        BulkDone all = new("", 0, 0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        try
        {
            await foreach (JobBulkPart part in session.Operations.ActAsync(bulk, expect, stopping))
            {
                all = all.With(part);
                if (part.Next is not null)
                {
                    session.Messages.Say($"{Screen.Number(all.Tried)} of {Screen.Number(Math.Max(part.Matched, all.Tried))}");
                }
            }
        }
        catch (Exception exception) when (all.Tried > 0)
        {
            // What comes next says why; this, how far it came.
            session.Messages.Say($"{Screen.Number(all.Done)} jobs were done, and stay so: action {all.Id}. The same again does the rest.");
            if (exception is OperationCanceledException && stopping.IsCancellationRequested)
            {
                return session.Around.Interruption.Code;
            }

            throw;
        }

        session.Results.Write(all, ActionShape.Done);
        return ExitCode.Done;
    }

    /// <summary>Where, how many, how old, and what will come of it.</summary>
    private static string TextOf(Session session, JobBulk bulk, JobBulkCount count)
    {
        string where = session.Around.Variable(NameVariable) is { Length: > 0 } name ? name : session.Probe.Address.Authority;
        string many = Screen.Number(count.Matched) + (count.Exact ? "" : "+");
        string age = count.Oldest is { } oldest ? $", {(count.Matched == 1 ? "" : "oldest ")}{session.Screen.Age(oldest)}" : "";
        string jobs = count is { Matched: 1, Exact: true } ? "job matches" : "jobs match";
        return $"{where} {(session.Screen.IsPlain ? "-" : "·")} {many} {jobs}{age}. {EffectOf(bulk, many)}";
    }

    private static string EffectOf(JobBulk bulk, string many) => bulk.Kind switch
    {
        JobBulkKind.Cancel => "Cancel ends those that wait, and tells the workers of those that run.",
        JobBulkKind.Retry => $"Retry makes {many} new {(many == "1" ? "job" : "jobs")}.",
        JobBulkKind.Purge => "Purge forgets them, with inputs and results. That cannot be undone.",
        JobBulkKind.Move => $"Move has those that wait go to {bulk.Queue}.",
        JobBulkKind.Label => "Label changes " + string.Join(
            ", ", bulk.Labels!.Select(label => label.Value is { } value ? $"{label.Key}={value}" : $"{label.Key} (taken away)")) + ".",
    };
}
