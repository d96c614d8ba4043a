using System.Reflection;

namespace JobOrchestrator.Core.Tests;

public sealed class JobTests
{
    public static TheoryData<DateTimeOffset> Instants =>
    [
        DateTimeOffset.MinValue,
        DateTimeOffset.MinValue.AddTicks(1),
        DateTimeOffset.UnixEpoch,
        new DateTimeOffset(2030, 1, 1, 12, 30, 0, TimeSpan.FromHours(5.5)).AddTicks(1),
        DateTimeOffset.MaxValue,
    ];

    [Theory]
    [MemberData(nameof(Instants))]
    public void Instant_AnyThatThereIs_IsKeptToTheTickAndIsUtc(DateTimeOffset at)
    {
        Job job = JobOf(at) with { DeadlineAt = at, IdempotencyUntil = at, StartedAt = at, FinishedAt = at, ExpiresAt = at };

        Assert.All(
            [job.RunAt, job.CreatedAt, job.UpdatedAt, job.DeadlineAt, job.IdempotencyUntil, job.StartedAt, job.FinishedAt, job.ExpiresAt],
            (DateTimeOffset? kept) => Assert.Equal((at.UtcTicks, TimeSpan.Zero), (kept!.Value.Ticks, kept.Value.Offset)));
    }

    [Fact]
    public void Instant_NotSaid_IsNone()
    {
        Job job = JobOf(DateTimeOffset.MinValue);

        Assert.All([job.DeadlineAt, job.IdempotencyUntil, job.StartedAt, job.FinishedAt, job.ExpiresAt], none => Assert.Null(none));
        Assert.Equal(job, job with { DeadlineAt = null });
        Assert.NotEqual(job, job with { DeadlineAt = DateTimeOffset.MinValue });
    }

    [Fact]
    public void Job_EveryLaterVersion_SharesOneSpec()
    {
        var shard = new TestShard();
        NewJob submitted = TestShard.Submission(1);

        Job running = shard.Running(submitted);
        Job completed = shard.Changed(new Command.Complete(running.Id, running.Lease!.Token));
        Job again = shard.Apply<Outcome.Accepted>(new Command.Retry(completed.Id, TestShard.Id(2))).Job;

        Assert.All([running, completed, again], version => Assert.Same(submitted.Spec, version.Spec));
    }

    private static IEnumerable<PropertyInfo> Settable => typeof(Job).GetProperties().Where(property => property.SetMethod is not null);

    /// <summary>A version that changes one thing has all others, and leaves the one before it as it was.</summary>
    [Fact]
    public void Job_WithOneThingChanged_KeepsAllOthers()
    {
        DateTimeOffset at = TestShard.Start;
        Job whole = JobOf(at) with
        {
            Status = JobStatus.InProgress,
            State = JsonText.Of("1"),
            Result = JsonText.Of("2"),
            Progress = new Progress(1, "m"),
            Error = new JobError("t", "e"),
            Attempt = 3,
            Failures = 2,
            DeadlineAt = at.AddHours(1),
            Priority = 7,
            Labels = JobLabels.Of([KeyValuePair.Create("a", "b")]),
            IdempotencyKey = "key",
            Fingerprint = 4,
            IdempotencyUntil = at.AddHours(2),
            EarlierKeys = [new KeyGuard(default, TestShard.Id(9), at)],
            CancelRequested = true,
            Lease = new Lease("token", "worker", at),
            Attempts = [new Attempt(1, "worker", at, "token")],
            Sequence = 5,
            RetryOf = TestShard.Id(2),
            RetriedAs = TestShard.Id(3),
            StartedAt = at.AddHours(3),
            FinishedAt = at.AddHours(4),
            ExpiresAt = at.AddHours(5),
            IsSetAside = true,
        };
        string before = Members(whole);

        Assert.Equal(whole, whole with { });
        Assert.Equal(whole.GetHashCode(), (whole with { }).GetHashCode());
        foreach (PropertyInfo property in Settable)
        {
            // As an initialiser would, on a version that is being made.
            Job other = whole with { };
            property.SetValue(other, property.GetValue(JobOf(at)));

            Assert.Equal(before, Members(whole));
            Assert.Equal(
                Settable.Where(one => one.Name != property.Name).Select(one => one.GetValue(whole)),
                Settable.Where(one => one.Name != property.Name).Select(one => one.GetValue(other)));
            Assert.Equal(property.GetValue(JobOf(at)), property.GetValue(other));
            Assert.Equal(Equals(property.GetValue(JobOf(at)), property.GetValue(whole)), whole == other);
        }

        Assert.Equal(before, Members(whole));
        Assert.Equal(whole, whole with { Result = null } with { Result = whole.Result });
        // All that can be said of a job is said, but what the bare one has to have; lists and labels have no text of their own.
        Assert.Equal(
            ["Id", "Order", "Spec", "RunAt", "Labels", "CreatedAt", "UpdatedAt"],
            Members(JobOf(at)).Split('\n').Intersect(before.Split('\n')).Select(member => member.Split(':')[0]));

        static string Members(Job job) => string.Join('\n', Settable.Select(property => $"{property.Name}: {property.GetValue(job)}"));
    }

    [Fact]
    public void JobSpec_WithOneThingChanged_KeepsAllOthersAndLeavesTheOneBeforeAsItWas()
    {
        var whole = new JobSpec
        {
            Type = "t",
            Queue = "q",
            Owner = "o",
            ExternalId = "e",
            Input = JsonText.Of("1"),
            MaxRetries = 1,
            Backoff = Backoff.None,
            LeaseSeconds = 2,
            TimeLimitSeconds = 3,
            UniqueKey = "u",
            UniqueSeconds = 4,
            Durable = false,
            Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Tracestate = "v",
        };

        Assert.Equal(whole, whole with { });
        Assert.Equal(whole, whole with { Queue = "r" } with { Queue = "q" });
        JobSpec moved = whole with { Queue = "r" }, other = whole with { Type = "s" };
        Assert.Equal(("q", "r", "t", "o"), (whole.Queue, moved.Queue, moved.Type, whole.Owner));
        Assert.Equal((4, "e", "v"), (other.UniqueSeconds, other.ExternalId, other.Tracestate));
    }

    private static Job JobOf(DateTimeOffset at) => new()
    {
        Id = TestShard.Id(1),
        Order = 0,
        Spec = new JobSpec { Type = "t", Queue = "q", LeaseSeconds = 30 },
        RunAt = at,
        CreatedAt = at,
        UpdatedAt = at,
    };
}
