using System.Net;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;
using static JobOrchestrator.Sdk.Tests.Events.OwnerHost;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>Handlers that take nothing for a while lose nothing: no event is set aside, or taken from the broker for too long.</summary>
public sealed class HandlerOutageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly Told _told = new();
    private volatile bool _isAway;

    public void Dispose() => _folder.Dispose();

    /// <summary>What the feed brings once more was handled before, and proves nothing of the handlers now.</summary>
    [Fact]
    public async Task Outage_TheFeedBringsRepeats_SetsNothingAside()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        await owner.DeliverAsync(Event("good", 1, "completed"));
        _isAway = true;
        await owner.DeliverAsync(Event("late", 1, "completed"));
        orchestrator.Feed.Add(Event("good", 1, "completed"));
        orchestrator.Feed.Add(Event("late", 1, "completed"));

        DateTimeOffset until = _clock.GetUtcNow() + TimeSpan.FromMinutes(40);
        await MoveUntilAsync(() => _clock.GetUtcNow() >= until);
        _isAway = false;
        await MoveUntilAsync(() => _told.Lines.Count == 2);

        Assert.Equal("late-1 New Broker", _told.Lines[^1]);
        Assert.Equal(0, owner.Log.Warnings("is set aside"));
    }

    /// <summary>Handlers of another kind that do nothing at all succeed in any outage.</summary>
    [Fact]
    public async Task Outage_OfOneKind_LeavesItsEventsWithTheBroker()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        _isAway = true;
        List<HttpStatusCode> answers = [];
        for (int job = 1; job <= 15; job++)
        {
            answers.Add(await owner.DeliverAsync(Event($"{job}", 1, "completed")));
            Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event($"other-{job}", 1, "created")));
        }

        Assert.Equal(10, answers.Count(answer => answer == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.InternalServerError, answers[^1]);
    }

    /// <summary>The feed keeps an hour: what is older, and what happened before this owner began to read, only the broker has.</summary>
    [Theory]
    [InlineData(-90, false)]
    [InlineData(-5, false)]
    [InlineData(1, true)]
    public async Task Delivery_HandlerFails_IsTakenOnlyWhereTheFeedHasItToo(int minutes, bool isTaken)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator, JobEventsStart.Now);
        await Eventually.TrueAsync(() => File.Exists(_folder["cursor"]), "it reads from now on");
        DateTimeOffset began = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromMinutes(2));
        _isAway = true;

        FeedEvent late = Event("a", 1, "completed");
        HttpStatusCode answer = await owner.DeliverAsync(late with { Data = late.Data! with { OccurredAt = began.AddMinutes(minutes) } });

        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, answer);
    }

    [Fact]
    public async Task Retry_HandlerNeverEnds_HoldsUpNoOther()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var never = new TaskCompletionSource();
        int stuck = 0;
        await using OwnerHost owner = await StartAsync(orchestrator);
        _isAway = true;
        _told.Before = jobEvent => jobEvent.JobId == "stuck" && ++stuck > 1 ? never.Task : FailIfAway(jobEvent);
        await owner.DeliverAsync(Event("stuck", 1, "completed"));
        await owner.DeliverAsync(Event("a", 1, "completed"));
        await MoveUntilAsync(() => stuck == 2);

        _isAway = false;
        await owner.DeliverAsync(Event("b", 1, "completed"));
        await MoveUntilAsync(() => _told.Lines.Count == 2);

        Assert.Contains("a-1 New Broker", _told.Lines);
        never.SetResult();
    }

    private Task FailIfAway(JobEvent jobEvent) => _isAway && jobEvent.Kind == JobEventKind.Completed
        ? throw new InvalidOperationException("The database is away.")
        : Task.CompletedTask;

    private Task<OwnerHost> StartAsync(FakeOrchestrator orchestrator, JobEventsStart from = JobEventsStart.Oldest)
    {
        _told.Before = FailIfAway;
        return OwnerHost.StartAsync(orchestrator, _folder.Path, events =>
        {
            _told.AddTo(events);
            events.Configure(options => options.StartFrom = from);
            events.Services.AddSingleton<TimeProvider>(_clock);
        });
    }

    private Task MoveUntilAsync(Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return condition();
        },
        "what the clock was moved for");
}
