using System.Net;
using System.Net.Http.Headers;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.Api.Grpc;

/// <summary>Requests as bytes, for what a client library hides.</summary>
public sealed class WireTests : IAsyncLifetime
{
    private const string Path = "/dapr.proto.runtime.v1.Dapr/";

    // SaveState of the key "wire" and GetState of another.
    private const string Save = "AAAAABEKBGpvYnMSCQoEd2lyZRIBMQ==";
    private const string GetAbsent = "AAAAAA8KBGpvYnMSB25vdGhpbmc=";

    private TestSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await TestSidecar.StartAsync([("worker", null)]);

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc+json")]
    public async Task Call_EveryGrpcType_IsAnsweredInKindWithHeadersMessageAndTrailers(string contentType)
    {
        using HttpResponseMessage answer = await SendAsync("SaveState", Save, contentType);

        Assert.Equal((HttpStatusCode.OK, contentType), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Equal("AAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAgA", Header(answer, "grpc-trace-bin"));
        Assert.Equal(new byte[5], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Refusal_OfTheCallItself_HasHeadersThenTrailers()
    {
        using HttpResponseMessage answer = await SendAsync("GetState", "AAAAAA4KBGpvYnMSBsO8JXx8Cg==");
        await answer.Content.ReadAsByteArrayAsync();

        Assert.Null(Header(answer, "grpc-status"));
        Assert.NotNull(Header(answer, "grpc-trace-bin"));
        Assert.Equal("3", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal(
            "input key/keyPrefix '%C3%BC%25||%0A' can't contain '||'", Assert.Single(answer.TrailingHeaders.GetValues("grpc-message")));
        Assert.NotEmpty(Assert.Single(answer.TrailingHeaders.GetValues("grpc-status-details-bin")));
    }

    [Theory]
    [InlineData(
        "SaveState", "AAAAAAP///8=", null, "13", "grpc: error unmarshalling request: proto: cannot parse invalid wire-format data")]
    [InlineData("SaveState", "AQAAABEKBGpvYnMSCQoEd2lyZRIBMQ==", null, "13", "grpc: compressed flag set with identity or empty encoding")]
    [InlineData(
        "SaveState", "AQAAABEKBGpvYnMSCQoEd2lyZRIBMQ==", "br", "12", "grpc: Decompressor is not installed for grpc-encoding \"br\"")]
    [InlineData(
        "SaveState", "AABAAAEKBGpvYnMSCQoEd2lyZRIBMQ==", null, "8", "grpc: received message larger than max (4194305 vs. 4194304)")]
    public async Task Message_ThatCannotBeTaken_IsAnsweredByAStatusAlone(
        string method, string body, string? encoding, string status, string message)
    {
        using HttpResponseMessage answer = await SendAsync(method, body, encoding: encoding);

        Assert.Equal(
            (HttpStatusCode.OK, status, message), (answer.StatusCode, Header(answer, "grpc-status"), Header(answer, "grpc-message")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Null(Header(answer, "grpc-trace-bin"));
    }

    [Theory]
    [InlineData(
        "POST", "application/json", null, HttpStatusCode.UnsupportedMediaType, "invalid gRPC request content-type \"application/json\"")]
    [InlineData(
        "POST", "application/grpcx", null, HttpStatusCode.UnsupportedMediaType, "invalid gRPC request content-type \"application/grpcx\"")]
    [InlineData(
        "GET", "application/grpc", null, HttpStatusCode.MethodNotAllowed,
        "Received a HEADERS frame with :method \"GET\" which should be POST")]
    [InlineData(
        "POST", "application/grpc", "x", HttpStatusCode.BadRequest,
        "malformed grpc-timeout: transport: timeout string is too short: \"x\"")]
    [InlineData(
        "POST", "application/grpc", "1234567890S", HttpStatusCode.BadRequest,
        "malformed grpc-timeout: transport: timeout string is too long: \"1234567890S\"")]
    [InlineData(
        "POST", "application/grpc", "10x", HttpStatusCode.BadRequest,
        "malformed grpc-timeout: transport: timeout unit is not recognized: \"10x\"")]
    public async Task Request_ThatIsNoCall_HasAnHttpStatus(
        string verb, string contentType, string? timeout, HttpStatusCode status, string message)
    {
        using HttpResponseMessage answer = await SendAsync("SaveState", Save, contentType, verb: verb, timeout: timeout);

        Assert.Equal((status, message), (answer.StatusCode, Header(answer, "grpc-message")));
    }

    [Fact]
    public async Task Deadline_AlreadyOver_IsExceeded()
    {
        using HttpResponseMessage answer = await SendAsync("GetState", GetAbsent, timeout: "1n");
        await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal("4", Header(answer, "grpc-status") ?? Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    private async Task<HttpResponseMessage> SendAsync(
        string method,
        string body,
        string contentType = "application/grpc",
        string? encoding = null,
        string verb = "POST",
        string? timeout = null)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(verb), new Uri($"http://127.0.0.1:{_sidecar.Host.GrpcPorts["worker"]}{Path}{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Convert.FromBase64String(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue(contentType) },
            },
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (encoding is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        }

        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        }

        return await _sidecar.Http.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
}
