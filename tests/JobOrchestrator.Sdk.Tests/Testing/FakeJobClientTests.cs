using System.Net;
using System.Reflection;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Jobs;

namespace JobOrchestrator.Sdk.Tests.Testing;

[JobType("pack", Queue = "shelf", MaxRetries = 5)]
public sealed record Pack(string Name) : IJob<Parcel>;

public sealed record Parcel(string Label);

/// <summary>What a caller meets in a test is what it meets in production.</summary>
public sealed class FakeJobClientTests
{
    private readonly ManualClock _clock = new();
    private readonly FakeJobClient _jobs;

    public FakeJobClientTests() => _jobs = new FakeJobClient(new JobClientOptions { Owner = "shop" }, _clock);

    [Fact]
    public async Task Job_Started_IsRememberedAndWaits()
    {
        Job job = await _jobs.EnqueueAsync(new Pack("book"), new JobOptions { Delay = TimeSpan.FromMinutes(1) });

        FakeSubmission submission = Assert.Single(_jobs.Submissions);
        Assert.Equal((new Pack("book"), job), (submission.Input, submission.Job));
        Assert.Equal(
            ("pack", "shelf", "shop", JobStatus.New, 5, _clock.GetUtcNow().AddMinutes(1)),
            (job.Type, job.Queue, job.Owner, job.Status, job.MaxRetries, job.RunAt));
        Assert.Equal(new Pack("book"), job.ReadInput<Pack>());
        Assert.Equal(new JobQueue("shelf", false, 1, 0, 1, 0), await _jobs.GetQueueAsync("shelf"));
        Assert.Null(await _jobs.GetAsync("other"));
    }

    /// <summary>A list that leaves out what was asked would be believed.</summary>
    [Fact]
    public async Task List_ByAQuery_IsRefusedAndOldestFirstIsNot()
    {
        Job first = await _jobs.EnqueueAsync(new Pack("book"));
        Job second = await _jobs.EnqueueAsync(new Pack("shoe"));

        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await _jobs.ListAsync(new JobFilter { Query = "queue:shelf" }).GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal([first.Id, second.Id], await IdsAsync("created"));
        Assert.Equal([second.Id, first.Id], await IdsAsync("-created"));

        async Task<List<string>> IdsAsync(string sort)
        {
            var ids = new List<string>();
            await foreach (Job job in _jobs.ListAsync(new JobFilter { Sort = sort }))
            {
                ids.Add(job.Id);
            }

            return ids;
        }
    }

    [Fact]
    public async Task Wait_IsAnsweredWhenTheTestSaysSo()
    {
        Task<Parcel> parcel = _jobs.RunAsync(new Pack("book"));
        string id = _jobs.Jobs[0].Id;
        _jobs.Progress(id, 50, "wrapped");
        Assert.False(parcel.IsCompleted);

        _jobs.Complete(id, new Parcel("to Ada"));

        Assert.Equal(new Parcel("to Ada"), await parcel);
        Job done = await _jobs.WaitAsync(id);
        Assert.Equal((JobStatus.Completed, 1, 50.0), (done.Status, done.Attempt, done.Progress!.Percent));
        Assert.Equal(JobAttemptOutcome.Completed, Assert.Single(done.Attempts).Outcome);
    }

    [Fact]
    public async Task Job_FailsOrIsCancelled_ThrowsAsAnyOther()
    {
        Task<Parcel> failing = _jobs.RunAsync(new Pack("book"));
        _jobs.Fail(_jobs.Jobs[0].Id, new JobError("No paper.", Status: 503));
        Task<Parcel> cancelled = _jobs.RunAsync(new Pack("pen"));
        await _jobs.CancelAsync(_jobs.Jobs[1].Id);

        Assert.Equal(new JobError("No paper.", Status: 503), (await Assert.ThrowsAsync<JobFailedException>(() => failing)).Error);
        await Assert.ThrowsAsync<JobCancelledException>(() => cancelled);
        Assert.Throws<InvalidOperationException>(() => _jobs.Complete(_jobs.Jobs[0].Id));
    }

