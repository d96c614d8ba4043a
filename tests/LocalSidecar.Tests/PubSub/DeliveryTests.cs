using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using LocalSidecar.Api;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.PubSub;

public sealed class DeliveryTests : IDisposable
{
    private const string Numbers = """[{"pubsubname":"bus","topic":"numbers","route":"/numbers"}]""";

    private readonly TemporaryFolder _data = new();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Messages_TheAppFailsSome_ArriveInOrderWithoutLoss()
    {
        var failures = new ConcurrentDictionary<int, int>();
        await using TestApp app = await TestApp.StartAsync(_port, Numbers, received =>
        {
            int number = received.Json.GetProperty("data").GetInt32();
            return number % 5 == 0 && failures.AddOrUpdate(number, 1, (_, count) => count + 1) < 3
                ? number % 10 == 0 ? (500, "") : (200, """{"status":"RETRY"}""")
                : (200, "");
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", [.. Enumerable.Range(0, 20)]);

        await Eventually.TrueAsync(() => app.Numbers("/numbers").Count >= 28, "all are delivered", TimeSpan.FromSeconds(20));
        Assert.Equal(Enumerable.Range(0, 20), app.Numbers("/numbers").Distinct());
        Assert.Equal(app.Numbers("/numbers").Order(), app.Numbers("/numbers"));
    }

    [Fact]
    public async Task Messages_AppRunsTwice_GoToOneInstanceEach()
    {
        int otherPort = FreePort.Next();
        await using TestApp one = await TestApp.StartAsync(_port, Numbers);
        await using TestApp other = await TestApp.StartAsync(otherPort, Numbers);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port), ("worker", otherPort)], _data.Path);
        await BothUpAsync(sidecar);

