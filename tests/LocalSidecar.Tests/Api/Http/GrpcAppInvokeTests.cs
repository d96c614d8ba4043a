using System.Collections.Concurrent;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LocalSidecar.Api;
using LocalSidecar.CommandLine;
using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Api.Http;

/// <summary>HTTP to an app that speaks gRPC.</summary>
public sealed class GrpcAppInvokeTests
{
    private readonly int _port = FreePort.Next();

    [Fact]
    public async Task Invoke_GrpcApp_IsOneMessageEachWay()
    {
        InvokeRequest? seen = null;
        var metadata = new ConcurrentDictionary<string, string>();
        await using GrpcTestApp app = await StartAppAsync(async (request, call) =>
        {
            seen = request;
            call.RequestHeaders.Where(static entry => !entry.IsBinary).ToList().ForEach(entry => metadata[entry.Key] = entry.Value);
            await call.WriteResponseHeadersAsync([new("x-app", "one"), new("x-app-bin", [1, 2])]);
            return new InvokeResponse { ContentType = "application/json", Data = new Any { Value = request.Data.Value } };
        });
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        using var request = new HttpRequestMessage(HttpMethod.Post, sidecar.Url("/v1.0/invoke/worker/method/echo/x?q=1"))
        {
            Content = new StringContent("{\"a\":1}", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("X-Mine", "1");
        request.Headers.Add("dapr-caller-app-id", "somebody-else");
        using HttpResponseMessage response = await sidecar.Http.SendAsync(request);

        Assert.Equal((200, "{\"a\":1}"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(
            ("application/json", "one"),
            (response.Content.Headers.ContentType!.MediaType, response.Headers.GetValues("x-app").Single()));
        Assert.False(response.Headers.Contains("x-app-bin"));
        Assert.Equal(
            ("echo/x", "application/json", "{\"a\":1}", HTTPExtension.Types.Verb.Post, "q=1"),
            (seen!.Method, seen.ContentType, seen.Data.Value.ToStringUtf8(), seen.HttpExtension.Verb, seen.HttpExtension.Querystring));
        Assert.Equal(
            ("1", "application/json", "7", "worker", "app-secret"),
            (metadata["x-mine"], metadata["dapr-content-type"], metadata["dapr-content-length"],
                metadata["dapr-caller-app-id"], metadata["dapr-api-token"]));
        Assert.DoesNotContain("dapr-host", metadata.Keys);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, 404)]
    [InlineData(StatusCode.InvalidArgument, 400)]
    [InlineData(StatusCode.Unimplemented, 501)]
    [InlineData(StatusCode.Internal, 500)]
    public async Task Invoke_GrpcAppRefuses_IsItsStatusAsJson(StatusCode code, int status)
    {
        var details = new Google.Rpc.Status
        {
            Code = (int)code,
            Message = "no such thing",
            Details = { Any.Pack(new ErrorInfo { Reason = "APP", Domain = "example", Metadata = { ["a"] = "b" } }) },
        };
        await using GrpcTestApp app = await StartAppAsync((_, _) => throw new RpcException(
            new global::Grpc.Core.Status(code, "no such thing"),
            new global::Grpc.Core.Metadata { { "grpc-status-details-bin", details.ToByteArray() } }));
        await using TestSidecar sidecar = await StartAsync();
        await sidecar.ReadyAsync();

        using HttpResponseMessage response = await sidecar.PostAsync("/v1.0/invoke/worker/method/x", "{}");

        Assert.Equal((status, "text/plain; charset=utf-8"), ((int)response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Equal(
            $$"""{"code":{{(int)code}},"message":"no such thing","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","""
                + "\"domain\":\"example\",\"metadata\":{\"a\":\"b\"},\"reason\":\"APP\"}]}",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Invoke_GrpcAppIsDown_IsUnavailableAndWorksAsSoonAsItIsBack()
    {
        await using TestSidecar sidecar = await StartAsync();
        using (HttpResponseMessage down = await sidecar.PostAsync("/v1.0/invoke/worker/method/x", ""))
        {
            Assert.Equal(503, (int)down.StatusCode);
            Assert.Contains(
                $"dial tcp 127.0.0.1:{_port}: connect: connection refused",
                await down.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using GrpcTestApp app = await StartAppAsync(static (_, _) => Task.FromResult(new InvokeResponse()));
        using HttpResponseMessage response = await sidecar.PostAsync("/v1.0/invoke/worker/method/x", "");

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Metadata_SaysHowTheAppIsCalled()
    {
        await using TestSidecar sidecar = await StartAsync();

        Assert.Contains(
            "\"protocol\":\"grpc\"", await sidecar.Http.GetStringAsync(sidecar.Url("/v1.0/metadata")), StringComparison.Ordinal);
    }

    private Task<GrpcTestApp> StartAppAsync(Func<InvokeRequest, ServerCallContext, Task<InvokeResponse>> answer) =>
        GrpcTestApp.StartAsync(_port, new GrpcTestApp.Script { Invoke = answer });

    private Task<TestSidecar> StartAsync() => TestSidecar.StartAsync(
        [("worker", _port)],
        tokens: new Tokens(null, "app-secret"),
        change: static settings => settings with { AppProtocol = AppProtocol.Grpc });
}
