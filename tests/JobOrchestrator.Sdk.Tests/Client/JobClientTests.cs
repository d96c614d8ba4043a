using System.Net;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk.Tests.Client;

public sealed class JobClientTests
{
    [JobType("render", Queue = "pictures", MaxRetries = 4, Backoff = JobBackoffKind.Fixed, BackoffSeconds = 7, LeaseSeconds = 20)]
    private sealed record Render(string Picture) : IJob<Rendered>;

    private sealed record Rendered(string File);

    [Fact]
    public async Task Enqueue_TypeDeclaredOnTheInput_GoesWhereItSays()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.Owner = "shop");

        Job job = await client.EnqueueAsync(new Render("cover"));

        Job kept = orchestrator.Jobs.Find(job.Id)!;
        Assert.Equal(("render", "pictures", "shop", 4, 20), (kept.Type, kept.Queue, kept.Owner, kept.MaxRetries, kept.LeaseSeconds));
        Assert.Equal(JobBackoff.Fixed(TimeSpan.FromSeconds(7)), kept.Backoff);
        Assert.Equal("""{"picture":"cover"}""", kept.Input!.Value.GetRawText());
        Assert.Equal(JobStatus.New, job.Status);
    }

    /// <summary><c>localhost:5087</c> is an absolute address too, of a scheme called localhost.</summary>
    [Theory]
    [InlineData("localhost:5087")]
    [InlineData("/jobs")]
    [InlineData("ftp://localhost:5087")]
    public void Address_NotHttp_SaysHowItBegins(string address)
    {
        IServiceCollection services = new ServiceCollection().AddLogging()
            .AddJobClient(options => options.Address = new Uri(address, UriKind.RelativeOrAbsolute));
        using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException refusal = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<JobClient>);

        Assert.Contains("begin with http:// or https://", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5087")]
    [InlineData("/jobs")]
    public void Address_NotHttpAndNoContainer_SaysHowItBegins(string address)
    {
        var options = new JobClientOptions { Address = new Uri(address, UriKind.RelativeOrAbsolute) };

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new JobClient(options));

        Assert.Contains("begin with http:// or https://", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_OptionsGiven_GoBeforeTheDeclaration()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        Job job = await client.EnqueueAsync(
            new Render("cover"), new JobOptions { Queue = "urgent", MaxRetries = JobTypeAttribute.Endless, Priority = 9 });

        Assert.Equal(("urgent", null, 9), (job.Queue, job.MaxRetries, job.Priority));
    }

    [Fact]
    public async Task Enqueue_NothingSaysWhichType_SaysWhatToDo()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.EnqueueAsync(new { picture = "cover" }));

        Assert.Contains("JobOptions.Type", exception.Message, StringComparison.Ordinal);
        Assert.Empty(orchestrator.Faults.Requests);
    }

    [Fact]
    public async Task Enqueue_AnswerLost_MakesOneJob()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        orchestrator.Faults.LoseNextAnswer();

        Job job = await client.EnqueueAsync(new Render("cover"));

        Assert.Equal(job.Id, Assert.Single(orchestrator.Jobs.All()).Id);
        Assert.Equal(2, orchestrator.Faults.IdempotencyKeys.Count);
        Assert.Single(orchestrator.Faults.IdempotencyKeys.Distinct());
    }

    [Fact]
    public async Task Enqueue_Twice_MakesTwoJobs()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        await client.EnqueueAsync(new Render("cover"));
        await client.EnqueueAsync(new Render("cover"));

        Assert.Equal(2, orchestrator.Jobs.All().Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task Enqueue_TransientAnswer_IsTriedAgain(HttpStatusCode status)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        orchestrator.Faults.AnswerNext(status);
        orchestrator.Faults.AnswerNext(status);

        await client.EnqueueAsync(new Render("cover"));

        Assert.Equal(3, orchestrator.Faults.Count("POST /jobs"));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Unauthorized)]
    public async Task Enqueue_Refused_IsNotTriedAgain(HttpStatusCode status)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        orchestrator.Faults.AnswerNext(status, body: """{"type":"/problems/invalid","title":"Not so."}""");

        JobOrchestratorException refusal = await Assert.ThrowsAsync<JobOrchestratorException>(
            () => client.EnqueueAsync(new Render("cover")));

        Assert.Equal((status, "Not so."), (refusal.Status, refusal.Problem?.Title));
        Assert.Equal(1, orchestrator.Faults.Count("POST /jobs"));
    }

    [Fact]
    public async Task Enqueue_RetryAfter_IsWaitedOut()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var clock = new ManualClock();
        using JobClient client = orchestrator.Services()
            .AddSingleton<TimeProvider>(clock)
            .BuildServiceProvider()
            .GetRequiredService<JobClient>();
        orchestrator.Faults.AnswerNext(HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(7));

        Task<Job> enqueued = client.EnqueueAsync(new Render("cover"));
        await TestSupport.Eventually.TrueAsync(() => orchestrator.Faults.Requests.Count == 1, "the first try");
        await clock.TimerSetAsync();
        clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(enqueued.IsCompleted);
        Assert.Single(orchestrator.Faults.Requests);
        await TestSupport.Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(0.2));
                return enqueued.IsCompleted;
            },
            "the second try");

        Assert.Equal(2, orchestrator.Faults.Requests.Count);
    }

    [Fact]
    public async Task Enqueue_DownForLonger_GivesUpAndSaysSo()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.RetryFor = TimeSpan.FromMilliseconds(60));
        orchestrator.Faults.IsDown = true;

        JobOrchestratorUnavailableException exception = await Assert.ThrowsAsync<JobOrchestratorUnavailableException>(
            () => client.EnqueueAsync(new Render("cover")));

        Assert.IsType<HttpRequestException>(exception.InnerException);
        Assert.True(orchestrator.Faults.Requests.Count > 1);
    }

    [Fact]
    public async Task Enqueue_KeyTaken_NamesTheHolder()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        Job holder = await client.EnqueueAsync(new Render("cover"), new JobOptions { UniqueKey = "cover" });

        DuplicateJobException duplicate = await Assert.ThrowsAsync<DuplicateJobException>(
            () => client.EnqueueAsync(new Render("cover"), new JobOptions { UniqueKey = "cover" }));
        Job returned = await client.EnqueueAsync(
            new Render("cover"), new JobOptions { UniqueKey = "cover", OnDuplicate = JobDuplicate.Return });

        Assert.Equal(holder.Id, duplicate.HolderId);
        Assert.Equal(holder.Id, returned.Id);
    }

    [Fact]
    public async Task Run_JobCompletes_ReturnsTheResult()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(options => options.PollWait = TimeSpan.FromSeconds(1));

        Task<Rendered> running = client.RunAsync(new Render("cover"));
        await TestSupport.Eventually.TrueAsync(
            () => orchestrator.Faults.Requests.Any(request => request.StartsWith("GET", StringComparison.Ordinal)), "a long poll");
        orchestrator.Jobs.Finish(orchestrator.Jobs.All()[0].Id, JobStatus.Completed, """{"file":"cover.png"}""");

        Assert.Equal(new Rendered("cover.png"), await running);
    }

    [Fact]
    public async Task Run_JobFails_ThrowsItsError()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        Task<Rendered> running = client.RunAsync(new Render("cover"));
        await TestSupport.Eventually.TrueAsync(() => orchestrator.Jobs.All().Count == 1, "the job");
        orchestrator.Jobs.Finish(
            orchestrator.Jobs.All()[0].Id, JobStatus.Failed, error: new JobError("No such picture.", "/problems/invalid-input"));

        JobFailedException failure = await Assert.ThrowsAsync<JobFailedException>(() => running);
        Assert.Equal(("No such picture.", "/problems/invalid-input"), (failure.Error!.Title, failure.Error.Type));
    }

    [Fact]
    public async Task Run_JobIsCancelled_Throws()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        Task<Rendered> running = client.RunAsync(new Render("cover"));
        await TestSupport.Eventually.TrueAsync(() => orchestrator.Jobs.All().Count == 1, "the job");
        await client.CancelAsync(orchestrator.Jobs.All()[0].Id);

        await Assert.ThrowsAsync<JobCancelledException>(() => running);
    }

    [Fact]
    public async Task Run_CallerStopsWaiting_TheJobGoesOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        using var impatience = new CancellationTokenSource();

        Task<Rendered> running = client.RunAsync(new Render("cover"), cancellationToken: impatience.Token);
        await TestSupport.Eventually.TrueAsync(() => orchestrator.Jobs.All().Count == 1, "the job");
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((JobStatus.New, false), (orchestrator.Jobs.All()[0].Status, orchestrator.Jobs.All()[0].CancelRequested));
    }

    [Fact]
    public async Task BlockingTwins_WithoutAwait_DoTheSame()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        Job enqueued = client.Enqueue(new Render("cover"));
        orchestrator.Jobs.Finish(enqueued.Id, JobStatus.Completed);

        Assert.Equal(JobStatus.Completed, client.Get(enqueued.Id)!.Status);
    }

    [Fact]
    public async Task Get_UnknownJob_IsNull()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();

        Assert.Null(await client.GetAsync("no-such-job"));
        await Assert.ThrowsAsync<JobNotFoundException>(() => client.WaitAsync("no-such-job"));
        await Assert.ThrowsAsync<JobNotFoundException>(() => client.CancelAsync("no-such-job"));
    }

    [Fact]
    public async Task Watch_JobChanges_ShowsEachUntilTheEnd()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        Job job = orchestrator.Jobs.Add("render");

        List<(JobStatus, double?)> seen = [];
        await foreach (Job now in client.WatchAsync(job.Id))
        {
            seen.Add((now.Status, now.Progress?.Percent));
            _ = seen.Count switch
            {
                1 => orchestrator.Jobs.Change(
                    job.Id, running => running with { Status = JobStatus.InProgress, Progress = new JobProgress(50) }),
                2 => orchestrator.Jobs.Finish(job.Id, JobStatus.Completed),
                _ => null,
            };
        }

        Assert.Equal([(JobStatus.New, null), (JobStatus.InProgress, 50), (JobStatus.Completed, 50)], seen);
    }

    [Fact]
    public async Task List_SeveralPages_AreAllRead()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client();
        for (int i = 0; i < 7; i++)
        {
            orchestrator.Jobs.Add("render");
        }

        orchestrator.Jobs.Finish(orchestrator.Jobs.All()[0].Id, JobStatus.Failed);

        List<string> listed = [];
        await foreach (Job job in client.ListAsync(new JobFilter { Status = JobStatus.New, PageSize = 2 }))
        {
            listed.Add(job.Id);
        }

        Assert.Equal(orchestrator.Jobs.All().Skip(1).Select(job => job.Id), listed);
        Assert.Equal(3, orchestrator.Faults.Count("GET /jobs"));
    }

    [Fact]
    public async Task ThroughSidecar_UnreachableOrchestrator_IsTriedAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IConfigurationBuilder settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["JobOrchestrator:ThroughSidecar"] = "true",
            ["DAPR_HTTP_PORT"] = "3777",
        });
        using JobClient client = orchestrator.Services()
            .AddSingleton<IConfiguration>(settings.Build())
            .BuildServiceProvider()
            .GetRequiredService<JobClient>();
        orchestrator.Faults.AnswerNext(
            HttpStatusCode.InternalServerError, body: """{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke"}""");
        orchestrator.Faults.AnswerNext(HttpStatusCode.OK, body: """{"id":"17","status":"New"}""");

        await client.EnqueueAsync(new Render("cover"));

        Assert.Equal(2, orchestrator.Faults.Count("POST /v1.0/invoke/job-orchestrator/method/jobs"));
    }

    /// <summary>Dapr 1.19 refuses such paths, and earlier ones pass "a/b" on as two names: to another resource, without a word.</summary>
    [Theory]
    [InlineData("eu/pictures")]
    [InlineData("eu\\pictures")]
    [InlineData("what?")]
    [InlineData("number#1")]
    [InlineData("100%")]
    [InlineData("two\nlines")]
    public async Task ThroughSidecar_NameThatInvocationMisreads_IsRefusedBeforeItIsSent(string queue)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        IConfigurationBuilder settings = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["JobOrchestrator:ThroughSidecar"] = "true" });
        using JobClient client = orchestrator.Services()
            .AddSingleton<IConfiguration>(settings.Build())
            .BuildServiceProvider()
            .GetRequiredService<JobClient>();

        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => client.PauseQueueAsync(queue));

        Assert.Contains("does not pass Dapr's service invocation", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task QueueName_OfDotsAlone_IsRefusedBeforeItIsSent(string queue)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Services().BuildServiceProvider().GetRequiredService<JobClient>();

        await Assert.ThrowsAsync<ArgumentException>(() => client.PauseQueueAsync(queue));
    }
}
