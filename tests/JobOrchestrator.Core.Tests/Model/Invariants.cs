namespace JobOrchestrator.Core.Tests.Model;

/// <summary>
/// What must never happen (I1 to I8 of the architecture), watched from outside by its number and without the model's rules.
/// </summary>
internal sealed class Invariants
{
    private readonly HashSet<JobId> _accepted = [];
    private readonly Dictionary<JobId, Job> _lastStored = [];
    private IReadOnlyList<Job>? _inLine;

    public void Before(Command command, PlainModel model)
    {
        if (command is Command.Lease)
        {
            model.Look();
        }

        // With a bound on what a worker holds, one queue may drop out between two jobs of another: the model alone says what comes then.
        _inLine = command is Command.Lease { HeldMax: null } lease
            ? [.. model.InLine(lease).Where(job => !(job.DeadlineAt <= model.Now)).Take(lease.Max)]
            : null;
    }

    public void After(Outcome outcome)
    {
        if (outcome is Outcome.Leased { Jobs: var leased })
        {
            Assert.True(
                _inLine?.Take(leased.Count).Select(job => job.Id).SequenceEqual(leased.Select(job => job.Id)) != false,
                "I8: a later job was handed out before an earlier one.");
            foreach (Job job in leased)
            {
                Assert.True(
                    job.Attempts.Count(attempt => attempt.Outcome is null) == 1,
                    $"I3: {job.Id} was leased while another lease was valid.");
            }
        }
    }

    public void Stored(Changes changes, IReadOnlyCollection<Job> store)
    {
        var told = new Dictionary<JobId, long>();
        foreach (JobEvent one in changes.Events)
        {
            long before = told.TryGetValue(one.Job.Id, out long inBatch)
                ? inBatch
                : _lastStored.TryGetValue(one.Job.Id, out Job? last) ? last.Sequence : 0;
            Assert.True(one.Job.Sequence == before + 1, $"I6: {one.Job.Id} told {one.Job.Sequence} after {before}.");
            told[one.Job.Id] = one.Job.Sequence;
        }

        foreach (Job job in changes.Jobs)
        {
            if (_lastStored.TryGetValue(job.Id, out Job? before))
            {
                Assert.True(!before.IsFinished
                    || (before.Status, before.Sequence) == (job.Status, job.Sequence), $"I2: {job.Id} left its final status.");
                Assert.True(job.Attempt >= before.Attempt, $"I5: the attempts of {job.Id} went down.");
                Assert.True(job.Sequence == told.GetValueOrDefault(job.Id, before.Sequence), $"I6: {job.Id} changed without its events.");
            }

            _lastStored[job.Id] = job;
        }

        _accepted.UnionWith(changes.Created.Select(job => job.Id));
        _accepted.ExceptWith(changes.Forgotten.Select(gone => gone.Id));
        HashSet<JobId> stored = [.. store.Select(job => job.Id)];
        Assert.True(_accepted.All(id => stored.Contains(id) || _lastStored[id].IsFinished), "I1: an accepted job is lost.");

        Job[] live = [.. store.Where(job => !job.IsFinished)];
        Assert.True(
            IsUnique(live, job => job.ExternalId) && IsUnique(live, job => job.UniqueKey), "I7: two live jobs of an owner have one key.");
        Assert.True(IsUnique(live, job => job.Lease?.Token), "I3: one token for two leases.");
    }

    private static bool IsUnique(IEnumerable<Job> live, Func<Job, string?> key) =>
        live.Where(job => key(job) is not null).GroupBy(job => (job.Queue, job.Owner, key(job))).All(same => same.Count() == 1);
}
