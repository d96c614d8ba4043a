using System.Collections.Concurrent;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LocalSidecar.Api;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.Invoke;
using LocalSidecar.Tests.Support;
using TestSupport;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.Tests.Api.Grpc;

/// <summary>InvokeService to an app that speaks gRPC.</summary>
public sealed class GrpcAppInvokeTests
{
    private readonly int _port = FreePort.Next();

    [Fact]
    public async Task Invoke_GrpcApp_MessagesAndMetadataPassBothWays()
    {
        InvokeRequest? seen = null;
        var metadata = new ConcurrentDictionary<string, string>();
        await using GrpcTestApp app = await StartAppAsync(async (request, call) =>
        {
            seen = request;
            foreach (CallMetadata.Entry entry in call.RequestHeaders)
            {
                metadata[entry.Key] = entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value;
            }

            await call.WriteResponseHeadersAsync([new("x-app", "one"), new("x-app-bin", [0, 255])]);
            call.ResponseTrailers.Add("x-trailer", "two");
            return new InvokeResponse { ContentType = "application/json", Data = request.Data };
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        var data = new Any { TypeUrl = "type.googleapis.com/x", Value = ByteString.CopyFromUtf8("{}") };
        using AsyncUnaryCall<InvokeResponse> call = sidecar.Dapr().InvokeServiceAsync(
            new InvokeServiceRequest
            {
                Id = "worker",
                Message = new InvokeRequest { Method = "echo/x", ContentType = "a/b", Data = data },
            },
            [new("x-mine", "1"), new("x-mine-bin", [1, 2]), new("dapr-caller-app-id", "somebody-else"), new("dapr-api-token", "mine")]);
        InvokeResponse response = await call;

        Assert.Equal((data, "application/json"), (response.Data, response.ContentType));
        Assert.Equal(("echo/x", "a/b", data), (seen!.Method, seen.ContentType, seen.Data));
        Assert.Equal(
            ("1", "AQI=", "worker", "app-secret"),
            (metadata["x-mine"], metadata["x-mine-bin"], metadata["dapr-caller-app-id"], metadata["dapr-api-token"]));
        CallMetadata headers = await call.ResponseHeadersAsync;
        Assert.Equal(("one", 255), (headers.GetValue("x-app"), headers.GetValueBytes("x-app-bin")![1]));
        Assert.Equal("two", call.GetTrailers().GetValue("x-trailer"));
    }

    [Fact]
    public async Task Invoke_GrpcAppRefuses_CodeDetailsAndMetadataPass()
    {
        var status = new Google.Rpc.Status { Code = 5, Details = { Any.Pack(new ErrorInfo { Reason = "APP" }) } };
        byte[] details = status.ToByteArray();
        await using GrpcTestApp app = await StartAppAsync(async (_, call) =>
        {
            await call.WriteResponseHeadersAsync([new("x-app", "one")]);
            throw new RpcException(
                new global::Grpc.Core.Status(StatusCode.NotFound, "no such thing"),
                [new("grpc-status-details-bin", details), new("x-trailer", "two")]);
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        using AsyncUnaryCall<InvokeResponse> call = Call(sidecar);
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal((StatusCode.NotFound, "no such thing"), (refusal.StatusCode, refusal.Status.Detail));
        Assert.Equal(details, refusal.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal(("one", "two"), ((await call.ResponseHeadersAsync).GetValue("x-app"), refusal.Trailers.GetValue("x-trailer")));
    }

    [Fact]
    public async Task Invoke_WithoutData_TheAppGetsAndGivesAnEmptyAny()
    {
        bool hasData = false;
        await using GrpcTestApp app = await StartAppAsync((request, _) =>
        {
            hasData = request.Data is { Value.Length: 0 };
            return Task.FromResult(new InvokeResponse());
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        InvokeResponse response = await Call(sidecar);

        Assert.True(hasData && response.Data is { Value.Length: 0 });
    }

    [Fact]
    public async Task Invoke_AnswerLargerThanAMessageMayBe_IsRefusedWithBothSizes()
    {
        await using GrpcTestApp app = await StartAppAsync(static (_, _) => Task.FromResult(
            new InvokeResponse
            {
                ContentType = "application/octet-stream",
                Data = new Any { Value = ByteString.CopyFrom(new byte[5 << 20]) },
            }));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        RpcException refusal = await Assert.ThrowsAsync<RpcException>(async () => await Call(sidecar));

        Assert.Equal(
            (StatusCode.ResourceExhausted, "grpc: received message larger than max (5242916 vs. 4194304)"),
            (refusal.StatusCode, refusal.Status.Detail));
    }

    [Fact]
    public async Task Invoke_GrpcAppIsDown_IsUnavailable()
    {
        await using TestSidecar sidecar = await StartAsync();

        RpcException refusal = await Assert.ThrowsAsync<RpcException>(async () => await Call(sidecar));

        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.Contains($"dial tcp 127.0.0.1:{_port}: connect: connection refused", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_CallerGivesUp_TheAppGoesOn()
    {
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var ended = new TaskCompletionSource<bool>();
        await using GrpcTestApp app = await StartAppAsync(async (_, call) =>
        {
            begun.SetResult();
            await release.Task;
            ended.SetResult(call.CancellationToken.IsCancellationRequested);
            return new InvokeResponse();
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        using var leaving = new CancellationTokenSource();
        using AsyncUnaryCall<InvokeResponse> call = Call(sidecar, leaving.Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await leaving.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(async () => await call);
        release.SetResult();

        Assert.False(await ended.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>Who has left before the app had room for the call takes nobody's place.</summary>
    [Fact]
    public async Task Invoke_CallerLeavesBeforeItsTurn_TheAppIsNotCalled()
    {
        int calls = 0;
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using GrpcTestApp app = await StartAppAsync(async (_, _) =>
        {
            Interlocked.Increment(ref calls);
            begun.TrySetResult();
            await release.Task;
            return new InvokeResponse();
        });
        var callee = new App(
            new AppSettings { AppId = "worker", AppPort = _port, AppProtocol = AppProtocol.Grpc, AppMaxConcurrency = 1 }, token: null);
        var invocation = new GrpcInvocation(new App(new AppSettings { AppId = "caller" }, token: null));
        Task<GrpcAnswer<InvokeResponse>> first = SendAsync(CancellationToken.None);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        using var leaving = new CancellationTokenSource();
        Task<GrpcAnswer<InvokeResponse>> second = SendAsync(leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Task<GrpcAnswer<InvokeResponse>> third = SendAsync(CancellationToken.None);
        release.SetResult();
        await Task.WhenAll(first, third).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(2, calls);
        callee.Channel.Dispose();

        Task<GrpcAnswer<InvokeResponse>> SendAsync(CancellationToken cancellationToken) =>
            invocation.SendAsync("worker", callee, new InvokeRequest { Method = "x" }, [], "", cancellationToken);
    }

    private static AsyncUnaryCall<InvokeResponse> Call(TestSidecar sidecar, CancellationToken cancellationToken = default) =>
        sidecar.Dapr().InvokeServiceAsync(
            new InvokeServiceRequest { Id = "worker", Message = new InvokeRequest { Method = "x" } },
            cancellationToken: cancellationToken);

    private Task<GrpcTestApp> StartAppAsync(Func<InvokeRequest, ServerCallContext, Task<InvokeResponse>> answer) =>
        GrpcTestApp.StartAsync(_port, new GrpcTestApp.Script { Invoke = answer });

    private Task<TestSidecar> StartAsync() => TestSidecar.StartAsync(
        [("worker", _port)],
        tokens: new Tokens(null, "app-secret"),
        change: static settings => settings with { AppProtocol = AppProtocol.Grpc });
}