        int published = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                await sidecar.PublishAsync("numbers", published++);
                return !one.Received.IsEmpty && !other.Received.IsEmpty;
            },
            "both are given some");

        await Eventually.TrueAsync(() => one.Received.Count + other.Received.Count >= published, "all are delivered");
        Assert.Equal(Enumerable.Range(0, published), one.Numbers("/numbers").Concat(other.Numbers("/numbers")).Order());
    }

    [Fact]
    public async Task Messages_ComeOneByOne_GoToTheInstancesInTurn()
    {
        int otherPort = FreePort.Next();
        await using TestApp one = await TestApp.StartAsync(_port, Numbers);
        await using TestApp other = await TestApp.StartAsync(otherPort, Numbers);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port), ("worker", otherPort)], _data.Path);
        await BothUpAsync(sidecar);

        for (int number = 0; number < 10; number++)
        {
            await sidecar.PublishAsync("numbers", number);
            await Eventually.TrueAsync(() => one.Received.Count + other.Received.Count > number, $"number {number} is delivered");
        }

        Assert.Equal((5, 5), (one.Received.Count, other.Received.Count));
    }

    [Fact]
    public async Task Messages_OneOfTwoInstancesEnds_GoToTheOther()
    {
        int otherPort = FreePort.Next();
        await using TestApp one = await TestApp.StartAsync(_port, Numbers);
        TestApp other = await TestApp.StartAsync(otherPort, Numbers);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port), ("worker", otherPort)], _data.Path);
        await BothUpAsync(sidecar);
        await sidecar.PublishAsync("numbers", 0, 1);
        await Eventually.ValueAsync(() => one.Received.Count + other.Received.Count, count => count == 2, "both are delivered");

        await other.DisposeAsync();
        await sidecar.PublishAsync("numbers", [.. Enumerable.Range(2, 20)]);
        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(line => line.Contains("is gone; its messages go to the others", StringComparison.Ordinal)),
            "it says that the other goes on");

        await Eventually.TrueAsync(() => one.Received.Count + other.Received.Count == 22, "the others are delivered");
        Assert.Equal(Enumerable.Range(0, 22), one.Numbers("/numbers").Concat(other.Numbers("/numbers")).Order());
    }

    private static Task BothUpAsync(TestSidecar sidecar) => Eventually.TrueAsync(
        () => sidecar.Log.Lines.Count(line => line.Contains("the app is up", StringComparison.Ordinal)) == 2, "both instances are up");

    [Fact]
    public async Task Messages_PublishedWhileTheAppIsAway_AreDeliveredAtOnceWhenItIsBack()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (TestApp app = await TestApp.StartAsync(_port, Numbers))
        {
            await sidecar.ReadyAsync();
            await sidecar.PublishAsync("numbers", 1);
            await Eventually.TrueAsync(() => app.Numbers("/numbers").Count == 1, "the first is delivered");
        }

        await sidecar.PublishAsync("numbers", 2, 3);
        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(line => line.Contains("the app is gone", StringComparison.Ordinal)), "the app is missed");

        await using TestApp again = await TestApp.StartAsync(_port, Numbers);
        var returned = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => again.Numbers("/numbers").Count >= 2, "the others are delivered");

        Assert.Equal([2, 3], again.Numbers("/numbers"));
        Assert.True(returned.Elapsed < TimeSpan.FromSeconds(3), $"took {returned.Elapsed}");
    }

    [Fact]
    public async Task Messages_SidecarRestarted_AreDeliveredFromWhereTheAppWas()
    {
        await using (TestSidecar sidecar = await StartAsync())
        {
            await using (TestApp app = await TestApp.StartAsync(
                _port,
                Numbers,
                static received => received.Body.Contains("\"data\":3,", StringComparison.Ordinal) ? (500, "") : (200, "")))
            {
                await sidecar.ReadyAsync();
                await sidecar.PublishAsync("numbers", 1, 2, 3, 4);
                await Eventually.TrueAsync(() => app.Numbers("/numbers").Contains(3), "the app gets to the third");
            }

            await sidecar.PublishAsync("numbers", 5);
        }

        await using TestSidecar restarted = await StartAsync();
        await using TestApp back = await TestApp.StartAsync(_port, Numbers);
        await Eventually.TrueAsync(() => back.Numbers("/numbers").Count >= 3, "the rest is delivered");

        Assert.Equal([3, 4, 5], back.Numbers("/numbers"));
    }

    [Fact]
    public async Task NewSubscriber_StartsWithWhatIsPublishedFromThenOn()
    {
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.PublishAsync("numbers", 1, 2);

        await using TestApp app = await TestApp.StartAsync(_port, Numbers);
        await sidecar.ReadyAsync();
        await sidecar.PublishAsync("numbers", 3);
        await Eventually.TrueAsync(() => app.Numbers("/numbers").Count > 0, "something is delivered");

        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "nothing waits any more");
        Assert.Equal([3], app.Numbers("/numbers"));
    }

    [Fact]
    public async Task Message_NobodySubscribesTo_IsNotKept()
    {
        await using TestSidecar sidecar = await StartAsync();

        await sidecar.PublishAsync("nobody", 1, 2, 3);

        Assert.Equal(0, sidecar.Host.Ledger.Bus.MessageCount);
        Assert.Equal(0, sidecar.Host.Ledger.Log.Appended);
    }

    [Fact]
    public async Task App_BackWithOtherSubscriptions_IsAskedAgainAndHeardOutOnThem()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (await TestApp.StartAsync(_port, Numbers))
        {
            await sidecar.ReadyAsync();
        }

        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(line => line.Contains("the app is gone", StringComparison.Ordinal)), "the app is missed");
        await using TestApp app = await TestApp.StartAsync(_port, """[{"pubsubname":"bus","topic":"letters","route":"/letters"}]""");
        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(line => line.Contains("no longer subscribes to 'numbers'", StringComparison.Ordinal)),
            "the old one is given up");
        await sidecar.PublishAsync("numbers", 1);
        await sidecar.PublishAsync("letters", 2);
        await Eventually.TrueAsync(() => app.Numbers("/letters").Count == 1, "the new topic is delivered");

        Assert.Empty(app.Numbers("/numbers"));
    }

    [Fact]
    public async Task App_BackWithoutAnAnswer_KeepsWhatItHad()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (await TestApp.StartAsync(_port, Numbers))
        {
            await sidecar.ReadyAsync();
        }

        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(line => line.Contains("the app is gone", StringComparison.Ordinal)), "the app is missed");
        await sidecar.PublishAsync("numbers", 1);
        await using TestApp app = await TestApp.StartAsync(_port, subscriptions: null);

        await Eventually.TrueAsync(() => app.Numbers("/numbers").Count == 1, "its messages are delivered");
    }

    [Fact]
    public async Task FailedMessage_NoPolicyButADeadLetterTopic_GoesThereAtTheFirstFailure()
    {
        await using TestApp app = await TestApp.StartAsync(
            _port,
            """[{"pubsubname":"bus","topic":"numbers","route":"/numbers","deadLetterTopic":"dead"},"""
                + """{"pubsubname":"bus","topic":"dead","route":"/dead"}]""",
            static received => received.Path == "/numbers" ? (500, "") : (200, ""));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1, 2);
        await Eventually.TrueAsync(() => app.Numbers("/dead").Count == 2, "both are dead letters");

        Assert.Equal([1, 2], app.Numbers("/numbers"));
        Assert.Equal([1, 2], app.Numbers("/dead"));
        Assert.Equal("numbers", app.Received.First(received => received.Path == "/dead").Json.GetProperty("topic").GetString());
    }

    [Fact]
    public async Task FailedMessage_PolicyWithThreeRetries_IsTriedFourTimesThenDropped()
    {
        await using TestApp app = await TestApp.StartAsync(
            _port, Numbers, static received => received.Body.Contains("\"data\":1,", StringComparison.Ordinal) ? (503, "") : (200, ""));
        await using TestSidecar sidecar = await StartAsync("""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: res}
            spec:
              policies: {retries: {few: {policy: constant, duration: 20ms, maxRetries: 3}}}
              targets: {components: {bus: {inbound: {retry: few}}}}
            """);
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1, 2);
        await Eventually.TrueAsync(() => app.Numbers("/numbers").Contains(2), "the next one is delivered");

        Assert.Equal([1, 1, 1, 1, 2], app.Numbers("/numbers"));
        Assert.Contains(sidecar.Log.Lines, line => line.Contains("/numbers failed 4 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlowMessage_PolicyWithATimeout_IsGivenUpAndTriedAgain()
    {
        using var release = new ManualResetEventSlim();
        int first = 1;
        await using TestApp app = await TestApp.StartAsync(_port, Numbers, _ =>
        {
            if (Interlocked.Exchange(ref first, 0) == 1)
            {
                release.Wait();
            }

            return (200, "");
        });
        await using TestSidecar sidecar = await StartAsync("""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: res}
            spec:
              policies: {timeouts: {short: 100ms}, retries: {soon: {policy: constant, duration: 10ms}}}
              targets: {components: {bus: {inbound: {retry: soon, timeout: short}}}}
            """);
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1);
        await Eventually.TrueAsync(() => app.Numbers("/numbers").Count >= 2, "it is tried again");
        release.Set();

        Assert.All(app.Numbers("/numbers"), number => Assert.Equal(1, number));
    }

    [Fact]
    public async Task BulkSubscription_OneEntryFails_OnlyThatOneComesAgain()
    {
        var asked = new ConcurrentDictionary<int, int>();
        await using TestApp app = await TestApp.StartAsync(
            _port,
            """[{"pubsubname":"bus","topic":"numbers","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":10"""
                + ""","maxAwaitDurationMs":5000}}]""",
            received => (200, $$"""{"statuses":[{{string.Join(',', received.Json.GetProperty("entries").EnumerateArray().Select(entry =>
            {
                int number = entry.GetProperty("event").GetProperty("data").GetInt32();
                bool isFirst = asked.AddOrUpdate(number, 1, (_, count) => count + 1) == 1;
                string status = number == 4 && isFirst ? "RETRY" : "SUCCESS";
                return $$"""{"entryId":"{{entry.GetProperty("entryId").GetString()}}","status":"{{status}}"}""";
            }))}}]}"""));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", [.. Enumerable.Range(0, 10)]);
        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "all are dealt with");

        Assert.Equal([10, 1], app.Received.Select(received => received.Json.GetProperty("entries").GetArrayLength()));
        Assert.Equal(2, asked[4]);
    }

    /// <summary>All that waited in one body is more than Kestrel takes (30 MB): it answered 413, again and again.</summary>
    [Fact]
    public async Task BulkSubscription_MoreWaitsThanAnAppTakesInABody_ArrivesInSeveral()
    {
        const string Bulk = """
            [{"pubsubname":"bus","topic":"bulk","route":"/bulk",
              "bulkSubscribe":{"enabled":true,"maxMessagesCount":10,"maxAwaitDurationMs":60000}}]
            """;
        static (int, string) Take(Received received) => (200, JsonSerializer.Serialize(new
        {
            statuses = received.Json.GetProperty("entries").EnumerateArray().Select(
                static entry => new { entryId = entry.GetProperty("entryId").GetString(), status = "SUCCESS" }),
        }));
        await using TestApp app = await TestApp.StartAsync(_port, Bulk, Take);
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();
        string filling = new('x', 3_500_000);

        for (int number = 0; number < 10; number++)
        {
            using HttpResponseMessage response = await sidecar.PostAsync(
                "/v1.0/publish/bus/bulk", $"{number} {filling}", contentType: "text/plain");
            Assert.Equal(204, (int)response.StatusCode);
        }

        await Eventually.TrueAsync(() => Numbers().Count >= 10, "all are delivered");
        Assert.Equal(Enumerable.Range(0, 10), Numbers());
        List<int> Numbers() => [.. app.Received.SelectMany(static got => got.Json.GetProperty("entries").EnumerateArray()).Select(
            static entry => entry.GetProperty("event").GetProperty("data").GetString()![0] - '0')];
    }

    [Fact]
    public async Task WildcardSubscription_TakesEveryTopicThatBeginsSo()
    {
        await using TestApp app = await TestApp.StartAsync(_port, """[{"pubsubname":"bus","topic":"orders/*","route":"/orders"}]""");
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("orders/new", 1);
        await sidecar.PublishAsync("invoices", 2);
        await sidecar.PublishAsync("orders/paid", 3);
        await Eventually.TrueAsync(() => app.Numbers("/orders").Count == 2, "both orders are delivered");

        Assert.Equal(["orders/new", "orders/paid"], app.Received.Select(received => received.Json.GetProperty("topic").GetString()));
    }

    [Fact]
    public async Task ExpiredMessage_IsNotDelivered()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (await TestApp.StartAsync(_port, Numbers))
        {
            await sidecar.ReadyAsync();
        }

        using (HttpResponseMessage response = await sidecar.PostAsync("/v1.0/publish/bus/numbers?metadata.ttlInSeconds=1ms", "1"))
        {
            Assert.Equal(204, (int)response.StatusCode);
        }

        await sidecar.PublishAsync("numbers", 2);
        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(line => line.Contains("the app is gone", StringComparison.Ordinal)), "the app is missed");
        await using TestApp app = await TestApp.StartAsync(_port, Numbers);
        await Eventually.TrueAsync(() => app.Numbers("/numbers").Contains(2), "the other is delivered");

        Assert.Equal([2], app.Numbers("/numbers"));
    }

    [Fact]
    public async Task App_NotServedThisTime_FindsItsMessagesLater()
    {
        await using (TestSidecar sidecar = await StartAsync())
        {
            await using TestApp app = await TestApp.StartAsync(_port, Numbers);
            await sidecar.ReadyAsync();
        }

        await using (TestSidecar others = await TestSidecar.StartAsync([("other", null)], _data.Path))
        {
            using HttpResponseMessage response = await others.PostAsync("/v1.0/publish/bus/numbers", "7", "other");
            Assert.Contains(others.Log.Lines, line => line.Contains("worker: not served this time", StringComparison.Ordinal));
        }

        await using TestApp back = await TestApp.StartAsync(_port, Numbers);
        await using TestSidecar again = await StartAsync();
        await Eventually.TrueAsync(() => back.Numbers("/numbers").Count == 1, "its message is delivered");
        Assert.Equal([7], back.Numbers("/numbers"));
    }

    [Fact]
    public async Task TwoApps_EachGetEveryMessageOfTheirTopic()
    {
        int otherPort = FreePort.Next();
        await using TestApp one = await TestApp.StartAsync(_port, Numbers);
        await using TestApp other = await TestApp.StartAsync(otherPort, Numbers);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port), ("other", otherPort)], _data.Path);
        await sidecar.ReadyAsync();
        await sidecar.ReadyAsync("other");

        await sidecar.PublishAsync("numbers", 1, 2, 3);

        await Eventually.TrueAsync(() => one.Numbers("/numbers").Count == 3 && other.Numbers("/numbers").Count == 3, "both have all");
    }

    /// <summary>M2: a publisher's metadata go along as headers, but for what no header carries and what is the sidecar's to say.</summary>
    [Fact]
    public async Task Metadata_ThatNoHeaderCarriesOrThatAreTheSidecars_KeepNoMessageBack()
    {
        await using TestApp app = await TestApp.StartAsync(_port, Numbers);
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", _port)], _data.Path, tokens: new Tokens(null, "app-secret"));
        await sidecar.ReadyAsync();
        const string Metadata = "metadata.x=%C3%A9&metadata.dapr-api-token=wrong&metadata.pubsubname=other&metadata.traceparent=none"
            + "&metadata.content-length=1&metadata.transfer-encoding=chunked&metadata.host=elsewhere&metadata.line=a%0Ab&metadata.mine=1";

        using HttpResponseMessage response = await sidecar.PostAsync($"/v1.0/publish/bus/numbers?{Metadata}", "1");
        await Eventually.TrueAsync(() => !app.Received.IsEmpty, "the message is delivered");

        Received received = app.Received.First();
        Assert.Equal(1, received.Json.GetProperty("data").GetInt32());
        Assert.Equal("1", received.Headers["Mine"]);
        Assert.Equal(
            ["app-secret", "bus", "00-00000000000000000000000000000000-0000000000000000-00", $"127.0.0.1:{_port}"],
            new[] { "Dapr-Api-Token", "Pubsubname", "Traceparent", "Host" }.Select(name => received.Headers[name].ToString()));
        Assert.DoesNotContain(received.Headers.Keys, name => name is "X" or "Line");
    }

    /// <summary>M2: a topic that stands still says so.</summary>
    [Fact]
    public async Task Message_FailsForTheThirdTime_IsLoggedOnce()
    {
        await using TestApp app = await TestApp.StartAsync(_port, Numbers, static _ => (500, ""));
        await using TestSidecar sidecar = await StartAsync("""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: {name: res}
            spec:
              policies: {retries: {many: {policy: constant, duration: 5ms, maxRetries: -1}}}
              targets: {components: {bus: {inbound: {retry: many}}}}
            """);
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1);
        await Eventually.TrueAsync(() => app.Received.Count > 6, "it is tried again and again");

        Assert.Single(sidecar.Log.Lines, line => line.Contains("has failed 3 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_AnotherInstanceGaveTheTopicUp_ComeOnceTheFirstAsksForItAgain()
    {
        int otherPort = FreePort.Next();
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", _port), ("worker", otherPort)], _data.Path);
        await using (await TestApp.StartAsync(_port, Numbers))
        {
            await LoggedAsync(sidecar, "the app is up", 1);
            await using (await TestApp.StartAsync(otherPort, "[]"))
            {
                await LoggedAsync(sidecar, "no longer subscribes to 'numbers'", 1);
            }
        }

        await LoggedAsync(sidecar, "the app is gone", 2);
        await using TestApp back = await TestApp.StartAsync(_port, Numbers);
        await LoggedAsync(sidecar, "the app is up", 3);

        await sidecar.PublishAsync("numbers", 1);

        await Eventually.TrueAsync(() => back.Numbers("/numbers").Count == 1, "it is delivered");
    }

    /// <summary>What is taken is delivered, however deep: to look at it for a rule is no reason to drop it.</summary>
    [Fact]
    public async Task DeepEvent_RoutedByARule_IsDelivered()
    {
        const string Subscription = """
            [{"pubsubname":"bus","topic":"deep","routes":{"rules":[{"match":"event.type == 'com.dapr.event.sent'","path":"/deep"}]}}]
            """;
        await using TestApp app = await TestApp.StartAsync(_port, Subscription);
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();
        string json = new string('[', 1_005) + new string(']', 1_005);

        using HttpResponseMessage response = await sidecar.PostAsync("/v1.0/publish/bus/deep", json);

        Assert.Equal(204, (int)response.StatusCode);
        await Eventually.TrueAsync(
            () => app.Received.Any(one => one.Body.Contains($"\"data\":{json}", StringComparison.Ordinal)), "it is delivered");
    }

    private static Task LoggedAsync(TestSidecar sidecar, string text, int times) => Eventually.TrueAsync(
        () => sidecar.Log.Lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times,
        $"'{text}' is logged {times} times");

    private Task<TestSidecar> StartAsync(string yaml = "") => TestSidecar.StartAsync([("worker", _port)], _data.Path, yaml);
}
