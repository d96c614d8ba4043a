using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A digest is never written anew for a job that has ended: what it says of one must not change.</summary>
public sealed class ChangedAfterItsEndTests
{
    private static readonly DateTimeOffset Start = TestJobs.Start;

    private readonly Shard _shard = new(ShardSettings.Default);

    [Fact]
    public void Digest_WhateverIsDoneToAJobThatHasEnded_SaysTheSame()
    {
        JobId id = TestJobs.Id(1);
        var labels = JobLabels.Of([KeyValuePair.Create("tenant", "42")]);
        NewJob submission = TestJobs.Submission(1);
        Apply(
            new Command.Enqueue(submission with
            {
                Labels = labels,
                IdempotencyKey = "key",
                Spec = submission.Spec with { MaxRetries = 3 },
            }),
            0);
        string late = Lease("first", 1);
        Apply(new Command.Tick(100), 60);
        string token = Lease("second", 7_200);
        Apply(new Command.Fail(id, token, new JobError("urn:error", "It failed."), TryAgain: false), 7_201);
        Job ended = Assert.Single(_shard.TakeChanges().Jobs);
        var changed = new List<Job>();
        foreach (Command command in (Command[])
        [
            new Command.Complete(id, late),
            new Command.Fail(id, late, new JobError("urn:another", "Another.")),
            new Command.Heartbeat(id, late, new Progress(5, null)),
            new Command.Release(id, late),
            new Command.Cancel(id, AtOnce: true),
            new Command.Reprioritise(id, 5, null),
            new Command.Reprioritise(id, null, null) { Queue = "slow" },
            new Command.Reprioritise(id, null, null) { Labels = new Dictionary<string, string?> { ["tenant"] = "43" } },
            new Command.Retry(id, TestJobs.Id(2)),
            new Command.Tick(100),
        ])
        {
            _shard.Recall(changed.LastOrDefault() ?? ended);
            Apply(command, 7_202);
            changed.AddRange(_shard.TakeChanges().Jobs.Where(job => job.Id == id));
        }

        // A late report is noted, and so is what runs it again.
        Assert.InRange(changed.Count, 2, 10);
        Assert.All(changed, job => Assert.Equal(Digest(ended), Digest(job)));
    }

    private static byte[] Digest(Job job)
    {
        var digest = new PageDigest(4);
        digest.Add(0, job);
        return DigestForm.Write(digest);
    }

    private string Lease(string worker, int second)
    {
        Apply(new Command.Tick(100), second);
        var leased = (Outcome.Leased)Apply(new Command.Lease(["default"], worker, 1, null, $"seed-{worker}"), second);
        string token = Assert.Single(leased.Jobs).Lease!.Token;
        _shard.TakeChanges();
        return token;
    }

    private Outcome Apply(Command command, int second) => _shard.Apply(command, Start.AddSeconds(second));
}
