using System.Net.Http.Json;

namespace Dapr.Client.Tests;

// The InvokeMethod family is obsolete in the published package too; it is tested because it is there.
#pragma warning disable CS0618
public sealed class InvocationTests : IAsyncLifetime
{
    private SidecarStub _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarStub.StartAsync();
        _client = _sidecar.Client(token: "sidecar-secret");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task InvokeClient_RelativeUri_ReachesTheAppWithTheToken()
    {
        using var http = _client.CreateInvokableHttpClient("Microservice-X");

        using var response = await http.PostAsJsonAsync("/work/x?y=1%2B2", new Document(1));

        Assert.Equal(("POST", "/v1.0/invoke/Microservice-X/method/work/x?y=1%2B2"), (_sidecar.Request.Method, _sidecar.Request.Target));
        Assert.Equal("sidecar-secret", _sidecar.Request.Header("dapr-api-token"));
    }

    [Fact]
    public async Task InvokeClient_AbsoluteUri_TakesTheHostAsTheApp()
    {
        using var http = DaprClient.CreateInvokeHttpClient(daprEndpoint: _sidecar.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://worker/echo");

        using var response = await http.SendAsync(request);

        Assert.Equal("/v1.0/invoke/worker/method/echo", _sidecar.Request.Target);
        Assert.Null(_sidecar.Request.Header("dapr-api-token"));
        Assert.Equal("http://worker/echo", request.RequestUri!.ToString());
    }

    [Fact]
    public void InvokeClient_AppIdThatIsNoHost_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => DaprClient.CreateInvokeHttpClient("not a host"));
    }

    [Fact]
    public void InvokeHandler_OtherScheme_IsRefused()
    {
        using var handler = new InvocationHandler();

        Assert.Throws<ArgumentException>(() => handler.DaprEndpoint = "ftp://127.0.0.1");
    }

    [Fact]
    public async Task InvokeMethod_QueryAndBody_AreSentAndTheAnswerRead()
    {
        _sidecar.AnswerWith(201, """{"count":2}""");
        using var request = _client.CreateInvokeMethodRequest(HttpMethod.Put, "worker", "/a/b?z=0", [new("y", "1 2")], new Document(1));

        var answer = await _client.InvokeMethodAsync<Document>(request);

        Assert.Equal(new Document(2), answer);
        Assert.Equal(("PUT", "/v1.0/invoke/worker/method/a/b?z=0&y=1%202"), (_sidecar.Request.Method, _sidecar.Request.Target));
        Assert.Equal("""{"count":1,"name":null}""", _sidecar.Request.Body);
        Assert.Equal("sidecar-secret", _sidecar.Request.Header("dapr-api-token"));
    }

    [Fact]
    public async Task InvokeMethod_ShortForms_DifferInVerbAndBody()
    {
        _sidecar.AnswerWith(200, "5");

        await _client.InvokeMethodAsync("worker", "m");
        await _client.InvokeMethodAsync(HttpMethod.Get, "worker", "m");
        await _client.InvokeMethodAsync("worker", "m", new Document(1));
        Assert.Equal(5, await _client.InvokeMethodAsync<int>("worker", "m"));
        Assert.Equal(5, await _client.InvokeMethodAsync<Document, int>(HttpMethod.Put, "worker", "m", new Document(1)));

        Assert.Equal(
            [("POST", ""), ("GET", ""), ("POST", """{"count":1,"name":null}"""), ("POST", ""), ("PUT", """{"count":1,"name":null}""")],
            _sidecar.Requests.Select(request => (request.Method, request.Body)));
    }

    [Fact]
    public async Task InvokeMethod_ErrorStatus_ThrowsWithAppMethodAndResponse()
    {
        _sidecar.AnswerWith(418, """{"tea":true}""");

        var failure = await Assert.ThrowsAsync<InvocationException>(() => _client.InvokeMethodAsync("worker", "teapot"));

        Assert.Equal(("worker", "teapot", 418), (failure.AppId, failure.MethodName, (int)failure.Response.StatusCode));
        Assert.IsType<DaprException>(failure, exactMatch: false);
    }

    [Fact]
    public async Task InvokeMethodWithResponse_ErrorStatus_IsAnAnswer()
    {
        _sidecar.AnswerWith(418, "");
        using var request = _client.CreateInvokeMethodRequest("worker", "teapot");

        using var response = await _client.InvokeMethodWithResponseAsync(request);

        Assert.Equal(418, (int)response.StatusCode);
    }

    [Fact]
    public async Task InvokeMethod_RequestForElsewhere_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1:1/elsewhere");

        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.InvokeMethodAsync(request));
    }
}
