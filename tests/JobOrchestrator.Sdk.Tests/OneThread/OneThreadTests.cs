using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Events;
using JobOrchestrator.Sdk.Tests.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobOrchestrator.Sdk.Tests.OneThread;

/// <summary>
/// Worker and owner run on one thread where they are begun on one: nothing of theirs goes on elsewhere, waits by another clock, or draws
/// by itself. Whoever has to try every order of events can do so then.
/// </summary>
public sealed class OneThreadTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly Lane _lane = new();
    private readonly LaneOrchestrator _orchestrator;
    private readonly HttpMessageInvoker _invoker;
    private int _drawn;

    public OneThreadTests()
    {
        _orchestrator = new LaneOrchestrator(_lane);
        _invoker = new HttpMessageInvoker(_orchestrator);
    }

    public void Dispose() => _invoker.Dispose();

    [Fact]
    public void Worker_LeasesBeatsAndStops_NeverLeavesItsThread()
    {
        List<string> escapes = [];
        var script = new Script
        {
            Run = async (_, context) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(context.JobId == "short" ? 10 : 1_000), _clock, context.CancellationToken);
                Note(escapes, "attempt");
                await context.SaveCheckpointAsync(1);
                Note(escapes, "attempt, after a checkpoint");
                return "done";
            },
        };
        using ServiceProvider services = Services(script);
        JobWorker worker = services.GetServices<IHostedService>().OfType<JobWorker>().Single();
        _orchestrator.Add("short", leaseSeconds: 9);
        _orchestrator.Add("long", leaseSeconds: 9);

        Assert.True(_lane.Begin(() => worker.StartAsync(CancellationToken.None)).IsCompletedSuccessfully);
        Move(seconds: 11);
        Task stopped = _lane.Begin(() => worker.StopAsync(CancellationToken.None));
        Assert.False(stopped.IsCompleted);
        Move(seconds: 20);

        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(
            ["short heartbeat", "short heartbeat", "short heartbeat", "short heartbeat", "short complete"],
            _orchestrator.Reports.Where(report => report.StartsWith("short", StringComparison.Ordinal)));
        Assert.Equal("long release", _orchestrator.Reports[^1]);
        Assert.NotEqual(0, _orchestrator.CancelRequests);
        Assert.Empty(escapes.Concat(_orchestrator.Escapes));
    }

    /// <summary>
    /// F15: the request had the client's 30 s, and every lease of the process ended meanwhile. Here, because on a busy machine three
    /// seconds of a real clock pass without a worker who could do anything.
    /// </summary>
    [Fact]
    public void Request_NeverAnswered_IsMadeAgainBeforeTheLeasesInItEnd()
    {
        List<string> stopped = [];
        var script = new Script
        {
            Run = async (_, context) =>
            {
                using CancellationTokenRegistration stop = context.CancellationToken.Register(() => stopped.Add(context.JobId));
                await Task.Delay(TimeSpan.FromSeconds(1_000), _clock, context.CancellationToken);
                return "done";
            },
        };
        using ServiceProvider services = Services(script);
        JobWorker worker = services.GetServices<IHostedService>().OfType<JobWorker>().Single();
        string[] jobs = ["a", "b", "c"];
        Array.ForEach(jobs, job => _orchestrator.Add(job, leaseSeconds: 3));
        int requests = 0;
        _orchestrator.Swallows = _ => requests++ == 0;

        _lane.Begin(() => worker.StartAsync(CancellationToken.None));
        // In tenths of a second: one before the leases end.
        Move(seconds: 2);
        for (int tenth = 0; tenth < 9; tenth++)
        {
            _lane.Run(() => _clock.Advance(TimeSpan.FromMilliseconds(100)));
        }

        Assert.Equal(jobs.Select(job => $"{job} heartbeat"), _orchestrator.Reports.Distinct().Order());
        Assert.Empty(stopped);
        Move(seconds: 30);
        Assert.Empty(stopped);
    }

    /// <summary>
    /// The answer of a checkpoint came while the process stood still: its lease is longer than the process knows in the moment in which
    /// it wakes (seed 1100990).
    /// </summary>
    [Theory]
    [InlineData(8, false)]
    [InlineData(10, true)]
    public void Process_StoodStillWhileACheckpointWasAnswered_GoesOnWhereTheLeaseDoes(int seconds, bool isOver)
    {
        bool isStopped = false;
        var script = new Script
        {
            Run = async (_, context) =>
            {
                using CancellationTokenRegistration stop = context.CancellationToken.Register(() => isStopped = true);
                await Task.Delay(TimeSpan.FromSeconds(8.5), _clock, context.CancellationToken);
                await context.SaveCheckpointAsync(1);
                await Task.Delay(TimeSpan.FromSeconds(1_000), _clock, context.CancellationToken);
                return "done";
            },
        };
        using ServiceProvider services = Services(script);
        JobWorker worker = services.GetServices<IHostedService>().OfType<JobWorker>().Single();
        _orchestrator.Add("a", leaseSeconds: 9);
        var answered = new TaskCompletionSource();
        _orchestrator.Holds = body => body.Contains("\"state\":1", StringComparison.Ordinal) ? answered.Task : Task.CompletedTask;
        _lane.Begin(() => worker.StartAsync(CancellationToken.None));
        Move(seconds: 8);
        for (int tenth = 0; tenth < 7; tenth++)
        {
            _lane.Run(() => _clock.Advance(TimeSpan.FromMilliseconds(100)));
        }

        // The last heartbeat was at 6 s, the checkpoint at 8.5 s.
        _lane.Run(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            answered.SetResult();
        });
        Move(seconds: 1);

        Assert.Equal(isOver, isStopped);
    }

    [Fact]
    public void Owner_ReadsTheFeedAndTakesDeliveries_NeverLeavesItsThread()
    {
        List<string> escapes = [];
        var told = new Told();
        told.Before = async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
            Note(escapes, "handler");
        };
        using ServiceProvider services = Services(new Script(), told);
        FeedReader feed = services.GetRequiredService<FeedReader>();
        JobEventInbox inbox = services.GetRequiredService<JobEventInbox>();
        using var stop = new CancellationTokenSource();
        _orchestrator.Feed.Enqueue(OwnerHost.Event("a", 1));

        Task reading = _lane.Begin(() => feed.RunAsync(stop.Token));
        Move(seconds: 2);
        // The same job's events one after the other, and a gap: the feed is read for it.
        Task[] deliveries = [.. new[] { 2, 4 }.Select(sequence => _lane.Begin(() => inbox.HandleAsync(
            JobEventReader.FromEnvelope(OwnerHost.Event("a", sequence), JobEventSource.Broker)!, CancellationToken.None)))];
        _orchestrator.Feed.Enqueue(OwnerHost.Event("a", 3));
        Move(seconds: 10);
        _lane.Run(stop.Cancel);

        Assert.All(deliveries, delivery => Assert.True(delivery.IsCompletedSuccessfully));
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal(["a-1 New Feed", "a-2 New Broker", "a-4 New Broker", "a-3 Stale Feed"], told.Lines);
        Assert.Empty(escapes.Concat(_orchestrator.Escapes));
    }

    /// <summary>Moves the clock in small steps; after each all that is ready runs.</summary>
    private void Move(int seconds)
    {
        for (int i = 0; i < seconds * 10; i++)
        {
            _lane.Run(() => _clock.Advance(TimeSpan.FromMilliseconds(100)));
        }
    }

    private void Note(List<string> escapes, string where)
    {
        if (SynchronizationContext.Current != _lane)
        {
            escapes.Add(where);
        }
    }

    private ServiceProvider Services(Script script, Told? told = null)
    {
        // A host begins no service on this container; what the lane runs is begun by the test.
        IServiceCollection services = new ServiceCollection().AddLogging().AddSingleton(script);
        services.AddJobWorker(worker => worker.Add<StepProcessor>().Queue("steps", 4).Configure(options => options.Name = "worker"));
        services.AddJobEvents("shop", events =>
        {
            told?.AddTo(events);
            events.RememberWith<Forgetful>();
        });
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<Begin>(work => work());
        services.AddSingleton(new JobApi(
            () => _invoker,
            new JobClientOptions { Jitter = () => (_drawn++ % 10) / 10.0, NewKey = () => "key" },
            null,
            _clock,
            NullLogger<JobApi>.Instance));
        return services.BuildServiceProvider();
    }

    internal sealed class Forgetful : IJobEventMemory
    {
        public Task<RememberedEvents> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(new RememberedEvents(null, []));

        public Task AddHandledAsync(string jobId, long sequence, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task MoveCursorAsync(string cursor, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
