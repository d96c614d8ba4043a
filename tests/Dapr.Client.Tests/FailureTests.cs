using System.Net;

namespace Dapr.Client.Tests;

public sealed class FailureTests : IAsyncLifetime
{
    private SidecarStub _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await SidecarStub.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Theory]
    [InlineData(401, "text/plain; charset=utf-8", "invalid api token\n", "invalid api token")]
    [InlineData(400, "application/json", """{"errorCode":"ERR_STATE_STORE_NOT_FOUND","message":"state store nope is not found","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","metadata":{"appID":"worker"},"reason":"DAPR_STATE_NOT_FOUND"}]}""", "ERR_STATE_STORE_NOT_FOUND: state store nope is not found")]
    [InlineData(502, "text/html", "<html>bad gateway</html>", "<html>bad gateway</html>")]
    [InlineData(500, "application/json", "", "no explanation given")]
    [InlineData(500, "application/json", "{\"errorCode\":5}", "{\"errorCode\":5}")]
    [InlineData(431, "text/plain", "\0", "\0")]
    public async Task Refusal_WhateverItsBody_BecomesADaprExceptionWithItsText(int status, string contentType, string body, string text)
    {
        using var client = _sidecar.Client();
        _sidecar.AnswerWith(status, body, contentType);

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("nope", "a"));

        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode)status, Assert.IsType<HttpRequestException>(failure.InnerException).StatusCode);
    }

    [Fact]
    public async Task NobodyListening_IsADaprExceptionAndUnhealthy()
    {
        using var client = _sidecar.Client();
        await _sidecar.DisposeAsync();

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.SaveStateAsync("jobs", "a", 1));

        Assert.IsType<HttpRequestException>(failure.InnerException);
        Assert.False(await client.CheckHealthAsync());
        Assert.False(await client.CheckOutboundHealthAsync());
    }

    [Fact]
    public async Task ConnectionCutInTheAnswer_IsADaprException()
    {
        using var client = _sidecar.Client();
        _sidecar.Answer = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync("{\"half"u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<Document>("jobs", "a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoAnswerInTime_IsADaprException_BeforeAndAfterTheHeaders(bool headersSent)
    {
        using var client = _sidecar.Client(timeout: TimeSpan.FromMilliseconds(200));
        _sidecar.Answer = async context =>
        {
            if (headersSent)
                await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<Document>("jobs", "a"));

        Assert.Contains("no answer in time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallerCancels_IsOperationCanceled()
    {
        using var client = _sidecar.Client();
        using var cancel = new CancellationTokenSource();
        _sidecar.Answer = async context =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SaveStateAsync("jobs", "a", 1, cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task Token_Given_GoesWithEveryRequest()
    {
        using var client = _sidecar.Client(token: "sidecar-secret");

        await client.GetStateAsync<int?>("jobs", "a");
        await client.PublishEventAsync("bus", "t", 1);
        await client.CheckHealthAsync();

        Assert.All(_sidecar.Requests, request => Assert.Equal("sidecar-secret", request.Header("dapr-api-token")));
        Assert.Equal(3, _sidecar.Requests.Count);
    }

    [Fact]
    public async Task Token_None_SendsNoHeader()
    {
        using var client = _sidecar.Client();

        await client.GetStateAsync<int?>("jobs", "a");

        Assert.Null(_sidecar.Request.Header("dapr-api-token"));
    }
}
