using System.Net;
using System.Text.Json;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Wire;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Events;

/// <summary>An owner that the broker cannot reach is told so, and one that does without is not.</summary>
public sealed class DeafOwnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();
    private readonly Told _told = new();
    private readonly Sidecar _sidecar = new();

    public void Dispose()
    {
        _folder.Dispose();
        _sidecar.Dispose();
    }

    [Theory]
    [InlineData(true, false, "app.MapJobEvents() was not called")]
    [InlineData(false, false, "app.MapJobEvents() was not called")]
    [InlineData(false, true, "app.MapSubscribeHandler() was not called")]
    public async Task Start_ACallIsMissing_IsNamedOnceAndHealthIsDegraded(bool mapsHandler, bool mapsEvents, string named)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator, mapsHandler: mapsHandler, mapsEvents: mapsEvents);

        await Eventually.TrueAsync(() => owner.Log.Warnings(named) == 1, "the warning");
        await MoveAsync(minutes: 10);

        Assert.Equal(1, owner.Log.Warnings("is deaf to the broker"));
        HealthReportEntry health = await owner.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains(named, health.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FeedOnly", "true")]
    [InlineData("CatchUpInterval", "00:00:01")]
    public async Task Start_OwnerReadsTheFeedOnPurpose_SaysNothing(string setting, string value)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(
            orchestrator,
            mapsHandler: false,
            mapsEvents: setting == "FeedOnly",
            settings: new Dictionary<string, string?> { [$"Jobs:Events:{setting}"] = value });
        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead >= 1, "the catch-up at the start");
        for (int sequence = 1; sequence <= 3; sequence++)
        {
            FeedEvent happened = OwnerHost.Event("a", sequence);
            orchestrator.Feed.Add(happened with { Data = happened.Data! with { OccurredAt = _clock.GetUtcNow() } });
            await MoveUntilAsync(() => _told.Lines.Count == sequence);
        }

        await MoveAsync(minutes: 2);
        Assert.Equal(0, owner.Log.Warnings(""));
        Assert.Equal(HealthStatus.Healthy, (await owner.HealthAsync()).Status);
    }

    [Fact]
    public async Task FeedOnly_SubscribesToNothing()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(
            orchestrator, settings: new Dictionary<string, string?> { ["Jobs:Events:FeedOnly"] = "true" });

        Assert.Equal("[]", await owner.Sidecar.GetStringAsync("/dapr/subscribe"));
        await Eventually.TrueAsync(
            () => owner.Log.At(LogLevel.Information).Contains(
                "Owner shop hears from the feed at http://localhost:5087/ alone, every 120 s, from the oldest."),
            "the line");
    }

    [Fact]
    public async Task Start_SaysWhatIsHeardFromWhere()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        await Eventually.TrueAsync(
            () => owner.Log.At(LogLevel.Information).Contains(
                "Owner shop hears from the topics job-created, job-updated, job-completed, job-failed, job-cancelled of jobs-pubsub "
                    + "(routes /JobEvents/…), and from the feed at http://localhost:5087/ every 120 s, from the oldest."),
            "the line");
    }

    [Theory]
    [InlineData("""{"id":"other","appConnectionProperties":{"port":6100}}""", "job-created, job-updated, job-completed")]
    [InlineData("""{"id":"other","subscriptions":[]}""", "job-created, job-updated")]
    [InlineData("""{"id":"other","subscriptions":[{"pubsubname":"bus","topic":"job-created","deadLetterTopic":""}]}""", "job-created")]
    public async Task Sidecar_KnowsNoSubscription_IsSaidAfterAWhileAndTakenBack(string metadata, string topics)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _sidecar.Answer = metadata;
        await using OwnerHost owner = await StartAsync(orchestrator, settings: Beside);
        await _clock.TimerSetAsync();
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, _sidecar.Asked);

        await MoveUntilAsync(() => owner.Log.Warnings("is deaf to the broker") == 1);
        HealthReportEntry deaf = await owner.HealthAsync();
        _sidecar.Answer = Knows(All);
        await MoveUntilAsync(async () => (await owner.HealthAsync()).Status == HealthStatus.Healthy);

        Assert.True(_sidecar.Asked >= 3, "It has to say so twice.");
        Assert.Equal(HealthStatus.Degraded, deaf.Status);
        Assert.Contains(
            $"The sidecar at http://127.0.0.1:3600/ (app id other) knows no subscription of this app to {topics}",
            deaf.Description,
            StringComparison.Ordinal);
        Assert.Contains("Owner shop: the sidecar knows its subscriptions.", owner.Log.At(LogLevel.Information));
    }

    [Theory]
    [InlineData("""{"id":"shop","runtimeVersion":"1.5"}""", 200)]
    [InlineData("<html>", 200)]
    [InlineData("", 200)]
    [InlineData("{}", 401)]
    [InlineData("down", 0)]
    [InlineData("all", 200)]
    public async Task Sidecar_KnowsThemOrCannotSay_NothingIsSaid(string metadata, int status)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _sidecar.Answer = metadata == "all" ? Knows(All) : metadata;
        _sidecar.Status = (HttpStatusCode)status;
        await using OwnerHost owner = await StartAsync(orchestrator, settings: Beside);

        await MoveUntilAsync(() => _sidecar.Asked >= 5);

        Assert.Equal(0, owner.Log.Warnings("is deaf"));
        Assert.Equal(HealthStatus.Healthy, (await owner.HealthAsync()).Status);
    }

    /// <summary>What was said of it holds until it says something else.</summary>
    [Fact]
    public async Task Sidecar_ThatKnewNothingCannotBeAsked_TheOwnerIsAsDeafAsBefore()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _sidecar.Answer = """{"id":"other","subscriptions":[]}""";
        await using OwnerHost owner = await StartAsync(orchestrator, settings: Beside);
        await MoveUntilAsync(() => owner.Log.Warnings("is deaf to the broker") == 1);

        _sidecar.Status = 0;
        int asked = _sidecar.Asked;
        await MoveUntilAsync(() => _sidecar.Asked >= asked + 2);

        Assert.Equal(HealthStatus.Degraded, (await owner.HealthAsync()).Status);
        Assert.DoesNotContain("Owner shop: the sidecar knows its subscriptions.", owner.Log.At(LogLevel.Information));
        _sidecar.Status = HttpStatusCode.OK;
        asked = _sidecar.Asked;
        await MoveUntilAsync(() => _sidecar.Asked >= asked + 2);
        Assert.Equal(1, owner.Log.Warnings("is deaf to the broker"));
    }

    [Fact]
    public async Task Sidecar_ThatKnowsThem_IsAskedEveryHalfMinute()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _sidecar.Answer = Knows(All);
        await using OwnerHost owner = await StartAsync(orchestrator, settings: Beside);
        await MoveUntilAsync(() => _sidecar.Asked >= 1);
        TimeSpan askedAfter = await MoveUntilAskedAsync(2);

        Assert.InRange(askedAfter, TimeSpan.FromSeconds(20), TimeSpan.MaxValue);
    }

    /// <summary>Subscriptions can be declared to the sidecar; the app need not tell it then.</summary>
    [Fact]
    public async Task Sidecar_SubscriptionsAreDeclaredToIt_TheHandlerIsNotMissed()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        _sidecar.Answer = Knows(All);
        await using OwnerHost owner = await StartAsync(orchestrator, mapsHandler: false, settings: Beside);

        await MoveUntilAsync(() => _sidecar.Asked >= 3);

        Assert.Equal(0, owner.Log.Warnings("is deaf"));
    }

    [Fact]
    public async Task Sidecar_RecordedAnswerOfDaprd_IsRead()
    {
        using var recording = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(WireFile.Repository(), "tests", "Sidecar.Conformance", "Recordings", "in-memory.json")));
        _sidecar.Answer = recording.RootElement.GetProperty("exchanges").EnumerateArray()
            .Select(exchange => exchange.TryGetProperty("response", out JsonElement response)
                && response.TryGetProperty("body", out JsonElement body)
                && body.ValueKind == JsonValueKind.String ? body.GetString()! : "")
            .First(body => body.StartsWith("""{"id":"worker","runtimeVersion""", StringComparison.Ordinal));
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator, settings: Beside);

        SidecarListing? listing =
            await owner.Services.GetRequiredService<SidecarSubscriptions>().AskAsync(CancellationToken.None);

        Assert.Equal("worker", listing!.AppId);
        Assert.True(listing.Knows("bus", "decl-RUN"));
        Assert.True(listing.Knows("bus", "bulk-RUN"));
        Assert.False(listing.Knows("bus", "job-created"));
        Assert.Equal("let me in", _sidecar.Token);
    }

    private static readonly string[] All = ["job-created", "job-updated", "job-completed", "job-failed", "job-cancelled"];

    private static Dictionary<string, string?> Beside =>
        new() { ["DAPR_HTTP_ENDPOINT"] = "http://127.0.0.1:3600", ["DAPR_API_TOKEN"] = "let me in" };

    private static string Knows(string[] topics)
    {
        string subscriptions = string.Join(',', topics.Select(topic =>
            $$"""{"pubsubname":"jobs-pubsub","topic":"{{topic}}","rules":[{"path":"/p"}],"deadLetterTopic":"","type":"PROGRAMMATIC"}"""));
        return $$$"""{"id":"shop","subscriptions":[{{{subscriptions}}}],"appConnectionProperties":{"port":6100}}""";
    }

    private Task<OwnerHost> StartAsync(
        FakeOrchestrator orchestrator,
        bool mapsHandler = true,
        bool mapsEvents = true,
        IReadOnlyDictionary<string, string?>? settings = null) => OwnerHost.StartAsync(
            orchestrator,
            _folder.Path,
            events =>
            {
                _told.AddTo(events);
                events.Services.AddSingleton<TimeProvider>(_clock);
                events.Services.AddHttpClient(SidecarSubscriptions.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => _sidecar);
            },
            mapsHandler: mapsHandler,
            mapsEvents: mapsEvents,
            settings: settings);

    private async Task MoveAsync(int minutes)
    {
        for (int i = 0; i < minutes * 12; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock; how far it went.</summary>
    private async Task<TimeSpan> MoveUntilAskedAsync(int times)
    {
        DateTimeOffset from = _clock.GetUtcNow();
        await MoveUntilAsync(() => _sidecar.Asked >= times);
        return _clock.GetUtcNow() - from;
    }

    private Task MoveUntilAsync(Func<bool> condition) => MoveUntilAsync(() => Task.FromResult(condition()));

    private Task MoveUntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            return condition();
        },
        "what the clock was moved for");

    /// <summary>The metadata API of a sidecar.</summary>
    private sealed class Sidecar : HttpMessageHandler
    {
        private int _asked;

        public string Answer { get; set; } = "{}";

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public int Asked => _asked;

        public string? Token { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("http://127.0.0.1:3600/v1.0/metadata", request.RequestUri!.AbsoluteUri);
            Token = request.Headers.GetValues("dapr-api-token").Single();
            Interlocked.Increment(ref _asked);
            return Status == 0
                ? throw new HttpRequestException("Connection refused")
                : Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent(Answer) });
        }
    }
}
