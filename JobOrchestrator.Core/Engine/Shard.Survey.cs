namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    /// <summary>A look at each running job: whoever asks does so seldom.</summary>
    private Outcome.Surveyed Survey(Command.Survey survey)
    {
        SeeTime(_now);
        var held = new Dictionary<(string Worker, string Queue, string Type), HeldJobs>();
        foreach (Job job in _lines.Running.Select(id => _jobs[id]))
        {
            (string, string, string) key = (job.Lease!.Worker, job.Queue, job.Type);
            DateTimeOffset since = LeasedAt(job);
            HeldJobs sum = held.GetValueOrDefault(key) ?? new HeldJobs(job.Lease.Worker, job.Queue, job.Type, 0, 0, job.Id, since);
            bool isLonger = (since, job.Id.Value).CompareTo((sum.Since, sum.Longest.Value)) < 0;
            held[key] = sum with
            {
                Jobs = sum.Jobs + 1,
                Silent = sum.Silent + (job.IsOverdue(_now) ? 1 : 0),
                Longest = isLonger ? job.Id : sum.Longest,
                Since = isLonger ? since : sum.Since,
                LastHeartbeatAt = job.Lease.Heartbeats is { LastAt: var beat } && !(beat < sum.LastHeartbeatAt)
                    ? beat
                    : sum.LastHeartbeatAt,
            };
        }

        return new Outcome.Surveyed(
            [
                .. held.Values.OrderBy(one => one.Worker, StringComparer.Ordinal)
                    .ThenBy(one => one.Queue, StringComparer.Ordinal)
                    .ThenBy(one => one.Type, StringComparer.Ordinal),
            ],
            [.. _lines.ReadyTypes().Take(survey.TypesMax)]);
    }
}
