using System.Collections.Concurrent;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Api;
using LocalSidecar.CommandLine;
using LocalSidecar.Tests.Support;
using TestSupport;
using TopicStatus = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace LocalSidecar.Tests.PubSub;

/// <summary>What an app that speaks gRPC is given, and what its answers cause.</summary>
public sealed class GrpcDeliveryTests : IDisposable
{
    private const string FewRetries = """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: {name: res}
        spec:
          policies: {retries: {few: {policy: constant, duration: 20ms, maxRetries: 3}}}
          targets: {components: {bus: {inbound: {retry: few}}}}
        """;

    private readonly TemporaryFolder _data = new();
    private readonly int _port = FreePort.Next();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Event_DeepJson_IsDelivered()
    {
        await using GrpcTestApp app = await StartAppAsync(Script("numbers"));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();
        string json = new string('[', 1_005) + new string(']', 1_005);

        await PublishAsync(sidecar, "numbers", json, "application/json");

        Assert.Equal(json, (await FirstAsync(app)).Event.Data.ToStringUtf8());
    }

    [Fact]
    public async Task Event_Json_ComesReEncodedWithItsEnvelopeAsFields()
    {
        await using GrpcTestApp app = await StartAppAsync(Script("numbers"));
        await using TestSidecar sidecar = await StartAsync(tokens: new Tokens(null, "app-secret"));
        await sidecar.ReadyAsync();

        await PublishAsync(
            sidecar,
            "numbers?metadata.Other=1&metadata.bad%20name=2",
            """{ "b":9007199254740993, "a":"<" }""", "application/json");
        GrpcTestApp.Received received = await FirstAsync(app);

        Assert.Equal("""{"a":"\u003c","b":9007199254740992}""", received.Event.Data.ToStringUtf8());
        Assert.Equal(
            ("application/json", "worker", "com.dapr.event.sent", "1.0", "numbers", "bus", ""),
            (received.Event.DataContentType, received.Event.Source, received.Event.Type, received.Event.SpecVersion, received.Event.Topic,
                received.Event.PubsubName, received.Event.Path));
        Assert.Equal(
            ["pubsubname", "time", "topic", "traceid", "traceparent", "tracestate"],
            received.Event.Extensions.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            ("bus", "1", "app-secret", "00-00000000000000000000000000000000-0000000000000000-00",
                "AAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAgA="),
            (received.Metadata["pubsubname"], received.Metadata["other"], received.Metadata["dapr-api-token"],
                received.Metadata["traceparent"],
                received.Metadata["grpc-trace-bin"]));
        Assert.DoesNotContain("dapr-api-token", Assert.Single(app.Answers.Questions).Keys);
    }

    [Theory]
    [InlineData("text/plain", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("application/octet-stream", "bytes", "bytes")]
    [InlineData("application/vnd.x+json", "{\"a\":1}", "")]
    [InlineData("application/json", "null", "")]
    [InlineData("application/cloudevents+json", """{"id":"1","source":"s","specversion":"1.0","type":"t","data":{"a":1}}""", "")]
    [InlineData("application/cloudevents+json", """{"id":"1","type":"t","datacontenttype":"text/plain","data":"t"}""", "t")]
    public async Task Event_DataOfAType_ComeAsDaprdGivesThem(string contentType, string body, string data)
    {
        await using GrpcTestApp app = await StartAppAsync(Script("numbers"));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await PublishAsync(sidecar, "numbers", body, contentType);

        Assert.Equal(data, (await FirstAsync(app)).Event.Data.ToStringUtf8());
    }

    [Fact]
    public async Task Event_OwnMembers_AreExtensionsWithTheirTypes()
    {
        await using GrpcTestApp app = await StartAppAsync(Script("numbers"));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await PublishAsync(
            sidecar, "numbers", """{"id":"1","type":"t","extra":5,"flag":true,"nested":{"a":[null]}}""", "application/cloudevents+json");
        MapField<string, Value> fields = (await FirstAsync(app)).Event.Extensions.Fields;

        Assert.Equal((5.0, true), (fields["extra"].NumberValue, fields["flag"].BoolValue));
        Assert.True(fields["nested"].StructValue.Fields["a"].ListValue.Values[0].HasNullValue);
    }

    [Fact]
    public async Task RawSubscription_AnyBytes_ComeAsTheyWerePublished()
    {
        TopicSubscription raw = Subscription("numbers");
        raw.Metadata["rawPayload"] = "true";
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script { Subscriptions = { raw } });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await PublishAsync(sidecar, "numbers?metadata.rawPayload=true", "{ \"raw\":1 }", "text/plain");
        TopicEventRequest received = (await FirstAsync(app)).Event;

        Assert.Equal(
            ("{ \"raw\":1 }", "application/octet-stream", "Dapr"),
            (received.Data.ToStringUtf8(), received.DataContentType, received.Source));
        Assert.Equal(["pubsubname", "topic"], received.Extensions.Fields.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rules_DecideThePath_WhichStaysAsTheAppWroteIt()
    {
        TopicSubscription rules = Subscription("numbers");
        rules.Routes = new TopicRoutes { Default = "/other", Rules = { new TopicRule { Match = "event.data == 1", Path = "one" } } };
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script { Subscriptions = { rules } });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1, 2);
        await Eventually.TrueAsync(() => app.Events.Count == 2, "both are delivered");

        Assert.Equal(["one", "/other"], app.Events.Select(static received => received.Event.Path));
    }

