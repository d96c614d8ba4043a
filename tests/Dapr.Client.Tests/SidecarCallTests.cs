namespace Dapr.Client.Tests;

public sealed class SidecarCallTests : IAsyncLifetime
{
    private SidecarStub _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarStub.StartAsync();
        _client = _sidecar.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Secret_NestedName_IsEscapedAndRead()
    {
        _sidecar.AnswerWith(200, "{\"redis:password\":\"s3cret\"}\n");

        var secret = await _client.GetSecretAsync("local-secrets", "redis:password", new Dictionary<string, string> { ["version"] = "1" });

        Assert.Equal("s3cret", secret["redis:password"]);
        Assert.Equal("/v1.0/secrets/local-secrets/redis%3Apassword?metadata.version=1", _sidecar.Request.Target);
    }

    [Fact]
    public async Task Secret_NothingFound_IsEmpty()
    {
        Assert.Empty(await _client.GetSecretAsync("local-secrets", "none"));
    }

    [Fact]
    public async Task Secrets_UnknownStore_ThrowsThoughTheStatusSaysToken()
    {
        _sidecar.AnswerWith(401, """{"errorCode":"ERR_SECRET_STORE_NOT_FOUND","message":"failed finding secret store with key nope"}""");

        var failure = await Assert.ThrowsAsync<DaprException>(() => _client.GetSecretAsync("nope", "k"));

        Assert.Contains("ERR_SECRET_STORE_NOT_FOUND", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BulkSecrets_All_AreRead()
    {
        _sidecar.AnswerWith(200, """{"apiKey":{"apiKey":"k"},"redis:password":{"redis:password":"s3cret"}}""");

        var secrets = await _client.GetBulkSecretAsync("local-secrets");

        Assert.Equal("/v1.0/secrets/local-secrets/bulk", _sidecar.Request.Target);
        Assert.Equal("k", secrets["apiKey"]["apiKey"]);
        Assert.Equal("s3cret", secrets["redis:password"]["redis:password"]);
    }

    [Theory]
    [InlineData(204, true)]
    [InlineData(500, false)]
    public async Task Health_Status_Decides(int status, bool healthy)
    {
        _sidecar.AnswerWith(status, "");

        Assert.Equal(healthy, await _client.CheckHealthAsync());
        Assert.Equal(healthy, await _client.CheckOutboundHealthAsync());
        Assert.Equal(["/v1.0/healthz", "/v1.0/healthz/outbound"], _sidecar.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task WaitForSidecar_NotReadyAtFirst_AsksUntilItIs()
    {
        var asked = 0;
        _sidecar.Answer = context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) < 3 ? 500 : 204;
            return Task.CompletedTask;
        };

        await _client.WaitForSidecarAsync();

        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task WaitForSidecar_NeverReady_EndsWithTheToken()
    {
        _sidecar.AnswerWith(500, "");
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.WaitForSidecarAsync(limit.Token));
    }

    [Fact]
    public async Task Metadata_RecordedAnswer_IsRead()
    {
        _sidecar.AnswerWith(200, """
            {"id":"worker","runtimeVersion":"edge","components":[{"name":"local-secrets","type":"secretstores.local.file","version":"v1"},{"name":"jobs","type":"state.in-memory","version":"v1","capabilities":["ETAG","TRANSACTIONAL"]}],"extended":{"colour":"blue"},"actorRuntime":{"runtimeStatus":"RUNNING","activeActors":[{"type":"cat","count":2}],"hostReady":true}}
            """);

        var metadata = await _client.GetMetadataAsync();

        Assert.Equal("worker", metadata.Id);
        Assert.Equal("blue", metadata.Extended["colour"]);
        Assert.Equal([("local-secrets", 0), ("jobs", 2)], metadata.Components.Select(component => (component.Name, component.Capabilities.Length)));
        Assert.Equal([("cat", 2)], metadata.Actors.Select(actor => (actor.Type, actor.Count)));
    }

    [Fact]
    public async Task SetMetadata_Value_IsPutAsText()
    {
        await _client.SetMetadataAsync("a/b", "blue é");

        Assert.Equal(("PUT", "/v1.0/metadata/a%2Fb", "blue é"), (_sidecar.Request.Method, _sidecar.Request.Target, _sidecar.Request.Body));
    }

    [Fact]
    public async Task Shutdown_Asked_IsPosted()
    {
        await _client.ShutdownSidecarAsync();

        Assert.Equal(("POST", "/v1.0/shutdown"), (_sidecar.Request.Method, _sidecar.Request.Target));
    }
}
