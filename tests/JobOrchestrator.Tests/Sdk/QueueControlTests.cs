using System.Net;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Tests.Sdk;

public sealed class QueueControlTests
{
    [JobType("print")]
    private sealed record Print(int Copies);

    [Fact]
    public async Task Queue_PausedAndResumed_ShowsItsNumbers()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Client.EnqueueAsync(new Print(1), new JobOptions { Queue = "a/b" });
        await host.Client.EnqueueAsync(new Print(2), new JobOptions { Queue = "a/b", Delay = TimeSpan.FromHours(1) });
        await host.Client.EnqueueAsync(new Print(3));
        await host.Api.LeaseAsync();

        JobQueue paused = await host.Client.PauseQueueAsync("a/b", "new paper");
        JobQueue read = await host.Client.GetQueueAsync("a/b");
        IReadOnlyList<JobQueue> all = await host.Client.ListQueuesAsync();
        JobQueue resumed = await host.Client.ResumeQueueAsync("a/b");

        Assert.Equal(new JobQueue("a/b", true, 2, 1, 1, 0, paused.OldestAgeSeconds)
        {
            PausedAt = host.Api.Time.GetUtcNow(),
            PauseReason = "new paper",
        }, paused);
        Assert.Equal(paused, read);
        Assert.Equal([paused, new JobQueue("default", false, 0, 0, 0, 1)], all);
        Assert.False(resumed.Paused);
    }

    [Fact]
    public async Task Queue_WhoseEventsAreChosen_ShowsThemUntilItHasAll()
    {
        await using SdkHost host = await SdkHost.StartAsync();

        JobQueue ends = await host.Client.ChooseQueueEventsAsync("a/b", [JobEventKind.Failed, JobEventKind.Completed]);
        JobQueue all = await host.Client.ChooseQueueEventsAsync("a/b", Enum.GetValues<JobEventKind>());

        JobAction action = (await host.Operations.ActionsAsync())[^1];
        Assert.Equal([JobEventKind.Completed, JobEventKind.Failed], ends.Events);
        Assert.Equal(("publish", "a/b", 2), (action.Action, action.Queue, action.Events!.Count));
        Assert.Null(all.Events);
    }

    [Fact]
    public async Task Why_OfAJobThatWaitsAndOfNone_IsAsTheServiceSays()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Client.PauseQueueAsync("a/b", "new paper");
        Job job = await host.Client.EnqueueAsync(new Print(1), new JobOptions { Queue = "a/b" });

        JobWhy why = await host.Client.WhyAsync(job.Id);

        Assert.Equal((job.Id, JobPhase.Held, 0), (why.JobId, why.Phase, why.Place!.Ahead));
        Assert.Equal(["queue-paused", "no-worker"], why.Reasons.Select(reason => reason.Code));
        Assert.Equal("new paper", why.Reasons[0].Details["reason"].GetString());
        Assert.EndsWith("/queues/a%2Fb/resume'", why.Fix, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JobNotFoundException>(() => host.Client.WhyAsync(Guid.NewGuid().ToString()));
    }

    [Fact]
    public async Task ListQueues_MoreThanAPage_AreAllOfThemByName()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string[] names = [.. Enumerable.Range(0, 1_001).Select(number => $"q-{number:0000}")];
        await host.Api.PostAsync("/jobs/batch?atomic=false", $"[{string.Join(',', names.Select(name => $$"""{"queue":"{{name}}"}"""))}]");

        Assert.Equal(names, (await host.Client.ListQueuesAsync()).Select(queue => queue.Name));
    }

    [Fact]
    public async Task RetryQueue_Filtered_RunsThoseAgainInAsManyTurnsAsItTakes()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        foreach (string type in new[] { "a", "a", "a", "b" })
        {
            await host.Api.FailAsync($$"""{"type":"{{type}}"}""");
        }

        await host.Api.FailAsync("""{"type":"a","externalId":"e"}""");
        await host.Api.SubmitAsync("""{"type":"a","externalId":"e"}""");

        JobReplay two = await host.Client.RetryQueueAsync("default", new FinishedJobFilter { Type = "a", Limit = 2 });
        JobReplay rest = await host.Client.RetryQueueAsync("default");

        Assert.Equal(new JobReplay(2, 1), two);
        Assert.Equal(new JobReplay(2, 1), rest);
    }

    [Fact]
    public async Task RetryQueue_AnswerLost_RunsEachAgainOnce()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Api.FailAsync();
        await host.Api.FailAsync();
        host.Connection.LoseAnswers.Add(1);

        JobReplay replay = await host.Client.RetryQueueAsync("default");

        Assert.Equal(0, replay.Retried);
        Assert.Equal(2, (await host.Client.GetQueueAsync("default")).Ready);
    }

    [Fact]
    public async Task PurgeQueue_CompletedJobsOfThePast_AreForgottenAndDeadLettersAreNot()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        Core.JobId old = await host.Api.CompleteAsync();
        Core.JobId dead = await host.Api.FailAsync();
        await host.Api.AdvanceAsync(TimeSpan.FromHours(1));
        Core.JobId young = await host.Api.CompleteAsync();

        int purged = await host.Client.PurgeQueueAsync(
            "default", new FinishedJobFilter { Status = JobStatus.Completed, CreatedBefore = host.Api.Time.GetUtcNow().AddMinutes(-30) });

        Assert.Equal(1, purged);
        Assert.Null(await host.Client.GetAsync(old.ToString()));
        Assert.NotNull(await host.Client.GetAsync(dead.ToString()));
        Assert.NotNull(await host.Client.GetAsync(young.ToString()));
    }

    [Fact]
    public async Task Purge_OneJob_IsForgottenHoweverOftenItIsAsked()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string id = (await host.Api.CompleteAsync()).ToString();
        host.Connection.LoseAnswers.Add(1);

        await host.Client.PurgeAsync(id);
        await host.Client.PurgeAsync(id);

        Assert.Null(await host.Client.GetAsync(id));
    }

    [Fact]
    public async Task Purge_LiveOrUnknownJob_IsRefused()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        Job live = await host.Client.EnqueueAsync(new Print(1));

        JobOrchestratorException refusal = await Assert.ThrowsAsync<JobOrchestratorException>(() => host.Client.PurgeAsync(live.Id));

        Assert.True(refusal.Problem!.Is("job-not-finished"));
        await Assert.ThrowsAsync<JobNotFoundException>(() => host.Client.PurgeAsync(Guid.CreateVersion7().ToString()));
    }

    [Fact]
    public async Task Retry_DeadLetter_MakesOneNewJobHoweverOftenItIsAsked()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string dead = (await host.Api.FailAsync()).ToString();
        host.Connection.LoseAnswers.Add(1);

        Job again = await host.Client.RetryAsync(dead);
        Job repeated = await host.Client.RetryAsync(dead);

        Assert.Equal((dead, again.Id), (again.RetryOf, repeated.Id));
        Assert.Equal(again.Id, (await host.Client.GetAsync(dead))!.RetriedAs);
    }

    [Fact]
    public async Task Reprioritise_WaitingJob_IsMoved()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        Job job = await host.Client.EnqueueAsync(new Print(1));
        var later = new DateTimeOffset(2031, 1, 1, 3, 0, 0, TimeSpan.FromHours(3));

        Job urgent = await host.Client.ReprioritiseAsync(job.Id, priority: 9);
        Job delayed = await host.Client.ReprioritiseAsync(job.Id, runAt: later, ifSequence: urgent.Sequence);
        JobOrchestratorException stale = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => host.Client.ReprioritiseAsync(job.Id, priority: 1, ifSequence: urgent.Sequence));

        Assert.Equal((9, job.RunAt), (urgent.Priority, urgent.RunAt));
        Assert.Equal((9, later), (delayed.Priority, delayed.RunAt));
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.ReprioritiseAsync(job.Id));
    }

    [Fact]
    public async Task List_QueueWithACommaInItsName_IsReadToTheEnd()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        await host.Client.EnqueueManyAsync(
            Enumerable.Range(0, 5).Select(copies => new Print(copies)), new JobOptions { Queue = "red, green" });
        int listed = 0;

        await foreach (Job job in host.Client.ListAsync(new JobFilter { Queue = "red, green", PageSize = 2 }))
        {
            Assert.Equal("red, green", job.Queue);
            listed++;
        }

        Assert.Equal(5, listed);
    }

    [Fact]
    public async Task BlockingTwins_WithoutAwait_DoTheSame()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string dead = (await host.Api.FailAsync()).ToString();

        // On a thread of its own: a test's threads are not for blocking.
        await Task.Factory.StartNew(
            () =>
            {
                JobClient jobs = host.Client;
                IReadOnlyList<Job> many = jobs.EnqueueMany([new Print(1), new Print(2)]);
                IReadOnlyList<JobSubmissionOutcome> each = jobs.EnqueueEach([new JobSubmission(new Print(3))]);
                Assert.Equal(
                    [.. many.Select(job => job.Id), each[0].Job!.Id],
                    jobs.List(new JobFilter { Status = JobStatus.New, PageSize = 2 }).Reverse().Select(job => job.Id));
                Assert.Equal(5, jobs.Reprioritise(many[0].Id, priority: 5).Priority);
                Assert.Equal(JobStatus.Failed, jobs.Wait(dead).Status);
                Assert.Equal("Boom", Assert.Throws<JobFailedException>(() => jobs.WaitForResult<int>(dead)).Error!.Title);
                Assert.Equal(dead, jobs.Retry(dead).RetryOf);
                Assert.Equal(new JobReplay(0, 0), jobs.RetryQueue("default"));
                Assert.True(jobs.PauseQueue("default").Paused);
                Assert.Equal(4, jobs.GetQueue("default").Ready);
                Assert.False(jobs.ResumeQueue("default").Paused);
                Assert.Equal("default", Assert.Single(jobs.ListQueues()).Name);
                jobs.Purge(dead);
                Assert.Equal(0, jobs.PurgeQueue("default"));
            },
            TaskCreationOptions.LongRunning);
    }
}