    [Fact]
    public async Task Cancel_OfARunningJob_IsARequestUntilTheTestObeys()
    {
        Job job = await _jobs.EnqueueAsync(new Pack("book"));
        _jobs.Begin(job.Id);

        Assert.True((await _jobs.CancelAsync(job.Id)).CancelRequested);
        Assert.Equal(JobStatus.Cancelled, _jobs.EndCancelled(job.Id).Status);
        Assert.Equal(JobStatus.Cancelled, (await _jobs.CancelAsync(job.Id)).Status);
    }

    [Fact]
    public async Task Watch_SeesEachChangeToTheEnd()
    {
        Job job = await _jobs.EnqueueAsync(new Pack("book"));
        List<JobStatus> seen = [];

        await foreach (Job now in _jobs.WatchAsync(job.Id))
        {
            seen.Add(now.Status);
            _ = now.Status == JobStatus.New ? _jobs.Begin(job.Id) : now.IsFinished ? now : _jobs.Complete(job.Id, new Parcel(""));
        }

        Assert.Equal([JobStatus.New, JobStatus.InProgress, JobStatus.Completed], seen);
    }

    [Fact]
    public async Task IdempotencyKey_Repeated_IsOneJobAndRefusesAnotherRequest()
    {
        var options = new JobOptions { IdempotencyKey = "k" };

        Job first = await _jobs.EnqueueAsync(new Pack("book"), options);
        Job second = await _jobs.EnqueueAsync(new Pack("book"), options);
        JobOrchestratorException refused =
            await Assert.ThrowsAsync<JobOrchestratorException>(() => _jobs.EnqueueAsync(new Pack("pen"), options));

        Assert.Equal(first.Id, second.Id);
        Assert.Single(_jobs.Jobs);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotEqual(first.Id, (await _jobs.EnqueueAsync(new Pack("book"), options with { Owner = "other" })).Id);
    }

    [Fact]
    public async Task UniqueKey_Taken_IsRefusedReturnedOrReplaced()
    {
        var options = new JobOptions { UniqueKey = "u", UniqueFor = TimeSpan.FromHours(1) };
        Job holder = await _jobs.EnqueueAsync(new Pack("book"), options);

        DuplicateJobException refused =
            await Assert.ThrowsAsync<DuplicateJobException>(() => _jobs.EnqueueAsync(new Pack("pen"), options));
        Job returned = await _jobs.EnqueueAsync(new Pack("pen"), options with { OnDuplicate = JobDuplicate.Return });
        Job replaced = await _jobs.EnqueueAsync(new Pack("pen"), options with { OnDuplicate = JobDuplicate.Replace });

        Assert.Equal((holder.Id, holder.Id, holder.Id), (refused.HolderId, returned.Id, replaced.Id));
        Assert.Equal(new Pack("pen"), Assert.Single(_jobs.Jobs).ReadInput<Pack>());

        _jobs.Complete(holder.Id, new Parcel(""));
        await Assert.ThrowsAsync<DuplicateJobException>(() => _jobs.EnqueueAsync(new Pack("pen"), options));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.NotEqual(holder.Id, (await _jobs.EnqueueAsync(new Pack("pen"), options)).Id);
    }

