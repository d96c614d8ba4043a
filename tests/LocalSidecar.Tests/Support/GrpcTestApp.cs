using System.Collections.Concurrent;
using System.Net;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TopicStatus = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace LocalSidecar.Tests.Support;

/// <summary>An app behind a sidecar that speaks gRPC: what it subscribes to and how it answers is the test's to say.</summary>
internal sealed class GrpcTestApp : IAsyncDisposable
{
    private readonly WebApplication _web;

    private GrpcTestApp(WebApplication web, Script script)
    {
        _web = web;
        Answers = script;
    }

    /// <summary>What it answers, and what it was given.</summary>
    public Script Answers { get; }

    /// <summary>Every event delivered alone, in order of arrival.</summary>
    public IReadOnlyCollection<Received> Events => Answers.Events;

    /// <summary>The numbers that were delivered from a topic.</summary>
    public IReadOnlyList<int> Numbers(string topic) =>
        [.. Events.Where(received => received.Event.Topic == topic)
            .Select(static received => int.Parse(received.Event.Data.ToStringUtf8()))];

    public static async Task<GrpcTestApp> StartAsync(int port, Script script)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(
            IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script);
        WebApplication web = builder.Build();
        web.MapGrpcService<Callback>();
        if (script.AlphaBulk is not null)
        {
            web.MapGrpcService<CallbackAlpha>();
        }

        web.MapGrpcService<Health>();
        await web.StartAsync();
        return new GrpcTestApp(web, script);
    }

    /// <summary>Ends at once, calls under way broken off.</summary>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _web.StopAsync(now.Token);
        await _web.DisposeAsync();
    }

    /// <summary>One event and the metadata of its call.</summary>
    internal sealed record Received(TopicEventRequest Event, IReadOnlyDictionary<string, string> Metadata);

    internal sealed class Script
    {
        public List<TopicSubscription> Subscriptions { get; init; } = [];

        public Func<TopicEventRequest, Task<TopicStatus>> Event { get; init; } = static _ => Task.FromResult(TopicStatus.Success);

        public Func<TopicEventBulkRequest, TopicEventBulkResponse>? Bulk { get; init; }

        public Func<TopicEventBulkRequest, TopicEventBulkResponse>? AlphaBulk { get; init; }

        public Func<InvokeRequest, ServerCallContext, Task<InvokeResponse>>? Invoke { get; init; }

        public Func<bool> IsWell { get; init; } = static () => true;

        public ConcurrentQueue<Received> Events { get; } = new();

        public ConcurrentQueue<TopicEventBulkRequest> Bulks { get; } = new();

        public ConcurrentQueue<IReadOnlyDictionary<string, string>> Questions { get; } = new();
    }

    private static Dictionary<string, string> MetadataOf(ServerCallContext call) =>
        call.RequestHeaders.ToDictionary(
            static entry => entry.Key, static entry => entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value);

    private static RpcException Unimplemented() => new(new Status(StatusCode.Unimplemented, ""));

    private sealed class Callback(Script script) : AppCallback.AppCallbackBase
    {
        public override Task<ListTopicSubscriptionsResponse> ListTopicSubscriptions(Empty request, ServerCallContext context)
        {
            script.Questions.Enqueue(MetadataOf(context));
            return Task.FromResult(new ListTopicSubscriptionsResponse { Subscriptions = { script.Subscriptions } });
        }

        public override async Task<TopicEventResponse> OnTopicEvent(TopicEventRequest request, ServerCallContext context)
        {
            script.Events.Enqueue(new Received(request, MetadataOf(context)));
            return new TopicEventResponse { Status = await script.Event(request) };
        }

        public override Task<TopicEventBulkResponse> OnBulkTopicEvent(TopicEventBulkRequest request, ServerCallContext context)
        {
            script.Bulks.Enqueue(request);
            return Task.FromResult((script.Bulk ?? throw Unimplemented())(request));
        }

        public override Task<InvokeResponse> OnInvoke(InvokeRequest request, ServerCallContext context) =>
            (script.Invoke ?? throw Unimplemented())(request, context);
    }

    private sealed class CallbackAlpha(Script script) : AppCallbackAlpha.AppCallbackAlphaBase
    {
        [Obsolete("The package says so of the method; apps have it.")]
        public override Task<TopicEventBulkResponse> OnBulkTopicEventAlpha1(TopicEventBulkRequest request, ServerCallContext context) =>
            Task.FromResult(script.AlphaBulk!(request));
    }

    private sealed class Health(Script script) : AppCallbackHealthCheck.AppCallbackHealthCheckBase
    {
        public override Task<HealthCheckResponse> HealthCheck(Empty request, ServerCallContext context) =>
            script.IsWell()
                ? Task.FromResult(new HealthCheckResponse())
                : throw new RpcException(new Status(StatusCode.Unavailable, "not well"));
    }
}
