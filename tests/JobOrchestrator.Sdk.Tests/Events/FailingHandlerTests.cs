using System.Net;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;
using static JobOrchestrator.Sdk.Tests.Events.OwnerHost;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>An event whose handler fails stands in nobody's way: not in its topic, not in the feed, and not for ever.</summary>
public sealed class FailingHandlerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly Told _told = new();
    private int _tries;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Delivery_HandlerFailsOnce_IsTakenAndHandedOnAgainFromHere()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _told.Before = _ => ++_tries == 1 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        await using OwnerHost owner = await StartAsync(orchestrator);

        HttpStatusCode first = await owner.DeliverAsync(Event("a", 1));
        HttpStatusCode repeated = await owner.DeliverAsync(Event("a", 1));
        HealthReportEntry failing = await owner.HealthAsync();
        await MoveUntilAsync(() => _told.Lines.Count == 1);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first, repeated));
        Assert.Equal(["a-1 New Broker"], _told.Lines);
        Assert.Equal(2, _tries);
        Assert.Equal(HealthStatus.Degraded, failing.Status);
        Assert.Contains("a-1 (Updated, 1 tries): not yet", failing.Description, StringComparison.Ordinal);
        Assert.Equal(1, owner.Log.Warnings("A handler failed for event a-1"));
        await Eventually.TrueAsync(async () => (await owner.HealthAsync()).Status == HealthStatus.Healthy, "health");
    }

    /// <summary>R16: the topic stood behind the poison, which came every second with a stack trace.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Poison_OthersAreHandled_IsSetAsideAfterItsTriesAndShown(bool comesByTheBroker)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _told.Before = Poison;
        await using OwnerHost owner = await StartAsync(
            orchestrator,
            events => events.Configure(options => (options.HandlerTries, options.CatchUpInterval) = (4, TimeSpan.FromMinutes(1))));
        for (int sequence = 1; sequence <= 3; sequence++)
        {
            await AddAsync("bad", sequence, sequence == 2 ? "completed" : "updated");
            await AddAsync("good", sequence, "completed");
        }

        await MoveUntilAsync(async () => (await owner.HealthAsync()).Description!.Contains("Set aside", StringComparison.Ordinal));
        await MoveUntilAsync(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) == "6");

        Assert.Equal(4, _tries);
        Assert.Equal(5, _told.Events.Count);
        HealthReportEntry health = await owner.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("bad-2: Completed, 4 tries: It burns.", health.Description, StringComparison.Ordinal);
        Assert.Equal(1, owner.Log.Warnings("Event bad-2 (Completed) is set aside"));

        async Task AddAsync(string jobId, long sequence, string kind)
        {
            orchestrator.Feed.Add(Event(jobId, sequence, kind));
            if (comesByTheBroker)
            {
                Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event(jobId, sequence, kind)));
            }
        }
    }

    [Fact]
    public async Task Poison_SetAside_IsNotHandedOnAgainAfterARestart()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _told.Before = Poison;
        orchestrator.Feed.Add(Event("bad", 1, "completed"));
        orchestrator.Feed.Add(Event("good", 1, "completed"));
        await using (OwnerHost first = await StartAsync(orchestrator, events => events.Configure(options => options.HandlerTries = 2)))
        {
            await MoveUntilAsync(() => first.Log.Warnings("is set aside") == 1);
        }

        int triesBefore = _tries;
        await using OwnerHost second = await StartAsync(orchestrator);
        await MoveUntilAsync(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) == "2");

        Assert.Equal(triesBefore, _tries);
        Assert.Single(_told.Lines);
    }

    /// <summary>Handlers that take nothing have an outage, and no event is to blame.</summary>
    [Fact]
    public async Task Outage_OfAllHandlers_SetsNothingAside()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        bool isAway = true;
        _told.Before = _ =>
        {
            Interlocked.Increment(ref _tries);
            return isAway ? throw new InvalidOperationException("The database is away.") : Task.CompletedTask;
        };
        await using OwnerHost owner = await StartAsync(orchestrator, events => events.Configure(options => options.HandlerTries = 2));
        for (int job = 1; job <= 5; job++)
        {
            await owner.DeliverAsync(Event($"{job}", 1));
        }

        await MoveUntilAsync(() => _tries >= 25);
        isAway = false;
        await MoveUntilAsync(() => _told.Lines.Count == 5);

        Assert.Equal(0, owner.Log.Warnings("is set aside"));
        await Eventually.TrueAsync(async () => (await owner.HealthAsync()).Status == HealthStatus.Healthy, "health");
    }

    /// <summary>An outage may last longer than the feed keeps events: all but the first of them stay with the broker.</summary>
    [Fact]
    public async Task Outage_OfAllHandlers_LeavesEventsWithTheBroker()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        bool isAway = true;
        _told.Before = _ => isAway ? throw new InvalidOperationException("The database is away.") : Task.CompletedTask;
        await using OwnerHost owner = await StartAsync(orchestrator);
        List<HttpStatusCode> answers = [];
        for (int job = 1; job <= 15; job++)
        {
            answers.Add(await owner.DeliverAsync(Event($"{job}", 1)));
        }

        isAway = false;
        HttpStatusCode again = await owner.DeliverAsync(Event("15", 1));
        isAway = true;
        HttpStatusCode poison = await owner.DeliverAsync(Event("16", 1));

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 10), answers.Take(10));
        Assert.All(answers.Skip(10), answer => Assert.Equal(HttpStatusCode.InternalServerError, answer));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (again, poison));
    }

    /// <summary>What was taken from the broker and not handled is found in the feed by the next process.</summary>
    [Fact]
    public async Task Process_DiesWhileAnEventIsHeld_TheNextOneHandsItOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _told.Before = Poison;
        await using (OwnerHost first = await StartAsync(orchestrator))
        {
            await Eventually.TrueAsync(() => File.Exists(_folder["cursor"]), "the catch-up at the start");
            for (int sequence = 1; sequence <= 8; sequence++)
            {
                orchestrator.Feed.Add(Event(sequence == 4 ? "bad" : "good", sequence, "completed"));
            }

            for (int sequence = 1; sequence <= 8; sequence++)
            {
                await first.DeliverAsync(Event(sequence == 4 ? "bad" : "good", sequence, "completed"));
            }

            await MoveUntilAsync(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) == "3");
            // Read to its end, but remembered only as far as the page with the held one.
            await MoveUntilAsync(() => orchestrator.Feed.LastAfter == "8");
        }

        Assert.Equal("3", File.ReadAllText(_folder["cursor"]));
        _told.Before = _ => Task.CompletedTask;
        await using OwnerHost second = await StartAsync(orchestrator);
        await MoveUntilAsync(() => _told.Lines.Count == 8);

        Assert.Equal("bad-4 New Feed", _told.Lines[^1]);
    }

    [Fact]
    public async Task Delivery_NothingWouldBringItAgain_IsAskedForAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Faults.IsDown = true;
        _told.Before = Poison;
        await using OwnerHost owner = await StartAsync(
            orchestrator, events => events.Configure(options => options.StartFrom = JobEventsStart.Now));

        Assert.Equal(HttpStatusCode.InternalServerError, await owner.DeliverAsync(Event("bad", 1, "completed")));
        Assert.Equal(HttpStatusCode.InternalServerError, await owner.DeliverAsync(Event("bad", 1, "completed")));
        Assert.Equal(2, _tries);
    }

    private sealed class Clumsy(Told told) : IJobEventHandler, IDisposable
    {
        public Task HandleAsync(JobEvent jobEvent, CancellationToken cancellationToken) => told.HandleAsync(jobEvent, cancellationToken);

        public void Dispose()
        {
            if (told.Events.Count == 1)
            {
                throw new InvalidOperationException("It does not close.");
            }
        }
    }

    /// <summary>What is thrown when the scope ends may be a transaction that was not written.</summary>
    [Fact]
    public async Task Dispose_OfAHandlerThrows_IsAFailedTry()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, events =>
        {
            events.Add<Clumsy>();
            events.Services.AddSingleton(_told).AddSingleton<TimeProvider>(_clock);
        });

        HttpStatusCode first = await owner.DeliverAsync(Event("a", 1));
        await MoveUntilAsync(() => _told.Lines.Count == 2);

        Assert.Equal(HttpStatusCode.OK, first);
        Assert.Equal(["a-1 New Broker", "a-1 New Broker"], _told.Lines);
        Assert.Equal(1, owner.Log.Warnings("A handler failed for event a-1"));
    }

    public static TheoryData<string, Func<Exception>> Thrown => new()
    {
        { "a cancellation of its own", () => new TaskCanceledException("The request took too long.") },
        { "many", () => new AggregateException(new IOException("One."), new IOException("Two.")) },
        { "one whose message throws", () => new Unspeakable() },
    };

    [Theory]
    [MemberData(nameof(Thrown))]
    public async Task Handler_ThrowsWhateverItLikes_IsTriedAgain(string what, Func<Exception> make)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _told.Before = _ => ++_tries == 1 ? throw make() : Task.CompletedTask;
        await using OwnerHost owner = await StartAsync(orchestrator);

        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event("a", 1)));
        await MoveUntilAsync(() => _told.Lines.Count == 1);

        Assert.True(_tries == 2, what);
    }

    /// <summary>A log that cannot be written makes no event be lost or handled twice.</summary>
    [Fact]
    public async Task Log_CannotBeWritten_ChangesNothing()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1));
        orchestrator.Feed.Add("""{"odd":true}""");
        _told.Before = _ => ++_tries == 1 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        await using OwnerHost owner = await StartAsync(orchestrator, events => events.Services.AddLogging(
            logging => logging.AddProvider(new Worker.LogLines { Fails = text => Ours.Any(text.Contains) })));

        await MoveUntilAsync(() => _told.Lines.Count == 1);
        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event("a", 2)));

        Assert.Equal(["a-1 New Feed", "a-2 New Broker"], _told.Lines);
    }

    private static readonly string[] Ours = ["vent a-", "The feed", "An event of the feed", "Owner shop"];

    private sealed class Unspeakable : Exception
    {
        public override string Message => throw new InvalidOperationException("No message.");
    }

    private Task Poison(JobEvent jobEvent)
    {
        if (jobEvent is { JobId: "bad", Kind: JobEventKind.Completed })
        {
            Interlocked.Increment(ref _tries);
            throw new InvalidOperationException("It burns.");
        }

        return Task.CompletedTask;
    }

    private Task<OwnerHost> StartAsync(FakeOrchestrator orchestrator, Action<JobEventsBuilder>? configure = null) =>
        OwnerHost.StartAsync(orchestrator, _folder.Path, events =>
        {
            _told.AddTo(events);
            events.Services.AddSingleton<TimeProvider>(_clock);
            configure?.Invoke(events);
        });

    private Task MoveUntilAsync(Func<bool> condition) => MoveUntilAsync(() => Task.FromResult(condition()));

    private Task MoveUntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        "what the clock was moved for");
}
