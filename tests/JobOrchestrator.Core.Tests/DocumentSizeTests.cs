namespace JobOrchestrator.Core.Tests;

public sealed class DocumentSizeTests
{
    [Fact]
    public void DocumentBytesMax_EveryTextOfACaller_Counts()
    {
        string text = new('x', 1_000);
        var json = JsonText.Of(text);
        var shard = new TestShard();
        Job job = shard.Running(TestShard.Submission(1));
        Job[] longer =
        [
            job with { Spec = job.Spec with { Type = text } },
            job with { Spec = job.Spec with { Queue = text } },
            job with { Spec = job.Spec with { Owner = text } },
            job with { Spec = job.Spec with { ExternalId = text } },
            job with { Spec = job.Spec with { UniqueKey = text } },
            job with { IdempotencyKey = text },
            job with { Labels = JobLabels.Of([KeyValuePair.Create("x", text)]) },
            job with { Labels = JobLabels.Of([KeyValuePair.Create(text, "x")]) },
            job with { Spec = job.Spec with { Traceparent = text } },
            job with { Spec = job.Spec with { Tracestate = text } },
            job with { Progress = new Progress(null, text) },
            job with { Error = new JobError("x", text) },
            job with { Error = new JobError(text, "x") },
            job with { Error = new JobError("x", "x", json) },
            job with { Spec = job.Spec with { Input = json } },
            job with { State = json },
            job with { Result = json },
            job with { Lease = job.Lease! with { Worker = text } },
            job with { Attempts = [job.Attempts[0] with { Error = text }] },
            job with { Attempts = [job.Attempts[0] with { Worker = text }] },
        ];

        Assert.All(longer, it => Assert.InRange(it.DocumentBytesMax, job.DocumentBytesMax + 1_900, job.DocumentBytesMax + 3_100));
    }

    [Fact]
    public void DocumentBytesMax_LongErrorInEveryAttempt_IsCountedForEach()
    {
        var shard = new TestShard();
        shard.Enqueue(1);
        for (int attempt = 1; attempt <= Job.AttemptsKept; attempt++)
        {
            Job job = shard.Lease();
            shard.Changed(new Command.Fail(job.Id, job.Lease!.Token, new JobError("x", new string('x', 1_000))));
        }

        Assert.True(shard.Taken(TestShard.Id(1)).DocumentBytesMax > Job.AttemptsKept * 1_000);
    }

    [Fact]
    public void SizeOfASubmission_EverythingItMaySay_IsThatOfTheJobItBecomes()
    {
        var json = JsonText.Of(new string('1', 1_000));
        NewJob submission = TestShard.Submission(1) with
        {
            Type = "type",
            Queue = "default",
            Owner = "owner",
            ExternalId = "external",
            Input = json,
            State = json,
            UniqueKey = "unique",
            UniqueSeconds = 60,
            IdempotencyKey = "idempotency",
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            Tracestate = "vendor=1",
            Labels = JobLabels.Of([KeyValuePair.Create("tenant", "42")]),
        };

        Job job = new TestShard().Enqueue(submission);

        Assert.Equal(job.DocumentBytesMax, submission.DocumentBytesMax);
        Assert.Equal(new CommandSize(1, job.DocumentBytesMax), CommandSize.Of(new Command.Enqueue(submission)));
    }

    [Fact]
    public void SizeOfAChangeOfLabels_IsWhatTheyAdd()
    {
        Job job = new TestShard().Enqueue(1);
        var labels = new Dictionary<string, string?> { ["tenant"] = "42", ["old"] = null };

        var size = CommandSize.Of(new Command.Reprioritise(job.Id, null, null) { Labels = labels });

        Assert.Equal(new CommandSize(1, (job with { Labels = job.Labels.With(labels) }).DocumentBytesMax - job.DocumentBytesMax), size);
    }

    [Fact]
    public void SizeOfABatch_ThatEndsAJob_CountsTheJobAndAllThatComeIn()
    {
        NewJob[] jobs = [TestShard.Submission(2), TestShard.Submission(3)];

        var size = CommandSize.Of(new Command.Requeue(TestShard.Id(1), "token", jobs));

        Assert.Equal(new CommandSize(3, 2 * jobs[0].DocumentBytesMax), size);
    }
}