    [Theory]
    [InlineData(TopicStatus.Retry)]
    [InlineData((TopicStatus)99)]
    public async Task Answer_RetryOrUnknown_IsTriedAgainInOrder(TopicStatus status)
    {
        int left = 2;
        await using GrpcTestApp app = await StartAppAsync(Script("numbers", received =>
            Text(received) == "1" && left-- > 0 ? status : TopicStatus.Success));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1, 2);
        await Eventually.TrueAsync(() => app.Numbers("numbers").Contains(2), "the next one is delivered");

        Assert.Equal([1, 1, 1, 2], app.Numbers("numbers"));
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.Unavailable)]
    public async Task Answer_Code_IsTriedAgainWithoutEndUnlessAPolicySaysOtherwise(StatusCode code)
    {
        int left = 5;
        await using GrpcTestApp app = await StartAppAsync(Script("numbers", received =>
            left-- > 0 ? throw new RpcException(new Status(code, "no")) : TopicStatus.Success));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1);
        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "it is dealt with", TimeSpan.FromSeconds(20));

        Assert.Equal([1, 1, 1, 1, 1, 1], app.Numbers("numbers"));
    }

    [Theory]
    [InlineData("retry", "", 1)]
    [InlineData("internal", "", 1)]
    [InlineData("drop", "", 1)]
    [InlineData("retry", FewRetries, 4)]
    [InlineData("internal", FewRetries, 4)]
    [InlineData("drop", FewRetries, 1)]
    public async Task Answer_DeadLetterTopic_TakesWhatIsNotTriedAgain(string answer, string policy, int tries)
    {
        TopicSubscription numbers = Subscription("numbers");
        numbers.DeadLetterTopic = "dead";
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { numbers, Subscription("dead") },
            Event = received => Task.FromResult(received.Topic == "dead" ? TopicStatus.Success : answer switch
            {
                "retry" => TopicStatus.Retry,
                "drop" => TopicStatus.Drop,
                _ => throw new RpcException(new Status(StatusCode.Internal, "no")),
            }),
        });
        await using TestSidecar sidecar = await StartAsync(policy);
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1);
        await Eventually.TrueAsync(() => app.Numbers("dead").Count == 1, "it is a dead letter");

        Assert.Equal(tries, app.Numbers("numbers").Count);
        TopicEventRequest dead = app.Events.Last().Event;
        Assert.Equal(("dead", "numbers"), (dead.Topic, dead.Extensions.Fields["topic"].StringValue));
    }

    [Theory]
    [InlineData("")]
    [InlineData(FewRetries)]
    public async Task Answer_Unimplemented_DropsTheEventWithoutADeadLetter(string policy)
    {
        TopicSubscription numbers = Subscription("numbers");
        numbers.DeadLetterTopic = "dead";
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { numbers, Subscription("dead") },
            Event = static received => Text(received) == "1"
                ? throw new RpcException(new Status(StatusCode.Unimplemented, ""))
                : Task.FromResult(TopicStatus.Success),
        });
        await using TestSidecar sidecar = await StartAsync(policy);
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1, 2);
        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "both are dealt with");

        Assert.Equal([1, 2], app.Numbers("numbers"));
        Assert.Empty(app.Numbers("dead"));
        Assert.Contains(
            sidecar.Log.Lines, static line => line.Contains("is dropped: the app answered UNIMPLEMENTED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Policy_NamesGrpcCodes_OnlyTheseAreTriedAgain()
    {
        await using GrpcTestApp app = await StartAppAsync(Script("numbers", received => throw new RpcException(new Status(
            Text(received) == "1" ? StatusCode.Internal : StatusCode.NotFound, "no"))));
        await using TestSidecar sidecar = await StartAsync(
            FewRetries.Replace("maxRetries: 3", "maxRetries: 3, matching: {gRPCStatusCodes: \"13\"}", StringComparison.Ordinal));
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1, 2);
        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "both are dealt with");

        Assert.Equal([1, 1, 1, 1, 2], app.Numbers("numbers"));
    }

    [Fact]
    public async Task SlowApp_PolicyWithATimeout_IsGivenUpAndTriedAgain()
    {
        var release = new TaskCompletionSource();
        int first = 1;
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Subscription("numbers") },
            Event = async _ =>
            {
                await (Interlocked.Exchange(ref first, 0) == 1 ? release.Task : Task.CompletedTask);
                return TopicStatus.Success;
            },
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
        await Eventually.TrueAsync(() => app.Numbers("numbers").Count >= 2, "it is tried again");
        release.SetResult();
    }

    [Fact]
    public async Task SlowApp_WithoutAPolicy_HoldsUpOnlyItsOwnTopic()
    {
        var release = new TaskCompletionSource();
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Subscription("slow"), Subscription("fast") },
            Event = async received =>
            {
                await (received.Topic == "slow" ? release.Task : Task.CompletedTask);
                return TopicStatus.Success;
            },
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("slow", 1, 2);
        await sidecar.PublishAsync("fast", 1, 2, 3);
        await Eventually.TrueAsync(() => app.Numbers("fast").Count == 3, "the other topic goes on");

        Assert.Equal([1], app.Numbers("slow"));
        release.SetResult();
        await Eventually.TrueAsync(() => app.Numbers("slow").Count == 2, "the slow one gets its next");
    }

    [Fact]
    public async Task App_KilledInTheMiddle_GetsEverythingInOrderWhenItIsBack()
    {
        var stuck = new TaskCompletionSource();
        await using TestSidecar sidecar = await StartAsync();
        await using (GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Subscription("numbers") },
            Event = async received =>
            {
                await (Text(received) == "3" ? stuck.Task : Task.CompletedTask);
                return TopicStatus.Success;
            },
        }))
        {
            await sidecar.ReadyAsync();
            await sidecar.PublishAsync("numbers", 1, 2, 3, 4);
            await Eventually.TrueAsync(() => app.Numbers("numbers").Contains(3), "the app gets to the third");
        }

        stuck.SetResult();
        await sidecar.PublishAsync("numbers", 5);
        await using GrpcTestApp again = await StartAppAsync(Script("numbers"));
        await Eventually.TrueAsync(() => again.Numbers("numbers").Count == 3, "the rest is delivered");

        Assert.Equal([3, 4, 5], again.Numbers("numbers"));
    }

    [Fact]
    public async Task App_RestartedAtOnceWithOtherSubscriptions_IsAskedAgain()
    {
        await using TestSidecar sidecar = await StartAsync();
        await using (GrpcTestApp app = await StartAppAsync(Script("numbers")))
        {
            await sidecar.ReadyAsync();
            Assert.Single(app.Answers.Questions);
        }

        await using GrpcTestApp again = await StartAppAsync(Script("letters"));
        await Eventually.TrueAsync(() => again.Answers.Questions.Count == 1, "it is asked");
        await Eventually.TrueAsync(
            () => sidecar.Log.Lines.Any(static line => line.Contains("no longer subscribes to 'numbers'", StringComparison.Ordinal)),
            "its answer counts");
        await sidecar.PublishAsync("letters", 1);

        await Eventually.TrueAsync(() => again.Numbers("letters").Count == 1, "the new topic is delivered");
    }

    [Fact]
    public async Task Sidecar_RestartedWithUndeliveredMessages_GoesOnWhereTheAppWas()
    {
        await using (TestSidecar sidecar = await StartAsync())
        {
            await using (GrpcTestApp app = await StartAppAsync(Script("numbers")))
            {
                await sidecar.ReadyAsync();
                await sidecar.PublishAsync("numbers", 1);
                await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "the first is dealt with");
            }

            await sidecar.PublishAsync("numbers", 2, 3);
        }

        await using TestSidecar restarted = await StartAsync();
        await using GrpcTestApp back = await StartAppAsync(Script("numbers"));
        await Eventually.TrueAsync(() => back.Numbers("numbers").Count == 2, "the rest is delivered");

        Assert.Equal([2, 3], back.Numbers("numbers"));
    }

    [Fact]
    public async Task BulkSubscription_OneEntryFails_OnlyThatOneComesAgain()
    {
        var asked = new ConcurrentDictionary<string, int>();
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Bulk("numbers") },
            Bulk = request => Statuses(request, asked),
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", [.. Enumerable.Range(0, 10)]);
        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "all are dealt with");

        Assert.Equal([10, 1], app.Answers.Bulks.Select(static request => request.Entries.Count));
        Assert.Equal(2, asked["4"]);
        TopicEventBulkRequest first = app.Answers.Bulks.First();
        Assert.Equal(
            ("numbers", "bus", "com.dapr.event.sent.bulk", "bus"),
            (first.Topic, first.PubsubName, first.Type, first.Metadata["pubsubName"]));
        Assert.Equal(
            Enumerable.Range(0, 10).Select(static number => $"{number}"),
            first.Entries.Select(static entry => entry.CloudEvent.Data.ToStringUtf8()));
    }

    [Fact]
    public async Task BulkSubscription_AppHasOnlyTheOlderMethod_IsCalledByThat()
    {
        var asked = new ConcurrentDictionary<string, int>();
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Bulk("numbers") },
            AlphaBulk = request => Statuses(request, asked),
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", [.. Enumerable.Range(0, 10)]);
        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "all are dealt with");

        Assert.Equal(10, asked.Count);
    }

    [Fact]
    public async Task BulkSubscription_MessagesBeyondWhatACallMayCarry_GoInSeveral()
    {
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Bulk("numbers") },
            Bulk = static request => Statuses(request, []),
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        string large = new('x', 1 << 20);
        for (int i = 0; i < 10; i++)
        {
            await PublishAsync(sidecar, "numbers", large, "text/plain");
        }

        await Eventually.TrueAsync(() => sidecar.Host.Ledger.Bus.MessageCount == 0, "all are dealt with");

        Assert.Equal(10, app.Answers.Bulks.Sum(static request => request.Entries.Count));
    }

    [Fact]
    public async Task HealthCheck_AppSaysThatItIsUnwell_ItsMessagesWait()
    {
        bool isWell = false;
        await using GrpcTestApp app = await StartAppAsync(new GrpcTestApp.Script
        {
            Subscriptions = { Subscription("numbers") },
            IsWell = () => Volatile.Read(ref isWell),
        });
        await using TestSidecar sidecar = await StartAsync(change: static settings => settings with
        {
            EnableAppHealthCheck = true,
            AppHealthCheck = new AppHealthCheck(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), 2),
        });
        await sidecar.ReadyAsync();

        await sidecar.PublishAsync("numbers", 1);
        using (HttpResponseMessage refused = await sidecar.PostAsync("/v1.0/invoke/worker/method/echo", ""))
        {
            Assert.Contains("app is not in a healthy state", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(app.Events);
        Volatile.Write(ref isWell, true);
        await Eventually.TrueAsync(() => app.Numbers("numbers").Count == 1, "it is delivered when the app is well");
    }

    private static GrpcTestApp.Script Script(string topic, Func<TopicEventRequest, TopicStatus>? answer = null) => new()
    {
        Subscriptions = { Subscription(topic) },
        Event = received => Task.FromResult(answer?.Invoke(received) ?? TopicStatus.Success),
    };

    private static TopicSubscription Subscription(string topic) => new() { PubsubName = "bus", Topic = topic };

    private static TopicSubscription Bulk(string topic)
    {
        TopicSubscription subscription = Subscription(topic);
        subscription.BulkSubscribe = new BulkSubscribeConfig { Enabled = true, MaxMessagesCount = 10, MaxAwaitDurationMs = 5000 };
        return subscription;
    }

    /// <summary>Yes to all, but for the first four: that is to come again.</summary>
    private static TopicEventBulkResponse Statuses(TopicEventBulkRequest request, ConcurrentDictionary<string, int> asked) => new()
    {
        Statuses =
        {
            request.Entries.Select(entry => new TopicEventBulkResponseEntry
            {
                EntryId = entry.EntryId,
                Status = asked.AddOrUpdate(entry.CloudEvent.Data.ToStringUtf8(), 1, static (_, count) => count + 1) == 1
                    && entry.CloudEvent.Data.ToStringUtf8() == "4"
                    ? TopicStatus.Retry
                    : TopicStatus.Success,
            }),
        },
    };

    private static string Text(TopicEventRequest received) => received.Data.ToStringUtf8();

    private static async Task<GrpcTestApp.Received> FirstAsync(GrpcTestApp app)
    {
        await Eventually.TrueAsync(() => app.Events.Count > 0, "it is delivered");
        return app.Events.First();
    }

    private static async Task PublishAsync(TestSidecar sidecar, string topic, string body, string contentType)
    {
        using HttpResponseMessage response = await sidecar.PostAsync($"/v1.0/publish/bus/{topic}", body, contentType: contentType);
        Assert.Equal(204, (int)response.StatusCode);
    }

    private Task<GrpcTestApp> StartAppAsync(GrpcTestApp.Script script) => GrpcTestApp.StartAsync(_port, script);

    private Task<TestSidecar> StartAsync(string yaml = "", Tokens? tokens = null, Func<AppSettings, AppSettings>? change = null) =>
        TestSidecar.StartAsync(
            [("worker", _port)],
            _data.Path,
            yaml,
            tokens,
            settings => (change ?? (static same => same))(settings with { AppProtocol = AppProtocol.Grpc }));
}
