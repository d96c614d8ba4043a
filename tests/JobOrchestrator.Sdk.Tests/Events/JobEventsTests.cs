using System.Net;
using System.Text.Json;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Wire;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TestSupport;
using static JobOrchestrator.Sdk.Tests.Events.OwnerHost;

namespace JobOrchestrator.Sdk.Tests.Events;

public sealed class JobEventsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Told _told = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Subscribe_FiveTopics_EachWithTheOwnersRule()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        using var subscriptions = JsonDocument.Parse(await owner.Sidecar.GetStringAsync("/dapr/subscribe"));

        var byTopic = subscriptions.RootElement.EnumerateArray().ToDictionary(entry => entry.GetProperty("topic").GetString()!);
        Assert.Equal(["job-cancelled", "job-completed", "job-created", "job-failed", "job-updated"], byTopic.Keys.Order());
        Assert.All(byTopic.Values, entry => Assert.Equal("jobs-pubsub", entry.GetProperty("pubsubName").GetString()));
        JsonElement rule = byTopic["job-created"].GetProperty("routes").GetProperty("rules")[0];
        Assert.Equal(
            "(has(event.owner) && event.owner == \"shop\") "
                + "|| (!has(event.owner) && has(event.data.owner) && event.data.owner == \"shop\")",
            rule.GetProperty("match").GetString());
        Assert.Equal("/JobEvents/JobCreated", "/" + rule.GetProperty("path").GetString()!.TrimStart('/'));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delivery_OfTheExample_IsHandedOn(bool unwraps)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo, unwraps);

        using HttpResponseMessage response = await owner.DeliverAsync(WireFile.Read("event.json"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JobEvent jobEvent = Assert.Single(_told.Events);
        Assert.Equal((JobEventKind.Completed, 6L, JobEventDelivery.New), (jobEvent.Kind, jobEvent.Sequence, jobEvent.Delivery));
        Assert.Equal(TimeSpan.FromSeconds(12.75), jobEvent.Duration);
    }

    [Fact]
    public async Task Delivery_SameEventTwice_IsHandedOnOnce()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        await owner.DeliverAsync(Event("a", 1));
        HttpStatusCode second = await owner.DeliverAsync(Event("a", 1));

        Assert.Equal(HttpStatusCode.OK, second);
        Assert.Equal(["a-1 New Broker"], _told.Lines);
    }

    [Fact]
    public async Task Delivery_RepeatsAskedFor_AreToldAsSuch()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator, events => events.Configure(options => options.HandOnRepeats = true));

        await owner.DeliverAsync(Event("a", 1));
        await owner.DeliverAsync(Event("a", 1));

        Assert.Equal(["a-1 New Broker", "a-1 Repeat Broker"], _told.Lines);
    }

    [Fact]
    public async Task Delivery_OlderThanTheNewest_IsToldAsStale()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        await owner.DeliverAsync(Event("a", 3));
        await owner.DeliverAsync(Event("a", 2));
        await owner.DeliverAsync(Event("b", 1));
        await owner.DeliverAsync(Event("a", 2));

        Assert.Equal(["a-3 New Broker", "a-2 Stale Broker", "b-1 New Broker"], _told.Lines);
    }

    [Fact]
    public async Task Delivery_ManyAtOnce_EachEventOnceAndOneJobsOneAfterTheOther()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        int inJob = 0, overlaps = 0;
        _told.Before = async _ =>
        {
            overlaps += Interlocked.Increment(ref inJob) > 1 ? 1 : 0;
            await Task.Yield();
            Interlocked.Decrement(ref inJob);
        };
        await using OwnerHost owner = await StartAsync(orchestrator);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => owner.DeliverAsync(Event("a", 1 + (i % 50)))));

        Assert.Equal(50, _told.Events.Count);
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), _told.Events.Select(jobEvent => jobEvent.Sequence).Order());
        Assert.Equal(0, overlaps);
    }

    /// <summary>L6: a line end in an id made another event count as handled after the next start.</summary>
    [Theory]
    [InlineData("{")]
    [InlineData("""{"type":"job.created","data":{"owner":"shop","jobId":"a\n7 b","sequence":1}}""")]
    [InlineData("""{"type":"job.created","data":{"owner":"shop","jobId":"a\u0000","sequence":1}}""")]
    [InlineData("""{"type":"job.created"}""")]
    [InlineData("""{"type":"job.created","data":{"owner":"shop"}}""")]
    [InlineData("""{"type":"job.created","data":{"owner":"shop","jobId":"a","sequence":"x"}}""")]
    public async Task Delivery_NoJobEvent_IsDropped(string body)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        using HttpResponseMessage response = await owner.DeliverAsync(body);

        Assert.Equal("""{"status":"DROP"}""", await response.Content.ReadAsStringAsync());
        Assert.Empty(_told.Lines);
    }

    /// <summary>M1: the sidecar delivered it for ever, in order, in front of the others.</summary>
    [Theory]
    [InlineData("1e300")]
    [InlineData("1e400")]
    [InlineData("-1e300")]
    public async Task Delivery_DurationFitsNoTime_StopsNoOther(string seconds)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        using HttpResponseMessage response = await owner.DeliverAsync(
            $$$"""{"type":"job.completed","data":{"owner":"shop","jobId":"a","sequence":1,"durationSeconds":{{{seconds}}}}}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(_told.Events, jobEvent => Assert.Null(jobEvent.Duration));
    }

    /// <summary>M1's kind: what anybody publishes was held and kept as it came, a thousand times four megabytes.</summary>
    [Theory]
    [InlineData("type")]
    [InlineData("queue")]
    [InlineData("error")]
    [InlineData("payloadUri")]
    public async Task Delivery_TextThatNoJobHas_IsDropped(string member)
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        string start = $$"""{"type":"job.completed","data":{"owner":"shop","jobId":"a","sequence":1,"{{member}}":"/""";

        using HttpResponseMessage tooLong = await owner.DeliverAsync($"{start}{new string('x', 5_000)}\"}}}}");
        using HttpResponseMessage usual = await owner.DeliverAsync($"{start}{new string('x', 1_000)}\"}}}}");

        Assert.Equal("""{"status":"DROP"}""", await tooLong.Content.ReadAsStringAsync());
        Assert.NotEqual("""{"status":"DROP"}""", await usual.Content.ReadAsStringAsync());
        Assert.Single(_told.Lines);
    }

    /// <summary>F24: the feed brings everything the broker has brought, and what was forgotten by then was handled twice.</summary>
    [Fact]
    public async Task Feed_MoreJobsThanAreRemembered_AreHandedOnOnceEach()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(
            orchestrator,
            events => events.Configure(
                options => (options.RememberJobs, options.CatchUpInterval) = (20, TimeSpan.FromHours(1))));
        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead == 2, "the catch-up at the start");
        for (int job = 1; job <= 60; job++)
        {
            orchestrator.Feed.Add(Event($"{job}", 1));
            await owner.DeliverAsync(Event($"{job}", 1));
            if (job % 10 == 0)
            {
                // A reading that began in between has read some of these ten, and the next begins once ten were heard of since.
                await Eventually.TrueAsync(
                    () => File.Exists(_folder["cursor"]) && int.Parse(File.ReadAllText(_folder["cursor"])) > job - 10,
                    "no more than half the memory is unread");
            }
        }

        Assert.Equal(Enumerable.Range(1, 60).Select(job => $"{job}-1"), _told.Events.Select(jobEvent => jobEvent.Id));
    }

    [Fact]
    public async Task Delivery_OfAnotherOwner_IsAcknowledgedAndIgnored()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);

        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event("a", 1, owner: "other")));
        Assert.Empty(_told.Lines);
    }

    [Fact]
    public async Task Delivery_AppTokenSet_IsTakenOnlyWithIt()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await OwnerHost.StartAsync(orchestrator, _folder.Path, _told.AddTo, appToken: "app-secret");

        Assert.Equal(HttpStatusCode.Unauthorized, await owner.DeliverAsync(Event("a", 1)));
        Assert.Equal(HttpStatusCode.Unauthorized, await owner.DeliverAsync(Event("a", 1), "wrong"));
        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event("a", 1), "app-secret"));
        Assert.Single(_told.Lines);
    }

    [Fact]
    public async Task Start_EventsInTheFeed_AreHandedOnInOrder()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        for (int sequence = 1; sequence <= 10; sequence++)
        {
            orchestrator.Feed.Add(Event("a", sequence));
            orchestrator.Feed.Add(Event("other", sequence, owner: "other"));
        }

        await using OwnerHost owner = await StartAsync(orchestrator);
        await Eventually.TrueAsync(() => _told.Lines.Count == 10, "all of them");

        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"a-{i} New Feed"), _told.Lines);
    }

    [Fact]
    public async Task Restart_EventsMissedMeanwhile_AreHandedOnAndNoOtherAgain()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        for (int sequence = 1; sequence <= 5; sequence++)
        {
            orchestrator.Feed.Add(Event("a", sequence));
        }

        await using (OwnerHost first = await StartAsync(orchestrator))
        {
            await Eventually.TrueAsync(() => _told.Lines.Count == 5, "the first five");
            // Brought by the broker, and not read in the feed before the process ends.
            await first.DeliverAsync(Event("a", 6));
        }

        orchestrator.Feed.Add(Event("a", 6));
        orchestrator.Feed.Add(Event("a", 7, "completed"));
        await using OwnerHost second = await StartAsync(orchestrator);
        await Eventually.TrueAsync(() => _told.Lines.Count == 7, "the missed one");
        await second.DeliverAsync(Event("a", 7, "completed"));
        await second.DeliverAsync(Event("a", 3));

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], _told.Events.Select(jobEvent => jobEvent.Sequence));
        Assert.Equal("a-7 New Feed", _told.Lines[^1]);
    }

    [Fact]
    public async Task Feed_BringsWhatTheBrokerLost_AsStaleWhenNewerWasSeen()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(orchestrator);
        // The first page moves the cursor, the second finds the end: nothing more is read after it.
        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead == 2, "the catch-up at the start");
        for (int sequence = 1; sequence <= 3; sequence++)
        {
            orchestrator.Feed.Add(Event("a", sequence));
        }

        // 2 is lost by the broker: the gap between 1 and 3 has the feed read long before the interval is over.
        await owner.DeliverAsync(Event("a", 1));
        await owner.DeliverAsync(Event("a", 3));
        await Eventually.TrueAsync(() => _told.Lines.Count == 3, "the lost one");

        Assert.Equal(["a-1 New Broker", "a-3 New Broker", "a-2 Stale Feed"], _told.Lines);
    }

    /// <summary>F34: with a broker that is away an owner heard every two minutes.</summary>
    [Fact]
    public async Task Feed_BringsWhatTheBrokerShouldHave_IsReadEverySecondUntilTheBrokerIsBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using OwnerHost owner = await StartAsync(
            orchestrator, events => events.Configure(options => options.CatchUpInterval = TimeSpan.FromHours(1)));
        await Eventually.TrueAsync(() => orchestrator.Feed.PagesRead == 2, "the catch-up at the start");
        HealthCheckService health = owner.Services.GetRequiredService<HealthCheckService>();
        await Eventually.TrueAsync(
            async () => (await health.CheckHealthAsync()).Entries["job-events"].Description is { } text
                && text.Contains("up at", StringComparison.Ordinal),
            "the end of it");
        for (int sequence = 1; sequence <= 3; sequence++)
        {
            FeedEvent happened = Event("a", sequence);
            orchestrator.Feed.Add(happened with { Data = happened.Data! with { OccurredAt = DateTimeOffset.UtcNow } });
        }

        await owner.DeliverAsync(Event("a", 1));
        await owner.DeliverAsync(Event("a", 3));
        await Eventually.TrueAsync(() => owner.Log.Warnings("what the broker should have brought") == 1, "it is noticed");
        HealthStatus silent = (await health.CheckHealthAsync()).Status;
        orchestrator.Feed.Add(Event("b", 1));
        await Eventually.TrueAsync(() => _told.Lines.Contains("b-1 New Feed"), "the next second");
        orchestrator.Feed.Add(Event("b", 2));
        await owner.DeliverAsync(Event("b", 2));

        Assert.Equal(HealthStatus.Degraded, silent);
        await Eventually.TrueAsync(async () => (await health.CheckHealthAsync()).Status == HealthStatus.Healthy, "the broker is back");
    }

    [Fact]
    public async Task Feed_HandlerFailsForOne_OthersAreHandedOnAndThatOneLater()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        bool isBroken = true;
        _told.Before = jobEvent => jobEvent.JobId == "bad" && isBroken ? throw new InvalidOperationException("bad") : Task.CompletedTask;
        orchestrator.Feed.Add(Event("bad", 1));
        for (int sequence = 1; sequence <= 5; sequence++)
        {
            orchestrator.Feed.Add(Event("good", sequence));
        }

        await using (OwnerHost owner = await StartAsync(orchestrator))
        {
            await Eventually.TrueAsync(() => _told.Lines.Count == 5, "the good ones");
        }

        isBroken = false;
        await using OwnerHost again = await StartAsync(orchestrator);
        await Eventually.TrueAsync(() => _told.Lines.Count == 6, "the bad one");

        Assert.Equal("bad-1 New Feed", _told.Lines[^1]);
        Assert.Equal(5, _told.Events.Count(jobEvent => jobEvent.JobId == "good"));
    }

    [Fact]
    public async Task Feed_CursorExpired_ReadsOnFromTheOldestAndWarns()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1));
        await using (OwnerHost first = await StartAsync(orchestrator))
        {
            await Eventually.TrueAsync(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) == "1", "the cursor");
        }

        orchestrator.Feed.Add(Event("a", 2));
        orchestrator.Feed.Add(Event("a", 3));
        orchestrator.Feed.Forgotten = 2;
        await using OwnerHost second = await StartAsync(orchestrator);
        await Eventually.TrueAsync(() => _told.Lines.Count == 2, "what is left");

        Assert.Equal(["a-1 New Feed", "a-3 New Feed"], _told.Lines);
        Assert.Equal(1, second.Log.Warnings("no longer has"));
    }

    [Fact]
    public async Task Feed_OrchestratorDownAtTheStart_IsReadWhenItIsBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1));
        orchestrator.Faults.IsDown = true;
        await using OwnerHost owner = await StartAsync(orchestrator);

        // The broker's way does not wait for the feed's.
        Assert.Equal(HttpStatusCode.OK, await owner.DeliverAsync(Event("b", 1)));
        await Eventually.TrueAsync(() => !orchestrator.Faults.Requests.IsEmpty, "a try");
        orchestrator.Faults.IsDown = false;
        await Eventually.TrueAsync(() => _told.Lines.Count == 2, "the feed");

        Assert.Equal(["b-1 New Broker", "a-1 New Feed"], _told.Lines);
    }

    [Fact]
    public async Task Feed_FirstStartFromNow_LeavesThePastAlone()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("past", 1));
        await using OwnerHost owner = await StartAsync(
            orchestrator,
            events => events.Configure(
                options => (options.StartFrom, options.CatchUpInterval) = (JobEventsStart.Now, TimeSpan.FromMilliseconds(50))));
        await Eventually.TrueAsync(() => File.Exists(_folder["cursor"]), "the cursor");

        orchestrator.Feed.Add(Event("a", 1));
        await Eventually.TrueAsync(() => _told.Lines.Count > 0, "the next interval");

        Assert.Equal(["a-1 New Feed"], _told.Lines);
    }

    [Fact]
    public async Task KindWithoutTopic_IsNotHandedOnFromTheFeedEither()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.Feed.Add(Event("a", 1, "created"));
        orchestrator.Feed.Add(Event("a", 2, "updated"));
        orchestrator.Feed.Add(Event("a", 3, "completed"));
        await using OwnerHost owner = await StartAsync(
            orchestrator, events => events.Configure(options => options.Topics.Remove(JobEventKind.Updated)));
        await Eventually.TrueAsync(() => _told.Lines.Count == 2, "both");

        Assert.Equal([JobEventKind.Created, JobEventKind.Completed], _told.Events.Select(jobEvent => jobEvent.Kind));
    }

    private Task<OwnerHost> StartAsync(FakeOrchestrator orchestrator, Action<JobEventsBuilder>? configure = null) =>
        OwnerHost.StartAsync(orchestrator, _folder.Path, events =>
        {
            _told.AddTo(events);
            configure?.Invoke(events);
        });
}
