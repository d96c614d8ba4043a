namespace JobOrchestrator.Core.Tests;

public sealed class LabelTests
{
    private readonly TestShard _shard = new();

    [Theory]
    [InlineData("tenant", true)]
    [InlineData("7", true)]
    [InlineData("a.b_c-D", true)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("-a", false)]
    [InlineData("_a", false)]
    [InlineData("a b", false)]
    [InlineData("a:b", false)]
    [InlineData("a/b", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void IsKey_Texts_SomeAre(string text, bool isKey) => Assert.Equal(isKey, JobLabels.IsKey(text));

    [Fact]
    public void IsKey_AtAndBeyondTheBound() =>
        Assert.Equal((true, false), (JobLabels.IsKey(new string('a', 64)), JobLabels.IsKey(new string('a', 65))));

    [Fact]
    public void Labels_OfASubmission_AreTheJobsInTheOrderOfTheirKeys()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { Labels = Labels(("tenant", "42"), ("Area", "north")) });

        Assert.Equal([("Area", "north"), ("tenant", "42")], job.Labels.All.Select(label => (label.Key, label.Value)));
        Assert.Equal(("42", null), (job.Labels["tenant"], job.Labels["Tenant"]));
        Assert.Equal(Labels(("Area", "north"), ("tenant", "42")), job.Labels);
    }

    [Fact]
    public void Retry_OfAJobWithLabels_HasThemToo()
    {
        Job job = _shard.Stored(TestShard.Submission(1) with { Labels = Labels(("tenant", "42")) });
        _shard.Shard.Recall(job);

        Job again = _shard.Apply<Outcome.Accepted>(new Command.Retry(job.Id, TestShard.Id(2))).Job;

        Assert.Equal(job.Labels, again.Labels);
    }

    [Fact]
    public void Replace_ByASubmissionWithOthers_HasTheOthers()
    {
        NewJob first = TestShard.Submission(1) with { UniqueKey = "u", Labels = Labels(("tenant", "42")) };
        _shard.Enqueue(first);

        NewJob second = first with { Id = TestShard.Id(2), Labels = Labels(("area", "north")), OnDuplicate = OnDuplicate.Replace };
        Job replaced = _shard.Apply<Outcome.Replaced>(new Command.Enqueue(second)).Job;

        Assert.Equal(second.Labels, replaced.Labels);
    }

    [Fact]
    public void Reschedule_ByAWorker_KeepsThem()
    {
        Job job = _shard.Running(TestShard.Submission(1) with { Labels = Labels(("tenant", "42")) });

        var reschedule = new Command.Reschedule(job.Id, job.Lease!.Token, TestShard.Submission(2));
        Job next = _shard.Apply<Outcome.Replaced>(reschedule).Job;

        Assert.Equal(job.Labels, next.Labels);
    }

    [Fact]
    public void Change_OfAWaitingJob_SetsAndTakesAwayAndIsTold()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { Labels = Labels(("a", "1"), ("b", "2"), ("c", "3")) });
        _shard.Shard.TakeChanges();

        Job changed = _shard.Changed(Change(job, ("a", "9"), ("b", null), ("d", "4"), ("none", null)));

        Assert.Equal(Labels(("a", "9"), ("c", "3"), ("d", "4")), changed.Labels);
        Assert.Equal(job.Sequence + 1, changed.Sequence);
        JobEvent told = Assert.Single(_shard.Shard.TakeChanges().Events);
        Assert.Equal((JobEventKind.Updated, JobStatus.New, changed), (told.Kind, told.PreviousStatus, told.Job));
    }

    [Fact]
    public void Change_OfARunningJob_LeavesItsLease()
    {
        Job job = _shard.Running(TestShard.Submission(1));

        Job changed = _shard.Changed(Change(job, ("tenant", "42")));

        Assert.Equal((job.Lease, JobStatus.InProgress, "42"), (changed.Lease, changed.Status, changed.Labels["tenant"]));
        _shard.Changed(new Command.Complete(job.Id, job.Lease!.Token));
    }

    [Fact]
    public void Change_WithAPlace_IsAllOrNothing()
    {
        Job waiting = _shard.Enqueue(1);
        Job moved = _shard.Changed(Change(waiting, ("tenant", "42")) with { Priority = 7 });
        Job running = _shard.Lease();

        Refusal.NotWaiting refusal = _shard.Refused<Refusal.NotWaiting>(Change(running, ("tenant", "43")) with { Priority = 8 });

        Assert.Equal((7, "42"), (moved.Priority, moved.Labels["tenant"]));
        Assert.Equal("42", refusal.Job.Labels["tenant"]);
    }

    [Fact]
    public void Change_ToWhatItIs_ChangesNothing()
    {
        Job job = _shard.Enqueue(TestShard.Submission(1) with { Labels = Labels(("a", "1")) });

        Assert.Equal(job, _shard.Apply<Outcome.Unchanged>(Change(job, ("a", "1"), ("b", null))).Job);
        Assert.Equal(job, _shard.Apply<Outcome.Unchanged>(Change(job)).Job);
    }

    [Fact]
    public void Change_OfAFinishedJob_IsRefused()
    {
        Job job = _shard.Enqueue(1);
        _shard.Changed(new Command.Cancel(job.Id));

        _shard.Refused<Refusal.AlreadyFinished>(Change(job, ("tenant", "42")));
    }

    [Fact]
    public void Change_OfAnotherVersion_IsRefused()
    {
        Job job = _shard.Enqueue(1);

        _shard.Refused<Refusal.SequenceMismatch>(Change(job, ("tenant", "42")) with { IfSequence = job.Sequence + 1 });
    }

    [Fact]
    public void Change_ToMoreThanAJobMayHave_IsRefused()
    {
        (string, string)[] most = [.. Enumerable.Range(0, JobLabels.CountMax).Select(number => ($"k{number}", "x"))];
        Job job = _shard.Enqueue(TestShard.Submission(1) with { Labels = Labels(most) });

        _shard.Refused<Refusal.TooManyLabels>(Change(job, ("one-more", "x")));
        Job changed = _shard.Changed(Change(job, ("one-more", "x"), ("k0", null)));

        Assert.Equal((JobLabels.CountMax, "x", null), (changed.Labels.Count, changed.Labels["one-more"], changed.Labels["k0"]));
    }

    [Fact]
    public void Change_ThatBringsLiveJobsOverTheirBytes_IsRefused()
    {
        int bytes = TestShard.Submission(1).DocumentBytesMax;
        var shard = new TestShard(ShardSettings.Default with { BytesMax = bytes + 100 });
        Job job = shard.Enqueue(1);

        shard.Refused<Refusal.BytesFull>(Change(job, ("tenant", new string('x', 100))));
        shard.Changed(Change(job, ("tenant", "42")));
    }

    private static JobLabels Labels(params (string Key, string Value)[] labels) =>
        JobLabels.Of(labels.Select(label => KeyValuePair.Create(label.Key, label.Value)));

    private static Command.Reprioritise Change(Job job, params (string Key, string? Value)[] labels) =>
        new(job.Id, null, null) { Labels = labels.ToDictionary(label => label.Key, label => label.Value) };
}