    [Fact]
    public async Task Many_AllOrNothing_OrEachByItself()
    {
        await _jobs.EnqueueAsync(new Pack("book"), new JobOptions { UniqueKey = "u" });
        JobSubmission[] batch = [new(new Pack("pen")), new(new Pack("ink"), new JobOptions { UniqueKey = "u" })];

        DuplicateJobException refused = await Assert.ThrowsAsync<DuplicateJobException>(() => _jobs.EnqueueManyAsync(batch));
        Assert.Equal((1, 1), (refused.Problem!.Index, _jobs.Jobs.Count));

        IReadOnlyList<JobSubmissionOutcome> outcomes = await _jobs.EnqueueEachAsync(batch, new JobBatchOptions { IdempotencyKey = "b" });
        IReadOnlyList<JobSubmissionOutcome> again = await _jobs.EnqueueEachAsync(batch, new JobBatchOptions { IdempotencyKey = "b" });
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.Conflict], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(outcomes[0].Job!.Id, again[0].Job!.Id);
        Assert.Equal(2, _jobs.Jobs.Count);
    }

    [Fact]
    public async Task Finished_JobsOfAQueue_AreRetriedOnceAndPurged()
    {
        Job job = await _jobs.EnqueueAsync(new Pack("book"));
        await Assert.ThrowsAsync<JobOrchestratorException>(() => _jobs.RetryAsync(job.Id));
        _jobs.Fail(job.Id, "No paper.");

        Assert.Equal(new JobReplay(1, 0), await _jobs.RetryQueueAsync("shelf"));
        Assert.Equal(new JobReplay(0, 0), await _jobs.RetryQueueAsync("shelf"));
        Job again = await _jobs.RetryAsync(job.Id);
        Assert.Equal((job.Id, JobStatus.New), (again.RetryOf, again.Status));
        Assert.Equal(1, await _jobs.PurgeQueueAsync("shelf"));
        await _jobs.PurgeAsync(job.Id);
        await Assert.ThrowsAsync<JobNotFoundException>(() => _jobs.WaitAsync(job.Id));
    }

    [Fact]
    public async Task Move_OfAJobThatHasChanged_IsRefused()
    {
        Job job = await _jobs.EnqueueAsync(new Pack("book"));

        Job moved = await _jobs.ReprioritiseAsync(job.Id, priority: 7, ifSequence: job.Sequence);
        JobOrchestratorException changed = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => _jobs.ReprioritiseAsync(job.Id, priority: 8, ifSequence: job.Sequence));

        Assert.Equal((7, HttpStatusCode.PreconditionFailed), (moved.Priority, changed.Status));
    }

    [Fact]
    public async Task Answer_EveryJobOfAnInput_IsCompletedOrFailedByIt()
    {
        _jobs.Answer((Pack input) => input.Name == "" ? throw new InvalidOperationException("Nothing to pack.") : new Parcel(input.Name));

        Assert.Equal(new Parcel("book"), await _jobs.RunAsync(new Pack("book")));
        Assert.Equal(
            "Nothing to pack.", (await Assert.ThrowsAsync<JobFailedException>(() => _jobs.RunAsync(new Pack("")))).Error!.Title);
        Assert.Equal(new Parcel("pen"), ((IJobClient)_jobs).Run(new Pack("pen")));
    }

    [Fact]
    public async Task Away_EveryCallSaysSo()
    {
        _jobs.IsAway = true;

        await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(() => _jobs.EnqueueAsync(new Pack("book")));
        Assert.Empty(_jobs.Submissions);
    }

    [Fact]
    public async Task Processor_MadeKnown_NamesTheTypeOfItsInputs()
    {
        FakeJobClient jobs = new FakeJobClient().Know<DrawProcessor>();

        Job job = await jobs.EnqueueAsync<Shape>(new Circle(3));

        Assert.Equal("draw", job.Type);
        Assert.Equal(new Circle(3), job.ReadInput<Shape>());
    }

    [Fact]
    public async Task Wait_Cancelled_Ends()
    {
        Job job = await _jobs.EnqueueAsync(new Pack("book"));
        using var patience = new CancellationTokenSource();
        Task<Job> wait = _jobs.WaitAsync(job.Id, patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public void Interface_HasEveryOperationOfTheClient()
    {
        IEnumerable<string> operations = typeof(JobClient)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(method => method.ToString()!)
            .Where(method => !method.Contains("Dispose", StringComparison.Ordinal));

        Assert.Equal(operations.Order(), typeof(IJobClient).GetMethods().Select(method => method.ToString()!).Order());
    }

    [Fact]
    public async Task Container_GivesOneClientByBothNames()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using ServiceProvider services = orchestrator.Services().BuildServiceProvider();

        Assert.Same(services.GetRequiredService<JobClient>(), services.GetRequiredService<IJobClient>());
    }
}
