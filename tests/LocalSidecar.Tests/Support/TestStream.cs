using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using TopicStatus = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace LocalSidecar.Tests.Support;

/// <summary>One stream by which a test takes messages, by the generated client.</summary>
internal sealed class TestStream : IAsyncDisposable
{
    // Against a test that would hang; a crowded machine is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> _call;

    private TestStream(TestSidecar sidecar, string app)
    {
        _call = sidecar.Dapr(app).SubscribeTopicEventsAlpha1();
    }

    /// <summary>A stream whose subscription stands.</summary>
    public static async Task<TestStream> OpenAsync(
        TestSidecar sidecar, string topic, string deadLetterTopic = "", bool isRaw = false, string app = "worker")
    {
        var initial = new SubscribeTopicEventsRequestInitialAlpha1 { PubsubName = "bus", Topic = topic };
        if (deadLetterTopic.Length > 0)
        {
            initial.DeadLetterTopic = deadLetterTopic;
        }

        if (isRaw)
        {
            initial.Metadata["rawPayload"] = "true";
        }

        TestStream stream = Start(sidecar, app);
        await stream.SendAsync(new SubscribeTopicEventsRequestAlpha1 { InitialRequest = initial });
        Assert.True(await stream._call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience));
        Assert.NotNull(stream._call.ResponseStream.Current.InitialResponse);
        return stream;
    }

    /// <summary>A stream on which nothing has been sent.</summary>
    public static TestStream Start(TestSidecar sidecar, string app = "worker") => new(sidecar, app);

    public Task SendAsync(SubscribeTopicEventsRequestAlpha1 message) => _call.RequestStream.WriteAsync(message);

    public async Task<TopicEventRequest> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience));
        return _call.ResponseStream.Current.EventMessage;
    }

    /// <summary>The next events' data, each event answered at once.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(int count)
    {
        var data = new List<string>();
        for (int i = 0; i < count; i++)
        {
            TopicEventRequest next = await NextAsync();
            await AnswerAsync(next.Id, TopicStatus.Success);
            data.Add(next.Data.ToStringUtf8());
        }

        return data;
    }

    public Task AnswerAsync(string id, TopicStatus status) => SendAsync(new SubscribeTopicEventsRequestAlpha1
    {
        EventProcessed = new SubscribeTopicEventsRequestProcessedAlpha1 { Id = id, Status = new TopicEventResponse { Status = status } },
    });

    /// <summary>Says that nothing more will be sent.</summary>
    public Task CloseAsync() => _call.RequestStream.CompleteAsync();

    /// <summary>How the sidecar ends it; no more events come before.</summary>
    public async Task<Status> EndAsync() =>
        (await Assert.ThrowsAsync<RpcException>(() => _call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience))).Status;

    /// <summary>Leaves without a word.</summary>
    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        return ValueTask.CompletedTask;
    }
}
