using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Tests.Support;
using TestSupport;
using CallMetadata = Grpc.Core.Metadata;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;
using Verb = Dapr.Client.Autogen.Grpc.v1.HTTPExtension.Types.Verb;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class InvokeTests : IAsyncLifetime
{
    private const string Invalid = "rpc error: code = InvalidArgument desc = ";
    private const string Encoded = Invalid + "invalid method: method contains a percent-encoded separator or dot: ";

    private TestApp _app = null!;
    private TestSidecar _sidecar = null!;
    private DaprClient _dapr = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApp.StartAsync(FreePort.Next(), null, static received =>
            received.Path.StartsWith("/code/", StringComparison.Ordinal)
                ? (int.Parse(received.Path[6..], System.Globalization.CultureInfo.InvariantCulture),
                    received.Path.EndsWith("04", StringComparison.Ordinal) ? "" : new string('x', 100))
                : (201, $"answer to {received.Body}"));
        _sidecar = await TestSidecar.StartAsync([("worker", _app.Port), ("caller", null)]);
        await _sidecar.ReadyAsync();
        _dapr = _sidecar.Dapr("caller");
    }

    public async Task DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Invoke_Post_PassesBodyTypeAndAnswer()
    {
        InvokeServiceRequest request = Request("/orders/../echo/a%20b", Verb.Post, "x=1&y=a%20b");
        request.Message.ContentType = "application/json";
        request.Message.Data = new Any { Value = ByteString.CopyFromUtf8("{ }") };

        using AsyncUnaryCall<InvokeResponse> call = _dapr.InvokeServiceAsync(request);
        InvokeResponse answer = await call;
        CallMetadata headers = await call.ResponseHeadersAsync;

        Assert.Equal(("", "answer to { }"), (answer.Data.TypeUrl, answer.Data.Value.ToStringUtf8()));
        Assert.Equal("201", headers.GetValue("dapr-http-status"));
        Assert.NotEmpty(headers.GetValue("dapr-date")!);
        Assert.Equal("00-00000000000000000000000000000000-0000000000000000-00", headers.GetValue("traceparent"));
        Received received = Assert.Single(_app.Received);
        Assert.Equal(
            ("/echo/a b", "{ }", "application/json", "3"),
            (received.Path, received.Body, Header("Content-Type"), Header("Content-Length")));
        Assert.Equal(
            ("caller", "default", "worker"),
            (Header("dapr-caller-app-id"), Header("dapr-caller-namespace"), Header("dapr-callee-app-id")));

        string Header(string name) => received.Headers[name].ToString();
    }

    [Fact]
    public async Task Invoke_CallMetadata_BecomeHeadersButBytesAndWhatTheSidecarSays()
    {
        var metadata = new CallMetadata
        {
            { "x-mine", "1" }, { "x-two", "a" }, { "x-two", "b" }, { "x-data-bin", new byte[] { 0, 255 } },
            { "authorization", "Bearer t" },
            { "dapr-caller-app-id", "someone-else" }, { "dapr-app-id", "other" },
            { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        };

        await _dapr.InvokeServiceAsync(Request("echo", Verb.Get), metadata);

        Received received = Assert.Single(_app.Received);
        Assert.Equal(
            ("1", "a, b", "Bearer t", "caller", "other"),
            (Header("x-mine"), string.Join(", ", received.Headers["x-two"].ToArray()), Header("authorization"),
                Header("dapr-caller-app-id"), Header("dapr-app-id")));
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Header("traceparent"));
        Assert.StartsWith("127.0.0.1:", Header("dapr-authority"), StringComparison.Ordinal);
        Assert.DoesNotContain(received.Headers.Keys, static name => name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("content-type", received.Headers.Keys);

        string Header(string name) => received.Headers[name].ToString();
    }

    [Fact]
    public async Task Invoke_MetadataThatDotNetHasWithABodyOnly_ReachTheApp()
    {
        // Sent by hand: the client for .NET leaves such names out.
        byte[] message = Request("echo", Verb.Get).ToByteArray();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri($"http://127.0.0.1:{_sidecar.Host.GrpcPorts["caller"]}/dapr.proto.runtime.v1.Dapr/InvokeService"))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, (byte)message.Length, .. message])
            {
                Headers = { { "Content-Type", "application/grpc" }, { "Content-Language", "de" } },
            },
        };

        using HttpResponseMessage answer = await _sidecar.Http.SendAsync(request);

        Assert.Equal("de", Assert.Single(_app.Received).Headers["content-language"]);
    }

    [Fact]
    public async Task Invoke_AppItself_IsToldWhoCalls()
    {
        await _sidecar.Dapr().InvokeServiceAsync(Request("echo", Verb.Get));

        Assert.Equal("worker", Assert.Single(_app.Received).Headers["dapr-caller-app-id"]);
    }

    [Theory]
    [InlineData(301, StatusCode.Unknown, "Moved Permanently")]
    [InlineData(304, StatusCode.Unknown, "Not Modified")]
    [InlineData(400, StatusCode.Internal, "Bad Request")]
    [InlineData(401, StatusCode.Unauthenticated, "Unauthorized")]
    [InlineData(403, StatusCode.PermissionDenied, "Forbidden")]
    [InlineData(404, StatusCode.NotFound, "Not Found")]
    [InlineData(405, StatusCode.Unknown, "Method Not Allowed")]
    [InlineData(408, StatusCode.Cancelled, "Request Timeout")]
    [InlineData(409, StatusCode.AlreadyExists, "Conflict")]
    [InlineData(412, StatusCode.Unknown, "Precondition Failed")]
    [InlineData(413, StatusCode.Unknown, "Request Entity Too Large")]
    [InlineData(418, StatusCode.Unknown, "I'm a teapot")]
    [InlineData(422, StatusCode.Unknown, "Unprocessable Entity")]
    [InlineData(429, StatusCode.ResourceExhausted, "Too Many Requests")]
    [InlineData(499, StatusCode.Unknown, "")]
    [InlineData(500, StatusCode.Unknown, "Internal Server Error")]
    [InlineData(501, StatusCode.Unimplemented, "Not Implemented")]
    [InlineData(502, StatusCode.Unknown, "Bad Gateway")]
    [InlineData(503, StatusCode.Unavailable, "Service Unavailable")]
    [InlineData(504, StatusCode.DeadlineExceeded, "Gateway Timeout")]
    public async Task Invoke_AppRefuses_IsACodeWithTheBodyInItsDetails(int status, StatusCode code, string reason)
    {
        using AsyncUnaryCall<InvokeResponse> call = _dapr.InvokeServiceAsync(Request($"code/{status}", Verb.Get));

        Refusal refusal = await Refusal.OfAsync(call);

        Assert.Equal((code, reason, reason), (refusal.Code, refusal.Message, refusal.Reason));
        Assert.Equal($"{status}", refusal.Info!.Metadata["http.code"]);
        Assert.Equal(status is 304 or 404 or 504 ? 0 : 63, refusal.Info.Metadata["http.error_message"].Length);
        Assert.Equal($"{status}", (await call.ResponseHeadersAsync).GetValue("dapr-http-status"));
    }

    [Fact]
    public async Task Invoke_TypedMessage_IsProtobufWhateverTheCallerSays()
    {
        InvokeServiceRequest request = Request("echo", Verb.Post);
        request.Message.ContentType = "application/json";
        request.Message.Data = Any.Pack(new StringValue { Value = "a" });

        await _dapr.InvokeServiceAsync(request);

        Received received = Assert.Single(_app.Received);
        Assert.Equal(("application/x-protobuf", "\n\u0001a"), (received.Headers["Content-Type"].ToString(), received.Body));
    }

    [Theory]
    [InlineData("ghost", "echo", Verb.Get, "no host found with the given ID")]
    [InlineData("", "echo", Verb.Get, "app id is empty")]
    [InlineData("worker", "echo", Verb.None, Invalid + "invalid HTTP verb")]
    [InlineData("worker", "echo?q=1", Verb.Get, Invalid + "invalid method: method contains forbidden character: \"echo?q=1\"")]
    [InlineData("worker", "a\tb", Verb.Get, Invalid + "invalid method: method contains control character at position 1: \"a\tb\"")]
    [InlineData("worker", "a%2Fb", Verb.Get, Encoded + "\"a%2Fb\"")]
    [InlineData("worker", "a/%2e%2e/b", Verb.Get, Encoded + "\"a/%2e%2e/b\"")]
    [InlineData("worker", "a%5cb", Verb.Get, Encoded + "\"a%5cb\"")]
    public async Task Invoke_CannotBePassedOn_IsInternalAndTheAppHearsNothing(string app, string method, Verb verb, string problem)
    {
        InvokeServiceRequest request = Request(method, verb);
        request.Id = app;

        Refusal refusal = await Refusal.OfAsync(_dapr.InvokeServiceAsync(request));

        Assert.Equal(
            (StatusCode.Internal, $"failed to invoke, id: {app}, err: {problem}", 0),
            (refusal.Code, refusal.Message, refusal.Details.Count));
        Assert.Empty(_app.Received);
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("a%5Cb")]
    [InlineData("a/%2E%2E/b")]
    [InlineData("a%2fb")]
    public async Task Invoke_EncodedSeparatorOverHttp_IsRefusedAndTheAppHearsNothing(string path)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(
                _sidecar.Url("/", "caller") + $"v1.0/invoke/worker/method/{path}",
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        using HttpResponseMessage answer = await _sidecar.Http.SendAsync(request);

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Contains(
            "invalid method: method contains a percent-encoded separator or dot", await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Empty(_app.Received);
    }

    [Theory]
    [InlineData(Verb.Get, null)]
    [InlineData(Verb.Delete, null)]
    [InlineData(Verb.Post, "0")]
    [InlineData(Verb.Put, "0")]
    public async Task Invoke_NoData_SaysALengthOnlyWhereAVerbHasABody(Verb verb, string? length)
    {
        await _dapr.InvokeServiceAsync(Request("echo", verb));

        Assert.Equal(length, (string?)Assert.Single(_app.Received).Headers.GetValueOrDefault("Content-Length"));
    }

    [Fact]
    public async Task Invoke_Backslash_StaysInItsPart()
    {
        await _dapr.InvokeServiceAsync(Request("a\\b/c", Verb.Get));

        Assert.Equal("/a\\b/c", Assert.Single(_app.Received).Path);
    }

    [Fact]
    public async Task Invoke_WithoutHttpExtension_IsInternal()
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.InvokeServiceAsync(new InvokeServiceRequest { Id = "worker" }));

        Assert.Equal(
            (StatusCode.Internal, $"failed to invoke, id: worker, err: {Invalid}missing HTTP extension field"),
            (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task Invoke_AppIsDown_IsInternal()
    {
        await _app.DisposeAsync();

        Refusal refusal = await Refusal.OfAsync(_dapr.InvokeServiceAsync(Request("echo", Verb.Get)));

        Assert.Equal(StatusCode.Internal, refusal.Code);
        Assert.StartsWith("failed to invoke, id: worker, err: ", refusal.Message, StringComparison.Ordinal);
    }

    private static InvokeServiceRequest Request(string method, Verb verb, string query = "") => new()
    {
        Id = "worker",
        Message = new InvokeRequest { Method = method, HttpExtension = new HTTPExtension { Verb = verb, Querystring = query } },
    };
}
