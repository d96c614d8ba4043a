using JobOrchestrator.Sdk.Tests.Events;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;
using Microsoft.Extensions.Options;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>
/// Timers take some 49 days. A setting beyond that, which plainly means without end, threw in the first call, in the loops and at the
/// stop.
/// </summary>
public sealed class LongTimesTests
{
    public static TheoryData<TimeSpan> WithoutEnd => [TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.FromDays(60)];

    public static TheoryData<string, Action<JobClientOptions>> ClientsRefused => new()
    {
        { "Jobs:Client:Timeout", options => options.Timeout = TimeSpan.Zero },
        { "Jobs:Client:RetryFor", options => options.RetryFor = TimeSpan.FromSeconds(-1) },
        { "Jobs:Client:RetryPause", options => options.RetryPause = Timeout.InfiniteTimeSpan },
        { "Jobs:Client:PollWait", options => options.PollWait = TimeSpan.FromMilliseconds(999) },
    };

    public static TheoryData<string, Action<JobWorkerOptions>> WorkersRefused => new()
    {
        { "PollWait", options => options.PollWait = TimeSpan.FromSeconds(-1) },
        { "ProgressInterval", options => options.ProgressInterval = TimeSpan.Zero },
        { "CarryOnFor", options => options.CarryOnFor = TimeSpan.MinValue },
        { "UnknownTypeDelay", options => options.UnknownTypeDelay = TimeSpan.MaxValue },
        { "UnknownTypeDelay", options => options.UnknownTypeDelay = Timeout.InfiniteTimeSpan },
        { "ShutdownTimeout", options => options.ShutdownTimeout = TimeSpan.FromSeconds(-1) },
        { "ShutdownGrace", options => options.ShutdownGrace = TimeSpan.FromSeconds(-1) },
    };

    public static TheoryData<string, Action<JobEventsOptions>> OwnersRefused => new()
    {
        { "Jobs:Events:CatchUpInterval", options => options.CatchUpInterval = TimeSpan.Zero },
        { "Jobs:Events:GapDelay", options => options.GapDelay = TimeSpan.FromSeconds(-1) },
    };

    [Theory]
    [MemberData(nameof(WithoutEnd))]
    public async Task ClientAndWorker_TimesWithoutEnd_WorkAndStop(TimeSpan time)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient client = orchestrator.Client(
            options => (options.Timeout, options.RetryFor, options.PollWait) = (time, time, time));
        var started = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                context.ReportProgress(50);
                started.SetResult();
                await Task.Delay(Timeout.Infinite, context.StoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
                return "in time";
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Queue("steps", 1).Configure(options =>
            {
                (options.PollWait, options.ProgressInterval, options.CarryOnFor) = (time, time, time);
                (options.ShutdownTimeout, options.ShutdownGrace) = (time, time);
            }),
            script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        Task<Job> waiting = client.WaitAsync(job.Id);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await worker.StopAsync();

        Assert.Equal("in time", (await waiting).ReadResult<string>());
    }

    [Theory]
    [MemberData(nameof(WithoutEnd))]
    public async Task Owner_TimesWithoutEnd_ReadsTheFeed(TimeSpan time)
    {
        using var folder = new TemporaryFolder();
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var told = new Told();
        FeedEvent old = OwnerHost.Event("a", 1);
        orchestrator.Feed.Add(old with { Data = old.Data! with { OccurredAt = DateTimeOffset.UtcNow } });

        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, folder.Path, events =>
        {
            told.AddTo(events);
            events.Configure(options => (options.CatchUpInterval, options.GapDelay) = (time, time));
        });

        await Eventually.TrueAsync(() => owner.Services.GetRequiredService<FeedReader>().CaughtUpAt is not null, "the feed is read");
        Assert.Equal(["a-1 New Feed"], told.Lines);
    }

    [Theory]
    [MemberData(nameof(ClientsRefused))]
    public void Client_ATimeThatCannotBe_IsNamedAtTheStart(string named, Action<JobClientOptions> configure)
    {
        using ServiceProvider provider = new ServiceCollection().AddLogging().AddJobClient(configure).BuildServiceProvider();
        var options = new JobClientOptions();
        configure(options);

        Exception refusal = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<JobClient>);
        Exception alone = Assert.Throws<ArgumentException>(() => new JobClient(options));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(named, alone.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WorkersRefused))]
    public async Task Worker_ATimeThatCannotBe_IsNamedAtTheStart(string named, Action<JobWorkerOptions> configure)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        Exception refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 1).Configure(configure)));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OwnersRefused))]
    public async Task Owner_ATimeThatCannotBe_IsNamedAtTheStart(string named, Action<JobEventsOptions> configure)
    {
        using var folder = new TemporaryFolder();
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();

        Exception refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => OwnerHost.StartAsync(
            orchestrator, folder.Path, events => events.Configure(configure)));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }
}
